"""Which reflections hold words that somebody looks for; who may see them is asked where they are listed."""

from collections.abc import Sequence

from tortoise import Tortoise

_SQLITE = (
    "SELECT DISTINCT t.reflection_id FROM search_index JOIN search_text t ON t.id = search_index.rowid "
    "WHERE search_index MATCH ?"
)
_POSTGRES = "SELECT DISTINCT reflection_id FROM search_text WHERE lexemes @@ CAST(%s AS tsquery)"


async def reflections_with(words: Sequence[str]) -> set[str]:
    """Find the ids of reflections of which one version has words that begin with each of these.

    The words come as `models.search_words.words_of` gives them: letters and digits only, at least one.
    """
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect == "postgres":
        query, looked_for = _POSTGRES, " & ".join(f"'{word}':*" for word in words)
    else:
        query, looked_for = _SQLITE, " ".join(f'"{word}"*' for word in words)
    _count, rows = await connection.execute_query(query, [looked_for])
    return {str(row["reflection_id"]) for row in rows}
