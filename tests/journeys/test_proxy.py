"""The line of the other journeys does what its names say: without that they would show nothing."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.journeys.proxy import HERE, Proxy

PATIENCE = 0.3


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A line to a server that sends back what it gets."""
    with socket.create_server((HERE, 0)) as listener:
        threading.Thread(target=_echo_all, args=(listener,), daemon=True).start()
        with Proxy(listener.getsockname()[1]) as proxy:
            yield proxy
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def phone(proxy: Proxy) -> Iterator[socket.socket]:
    """A connection through the line that has worked once."""
    with connected(proxy) as phone:
        yield phone


def connected(proxy: Proxy) -> socket.socket:
    phone = socket.create_connection((HERE, proxy.port), timeout=5)
    phone.sendall(b"hello")
    assert phone.recv(5) == b"hello"
    return phone


def exchange(phone: socket.socket, content: bytes) -> None:
    """Send something and wait until all of it has come back."""
    phone.sendall(content)
    missing = len(content)
    while missing:
        missing -= len(came := phone.recv(missing))
        if not came:
            raise ConnectionError


def hears_nothing(phone: socket.socket) -> bool:
    phone.settimeout(PATIENCE)
    try:
        phone.recv(1)
    except TimeoutError:
        return True
    finally:
        phone.settimeout(5)
    return False


def test_a_cut_ends_the_connection_in_an_orderly_way(proxy: Proxy, phone: socket.socket) -> None:
    proxy.cut()

    assert phone.recv(1) == b""


def test_a_reset_breaks_the_connection(proxy: Proxy, phone: socket.socket) -> None:
    proxy.reset()

    with pytest.raises(ConnectionResetError):
        phone.recv(1)


def test_what_was_stalled_arrives_when_it_flows_again(proxy: Proxy, phone: socket.socket) -> None:
    proxy.stall()
    phone.sendall(b"patience")
    is_silent = hears_nothing(phone)
    proxy.flow()

    assert (is_silent, phone.recv(8)) == (True, b"patience")


def test_what_was_swallowed_stays_dead_and_a_new_connection_lives(proxy: Proxy, phone: socket.socket) -> None:
    proxy.swallow()
    phone.sendall(b"lost")
    with socket.create_connection((HERE, proxy.port), timeout=5) as meanwhile:
        meanwhile.sendall(b"lost too")
        time.sleep(0.5)  # The line has to notice it while it still swallows.
        proxy.restore()

        assert [hears_nothing(phone), hears_nothing(meanwhile)] == [True, True]
    with connected(proxy):
        pass


def test_a_mobile_line_takes_its_time_and_carries_both_ways_at_once(proxy: Proxy) -> None:
    proxy.slow_down(800_000, 0.2)

    greeted, echoed = zip(*(_seconds_of_an_echo(proxy, 50_000) for _ in range(5)), strict=True)

    # Two round trips; half a second for the bytes, and a round trip. A busy machine can only add to it.
    assert 0.4 <= min(greeted) < 0.6
    assert 0.65 <= min(echoed) < 1.1


def test_something_happens_when_so_many_bytes_have_passed(proxy: Proxy, phone: socket.socket) -> None:
    before = proxy.bytes_up
    proxy.after_up(100_000, proxy.reset)

    with pytest.raises(ConnectionError):
        for _ in range(1000):
            exchange(phone, bytes(1000))

    assert 100_000 <= proxy.bytes_up - before < 102_000


def test_a_server_that_is_gone_is_a_broken_connection() -> None:
    with socket.socket() as closed:
        closed.bind((HERE, 0))
        with (
            Proxy(closed.getsockname()[1]) as proxy,
            pytest.raises(ConnectionResetError),
            socket.create_connection((HERE, proxy.port), timeout=5) as phone,
        ):
            phone.recv(1)


def _seconds_of_an_echo(proxy: Proxy, size: int) -> tuple[float, float]:
    """Take the time until the line is there, and from then on until everything sent has come back."""
    began = time.monotonic()
    with connected(proxy) as phone:
        greeted = time.monotonic()
        phone.sendall(bytes(size))
        while size:
            size -= len(phone.recv(65_536))
    return greeted - began, time.monotonic() - greeted


def _echo_all(listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_echo, args=(connection,), daemon=True).start()


def _echo(connection: socket.socket) -> None:
    with connection, suppress(OSError):
        while content := connection.recv(65_536):
            connection.sendall(content)
