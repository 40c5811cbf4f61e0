"""What students and assessors of the demonstration do, each verb through the public actions at the story's time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from models.actions import (
    activities,
    applications,
    assessments,
    claims,
    enrolments,
    handing_in,
    kept_sentences,
    reflections,
    sign_offs,
    sign_ups,
    transcripts,
)
from models.actions.reflections import PostDraft
from models.permissions import Actor
from models.portfolios import piece_rules, rule_set_of
from models.queries import enrolments as enrolment_queries
from models.queries import media as media_queries
from models.queries import reflections as reflection_queries
from models.tables import Activity, Enrolment, Gathering, Programme, Reflection
from models.tables.activities import Mode, Place
from models.tables.gatherings import Part
from models.tables.media import Purpose
from webapp.demo.stage import Stage
from webapp.demo.texts import DemoReport, text_of
from webapp.demo_people import DemoPerson


class Student:
    """A student's hands."""

    def __init__(self, stage: Stage, actor: Actor, enrolment: Enrolment) -> None:
        self._stage = stage
        self._actor = actor
        self.enrolment = enrolment

    @classmethod
    async def enrolled(
        cls,
        stage: Stage,
        person: DemoPerson,
        code: str,
        study_end_date: date,
        admitted_date: date | None = None,
        declarations: Sequence[str] = (),
    ) -> "Student":
        """Invite a student, who enrols at once."""
        actor = await stage.invite(person)
        enrolment = await enrolments.enrol(
            await Programme.get(code=code),
            study_end_date,
            admitted_date=admitted_date,
            declarations=declarations,
            enrolment_id=uuid4(),
            actor=actor,
            at=stage.now(),
        )
        return cls(stage, actor, enrolment)

    async def choose(self, title: str) -> UUID:
        """Choose an activity of the catalogue by its English title."""
        catalogue = await enrolment_queries.catalogue(self.enrolment)
        item = next(item for item in catalogue if item.title_en == title)
        activity = await activities.choose(
            self.enrolment, item, activity_id=uuid4(), actor=self._actor, at=self._stage.now()
        )
        return activity.id

    async def propose(self, title: str, about: str, place: Place, mode: Mode) -> UUID:
        """Propose an activity of one's own."""
        activity = await activities.propose(
            self.enrolment, title, about, place, mode, activity_id=uuid4(), actor=self._actor, at=self._stage.now()
        )
        return activity.id

    async def do(self, activity_id: UUID, *days_ago: int) -> None:
        """Note the days on which it took place and say that it is done."""
        activity = await self._noted(activity_id, days_ago)
        await activities.complete(activity, actor=self._actor, at=self._stage.now())

    async def report(self, activity_id: UUID, *days_ago: int) -> None:
        """Note the days on which it took place and report it, where staff confirm."""
        activity = await self._noted(activity_id, days_ago)
        await activities.report(activity, actor=self._actor, at=self._stage.now())

    async def prove(self, activity_id: UUID, filename: str, content: bytes) -> None:
        """Add a file as evidence."""
        activity = await enrolment_queries.activity(activity_id, actor=self._actor)
        await self._stage.prove(activity, filename, content, actor=self._actor)

    async def ask(self, activity_id: UUID, organiser: str) -> str:
        """Ask whoever arranged it to confirm it; gives the secret of the link."""
        activity = await enrolment_queries.activity(activity_id, actor=self._actor)
        return await sign_offs.request(
            activity, organiser, sign_off_id=uuid4(), actor=self._actor, at=self._stage.now()
        )

    async def sign_up(self, title: str, part: Part, topic: str = "") -> None:
        """Sign up for a gathering by its English title."""
        gathering = await Gathering.get(title_en=title)
        await sign_ups.sign_up(
            gathering, self.enrolment, part, topic, sign_up_id=uuid4(), actor=self._actor, at=self._stage.now()
        )

    async def withdraw(self, activity_id: UUID) -> None:
        """Take an activity back."""
        activity = await enrolment_queries.activity(activity_id, actor=self._actor)
        await activities.withdraw(activity, actor=self._actor, at=self._stage.now())

    async def write(self, activity_id: UUID, text: str, language: str = "en") -> UUID:
        """Write a reflection and leave it as a draft."""
        reflection = await self._start(activity_id, "written", language)
        return await self._save(reflection, text, [])

    async def write_final(self, text: str) -> UUID:
        """Write the final reflection and leave it as a draft."""
        reflection = await reflections.start_final(
            self.enrolment, "written", "en", actor=self._actor, at=self._stage.now()
        )
        return await self._save(reflection, text, [])

    async def revise(self, reflection_id: UUID, text: str) -> None:
        """Put another text into the draft."""
        await self._save(await self._reflection(reflection_id), text, [])

    async def record(self, activity_id: UUID, format_: str, file: str) -> UUID:
        """Record a podcast or a video in English and leave it as a draft."""
        reflection = await self._start(activity_id, format_, "en")
        await self._stage.send(reflection, Purpose.RECORDING, file, actor=self._actor)
        return reflection.id

    async def post(self, activity_id: UUID, report: DemoReport) -> UUID:
        """Put posts together and leave them as a draft."""
        reflection = await self._start(activity_id, "posts", "en")
        posts = []
        for post in report.posts:
            photo_id = await self._stage.send(reflection, Purpose.PHOTO, post.photo, actor=self._actor)
            posts.append(PostDraft(uuid4(), photo_id, post.caption, post.alt_text))
        return await self._save(reflection, text_of(report.text), posts)

    async def correct(self, reflection_id: UUID, heard: str, said: str) -> None:
        """Put a word right, if the machine heard it so in the recording of this draft."""
        draft = await reflections.open_draft(await self._reflection(reflection_id))
        transcript = draft.recording_id and await media_queries.transcript(draft.recording_id, actor=self._actor)
        if not transcript:
            return
        for number, segment in enumerate(transcript.speech["segments"]):
            for place, word in enumerate(segment["words"]):
                if word["text"].strip(" .,") == heard:
                    await transcripts.correct(transcript, number, place, said, actor=self._actor, at=self._stage.now())
                    return

    async def hand_in(self, reflection_id: UUID) -> None:
        """Hand the draft in."""
        reflection = await self._reflection(reflection_id)
        draft = await reflections.open_draft(reflection)
        await handing_in.submit(reflection, revision=draft.revision, actor=self._actor, at=self._stage.now())

    async def take_back(self, reflection_id: UUID) -> None:
        """Take back what nobody has begun to read."""
        reflection = await self._reflection(reflection_id)
        await handing_in.take_back(reflection, actor=self._actor, at=self._stage.now())

    async def apply(self) -> UUID:
        """Apply for the certificate."""
        application = await applications.apply(
            self.enrolment, application_id=uuid4(), actor=self._actor, at=self._stage.now()
        )
        return application.id

    async def _noted(self, activity_id: UUID, days_ago: Sequence[int]) -> Activity:
        activity = await enrolment_queries.activity(activity_id, actor=self._actor)
        for days in days_ago:
            await activities.log_occasion(activity, self._stage.in_days(-days), actor=self._actor, at=self._stage.now())
        return activity

    async def _start(self, activity_id: UUID, format_: str, language: str) -> Reflection:
        activity = await enrolment_queries.activity(activity_id, actor=self._actor)
        return await reflections.start(activity, format_, language, actor=self._actor, at=self._stage.now())

    async def _save(self, reflection: Reflection, text: str, posts: list[PostDraft]) -> UUID:
        draft = await reflections.open_draft(reflection)
        await reflections.save_draft(
            reflection,
            base_revision=draft.revision,
            text=text,
            posts=posts or None,
            actor=self._actor,
            at=self._stage.now(),
        )
        return reflection.id

    async def _reflection(self, reflection_id: UUID) -> Reflection:
        return await reflection_queries.reflection(reflection_id, actor=self._actor)


@dataclass(slots=True)
class Assessor:
    """An assessor's hands."""

    stage: Stage
    actor: Actor

    async def claim(self, reflection_id: UUID) -> Reflection:
        """Take a reflection to read it."""
        reflection = await reflection_queries.reflection(reflection_id, actor=self.actor)
        await claims.claim(reflection, actor=self.actor, at=self.stage.now())
        return await reflection_queries.reflection(reflection_id, actor=self.actor)

    async def accept(self, reflection_id: UUID, comment: str = "", **levels: str) -> None:
        """Take a reflection, read it and accept it: every criterion on the first level that passes, or as named."""
        reflection = await self.claim(reflection_id)
        rules = piece_rules(await rule_set_of(reflection.enrolment), reflection.kind)
        passing = {one.id: next(level.id for level in one.levels if level.passes) for one in rules.criteria}
        await assessments.accept(reflection, comment, passing | levels, actor=self.actor, at=self.stage.now())

    async def send_back(self, reflection_id: UUID, comment: str, levels: Mapping[str, str]) -> None:
        """Take a reflection, read it and ask for a revision."""
        reflection = await self.claim(reflection_id)
        await assessments.return_for_revision(reflection, comment, levels, actor=self.actor, at=self.stage.now())

    async def keep(self, *sentences: str) -> None:
        """Keep sentences to use again."""
        for text in sentences:
            await kept_sentences.keep(text, sentence_id=uuid4(), actor=self.actor, at=self.stage.now())
