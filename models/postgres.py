"""Tortoise's PostgreSQL engine with transactions that take turns, as they do on SQLite.

An action reads, decides and writes in one transaction. Where two of them run beside each other, both may decide on what
the other is about to change; so each takes one lock of the whole database when it begins, and holds it for its few
statements. Reads, and single statements that compare what they set, never wait for it.
"""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Any

from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from tortoise.backends.base.client import TransactionalDBClient, TransactionContextPooled
from tortoise.backends.psycopg.client import PsycopgClient, TransactionWrapper

from models.storable import StorableOnly

TURN = 0x43494D
"""The number of the lock that a transaction holds: the letters CIM."""

# A process that stops in the middle of a transaction must not stop all others: it loses its turn before they give up.
_LONGEST_PAUSE = "15s"
_LONGEST_WAIT = "30s"
_CONNECTIONS = 8
_SECONDS_TO_ANSWER = 10.0


class Turn(StorableOnly, TransactionWrapper):
    """One transaction; it begins once its connection is in hands that give it back."""

    async def begin(self) -> None:
        """Leave it to `take`: where Tortoise begins, a failure would keep the connection for ever."""

    async def take(self) -> None:
        """Begin, and wait for the turn."""
        await super().begin()
        await self.execute_query("SELECT pg_advisory_xact_lock(%s)", [TURN])


class TurnContext(TransactionContextPooled):
    """Waits for the turn first in this process and then in the database."""

    __slots__ = ("_in_this_process",)

    def __init__(self, client: Turn, opening: asyncio.Lock, in_this_process: asyncio.Lock) -> None:
        super().__init__(client, opening)
        self._in_this_process = in_this_process

    async def __aenter__(self) -> TransactionalDBClient:
        # Without it, everybody who waits for the database would hold one of the few connections.
        await self._in_this_process.acquire()
        try:
            client = await super().__aenter__()
        except BaseException:
            self._in_this_process.release()
            raise
        assert isinstance(client, Turn)  # noqa: S101  It was made with one.
        try:
            await client.take()
        except BaseException as error:
            with suppress(Exception):
                await self.__aexit__(type(error), error, error.__traceback__)
            raise
        return client

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            await super().__aexit__(exc_type, exc_val, exc_tb)
        finally:
            self._in_this_process.release()


class TurnClient(StorableOnly, PsycopgClient):
    """The client that Tortoise's engine name `models.postgres` stands for. `address` is anything that libpq reads."""

    def __init__(self, address: str, **kwargs: Any) -> None:
        parts = {name: str(value) for name, value in conninfo_to_dict(address).items()}
        options = [
            f"-c idle_in_transaction_session_timeout={_LONGEST_PAUSE} -c lock_timeout={_LONGEST_WAIT}",
            parts.pop("options", ""),
        ]
        super().__init__(
            user=parts.pop("user", None),
            password=parts.pop("password", None),
            database=parts.pop("dbname", None),
            host=parts.pop("host", None),
            port=int(parts.pop("port", "5432")),
            application_name=parts.pop("application_name", "cim"),
            maxsize=_CONNECTIONS,
            timeout=_SECONDS_TO_ANSWER,
            server_settings=parts,
            kwargs={"autocommit": True, "row_factory": dict_row, "options": " ".join(options).strip()},
            **kwargs,
        )
        self._in_this_process = asyncio.Lock()

    def _in_transaction(self) -> TurnContext:
        return TurnContext(Turn(self), self._pool_init_lock, self._in_this_process)


client_class = TurnClient
