"""The machine loses power (`kill -9`): nothing that was confirmed is lost, and nothing is done twice."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import av
import pytest

from models.tables import Upload
from tests import chance
from tests.media.making import make_phone_webm
from tests.webapp.endpoints.conftest import mistakes_in
from tests.webapp.endpoints.kills import killings, rows
from tests.webapp.endpoints.stage import PIECE, Stage, sha256_of
from tests.webapp.server import REPOSITORY, RawRequest, Server, until
from transcription import weights

PIECE_SIZE = 300_000
SPEECH = REPOSITORY.parent / "shared" / "speech" / "jfk.flac"
OTHER_SPEECH = REPOSITORY / "webapp" / "demo" / "files" / "cafe.webm"


@pytest.fixture
def stage(blank: Stage, tmp_path: Path) -> Iterator[Stage]:
    """An application of its own, to be killed."""
    with served(blank.copy(Server(tmp_path / "data"))) as stage:
        yield stage


@contextmanager
def served(stage: Stage) -> Iterator[Stage]:
    """Serve it, and end it whatever happens."""
    try:
        stage.server.start()
        yield stage
    finally:
        stage.close()
        stage.server.stop()


def killed_and_back(stage: Stage) -> None:
    stage.server.kill()
    stage.server.start()


def children_of(stage: Stage) -> list[Path]:
    """List the processes that this application has started, also when it is not there any more: same folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes()
            is_ours = (process / "cwd").readlink() == stage.settings.data_folder.parent
        except OSError:
            continue
        if is_ours and any(name in command for name in (b"transcription.child", b"media.child")):
            found.append(process)
    return found


def is_listening(stage: Stage) -> bool:
    """Tell whether a child is past loading its model and in the middle of a recording."""
    try:
        return any("samples.s16" in (child / "maps").read_text() for child in children_of(stage))
    except OSError:
        return False


def test_an_upload_survives_power_failures_between_pieces_and_in_the_middle_of_them(stage: Stage) -> None:
    student = stage.student()
    content = random.Random(7).randbytes(1_700_000)
    path = student.begin(student.reflection(), len(content), sha256=sha256_of(content)).headers["Location"]
    told: list[int] = []

    # Between pieces.
    told.append(int(student.append(path, 0, content[:PIECE_SIZE]).headers["Upload-Offset"]))
    killed_and_back(stage)
    told.append(student.offset(path))
    # In the middle of a piece, before and after a full MiB of it has arrived.
    for arrived in (200_000, 1_200_000):
        offset = student.offset(path)
        headers = PIECE | {"Upload-Offset": str(offset), "Content-Length": str(len(content) - offset)}
        with RawRequest(student, "PATCH", path, headers) as piece:
            piece.send(content[offset : offset + arrived])
            time.sleep(0.1)
            stage.server.kill()
        stage.server.start()
        told.append(student.offset(path))
    offset = told[-1]
    student.append(path, offset, content[offset:], CIM_Sha256=sha256_of(content)).raise_for_status()

    assert told[:3] == [PIECE_SIZE] * 3
    assert PIECE_SIZE + (1 << 20) <= told[3] <= PIECE_SIZE + 1_200_000
    assert student.head(path).headers["CIM-Sha256"] == sha256_of(content)
    assert sha256_of(stored(stage, path)) == sha256_of(content)
    assert mistakes_in(stage.server.log) == []


def test_an_upload_survives_a_power_failure_at_any_moment_of_its_last_piece(stage: Stage) -> None:
    student = stage.student()
    content = random.Random(11).randbytes(900_000)
    reflection = student.reflection()
    paths = []

    for moment in (0.0, 0.004, 0.012):
        path = student.begin(reflection, len(content), sha256=sha256_of(content)).headers["Location"]
        headers = PIECE | {"Upload-Offset": "0", "Content-Length": str(len(content))}
        with RawRequest(student, "PATCH", path, headers) as piece:
            piece.send(content)
            time.sleep(moment)
            stage.server.kill()
        stage.server.start()
        offset = student.offset(path)
        if offset < len(content):
            student.append(path, offset, content[offset:]).raise_for_status()
        paths.append(path)

    assert [student.head(path).headers["CIM-Sha256"] for path in paths] == [sha256_of(content)] * 3
    assert [sha256_of(stored(stage, path)) for path in paths] == [sha256_of(content)] * 3
    jobs = rows(stage, "SELECT count(*), count(DISTINCT subject) FROM job WHERE kind = 'prepare'")
    received = rows(stage, "SELECT count(*) FROM event WHERE move = 'receive'")
    assert (jobs, received) == ([(3, 3)], [(3,)])


def test_twenty_power_failures_in_the_middle_of_uploads_damage_lose_and_double_nothing(stage: Stage) -> None:
    """300 of them are `python -m tests.long kills`."""
    *_, tally = killings(stage, uploads=5, kills_each=4, seed=chance.seed())

    print(tally)
    assert tally.kills == 20
    assert mistakes_in(stage.server.log) == []


@pytest.mark.parametrize("is_moved", [False, True])
def test_what_a_crash_left_between_the_last_byte_and_the_row_is_finished_at_the_start(
    stage: Stage, *, is_moved: bool
) -> None:
    student = stage.student()
    content = b"the whole recording"
    path = student.begin(student.reflection(), len(content)).headers["Location"]
    student.append(path, 0, content[:5])
    stage.server.kill()
    name = UUID(path.rpartition("/")[2]).hex
    part = stage.settings.data_folder / "uploads" / f"{name}.part"
    part.write_bytes(content)
    if is_moved:
        (stage.settings.media_folder / "originals").mkdir(parents=True)
        part.rename(stage.settings.media_folder / "originals" / name)
    stage.do(lambda: Upload.filter(id=UUID(path.rpartition("/")[2])).update(offset_bytes=len(content)))

    stage.server.start()

    assert student.head(path).headers["CIM-Sha256"] == sha256_of(content)
    assert stored(stage, path) == content


def test_an_upload_that_was_forgotten_expires_and_begins_again_at_nothing(stage: Stage) -> None:
    student = stage.student()
    reflection, upload_id = student.reflection(), uuid4()
    content = b"the whole recording"
    path = student.begin(reflection, len(content), upload_id=upload_id).headers["Location"]
    student.append(path, 0, b"THE WHOLE")
    stage.server.kill()
    with closing(sqlite3.connect(stage.settings.database_file)) as database, database:
        database.execute("UPDATE upload SET expires_at = '2020-01-01 00:00:00+00:00'")
    stage.server.start()

    gone = student.head(path).status_code
    message = student.media(upload_id)["message"]
    content = b"shorter"
    again = student.begin(reflection, len(content), upload_id=upload_id)
    state = student.media(upload_id)["state"]
    student.append(path, 0, content).raise_for_status()

    assert (gone, message) == (410, "The upload was never finished.")
    assert (again.status_code, again.headers["Upload-Offset"], state) == (201, "0", "receiving")
    assert stored(stage, path) == content


def test_a_recording_whose_preparing_was_killed_is_prepared_once(stage: Stage, tmp_path: Path) -> None:
    student = stage.student()
    reflection = student.reflection("video")
    media = student.upload(reflection, make_phone_webm(tmp_path / "take.webm", seconds=8).read_bytes())
    until(lambda: children_of(stage))
    killed_and_back(stage)

    shape = student.prepared(media)

    assert shape["state"] == "ready"
    assert rows(stage, "SELECT status, attempt FROM job WHERE kind = 'prepare'") == [("done", 2)]
    assert rows(stage, "SELECT count(*) FROM event WHERE move = 'prepare'") == [(1,)]
    until(lambda: children_of(stage) == [])
    assert list((stage.settings.data_folder / "work").iterdir()) == []


@pytest.mark.weights
def test_a_transcription_that_was_killed_is_made_exactly_once(blank: Stage, tmp_path: Path) -> None:
    model = weights.find("tiny.en", models_folder=tmp_path / "a-folder-whose-name-makes-the-address-of-the-model-long")
    speech = SPEECH if SPEECH.is_file() else OTHER_SPEECH
    with served(blank.copy(Server(tmp_path / "data", CIM_SPEECH_MODEL=str(model)))) as stage:
        student = stage.student()
        reflection = student.reflection("podcast")
        media = student.upload(reflection, as_opus(speech, tmp_path / "speech.ogg"))
        until(lambda: is_listening(stage), seconds=60)
        before = rows(stage, "SELECT status, attempt FROM job WHERE kind = 'transcribe'")
        killed_and_back(stage)

        until(lambda: student.media(media)["transcript"]["state"] in {"ready", "failed"}, seconds=60)
        transcript = student.get(f"/api/v1/media/{media}/transcript").json()

        assert before == [("running", 1)]
        assert rows(stage, "SELECT status, attempt FROM job WHERE kind = 'transcribe'") == [("done", 2)]
        assert rows(stage, "SELECT count(*) FROM transcript") == [(1,)]
        assert rows(stage, "SELECT count(*) FROM event WHERE move = 'transcribe'") == [(1,)]
        assert transcript["model"] == "tiny.en"
        assert len(transcript["words"]) > 10
        assert len(children_of(stage)) == 1
        until(lambda: list((stage.settings.data_folder / "work").iterdir()) == [])
        assert mistakes_in(stage.server.log) == []
        stage.server.kill()
        until(lambda: children_of(stage) == [])


def as_opus(source: Path, target: Path) -> bytes:
    """Write a recording as a phone may send it."""
    with av.open(str(source)) as recording, av.open(str(target), "w", format="ogg") as output:
        sound = output.add_stream("libopus", rate=48_000, layout="mono")
        resampler = av.AudioResampler("s16", "mono", 48_000, sound.frame_size or 960)
        for frame in recording.decode(audio=0):
            for piece in resampler.resample(frame):
                output.mux(sound.encode(piece))
        output.mux(sound.encode(None))
    return target.read_bytes()


def stored(stage: Stage, path: str) -> bytes:
    """Read what the server holds of a whole upload."""
    return (stage.settings.media_folder / "originals" / UUID(path.rpartition("/")[2]).hex).read_bytes()
