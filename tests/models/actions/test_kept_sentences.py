"""Sentences that assessors keep to use again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.actions import kept_sentences
from models.actions.kept_sentences import (
    LONGEST_LETTERS,
    MOST_SENTENCES,
    NothingToKeep,
    SentenceTooLong,
    TooManySentences,
)
from models.errors import NotAllowed
from models.permissions import Actor
from models.queries import kept_sentences as queries
from models.tables import KeptSentence
from tests.factories import NOW, make_actor, make_assessor, make_programme

pytestmark = pytest.mark.usefixtures("database")


async def _keep(text: str, actor: Actor, minutes: int = 0) -> KeptSentence:
    at = NOW + timedelta(minutes=minutes)
    return await kept_sentences.keep(text, sentence_id=uuid4(), actor=actor, at=at)


async def test_what_is_kept_is_there_again_and_for_nobody_else() -> None:
    programme = await make_programme()
    mine, others = await make_assessor(programme), await make_assessor(programme)

    await _keep("  Take one moment. ", mine)

    assert [one.text for one in await queries.kept_sentences(mine)] == ["Take one moment."]
    assert await queries.kept_sentences(others) == []


async def test_the_same_sentence_is_kept_once() -> None:
    assessor = await make_assessor(await make_programme())

    first, second = await _keep("Take one moment.", assessor), await _keep("Take one moment. ", assessor)

    assert first.id == second.id
    assert await KeptSentence.all().count() == 1


async def test_what_is_used_most_stands_first_and_then_what_is_newest() -> None:
    assessor = await make_assessor(await make_programme())
    often, old, new = [await _keep(text, assessor, n) for n, text in enumerate(("Often", "Old", "New"))]

    await kept_sentences.note_use(often, actor=assessor, at=NOW)

    assert [one.text for one in await queries.kept_sentences(assessor)] == [often.text, new.text, old.text]
    assert (await KeptSentence.get(id=often.id)).used_at == NOW


async def test_sentence_that_is_forgotten_is_gone() -> None:
    assessor = await make_assessor(await make_programme())
    kept = await _keep("Take one moment.", assessor)

    await kept_sentences.forget(kept, actor=assessor)

    assert await queries.kept_sentences(assessor) == []


async def test_nobody_uses_or_forgets_the_sentence_of_somebody_else() -> None:
    programme = await make_programme()
    kept = await _keep("Take one moment.", await make_assessor(programme))
    other = await make_assessor(programme)

    with pytest.raises(NotAllowed):
        await queries.kept_sentence(kept.id, actor=other)
    with pytest.raises(NotAllowed):
        await kept_sentences.note_use(kept, actor=other, at=NOW)
    with pytest.raises(NotAllowed):
        await kept_sentences.forget(kept, actor=other)

    assert (await KeptSentence.get()).used_count == 0


async def test_who_assesses_nothing_keeps_nothing() -> None:
    with pytest.raises(NotAllowed):
        await _keep("Take one moment.", await make_actor())


async def test_blanks_are_not_kept() -> None:
    with pytest.raises(NothingToKeep):
        await _keep(" \n", await make_assessor(await make_programme()))


async def test_report_is_not_kept_as_a_sentence() -> None:
    with pytest.raises(SentenceTooLong):
        await _keep("a" * (LONGEST_LETTERS + 1), await make_assessor(await make_programme()))


async def test_there_is_an_end_to_what_is_kept() -> None:
    assessor = await make_assessor(await make_programme())
    await KeptSentence.bulk_create(
        [
            KeptSentence(id=uuid4(), owner_id=assessor.person_id, text=f"Sentence {n}", created_at=NOW)
            for n in range(MOST_SENTENCES)
        ]
    )

    with pytest.raises(TooManySentences) as refused:
        await _keep("One more.", assessor)

    assert str(refused.value) == "You keep 200 sentences already. Forget one that you do not need."
