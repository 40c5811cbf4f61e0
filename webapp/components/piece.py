"""One version of a reflection as it is read: the player with its transcript, the text, the posts."""

from nicegui import ui

from models.permissions import Actor
from models.portfolios import facts_of_version
from models.rules.limits import Measured, language_problem, measured, problems
from models.rules.pieces import PieceRules
from models.states import MediaState
from models.tables import MediaItem, Version
from transcription.english import read_in_english
from transcription.reading import read
from webapp.components.notices import check_line, muted
from webapp.components.player_bar import PlayerBar
from webapp.components.post_comments import PostComments
from webapp.components.transcript_facts import transcript_facts
from webapp.components.transcript_view import TranscriptView
from webapp.components.translation_view import translation_view
from webapp.components.written_view import WrittenView
from webapp.i18n import LANGUAGES, _, name_of_language, pick, plural, say_length


def player(media: MediaItem, version: Version, *, has_captions: bool, has_english: bool = False) -> str:
    """Show an audio or video player with captions, and the waveform; returns the player's id for the transcript."""
    element_id = player_of(version)
    captions = f"/media/{media.id}/captions.vtt?version={version.id}"
    # Only ids and our own words go into this markup.
    track = (
        f'<track kind="captions" src="{captions}" srclang="{version.language}" '
        f'label="{LANGUAGES.get(version.language, version.language)}" default>'
        if has_captions
        else ""
    )
    if has_english:
        label = _("English, machine translation")
        address = f"/media/{media.id}/captions.en.vtt?version={version.id}"
        track += f'<track kind="subtitles" src="{address}" srclang="en" label="{label}">'
    inside = f"{sources(media)}{track}"
    facts = f'controls preload="metadata" id="{element_id}" class="cim-media"'
    if media.kind == "video":
        poster = f'poster="/media/{media.id}/poster"' if media.poster_key else ""
        ui.html(f"<video {facts} {poster} playsinline>{inside}</video>", sanitize=False)
    else:
        if media.waveform_key:
            ui.html(f'<img class="cim-wave" src="/media/{media.id}/waveform" alt="">', sanitize=False)
        ui.html(f"<audio {facts}>{inside}</audio>", sanitize=False)
    return element_id


async def piece_view(
    version: Version,
    *,
    actor: Actor,
    editable: bool = False,
    find: str = "",
    before: Version | None = None,
    commenting: bool = False,
) -> None:
    """Show what one version holds; the posts and the recording come loaded with it.

    With `editable` the words of the transcript can be put right; `find` is looked for among them. `before` is the
    version that was handed in before this one. With `commenting` there is a list of comments on the page to add to.
    """
    if version.format in {"podcast", "video"}:
        with ui.element("div").classes("cim-listening"):
            await _recording(version, actor, editable=editable, find=find, commenting=commenting)
    elif version.format == "posts":
        _posts(version)
    if version.text and version.format in {"written", "posts"}:
        if version.frozen_at is not None:
            WrittenView(version, before=before.text if before is not None and before.text else None)
        else:
            ui.label(version.text).classes("cim-text").props(f'lang="{version.language}"')
    elif version.format == "written":
        muted(_("Nothing is written yet."))


async def limits_view(version: Version, rules: PieceRules) -> None:
    """Show the measures of a version, each beside the limits of its format: facts, no verdict."""
    offered = rules.format_of(version.format)
    if offered is None:
        return
    found = await facts_of_version(version)
    for one in measured(offered, found):
        wanted = " · ".join(_limits(one))
        check_line(f"{_amount(one)} ({wanted})" if wanted else _amount(one), met=not one.said)
        for sentence in one.said:
            muted(pick(sentence))
    said = [sentence for one in measured(offered, found) for sentence in one.said]
    for sentence in problems(offered, found):
        if sentence not in said:
            muted(pick(sentence))
    other = language_problem(rules, version.language)
    language = _("Language: {language}").format(language=name_of_language(version.language))
    check_line(language, met=other is None)
    if other is not None:
        muted(pick(other))


def _amount(one: Measured) -> str:
    if one.measure == "seconds":
        return _("Length {length}").format(length=say_length(one.value))
    if one.measure == "posts":
        return plural("{count} post", "{count} posts", one.value)
    return plural("{count} word", "{count} words", one.value)


def _limits(one: Measured) -> list[str]:
    """Say what is wanted and what is allowed, where the rules say it."""
    say = say_length if one.measure == "seconds" else str
    bounds = one.bounds
    shown = []
    if bounds.target_min is not None and bounds.target_max is not None:
        ends = [say(bounds.target_min), say(bounds.target_max)]
        shown.append(_("wanted: {amount}").format(amount="–".join(dict.fromkeys(ends))))
    if bounds.minimum is not None:
        shown.append(_("at least {amount}").format(amount=say(bounds.minimum)))
    if bounds.maximum is not None:
        shown.append(_("at most {amount}").format(amount=say(bounds.maximum)))
    return shown


def sources(media: MediaItem) -> str:
    """Name both copies; a browser takes the first that it plays. MP4 first: Apple's claim more WebM than they play."""
    return "".join(f'<source src="{copy["src"]}" type="{copy["type"]}">' for copy in copies(media))


def copies(media: MediaItem) -> list[dict[str, str]]:
    """List both copies with their types, in the order of `sources`."""
    listed = [{"src": f"/media/{media.id}", "type": media.content_type}]
    if media.alternate_key:
        listed.append({"src": f"/media/{media.id}/alternate", "type": media.alternate_type})
    return sorted(listed, key=lambda copy: not copy["type"].endswith("/mp4"))


def player_of(version: Version) -> str:
    """Name the player of a version on its page."""
    return f"player-{version.id}"


async def _recording(version: Version, actor: Actor, *, editable: bool, find: str, commenting: bool) -> None:
    media = version.recording
    if media is None or media.state is not MediaState.READY:
        muted(_("There is no recording yet."))
        return
    reading = await read(media.id, version_id=version.id, actor=actor)
    english = await read_in_english(reading, actor=actor) if reading is not None else None
    element_id = player(media, version, has_captions=reading is not None, has_english=english is not None)
    PlayerBar(element_id, version=str(version.id), actor=actor, can_comment=commenting)
    if reading is None:
        return
    if reading.words:
        TranscriptView(reading, player=element_id, version=str(version.id), editable=editable, find=find)
        await translation_view(reading, english, player=element_id, actor=actor)
        _to_take_along(f"/media/{media.id}/transcript", version, has_english=english is not None)
    else:
        muted(_("No speech was heard in this recording."))
    await transcript_facts(reading, declared=version.language, actor=actor)


def _to_take_along(address: str, version: Version, *, has_english: bool) -> None:
    """Offer the words as files, as they are in this version."""
    kinds = {"pdf": "PDF", "html": _("page to print"), "txt": _("plain text"), "vtt": _("captions (WebVTT)")}
    if has_english:
        kinds["en.vtt"] = _("captions in English, machine translation")
    with ui.element("div").classes("cim-row ct-files"):
        ui.label(_("Take the transcript along:"))
        for kind, name in kinds.items():
            link = ui.element("a").props(f'href="{address}/{kind}?version={version.id}" data-test=take-{kind}')
            link.props("target=_blank" if kind == "html" else "download")
            with link:
                ui.label(name)


def _posts(version: Version) -> None:
    with ui.element("div").classes("cim-feed"):
        for post in sorted(version.posts, key=lambda post: post.position):
            article = ui.element("article").classes("cim-post")
            with article.props(f'data-version="{version.id}" data-post="{post.key}"'):
                if post.photo is not None and post.photo.state is MediaState.READY:
                    image = ui.element("img").props(f'src="/media/{post.photo.id}" loading=lazy')
                    image.props["alt"] = post.alt_text
                with ui.element("div").classes("cim-post-words"):
                    ui.label(post.caption).classes("cim-text").props(f'lang="{version.language}"')
                    if post.alt_text:
                        muted(_("Picture description: {words}").format(words=post.alt_text))
                    if version.frozen_at is not None:
                        PostComments(version, post.key)
