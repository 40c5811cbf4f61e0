"""Where a journey on the phone starts: activities done and reflections begun, by the product's own actions."""

from datetime import timedelta
from uuid import UUID, uuid4

from models.actions import activities, enrolments, reflections
from models.permissions import Actor
from models.queries.enrolments import activity as activity_of
from models.queries.people import actor_of
from models.tables import CatalogueItem, Enrolment, Person, Programme
from tests.journeys.site import Site
from webapp.runtime import clock


async def begun_reflections(site: Site, *formats: str, email: str = "", to_begin: int = 0) -> list[UUID]:
    """Enrol a student of a KI site and begin a reflection in each format; `to_begin` more activities are only done."""

    async def prepare() -> list[UUID]:
        person = await Person.get(email=email or site.student)
        actor = await actor_of(person)
        enrolment = await _enrolled(actor)
        items = await CatalogueItem.filter(programme_id=enrolment.programme_id).order_by("id")
        begun = []
        for number, item in enumerate(items[: len(formats) + to_begin]):
            chosen = await activities.choose(enrolment, item, activity_id=uuid4(), actor=actor, at=clock())
            activity = await activity_of(chosen.id, actor=actor)
            await activities.log_occasion(activity, clock().date() - timedelta(days=3), actor=actor, at=clock())
            await activities.complete(activity, actor=actor, at=clock())
            if number < len(formats):
                begun.append((await reflections.start(activity, formats[number], "en", actor=actor, at=clock())).id)
        return begun

    return await site.beside(prepare)


async def _enrolled(actor: Actor) -> Enrolment:
    programme = await Programme.all().order_by("code").first()
    if programme is None:
        raise RuntimeError("the site has no programme")
    return await enrolments.enrol(
        programme, clock().date() + timedelta(days=200), enrolment_id=uuid4(), actor=actor, at=clock()
    )
