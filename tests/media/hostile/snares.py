"""Snares: a file that nobody should open and an address that nobody should call; they say how often it happened."""

import ctypes
import os
import select
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.media.making import make_phone_webm

_OPENED = 0x20
_READ = 0x01


class Snares:
    """A real recording that is watched by the kernel, and a socket of TCP and one of UDP that listen at one port."""

    def __init__(self, canary: Path, watch: int, tcp: socket.socket, udp: socket.socket) -> None:
        self.canary = canary
        self.address = "{}:{}".format(*tcp.getsockname())
        self._watch, self._tcp, self._udp = watch, tcp, udp

    def opened(self) -> int:
        """Count how often the canary was opened or read since the last time."""
        count = 0
        while select.select([self._watch], [], [], 0)[0]:
            events = os.read(self._watch, 65_536)
            while events:
                length = struct.unpack_from("iIII", events)[3]
                events, count = events[16 + length :], count + 1
        return count

    def called(self) -> int:
        """Count connections and datagrams since the last time."""
        count = 0
        while ready := select.select([self._tcp, self._udp], [], [], 0)[0]:
            for listener in ready:
                if listener is self._tcp:
                    listener.accept()[0].close()
                else:
                    listener.recv(65_536)
                count += 1
        return count


@contextmanager
def snares(folder: Path) -> Iterator[Snares]:
    """Lay them in a folder, in which the bad files are to be put as well; on Linux only."""
    canary = make_phone_webm(folder / "canary.webm", seconds=0.4)
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(tcp.getsockname())
        watch = _watched(canary)
        stack.callback(os.close, watch)
        yield Snares(canary, watch, tcp, udp)


def is_possible() -> bool:
    """Tell whether this system has such a watch."""
    return sys.platform == "linux"


def _watched(path: Path) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    watch = int(libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
    if watch < 0 or libc.inotify_add_watch(watch, bytes(path), _OPENED | _READ) < 0:
        raise OSError(ctypes.get_errno(), "The system does not watch files")
    return watch
