"""Names of a rule set's settings for people, in Swedish and English; `*` stands for any row of a list."""

from models.rules.bilingual import Bilingual

_PIECE: dict[str, tuple[str, str]] = {
    "required": ("krävs", "required"),
    "introduction": ("inledande text", "introduction"),
    "languages": ("tillåtna språk", "languages to choose from"),
    "language": ("språk", "language"),
    "readers": ("antal bedömare", "number of readers"),
    "answer_days": ("dagar tills en bedömare svarar", "days until an assessor answers"),
    "criterion": ("kriterierna", "the criteria"),
    "criterion.*.name": ("namn", "name"),
    "criterion.*.description": ("beskrivning", "description"),
    "criterion.*.level": ("nivåerna", "the levels"),
    "criterion.*.level.*.name": ("namn", "name"),
    "criterion.*.level.*.description": ("beskrivning", "description"),
    "criterion.*.level.*.passes": ("räcker för ett godkännande", "is enough to be accepted"),
    "after_activities": ("öppnas efter så många aktiviteter", "opens after so many activities"),
    "after_submitted_reflections": (
        "öppnas efter så många inlämnade reflektioner",
        "opens after so many reflections handed in",
    ),
    "weeks_before_study_end": (
        "sista dag, veckor före studiernas slut",
        "last day, in weeks before the studies end",
    ),
    "points": ("poäng", "points"),
}
_MEASURES = {
    "words": ("ord", "words"),
    "seconds": ("längd (minuter:sekunder)", "length (minutes:seconds)"),
    "posts": ("antal inlägg", "number of posts"),
}
_STEPS = {
    "minimum": ("minst", "at least"),
    "target_min": ("målet börjar vid", "target from"),
    "target_max": ("målet slutar vid", "target to"),
    "maximum": ("högst", "at most"),
}
_TABLE: dict[str, tuple[str, str]] = {
    "id": ("regelverkets kortnamn", "short name of the rule set"),
    "version": ("versionens namn", "name of the version"),
    "valid_from": ("gäller från", "valid from"),
    "valid_until": ("gäller till", "valid until"),
    "name": ("regelverkets namn", "name of the rule set"),
    "certificate_name": ("certifikatets namn", "name of the certificate"),
    "own_proposals": ("studenter får föreslå egna aktiviteter", "students may propose activities of their own"),
    "take_back": (
        "studenter får ta tillbaka det de har lämnat in, tills någon bedömer det",
        "students may take back what they have handed in, until somebody assesses it",
    ),
    "english_readers": (
        "inspelningar på andra språk får en maskinöversättning till engelska bredvid",
        "recordings in other languages get a machine translation into English beside them",
    ),
    "activities.approval": ("godkännande av egna aktiviteter", "approval of own activities"),
    "activities.evidence": ("underlag för varje aktivitet", "evidence for every activity"),
    "activities.retroactive": ("aktiviteter före registreringen", "activities before the enrolment"),
    "activities.after_admission": (
        "bara aktiviteter efter antagningen till studierna",
        "only activities after admission to the studies",
    ),
    "activities.before_study_end": (
        "bara aktiviteter före studiernas slut",
        "only activities before the studies end",
    ),
    "activities.attendance_minimum": ("minsta närvaro i procent", "smallest attendance in per cent"),
    "type.*.name": ("namn", "name"),
    "type.*.plural": ("namn i flertal", "name of several"),
    "type.*.occasions": ("tillfällen som blir en aktivitet", "occasions that make one activity"),
    "type.*.points": ("poäng", "points"),
    "type.*.class": ("klass", "class"),
    "type.*.theme": ("tema", "theme"),
    "type.*.attendance": ("närvaron ska anges", "attendance must be stated"),
    "type.*.evidence": ("underlag krävs", "evidence is required"),
    "type.*.prompt": ("frågor", "questions"),
    "theme.*.name": ("namn", "name"),
    "class.*.name": ("namn", "name"),
    "event.*.name": ("namn", "name"),
    "event.*.points": ("poäng", "points"),
    "event.*.forum": ("godkända forum", "approved forums"),
    "event.*.forum.*.name": ("forumets namn", "name of the forum"),
    "substitution.*.at_most": ("högst så många gånger", "at most so many times"),
    "substitution.*.study_end_from": ("om studierna slutar tidigast", "if the studies end at the earliest on"),
    "substitution.*.study_end_until": ("om studierna slutar senast", "if the studies end at the latest on"),
    "substitution.*.activity_from": ("aktiviteten tidigast", "activity at the earliest on"),
    "substitution.*.activity_until": ("aktiviteten senast", "activity at the latest on"),
    "substitution.*.reason": ("skäl", "reason"),
    "eligibility.without_international_syllabus": (
        "inte för program med internationella inslag i utbildningsplanen",
        "not for programmes with international experience in the syllabus",
    ),
    "eligibility.only_programmes": ("bara för programmen", "only for the programmes"),
    "eligibility.excluded_programmes": ("inte för programmen", "not for the programmes"),
    "eligibility.declaration.*.text": ("text", "text"),
    "eligibility.declaration.*.at": ("bekräftas vid", "confirmed when"),
    "application.weeks_after_study_end": (
        "sista dag att ansöka, veckor efter studiernas slut",
        "last day to apply, in weeks after the studies end",
    ),
    "requirement": ("kraven", "the requirements"),
    "type": ("typerna", "the types"),
    "theme": ("temana", "the themes"),
    "class": ("klasserna", "the classes"),
    "event": ("evenemangen", "the events"),
    "cap": ("taken", "the caps"),
    "substitution": ("ersättningarna", "the substitutions"),
    "eligibility.declaration": ("det som studenterna bekräftar", "the declarations"),
}
for _piece in ("reflection", "final"):
    _TABLE |= {f"{_piece}.{key}": names for key, names in _PIECE.items()}
    _TABLE[f"{_piece}.prompt"] = ("frågor", "questions")
    _TABLE[f"{_piece}.format"] = ("format", "formats")
    for _measure, _noun in _MEASURES.items():
        for _step, _word in _STEPS.items():
            _TABLE[f"{_piece}.format.*.{_measure}.{_step}"] = (f"{_noun[0]}, {_word[0]}", f"{_noun[1]}, {_word[1]}")

SETTING_NAMES: dict[str, Bilingual] = {pattern: Bilingual(*names) for pattern, names in _TABLE.items()}

VALUE_NAMES: dict[tuple[str, str], Bilingual] = {
    ("activities.approval", "before"): Bilingual("i förväg", "beforehand"),
    ("activities.approval", "after"): Bilingual("i efterhand", "afterwards"),
    ("activities.evidence", "optional"): Bilingual("frivilligt", "optional"),
    ("activities.evidence", "required"): Bilingual("krävs", "required"),
    ("activities.retroactive", "yes"): Bilingual("räknas", "count"),
    ("activities.retroactive", "with-proof"): Bilingual("räknas med underlag", "count with evidence"),
    ("activities.retroactive", "no"): Bilingual("räknas inte", "do not count"),
    ("eligibility.declaration.*.at", "enrolment"): Bilingual("registreringen", "enrolling"),
    ("eligibility.declaration.*.at", "application"): Bilingual("ansökan", "applying"),
}

PART_NAMES: dict[str, Bilingual] = {
    "reflection": Bilingual("Reflektion", "Reflection"),
    "final": Bilingual("Slutreflektion", "Final reflection"),
    "activities": Bilingual("Aktiviteter", "Activities"),
    "eligibility": Bilingual("Behörighet", "Eligibility"),
    "application": Bilingual("Ansökan", "Application"),
    "requirement.*": Bilingual("Krav", "Requirement"),
    "type.*": Bilingual("Typ", "Type"),
    "theme.*": Bilingual("Tema", "Theme"),
    "class.*": Bilingual("Klass", "Class"),
    "event.*": Bilingual("Evenemang", "Event"),
    "event.*.forum.*": Bilingual("Forum", "Forum"),
    "cap.*": Bilingual("Tak", "Cap"),
    "substitution.*": Bilingual("Ersättning", "Substitution"),
    "eligibility.declaration.*": Bilingual("Försäkran", "Declaration"),
    "reflection.format.*": Bilingual("Reflektionens format", "Format of the reflection"),
    "final.format.*": Bilingual("Slutreflektionens format", "Format of the final reflection"),
    "reflection.criterion.*": Bilingual("Kriterium för reflektionen", "Criterion of the reflection"),
    "reflection.criterion.*.level.*": Bilingual("Nivå", "Level"),
    "final.criterion.*": Bilingual("Kriterium för slutreflektionen", "Criterion of the final reflection"),
    "final.criterion.*.level.*": Bilingual("Nivå", "Level"),
}
