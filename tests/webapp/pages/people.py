"""Students of other certificates than KI's, who work through the public actions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from models.actions import activities, enrolments
from models.permissions import Actor
from models.queries.people import actor_of
from models.tables import Activity, CatalogueItem, Enrolment, Person, Programme, SignOff
from models.tables.activities import Mode, Place, SignOffOutcome
from tests.webapp.endpoints.stage import STUDY_END, TODAY, Stage, Student, now

SOC, JU = "SOC", "JU"
ADMITTED = TODAY - timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A signed-in student with an enrolment."""

    stage: Stage
    visitor: Student
    enrolment: Enrolment
    actor: Actor

    def read(self, path: str) -> str:
        """Open a page."""
        return self.visitor.get(path).raise_for_status().text

    def add_page(self) -> str:
        """Open the page on which activities are added."""
        return self.read(f"/enrolments/{self.enrolment.id}/add")

    def choose(self, title: str, *days: date) -> Activity:
        """Take an activity from the list and note days."""

        async def chosen() -> Activity:
            item = await CatalogueItem.get(programme_id=self.enrolment.programme_id, title_en=title)
            made = await activities.choose(self.enrolment, item, activity_id=uuid4(), actor=self.actor, at=now())
            return await self._with_days(made, days)

        return self.stage.do(chosen)

    def propose(self, title: str, *days: date) -> Activity:
        """Propose an activity of one's own and note days."""

        async def proposed() -> Activity:
            made = await activities.propose(
                self.enrolment,
                title,
                "About it.",
                Place.SWEDEN,
                Mode.ONSITE,
                activity_id=uuid4(),
                actor=self.actor,
                at=now(),
            )
            return await self._with_days(made, days)

        return self.stage.do(proposed)

    def act(self, action: Callable[..., Awaitable[object]], activity: Activity, *arguments: object, by: Actor) -> None:
        """Have somebody do something with an activity."""

        async def done() -> None:
            fresh = await Activity.get(id=activity.id).select_related("enrolment")
            await action(fresh, *arguments, actor=by, at=now())

        self.stage.do(done)

    async def _with_days(self, activity: Activity, days: tuple[date, ...]) -> Activity:
        fresh = await Activity.get(id=activity.id).select_related("enrolment")
        for day in days:
            await activities.log_occasion(fresh, day, actor=self.actor, at=now())
        return fresh


def enrolled(stage: Stage, programme: str, *, language: str = "en", study_end: date = STUDY_END) -> Enrolled:
    """Make a student of a programme and sign in."""
    student = stage.student(language=language, enrolled=False)

    async def made() -> tuple[Enrolment, Actor]:
        actor = await actor_of(await Person.get(id=student.person_id))
        enrolment = await enrolments.enrol(
            await Programme.get(code=programme),
            study_end,
            admitted_date=ADMITTED,
            declarations=["enrolled"],
            enrolment_id=uuid4(),
            actor=actor,
            at=now(),
        )
        return enrolment, actor

    return Enrolled(stage, student, *stage.do(made))


async def prove(activity: Activity) -> None:
    """Have the organiser's word for it, as evidence."""
    await SignOff.create(
        id=uuid4(),
        activity_id=activity.id,
        token_hash=uuid4().hex,
        organiser="The university",
        asked_at=now(),
        expires_at=now() + timedelta(days=14),
        outcome=SignOffOutcome.CONFIRMED,
        answered_at=now(),
    )
