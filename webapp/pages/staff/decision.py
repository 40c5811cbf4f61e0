"""/office/activities/{id}: everything that deciding on one activity needs, on one page."""

from nicegui import ui

from models.errors import NotAllowed
from models.permissions import Actor, is_active, is_staff_of
from models.portfolios import parsed, time_zone
from models.queries import enrolments as queries
from models.queries import media as media_queries
from models.rules.ruleset import RuleSet
from models.states import ActivityState
from models.tables import Activity
from webapp.components.activity_facts import facts_of
from webapp.components.badges import activity_badge
from webapp.components.decision import decision_card
from webapp.components.evidence import evidence_list
from webapp.components.notices import card, facts, muted
from webapp.components.precedents_for_staff import precedents_card, sharing_card
from webapp.components.sign_off import sign_off_card
from webapp.errors import as_id, screen
from webapp.i18n import _, pick_name, pick_title, plural, say_date, say_time
from webapp.layout import frame
from webapp.session import current_actor

_WAITING = (ActivityState.PROPOSED, ActivityState.REPORTED)


@screen("/office/activities/{activity_id}")
async def page(activity_id: str) -> None:
    """Show what is known on one side, and the decision with what was decided before on the other."""
    actor = await current_actor()
    activity = await queries.activity(as_id(activity_id), actor=actor)
    if not is_staff_of(actor, activity.enrolment):
        raise NotAllowed
    rule_set = parsed(activity.enrolment.rule_set.document)

    with frame(pick_title(activity), back="/office", wide=True):
        await _where_it_stands(activity)
        with ui.element("div").classes("cim-columns"):
            with ui.element("div").classes("cim-list"):
                await _what_is_known(activity, rule_set, actor)
            with ui.element("div").classes("cim-list"):
                decision_card(activity, rule_set, actor)
                _kept(activity, actor)
                await precedents_card(activity, rule_set, actor)


async def _where_it_stands(activity: Activity) -> None:
    if activity.state not in _WAITING and activity.decided_by is None:
        return
    with card(look="calm"), ui.element("div").classes("cim-row"):
        activity_badge(activity)
        zone = await time_zone()
        if activity.state in _WAITING:
            ui.label(_("Waits since {when}").format(when=say_time(activity.changed_at, zone)))
        elif activity.decided_by is not None and activity.decided_at is not None:
            when = say_time(activity.decided_at, zone)
            ui.label(_("Decided by {name}, {when}").format(name=activity.decided_by.name, when=when))
        if activity.decision_note:
            ui.label(_("To the student: {words}").format(words=activity.decision_note)).classes("cim-text w-full")
        if not is_active(activity.enrolment):
            muted(_("The enrolment has been ended: nothing is decided any more."))


async def _what_is_known(activity: Activity, rule_set: RuleSet, actor: Actor) -> None:
    with card(_("What the student says")):
        ui.label(activity.about or _("Chosen from the programme's list.")).classes("cim-text").props("data-test=about")
        with ui.element("div").classes("cim-row"):
            muted(_("Student"))
            ui.link(activity.enrolment.person.name, f"/office/students/{activity.enrolment_id}")
        facts(_facts(activity, rule_set))
        _days(activity, rule_set)
    with card(_("Evidence")):
        evidence_list(await media_queries.evidence_of_activity(activity.id, actor=actor), may_remove=False)
    await sign_off_card(activity, actor)
    reflection = next((one for one in activity.reflections if one.first_submitted_at is not None), None)
    if reflection is not None:
        ui.link(_("To the reflection"), f"/reflections/{reflection.id}")


def _facts(activity: Activity, rule_set: RuleSet) -> list[tuple[str, str]]:
    rows = [(_("Programme"), pick_name(activity.enrolment.programme)), *facts_of(activity, rule_set)]
    if activity.attendance_percent is not None:
        rows.append((_("Attendance"), _("{percent} per cent").format(percent=activity.attendance_percent)))
    return rows


def _days(activity: Activity, rule_set: RuleSet) -> None:
    days = sorted(occasion.took_place_on for occasion in activity.occasions)
    type_ = rule_set.type_of(activity.kind)
    if not days:
        muted(_("No day is noted yet."))
        return
    words = "; ".join(say_date(day) for day in days)
    ui.label(_("Took place on {days}.").format(days=words)).props("data-test=days")
    if type_ is not None and type_.occasions > 1:
        muted(
            plural(
                "{count} occasion makes one activity.",
                "{count} occasions on different days make one activity.",
                type_.occasions,
            )
        )
    if days[0] < activity.enrolment.enrolled_at.date():
        muted(_("Some of it took place before the student enrolled for the certificate."))


def _kept(activity: Activity, actor: Actor) -> None:
    precedent = activity.precedent
    if precedent is not None and activity.state not in _WAITING:
        sharing_card(precedent, actor)
