"""Applying for the certificate, and the programme's decision."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models import states
from models.actions.eligibility import confirmed
from models.actions.enrolments import ReasonMissing, check_active
from models.actions.events import record
from models.actions.notices import tell
from models.actions.reflections import RuleSays
from models.actions.study_dates import last_day_to_apply
from models.errors import N_, Refused, WrongState
from models.permissions import WHO_MOVES_APPLICATIONS, Actor, may_change, require
from models.portfolios import local_today, portfolio_of, rule_set_of
from models.rules.bilingual import Bilingual
from models.rules.progress import Progress, progress
from models.rules.ruleset import RuleSet
from models.states import ActivityState, ApplicationState
from models.tables import Activity, Application, Certificate, Enrolment, Institution, Person, Programme
from models.tables.notices import NoticeKind
from models.tables.programmes import RuleSetVersion

_TOLD = {
    states.APPROVE_APPLICATION: NoticeKind.APPLICATION_APPROVED,
    states.DECLINE_APPLICATION: NoticeKind.APPLICATION_DECLINED,
}


class AlreadyApplied(Refused):
    """One application at a time."""

    words = N_("You have applied already; the programme will answer.")


class ApplicationClosed(Refused):
    """The rules say how long after the studies one may apply."""

    words = N_("The certificate could be applied for until {deadline}. Ask your programme for an extension.")


async def apply(
    enrolment: Enrolment, *, declarations: Sequence[str] = (), application_id: UUID, actor: Actor, at: datetime
) -> Application:
    """Ask for the certificate, when every requirement of the pinned rule set is met.

    `declarations` are the ids of what one confirms on applying.
    """
    require(may_change(actor, enrolment))
    async with in_transaction():
        known = await Application.get_or_none(id=application_id)
        if known is not None:
            require(known.enrolment_id == enrolment.id)
            return known
        standing = (ApplicationState.SUBMITTED, ApplicationState.APPROVED)
        if await Application.exists(enrolment_id=enrolment.id, state__in=standing):
            raise AlreadyApplied
        await check_active(enrolment.id)
        fresh = await Enrolment.get(id=enrolment.id)  # It may have been moved to another version of the rules.
        await _check_in_time(fresh, at=at)
        await _check(fresh, at=at)
        await _confirm(fresh, declarations)
        application = await Application.create(
            id=application_id, enrolment_id=enrolment.id, state=ApplicationState.SUBMITTED, applied_at=at
        )
        await record("apply", application, by=actor.person_id, at=at, enrolment=enrolment.id)
        await tell(NoticeKind.APPLICATION_WAITS, application, at=at)
    return application


async def approve(application: Application, *, actor: Actor, at: datetime) -> Certificate:
    """Approve: the certificate gets the next number, and the facts of this day are kept with it."""
    require(WHO_MOVES_APPLICATIONS[states.APPROVE_APPLICATION](actor, application))
    async with in_transaction():
        enrolment = await Enrolment.get(id=application.enrolment_id)
        await check_active(enrolment.id)
        standing = await _check(enrolment, at=at)
        await _make(states.APPROVE_APPLICATION, application, "", actor=actor, at=at)
        newest = await Certificate.all().order_by("-number").first()
        person = await Person.get(id=enrolment.person_id)
        certificate = await Certificate.create(
            number=newest.number + 1 if newest else 1,
            application_id=application.id,
            enrolment_id=enrolment.id,
            name=person.name,
            facts=await _facts(enrolment, standing, actor),
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
        await check_active(application.enrolment_id)
        await _make(states.DECLINE_APPLICATION, application, reason.strip(), actor=actor, at=at)


async def _check_in_time(enrolment: Enrolment, *, at: datetime) -> None:
    deadline = await last_day_to_apply(enrolment)
    if deadline is not None and await local_today(at) > deadline:
        raise ApplicationClosed(deadline=deadline)


async def _confirm(enrolment: Enrolment, declarations: Sequence[str]) -> None:
    """Keep what is confirmed now beside what was confirmed on enrolling."""
    given = confirmed(await rule_set_of(enrolment), "application", declarations)
    added = [id_ for id_ in given if id_ not in enrolment.declarations]
    await Enrolment.filter(id=enrolment.id).update(declarations=[*enrolment.declarations, *added])


async def _check(enrolment: Enrolment, *, at: datetime) -> Progress:
    today = await local_today(at)
    standing = progress(await portfolio_of(enrolment), await rule_set_of(enrolment), on=today)
    if not standing.complete:
        raise RuleSays([requirement.sentence for requirement in standing.requirements if not requirement.met])
    return standing


async def _make(
    move: states.ApplicationMove, application: Application, reason: str, *, actor: Actor, at: datetime
) -> None:
    moved = await Application.filter(id=application.id, state__in=move.sources).update(
        state=move.target, decided_by_id=actor.person_id, decided_at=at, reason=reason
    )
    if not moved:
        raise WrongState
    await record(move.name, application, by=actor.person_id, at=at)
    await tell(_TOLD[move], application, at=at)


async def _facts(enrolment: Enrolment, standing: Progress, approver: Actor) -> dict[str, object]:
    """What the hand-over needs, frozen: later changes of names or catalogues do not reach it."""
    programme = await Programme.get(id=enrolment.programme_id)
    rule_set = await rule_set_of(enrolment)
    pinned = await RuleSetVersion.get(id=enrolment.rule_set_id)
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
        "activities": await _activities_that_count(enrolment, rule_set, standing),
    }


async def _activities_that_count(enrolment: Enrolment, rule_set: RuleSet, standing: Progress) -> list[dict[str, str]]:
    """List what was done and counts, each activity once; where reflections are asked for, what was reflected on."""
    counted = {title for one in standing.requirements if one.kind in {"count", "points"} for title in one.counted}
    reflected = [one.counted for one in standing.requirements if one.kind == "reflections"]
    titles: dict[Bilingual, None] = {}
    for activity in await Activity.filter(enrolment_id=enrolment.id, state=ActivityState.DONE).order_by("created_at"):
        title, type_ = Bilingual(activity.title_sv, activity.title_en), rule_set.type_of(activity.kind)
        is_part_of_one = type_ is not None and type_.occasions > 1
        if title in counted and (not reflected or is_part_of_one or title in reflected[0]):
            titles[title] = None
    return [{"sv": title.sv, "en": title.en} for title in titles]
