"""The demonstration, made with a scripted engine."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock

from models import database
from models.actions import accounts
from models.queries import enrolments as enrolment_queries
from models.queries.contacts import contacts_of
from models.queries.people import actor_of
from models.rules.limits import PieceFacts, count_words, problems
from models.rules.ruleset import mistakes, preset
from models.settings import Settings
from models.states import ActivityState, ApplicationState, EnrolmentState, JobState, MediaState, ReflectionState
from models.tables import (
    Activity,
    Application,
    Assessment,
    Certificate,
    Enrolment,
    Event,
    Extension,
    Gathering,
    Job,
    KeptSentence,
    MediaItem,
    Notice,
    Person,
    Precedent,
    Programme,
    Reflection,
    ReflectionKind,
    Role,
    RoleKind,
    RuleSetDraft,
    SignOff,
    SignUp,
    Transcript,
    Version,
)
from models.tables.activities import SignOffOutcome
from models.tables.assessments import Decision
from models.tables.gatherings import Part
from models.tables.notices import NoticeKind
from tests.transcription.scripted import ScriptedEngine
from transcription.pool import Transcriber
from webapp.application import DataFolderInUse
from webapp.demo import seeding as demo
from webapp.demo.stories_elsewhere import HEALTH, SOCIETY
from webapp.demo.texts import FILES, LECTURES, RECEPTION, TEDX, WELCOME_WEEK, DemoReport, bytes_of, text_of
from webapp.demo_people import BACKGROUND_PEOPLE, DEMO_PASSWORD, DEMO_PEOPLE

NOW = datetime.now(UTC)


async def scripted(_settings: Settings) -> Transcriber | None:
    return ScriptedEngine("We sat in a cafe and talked.")


async def no_engine(_settings: Settings) -> Transcriber | None:
    return None


def say_nothing(_words: str) -> None:
    pass


def _stop_at(name: str) -> Callable[[str], None]:
    """Cut seeding off when this person is named."""

    def say(words: str) -> None:
        if words.startswith(name):
            raise InterruptedError

    return say


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a demonstration that was cut off once and then made whole; tests read it only."""
    settings = Settings(data_folder=tmp_path_factory.mktemp("data") / "demo", is_demo=True)
    with pytest.raises(InterruptedError):
        await demo.seed(settings, say=_stop_at("Mira"), engine_for=scripted)
    await demo.seed(settings, say=say_nothing, engine_for=scripted)
    return settings


@pytest_asyncio.fixture
async def opened(seeded: Settings) -> AsyncIterator[None]:
    async with database.opened(seeded.database_file):
        yield


@pytest.mark.usefixtures("opened")
class TestMade:
    async def test_there_is_work_in_every_state(self) -> None:
        activities = {row.state for row in await Activity.all()}
        reflections = {row.state for row in await Reflection.all()}
        applications = {row.state for row in await Application.all()}
        enrolments = {row.state for row in await Enrolment.all()}

        assert activities == set(ActivityState)
        assert reflections == set(ReflectionState)
        assert applications == set(ApplicationState)
        assert enrolments == set(EnrolmentState)

    async def test_every_format_was_handed_in(self) -> None:
        formats = {version.format for version in await Version.filter(frozen_at__isnull=False)}

        assert formats == {"written", "podcast", "video", "posts"}

    async def test_there_are_people_in_every_role(self) -> None:
        assert {role.kind for role in await Role.all()} == set(RoleKind)
        assert await Enrolment.all().count() == 13

    async def test_people_of_every_kind_have_news_and_have_read_what_is_old(self) -> None:
        news = {notice.kind for notice in await Notice.filter(read_at__isnull=True)}
        old = Notice.filter(created_at__lt=NOW - timedelta(days=demo.NEW_DAYS + 1))

        assert {NoticeKind.RETURNED, NoticeKind.WORK_WAITS, NoticeKind.ACTIVITY_WAITS} <= news
        assert await old.filter(read_at__isnull=True).count() == 0
        assert await old.count() > 0

    async def test_everybody_can_sign_in(self) -> None:
        everybody = [*DEMO_PEOPLE, *BACKGROUND_PEOPLE]

        tokens = [await accounts.sign_in(person.email, DEMO_PASSWORD, browser="", at=NOW) for person in everybody]

        assert len(set(tokens)) == len(everybody) == await Person.all().count()

    async def test_every_file_can_be_played_and_every_recording_has_its_transcript(self) -> None:
        assert {item.state for item in await MediaItem.all()} == {MediaState.READY}
        assert {job.status for job in await Job.all()} == {JobState.DONE}
        assert await Transcript.all().count() == await MediaItem.filter(purpose="recording").count()

    async def test_events_are_in_the_order_of_time_and_in_the_past(self) -> None:
        # Signing in, which another test does, is recorded at the present time.
        times = [event.at for event in await Event.exclude(move="sign_in").order_by("id")]

        assert times == sorted(times)
        assert times[-1] < NOW

    async def test_the_standing_of_each_student_is_what_their_line_says(self) -> None:
        complete = set()
        for enrolment in await Enrolment.all().select_related("person", "rule_set"):
            (standing,) = await enrolment_queries.standings([enrolment], on=NOW.date())
            if standing.progress.complete:
                complete.add(enrolment.person.name)

        assert complete == {"Tove Almgren", "Sixten Rask"}
        assert [certificate.name for certificate in await Certificate.all()] == ["Sixten Rask"]
        assert await Extension.all().count() == 1
        assert not await Enrolment.exists(person__name="Nova Ekdal")

    async def test_one_final_deadline_has_passed(self) -> None:
        days_left = (await _standing("Melker Strandh")).progress.days_left

        assert days_left is not None
        assert days_left < 0

    async def test_signe_is_told_exactly_what_is_missing_under_the_rules_of_lu_soc(self) -> None:
        judged = (await _standing("Signe Myrheden")).progress

        assert [(one.id, one.have, one.needed) for one in judged.requirements if not one.met] == [
            ("types", 2, 3),
            ("presentation", 0, 1),
            ("final", 0, 1),
        ]
        assert [note.en for note in judged.notes] == [
            "You have two lectures. Only three, on different days, count as one activity."
        ]

    async def test_viggo_has_seventy_of_a_hundred_points_and_one_report_with_a_pdf_and_a_photo_waits(self) -> None:
        (points,) = (await _standing("Viggo Lindekrans")).progress.requirements
        waiting = await Activity.get(state=ActivityState.REPORTED).select_related("enrolment__person")
        evidence = await MediaItem.filter(activity_id=waiting.id).order_by("received_at")

        assert (points.have, points.needed) == (70, 100)
        assert waiting.enrolment.person.name == "Viggo Lindekrans"
        assert [(one.state, one.pages) for one in evidence] == [(MediaState.READY, 1), (MediaState.READY, None)]

    async def test_an_organiser_has_confirmed_one_activity(self) -> None:
        answered = await SignOff.get().select_related("activity")

        assert (answered.outcome, answered.attendance_percent) == (SignOffOutcome.CONFIRMED, 95)
        assert answered.activity.state is ActivityState.DONE

    async def test_students_find_one_shared_precedent_that_names_nobody(self) -> None:
        shared = await Precedent.get(is_shared=True)

        assert not shared.counts
        assert "Viggo" not in shared.title_sv + shared.title_en + shared.reason

    async def test_one_presentation_goes_on_now_and_one_next_month_has_a_free_place(self) -> None:
        todays, next_months = await Gathering.all().order_by("starts_at")
        signed_up = await SignUp.filter(gathering_id=next_months.id).count()

        assert todays.starts_at <= datetime.now(UTC) < todays.ends_at
        assert {one.part for one in await SignUp.filter(gathering_id=todays.id)} == set(Part)
        assert next_months.capacity is not None
        assert signed_up < next_months.capacity
        assert next_months.starts_at > NOW + timedelta(days=27)

    async def test_a_deputy_answers_for_social_sciences_today(self) -> None:
        programme = await Programme.get(code=SOCIETY)

        (answers,) = await contacts_of(programme.id, on=NOW.date())

        assert (answers.person_name, answers.instead_of) == ("Torkel Fjällgren", "Gunnel Åsvik")

    async def test_every_programme_has_somebody_who_answers(self) -> None:
        for programme in await Programme.all():
            assert len(await contacts_of(programme.id, on=NOW.date())) == 1

    async def test_a_draft_of_new_rules_is_being_edited_and_has_no_mistakes(self) -> None:
        draft = await RuleSetDraft.get().select_related("programme", "changed_by")

        assert (draft.programme.code, draft.changed_by.name) == (HEALTH, "Torkel Fjällgren")
        assert mistakes(draft.document) == []
        assert draft.document["type"][-1]["id"] == "virtual-exchange"

    async def test_what_was_accepted_was_judged_by_every_criterion_of_its_rules(self) -> None:
        decided = await Assessment.all().select_related("rule_set", "version__reflection")

        judged = {
            (one.decision, len(one.levels or {}))
            for one in decided
            if one.rule_set is not None and one.version.reflection.kind is ReflectionKind.ACTIVITY
        }

        assert judged == {(Decision.ACCEPTED, 3), (Decision.RETURNED, 3)}

    async def test_an_assessor_keeps_sentences(self) -> None:
        assert await KeptSentence.all().count() == 3

    async def test_enrolments_that_ended_say_why(self) -> None:
        ended = await Enrolment.exclude(state=EnrolmentState.ACTIVE).order_by("enrolled_at")

        assert [one.state for one in ended] == [EnrolmentState.DEREGISTERED, EnrolmentState.VOID]
        assert all(one.ended_reason for one in ended)

    async def test_the_queue_holds_one_claimed_reflection(self) -> None:
        henrik = await actor_of(await Person.get(email="henrik@demo.example"))

        claimed = await Reflection.get(state=ReflectionState.IN_ASSESSMENT)

        assert claimed.assessor_id == henrik.person_id


async def _standing(name: str) -> enrolment_queries.Standing:
    enrolment = await Enrolment.get(person__name=name).select_related("person", "rule_set")
    (standing,) = await enrolment_queries.standings([enrolment], on=NOW.date())
    return standing


async def test_a_second_time_changes_nothing(seeded: Settings) -> None:
    before = seeded.database_file.read_bytes()
    said: list[str] = []

    await demo.seed(seeded, say=said.append, engine_for=scripted)

    assert seeded.database_file.read_bytes() == before
    assert said == [f"The demonstration in {seeded.data_folder} is left as it is."]


async def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(demo.FolderTaken):
        await demo.seed(Settings(data_folder=tmp_path), say=say_nothing, engine_for=no_engine)

    assert _names(tmp_path) == ["thesis.txt"]


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with FileLock(tmp_path / "in-use.lock"), pytest.raises(DataFolderInUse):
        await demo.seed(Settings(data_folder=tmp_path), say=say_nothing, engine_for=no_engine)


async def test_without_a_speech_model_it_says_what_follows(tmp_path: Path) -> None:
    said: list[str] = []

    def say(words: str) -> None:
        said.append(words)
        _stop_at("Astrid")(words)

    with pytest.raises(InterruptedError):
        await demo.seed(Settings(data_folder=tmp_path), say=say, engine_for=no_engine)

    assert said[1].startswith("There is no speech model: the recordings get their transcripts when there is one")


@pytest.mark.parametrize(
    "name",
    ["lectures", "global_halsa", "intensive_programme", "exchange", "career_fair", "virtual_exchange"],
)
def test_written_reflections_fit_the_rule_set(name: str) -> None:
    written = preset("ki").reflection.format_of("written")

    assert written is not None
    assert problems(written, PieceFacts(words=count_words(text_of(name)))) == []


@pytest.mark.parametrize("name", ["final_company", "final_clinic"])
def test_final_reflections_fit_the_rule_set(name: str) -> None:
    written = preset("ki").final.format_of("written")

    assert written is not None
    assert problems(written, PieceFacts(words=count_words(text_of(name)))) == []


@pytest.mark.parametrize("report", [LECTURES, RECEPTION, TEDX, WELCOME_WEEK], ids=lambda report: report.text)
def test_posts_fit_the_rule_set_and_say_what_they_show(report: DemoReport) -> None:
    offered = preset("ki").reflection.format_of("posts")

    assert offered is not None
    assert problems(offered, PieceFacts(words=count_words(text_of(report.text)), posts=len(report.posts))) == []
    assert all(bytes_of(post.photo) and post.caption and post.alt_text for post in report.posts)


def test_the_files_stay_small() -> None:
    sizes = {Path(str(path)).name: len(path.read_bytes()) for path in FILES.iterdir() if path.is_file()}

    assert all(size <= 300_000 for size in sizes.values())
    assert all(size <= 60_000 for name, size in sizes.items() if name.endswith(".jpg"))
