from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

class Migration(migrations.Migration):
    dependencies = [('models', '0001_initial')]

    initial = False

    operations = [
        ops.AddConstraint(
            model_name='Activity',
            constraint=CheckConstraint(check="state <> 'declined' OR decision_note <> ''", name='activity_declined_with_reason'),
        ),
        ops.AddConstraint(
            model_name='Application',
            constraint=CheckConstraint(check="(state = 'submitted') = (decided_by_id IS NULL)", name='application_decided_by_somebody'),
        ),
        ops.AddConstraint(
            model_name='Application',
            constraint=CheckConstraint(check="state <> 'declined' OR reason <> ''", name='application_declined_with_reason'),
        ),
        ops.AddConstraint(
            model_name='Assessment',
            constraint=CheckConstraint(check="decision <> 'returned' OR comment <> ''", name='assessment_returned_with_comment'),
        ),
        ops.AddConstraint(
            model_name='Reflection',
            constraint=CheckConstraint(check="(kind = 'final') = (activity_id IS NULL)", name='reflection_final_has_no_activity'),
        ),
        ops.AddConstraint(
            model_name='Reflection',
            constraint=CheckConstraint(check="state <> 'in_assessment' OR assessor_id IS NOT NULL", name='reflection_in_assessment_has_assessor'),
        ),
        ops.AddConstraint(
            model_name='Reflection',
            constraint=CheckConstraint(check="(state = 'draft') = (first_submitted_at IS NULL)", name='reflection_draft_was_never_handed_in'),
        ),
        ops.AddConstraint(
            model_name='Upload',
            constraint=CheckConstraint(check='offset_bytes BETWEEN 0 AND coalesce(size_bytes, limit_bytes)', name='upload_offset_within_size'),
        ),
        ops.AddConstraint(
            model_name='Version',
            constraint=CheckConstraint(check='number >= 1', name='version_number_from_one'),
        ),
    ]
