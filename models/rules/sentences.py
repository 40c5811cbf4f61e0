"""Sentences that the rules say to people, in Swedish and English, from one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from babel.dates import format_date

from models.rules.bilingual import Bilingual, Language

Argument = int | str | date | timedelta | Bilingual


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of the table with its arguments; `say` makes one.

    A date is shown as 4 May 2026, a timedelta as minutes:seconds, a Bilingual in the sentence's own language.
    """

    id: str
    arguments: Mapping[str, Argument] = field(default_factory=dict, hash=False)

    @property
    def sv(self) -> str:
        """The sentence in Swedish."""
        return self._in("sv")

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self._in("en")

    def _in(self, language: Language) -> str:
        line = TABLE[self.id]
        text = line.one if line.one is not None and self.arguments[line.count] == 1 else line.other
        shown = {name: _shown(argument, language) for name, argument in self.arguments.items()}
        return _pick(text, language).format_map(shown)


def say(id_: str, **arguments: Argument) -> Sentence:
    """Make the sentence with this id."""
    return Sentence(id_, arguments)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the table; `count` names the argument that chooses between `one` and `other`."""

    other: Bilingual
    one: Bilingual | None = None
    count: str = ""


def _plain(sv: str, en: str) -> Line:
    return Line(Bilingual(sv, en))


def _counted(count: str, *, one: tuple[str, str], other: tuple[str, str]) -> Line:
    return Line(Bilingual(*other), Bilingual(*one), count)


TABLE: dict[str, Line] = {
    # Progress.
    "activities_missing": _counted(
        "missing",
        one=("Du saknar en aktivitet.", "You lack one activity."),
        other=("Du saknar {missing} aktiviteter.", "You lack {missing} activities."),
    ),
    "activities_met": _plain("Du har tillräckligt många aktiviteter.", "You have enough activities."),
    "reflections_missing": _counted(
        "missing",
        one=(
            "Du saknar en godkänd reflektion. Inlämnade hittills: {submitted}.",
            "You lack one accepted reflection. Handed in so far: {submitted}.",
        ),
        other=(
            "Du saknar {missing} godkända reflektioner. Inlämnade hittills: {submitted}.",
            "You lack {missing} accepted reflections. Handed in so far: {submitted}.",
        ),
    ),
    "reflections_met": _plain(
        "Alla reflektioner du behöver är godkända.", "All the reflections that you need are accepted."
    ),
    "final_missing": _plain(
        "Du saknar slutreflektionen. Lämna in den senast {deadline}.",
        "You lack the final reflection. Hand it in by {deadline} at the latest.",
    ),
    "final_draft": _plain(
        "Din slutreflektion är ett utkast. Lämna in den senast {deadline}.",
        "Your final reflection is a draft. Hand it in by {deadline} at the latest.",
    ),
    "final_too_late": _plain(
        "Slutreflektionen skulle ha lämnats in senast {deadline}.",
        "The final reflection had to be handed in by {deadline}.",
    ),
    "final_handed_in_too_late": _plain(
        "Slutreflektionen lämnades in {submitted}, efter sista dagen {deadline}.",
        "The final reflection was handed in on {submitted}, after the last day, {deadline}.",
    ),
    "final_waits": _plain(
        "Din slutreflektion är inlämnad och väntar på bedömning.",
        "Your final reflection is handed in and waits for its assessment.",
    ),
    "final_returned": _plain(
        "Du har fått tillbaka din slutreflektion med kommentarer. Bearbeta den och lämna in den igen.",
        "Your final reflection came back with comments. Revise it and hand it in again.",
    ),
    "final_accepted": _plain("Din slutreflektion är godkänd.", "Your final reflection is accepted."),
    # Why something does not count.
    "activity_proposed": _plain("Aktiviteten är inte godkänd än.", "The activity is not approved yet."),
    "activity_approved": _plain("Aktiviteten är inte genomförd än.", "The activity is not completed yet."),
    "activity_declined": _plain("Aktiviteten har fått avslag.", "The activity was declined."),
    "activity_withdrawn": _plain("Aktiviteten är återtagen.", "The activity was withdrawn."),
    "reflection_missing": _plain("Reflektionen saknas.", "The reflection is missing."),
    "reflection_draft": _plain("Reflektionen är inte inlämnad än.", "The reflection is not handed in yet."),
    "reflection_submitted": _plain(
        "Reflektionen är inlämnad och väntar på bedömning.", "The reflection is handed in and waits for its assessment."
    ),
    "reflection_in_assessment": _plain("Reflektionen bedöms nu.", "The reflection is being assessed."),
    "reflection_returned": _plain(
        "Du har fått tillbaka reflektionen med kommentarer. Bearbeta den och lämna in den igen.",
        "The reflection came back with comments. Revise it and hand it in again.",
    ),
    # When the final reflection opens.
    "final_not_asked_for": _plain("Här krävs ingen slutreflektion.", "No final reflection is asked for here."),
    "final_needs_activities": _counted(
        "needed",
        one=(
            "Slutreflektionen öppnas när du har genomfört en aktivitet. Genomförda hittills: {have}.",
            "The final reflection opens when you have completed one activity. Completed so far: {have}.",
        ),
        other=(
            "Slutreflektionen öppnas när du har genomfört {needed} aktiviteter. Genomförda hittills: {have}.",
            "The final reflection opens when you have completed {needed} activities. Completed so far: {have}.",
        ),
    ),
    "final_needs_reflections": _counted(
        "needed",
        one=(
            "Slutreflektionen öppnas när du har lämnat in en reflektion. Inlämnade hittills: {have}.",
            "The final reflection opens when you have handed in one reflection. Handed in so far: {have}.",
        ),
        other=(
            "Slutreflektionen öppnas när du har lämnat in {needed} reflektioner. Inlämnade hittills: {have}.",
            "The final reflection opens when you have handed in {needed} reflections. Handed in so far: {have}.",
        ),
    ),
    # Limits of a piece.
    "text_empty": _plain("Din text är tom.", "Your text is empty."),
    "recording_missing": _plain("Det finns ingen inspelning än.", "There is no recording yet."),
    "posts_missing": _plain("Det finns inga inlägg än.", "There are no posts yet."),
    "format_not_offered": _plain(
        "Formatet {format} kan inte väljas här.", "The format {format} cannot be chosen here."
    ),
    "language_not_allowed": _plain("Språket måste vara {languages}.", "The language must be {languages}."),
    "words_too_few": _counted(
        "words",
        one=("Texten har ett ord; minst {minimum} krävs.", "The text has one word; at least {minimum} are needed."),
        other=(
            "Texten har {words} ord; minst {minimum} krävs.",
            "The text has {words} words; at least {minimum} are needed.",
        ),
    ),
    "words_too_many": _counted(
        "words",
        one=("Texten har ett ord; högst {maximum} får plats.", "The text has one word; at most {maximum} fit."),
        other=(
            "Texten har {words} ord; högst {maximum} får plats.",
            "The text has {words} words; at most {maximum} fit.",
        ),
    ),
    "words_off_target": _counted(
        "words",
        one=(
            "Texten har ett ord; målet är ungefär {target}.",
            "The text has one word; the target is about {target}.",
        ),
        other=(
            "Texten har {words} ord; målet är ungefär {target}.",
            "The text has {words} words; the target is about {target}.",
        ),
    ),
    "recording_too_short": _plain(
        "Inspelningen är {length} lång; den måste vara minst {minimum} (minuter:sekunder).",
        "The recording is {length} long; it must be at least {minimum} (minutes:seconds).",
    ),
    "recording_too_long": _plain(
        "Inspelningen är {length} lång; den får vara högst {maximum} (minuter:sekunder).",
        "The recording is {length} long; it may be at most {maximum} (minutes:seconds).",
    ),
    "recording_off_target": _plain(
        "Inspelningen är {length} lång; målet är {target_min}–{target_max} (minuter:sekunder).",
        "The recording is {length} long; the target is {target_min}–{target_max} (minutes:seconds).",
    ),
    "posts_too_few": _counted(
        "posts",
        one=("Det finns ett inlägg; minst {minimum} krävs.", "There is one post; at least {minimum} are needed."),
        other=(
            "Det finns {posts} inlägg; minst {minimum} krävs.",
            "There are {posts} posts; at least {minimum} are needed.",
        ),
    ),
    "posts_too_many": _counted(
        "posts",
        one=("Det finns ett inlägg; högst {maximum} får plats.", "There is one post; at most {maximum} fit."),
        other=(
            "Det finns {posts} inlägg; högst {maximum} får plats.",
            "There are {posts} posts; at most {maximum} fit.",
        ),
    ),
    "posts_off_target": _counted(
        "posts",
        one=(
            "Det finns ett inlägg; målet är {target_min}–{target_max}.",
            "There is one post; the target is {target_min}–{target_max}.",
        ),
        other=(
            "Det finns {posts} inlägg; målet är {target_min}–{target_max}.",
            "There are {posts} posts; the target is {target_min}–{target_max}.",
        ),
    ),
}


def _pick(text: Bilingual, language: Language) -> str:
    return text.sv if language == "sv" else text.en


def _shown(argument: Argument, language: Language) -> str:
    match argument:
        case Bilingual():
            return _pick(argument, language)
        case date():
            return format_date(argument, "d MMMM y", locale=language)
        case timedelta():
            minutes, seconds = divmod(int(argument.total_seconds()), 60)
            return f"{minutes}:{seconds:02}"
        case _:
            return str(argument)
