"""Applying for the certificate, and the programme's decision."""

from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models import states
from models.actions.enrolments import ReasonMissing
from models.actions.events import record
from models.actions.reflections import RuleSays
from models.errors import N_, Refused, WrongState
from models.permissions import WHO_MOVES_APPLICATIONS, Actor, may_change, require
from models.portfolios import local_today, portfolio_of, rule_set_of
from models.rules.progress import Progress, progress
from models.states import ApplicationState
from models.tables import Activity, Application, Certificate, Enrolment, Institution, Person, Programme
from models.tables.programmes import RuleSetVersion


class AlreadyApplied(Refused):
    """One application at a time."""

    words = N_("You have applied already; the programme will answer.")


async def apply(enrolment: Enrolment, *, application_id: UUID, actor: Actor, at: datetime) -> Application:
    """Ask for the certificate, when every requirement of the pinned rule set is met."""
    require(may_change(actor, enrolment))
    async with in_transaction():
        known = await Application.get_or_none(id=application_id)
        if known is not None:
            require(known.enrolment_id == enrolment.id)
            return known
        standing = (ApplicationState.SUBMITTED, ApplicationState.APPROVED)
        if await Application.exists(enrolment_id=enrolment.id, state__in=standing):
            raise AlreadyApplied
        await _check(enrolment, at=at)
        application = await Application.create(
            id=application_id, enrolment_id=enrolment.id, state=ApplicationState.SUBMITTED, applied_at=at
        )
        await record("apply", application, by=actor.person_id, at=at, enrolment=enrolment.id)
    return application


async def approve(application: Application, *, actor: Actor, at: datetime) -> Certificate:
    """Approve: the certificate gets the next number, and the facts of this day are kept with it."""
    require(WHO_MOVES_APPLICATIONS[states.APPROVE_APPLICATION](actor, application))
    async with in_transaction():
        enrolment = await Enrolment.get(id=application.enrolment_id)
        await _check(enrolment, at=at)
        await _make(states.APPROVE_APPLICATION, application, "", actor=actor, at=at)
        newest = await Certificate.all().order_by("-number").first()
        person = await Person.get(id=enrolment.person_id)
        certificate = await Certificate.create(
            number=newest.number + 1 if newest else 1,
            application_id=application.id,
            enrolment_id=enrolment.id,
            name=person.name,
            facts=await _facts(enrolment, actor),
            issued_at=at,
        )
        await record("issue", certificate, by=actor.person_id, at=at, application=application.id)
    return certificate


async def decline(application: Application, reason: str, *, actor: Actor, at: datetime) -> None:
    """Decline with a reason; the student may apply again."""
    require(WHO_MOVES_APPLICATIONS[states.DECLINE_APPLICATION](actor, application))
    if not reason.strip():
        raise ReasonMissing
    async with in_transaction():
        await _make(states.DECLINE_APPLICATION, application, reason.strip(), actor=actor, at=at)


async def _check(enrolment: Enrolment, *, at: datetime) -> None:
    standing = await _standing(enrolment, at=at)
    if not standing.complete:
        raise RuleSays([requirement.sentence for requirement in standing.requirements if not requirement.met])


async def _standing(enrolment: Enrolment, *, at: datetime) -> Progress:
    today = await local_today(at)
    return progress(await portfolio_of(enrolment), await rule_set_of(enrolment), on=today)


async def _make(
    move: states.ApplicationMove, application: Application, reason: str, *, actor: Actor, at: datetime
) -> None:
    moved = await Application.filter(id=application.id, state__in=move.sources).update(
        state=move.target, decided_by_id=actor.person_id, decided_at=at, reason=reason
    )
    if not moved:
        raise WrongState
    await record(move.name, application, by=actor.person_id, at=at)


async def _facts(enrolment: Enrolment, approver: Actor) -> dict[str, object]:
    """What the hand-over needs, frozen: later changes of names or catalogues do not reach it."""
    programme = await Programme.get(id=enrolment.programme_id)
    rule_set = await rule_set_of(enrolment)
    pinned = await RuleSetVersion.get(id=enrolment.rule_set_id)
    done = Activity.filter(enrolment_id=enrolment.id, state=states.ActivityState.DONE).order_by("created_at")
    if rule_set.reflection.required:
        done = done.filter(reflections__state=states.ReflectionState.ACCEPTED)
    institution = await Institution.first()
    return {
        "institution": {"sv": institution.name_sv, "en": institution.name_en} if institution else {"sv": "", "en": ""},
        "programme_code": programme.code,
        "programme_name": {"sv": programme.name_sv, "en": programme.name_en},
        "certificate_name": {"sv": rule_set.certificate_name.sv, "en": rule_set.certificate_name.en},
        "rule_set": pinned.rule_set,
        "rule_set_version": pinned.version,
        "study_end_date": enrolment.study_end_date.isoformat(),
        "approved_by": approver.name,
        "activities": [{"sv": activity.title_sv, "en": activity.title_en} for activity in await done],
    }
