"""Tortoise's SQLite engine with transactions that take the write lock when they begin.

A transaction that reads first and writes later cannot be upgraded when somebody else wrote in between; with
`BEGIN IMMEDIATE` the second writer waits at the start instead of failing in the middle.
"""

import asyncio

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections

from models.storable import StorableOnly


class ImmediateTransaction(StorableOnly, SqliteTransactionWrapper):
    """One transaction, begun with the write lock in hand."""

    async def begin(self) -> None:
        """Wait for the write lock (as long as `busy_timeout` says), then begin."""
        connection = self._connection
        await connection.commit()
        await connection.execute("BEGIN IMMEDIATE")


class ReleasingContext(SqliteTransactionContext):
    """A transaction that gives the connection back also when it could not begin, or its task was cancelled meanwhile.

    Tortoise keeps it locked then, and everything that asks the database waits for ever.
    """

    __slots__ = ()

    async def __aenter__(self) -> TransactionalDBClient:
        """Wait for the connection, then begin."""
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            try:
                # What was cancelled may still be on its way to SQLite; this comes behind it. The very first may be
                # cancelled before there is a connection.
                if (opened := self.connection._connection) is not None:  # noqa: SLF001
                    await asyncio.shield(opened.rollback())
            finally:
                self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]


class ImmediateClient(StorableOnly, SqliteClient):
    """The client that Tortoise's engine name `models.sqlite` stands for."""

    def _in_transaction(self) -> SqliteTransactionContext:
        return ReleasingContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient
