"""A push service that keeps what it is handed, without TLS: how it is called is for a test of its own."""

import socket
import threading
from types import TracebackType
from typing import Self


class PushBox:
    """Answers every call with `status`; `connect` stands in for the way to the public one."""

    def __init__(self, status: int = 201) -> None:
        self.status = status
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()

    def connect(self, _host: str) -> socket.socket:
        """Call it."""
        return socket.create_connection(self._door.getsockname())

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self._door.accept()
            except OSError:
                return
            with line, line.makefile("rb") as heard:
                head = b"".join(iter(lambda heard=heard: heard.readline(), b"\r\n")).decode()
                length = int(head.partition("Content-Length: ")[2].partition("\r\n")[0])
                self.heads.append(head)
                self.bodies.append(heard.read(length))
                line.sendall(f"HTTP/1.1 {self.status} Said\r\nLocation: http://127.0.0.1:1/\r\n\r\n".encode())
