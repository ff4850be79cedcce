"""How this room says a state, a grade, a moment, an amount: words and tones, and no rule behind them."""

from __future__ import annotations

from datetime import datetime

from bmdesk.domain.grading import EXCELLENT, FAIR, GOOD, NOT_FOR_SALE, PREMIUM
from bmdesk.domain.money import Money
from bmdesk.domain.unit import GoneReason, State, gone_text, state_text
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone

NOTHING = "–"

_STATE_TONES = {
    State.EXPECTED: Tone.NEUTRAL,
    State.RECEIVED: Tone.INFO,
    State.INSPECTING: Tone.INFO,
    State.HELD: Tone.WARN,
    State.READY: Tone.OK,
    State.RESERVED: Tone.INFO,
    State.PACKED: Tone.INFO,
    State.SHIPPED: Tone.NEUTRAL,
    State.RETURNED: Tone.WARN,
    State.IN_REPAIR: Tone.WARN,
    State.GONE: Tone.NEUTRAL,
}
_GRADE_TONES = {
    PREMIUM: Tone.OK,
    EXCELLENT: Tone.OK,
    GOOD: Tone.INFO,
    FAIR: Tone.WARN,
    NOT_FOR_SALE: Tone.BAD,
}


def state_words(state: str, gone_reason: str = "") -> str:
    """The state for a person; for a unit that is gone, also why."""
    words = render(state_text(State(state)))
    if gone_reason:
        words = f"{words}: {render(gone_text(GoneReason(gone_reason)))}"
    return words


def state_tone(state: str) -> Tone:
    """The colour of a state."""
    return _STATE_TONES[State(state)]


def grade_words(grade: str, own_grade: str = "") -> str:
    """The grade for a person; the seller's own name for it beside it where it is another word."""
    if not grade:
        return ""
    words = t(f"grade.{grade.lower()}")
    return f"{words} · {own_grade}" if own_grade and own_grade.casefold() != grade.casefold() else words


def grade_tone(grade: str) -> Tone | None:
    """The colour of a grade; None for an ungraded unit."""
    return _GRADE_TONES.get(grade)


def percent(value: int | None) -> str:
    """A battery's health."""
    return f"{value} %" if value is not None else ""


def moment(at: datetime | None) -> str:
    """Day and time where this computer stands."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at is not None else ""


def lately(at: datetime) -> str:
    """The time for today, else the day: short enough for a column."""
    local = at.astimezone()
    return local.strftime("%H:%M" if local.date() == datetime.now().astimezone().date() else "%Y-%m-%d")


def day(at: datetime | None) -> str:
    """The day where this computer stands."""
    return at.astimezone().strftime("%Y-%m-%d") if at is not None else ""


def money(paid: Money | None) -> str:
    """An amount with its currency; "" where nobody said how much."""
    return f"{paid.amount:,} {paid.currency}" if paid is not None else ""


def hours(minutes: int) -> str:
    """Working time, such as 1 h 20 min."""
    whole, rest = divmod(minutes, 60)
    if whole and rest:
        return t("units_page.hours_and_minutes", hours=whole, minutes=rest)
    return t("units_page.hours", hours=whole) if whole else t("units_page.minutes", minutes=rest)


def days(count: int) -> str:
    """So many days."""
    return t("units_page.day") if count == 1 else t("units_page.days", count=count)
