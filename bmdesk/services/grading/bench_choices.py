"""What the bench offers to choose from: the seller's grades, the reasons that were given for holding units.

Read-only; nothing here decides what may be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.domain.cards import BadCard, parse_card
from bmdesk.domain.commands import Hold
from bmdesk.domain.grading import OwnGrade
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import bench
from bmdesk.texts import msg, render

MOST_REASONS = 8


@dataclass(frozen=True, slots=True)
class BenchChoices:
    """The grades in the seller's own order, best first; reasons for HOLD, those given last before the usual ones."""

    grades: tuple[OwnGrade, ...]
    hold_reasons: tuple[str, ...]


def choices(desk: Desk) -> BenchChoices:
    """What may be chosen now."""

    def work(connection: Connection) -> BenchChoices:
        said = bench.last_said(connection, desk.company, "bench.held_by_person", 40)
        return BenchChoices(desk.policies(connection).grade_map.grades, _reasons(said))

    return desk.read(work)


def _reasons(said: list[str]) -> tuple[str, ...]:
    """Each reason once, newest first, filled up with the usual ones."""
    usual = (
        msg("cards.hold_ask_supervisor"),
        msg("cards.hold_second_look"),
        msg("cards.hold_waiting_for_part"),
    )
    found: dict[str, str] = {}
    for reason in [*map(_reason, said), *map(render, usual)]:
        if reason:
            found.setdefault(reason.casefold(), reason)
    return tuple(found.values())[:MOST_REASONS]


def _reason(text: str) -> str:
    try:
        command = parse_card(text)
    except BadCard:
        return ""
    return command.reason if isinstance(command, Hold) else ""
