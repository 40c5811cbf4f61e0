"""A line between phones and the server that a test cuts, resets, stalls, slows down or swallows; on loopback only."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

HERE = "127.0.0.1"
MOBILE_BITS_PER_SECOND = 1_600_000
MOBILE_ROUND_TRIP_SECONDS = 0.15
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_COARSE, _FINE = 65_536, 4_096
_PIECES_ON_THE_WAY = 8

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class _Connection:
    """One connection of a phone together with the one that continues it to the server."""

    task: asyncio.Task[None]
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    is_swallowed: bool = False


@dataclass(slots=True)
class _Way:
    """One direction of the line, which all connections share."""

    carried_bytes: int = 0
    is_free_at: float = 0.0
    marks: list[tuple[int, Callable[[], object]]] = field(default_factory=list)


class Proxy:
    """Forwards a port of its own to the server's. It lives in a thread, so that tests of every kind can use it."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._bits_per_second = 0.0
        self._round_trip_seconds = 0.0
        self._up, self._down = _Way(), _Way()
        self._connections: set[_Connection] = set()
        self._is_swallowing = False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._socket = socket.create_server((HERE, 0))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    @property
    def origin(self) -> str:
        """The address in the browser."""
        return f"http://localhost:{self.port}"

    @property
    def bytes_up(self) -> int:
        """How much has gone on to the server."""
        return self._up.carried_bytes

    def slow_down(
        self, bits_per_second: float = MOBILE_BITS_PER_SECOND, round_trip_seconds: float = MOBILE_ROUND_TRIP_SECONDS
    ) -> None:
        """Be as slow as a mobile network from now on; 0 bits are no limit."""
        self._bits_per_second, self._round_trip_seconds = bits_per_second, round_trip_seconds

    def cut(self) -> None:
        """End every connection in an orderly way (FIN)."""
        self._do(lambda: self._end_all(asyncio.StreamWriter.close))

    def reset(self) -> None:
        """Reset every connection (RST), as a firewall does."""
        self._do(lambda: self._end_all(_reset))

    def stall(self) -> None:
        """Hold everything back until `flow`; nothing is lost."""
        self._do(self._flowing.clear)

    def flow(self) -> None:
        """End a stall."""
        self._do(self._flowing.set)

    def swallow(self) -> None:
        """Be a black hole until `restore`: what is connected now, or connects meanwhile, never hears anything again."""
        self._do(self._swallow)

    def restore(self) -> None:
        """Carry new connections again. The swallowed ones stay dead, and neither side is told."""
        self._is_swallowing = False

    def after_up(self, count: int, action: Callable[[], object]) -> None:
        """Do something as soon as so many more bytes have gone on to the server."""
        self._do(lambda: self._up.marks.append((self._up.carried_bytes + count, action)))

    def after_down(self, count: int, action: Callable[[], object]) -> None:
        """Do something as soon as so many more bytes have gone back to the phones."""
        self._do(lambda: self._down.marks.append((self._down.carried_bytes + count, action)))

    def __enter__(self) -> Self:
        self._thread.start()
        self._listener = self._run(asyncio.start_server(self._accept, sock=self._socket))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _do(self, action: Callable[[], object]) -> None:
        """Act in the proxy's thread, which alone touches its connections; a mark's action is there already."""

        async def acted() -> None:
            action()

        if threading.current_thread() is self._thread:
            action()
        else:
            self._run(acted())

    def _end_all(self, end: Callable[[asyncio.StreamWriter], object]) -> None:
        for connection in self._connections:
            if not connection.is_swallowed:
                for writer in connection.writers:
                    end(writer)

    def _swallow(self) -> None:
        self._is_swallowing = True
        for connection in self._connections:
            connection.is_swallowed = True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connection = _Connection(task, [writer], self._is_swallowing)
        self._connections.add(connection)
        try:
            await self._carry_both_ways(connection, reader)
        except* (OSError, asyncio.CancelledError):
            # A server that is down, a phone that reset, the end of the test: each side sees the other break off.
            for end in connection.writers:
                _reset(end)
        finally:
            self._connections.discard(connection)

    async def _carry_both_ways(self, connection: _Connection, from_phone: asyncio.StreamReader) -> None:
        await asyncio.sleep(self._round_trip_seconds)  # What greeting each other takes.
        await self._pass(connection)
        from_server, to_server = await asyncio.open_connection(HERE, self._target_port)
        connection.writers.append(to_server)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._carry(connection, self._up, from_phone, to_server))
            both.create_task(self._carry(connection, self._down, from_server, connection.writers[0]))

    async def _carry(
        self, connection: _Connection, way: _Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry one direction to its end."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_PIECES_ON_THE_WAY)

        async def take_in() -> None:
            while piece := await reader.read(_FINE if self._bits_per_second else _COARSE):
                await on_the_way.put((self._due(way, len(piece)), piece))
            await on_the_way.put((0.0, b""))

        async def hand_on() -> None:
            while True:
                due, piece = await on_the_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                await self._pass(connection)
                if not piece:
                    break
                writer.write(piece)
                await writer.drain()
                self._count(way, len(piece))
            writer.close()

        async with asyncio.TaskGroup() as ends:
            ends.create_task(take_in())
            ends.create_task(hand_on())

    async def _pass(self, connection: _Connection) -> None:
        """Wait where the line holds something back: for ever in a black hole."""
        await self._flowing.wait()
        if connection.is_swallowed:
            await asyncio.Event().wait()

    def _due(self, way: _Way, count: int) -> float:
        """Say when so many bytes are through: they queue for the line, then travel."""
        took = count * 8 / self._bits_per_second if self._bits_per_second else 0.0
        way.is_free_at = max(way.is_free_at, self._loop.time()) + took
        return way.is_free_at + self._round_trip_seconds / 2

    def _count(self, way: _Way, count: int) -> None:
        way.carried_bytes += count
        reached = [mark for mark in way.marks if mark[0] <= way.carried_bytes]
        for mark in reached:
            way.marks.remove(mark)
            mark[1]()

    async def _close(self) -> None:
        self._listener.close()
        tasks = [connection.task for connection in self._connections]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    connected = writer.get_extra_info("socket")
    if connected.fileno() >= 0:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
