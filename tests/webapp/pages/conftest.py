"""The running application of the endpoints' tests, with two more programmes under other rules."""

import pytest

from models.actions import setup
from models.rules.bilingual import Bilingual
from models.rules.ruleset import preset
from models.tables import CatalogueItem, Programme
from models.tables.activities import Mode, Place
from tests.webapp.endpoints.conftest import blank, stage
from tests.webapp.endpoints.stage import Stage, now
from tests.webapp.pages.people import JU, SOC

__all__ = ["blank", "campus", "stage"]


@pytest.fixture(scope="session")
def campus(stage: Stage) -> Stage:
    """Add a programme under LU-Soc's rules and one under JU's, each with a short list of activities."""

    async def founded() -> None:
        for code, name in ((SOC, "lu-soc"), (JU, "ju")):
            version = await setup.publish(preset(name), at=now())
            await setup.set_up_programme(
                code,
                Bilingual(f"Program {code}", f"Programme {code}"),
                version,
                has_international_syllabus=None,
                at=now(),
            )
        await _list(SOC, "exchange", "Exchange in Trieste", Place.ABROAD)
        await _list(SOC, "lecture", "Open lectures", Place.SWEDEN)
        await _list(JU, "exchange", "Exchange in Porto", Place.ABROAD)

    stage.do(founded)
    return stage


async def _list(code: str, kind: str, title: str, place: Place) -> None:
    await CatalogueItem.create(
        programme=await Programme.get(code=code),
        kind=kind,
        title_sv=title,
        title_en=title,
        about_sv="Om den.",
        about_en="About it.",
        place=place,
        mode=Mode.ONSITE,
    )
