"""Has this counted before? Past decisions about students' own activities; no student is named or loaded."""

import unicodedata
from uuid import UUID

from models.errors import NotAllowed
from models.permissions import Actor, require
from models.states import EnrolmentState
from models.tables import Activity, Enrolment, Precedent
from models.visibility import may_search_precedents, visible_precedents

SIMILAR_SHOWN = 5
SIMILAR_AMONG = 500
"""So many of the newest decisions are looked through."""
SHORTEST, BEGINNING = 4, 5
"""Words of at least four letters are compared by their first five."""


async def search(text: str, *, actor: Actor, programme_id: int, limit: int = 20) -> list[Precedent]:
    """List a programme's decisions in which every word occurs, in the titles or the reason, newest first.

    Staff and assessors find all of them, students of the programme the shared ones; NotAllowed for everybody else.
    Upper and lower case are the same; an empty text lists the newest.
    """
    enrolled_in = await _enrolled_in(actor)
    require(may_search_precedents(actor, programme_id, enrolled_in=enrolled_in))
    rows = Precedent.filter(visible_precedents(actor, enrolled_in=enrolled_in), programme_id=programme_id)
    wanted = _folded(text).split()
    # SQLite's LIKE knows the two cases of a to z only, and Swedish has more letters: the words are compared here.
    columns = ("id", "title_sv", "title_en", "reason")
    found = [
        id_
        for id_, *texts in await rows.order_by("-decided_at", "id").values_list(*columns)
        if all(word in _folded("\n".join(texts)) for word in wanted)
    ]
    return (
        await Precedent.filter(id__in=found[:limit]).select_related("decided_by").order_by("-decided_at", "id")
        if found
        else []
    )


async def similar(
    activity: Activity, *, actor: Actor, programme_id: int, limit: int = SIMILAR_SHOWN
) -> list[Precedent]:
    """List decisions whose names share words with an activity, most words first, then the newest; for who decides.

    The decision about the activity itself is not among them. Words are compared by their beginnings: "lecture" and
    "lectures" are the same.
    """
    wanted = _beginnings(f"{activity.title_sv} {activity.title_en}")
    rows = await search("", actor=actor, programme_id=programme_id, limit=SIMILAR_AMONG)
    shared = {row.id: len(wanted & _beginnings(f"{row.title_sv} {row.title_en}")) for row in rows}
    found = [row for row in rows if shared[row.id] and row.activity_id != activity.id]
    return sorted(found, key=lambda row: -shared[row.id])[:limit]


async def precedent(precedent_id: UUID, *, actor: Actor) -> Precedent:
    """Get one decision; raises NotAllowed when it is not this person's to see."""
    visible = visible_precedents(actor, enrolled_in=await _enrolled_in(actor))
    found = await Precedent.filter(visible, id=precedent_id).select_related("decided_by").first()
    if found is None:
        raise NotAllowed
    return found


async def _enrolled_in(actor: Actor) -> list[int]:
    mine = await Enrolment.filter(person_id=actor.person_id, state=EnrolmentState.ACTIVE)
    return [enrolment.programme_id for enrolment in mine]


def _beginnings(text: str) -> set[str]:
    """Give the first letters of every word that is long enough to mean something."""
    words = (word.strip(".,:;!?()\"'”“–-") for word in _folded(text).split())
    return {word[:BEGINNING] for word in words if len(word) >= SHORTEST}


def _folded(text: str) -> str:
    """Spell it in one way: some keyboards send å as one character, some as an a with a ring."""
    return unicodedata.normalize("NFC", text).casefold()
