"""What programme staff and organisers of the demonstration do, each verb through the public actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from models.actions import (
    applications,
    contacts,
    decisions,
    enrolments,
    gatherings,
    precedents,
    rule_sets,
    sign_offs,
    study_dates,
)
from models.actions.gatherings import Plan
from models.permissions import Actor
from models.queries import enrolments as enrolment_queries
from models.tables import Contact, Enrolment, Person, Precedent, Programme
from models.tables.activities import SignOffOutcome
from webapp.demo.stage import Stage
from webapp.demo_people import DemoPerson


@dataclass(slots=True)
class Office:
    """What one of the programme staff does."""

    stage: Stage
    actor: Actor

    async def answer_proposal(self, activity_id: UUID, *, approve: str = "", decline: str = "") -> None:
        """Approve a proposal with a note, or decline it with a reason."""
        activity = await enrolment_queries.activity(activity_id, actor=self.actor)
        if decline:
            await decisions.decline(activity, decline, actor=self.actor, at=self.stage.now())
        else:
            await decisions.approve(activity, approve, actor=self.actor, at=self.stage.now())

    async def extend(self, enrolment: Enrolment, until_date: date, reason: str) -> None:
        """Grant a later deadline."""
        await study_dates.grant_extension(
            enrolment, until_date, reason, extension_id=uuid4(), actor=self.actor, at=self.stage.now()
        )

    async def decline(self, application_id: UUID, reason: str) -> None:
        """Decline an application."""
        application = await enrolment_queries.application(application_id, actor=self.actor)
        await applications.decline(application, reason, actor=self.actor, at=self.stage.now())

    async def approve(self, application_id: UUID) -> None:
        """Approve an application: the certificate is issued."""
        application = await enrolment_queries.application(application_id, actor=self.actor)
        await applications.approve(application, actor=self.actor, at=self.stage.now())

    async def confirm(self, activity_id: UUID, note: str = "") -> None:
        """Confirm a reported activity."""
        activity = await enrolment_queries.activity(activity_id, actor=self.actor)
        await decisions.confirm(activity, note, actor=self.actor, at=self.stage.now())

    async def share_precedent(self, activity_id: UUID, title_sv: str, title_en: str, reason: str) -> None:
        """Let students find the decision on a proposal, in words that name nobody."""
        precedent = await Precedent.get(activity_id=activity_id)
        await precedents.share(precedent, title_sv, title_en, reason, actor=self.actor, at=self.stage.now())

    async def void(self, enrolment: Enrolment, reason: str) -> None:
        """Say that an enrolment was never valid."""
        await enrolments.void(enrolment, reason, actor=self.actor, at=self.stage.now())

    async def deregister(self, enrolment: Enrolment, reason: str) -> None:
        """End an enrolment without a certificate."""
        await enrolments.deregister(enrolment, reason, actor=self.actor, at=self.stage.now())

    async def announce(self, plan: Plan, *codes: str) -> None:
        """Announce a gathering to the students of some programmes."""
        programmes = await Programme.filter(code__in=codes)
        await gatherings.make(plan, programmes, gathering_id=uuid4(), actor=self.actor, at=self.stage.now())

    async def answer_for(self, *codes: str) -> None:
        """Be the contact of some programmes."""
        me = await Person.get(id=self.actor.person_id)
        for programme in await Programme.filter(code__in=codes).order_by("code"):
            await contacts.name_contact(programme, me, actor=self.actor, at=self.stage.now())

    async def be_away(self, deputy: DemoPerson, from_date: date, until_date: date) -> None:
        """Name a deputy for all programmes that one answers for."""
        person = await Person.get(email=deputy.email)
        for contact in await Contact.filter(person_id=self.actor.person_id).order_by("id"):
            await contacts.set_deputy(contact, person, from_date, until_date, actor=self.actor, at=self.stage.now())

    async def draft_rules(self, code: str, *more_types: Mapping[str, Any]) -> None:
        """Begin to write the next version of a programme's rules, with more types of activities."""
        programme = await Programme.get(code=code)
        draft = await rule_sets.open_draft(programme, draft_id=uuid4(), actor=self.actor, at=self.stage.now())
        document = {**draft.document, "type": [*draft.document["type"], *more_types]}
        await rule_sets.save_draft(draft, document, base_revision=draft.revision, actor=self.actor, at=self.stage.now())


async def organiser_confirms(stage: Stage, link: str, name: str, role: str, *, percent: int, note: str) -> None:
    """Answer as whoever holds the link: they took part."""
    await sign_offs.answer(link, SignOffOutcome.CONFIRMED, name, role, percent, note, at=stage.now())
