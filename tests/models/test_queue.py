"""Tests of the assessor's list: what is found in it, by what it can be filtered, and what comes next."""

from datetime import date, timedelta
from typing import Any

import pytest
from tortoise import Tortoise

from models.actions import claims, handing_in, reflections, search_texts, transcripts
from models.actions.reflections import PostDraft, open_draft
from models.permissions import Actor
from models.queries.queue import PAGE_SIZE, Standing, Wanted, neighbours_of, page_of_queue, queue
from models.states import ReflectionState
from models.tables import Enrolment, Post, Programme, Reflection, RoleKind, SearchText, Version
from tests.factories import (
    KI,
    NOW,
    edition,
    make_activity,
    make_actor,
    make_assessor,
    make_enrolment,
    make_media,
    make_programme,
    make_reflection,
    make_transcript,
    move_on,
    pin,
    reload_reflection,
    student_of,
    words,
)

TODAY = date(2026, 3, 2)
LATE = Wanted(standing=Standing.LATE)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def programme() -> Programme:
    """The programme whose pieces are listed."""
    return await make_programme()


@pytest.fixture
async def assessor(programme: Programme) -> Actor:
    """Who looks at the list."""
    return await make_assessor(programme)


async def handed_in(
    programme: Programme, text: str, *, student: str = "Robin", title: str = "", day: int = 0
) -> Reflection:
    """Hand a text in; on a later `day` it comes further down in the list."""
    enrolment = await make_enrolment(programme, await make_actor(student))
    reflection = await make_reflection(activity=await make_activity(enrolment, title=title))
    return await hand_in_again(reflection, text, day=day)


async def hand_in_again(reflection: Reflection, text: str, *, day: int = 0) -> Reflection:
    student, at = await student_of(reflection.enrolment), NOW + timedelta(days=day)
    draft = await open_draft(reflection)
    saved = await reflections.save_draft(
        reflection, base_revision=draft.revision, text=f"{words(1000)} {text}", actor=student, at=at
    )
    await handing_in.submit(reflection, revision=saved.revision, actor=student, at=at)
    return await reload_reflection(reflection)


async def found(actor: Actor, text: str = "", **said: str) -> list[Reflection]:
    page = await page_of_queue(actor, Wanted.read(words=text, **said), on=TODAY)
    return [await Reflection.get(id=piece.id) for piece in page.rows]


@pytest.mark.parametrize(
    "text", ["Hospital", "HOSP", "hospital vänner", "vanner va\u0308nner", "the-hospital!", "va\u0308n"]
)
async def test_a_piece_is_found_by_the_beginnings_of_its_words(
    text: str, programme: Programme, assessor: Actor
) -> None:
    piece = await handed_in(programme, "The hospital, my vänner and vanner.")
    await handed_in(programme, "A walk in the woods.")

    assert await found(assessor, text) == [piece]


@pytest.mark.parametrize("text", ["ospital", "hospital woods", "hospitals"])
async def test_what_is_not_all_in_one_piece_is_not_found(text: str, programme: Programme, assessor: Actor) -> None:
    await handed_in(programme, "The hospital.")
    await handed_in(programme, "A walk in the woods.")

    assert await found(assessor, text) == []


@pytest.mark.parametrize("text", ["Ylva", "åker", "hospital ylva", "ylva language", "Språk", "ylva nordin hospital"])
async def test_words_may_stand_in_the_name_the_title_or_the_text(
    text: str, programme: Programme, assessor: Actor
) -> None:
    piece = await handed_in(programme, "The hospital, åker.", student="Ylva Nordin", title="Språkcafé language")
    await handed_in(programme, "A walk.", student="Robin Ek", title="Lecture")

    assert await found(assessor, text) == [piece]


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        "*",
        "hospital*",
        "NEAR(a b)",
        "a AND",
        "words: x",
        "'a':*|'b'",
        "\\",
        "(",
        "-hospital",
        "%",
        "😀",
        "𞤀𞤁",
        "²½",
        "ﷺ",
        "x" * 5000,
    ],
)
async def test_nothing_that_somebody_types_is_a_command(text: str, programme: Programme, assessor: Actor) -> None:
    await handed_in(programme, "The hospital.")

    listed = await found(assessor, text)

    assert len(listed) == int("hospital" in text or not any(letter.isalnum() for letter in text))


async def test_a_letter_that_is_younger_than_the_database_is_found(programme: Programme, assessor: Actor) -> None:
    piece = await handed_in(programme, "They wrote 𞤀𞤣𞤤𞤢𞤥 on the wall.")

    assert await found(assessor, "𞤀𞤣") == [piece]


async def test_a_draft_is_not_found_before_it_is_handed_in(programme: Programme, assessor: Actor) -> None:
    piece = await handed_in(programme, "The hospital.")
    student = await student_of(piece.enrolment)
    await handing_in.take_back(piece, actor=student, at=NOW)
    draft = await open_draft(piece)
    await reflections.save_draft(piece, base_revision=draft.revision, text="Secret.", actor=student, at=NOW)

    assert await found(assessor, "secret") == []


async def test_what_was_written_before_the_format_was_changed_is_not_found(
    programme: Programme, assessor: Actor
) -> None:
    enrolment = await make_enrolment(programme)
    reflection = await make_reflection(enrolment)
    student = await student_of(enrolment)
    draft = await open_draft(reflection)
    draft = await reflections.save_draft(
        reflection, base_revision=draft.revision, text="Secret.", format_="podcast", actor=student, at=NOW
    )
    recording = await make_media(reflection)
    await make_transcript(recording, "A public hospital.")
    draft = await open_draft(reflection)
    await handing_in.submit(reflection, revision=draft.revision, actor=student, at=NOW)

    assert [await found(assessor, "secret"), await found(assessor, "public")] == [
        [],
        [await reload_reflection(reflection)],
    ]


async def test_what_was_said_is_found_also_when_it_is_written_down_later(programme: Programme, assessor: Actor) -> None:
    reflection = await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED, "podcast")
    before = await found(assessor, "morning")
    version = await Version.get(reflection_id=reflection.id).select_related("recording")
    assert version.recording is not None
    await make_transcript(version.recording)

    assert (before, await found(assessor, "morning")) == ([], [reflection])


async def test_a_recording_is_found_by_the_words_that_its_student_put_right(
    programme: Programme, assessor: Actor
) -> None:
    reflection = await make_reflection(await make_enrolment(programme), format_="podcast")
    version = await Version.get(reflection_id=reflection.id).select_related("recording")
    assert version.recording is not None
    transcript = await make_transcript(version.recording, "Good warning.")
    await transcripts.correct(transcript, 0, 1, "morning.", actor=await student_of(reflection.enrolment), at=NOW)
    reflection = await move_on(reflection, ReflectionState.SUBMITTED)

    assert [await found(assessor, "morning"), await found(assessor, "warning")] == [[reflection], []]


async def test_posts_are_found_by_caption_and_alternative_text(programme: Programme, assessor: Actor) -> None:
    reflection = await make_reflection(await make_enrolment(programme), format_="posts")
    draft = await open_draft(reflection)
    posts = [
        PostDraft(post.key, post.photo_id, f"Bicycle {n}", f"Bridge {n}")
        for n, post in enumerate(await Post.filter(version_id=draft.id))
    ]
    student = await student_of(reflection.enrolment)
    await reflections.save_draft(reflection, base_revision=draft.revision, posts=posts, actor=student, at=NOW)
    reflection = await move_on(reflection, ReflectionState.SUBMITTED)

    assert [await found(assessor, "bicycle"), await found(assessor, "bridge")] == [[reflection], [reflection]]


async def test_an_earlier_version_is_found_and_the_newest_one_that_has_it_is_shown(
    programme: Programme, assessor: Actor
) -> None:
    reflection = await handed_in(programme, "The hospital of before.")
    await handing_in.take_back(reflection, actor=await student_of(reflection.enrolment), at=NOW)
    await hand_in_again(reflection, "Nothing of it.")

    page = await page_of_queue(assessor, Wanted.read(words="hospital"), on=TODAY)

    assert ["".join(part.text for part in piece.found).endswith("hospital of before.") for piece in page.rows] == [True]


async def test_another_programmes_pieces_are_never_found(programme: Programme, assessor: Actor) -> None:
    other = await make_programme("MED")
    await handed_in(other, "The hospital.", student="Ylva")
    own = await handed_in(programme, "The hospital.")

    assert [await found(assessor, "hospital"), await found(assessor, "ylva"), await found(assessor)] == [
        [own],
        [],
        [own],
    ]
    assert await found(assessor, programme=str(other.id)) == []


async def test_ones_own_work_is_never_found(programme: Programme) -> None:
    assessor = await make_assessor(programme)
    enrolment = await make_enrolment(programme, assessor)
    await hand_in_again(await make_reflection(enrolment), "The hospital.")

    assert await found(assessor, "hospital") == []


async def test_the_list_is_filtered_by_where_a_piece_stands(programme: Programme, assessor: Actor) -> None:
    colleague = await make_assessor(programme, "Vidar")
    states = ReflectionState
    pieces = {
        Standing.FREE: await make_reflection(await make_enrolment(programme), states.SUBMITTED),
        Standing.MINE: await make_reflection(await make_enrolment(programme), states.IN_ASSESSMENT, assessor=assessor),
        Standing.OTHERS: await make_reflection(
            await make_enrolment(programme), states.IN_ASSESSMENT, assessor=colleague
        ),
        Standing.RETURNED: await make_reflection(await make_enrolment(programme), states.RETURNED, assessor=colleague),
        Standing.ACCEPTED: await make_reflection(await make_enrolment(programme), states.ACCEPTED, assessor=assessor),
    }

    listed = {standing: await found(assessor, standing=standing.value) for standing in Standing}

    assert listed[Standing.LATE] == []
    assert {standing: listed[standing] for standing in pieces} == {s: [piece] for s, piece in pieces.items()}
    waiting = {pieces[standing].id for standing in (Standing.FREE, Standing.MINE, Standing.OTHERS)}
    assert {piece.id for piece in listed[Standing.WAITING]} == waiting


async def test_the_list_is_filtered_by_programme_format_and_language(programme: Programme) -> None:
    other = await make_programme("MED")
    assessor = await make_actor("Astrid", (RoleKind.ASSESSOR, programme), (RoleKind.ASSESSOR, other))
    written = await make_reflection(await make_enrolment(programme), ReflectionState.SUBMITTED)
    spoken = await make_reflection(await make_enrolment(other), ReflectionState.SUBMITTED, "podcast")
    swedish = await make_reflection(await make_enrolment(other))
    draft = await open_draft(swedish)
    student = await student_of(swedish.enrolment)
    await reflections.save_draft(swedish, base_revision=draft.revision, language="sv", actor=student, at=NOW)
    swedish = await move_on(swedish, ReflectionState.SUBMITTED)

    page = await page_of_queue(assessor, Wanted(), on=TODAY)

    assert [await found(assessor, kind="podcast"), await found(assessor, language="sv")] == [[spoken], [swedish]]
    assert await found(assessor, programme=str(programme.id)) == [written]
    assert (list(page.formats), list(page.languages)) == (["podcast", "written"], ["en", "sv"])
    assert [id_ for id_, _name in page.programmes] == sorted([programme.id, other.id])


async def test_what_waits_for_longer_than_promised_is_found_by_that(programme: Programme, assessor: Actor) -> None:
    promising = edition("promising", reflection=KI.reflection.model_copy(update={"answer_days": 10}))
    pieces = []
    for day in (0, 1):
        piece = await make_reflection(await make_enrolment(programme))
        await pin(piece.enrolment, promising)
        pieces.append(await hand_in_again(piece, "Text.", day=day))
    await handed_in(programme, "Nothing is promised.")

    late = {
        days: [one.id for one in (await page_of_queue(assessor, LATE, on=TODAY + timedelta(days=days))).rows]
        for days in (10, 11, 12)
    }

    assert late == {10: [], 11: [pieces[0].id], 12: [piece.id for piece in pieces]}


async def test_the_list_has_pages_and_one_beyond_the_end_is_the_last(programme: Programme, assessor: Actor) -> None:
    enrolment = await make_enrolment(programme)
    for _ in range(PAGE_SIZE + 2):
        await make_reflection(enrolment, ReflectionState.SUBMITTED)

    pages = [await page_of_queue(assessor, Wanted(page=number), on=TODAY) for number in (1, 2, 99)]

    assert [(len(page.rows), page.page, page.pages, page.count) for page in pages] == [
        (PAGE_SIZE, 1, 2, PAGE_SIZE + 2),
        (2, 2, 2, PAGE_SIZE + 2),
        (2, 2, 2, PAGE_SIZE + 2),
    ]


async def test_a_piece_has_neighbours_in_the_list_that_somebody_goes_through(
    programme: Programme, assessor: Actor
) -> None:
    pieces = [await handed_in(programme, f"Day {day % 2}a.", day=day) for day in (3, 1, 2)]
    last, first, middle = pieces

    way = [await neighbours_of(piece, assessor, Wanted(), on=TODAY) for piece in (first, middle, last)]
    narrow = await neighbours_of(middle, assessor, Wanted(words="1a"), on=TODAY)

    assert [(one.before, one.number, one.after, one.count) for one in way] == [
        (None, 1, middle.id, 3),
        (first.id, 2, last.id, 3),
        (middle.id, 3, None, 3),
    ]
    # It is not in the list itself, and still has a place in it.
    assert (narrow.before, narrow.number, narrow.after, narrow.count) == (first.id, None, last.id, 2)


async def test_a_claimed_piece_keeps_its_place_among_the_free_ones(programme: Programme, assessor: Actor) -> None:
    first, middle, last = [await handed_in(programme, "Text.", day=day) for day in (1, 2, 3)]
    await claims.claim(middle, actor=assessor, at=NOW)

    way = await neighbours_of(await reload_reflection(middle), assessor, Wanted(standing=Standing.FREE), on=TODAY)

    assert (way.before, way.number, way.after) == (first.id, None, last.id)


async def test_what_was_handed_in_before_there_was_a_search_is_made_findable_once(
    programme: Programme, assessor: Actor
) -> None:
    piece = await handed_in(programme, "The hospital.")
    await SearchText.all().delete()
    before = await found(assessor, "hospital")

    made = [await search_texts.index_missing(), await search_texts.index_missing()]

    assert (before, made, await found(assessor, "hospital")) == ([], [1, 0], [piece])


async def test_the_index_follows_a_text_that_changes(programme: Programme, assessor: Actor) -> None:
    await handed_in(programme, "The hospital.")

    await SearchText.all().update(words="clinic")

    assert [len(await found(assessor, text)) for text in ("hospital", "clinic")] == [0, 1]


async def test_a_longer_list_asks_no_more_of_the_database(programme: Programme, assessor: Actor) -> None:
    enrolment: Enrolment = await make_enrolment(programme)
    asked = []
    for _ in range(2):
        for _ in range(3):
            await make_reflection(enrolment, ReflectionState.SUBMITTED)
        with _Asked() as questions:
            await page_of_queue(assessor, Wanted.read(words="word1 language"), on=TODAY)
        asked.append(len(questions.of))
        assert len(await queue(assessor)) in {3, 6}

    assert asked[0] == asked[1]
    assert asked[0] <= 8


class _Asked:
    """Notes what is asked of the database."""

    def __init__(self) -> None:
        self.of: list[str] = []
        self._client: Any = Tortoise.get_connection("default")

    def __enter__(self) -> "_Asked":
        self._execute = self._client.execute_query
        self._execute_dict = self._client.execute_query_dict

        async def noted(query: str, *arguments: Any, **options: Any) -> Any:
            self.of.append(query)
            return await self._execute(query, *arguments, **options)

        async def noted_dict(query: str, *arguments: Any, **options: Any) -> Any:
            self.of.append(query)
            return await self._execute_dict(query, *arguments, **options)

        self._client.execute_query, self._client.execute_query_dict = noted, noted_dict
        return self

    def __exit__(self, *_reason: object) -> None:
        del self._client.execute_query, self._client.execute_query_dict
