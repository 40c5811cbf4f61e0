"""One site's programme and one of its students, who do everything through the public actions.

Everybody enrols on 1 September 2025 unless a test says otherwise; from then on the student's clock stands at NOW.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from models.actions import (
    activities,
    applications,
    assessments,
    attendance,
    catalogue,
    claims,
    decisions,
    enrolments,
    gatherings,
    handing_in,
    setup,
    sign_ups,
)
from models.actions import reflections as pieces
from models.actions.facts import DecidedFacts
from models.actions.reflections import PostDraft, RuleSays
from models.actions.setup import ListedActivity
from models.permissions import Actor
from models.portfolios import rule_set_of
from models.queries import enrolments as reading
from models.rules.bilingual import Bilingual
from models.rules.progress import Progress, RequirementProgress
from models.rules.ruleset import RuleSet, preset
from models.tables import (
    Activity,
    Application,
    CatalogueItem,
    Certificate,
    Enrolment,
    Gathering,
    Programme,
    Reflection,
    SignUp,
)
from models.tables.activities import Mode, Place
from models.tables.gatherings import Part
from models.tables.media import Purpose
from tests.factories import (
    NOW,
    STUDY_END,
    at_noon,
    make_actor,
    make_assessor,
    make_evidence,
    make_media,
    make_staff,
    words,
)

ENROLLED = datetime(2025, 9, 1, 10, 0, tzinfo=UTC)
ADMITTED = date(2024, 9, 2)
SOME_DAY = date(2025, 10, 1)
SWEDEN, ABROAD = Place.SWEDEN, Place.ABROAD
ONSITE, ONLINE, HYBRID = Mode.ONSITE, Mode.ONLINE, Mode.HYBRID


def weekly(number: int, start: date = SOME_DAY) -> tuple[date, ...]:
    """Name so many days, a week apart."""
    return tuple(start + timedelta(weeks=week) for week in range(number))


def said(refusal: RuleSays) -> list[tuple[str, str]]:
    """Read what a refusal by the rules says, in Swedish and in English."""
    return [(sentence.sv, sentence.en) for sentence in refusal.sentences]


@dataclass
class Site:
    """A programme under a rule set, with one of its staff and an assessor."""

    programme: Programme
    rule_set: RuleSet
    staff: Actor
    assessor: Actor

    async def list_activity(
        self,
        title: str,
        kind: str = "language-cafe",
        place: Place = SWEDEN,
        mode: Mode = ONSITE,
        *,
        theme: str = "",
        points: int | None = None,
    ) -> CatalogueItem:
        """Let staff select an activity for their students."""
        listed = ListedActivity(
            kind, Bilingual(f"{title} (sv)", title), Bilingual("Text.", "Text."), place, mode, "", theme, points
        )
        return await catalogue.add_item(self.programme, listed, actor=self.staff, at=NOW)

    async def gather(self, kind: str, forum: str = "", *, starts_at: datetime = NOW) -> Gathering:
        """Let staff announce an event of two hours."""
        plan = gatherings.Plan(
            kind, "Träff", "Meeting", starts_at, starts_at + timedelta(hours=2), forum=forum, where="Room 1"
        )
        made = await gatherings.make(plan, [self.programme], gathering_id=uuid4(), actor=self.staff, at=NOW)
        return await Gathering.get(id=made.id)

    async def enrol(
        self,
        study_end_date: date = STUDY_END,
        *,
        admitted_date: date | None = ADMITTED,
        declarations: Sequence[str] = ("enrolled",),
        at: datetime = ENROLLED,
        now: datetime = NOW,
        name: str = "Robin",
    ) -> "Student":
        """Let a student enrol themself; afterwards the student's clock stands at `now`."""
        actor = await make_actor(name)
        enrolment = await enrolments.enrol(
            self.programme,
            study_end_date,
            admitted_date=admitted_date,
            declarations=declarations,
            enrolment_id=uuid4(),
            actor=actor,
            at=at,
        )
        return Student(self, enrolment, actor, now)


async def open_site(name: str | RuleSet, code: str = "OT", *, has_international_syllabus: bool | None = None) -> Site:
    """Set a programme up that follows a preset, or a rule set of one's own."""
    rule_set = preset(name) if isinstance(name, str) else name
    programme = await setup.set_up_programme(
        code,
        Bilingual(f"Program {code}", f"Programme {code}"),
        await setup.publish(rule_set, at=ENROLLED),
        has_international_syllabus=has_international_syllabus,
        at=ENROLLED,
    )
    return Site(programme, rule_set, await make_staff(programme), await make_assessor(programme))


@dataclass
class Student:
    """A student and what they do; `at` is the student's clock."""

    site: Site
    enrolment: Enrolment
    actor: Actor
    at: datetime = field(default=NOW)

    async def propose(self, kind: str = "own", place: Place = SWEDEN, mode: Mode = ONSITE, title: str = "") -> Activity:
        """Propose an activity of one's own."""
        made = await activities.propose(
            self.enrolment,
            title or f"{kind} {place}",
            "What it is.",
            place,
            mode,
            kind=kind,
            activity_id=uuid4(),
            actor=self.actor,
            at=self.at,
        )
        return await reload(made)

    async def choose(self, item: CatalogueItem) -> Activity:
        """Choose what the programme lists."""
        return await reload(
            await activities.choose(self.enrolment, item, activity_id=uuid4(), actor=self.actor, at=self.at)
        )

    async def on_days(self, activity: Activity, *days: date) -> None:
        """Note days on which it took place."""
        for day in days:
            await activities.log_occasion(activity, day, actor=self.actor, at=self.at)

    async def finish(self, activity: Activity) -> None:
        """Say that it is done, the way that the rules ask for; where staff confirm it, they do."""
        if (await rule_set_of(self.enrolment)).activities.approval == "before":
            await activities.complete(activity, actor=self.actor, at=self.at)
            return
        await activities.report(activity, actor=self.actor, at=self.at)
        await decisions.confirm(await reload(activity), actor=self.site.staff, at=self.at)

    async def do(
        self,
        kind: str = "own",
        place: Place = SWEDEN,
        mode: Mode = ONSITE,
        *,
        days: Sequence[date] = (SOME_DAY,),
        title: str = "",
        class_code: str = "",
        theme: str = "",
        points: int | None = None,
        evidence: bool = False,
        attendance: int | None = None,
    ) -> Activity:
        """Propose an activity, have it approved and do it to the end."""
        activity = await self.propose(kind, place, mode, title)
        facts = DecidedFacts(kind, class_code, theme, points)
        approval = self.site.rule_set.activities.approval
        if approval == "before":
            await decisions.approve(activity, facts=facts, actor=self.site.staff, at=self.at)
        await self.on_days(activity, *days)
        if attendance is not None:
            await activities.state_attendance(activity, attendance, actor=self.actor, at=self.at)
        if evidence:
            await make_evidence(activity, at=self.at)
        if approval == "before":
            await activities.complete(activity, actor=self.actor, at=self.at)
        else:
            await activities.report(activity, actor=self.actor, at=self.at)
            await decisions.confirm(await reload(activity), facts=facts, actor=self.site.staff, at=self.at)
        return await reload(activity)

    async def start(self, activity: Activity, format_: str = "written", language: str = "sv") -> Reflection:
        """Begin the reflection on an activity."""
        return await pieces.start(activity, format_, language, actor=self.actor, at=self.at)

    async def start_final(self, format_: str = "written", language: str = "en") -> Reflection:
        """Begin the final reflection."""
        return await pieces.start_final(self.enrolment, format_, language, actor=self.actor, at=self.at)

    async def fill(self, piece: Reflection, *, word_count: int = 0, seconds: float = 0, posts: int = 0) -> None:
        """Put a text, a recording or posts into the draft."""
        if seconds:
            await make_media(piece, seconds=seconds, at=self.at)
            return
        photos = [await make_media(piece, purpose=Purpose.PHOTO, at=self.at) for _ in range(posts)]
        drafts = [PostDraft(uuid4(), photo.id, f"Caption {n}", f"A street {n}") for n, photo in enumerate(photos)]
        draft = await pieces.open_draft(piece)
        await pieces.save_draft(
            piece,
            base_revision=draft.revision,
            text=words(word_count),
            posts=drafts if posts else None,
            actor=self.actor,
            at=self.at,
        )

    async def hand_in(self, piece: Reflection) -> Reflection:
        """Hand in what stands in the draft."""
        fresh = await reload_piece(piece)
        draft = await pieces.open_draft(fresh)
        await handing_in.submit(fresh, revision=draft.revision, actor=self.actor, at=self.at)
        return await reload_piece(piece)

    async def accepted(self, piece: Reflection, *readers: Actor) -> Reflection:
        """Let each reader in turn take and accept what is handed in; without any, the site's assessor does."""
        for reader in readers or (self.site.assessor,):
            await claims.claim(await reload_piece(piece), actor=reader, at=self.at)
            await assessments.accept(await reload_piece(piece), actor=reader, at=self.at)
        return await reload_piece(piece)

    async def reflect(self, activity: Activity, *, accept: bool = True) -> Reflection:
        """Write 1000 words about an activity and hand them in."""
        piece = await self.start(activity)
        await self.fill(piece, word_count=1000)
        piece = await self.hand_in(piece)
        return await self.accepted(piece) if accept else piece

    async def hand_in_final(self) -> Reflection:
        """Write a final piece of 3000 words and hand it in."""
        piece = await self.start_final()
        await self.fill(piece, word_count=3000)
        return await self.hand_in(piece)

    async def sign_up(self, gathering: Gathering, part: Part = Part.PRESENTER) -> SignUp:
        """Sign up for an event."""
        return await sign_ups.sign_up(
            gathering, self.enrolment, part, "My exchange", sign_up_id=uuid4(), actor=self.actor, at=self.at
        )

    async def attend(self, kind: str, forum: str = "", part: Part = Part.PRESENTER) -> None:
        """Sign up for an event that staff announce, and show with the code of the day that one is there."""
        gathering = await self.site.gather(kind, forum, starts_at=self.at)
        await self.sign_up(gathering, part)
        await attendance.attend(gathering, self.enrolment, gathering.code, actor=self.actor, at=self.at)

    async def progress(self, on: date | None = None) -> Progress:
        """See one's progress as the pages do."""
        mine = await reading.enrolment(self.enrolment.id, actor=self.actor)
        [standing] = await reading.standings([mine], on=on or self.at.date())
        return standing.progress

    async def requirement(self, id_: str, on: date | None = None) -> RequirementProgress:
        """See how far one requirement is met."""
        [found] = [one for one in (await self.progress(on)).requirements if one.id == id_]
        return found

    async def have(self, id_: str, on: date | None = None) -> int:
        """See how much one has of a requirement."""
        return (await self.requirement(id_, on)).have

    async def lacks(self, on: date | None = None) -> dict[str, int]:
        """See what is missing: requirement → how many."""
        return {one.id: one.missing for one in (await self.progress(on)).requirements if not one.met}

    async def is_told(self, id_: str) -> tuple[str, str]:
        """Read what is said about a requirement, in Swedish and in English."""
        sentence = (await self.requirement(id_)).sentence
        return sentence.sv, sentence.en

    async def why_not(self, id_: str) -> list[tuple[str, str]]:
        """Read why what does not count does not, in Swedish and in English."""
        return [(why.sv, why.en) for _title, why in (await self.requirement(id_)).not_counted]

    async def apply(self, *declarations: str) -> Application:
        """Ask for the certificate."""
        made = await applications.apply(
            self.enrolment, declarations=declarations, application_id=uuid4(), actor=self.actor, at=self.at
        )
        return await Application.get(id=made.id).select_related("enrolment")

    async def is_awarded(self, *declarations: str) -> Certificate:
        """Apply, and let staff approve."""
        return await applications.approve(await self.apply(*declarations), actor=self.site.staff, at=self.at)

    def wait_until(self, day: date) -> None:
        """Move the student's clock to noon of a day."""
        self.at = at_noon(day)


async def reload(activity: Activity) -> Activity:
    """Load an activity as it is now."""
    return await Activity.get(id=activity.id).select_related("enrolment")


async def reload_piece(piece: Reflection) -> Reflection:
    """Load a piece as it is now."""
    return await Reflection.get(id=piece.id).select_related("enrolment")
