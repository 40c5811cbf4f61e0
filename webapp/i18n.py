"""Words on screens in Swedish and English: which language, and the words in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from nicegui import context
from starlette.requests import Request

LANGUAGES = {"sv": "Svenska", "en": "English"}
COOKIE = "cim_language"
_CATALOGUES = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="")


def language_of(request: Request, chosen: str | None = None) -> str:
    """Choose: what the person chose, then this browser's cookie, then what the browser asks for, then English."""
    for candidate in (chosen, request.cookies.get(COOKIE)):
        if candidate in LANGUAGES:
            return candidate
    for part in request.headers.get("accept-language", "").split(","):
        candidate = part.split(";")[0].strip().lower()[:2]
        if candidate in LANGUAGES:
            return candidate
    return "en"


def use_language(language: str) -> None:
    """Speak this language for the rest of this task (a request, a command)."""
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a moment: a letter has its reader's, whatever the task speaks."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def current_language() -> str:
    """Tell the language of this task, or of the page that a click came from."""
    if chosen := _language.get():
        return chosen
    try:
        return str(context.client.storage.get("language", "en"))
    except RuntimeError:  # There is no page either: a job or a test.
        return "en"


def _(message: str) -> str:
    """Translate a message."""
    return _translations(current_language()).gettext(message)


def plural(one: str, many: str, count: int) -> str:
    """Translate a message whose form depends on a number; `{count}` stands for it."""
    return _translations(current_language()).ngettext(one, many, count).format(count=count)


def pick(texts: Mapping[str, str] | object) -> str:
    """Take one's own language of a text that is stored in both: a mapping, or an object with `sv` and `en`."""
    language = current_language()
    return str(texts[language] if isinstance(texts, Mapping) else getattr(texts, language))


def pick_title(row: object) -> str:
    """Take one's own language of a row's title."""
    return str(getattr(row, f"title_{current_language()}"))


def pick_name(row: object) -> str:
    """Take one's own language of a row's name."""
    return str(getattr(row, f"name_{current_language()}"))


def name_of_language(code: str) -> str:
    """Name a language in one's own: German, tyska; a code that nobody knows stays as it is."""
    try:
        return Locale.parse(code).get_display_name(_locale()) or code
    except (ValueError, UnknownLocaleError):
        return code


def say_date(day: date) -> str:
    """Write a day: 3 May 2027."""
    return format_date(day, format="long", locale=_locale())


def say_time(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as the institution's clock shows it: 3 May 2027, 14:05."""
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=zone, locale=_locale())


def say_ago(at: datetime, now: datetime) -> str:
    """Write how long ago something was: 3 days ago."""
    return format_timedelta(at - now, add_direction=True, locale=_locale())


def say_length(seconds: float) -> str:
    """Write a length of time: 2:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def say_left(seconds: float) -> str:
    """Write how much time is left, no more exactly than anybody can know: about 3 min left."""
    if seconds < 60:
        return _("less than a minute left")
    return plural("about {count} minute left", "about {count} minutes left", round(seconds / 60))


def words_for_capture(language: str) -> dict[str, str]:
    """The messages of the capture page, whose scripts do not speak gettext: English → translation."""
    if language == "en":
        return {}
    words: dict[str, str] = {}
    for message in _read(language):
        if message.id and any("capture/" in file for file, _line in message.locations):
            # Where Python uses the same message with a number, the catalogue keeps both forms under one entry.
            is_pair = isinstance(message.id, tuple)
            words |= zip(message.id, message.string, strict=True) if is_pair else {message.id: message.string}
    return words


def _locale() -> str:
    return {"sv": "sv_SE", "en": "en_GB"}[current_language()]


@cache
def _translations(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _read(language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def _read(language: str):  # type: ignore[no-untyped-def]  # Babel's Catalog is not typed for iteration.
    with (_CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)
