"""What staff say about an activity: its type, class, theme and points, as far as the rules know them."""

from nicegui import ui

from models.actions.facts import OWN, DecidedFacts
from models.errors import N_, Refused
from models.rules.primitives import Named, normal
from models.rules.ruleset import RuleSet
from webapp.components.activity_facts import counts_points
from webapp.i18n import _, pick, plural


class PointsNoNumber(Refused):
    """What is in the field is no number."""

    words = N_("Write the points in digits, or leave the field empty.")


class FactForm:
    """The fields; only those that the rules can use are shown, and the others keep what they are."""

    def __init__(self, facts: DecidedFacts, rule_set: RuleSet, *, may_be_own: bool) -> None:
        self._before = facts
        self._rule_set = rule_set
        self._may_be_own = may_be_own
        with ui.element("div").classes("cim-form-pair"):
            self._kind = self._kind_field(facts.kind, may_be_own=may_be_own)
            self._class = _choice(_("Class"), rule_set.classes, facts.class_code, "fact-class")
            self._theme = _choice(_("Theme"), rule_set.themes, facts.theme, "fact-theme")
            self._points = self._points_field(facts.points)
        self._hint_at_points()
        self._kind.on_value_change(self._hint_at_points)

    def facts(self) -> DecidedFacts:
        """Give what the fields say; raises PointsNoNumber."""
        before = self._before
        return DecidedFacts(
            kind=str(self._kind.value or ""),
            class_code=before.class_code if self._class is None else str(self._class.value or ""),
            theme=before.theme if self._theme is None else str(self._theme.value or ""),
            points=before.points if self._points is None else _number(self._points.value),
        )

    def changed_facts(self) -> DecidedFacts | None:
        """Give what the fields say where it is something else than before."""
        facts = self.facts()
        return None if facts == self._before else facts

    def _kind_field(self, kind: str, *, may_be_own: bool) -> ui.select | ui.input:
        if not self._rule_set.types:
            field = ui.input(_("Type"), value="" if kind == OWN and not may_be_own else kind)
            return field.props("outlined maxlength=60 data-test=fact-kind")
        names = {one.id: pick(one.name) for one in self._rule_set.types}
        if may_be_own:
            names[OWN] = _("None of the listed types")
        known = normal(kind) if normal(kind) in names else kind
        if known:
            names.setdefault(known, known)
        return ui.select(names, label=_("Type"), value=known or None).props("outlined data-test=fact-kind")

    def _points_field(self, points: int | None) -> ui.input | None:
        if points is None and not counts_points(self._rule_set):
            return None
        field = ui.input(_("Points"), value="" if points is None else str(points))
        field.props("outlined inputmode=numeric hide-bottom-space data-test=fact-points")
        return field

    def _hint_at_points(self) -> None:
        """Say what an empty field means for the type that is chosen now."""
        if self._points is not None:
            self._points.props["hint"] = empty_points_words(
                str(self._kind.value or ""), self._rule_set, may_be_own=self._may_be_own
            )
            self._points.update()


def empty_points_words(kind: str, rule_set: RuleSet, *, may_be_own: bool) -> str:
    """Say where the points come from when nobody writes any; an own activity cannot do without."""
    type_ = rule_set.type_of(kind)
    if type_ is not None and type_.points is not None:
        return plural(
            "Empty: {count} point, as its type says.", "Empty: {count} points, as its type says.", type_.points
        )
    if not kind or not may_be_own or not counts_points(rule_set):
        return ""
    if normal(kind) == OWN:
        return _("Needed: an own activity gives the points that you write here.")
    return _("Needed: this type has no points of its own.")


def _choice(words: str, listed: tuple[Named, ...], value: str, hook: str) -> ui.select | None:
    if not listed and not value:
        return None
    names = {"": _("Nothing chosen")} | {one.id: pick(one.name) for one in listed}
    names.setdefault(value, value)
    return ui.select(names, label=words, value=value).props(f"outlined data-test={hook}")


def _number(text: str | None) -> int | None:
    written = (text or "").strip()
    if not written:
        return None
    if not written.isdecimal() or len(written) > 6:
        raise PointsNoNumber
    return int(written)
