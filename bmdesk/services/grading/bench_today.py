"""How today goes at the bench: the pace, and what became of the units that were done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from bmdesk.domain.unit import State
from bmdesk.domain.working_time import local_day
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench_view
from bmdesk.services.grading.bench_view import Pace, RecentUnit
from bmdesk.store.engine import Connection
from bmdesk.store.queries import bench

_WELL = {State.READY, State.RESERVED, State.PACKED, State.SHIPPED}


@dataclass(frozen=True, slots=True)
class Today:
    """`good` of today's `units` are ready or went further, `held` wait; `recent` are the units done last."""

    pace: Pace
    units: int
    good: int
    held: int
    recent: tuple[RecentUnit, ...]


def today(desk: Desk, rows: int = 30) -> Today:
    """Today in the company's time zone, with the `rows` units done last."""
    now = desk.clock.now()

    def work(connection: Connection) -> dict[str, int]:
        zone = desk.policies(connection).timezone
        midnight = datetime.combine(local_day(now, zone), time(), zone)
        return bench.closed_by_state(connection, desk.company, midnight)

    states = desk.read(work)
    return Today(
        pace=bench_view.pace(desk),
        units=sum(states.values()),
        good=sum(count for state, count in states.items() if state in _WELL),
        held=states.get(State.HELD, 0),
        recent=bench_view.recent(desk, rows),
    )
