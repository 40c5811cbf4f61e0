"""Reads columns of many rows as the database gives them: converting every value takes longer than all the rest."""

from datetime import date, datetime
from typing import Any

from tortoise import Tortoise
from tortoise.queryset import QuerySet


async def plain_rows(rows: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
    """Give the columns of each row: ids are compared as `str`, and `as_date` and `as_moment` read what may be text."""
    wanted = rows.values_list(*columns)
    wanted.sql()  # Builds the query; its values are handed over apart from it.
    query, values = wanted.query.get_parameterized_sql()
    _count, found = await Tortoise.get_connection("default").execute_query(query, values)
    # SQLite gives rows, PostgreSQL dictionaries in the order of the columns.
    return [tuple(row.values() if isinstance(row, dict) else row) for row in found]


def as_date(value: date | str) -> date:
    """Read a day."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_moment(value: datetime | str) -> datetime:
    """Read an aware moment."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
