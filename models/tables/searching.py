"""What can be searched."""

from uuid import UUID

from tortoise import Model, fields

from models.tables.reflections import Reflection, Version


class SearchText(Model):
    """What a version shows that was handed in, as one text: what was written, or said in its recording.

    `words` are its words as `models.search_words` spells them. An index over them follows every change: on SQLite by
    triggers, which a migration that rebuilds this table has to make again; on PostgreSQL by a generated column.
    """

    id = fields.IntField(primary_key=True)
    version: fields.OneToOneRelation[Version] = fields.OneToOneField(
        "models.Version", related_name="search_text", on_delete=fields.CASCADE
    )
    reflection: fields.ForeignKeyRelation[Reflection] = fields.ForeignKeyField(
        "models.Reflection", related_name="search_texts", on_delete=fields.CASCADE
    )
    text = fields.TextField()
    words = fields.TextField()

    version_id: UUID
    reflection_id: UUID

    class Meta:
        table = "search_text"
