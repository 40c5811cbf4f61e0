"""All sections of the form of a rule set, in the order in which they are shown."""

from collections.abc import Callable
from typing import Any, get_args

from models.errors import N_
from models.rules.pieces import MEASURES, FormatKind
from webapp.components.badges import format_words
from webapp.components.rule_form import RuleForm
from webapp.components.rule_form_assessing import assessing
from webapp.components.rule_form_caps import CAPS
from webapp.components.rule_form_counting import EVENTS, REQUIREMENTS, TYPES, blank_text
from webapp.components.rule_form_options import fixed, formats, languages, readers
from webapp.components.rule_form_parts import Field, Kind, Rows, Section


def _measures(measure: str) -> Callable[[dict[str, Any]], bool]:
    return lambda row: measure in MEASURES.get(row.get("kind", ""), ())


def _drop_foreign(row: dict[str, Any]) -> None:
    for measure in {"words", "seconds", "posts"} - MEASURES.get(row.get("kind", "written"), frozenset()):
        row.pop(measure, None)


def _bounds(measure: str, kind: Kind, labels: tuple[str, str, str, str]) -> tuple[Field, ...]:
    steps = ("minimum", "target_min", "target_max", "maximum")
    return tuple(
        Field((measure, step), kind, label, is_shown=_measures(measure), is_narrow=True)
        for step, label in zip(steps, labels, strict=True)
    )


def _unused_format(path: tuple[str, ...]) -> Callable[[RuleForm], dict[str, str]]:
    def blank(form: RuleForm) -> dict[str, str]:
        used = {row.get("kind") for row in form.rows(path)}
        return {"kind": next((kind for kind in get_args(FormatKind) if kind not in used), "written")}

    return blank


def _format_title(_form: RuleForm, row: Any) -> str:
    kind = row.get("kind")
    return format_words(kind) if kind in get_args(FormatKind) else ""


def _piece(name: str) -> tuple[Field | Rows, ...]:
    """What reflections and the final reflection have in common."""
    return (
        Rows(
            (name, "format"),
            N_("Formats to choose from"),
            N_("Format"),
            N_("Add a format"),
            (
                Field(("kind",), "choice", N_("Format"), options=formats, tidy=_drop_foreign),
                *_bounds(
                    "words",
                    "number",
                    (N_("Words, at least"), N_("Words, target from"), N_("Words, target to"), N_("Words, at most")),
                ),
                *_bounds(
                    "seconds",
                    "length",
                    (
                        N_("Minutes, at least"),
                        N_("Minutes, target from"),
                        N_("Minutes, target to"),
                        N_("Minutes, at most"),
                    ),
                ),
                *_bounds(
                    "posts",
                    "number",
                    (N_("Posts, at least"), N_("Posts, target from"), N_("Posts, target to"), N_("Posts, at most")),
                ),
            ),
            blank=_unused_format((name, "format")),
            title=_format_title,
            hint=N_(
                "At least and at most are limits that refuse a hand-in. Targets never block. Minutes are written 2:30."
            ),
        ),
        Field((name, "introduction"), "long", N_("Introduction above the questions")),
        Rows(
            (name, "prompt"),
            N_("Questions"),
            N_("Question"),
            N_("Add a question"),
            (Field((), "long", N_("Question")),),
            blank=blank_text,
        ),
        *assessing(name),
    )


NAMES = Section(
    N_("Name and validity"),
    N_("What the rules and the certificate are called, and from when they hold."),
    (
        Field(("name",), "words", N_("Name of the rules")),
        Field(("certificate_name",), "words", N_("Name of the certificate")),
        Field(("valid_from",), "day", N_("Valid from")),
        Field(("valid_until",), "day", N_("Valid until"), N_("Empty: until further notice.")),
    ),
)
ACTIVITIES = Section(
    N_("Activities"),
    N_("When an activity counts at all: approval, evidence, dates."),
    (
        Field(("own_proposals",), "flag", N_("Students may propose activities of their own"), default=None),
        Field(
            ("activities", "approval"),
            "choice",
            N_("Own activities are approved"),
            default="before",
            options=fixed("approval"),
        ),
        Field(
            ("activities", "evidence"),
            "choice",
            N_("Evidence of every activity"),
            default="optional",
            options=fixed("evidence"),
        ),
        Field(
            ("activities", "retroactive"),
            "choice",
            N_("Activities before the enrolment"),
            default="yes",
            options=fixed("retroactive"),
        ),
        Field(
            ("activities", "attendance_minimum"),
            "number",
            N_("Smallest attendance in per cent"),
            N_("Empty: it is not asked for."),
        ),
        Field(
            ("activities", "after_admission"),
            "flag",
            N_("Only activities after admission to the studies"),
            default=False,
        ),
        Field(("activities", "before_study_end"), "flag", N_("Only activities before the studies end"), default=False),
    ),
)
REFLECTION = Section(
    N_("Reflections"),
    N_("What students hand in after each activity."),
    (
        Field(("reflection", "required"), "flag", N_("A reflection on every activity is required"), default=None),
        Field(("reflection", "languages"), "many", N_("Languages"), default=[], options=languages),
        Field(("reflection", "readers"), "choice", N_("Read by"), default=1, options=readers),  # type: ignore[arg-type]
        Field(
            ("take_back",),
            "flag",
            N_("What is handed in can be taken back until somebody assesses it"),
            N_("The final reflection, too."),
            default=True,
        ),
        Field(
            ("english_readers",),
            "flag",
            N_("Some who read know no other language than English"),
            N_("Recordings in other languages get a machine translation beside the transcript."),
            default=False,
        ),
        *_piece("reflection"),
    ),
    is_named=True,
)
FINAL = Section(
    N_("Final reflection"),
    N_("The piece that looks back on everything."),
    (
        Field(("final", "required"), "flag", N_("A final reflection is required"), default=None),
        Field(("final", "language"), "choice", N_("Language"), N_("Empty where there is a choice."), options=languages),
        Field(("final", "languages"), "many", N_("Languages to choose from"), default=[], options=languages),
        Field(("final", "readers"), "choice", N_("Read by"), default=1, options=readers),  # type: ignore[arg-type]
        Field(("final", "after_activities"), "number", N_("Opens after so many activities"), default=0),
        Field(
            ("final", "after_submitted_reflections"),
            "number",
            N_("Opens after so many reflections handed in"),
            default=0,
        ),
        Field(
            ("final", "weeks_before_study_end"),
            "number",
            N_("Last day: weeks before the studies end"),
            N_("Empty: as long as one may apply."),
        ),
        Field(("final", "points"), "number", N_("Points"), default=0),
        *_piece("final"),
    ),
    is_named=True,
)
ELIGIBILITY = Section(
    N_("Eligibility and application"),
    N_("For whom the certificate is, what students confirm, and until when they apply."),
    (
        Field(
            ("eligibility", "without_international_syllabus"),
            "flag",
            N_("Not for programmes with international experience in the syllabus"),
            default=False,
        ),
        Field(
            ("eligibility", "only_programmes"),
            "codes",
            N_("Only for the programmes"),
            N_("Codes with commas between. Empty: all."),
            default=[],
        ),
        Field(
            ("eligibility", "excluded_programmes"),
            "codes",
            N_("Not for the programmes"),
            N_("Codes with commas between."),
            default=[],
        ),
        Field(
            ("application", "weeks_after_study_end"),
            "number",
            N_("Last day to apply: weeks after the studies end"),
            N_("Empty: no limit."),
        ),
        Rows(
            ("eligibility", "declaration"),
            N_("What students confirm"),
            N_("Declaration"),
            N_("Add a declaration"),
            (
                Field(("at",), "choice", N_("Confirmed"), options=fixed("at")),
                Field(("text",), "long", N_("Text")),
            ),
            blank=lambda form: {
                "id": form.unused_id("declaration", ("eligibility", "declaration")),
                "at": "enrolment",
                "text": {"sv": "", "en": ""},
            },
        ),
    ),
)
SECTIONS = (NAMES, REQUIREMENTS, TYPES, ACTIVITIES, EVENTS, CAPS, REFLECTION, FINAL, ELIGIBILITY)
