"""How the Sync room says levels, changes and times. Words only."""

from __future__ import annotations

from datetime import UTC, datetime

from bmdesk.services.syncing.outbox import Shown
from bmdesk.services.syncing.sync_status import AccountHealth
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.words import NOTHING, coming, lately, sentence

LONGEST = 300


def health_tone(health: AccountHealth) -> Tone:
    """The tone of an account: works, or waits for something."""
    return Tone.OK if health.works else Tone.WARN


def short(words: str, most: int = LONGEST) -> str:
    """Text from outside as one bounded line for a cell."""
    line = " ".join(words[: most * 2].split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def what_words(effect: Shown) -> str:
    """What it makes right."""
    return sentence(render(effect.kind))


def change_words(effect: Shown) -> str:
    """Old value and new value, as far as they are known; of a step of an order what it is about: a parcel, goods."""
    change = effect.change
    if not isinstance(change, dict):
        return NOTHING
    if effect.order is not None:
        return _value(change.get("new"))
    return old_new(change.get("old"), change.get("new"))


def old_new(old: object, new: object) -> str:
    """`3 → 5`."""
    return f"{_value(old)} → {_value(new)}"


def _value(value: object) -> str:
    return NOTHING if value is None or value == "" else short(str(value), 40)


def soon(at: datetime | None) -> str:
    """A moment to come, short enough for a column; "now" for one that has passed."""
    if at is None:
        return NOTHING
    return coming(at) if at > datetime.now(UTC) else t("sync_page.now")


def since(at: datetime | None) -> str:
    """A moment that has passed, short enough for a column."""
    return lately(at) if at is not None else NOTHING
