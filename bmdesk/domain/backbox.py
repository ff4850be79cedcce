"""The BackBox: which of all offers for the same goods customers in a market are shown, and what it takes to be it.

What the marketplace said of it, as a value. What a price earns, and whether to take one, is the rules of prices'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bmdesk.domain.money import Money


class Standing(StrEnum):
    """How a listing stands in one market."""

    WINNING = "winning"
    LOSING = "losing"
    UNSAID = "unsaid"  # there is a BackBox, and the answer left out who wins
    NO_BOX = "no_box"  # it competes for none there: no failure


@dataclass(frozen=True, slots=True)
class Box:
    """One listing in one market as it was read at `read_at`.

    `price` is the listing's own at that time, `winner` what customers see, `to_win` what the marketplace says it takes.
    Each is None where it was not said.
    """

    market: str
    standing: Standing
    read_at: datetime
    price: Money | None = None
    winner: Money | None = None
    to_win: Money | None = None

    def age(self, now: datetime) -> timedelta:
        """How old this is; never below zero, also where the clock was set back."""
        return max(timedelta(0), now - self.read_at)


def standing(found: bool, is_winning: bool | None) -> Standing:
    """What these two answers mean together."""
    if not found:
        return Standing.NO_BOX
    if is_winning is None:
        return Standing.UNSAID
    return Standing.WINNING if is_winning else Standing.LOSING
