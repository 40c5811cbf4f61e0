"""What an assessor's list shows of the pieces that wait, and the way from one piece to the next."""

import html
import re
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

import pytest

from models.permissions import Actor
from models.tables import Activity, Person, RoleKind
from tests.webapp.endpoints.stage import OT, Stage, words
from tests.webapp.server import Visitor

EVIL = '<img src=x onerror="alert(1)">'


@dataclass
class Desk:
    """An assessor, and three pieces by three students that wait, oldest first."""

    visitor: Visitor
    actor: Actor
    pieces: list[UUID]

    def shown(self, path: str) -> str:
        """Give a page with the HTML that its script carries, as a browser puts it there."""
        answer = self.visitor.get(path)
        answer.raise_for_status()
        return html.unescape(answer.text)

    def listed(self, said: str) -> list[UUID]:
        """Tell which of the pieces a list shows, in its order."""
        links = re.findall(r"/assess/([0-9a-f-]{36})", self.shown(f"/queue?{said}"))
        return [piece for piece in dict.fromkeys(UUID(link) for link in links) if piece in self.pieces]


@pytest.fixture(scope="module")
def desk(stage: Stage) -> Desk:
    visitor, actor = stage.colleague("Astrid", RoleKind.ASSESSOR, OT)
    pieces = []
    for text in ("zugvogel", f"zugvogel {EVIL} bakelit", "bakelit"):
        student = stage.student()
        piece = student.reflection("written", words(1000) + " " + text)
        student.submit(piece).raise_for_status()
        pieces.append(piece)
    return Desk(visitor, actor, pieces)


def test_the_list_shows_what_a_search_finds_oldest_first(desk: Desk) -> None:
    assert [desk.listed(f"words={word}") for word in ("zugvogel", "bakelit", "zugvogel+bakelit", "nirgends")] == [
        desk.pieces[:2],
        desk.pieces[1:],
        desk.pieces[1:2],
        [],
    ]


def test_what_was_found_is_shown_with_its_surroundings_and_nothing_of_it_runs(desk: Desk) -> None:
    page = desk.shown("/queue?words=bakelit")

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


def test_what_people_call_themselves_and_their_activities_stays_text(stage: Stage, desk: Desk) -> None:
    student = stage.student()
    piece = student.reflection("written", words(1000) + " quastenflosser")

    async def renamed() -> None:
        await Person.filter(id=student.person_id).update(name=f"Kim {EVIL}")
        await Activity.filter(reflections__id=piece).update(title_sv=EVIL, title_en=EVIL)

    stage.do(renamed)
    student.submit(piece).raise_for_status()

    page = desk.shown("/queue?words=quastenflosser")

    assert "quastenflosser" in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("said", ["page=0", "page=-1", "page=x", "page=99999999999", "standing=nobody", "programme=x"])
def test_an_address_that_nobody_made_still_shows_a_list(said: str, desk: Desk) -> None:
    assert desk.visitor.get(f"/queue?{said}").status_code == 200


def test_a_piece_leads_to_those_beside_it_in_the_list_that_was_searched(desk: Desk) -> None:
    first, middle, last = desk.pieces

    page = desk.shown(f"/assess/{middle}?words=zugvogel")
    whole = desk.shown(f"/assess/{middle}")

    assert f"/assess/{first}?words=zugvogel" in page
    assert str(last) not in page
    assert (str(first) in whole, str(last) in whole) == (True, True)
    assert "/queue?words=zugvogel" in page


def test_what_was_looked_for_travels_whole_from_page_to_page(desk: Desk) -> None:
    looked_for = 'zugvogel & "å" #1'

    page = desk.shown(f"/queue?words={quote(looked_for)}&standing=free")

    assert "Nothing is found" in page
