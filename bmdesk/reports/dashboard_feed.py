"""What happened lately, as the dashboard says it on screen and in a file: what each line is about, and its words."""

from __future__ import annotations

from enum import StrEnum

from bmdesk.services.syncing.sync_status import LogEntry
from bmdesk.texts import render

_LONGEST = 300


class About(StrEnum):
    """What a line of the feed is about."""

    LISTING = "listing"
    STEP = "step"  # something that was to be sent, of an order most often
    STOCK = "stock"
    READING = "reading"  # what was read from the marketplace, and the account itself


def about(entry: LogEntry) -> About:
    """What this line is about."""
    if entry.listing_id is not None:
        return About.LISTING
    if entry.effect_id is not None:
        return About.STEP
    return About.STOCK if entry.text.code.startswith("counted.") else About.READING


def feed_words(entry: LogEntry) -> str:
    """What happened, on one line, no longer than anybody reads."""
    return " ".join(render(entry.text)[: 2 * _LONGEST].split())[:_LONGEST]
