"""How the bench's figures are said: amounts, changes, times, ages."""

from __future__ import annotations

from decimal import Decimal

from bmdesk.reports.dashboard_words import growth_words
from bmdesk.services.figures.bench import SECONDS, AgeLine, Card, Figure, Snapshot
from bmdesk.texts import locale, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.words import NOTHING, minutes_and_seconds

_BETTER = {Figure.UNITS: 1, Figure.PER_HOUR: 1, Figure.TIME: -1, Figure.LISTING: -1, Figure.HELD: -1}
"""Whether more is better."""
_WORTH_SAYING = Decimal("0.03")
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def value_words(figure: Figure, value: Decimal | None) -> str:
    """The amount as a card says it."""
    if value is None:
        return NOTHING
    if figure in SECONDS:
        return span_words(int(value))
    if figure is Figure.HELD:
        return t("dashboard.percent", number=locale.number(100 * value, 1))
    return locale.number(value, 1 if figure is Figure.PER_HOUR else 0)


def span_words(seconds: int | None) -> str:
    """A stretch of time by its two largest parts."""
    if seconds is None:
        return NOTHING
    if seconds >= _DAY:
        hours = seconds % _DAY // _HOUR
        return t("bench_figures_page.span_days", days=seconds // _DAY, hours=hours)
    if seconds >= _HOUR:
        minutes = seconds % _HOUR // _MINUTE
        return t("bench_figures_page.span_hours", hours=seconds // _HOUR, minutes=minutes)
    return minutes_and_seconds(seconds)


def note_words(card: Card) -> str:
    """How it compares with the equal period before."""
    if card.before is None:
        return t("bench_figures_page.nothing_before")
    before = value_words(card.figure, card.before)
    if card.change is None:
        return t("bench_figures_page.before", before=before)
    return t("bench_figures_page.against", change=growth_words(card.change), before=before)


def tone(card: Card) -> Tone | None:
    """Whether the change is good; None where it is none to speak of."""
    if card.change is None or abs(card.change) < _WORTH_SAYING:
        return None
    return Tone.OK if (card.change > 0) == (_BETTER[card.figure] > 0) else Tone.BAD


def hint_words(shown: Snapshot, figure: Figure) -> str:
    """What the figure counts; "" where its name says it."""
    match figure:
        case Figure.PER_HOUR:
            return t("bench_figures_page.hours_hint")
        case Figure.TIME:
            return t("bench_figures_page.time_hint", count=shown.timed)
        case Figure.LISTING:
            if shown.operator:
                return t("bench_figures_page.listing_hint_of", count=shown.listed, name=shown.operator_name)
            return t("bench_figures_page.listing_hint", count=shown.listed)
        case Figure.HELD:
            return t("bench_figures_page.held_hint")
        case _:
            return ""


def age_words(line: AgeLine) -> str:
    """How long these units are in the house."""
    if line.last is None:
        return t("bench_figures_page.age_over", days=line.first)
    if not line.first:
        return t("bench_figures_page.age_under", days=line.last + 1)
    return t("bench_figures_page.age_between", first=line.first, last=line.last)
