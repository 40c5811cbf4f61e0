"""One version of a reflection as it is read: the player with its transcript, the text, the posts."""

from nicegui import ui

from models.permissions import Actor
from models.portfolios import facts_of_version
from models.rules.limits import hints, problems
from models.rules.pieces import PieceRules
from models.states import MediaState
from models.tables import MediaItem, Version
from transcription.english import read_in_english
from transcription.reading import read
from webapp.components.notices import check_line, muted
from webapp.components.transcript_facts import transcript_facts
from webapp.components.transcript_view import TranscriptView
from webapp.components.translation_view import translation_view
from webapp.i18n import LANGUAGES, _, pick, plural, say_length


def player(media: MediaItem, version: Version, *, has_captions: bool, has_english: bool = False) -> str:
    """Show an audio or video player with captions, and the waveform; returns the player's id for the transcript."""
    element_id = f"player-{version.id}"
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


async def piece_view(version: Version, *, actor: Actor, editable: bool = False, find: str = "") -> None:
    """Show what one version holds; the posts and the recording come loaded with it.

    With `editable` the words of the transcript can be put right; `find` is looked for among them.
    """
    if version.format in {"podcast", "video"}:
        await _recording(version, actor, editable=editable, find=find)
    elif version.format == "posts":
        _posts(version)
    if version.text and version.format in {"written", "posts"}:
        ui.label(version.text).classes("cim-text").props(f'lang="{version.language}"')
    elif version.format == "written":
        muted(_("Nothing is written yet."))


async def limits_view(version: Version, rules: PieceRules) -> None:
    """Show the measures of a version beside the limits of its format: facts, no verdict."""
    offered = rules.format_of(version.format)
    if offered is None:
        return
    measured = await facts_of_version(version)
    shown = []
    if offered.words and measured.words is not None:
        shown.append(plural("{count} word", "{count} words", measured.words))
    if offered.seconds and measured.seconds:
        shown.append(say_length(measured.seconds))
    if offered.posts and measured.posts is not None:
        shown.append(plural("{count} post", "{count} posts", measured.posts))
    if shown:
        check_line(" · ".join(shown), met=not problems(offered, measured) and not hints(offered, measured))
    for sentence in [*problems(offered, measured), *hints(offered, measured)]:
        muted(pick(sentence))


def sources(media: MediaItem) -> str:
    """Name both copies; a browser takes the first that it plays. MP4 first: Apple's claim more WebM than they play."""
    copies = [(media.content_type, f"/media/{media.id}")]
    if media.alternate_key:
        copies.append((media.alternate_type, f"/media/{media.id}/alternate"))
    copies.sort(key=lambda copy: not copy[0].endswith("/mp4"))
    return "".join(f'<source src="{address}" type="{content_type}">' for content_type, address in copies)


async def _recording(version: Version, actor: Actor, *, editable: bool, find: str) -> None:
    media = version.recording
    if media is None or media.state is not MediaState.READY:
        muted(_("There is no recording yet."))
        return
    reading = await read(media.id, version_id=version.id, actor=actor)
    english = await read_in_english(reading, actor=actor) if reading is not None else None
    element_id = player(media, version, has_captions=reading is not None, has_english=english is not None)
    if reading is None:
        return
    if reading.words:
        TranscriptView(reading, player=element_id, editable=editable, find=find)
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
            with ui.element("article").classes("cim-post"):
                if post.photo is not None and post.photo.state is MediaState.READY:
                    image = ui.element("img").props(f'src="/media/{post.photo.id}" loading=lazy')
                    image.props["alt"] = post.alt_text
                with ui.element("div").classes("cim-post-words"):
                    ui.label(post.caption).classes("cim-text").props(f'lang="{version.language}"')
                    if post.alt_text:
                        muted(_("Picture description: {words}").format(words=post.alt_text))
