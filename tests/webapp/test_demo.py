"""The demonstration, made with a scripted engine."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock

from models import database
from models.actions import accounts, setup
from models.actions.setup import AlreadyPublished
from models.queries import enrolments as enrolment_queries
from models.queries.people import actor_of
from models.rules.limits import PieceFacts, count_words, problems
from models.rules.ruleset import RuleSet, preset
from models.settings import Settings
from models.states import ActivityState, ApplicationState, JobState, MediaState, ReflectionState
from models.tables import (
    Activity,
    Application,
    CatalogueItem,
    Certificate,
    Enrolment,
    Event,
    Extension,
    Institution,
    Job,
    MediaItem,
    Person,
    Programme,
    Reflection,
    Role,
    RoleKind,
    RuleSetVersion,
    Transcript,
    Version,
)
from tests.transcription.scripted import ScriptedEngine
from transcription.warm import Transcriber
from webapp.application import DataFolderInUse
from webapp.demo import seeding as demo
from webapp.demo.texts import FILES, LECTURES, RECEPTION, TEDX, WELCOME_WEEK, DemoReport, bytes_of, text_of
from webapp.demo_people import BACKGROUND_PEOPLE, DEMO_PASSWORD, DEMO_PEOPLE
from webapp.pilot import pilot, set_up_institution

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

        assert activities == set(ActivityState)
        assert reflections == set(ReflectionState)
        assert applications == set(ApplicationState)

    async def test_every_format_was_handed_in(self) -> None:
        formats = {version.format for version in await Version.filter(frozen_at__isnull=False)}

        assert formats == {"written", "podcast", "video", "posts"}

    async def test_there_are_people_in_every_role(self) -> None:
        assert {role.kind for role in await Role.all()} == set(RoleKind)
        assert await Enrolment.all().count() == 8

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
        late = await Enrolment.get(person__name="Melker Strandh").select_related("person", "rule_set")

        (standing,) = await enrolment_queries.standings([late], on=NOW.date())

        assert standing.progress.days_left is not None
        assert standing.progress.days_left < 0

    async def test_the_queue_holds_one_claimed_reflection(self) -> None:
        henrik = await actor_of(await Person.get(email="henrik@demo.example"))

        claimed = await Reflection.get(state=ReflectionState.IN_ASSESSMENT)

        assert claimed.assessor_id == henrik.person_id


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


def test_each_programme_of_the_pilot_lists_eight_to_twelve_activities() -> None:
    sizes = {programme.code: len(programme.catalogue) for programme in pilot().programmes}

    assert len(sizes) == 4
    assert all(8 <= size <= 12 for size in sizes.values())


async def test_setting_up_twice_is_setting_up_once(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")

    await set_up_institution(settings, name_sv="Ett universitet", name_en="A university")
    await set_up_institution(settings, name_sv="Ett universitet", name_en="A university")

    async with database.opened(settings.database_file):
        items = sum(len(programme.catalogue) for programme in pilot().programmes)
        assert await CatalogueItem.all().count() == items
        assert await Event.all().count() == 1 + 1 + 4 + items


async def test_another_name_is_taken_over_and_recorded(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")

    await set_up_institution(settings, name_sv="Ett universitet", name_en="A university")
    await set_up_institution(settings, name_sv="Ett lärosäte", name_en="A university")

    async with database.opened(settings.database_file):
        assert [row.name_sv for row in await Institution.all()] == ["Ett lärosäte"]
        assert await Event.filter(move="name_institution").count() == 2
        assert await Programme.all().count() == 4


async def test_a_published_version_never_changes(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")
    await set_up_institution(settings, name_sv="Ett universitet", name_en="A university")
    changed: RuleSet = preset("ki").model_copy(update={"own_proposals": False})

    async with database.opened(settings.database_file):
        with pytest.raises(AlreadyPublished):
            await setup.publish(changed, at=NOW)

        assert (await RuleSetVersion.get()).fingerprint == preset("ki").fingerprint
