"""Tortoise's SQLite engine with transactions that take the write lock when they begin.

A transaction that reads first and writes later cannot be upgraded when somebody else wrote in between; with
`BEGIN IMMEDIATE` the second writer waits at the start instead of failing in the middle.
"""

from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper


class ImmediateTransaction(SqliteTransactionWrapper):
    """One transaction, begun with the write lock in hand."""

    async def begin(self) -> None:
        """Wait for the write lock (as long as `busy_timeout` says), then begin."""
        connection = self._connection
        await connection.commit()
        await connection.execute("BEGIN IMMEDIATE")


class ImmediateClient(SqliteClient):
    """The client that Tortoise's engine name `models.sqlite` stands for."""

    def _in_transaction(self) -> SqliteTransactionContext:
        return SqliteTransactionContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient
