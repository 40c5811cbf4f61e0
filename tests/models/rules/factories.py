"""Portfolios and their parts, finished unless a test says otherwise."""

from dataclasses import replace
from datetime import date, timedelta

from models.rules.bilingual import Bilingual
from models.rules.portfolio import (
    ActivityStanding,
    FinalPiece,
    PieceStanding,
    Portfolio,
    PortfolioActivity,
    ReflectionFact,
)
from models.rules.ruleset import preset

KI = preset("ki")

STUDY_END = date(2026, 6, 5)
DEADLINE = date(2026, 5, 8)
DAY_AFTER = DEADLINE + timedelta(days=1)
TODAY = date(2026, 3, 2)


def make_reflection(state: PieceStanding = "accepted") -> ReflectionFact:
    """Make a written reflection of 1000 words in Swedish."""
    return ReflectionFact(format="written", state=state, words=1000, language="sv")


def make_activity(
    title: Bilingual | str = "Language café",
    state: ActivityStanding = "done",
    reflection: ReflectionFact | None = None,
) -> PortfolioActivity:
    """Make a completed activity in Sweden without a reflection."""
    return PortfolioActivity(
        title=title,
        type="language_cafe",
        place="sweden",
        mode="onsite",
        state=state,
        occasions=(date(2025, 10, 1),),
        reflection=reflection,
    )


def make_reflected(title: Bilingual | str = "Language café", state: PieceStanding = "accepted") -> PortfolioActivity:
    """Make a completed activity with its reflection."""
    return make_activity(title, reflection=make_reflection(state))


def make_final(state: PieceStanding = "accepted") -> FinalPiece:
    """Make a written final reflection in English, handed in in time."""
    return FinalPiece(format="written", state=state, words=3000, language="en", first_submitted_date=date(2026, 3, 1))


def make_portfolio(*activities: PortfolioActivity, final: FinalPiece | None = None) -> Portfolio:
    """Make a portfolio with these activities; the studies end on 5 June 2026."""
    return Portfolio(admitted_date=date(2024, 9, 2), study_end_date=STUDY_END, activities=activities, final=final)


def make_finished_portfolio() -> Portfolio:
    """Make a portfolio that meets every requirement of KI."""
    titles = ("Language café", "Student ambassador", "TedX")
    return replace(make_portfolio(*(make_reflected(title) for title in titles)), final=make_final())
