"""Enrolments, their activities and their progress, as one person may see them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tortoise.expressions import Q

from models.errors import NotAllowed
from models.permissions import Actor, is_staff_of, require
from models.portfolios import parsed, portfolios_of
from models.rules.progress import Progress, progress
from models.rules.ruleset import RuleSet
from models.states import DECISIONS, ActivityMove, ActivityState, ApplicationState, EnrolmentState
from models.tables import (
    Activity,
    Application,
    CatalogueItem,
    Certificate,
    Enrolment,
    Event,
    Programme,
    RoleKind,
    RuleSetVersion,
)
from models.visibility import visible_activities, visible_applications, visible_enrolments

_BELONGS_TO_AN_ACTIVITY = ("occasions", "reflections", "evidence", "sign_offs", "precedent")


@dataclass(frozen=True, slots=True)
class Standing:
    """One enrolment with its rule set and how far it has come."""

    enrolment: Enrolment
    rule_set: RuleSet
    progress: Progress


async def own_enrolments(actor: Actor) -> list[Enrolment]:
    """List one's own enrolments, oldest first."""
    return (
        await Enrolment.filter(person_id=actor.person_id)
        .select_related("programme", "rule_set", "person", "ended_by")
        .order_by("enrolled_at")
    )


async def enrolment(enrolment_id: UUID, *, actor: Actor) -> Enrolment:
    """Get one enrolment; raises NotAllowed when it is not this person's to see."""
    found = (
        await Enrolment.filter(visible_enrolments(actor), id=enrolment_id)
        .select_related("programme", "rule_set", "person", "ended_by")
        .first()
    )
    if found is None:
        raise NotAllowed
    return found


async def enrolments_of_staff(actor: Actor, *, include_ended: bool = False) -> list[Enrolment]:
    """List the enrolments that this person may see, by name; void and ended ones only when they are asked for."""
    rows = Enrolment.filter(visible_enrolments(actor))
    if not include_ended:
        rows = rows.filter(state=EnrolmentState.ACTIVE)
    return await rows.select_related("programme", "rule_set", "person", "ended_by").order_by("person__name")


async def standings(enrolments: list[Enrolment], *, on: date) -> list[Standing]:
    """Judge many enrolments with a constant number of queries; rule sets come loaded with them."""
    portfolios = await portfolios_of(enrolments)
    result = []
    for one in enrolments:
        rule_set = parsed(one.rule_set.document)
        result.append(Standing(one, rule_set, progress(portfolios[one.id], rule_set, on=on)))
    return result


async def versions_for(of: Enrolment, *, actor: Actor) -> list[RuleSetVersion]:
    """List the versions of the rules that staff can move a student to, newest first."""
    require(is_staff_of(actor, of))
    fresh = await Enrolment.get(id=of.id).select_related("rule_set", "programme")
    same_rules = Q(rule_set=fresh.rule_set.rule_set) | Q(id=fresh.programme.rule_set_id)
    return await RuleSetVersion.filter(same_rules).exclude(id=fresh.rule_set_id).order_by("-published_at", "-id")


async def standing_under(
    of: Enrolment, version: RuleSetVersion, *, on: date, admitted_date: date | None = None, actor: Actor
) -> Standing:
    """Judge an enrolment as if it followed another version; nothing is changed.

    `admitted_date` stands for the beginning of the studies where that is not known.
    """
    require(is_staff_of(actor, of))
    fresh = await Enrolment.get(id=of.id).select_related("programme", "rule_set", "person")
    fresh.admitted_date = fresh.admitted_date or admitted_date
    rule_set = parsed(version.document)
    return Standing(fresh, rule_set, progress((await portfolios_of([fresh]))[fresh.id], rule_set, on=on))


async def programmes_to_enrol_in(actor: Actor) -> list[Programme]:
    """List the programmes in which this person is not enrolled."""
    enrolled = await Enrolment.filter(person_id=actor.person_id).values_list("programme_id", flat=True)
    return await Programme.exclude(id__in=list(enrolled)).select_related("rule_set").order_by("name_en")


async def programmes_of_staff(actor: Actor) -> list[Programme]:
    """List the programmes that this person is staff of."""
    return await Programme.filter(id__in=actor.programmes_as(RoleKind.STAFF)).order_by("name_en")


async def all_programmes() -> list[Programme]:
    """List every programme: their names are no secret."""
    return await Programme.all().order_by("name_en")


async def catalogue(of: Enrolment) -> list[CatalogueItem]:
    """List what the programme has selected, by kind."""
    return await CatalogueItem.filter(programme_id=of.programme_id, is_open=True).order_by("kind", "title_en")


async def activities(of: Enrolment, *, actor: Actor) -> list[Activity]:
    """List an enrolment's activities that were not withdrawn, with all that belongs to them, oldest first."""
    return (
        await Activity.filter(visible_activities(actor), enrolment_id=of.id)
        .exclude(state=ActivityState.WITHDRAWN)
        .select_related("enrolment__rule_set", "decided_by")
        .prefetch_related(*_BELONGS_TO_AN_ACTIVITY)
        .order_by("created_at")
    )


async def activity(activity_id: UUID, *, actor: Actor) -> Activity:
    """Get one activity; raises NotAllowed when it is not this person's to see."""
    found = (
        await Activity.filter(visible_activities(actor), id=activity_id)
        .select_related("enrolment__person", "enrolment__programme", "enrolment__rule_set", "decided_by")
        .prefetch_related(*_BELONGS_TO_AN_ACTIVITY)
        .first()
    )
    if found is None:
        raise NotAllowed
    return found


async def latest_decision(of: Activity) -> ActivityMove | None:
    """Find what staff decided last about an activity the caller was given; it says what the note is about."""
    moves = {move.name: move for move in DECISIONS}
    about_it = Event.filter(subject_kind="activity", subject_id=str(of.id), move__in=list(moves))
    newest = await about_it.order_by("-id").first()
    return moves[newest.move] if newest is not None else None


async def all_activities(actor: Actor) -> list[Activity]:
    """List every activity that this person may see."""
    return await Activity.filter(visible_activities(actor)).select_related("enrolment").order_by("created_at")


async def proposals(actor: Actor) -> list[Activity]:
    """List proposals and reports that wait for a decision of this person; what has waited longest comes first."""
    return (
        await Activity.filter(
            enrolment__programme_id__in=actor.programmes_as(RoleKind.STAFF),
            enrolment__state=EnrolmentState.ACTIVE,
            state__in=(ActivityState.PROPOSED, ActivityState.REPORTED),
        )
        .exclude(enrolment__person_id=actor.person_id)
        .select_related("enrolment__person", "enrolment__programme", "enrolment__rule_set")
        .prefetch_related("occasions", "evidence", "sign_offs")
        .order_by("changed_at")
    )


async def applications(actor: Actor, *, include_ended: bool = False) -> list[Application]:
    """List the applications that this person may see: those that wait first, by the end of studies.

    Those of void and ended enrolments come only when they are asked for.
    """
    rows = Application.filter(visible_applications(actor))
    if not include_ended:
        rows = rows.filter(enrolment__state=EnrolmentState.ACTIVE)
    found = await rows.select_related(
        "enrolment__person", "enrolment__programme", "enrolment__rule_set", "decided_by"
    ).order_by("enrolment__study_end_date")
    return sorted(found, key=lambda application: application.state is not ApplicationState.SUBMITTED)


async def application(application_id: UUID, *, actor: Actor) -> Application:
    """Get one application; raises NotAllowed when it is not this person's to see."""
    found = (
        await Application.filter(visible_applications(actor), id=application_id)
        .select_related("enrolment__person", "enrolment__programme", "enrolment__rule_set", "decided_by")
        .first()
    )
    if found is None:
        raise NotAllowed
    return found


async def certificate_of(of: Enrolment) -> Certificate | None:
    """Find the certificate that was issued for an enrolment the caller was given."""
    return await Certificate.get_or_none(enrolment_id=of.id)


async def latest_application(of: Enrolment) -> Application | None:
    """Find the newest application of an enrolment the caller was given."""
    return await Application.filter(enrolment_id=of.id).order_by("-applied_at").first()
