"""Events can be added, never changed or deleted; and what must be unique is so again.

The checks of 0002 are made by rebuilding tables, and a rebuild loses constraints over several columns.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops


async def refuse_changes(apps, schema_editor):
    """Run as Python because a trigger's own semicolons would split a migration's SQL."""
    if schema_editor.client.capabilities.dialect == "postgres":
        await schema_editor.client.execute_script(
            "CREATE FUNCTION event_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'events are never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$;"
            "CREATE TRIGGER event_no_update BEFORE UPDATE ON event EXECUTE FUNCTION event_is_never_changed();"
            "CREATE TRIGGER event_no_delete BEFORE DELETE OR TRUNCATE ON event EXECUTE FUNCTION event_is_never_changed()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        await schema_editor.client.execute_query(
            f"CREATE TRIGGER event_no_{verb.lower()} BEFORE {verb} ON event "
            "BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
        )


async def allow_changes(apps, schema_editor):
    if schema_editor.client.capabilities.dialect == "postgres":
        await schema_editor.client.execute_script("DROP FUNCTION event_is_never_changed() CASCADE")
        return
    for verb in ("update", "delete"):
        await schema_editor.client.execute_query(f"DROP TRIGGER event_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [("models", "0002_checks")]

    operations = [
        ops.RunPython(refuse_changes, allow_changes),
        ops.RunSQL(
            "CREATE UNIQUE INDEX assessment_once_for_a_version ON assessment (version_id)",
            "DROP INDEX assessment_once_for_a_version",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX version_number_once ON version (reflection_id, number)",
            "DROP INDEX version_number_once",
        ),
    ]
