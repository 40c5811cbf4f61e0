"""The assessor group of the demonstration: two readers who disagree, and a meeting that takes it up."""

from datetime import timedelta
from uuid import uuid4

from models.actions import enrolments, meetings, setup
from models.permissions import Actor
from models.queries import meetings as queries
from models.rules.ruleset import RuleSet
from models.states import ReflectionState
from models.tables import Enrolment, Programme, Reflection, RoleKind
from webapp import demo_people as people
from webapp.demo.cast import Cast
from webapp.demo.hands import Assessor
from webapp.demo.stage import Stage


async def tell_of_the_group(stage: Stage, cast: Cast, *, second: Actor, convener: Actor) -> None:
    """Let a student take part in a trial with two readers, who do not agree; the convener calls a meeting about it."""
    alva = await Enrolment.get(person__email=people.ALVA.email).select_related("rule_set")
    present = RuleSet.model_validate_json(alva.rule_set.document)
    two = present.reflection.model_copy(update={"readers": 2})
    trial = present.model_copy(update={"version": f"{present.version}-two-readers", "reflection": two})
    version = await setup.publish(trial, at=stage.now())
    reason = "Takes part in the trial with two readers."
    await enrolments.move_to_version(alva, version, reason, actor=cast.ingrid.actor, at=stage.now())
    piece = await Reflection.get(enrolment_id=alva.id, state=ReflectionState.SUBMITTED)
    await cast.henrik.accept(piece.id, "You listen well, and one hears that you have become friends.")
    await Assessor(stage, second).send_back(
        piece.id,
        "I hear what you did together. What has it changed in how you meet people yourself?",
        {"experience": "clear", "understanding": "clear", "change": "not-yet"},
    )
    await _call_meeting(stage, convener)


async def _call_meeting(stage: Stage, convener: Actor) -> None:
    programme = await Programme.get(id=convener.programmes_as(RoleKind.CONVENER)[0])
    day = (stage.told_at + timedelta(days=5)).replace(hour=11, minute=0, second=0, microsecond=0)
    meeting = await meetings.call(programme, day, "F 214", meeting_id=uuid4(), actor=convener, at=stage.now())
    for reflection in await queries.to_bring_up(meeting, actor=convener):
        await meetings.add_case(meeting, reflection, actor=convener, at=stage.now())
