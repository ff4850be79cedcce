"""What must hold of every store at every moment, asked of its tables and not of the services that wrote them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from bmdesk.domain import gate, history
from bmdesk.domain.unit import MOVES, State
from bmdesk.domain.working_time import local_day
from bmdesk.services.desk import Desk
from bmdesk.services.grading import judgement
from bmdesk.store.queries import units
from bmdesk.store.tables import metadata
from bmdesk.store.tables.people import scan_log
from bmdesk.store.tables.units import unit

Dump = dict[str, list[tuple[Any, ...]]]

ONLY_GROW = (
    "history",
    "step",
    "scan_log",
    "unit",
    "store_info",
    "company",
    "operator",
    "policy",
    "sku",
    "batch",
)
"""Tables from which nothing is ever deleted."""


def dump(desk: Desk, *without: str) -> Dump:
    """Every row of every table but these, in order."""

    def work(connection: Connection) -> Dump:
        return {
            table.name: sorted(
                map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')), key=repr
            )
            for table in metadata.sorted_tables
            if table.name not in without
        }

    return desk.read(work)


def counts(desk: Desk) -> dict[str, int]:
    """How many rows the tables have that only grow."""

    def work(connection: Connection) -> dict[str, int]:
        ask = ((name, select(func.count()).select_from(metadata.tables[name])) for name in ONLY_GROW)
        return {name: connection.execute(query).scalar_one() for name, query in ask}

    return desk.read(work)


def states(desk: Desk) -> dict[str, str]:
    """The state of each unit."""
    query = select(unit.c.id, unit.c.state)
    return desk.read(lambda connection: {row[0]: row[1] for row in connection.execute(query)})


def scanned(desk: Desk) -> list[tuple[str, bool]]:
    """Every scan that was kept, in order: its text, and whether it was accepted."""
    query = select(scan_log.c.text, scan_log.c.ok).order_by(scan_log.c.id)
    return desk.read(lambda connection: [(row[0], row[1]) for row in connection.execute(query)])


def assert_legal(before: dict[str, str], after: dict[str, str]) -> None:
    """No unit is gone, and each moved as a unit may."""
    for unit_id, state in before.items():
        assert unit_id in after, "a unit is lost"
        legal = after[unit_id] == state or State(after[unit_id]) in MOVES[State(state)]
        assert legal, f"{state} -> {after[unit_id]}"


def assert_whole(desk: Desk, *, judged: bool = True) -> None:
    """Every chain is whole, and what is derived agrees with what it is derived from.

    `judged`: also what the gate said last is what it says now (not so before `reassess`, when time has passed).
    """

    def work(connection: Connection) -> None:
        policies = desk.policies(connection)
        today = local_day(desk.clock.now(), policies.timezone)
        heads = units.heads(connection, "", 100_000)
        entries = units.entries(connection, [head[0] for head in heads])
        for unit_id, count, head in heads:
            assert history.verify(unit_id, entries[unit_id], head, count) == []
            row = units.unit(connection, unit_id)
            stay = units.stay(connection, unit_id, row.stay_number)
            assert (stay is None) == (row.stay_number == 0)
            stored = judgement.stored_blockers(connection, unit_id)
            if State(row.state) in (State.READY, State.HELD):
                assert (row.state == State.READY) == (not judgement.stops(stored)), f"{row.state}: {stored}"
            if judged and State(row.state) in (State.READY, State.HELD, State.INSPECTING, State.RECEIVED):
                fresh = gate.blockers(judgement.facts(connection, policies, row), policies.gate, today)
                assert stored == fresh
        assert units.orphans(connection) == []

    desk.read(work)
