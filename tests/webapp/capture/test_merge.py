"""Joining what was changed on the phone with what was changed elsewhere."""

from typing import Any

import pytest

from tests.webapp.capture.conftest import InBrowser

pytestmark = pytest.mark.browser

_MERGE = "({ merge }, versions) => merge(versions)"
_BOTH = "({ both }, versions) => both({ ...versions, newId: () => 'new' })"


def _post(id_: str, caption: str = "") -> dict[str, Any]:
    return {"id": id_, "photo": None, "caption": caption, "alt_text": ""}


def _draft(*posts: dict[str, Any], text: str = "") -> dict[str, Any]:
    return {"format": "posts", "language": "en", "text": text, "posts": list(posts)}


def _captions(result: dict[str, Any]) -> list[str]:
    return [post["caption"] for post in result["values"]["posts"]]


def test_text_changed_on_both_sides_is_a_conflict_that_keeps_this_phone(in_browser: InBrowser) -> None:
    versions = {"base": _draft(text="a"), "mine": _draft(text="b"), "theirs": _draft(text="c")}

    result = in_browser("merge", _MERGE, versions)

    assert (result["conflicts"], result["values"]["text"]) == (["text"], "b")


def test_different_posts_changed_on_both_sides_are_joined(in_browser: InBrowser) -> None:
    versions = {
        "base": _draft(_post("1", "one"), _post("2", "two")),
        "mine": _draft(_post("1", "one, mine"), _post("2", "two")),
        "theirs": _draft(_post("1", "one"), _post("2", "two, theirs"), _post("3", "three")),
    }

    result = in_browser("merge", _MERGE, versions)

    assert result["conflicts"] == []
    assert _captions(result) == ["one, mine", "two, theirs", "three"]


def test_post_changed_differently_on_both_sides_is_a_conflict(in_browser: InBrowser) -> None:
    versions = {
        "base": _draft(_post("1", "one"), _post("2")),
        "mine": _draft(_post("1", "one, mine"), _post("2")),
        "theirs": _draft(_post("1", "one, theirs"), _post("2", "two, theirs")),
    }

    result = in_browser("merge", _MERGE, versions)

    assert result["conflicts"] == ["posts"]
    assert result["values"]["posts"] == versions["mine"]["posts"]


def test_post_removed_here_and_changed_there_is_a_conflict(in_browser: InBrowser) -> None:
    versions = {
        "base": _draft(_post("1", "one"), _post("2")),
        "mine": _draft(_post("2")),
        "theirs": _draft(_post("1", "one, theirs"), _post("2")),
    }

    assert in_browser("merge", _MERGE, versions)["conflicts"] == ["posts"]


def test_order_of_one_side_and_words_of_the_other_are_joined(in_browser: InBrowser) -> None:
    versions = {
        "base": _draft(_post("1", "one"), _post("2", "two"), _post("3", "three")),
        "mine": _draft(_post("3", "three"), _post("1", "one"), _post("2", "two")),
        "theirs": _draft(_post("1", "one"), _post("2", "two, theirs"), _post("3", "three")),
    }

    result = in_browser("merge", _MERGE, versions)

    assert (result["conflicts"], _captions(result)) == ([], ["three", "one", "two, theirs"])


def test_two_different_orders_are_a_conflict(in_browser: InBrowser) -> None:
    one, two, three = (_post(id_) for id_ in "123")
    versions = {"base": _draft(one, two, three), "mine": _draft(three, one, two), "theirs": _draft(two, one, three)}

    assert in_browser("merge", _MERGE, versions)["conflicts"] == ["posts"]


def test_post_that_this_phone_may_have_sent_is_no_conflict(in_browser: InBrowser) -> None:
    versions = {
        "base": _draft(_post("1", "one")),
        "mine": _draft(_post("1", "one, later")),
        "theirs": _draft(_post("1", "one, sent"), _post("2", "two, theirs")),
        "sent": [{"posts": [_post("1", "one, sent")]}],
    }

    result = in_browser("merge", _MERGE, versions)

    assert (result["conflicts"], _captions(result)) == ([], ["one, later", "two, theirs"])


def test_both_texts_stand_one_after_the_other(in_browser: InBrowser) -> None:
    versions = {"mine": _draft(text="Mine.\n"), "theirs": _draft(text="Theirs."), "fields": ["text"]}

    assert in_browser("merge", _BOTH, versions) == {"text": "Mine.\n\nTheirs."}


def test_text_that_holds_the_other_one_is_kept_alone(in_browser: InBrowser) -> None:
    versions = {"mine": _draft(text="One. Two."), "theirs": _draft(text="One."), "fields": ["text"]}

    assert in_browser("merge", _BOTH, versions) == {"text": "One. Two."}


def test_both_versions_of_a_post_stand_one_after_the_other(in_browser: InBrowser) -> None:
    versions = {
        "mine": _draft(_post("1", "mine"), _post("2", "same")),
        "theirs": _draft(_post("1", "theirs"), _post("3", "new there"), _post("2", "same")),
        "fields": ["posts"],
    }

    posts = in_browser("merge", _BOTH, versions)["posts"]

    assert [(post["id"], post["caption"]) for post in posts] == [
        ("1", "mine"),
        ("new", "theirs"),
        ("3", "new there"),
        ("2", "same"),
    ]
