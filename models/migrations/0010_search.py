"""What was handed in can be searched: its text, and an index over the words."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

ON_SQLITE = (
    # Words come spelled alike and with blanks between them, which is all that `ascii` looks for beyond ASCII; nobody asks
    # for their order, so that it is not kept.
    "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_text', content_rowid='id', detail=none, "
    "tokenize='ascii', prefix='2 3')",
    "CREATE TRIGGER search_text_added AFTER INSERT ON search_text "
    "BEGIN INSERT INTO search_index (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_text_removed AFTER DELETE ON search_text "
    "BEGIN INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text "
    "BEGIN INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_index (rowid, words) VALUES (new.id, new.words); END",
)
ON_POSTGRES = (
    "ALTER TABLE search_text ADD COLUMN lexemes tsvector "
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED",
    "CREATE INDEX search_text_lexemes ON search_text USING gin (lexemes)",
)


async def add_index(apps, schema_editor):
    """Run as Python because a trigger's own semicolons would split a migration's SQL."""
    client = schema_editor.client
    for statement in ON_POSTGRES if client.capabilities.dialect == "postgres" else ON_SQLITE:
        await client.execute_query(statement)


async def remove_index(apps, schema_editor):
    if schema_editor.client.capabilities.dialect == "postgres":
        await schema_editor.client.execute_script(
            "DROP INDEX search_text_lexemes; ALTER TABLE search_text DROP COLUMN lexemes"
        )
        return
    for name in ("added", "removed", "changed"):
        await schema_editor.client.execute_query(f"DROP TRIGGER search_text_{name}")
    await schema_editor.client.execute_query("DROP TABLE search_index")


class Migration(migrations.Migration):
    dependencies = [("models", "0009_claims_that_end")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SearchText",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "version",
                    fields.OneToOneField(
                        "models.Version",
                        source_field="version_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="search_text",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "reflection",
                    fields.ForeignKeyField(
                        "models.Reflection",
                        source_field="reflection_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="search_texts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("words", fields.TextField(unique=False)),
            ],
            options={
                "table": "search_text",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What a version shows that was handed in, as one text: what was written, or said in its recording.",
            },
            bases=["Model"],
        ),
        ops.RunPython(add_index, remove_index),
    ]
