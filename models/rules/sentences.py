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
        one=("Du saknar en aktivitet{what}.", "You lack one activity{what}."),
        other=("Du saknar {missing} aktiviteter{what}.", "You lack {missing} activities{what}."),
    ),
    "activities_met": _plain("Du har tillräckligt många aktiviteter{what}.", "You have enough activities{what}."),
    "types_missing": _counted(
        "missing",
        one=(
            "Du saknar en aktivitet{what} av ytterligare en typ.",
            "You lack one activity{what} of another type.",
        ),
        other=(
            "Du saknar aktiviteter{what} av ytterligare {missing} typer.",
            "You lack activities{what} of {missing} more types.",
        ),
    ),
    "types_met": _plain(
        "Du har aktiviteter{what} av tillräckligt många olika typer.",
        "You have activities{what} of enough different types.",
    ),
    "points_missing": _counted(
        "missing",
        one=(
            "Du saknar ett poäng{what}. Du har {have} av {needed}.",
            "You lack one point{what}. You have {have} of {needed}.",
        ),
        other=(
            "Du saknar {missing} poäng{what}. Du har {have} av {needed}.",
            "You lack {missing} points{what}. You have {have} of {needed}.",
        ),
    ),
    "points_met": _plain(
        "Du har tillräckligt många poäng{what}: {have} av {needed}.",
        "You have enough points{what}: {have} of {needed}.",
    ),
    "event_missing": _counted(
        "missing",
        one=("Kvar att göra: {event}.", "Still to do: {event}."),
        other=("Kvar att göra: {event}, {missing} gånger.", "Still to do: {event}, {missing} times."),
    ),
    "event_met": _plain("Klart: {event}.", "Done: {event}."),
    "eligibility_met": _plain("Certifikatet är öppet för ditt program.", "The certificate is open to your programme."),
    "eligibility_syllabus": _plain(
        "Certifikatet är inte till för program som redan har internationella inslag i utbildningsplanen.",
        "The certificate is not for programmes that have international experience built into the syllabus.",
    ),
    "eligibility_programme": _plain(
        "Certifikatet är inte öppet för programmet {programme}.",
        "The certificate is not open to the programme {programme}.",
    ),
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
        "Du saknar slutreflektionen. Lämna in den senast den {deadline}.",
        "You lack the final reflection. Hand it in by {deadline} at the latest.",
    ),
    "final_draft": _plain(
        "Din slutreflektion är ett utkast. Lämna in den senast den {deadline}.",
        "Your final reflection is a draft. Hand it in by {deadline} at the latest.",
    ),
    "final_missing_open": _plain("Du saknar slutreflektionen.", "You lack the final reflection."),
    "final_draft_open": _plain(
        "Din slutreflektion är ett utkast. Lämna in den när den är klar.",
        "Your final reflection is a draft. Hand it in when it is ready.",
    ),
    "final_too_late": _plain(
        "Slutreflektionen skulle ha lämnats in senast den {deadline}.",
        "The final reflection had to be handed in by {deadline}.",
    ),
    "final_handed_in_too_late": _plain(
        "Slutreflektionen lämnades in den {submitted}, efter sista dagen, den {deadline}.",
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
    "activity_reported": _plain(
        "Aktiviteten väntar på att programmet bekräftar den.", "The activity waits for the programme to confirm it."
    ),
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
    "reflection_beside": _plain(
        "En annan reflektion räknas för samma aktivitet.", "Another reflection counts for the same activity."
    ),
    "occasion_to_come": _plain("Dagen har inte kommit än.", "The day is still to come."),
    "occasion_before_admission": _plain(
        "Den ägde rum innan du antogs till programmet ({admitted}).",
        "It took place before you were admitted to the programme ({admitted}).",
    ),
    "occasion_after_study_end": _plain(
        "Den ägde rum efter att dina studier slutade ({end}).",
        "It took place after the end of your studies ({end}).",
    ),
    "occasion_before_registration": _plain(
        "Den ägde rum innan du registrerade dig för certifikatet ({registered}).",
        "It took place before you enrolled for the certificate ({registered}).",
    ),
    "earlier_needs_proof": _plain(
        "Den ägde rum innan du registrerade dig för certifikatet ({registered}); då krävs ett intyg.",
        "It took place before you enrolled for the certificate ({registered}); proof of participation is needed then.",
    ),
    "evidence_missing": _plain(
        "Det saknas underlag: ladda upp ett intyg.", "Evidence is missing: upload a proof of participation."
    ),
    "attendance_unknown": _plain(
        "Närvaron är inte angiven; minst {minimum} procent krävs.",
        "The attendance is not stated; at least {minimum} per cent is needed.",
    ),
    "attendance_too_low": _plain(
        "Närvaron är {attendance} procent; minst {minimum} procent krävs.",
        "The attendance is {attendance} per cent; at least {minimum} per cent is needed.",
    ),
    "occasions_missing": _plain(
        "Det krävs {needed} tillfällen på olika dagar; hittills är det {have}.",
        "{needed} occasions on different days are needed; so far there are {have}.",
    ),
    "counts_once": _plain("Samma aktivitet räknas en gång.", "The same activity counts once."),
    "cap_reached": _plain(
        "Taket är nått: mer av det här räknas inte.", "The cap is reached: more of this does not count."
    ),
    "no_points": _plain("Den ger inga poäng.", "It gives no points."),
    "not_meant": _plain("Det är ingen aktivitet{what}.", "It is not an activity{what}."),
    "counts_as": _plain("Den räknas i stället som en aktivitet {wanted}.", "It counts as one {wanted} instead."),
    "traded_in": _plain(
        "Den räknas tillsammans med andra som en aktivitet {wanted}.", "It counts together with others as one {wanted}."
    ),
    "event_to_come": _plain("Det är först den {day}.", "It is not until {day}."),
    "event_not_attended": _plain("Ingen närvaro är noterad den {day}.", "No attendance was noted on {day}."),
    "event_unknown": _plain("Regelverket känner inte till det.", "The rule set does not know it."),
    "event_forum": _plain("Det var inte i ett godkänt forum den {day}.", "It was not in an approved forum on {day}."),
    # How the rule set counted.
    "group_counts": _counted(
        "units",
        one=("Dina {days} {plural} räknas som en aktivitet.", "Your {days} {plural} count as one activity."),
        other=(
            "Dina {days} {plural} räknas som {unit_words} aktiviteter.",
            "Your {days} {plural} count as {unit_words} activities.",
        ),
    ),
    "group_too_small": _counted(
        "count",
        one=(
            "Du har ett tillfälle. Först {needed} {plural}, på olika dagar, räknas som en aktivitet.",
            "You have one occasion. Only {needed} {plural}, on different days, count as one activity.",
        ),
        other=(
            "Du har {days} {plural}. Först {needed}, på olika dagar, räknas som en aktivitet.",
            "You have {days} {plural}. Only {needed}, on different days, count as one activity.",
        ),
    ),
    "counts_as_note": _plain(
        "En aktivitet{what} får räknas som en aktivitet {wanted}.", "An activity{what} may count as one {wanted}."
    ),
    "counts_as_until_note": _plain(
        "En aktivitet{what} får räknas som en aktivitet {wanted}, om dina studier slutar före den {before}.",
        "An activity{what} may count as one {wanted}, if you finish before {before}.",
    ),
    "trade_note": _plain(
        "Tillsammans räknas {number} aktiviteter {given} som en {wanted}.",
        "Together, {number} activities {given} count as one {wanted}.",
    ),
    "used_as": _counted(
        "count",
        one=("{titles} räknas som en aktivitet {wanted}.", "{titles} counts as an activity {wanted}."),
        other=("{titles} räknas som en aktivitet {wanted}.", "{titles} count as an activity {wanted}."),
    ),
    "used_together": _plain(
        "{titles} räknas tillsammans som en aktivitet {wanted}.",
        "{titles} together count as one activity {wanted}.",
    ),
    # Whether there is time enough.
    "outlook_not_eligible": _plain(
        "Som det är nu kan du inte få certifikatet: fråga ditt program.",
        "As it stands you cannot get the certificate: ask your programme.",
    ),
    "outlook_all_handed_in": _plain(
        "Du har gjort din del: det som är inlämnat väntar på andra.",
        "You have done your part: what is handed in waits for others.",
    ),
    "outlook_open": _plain("Kvar att göra: {things}.", "Still to do: {things}."),
    "outlook_time_left": _plain(
        "Du hinner: det är {time} kvar, till den {deadline}. Kvar att göra: {things}.",
        "There is time: you have {time} left, until {deadline}. Still to do: {things}.",
    ),
    "outlook_days": _plain("Det är {time} kvar, till den {deadline}.", "You have {time} left, until {deadline}."),
    "outlook_last_day": _plain("I dag är sista dagen.", "Today is the last day."),
    "outlook_begin_final": _plain("Börja med slutreflektionen nu.", "Begin the final reflection now."),
    "outlook_hand_in_final": _plain(
        "Gör klart din slutreflektion och lämna in den.", "Finish your final reflection and hand it in."
    ),
    "outlook_before_final": _plain(
        "Det är bråttom. Kvar att göra: {things}. Hör av dig till programmet om tiden inte räcker.",
        "There is little time. Still to do: {things}. Tell your programme if it is not enough.",
    ),
    "outlook_passed": _plain(
        "Sista dagen för slutreflektionen var den {deadline}. Nu behöver du uppskov: fråga ditt program.",
        "The last day for the final reflection was {deadline}. You need an extension now: ask your programme.",
    ),
    "outlook_until_study_end": _plain(
        "Det som äger rum senast den {end}, när dina studier slutar, räknas: det är {time} kvar. "
        "Kvar att göra: {things}.",
        "What takes place by {end}, when your studies end, counts: you have {time} left. Still to do: {things}.",
    ),
    "outlook_studies_ended": _plain(
        "Dina studier slutade den {end}: det som sker senare räknas inte. Fråga ditt program om slutdatumet är fel.",
        "Your studies ended on {end}: what takes place later does not count. Ask your programme if that day is wrong.",
    ),
    "outlook_apply_by": _plain(
        "Ansök om certifikatet senast den {deadline}.", "Apply for the certificate by {deadline} at the latest."
    ),
    "outlook_application_passed": _plain(
        "Sista dagen att ansöka om certifikatet var den {deadline}: fråga ditt program om du kan få mer tid.",
        "The last day to apply for the certificate was {deadline}: ask your programme whether you can have more time.",
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
    # As staff read it: `neutral` gives these, which speak about a student instead of to one.
    "neutral_activities_missing": _counted(
        "missing",
        one=("En aktivitet{what} saknas.", "One activity{what} is missing."),
        other=("{missing} aktiviteter{what} saknas.", "{missing} activities{what} are missing."),
    ),
    "neutral_activities_met": _plain("Aktiviteterna{what} räcker.", "There are enough activities{what}."),
    "neutral_types_missing": _counted(
        "missing",
        one=("En aktivitet{what} av ytterligare en typ saknas.", "One activity{what} of another type is missing."),
        other=(
            "Aktiviteter{what} av ytterligare {missing} typer saknas.",
            "Activities{what} of {missing} more types are missing.",
        ),
    ),
    "neutral_types_met": _plain(
        "Aktiviteterna{what} är av tillräckligt många olika typer.",
        "There are activities{what} of enough different types.",
    ),
    "neutral_points_missing": _counted(
        "missing",
        one=("Ett poäng{what} saknas.", "One point{what} is missing."),
        other=("{missing} poäng{what} saknas.", "{missing} points{what} are missing."),
    ),
    "neutral_points_met": _plain("Poängen{what} räcker.", "There are enough points{what}."),
    "neutral_eligibility_met": _plain(
        "Certifikatet är öppet för programmet.", "The certificate is open to the programme."
    ),
    "neutral_reflections_missing": _plain(
        "Godkända som saknas: {missing}. Inlämnade hittills: {submitted}.",
        "Accepted ones that are missing: {missing}. Handed in so far: {submitted}.",
    ),
    "neutral_reflections_met": _plain(
        "Alla reflektioner som krävs är godkända.", "All the reflections that are needed are accepted."
    ),
    "neutral_final_missing": _plain(
        "Slutreflektionen är inte påbörjad. Sista dagen är den {deadline}.",
        "The final reflection is not begun. The last day is {deadline}.",
    ),
    "neutral_final_draft": _plain(
        "Slutreflektionen är påbörjad men inte inlämnad. Sista dagen är den {deadline}.",
        "The final reflection is begun, but not handed in. The last day is {deadline}.",
    ),
    "neutral_final_missing_open": _plain("Slutreflektionen är inte påbörjad.", "The final reflection is not begun."),
    "neutral_final_draft_open": _plain(
        "Slutreflektionen är påbörjad men inte inlämnad.", "The final reflection is begun, but not handed in."
    ),
    "neutral_final_waits": _plain(
        "Slutreflektionen är inlämnad och väntar på bedömning.",
        "The final reflection is handed in and waits for its assessment.",
    ),
    "neutral_final_returned": _plain(
        "Slutreflektionen är tillbaka hos studenten med kommentarer.",
        "The final reflection is back with the student, with comments.",
    ),
    "neutral_final_accepted": _plain("Slutreflektionen är godkänd.", "The final reflection is accepted."),
    "neutral_reflection_returned": _plain(
        "Reflektionen är tillbaka hos studenten med kommentarer.",
        "The reflection is back with the student, with comments.",
    ),
    "neutral_occasion_before_admission": _plain(
        "Den ägde rum före antagningen till programmet ({admitted}).",
        "It took place before the admission to the programme ({admitted}).",
    ),
    "neutral_occasion_after_study_end": _plain(
        "Den ägde rum efter studiernas slut ({end}).", "It took place after the end of the studies ({end})."
    ),
    "neutral_occasion_before_registration": _plain(
        "Den ägde rum före registreringen för certifikatet ({registered}).",
        "It took place before the enrolment for the certificate ({registered}).",
    ),
    "neutral_earlier_needs_proof": _plain(
        "Den ägde rum före registreringen för certifikatet ({registered}); då krävs ett intyg.",
        "It took place before the enrolment for the certificate ({registered}); proof of participation is needed then.",
    ),
    "neutral_evidence_missing": _plain("Det saknas underlag.", "Evidence is missing."),
    "neutral_group_counts": _counted(
        "units",
        one=("{days} {plural} räknas som en aktivitet.", "{days} {plural} count as one activity."),
        other=(
            "{days} {plural} räknas som {unit_words} aktiviteter.",
            "{days} {plural} count as {unit_words} activities.",
        ),
    ),
    "neutral_group_too_small": _counted(
        "count",
        one=(
            "Det finns ett tillfälle. Först {needed} {plural}, på olika dagar, räknas som en aktivitet.",
            "There is one occasion. Only {needed} {plural}, on different days, count as one activity.",
        ),
        other=(
            "Det finns {days} {plural}. Först {needed}, på olika dagar, räknas som en aktivitet.",
            "There are {days} {plural}. Only {needed}, on different days, count as one activity.",
        ),
    ),
    "neutral_counts_as_until_note": _plain(
        "En aktivitet{what} får räknas som en aktivitet {wanted}, om studierna slutar före den {before}.",
        "An activity{what} may count as one {wanted}, if the studies end before {before}.",
    ),
    "neutral_text_empty": _plain("Texten är tom.", "The text is empty."),
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
