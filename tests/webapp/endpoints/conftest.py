"""One running application for all these tests; each makes people of its own, so that none sees another's work."""

from collections.abc import Iterator

import pytest

from tests.media.making import make_phone_webm
from tests.webapp.endpoints.stage import Stage
from tests.webapp.server import Server

LIMITS = {"CIM_RECORDING_LIMIT_MB": "3", "CIM_PHOTO_LIMIT_MB": "1"}


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """An installation without people that nobody serves; tests work on copies."""
    stage = Stage(Server(tmp_path_factory.mktemp("blank") / "data"))
    stage.prepare()
    return stage


@pytest.fixture(scope="session")
def stage(blank: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The application and its data; afterwards its log must know of no mistake of its own."""
    stage = blank.copy(Server(tmp_path_factory.mktemp("endpoints") / "data", **LIMITS))
    with stage.server:
        yield stage
        stage.close()
    assert mistakes_in(stage.server.log) == []


def mistakes_in(log: str) -> list[str]:
    """Find what the application calls its own mistake; that the socket refuses foreigners is none."""
    is_mistake = ("Traceback", "ERROR:", " ERROR ", " CRITICAL ")
    return [line for line in log.splitlines() if any(m in line for m in is_mistake) and "engineio" not in line]


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A recording of six seconds with sound and picture, as a phone writes it."""
    return make_phone_webm(tmp_path_factory.mktemp("takes") / "take.webm", seconds=6).read_bytes()


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A recording of six seconds with sound only."""
    return make_phone_webm(tmp_path_factory.mktemp("voices") / "voice.webm", seconds=6, video=None).read_bytes()
