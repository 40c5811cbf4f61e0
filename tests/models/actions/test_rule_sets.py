"""Programme staff write a rule set and publish it; what students were promised stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from models.actions import rule_sets
from models.actions.rule_sets import (
    DraftHasMistakes,
    HeldEarlier,
    HoldsLater,
    NewerRules,
    NoProgrammeChosen,
    NothingChanged,
    OtherVersionHolds,
    VersionNameTaken,
    document_of,
)
from models.errors import NotAllowed, Refused
from models.permissions import Actor
from models.queries import rule_sets as queries
from models.queries.enrolments import standings
from models.rules.ruleset import RuleSet, preset
from models.tables import Enrolment, Event, Person, Programme, RoleKind, RuleSetDraft, RuleSetVersion
from tests.factories import KI, NOW, make_actor, make_enrolment, make_programme, make_staff

LATER = NOW + timedelta(hours=1)
FOUR = [{"id": "activities", "kind": "count", "minimum": 4}]

pytestmark = pytest.mark.usefixtures("database")


async def make_draft(programme: Programme, staff: Actor, **changes: Any) -> RuleSetDraft:
    """Begin a draft, and write something else than what is published."""
    draft = await rule_sets.open_draft(programme, draft_id=uuid4(), actor=staff, at=NOW)
    document = draft.document | changes
    return await rule_sets.save_draft(draft, document, base_revision=draft.revision, actor=staff, at=NOW)


async def test_a_draft_begins_with_what_is_published() -> None:
    programme = await make_programme()

    draft = await rule_sets.open_draft(programme, draft_id=uuid4(), actor=await make_staff(programme), at=NOW)

    assert RuleSet.model_validate(draft.document) == KI


async def test_opening_again_finds_the_same_draft_also_for_a_colleague() -> None:
    programme = await make_programme()
    first = await make_draft(programme, await make_staff(programme), own_proposals=False)

    second = await rule_sets.open_draft(programme, draft_id=uuid4(), actor=await make_staff(programme), at=LATER)

    assert (second.id, second.document["own_proposals"]) == (first.id, False)
    assert await RuleSetDraft.all().count() == 1


async def test_a_draft_is_kept_with_its_mistakes_and_with_keys_that_nobody_knows() -> None:
    programme = await make_programme()
    draft = await make_draft(programme, await make_staff(programme), requirement=[{"kind": "?"}], unheard_of=[1])

    kept = await RuleSetDraft.get(id=draft.id)

    assert (kept.document["requirement"], kept.document["unheard_of"]) == ([{"kind": "?"}], [1])


async def test_who_saves_over_a_newer_draft_is_told_and_overwrites_nothing() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, own_proposals=False)

    with pytest.raises(NewerRules):
        await rule_sets.save_draft(draft, {}, base_revision=0, actor=staff, at=LATER)

    assert (await RuleSetDraft.get(id=draft.id)).document["own_proposals"] is False


async def test_publishing_points_the_chosen_programmes_at_a_new_version() -> None:
    programme, other = await make_programme("OT"), await make_programme("BE")
    staff = await make_actor("Sten", (RoleKind.STAFF, programme), (RoleKind.STAFF, other))
    draft = await make_draft(programme, staff, requirement=FOUR)

    published = await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=LATER)

    rule_set = RuleSet.model_validate_json(published.document)
    assert (rule_set.version, rule_set.requirements[0].minimum) == ("2026-27", 4)
    assert (published.published_by_id, published.published_at) == (staff.person_id, LATER)  # type: ignore[attr-defined]
    assert (await Programme.get(id=programme.id)).rule_set_id == published.id
    assert (await Programme.get(id=other.id)).rule_set_id == other.rule_set_id
    assert not await RuleSetDraft.exists(id=draft.id)


async def test_who_is_enrolled_keeps_the_version_and_the_progress_that_were_promised() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    enrolment = await make_enrolment(programme)
    before = await _progress(enrolment)
    draft = await make_draft(programme, staff, requirement=FOUR)

    published = await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=LATER)

    newcomer = await make_enrolment(await Programme.get(id=programme.id))
    assert await _progress(enrolment) == before
    assert (await Enrolment.get(id=enrolment.id)).rule_set_id == programme.rule_set_id
    assert newcomer.rule_set_id == published.id


async def test_mistakes_are_counted_and_nothing_is_published() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, requirement=[], certificate_name={"sv": "", "en": ""})

    with pytest.raises(DraftHasMistakes) as refusal:
        await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=LATER)

    assert refusal.value.arguments == {"count": 2}
    assert await RuleSetVersion.all().count() == 1


async def test_a_version_name_is_used_once() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, requirement=FOUR)

    with pytest.raises(VersionNameTaken):
        await rule_sets.publish(draft, KI.version, [programme], actor=staff, at=LATER)


async def test_a_draft_that_says_the_same_is_not_published() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff)

    with pytest.raises(NothingChanged):
        await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=LATER)


async def test_a_programme_under_another_rule_set_cannot_be_chosen() -> None:
    programme = await make_programme("OT")
    other = await make_programme("BE", KI.model_copy(update={"id": "other"}))
    staff = await make_actor("Sten", (RoleKind.STAFF, programme), (RoleKind.STAFF, other))
    draft = await make_draft(programme, staff, requirement=FOUR)

    for chosen in ([], [other], [programme, other]):
        with pytest.raises(NoProgrammeChosen):
            await rule_sets.publish(draft, "2026-27", chosen, actor=staff, at=LATER)


async def _overtaken() -> tuple[Programme, RuleSetDraft, RuleSetVersion, Actor]:
    """Publish from another programme's draft for both, while one's own draft is open: what holds is newer than it."""
    programme, other = await make_programme("OT"), await make_programme("BE")
    staff = await make_actor("Sten", (RoleKind.STAFF, programme), (RoleKind.STAFF, other))
    draft = await make_draft(programme, staff, own_proposals=False)
    theirs = await make_draft(other, staff, requirement=FOUR)
    newer = await rule_sets.publish(theirs, "2026-27", [programme, other], actor=staff, at=LATER)
    return programme, draft, newer, staff


async def test_what_was_published_in_between_is_not_taken_back_unseen() -> None:
    programme, draft, newer, staff = await _overtaken()
    other = await Programme.get(code="BE")

    with pytest.raises(OtherVersionHolds) as refusal:
        await rule_sets.publish(draft, "2027-28", [programme, other], actor=staff, at=LATER)

    assert refusal.value.arguments == {"base": "2025-26", "following": "BE (2026-27), OT (2026-27)"}
    assert (await Programme.get(id=programme.id)).rule_set_id == newer.id
    assert await RuleSetDraft.exists(id=draft.id)


async def test_also_a_second_programme_that_went_on_by_itself_is_not_taken_back() -> None:
    programme, other = await make_programme("OT"), await make_programme("BE")
    staff = await make_actor("Sten", (RoleKind.STAFF, programme), (RoleKind.STAFF, other))
    theirs = await make_draft(other, staff, own_proposals=False)
    newer = await rule_sets.publish(theirs, "2026-27", [other], actor=staff, at=NOW)
    draft = await make_draft(programme, staff, requirement=FOUR)

    with pytest.raises(OtherVersionHolds):
        await rule_sets.publish(draft, "2027-28", [programme, other], actor=staff, at=LATER)
    published = await rule_sets.publish(draft, "2027-28", [programme], actor=staff, at=LATER)

    assert (await Programme.get(id=programme.id)).rule_set_id == published.id
    assert (await Programme.get(id=other.id)).rule_set_id == newer.id


async def test_a_draft_goes_on_from_the_present_version_and_says_what_it_said() -> None:
    programme, draft, newer, staff = await _overtaken()

    moved = await rule_sets.base_on_present(draft, actor=staff, at=LATER)
    published = await rule_sets.publish(moved, "2027-28", [programme], actor=staff, at=LATER)

    assert (moved.based_on_id, moved.document) == (newer.id, draft.document)
    assert (await Programme.get(id=programme.id)).rule_set_id == published.id
    assert await Event.filter(move="base_on_present", actor_id=staff.person_id).count() == 1


async def test_who_had_the_draft_open_does_not_publish_it_from_another_version_unseen() -> None:
    programme, draft, newer, staff = await _overtaken()
    await rule_sets.base_on_present(draft, actor=staff, at=LATER)

    for step in (
        rule_sets.publish(await _as_loaded(draft, newer), "2027-28", [programme], actor=staff, at=LATER),
        rule_sets.save_draft(draft, {}, base_revision=draft.revision, actor=staff, at=LATER),
    ):
        with pytest.raises(NewerRules):
            await step


async def _as_loaded(draft: RuleSetDraft, base: RuleSetVersion) -> RuleSetDraft:
    """Give the draft of today with the revision of before."""
    fresh = await RuleSetDraft.get(id=draft.id).select_related("programme")
    assert fresh.based_on_id == base.id
    fresh.revision = draft.revision
    return fresh


async def test_going_on_from_the_present_version_twice_is_doing_it_once() -> None:
    _programme, draft, _newer, staff = await _overtaken()
    first = await rule_sets.base_on_present(draft, actor=staff, at=LATER)

    second = await rule_sets.base_on_present(draft, actor=staff, at=LATER)

    assert (second.id, second.revision) == (first.id, first.revision)
    assert await Event.filter(move="base_on_present").count() == 1


async def test_what_a_colleague_wrote_in_between_does_not_go_on_from_another_version_unseen() -> None:
    _programme, draft, _newer, staff = await _overtaken()
    await rule_sets.save_draft(draft, draft.document, base_revision=draft.revision, actor=staff, at=LATER)

    with pytest.raises(NewerRules):
        await rule_sets.base_on_present(draft, actor=staff, at=LATER)


@pytest.mark.parametrize(
    ("validity", "refusal", "day"),
    [
        ({"valid_from": "2026-03-03"}, HoldsLater, date(2026, 3, 3)),
        ({"valid_until": "2026-03-01"}, HeldEarlier, date(2026, 3, 1)),
    ],
    ids=["from tomorrow", "until yesterday"],
)
async def test_a_version_under_which_nobody_could_enrol_today_is_not_published(
    validity: dict[str, str], refusal: type[Refused], day: date
) -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, **validity)

    with pytest.raises(refusal) as refused:
        await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=NOW)

    assert refused.value.arguments == {"day": day}
    assert (await Programme.get(id=programme.id)).rule_set_id == programme.rule_set_id


async def test_a_version_is_published_on_the_day_from_which_it_is_valid_as_the_institution_counts_days() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, valid_from="2026-03-03", valid_until="2026-03-03")
    half_past_midnight = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)

    published = await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=half_past_midnight)

    assert (await Programme.get(id=programme.id)).rule_set_id == published.id


async def test_a_programme_can_follow_a_version_that_was_published_for_another_one() -> None:
    first, second = await make_programme("OT"), await make_programme("BE")
    staff = await make_actor("Sten", (RoleKind.STAFF, first), (RoleKind.STAFF, second))
    enrolled = await make_enrolment(second)
    draft = await make_draft(first, staff, requirement=FOUR)
    published = await rule_sets.publish(draft, "2026-27", [first], actor=staff, at=LATER)

    for _again in range(2):
        await rule_sets.follow(second, published, actor=staff, at=LATER)

    assert (await Programme.get(id=second.id)).rule_set_id == published.id
    assert (await Enrolment.get(id=enrolled.id)).rule_set_id == enrolled.rule_set_id != published.id
    assert await Event.filter(move="follow_rule_set", subject_id=str(second.id)).count() == 1


async def test_a_programme_does_not_follow_another_rule_set_this_way() -> None:
    programme = await make_programme("OT")
    other = await make_programme("SOC", preset("lu-soc"))

    with pytest.raises(NotAllowed):
        await rule_sets.follow(
            programme, await RuleSetVersion.get(id=other.rule_set_id), actor=await make_staff(programme), at=NOW
        )


async def test_nobody_publishes_for_a_programme_of_others() -> None:
    programme, other = await make_programme("OT"), await make_programme("BE")
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, requirement=FOUR)

    with pytest.raises(NotAllowed):
        await rule_sets.publish(draft, "2026-27", [programme, other], actor=staff, at=LATER)


async def test_what_a_colleague_changed_in_between_is_not_published_unseen() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, requirement=FOUR)
    await rule_sets.save_draft(draft, draft.document, base_revision=draft.revision, actor=staff, at=LATER)

    for step in (
        rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=LATER),
        rule_sets.discard_draft(draft, actor=staff, at=LATER),
    ):
        with pytest.raises(NewerRules):
            await step

    assert await RuleSetDraft.exists(id=draft.id)


async def test_a_discarded_draft_is_gone_and_the_published_version_stays() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, requirement=FOUR)

    await rule_sets.discard_draft(draft, actor=staff, at=LATER)

    assert await RuleSetDraft.all().count() == 0
    assert (await Programme.get(id=programme.id)).rule_set_id == programme.rule_set_id


async def test_what_happened_to_the_rules_is_recorded() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    draft = await make_draft(programme, staff, requirement=FOUR)
    await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=LATER)

    moves = await Event.filter(actor_id=staff.person_id).order_by("id").values_list("move", flat=True)

    assert list(moves) == ["open_draft", "publish", "follow_rule_set"]


async def test_staff_see_the_versions_with_who_published_them_and_who_is_enrolled() -> None:
    programme = await make_programme()
    staff = await make_staff(programme)
    await make_enrolment(programme)
    draft = await make_draft(programme, staff, requirement=FOUR)
    await rule_sets.publish(draft, "2026-27", [programme], actor=staff, at=LATER)

    versions = await queries.versions_of("ki", actor=staff)

    publishers = [(await Person.get(id=staff.person_id)).name, None]
    assert [v.row.version for v in versions] == ["2026-27", "2025-26"]
    assert [v.row.published_by and v.row.published_by.name for v in versions] == publishers
    assert [[p.code for p in v.programmes] for v in versions] == [["OT"], []]
    assert [v.enrolled for v in versions] == [0, 1]


async def test_only_staff_of_the_programme_see_drafts_and_versions() -> None:
    programme, other = await make_programme("OT"), await make_programme("BE", KI.model_copy(update={"id": "other"}))
    stranger = await make_staff(other)
    await make_draft(programme, await make_staff(programme))

    for question in (
        queries.programme_to_edit("OT", actor=stranger),
        queries.draft_of(programme, actor=stranger),
        queries.versions_of("ki", actor=stranger),
    ):
        with pytest.raises(NotAllowed):
            await question


async def test_a_draft_is_written_without_what_is_said_by_default() -> None:
    assert "cap" not in document_of(KI)
    assert RuleSet.model_validate(document_of(KI)) == KI


async def _progress(enrolment: Enrolment) -> object:
    loaded = await Enrolment.get(id=enrolment.id).select_related("rule_set", "programme", "person")
    return (await standings([loaded], on=NOW.date()))[0].progress
