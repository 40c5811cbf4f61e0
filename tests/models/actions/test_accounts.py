"""Invitations, passwords, sign-ins, roles."""

from datetime import timedelta

import pytest

from models.actions import accounts
from models.actions.accounts import (
    AlreadyHasAdministrator,
    LinkUsedUp,
    NotAnAddress,
    PasswordTooShort,
    WrongNameOrPassword,
    token_hash,
)
from models.errors import NotAllowed, WrongState
from models.permissions import Actor
from models.queries import people
from models.states import ReflectionState
from models.tables import Event, Person, Role, RoleKind, Session
from tests.factories import NOW, make_actor, make_person, make_programme, make_reflection, reload_reflection

pytestmark = pytest.mark.usefixtures("database")

PASSWORD = "correct horse battery"
IDLE, TOTAL = timedelta(hours=1), timedelta(days=1)


async def _administrator() -> Actor:
    return await make_actor("Ada", (RoleKind.ADMINISTRATOR, None))


async def _account(email: str = "robin@example.edu") -> Person:
    link = await accounts.invite("Robin", email, [], actor=await _administrator(), at=NOW)
    return await accounts.choose_password(link, PASSWORD, at=NOW)


async def _sign_in(password: str = PASSWORD, email: str = "robin@example.edu") -> str:
    return await accounts.sign_in(email, password, browser="Firefox", at=NOW)


async def test_a_sign_in_is_found_by_the_hash_of_its_secret() -> None:
    person = await _account()

    token = await _sign_in()

    session = await people.session_of(token_hash(token), at=NOW, idle=IDLE, total=TOTAL)
    assert session is not None
    assert session.person_id == person.id


async def test_the_secret_of_a_sign_in_is_not_stored() -> None:
    await _account()

    token = await _sign_in()

    assert [row for row in await Session.all().values() if token in map(str, row.values())] == []


async def test_the_address_may_be_written_in_capitals_and_with_blanks() -> None:
    person = await _account("Robin@Example.edu")

    await _sign_in(email="  ROBIN@example.EDU ")

    assert await Session.filter(person_id=person.id).count() == 1


async def test_a_wrong_password_and_an_unknown_address_are_the_same_refusal() -> None:
    await _account()

    with pytest.raises(WrongNameOrPassword) as wrong:
        await _sign_in("wrong horse battery")
    with pytest.raises(WrongNameOrPassword) as unknown:
        await _sign_in(email="nobody@example.edu")

    assert (str(wrong.value), wrong.value.arguments) == (str(unknown.value), unknown.value.arguments)
    assert await Session.all().count() == 0


async def test_an_account_without_a_password_cannot_sign_in() -> None:
    person = await make_person()

    with pytest.raises(WrongNameOrPassword):
        await _sign_in("", email=person.email)
    with pytest.raises(WrongNameOrPassword):
        await _sign_in("nobody signs in with this", email=person.email)


async def test_signing_out_ends_the_session() -> None:
    person = await _account()
    token = await _sign_in()
    session = await Session.get(token_hash=token_hash(token))

    await accounts.end_session(session.id, actor=await people.actor_of(person), at=NOW)

    assert await people.session_of(token_hash(token), at=NOW, idle=IDLE, total=TOTAL) is None


async def test_one_cannot_end_somebody_elses_session() -> None:
    await _account()
    token = await _sign_in()
    session = await Session.get(token_hash=token_hash(token))

    with pytest.raises(NotAllowed):
        await accounts.end_session(session.id, actor=await make_actor(), at=NOW)

    assert await people.session_of(token_hash(token), at=NOW, idle=IDLE, total=TOTAL) is not None


async def test_one_lists_ones_own_living_sessions_only() -> None:
    person = await _account()
    await _account("other@example.edu")
    await _sign_in()
    await _sign_in(email="other@example.edu")

    me = await people.actor_of(person)
    sessions = await people.own_sessions(me, at=NOW, idle=IDLE, total=TOTAL)

    assert [session.person_id for session in sessions] == [person.id]
    assert await people.own_sessions(me, at=NOW + 2 * IDLE, idle=IDLE, total=TOTAL) == []


async def test_a_session_that_slept_too_long_is_over() -> None:
    await _account()
    token = await _sign_in()

    found = await people.session_of(token_hash(token), at=NOW + IDLE + timedelta(seconds=1), idle=IDLE, total=TOTAL)

    assert found is None


async def test_a_session_in_use_does_not_fall_asleep() -> None:
    await _account()
    token = await _sign_in()
    session = await Session.get(token_hash=token_hash(token))

    await accounts.note_seen(session.id, at=NOW + IDLE)

    assert await people.session_of(token_hash(token), at=NOW + IDLE * 2, idle=IDLE, total=TOTAL) is not None


async def test_a_session_in_use_is_over_after_its_whole_time() -> None:
    await _account()
    token = await _sign_in()
    too_late = NOW + TOTAL + timedelta(seconds=1)
    await accounts.note_seen((await Session.get(token_hash=token_hash(token))).id, at=too_late)

    found = await people.session_of(token_hash(token), at=too_late, idle=IDLE, total=TOTAL)

    assert found is None


async def test_a_one_time_link_works_once() -> None:
    link = await accounts.invite("Robin", "robin@example.edu", [], actor=await _administrator(), at=NOW)
    await accounts.choose_password(link, PASSWORD, at=NOW)

    with pytest.raises(LinkUsedUp):
        await accounts.choose_password(link, "another long password", at=NOW)

    assert await _sign_in()


async def test_a_one_time_link_ends_after_a_week() -> None:
    link = await accounts.invite("Robin", "robin@example.edu", [], actor=await _administrator(), at=NOW)

    with pytest.raises(LinkUsedUp):
        await accounts.choose_password(link, PASSWORD, at=NOW + timedelta(days=7))


async def test_a_chosen_password_uses_up_every_link_of_the_person_and_of_nobody_else() -> None:
    administrator = await _administrator()
    links = [
        await accounts.invite("X", email, [], actor=administrator, at=NOW)
        for email in ("robin@example.edu", "robin@example.edu", "other@example.edu")
    ]

    await accounts.choose_password(links[0], PASSWORD, at=NOW)

    still_open = [await people.link_is_open(token_hash(link), at=NOW) for link in links]
    assert still_open == [False, False, True]


async def test_an_open_link_is_told_from_one_that_is_used_up() -> None:
    link = await accounts.invite("Robin", "robin@example.edu", [], actor=await _administrator(), at=NOW)
    before = await people.link_is_open(token_hash(link), at=NOW)

    await accounts.choose_password(link, PASSWORD, at=NOW)

    assert (before, await people.link_is_open(token_hash(link), at=NOW)) == (True, False)


async def test_an_unknown_link_is_refused_like_a_used_one() -> None:
    with pytest.raises(LinkUsedUp):
        await accounts.choose_password("guessed", PASSWORD, at=NOW)


async def test_a_short_password_leaves_the_link_open() -> None:
    link = await accounts.invite("Robin", "robin@example.edu", [], actor=await _administrator(), at=NOW)

    with pytest.raises(PasswordTooShort):
        await accounts.choose_password(link, "short", at=NOW)

    assert await people.link_is_open(token_hash(link), at=NOW)


async def test_a_password_change_ends_every_session_of_the_person() -> None:
    await _account()
    token = await _sign_in()
    link = await accounts.invite("Robin", "robin@example.edu", [], actor=await _administrator(), at=NOW)

    await accounts.choose_password(link, "a new long password", at=NOW)

    assert await people.session_of(token_hash(token), at=NOW, idle=IDLE, total=TOTAL) is None


async def test_a_password_change_leaves_other_peoples_sessions() -> None:
    await _account("other@example.edu")
    token = await _sign_in(email="other@example.edu")

    await _account()

    assert await people.session_of(token_hash(token), at=NOW, idle=IDLE, total=TOTAL) is not None


async def test_the_first_administrator_is_made_once() -> None:
    link = await accounts.invite_first_administrator("Ada", "ada@example.edu", at=NOW)
    await accounts.choose_password(link, PASSWORD, at=NOW)

    with pytest.raises(AlreadyHasAdministrator):
        await accounts.invite_first_administrator("Eve", "eve@example.edu", at=NOW)

    assert await Person.all().count() == 1


async def test_a_lost_first_link_can_be_made_again() -> None:
    await accounts.invite_first_administrator("Ada", "ada@example.edu", at=NOW)

    link = await accounts.invite_first_administrator("Ada", "ada@example.edu", at=NOW)

    ada = await accounts.choose_password(link, PASSWORD, at=NOW)
    assert await Role.filter(person_id=ada.id, kind=RoleKind.ADMINISTRATOR).count() == 1


@pytest.mark.parametrize(("name", "email"), [("", "a@example.edu"), ("Robin", "robin"), ("Robin", "@")])
async def test_an_invitation_needs_a_name_and_an_address(name: str, email: str) -> None:
    with pytest.raises(NotAnAddress):
        await accounts.invite(name, email, [], actor=await _administrator(), at=NOW)


async def test_an_invitation_gives_roles() -> None:
    programme = await make_programme()

    await accounts.invite(
        "Astrid", "astrid@example.edu", [(RoleKind.ASSESSOR, programme)], actor=await _administrator(), at=NOW
    )

    actor = await people.actor_of(await Person.get(email="astrid@example.edu"))
    assert actor.roles == frozenset({(RoleKind.ASSESSOR, programme.id)})


async def test_an_invitation_twice_is_one_account_with_one_role() -> None:
    programme, administrator = await make_programme(), await _administrator()

    for email in ("astrid@example.edu", "Astrid@Example.edu"):
        await accounts.invite("Astrid", email, [(RoleKind.STAFF, programme)], actor=administrator, at=NOW)

    assert await Role.filter(person__email="astrid@example.edu").count() == 1


async def test_who_is_not_an_administrator_invites_nobody() -> None:
    staff = await make_actor("Sten", (RoleKind.STAFF, await make_programme()))

    with pytest.raises(NotAllowed):
        await accounts.invite("Eve", "eve@example.edu", [(RoleKind.ADMINISTRATOR, None)], actor=staff, at=NOW)
    with pytest.raises(NotAllowed):
        await people.everybody(staff)

    assert not await Person.exists(email="eve@example.edu")


async def test_a_role_that_was_taken_is_gone_at_once() -> None:
    programme = await make_programme()
    person = await make_person("Astrid", (RoleKind.ASSESSOR, programme), (RoleKind.STAFF, programme))
    role = await Role.get(person_id=person.id, kind=RoleKind.ASSESSOR)

    await accounts.take_role(role, actor=await _administrator(), at=NOW)

    assert (await people.actor_of(person)).roles == frozenset({(RoleKind.STAFF, programme.id)})


async def test_what_a_former_assessor_was_assessing_waits_for_the_others_again() -> None:
    programme = await make_programme()
    person = await make_person("Astrid", (RoleKind.ASSESSOR, programme))
    reflection = await make_reflection(state=ReflectionState.IN_ASSESSMENT, assessor=await people.actor_of(person))

    await accounts.take_role(await Role.get(person_id=person.id), actor=await _administrator(), at=NOW)

    fresh = await reload_reflection(reflection)
    assert (fresh.state, fresh.assessor_id) == (ReflectionState.SUBMITTED, None)
    assert await Event.filter(move="release", subject_id=str(reflection.id)).count() == 1


async def test_a_role_can_be_taken_once() -> None:
    administrator = await _administrator()
    person = await make_person("Astrid", (RoleKind.ASSESSOR, await make_programme()))
    role = await Role.get(person_id=person.id)
    await accounts.take_role(role, actor=administrator, at=NOW)

    with pytest.raises(WrongState):
        await accounts.take_role(role, actor=administrator, at=NOW)

    assert await Event.filter(move="take_role").count() == 1


async def test_an_administrator_cannot_take_their_own_role() -> None:
    administrator = await _administrator()

    with pytest.raises(NotAllowed):
        await accounts.take_role(await Role.get(person_id=administrator.person_id), actor=administrator, at=NOW)


async def test_the_language_is_chosen_for_oneself_alone() -> None:
    actor, other = await make_actor("Robin"), await make_actor("Other")

    await accounts.choose_language("sv", actor=actor)

    assert (await Person.get(id=actor.person_id)).language == "sv"
    assert (await Person.get(id=other.person_id)).language is None
