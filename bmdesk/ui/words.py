"""How every room says and colours the same things: states, grades, identifiers, times, amounts. One word, one tone.

Words and tones only; which state or grade a unit has is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from bmdesk.domain.effects import EffectState
from bmdesk.domain.gate import Blocker
from bmdesk.domain.grading import EXCELLENT, FAIR, GOOD, NOT_FOR_SALE, PREMIUM, SCALE, grade_text
from bmdesk.domain.identifiers import IdentifierKind
from bmdesk.domain.linking import our_grade
from bmdesk.domain.money import Money
from bmdesk.domain.orders import LineState
from bmdesk.domain.orders import state_text as order_text
from bmdesk.domain.policy import CATEGORIES
from bmdesk.domain.unit import GoneReason, State, gone_text, state_text
from bmdesk.services.goods.receiving import Batch
from bmdesk.services.grading.bench import ScanResult
from bmdesk.services.grading.bench_view import BatchInHand
from bmdesk.services.syncing.sync_health import Level
from bmdesk.texts import Failure, Text, locale, render, t
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
_ORDER_TONES = {
    LineState.WAITING: Tone.NEUTRAL,
    LineState.TO_ACCEPT: Tone.WARN,
    LineState.ACCEPTED: Tone.INFO,
    LineState.PACKED: Tone.INFO,
    LineState.SHIPPED: Tone.OK,
    LineState.CANCELLED: Tone.NEUTRAL,
    LineState.REFUNDED: Tone.NEUTRAL,
    LineState.UNPAID: Tone.NEUTRAL,
}
# Chosen so that no two of them look alike to a colour-blind eye either; tests/ui/test_words.py measures it.
_GRADE_TONES = {
    PREMIUM: Tone.PRIME,
    EXCELLENT: Tone.OK,
    GOOD: Tone.INFO,
    FAIR: Tone.WARN,
    NOT_FOR_SALE: Tone.NEUTRAL,
}
_SEVERITY_TONES = {1: Tone.INFO, 2: Tone.WARN}
_EFFECT_TONES = {
    EffectState.PENDING: Tone.INFO,
    EffectState.IN_FLIGHT: Tone.INFO,
    EffectState.UNCERTAIN: Tone.WARN,
    EffectState.DONE: Tone.OK,
    EffectState.PARKED: Tone.BAD,
    EffectState.CANCELLED: Tone.NEUTRAL,
}
_LEVEL_TONES = {Level.OK: Tone.OK, Level.WARNING: Tone.WARN, Level.ERROR: Tone.BAD}
_LOG_TONES = {"warning": Tone.WARN, "error": Tone.BAD}
_WORTH_A_LOOK = {
    "bench.held",
    "refused.scanned_again.happened",
    "refused.unclear_scan.happened",
    "refused.reason_needed.happened",
    "refused.method_needed.happened",
}
"""Answers to a scan that ask for a look, but where nobody did anything wrong."""
EVERY_OTHER = "*"
"""The category of a policy that holds for all that have none of their own."""


def sentence(words: str) -> str:
    """The words as they begin a pill or a cell."""
    return words[:1].upper() + words[1:]


def refusal_words(failure: Failure) -> str:
    """A failure in one line under a form."""
    return f"{render(failure.happened)} {render(failure.todo)}"


def answer_tone(result: ScanResult) -> Tone:
    """The tone of what a scan came to, for the eye and for the ear."""
    if result.code in _WORTH_A_LOOK:
        return Tone.WARN
    return Tone.OK if result.ok else Tone.BAD


def state_words(state: str, gone_reason: str = "") -> str:
    """The state; for a unit that is gone, also why."""
    words = sentence(render(state_text(State(state))))
    if gone_reason:
        words = f"{words}: {render(gone_text(GoneReason(gone_reason)))}"
    return words


def state_tone(state: str) -> Tone:
    """The tone of a state."""
    return _STATE_TONES[State(state)]


def order_words(state: LineState) -> str:
    """The state of an order or of a line."""
    return sentence(render(order_text(state)))


def order_tone(state: LineState) -> Tone:
    """The tone of an order's state."""
    return _ORDER_TONES[state]


def grade_words(grade: str, own_grade: str = "") -> str:
    """The grade, "" for none; the seller's own name for it beside it where it is another word."""
    words = render(grade_text(grade)) if grade in SCALE else grade
    return f"{words} · {own_grade}" if own_grade and own_grade.casefold() != grade.casefold() else words


def grade_tone(grade: str) -> Tone | None:
    """The tone of a grade; None for an ungraded unit."""
    return _GRADE_TONES.get(grade)


def our_words(given: str) -> str:
    """A grade as bmdesk names it, whether the marketplace or bmdesk said it; its own word where nobody knows it."""
    return grade_words(our_code(given))


def our_code(given: str) -> str:
    """The grade's code as bmdesk names it; what nobody knows stays as it is."""
    return given if given in SCALE else our_grade(given) or given


def effect_tone(state: EffectState) -> Tone:
    """The tone of where an item of the queue stands."""
    return _EFFECT_TONES[state]


def level_tone(level: Level) -> Tone:
    """The tone of how grave a thing is."""
    return _LEVEL_TONES[level]


def log_tone(level: str) -> Tone | None:
    """The tone of a line of the log; None where it only informs."""
    return _LOG_TONES.get(level)


def log_words(level: str) -> str:
    """The level of a line of the log."""
    match level:
        case "error":
            return t("sync_page.level_error")
        case "warning":
            return t("sync_page.level_warning")
        case _:
            return t("sync_page.level_info")


def severity_tone(severity: int) -> Tone:
    """The tone of a defect."""
    return _SEVERITY_TONES.get(severity, Tone.BAD)


def told_first(blockers: Sequence[Blocker]) -> list[Blocker]:
    """The gate's reasons as a person wants to hear them: a hold that somebody said before what is not recorded yet."""
    return sorted(blockers, key=lambda blocker: blocker.code != "hold")


def category_words(category: str) -> str:
    """A category; one that the seller has made is shown as it is."""
    if category == EVERY_OTHER:
        return t("settings.gate.every_other")
    return render(Text(f"category.{category}")) if category in CATEGORIES else category


def identifier_words(kind: IdentifierKind) -> str:
    """What kind of number this is, as short as people say it."""
    return {
        IdentifierKind.IMEI: t("bench_page.imei"),
        IdentifierKind.IMEI2: t("bench_page.imei2"),
        IdentifierKind.SERIAL: t("bench_page.serial"),
        IdentifierKind.EID: t("bench_page.eid"),
        IdentifierKind.MAC: t("bench_page.mac"),
    }[kind]


def arrived_words(batch: Batch | BatchInHand) -> str:
    """`57 of 59 found · 4 unexpected`, or how many came where nothing was promised."""
    if not batch.expected:
        return t("bench_page.batch_arrived", arrived=batch.arrived)
    words = t("batches.found_of", found=batch.found, expected=batch.expected)
    return f"{words} · {t('batches.unexpected', count=batch.unexpected)}" if batch.unexpected else words


def money(paid: Money | None) -> str:
    """An amount with its currency; "" where nobody said how much."""
    return locale.money(paid.amount, paid.currency) if paid is not None else ""


def percent(value: int | None) -> str:
    """A battery's health."""
    return f"{value} %" if value is not None else ""


def moment(at: datetime | None) -> str:
    """Day and time where this computer stands."""
    return locale.moment(at) if at is not None else ""


def lately(at: datetime) -> str:
    """The time for today, else the day: short enough for a column."""
    today = at.astimezone().date() == datetime.now().astimezone().date()
    return locale.clock(at) if today else locale.day(at)


def coming(at: datetime) -> str:
    """A moment of today or of the next 24 hours by its time alone, any later one by its day."""
    local, now = at.astimezone(), datetime.now().astimezone()
    return locale.clock(at) if now <= local < now + timedelta(hours=24) else lately(at)


def day(at: datetime | None) -> str:
    """The day where this computer stands."""
    return locale.day(at) if at is not None else ""


def minutes_and_seconds(seconds: int) -> str:
    """A short span, such as 2:47."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def hours(minutes: int) -> str:
    """Working time, such as 1 h 20 min."""
    whole, rest = divmod(minutes, 60)
    if whole and rest:
        return t("units_page.hours_and_minutes", hours=whole, minutes=rest)
    return t("units_page.hours", hours=whole) if whole else t("units_page.minutes", minutes=rest)


def listings_words(total: int | None) -> str:
    """So many listings; "" while nobody knows."""
    if total is None:
        return ""
    return t("listings_page.count", count=total)


def days(count: int) -> str:
    """So many days."""
    return t("units_page.days", count=count)


@cache
def time_zones() -> tuple[str, ...]:
    """All names of time zones; looked up once, for that is a walk through hundreds of files."""
    return tuple(sorted(available_timezones()))
