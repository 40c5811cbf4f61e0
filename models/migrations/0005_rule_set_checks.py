"""The checks of the new tables, and what must be unique is so again after the rebuilds of 0004 and of this one."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


UNIQUE_AGAIN = (
    "UNIQUE INDEX enrolment_once_in_a_programme ON enrolment (person_id, programme_id)",
    "UNIQUE INDEX sign_up_once ON sign_up (gathering_id, enrolment_id)",
    "UNIQUE INDEX rule_set_draft_once ON rule_set_draft (programme_id)",
)

# Lists of one student's things, and the list of a programme's students, are read on every page.
INDEXES = (
    "INDEX activity_of_enrolment ON activity (enrolment_id)",
    "INDEX enrolment_of_programme ON enrolment (programme_id)",
    "INDEX media_of_activity ON media_item (activity_id)",
    "INDEX media_of_reflection ON media_item (reflection_id)",
    "INDEX post_of_version ON post (version_id)",
    "INDEX precedent_of_programme ON precedent (programme_id)",
    "INDEX reflection_of_activity ON reflection (activity_id)",
    "INDEX reflection_of_enrolment ON reflection (enrolment_id)",
    "INDEX sign_off_of_activity ON sign_off (activity_id)",
    "INDEX sign_up_of_enrolment ON sign_up (enrolment_id)",
)


class Migration(migrations.Migration):
    dependencies = [("models", "0004_rule_sets")]

    operations = [
        ops.AddConstraint(
            model_name="SignOff",
            constraint=CheckConstraint(
                check="(outcome IS NULL) = (answered_at IS NULL)", name="sign_off_answered_once"
            ),
        ),
        ops.AddConstraint(
            model_name="Gathering",
            constraint=CheckConstraint(check="ends_at > starts_at", name="gathering_ends_after_start"),
        ),
        ops.AddConstraint(
            model_name="Gathering",
            constraint=CheckConstraint(check="capacity IS NULL OR capacity >= 1", name="gathering_capacity_from_one"),
        ),
        ops.AddConstraint(
            model_name="SignUp",
            constraint=CheckConstraint(
                check="(attended_at IS NULL) = (proof IS NULL)", name="sign_up_attended_with_proof"
            ),
        ),
        # One step, because Tortoise renders every table anew for each.
        ops.RunSQL(
            ";".join(
                ("DROP INDEX IF EXISTS assessment_once_for_a_version", *(f"CREATE {i}" for i in (*UNIQUE_AGAIN, *INDEXES)))
            ),
            ";".join(f"DROP INDEX {index.split(' ON ')[0].split()[-1]}" for index in (*UNIQUE_AGAIN, *INDEXES)),
        ),
    ]
