"""What journeys need: a site, speech for the microphone, photos."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.journeys.bare_phone import invited
from tests.journeys.site import Site, running_site
from tests.journeys.speech import Spoken, spoken_for


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    """Serve a fresh installation for one journey: KI's, or the site that `parametrize(…, indirect=True)` names."""
    data = tmp_path / "data"
    data.mkdir()
    hears = request.node.get_closest_marker("weights") is not None
    with running_site(data, getattr(request, "param", "ki"), hears=hears) as site:
        yield site


@pytest.fixture
async def student(site: Site) -> str:
    """Invite somebody new; gives the address to sign in with."""
    return await invited(site)


@pytest.fixture
def spoken(tmp_path: Path) -> Spoken:
    """Give the microphone something to hear."""
    return spoken_for(tmp_path)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Make three photos."""
    paths = []
    for number, colour in enumerate(("#0b5563", "#b4530a", "#1b6e3c")):
        path = tmp_path / f"photo-{number}.jpg"
        Image.radial_gradient("L").resize((900, 700)).convert("RGB").point(lambda v: v).save(path)
        Image.blend(Image.open(path), Image.new("RGB", (900, 700), colour), 0.6).save(path)
        paths.append(path)
    return paths
