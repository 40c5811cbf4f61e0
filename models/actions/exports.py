"""Taking records out of the system; each export is recorded."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.handover.diploma_supplement import diploma_supplement_line
from models.handover.worklist import WorklistRow
from models.permissions import Actor, may_export, require
from models.portfolios import time_zone
from models.tables import Certificate, Programme


async def export_worklist(programme: Programme, *, actor: Actor, at: datetime) -> list[WorklistRow]:
    """Give one row for each approved student of a programme, from the facts frozen on the day of the approval."""
    require(may_export(actor, programme))
    zone = await time_zone()
    certificates = await Certificate.filter(enrolment__programme_id=programme.id).order_by("number")
    async with in_transaction():
        await record("export_worklist", programme, by=actor.person_id, at=at, rows=len(certificates))
    return [_row(certificate, zone) for certificate in certificates]


def _row(certificate: Certificate, zone: ZoneInfo) -> WorklistRow:
    facts = certificate.facts
    approved_date = certificate.issued_at.astimezone(zone).date()
    activities_en = tuple(activity["en"] for activity in facts["activities"])
    return WorklistRow(
        certificate_number=certificate.number,
        name=certificate.name,
        programme_code=facts["programme_code"],
        programme_name_en=facts["programme_name"]["en"],
        approved_date=approved_date,
        approved_by=facts["approved_by"],
        rule_set_id=facts["rule_set"],
        rule_set_version=facts["rule_set_version"],
        activities_sv=tuple(activity["sv"] for activity in facts["activities"]),
        activities_en=activities_en,
        diploma_supplement_en=diploma_supplement_line(
            certificate_name=facts["certificate_name"]["en"],
            certificate_number=str(certificate.number),
            institution=facts["institution"]["en"],
            activities=activities_en,
            certified_by=facts["approved_by"],
            certified_date=approved_date,
        ),
        expected_degree_date=date.fromisoformat(facts["study_end_date"]),
    )
