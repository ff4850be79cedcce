"""What one step touched can be put back exactly, or it is said that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bmdesk.services.desk import Desk
from bmdesk.store.tables import inspections, people
from bmdesk.store.transaction import Row, Tx

Dump = list[list[tuple[Any, ...]]]
Act = Callable[[Tx], None]

AT = datetime(2026, 1, 15, 9, 0, 0, 123456, tzinfo=UTC)
SETTING, RESULT = people.setting, inspections.test_result


class Stop(Exception):
    """Ends a transaction without keeping it."""


def rows(connection: Connection) -> Dump:
    return [
        sorted(tuple(row) for row in connection.execute(select(table)))
        for table in (SETTING, people.location, people.company)
    ]


def put_setting(name: str, value: str, later: int) -> Act:
    key = {"name": name}
    return lambda tx: tx.put(
        SETTING, {"company_id": tx.company, **key}, value=value, changed_at=AT + timedelta(microseconds=later)
    )


def drop_setting(name: str) -> Act:
    return lambda tx: tx.drop(SETTING, company_id=tx.company, name=name)


def rename_company(name: str) -> Act:
    return lambda tx: tx.put(people.company, {"id": tx.company}, name=name)


def put_place(bin_: str, warehouse: str) -> Act:
    key = {"id": f"01KPLACE{bin_}"}
    return lambda tx: tx.put(people.location, key, company_id=tx.company, warehouse=warehouse, bin=bin_)


def drop_place(bin_: str) -> Act:
    return lambda tx: tx.drop(people.location, id=f"01KPLACE{bin_}")


_names = st.sampled_from(("A", "B", "C"))
_acts = st.one_of(
    st.builds(put_setting, _names, st.sampled_from(("1", "2", "ü")), st.integers(0, 2)),
    st.builds(drop_setting, _names),
    st.builds(rename_company, st.sampled_from(("One", "Two"))),
    st.builds(put_place, _names, st.sampled_from(("MAIN", "ANNEX"))),
    st.builds(drop_place, _names),
)
_steps = st.lists(st.lists(_acts, min_size=1, max_size=5), min_size=1, max_size=5)


def undone_in_a_transaction(desk: Desk, work: Act) -> None:
    """Run this and keep nothing, so that each example finds the same store."""

    def thrown_away(tx: Tx) -> None:
        work(tx)
        raise Stop

    with pytest.raises(Stop):
        desk.write(thrown_away)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(_steps)
def test_steps_undone_in_reverse_order_leave_every_row_as_it_was(desk: Desk, steps: list[list[Act]]) -> None:
    def work(tx: Tx) -> None:
        seen, kept = [], []
        for acts in steps:
            seen.append(rows(tx.connection))
            for act in acts:
                act(tx)
            kept.append(tx.take_touched())
        for touched, before in zip(reversed(kept), reversed(seen), strict=True):
            assert tx.restore(touched)
            assert rows(tx.connection) == before

    undone_in_a_transaction(desk, work)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(_steps, _steps)
def test_a_step_is_put_back_whole_or_not_at_all(
    desk: Desk, earlier: list[list[Act]], later: list[list[Act]]
) -> None:
    def work(tx: Tx) -> None:
        for act in (act for acts in earlier for act in acts):
            act(tx)
        touched = tx.take_touched()
        for act in (act for acts in later for act in acts):
            act(tx)
        tx.take_touched()
        before = rows(tx.connection)
        if not tx.restore(touched):
            assert rows(tx.connection) == before

    undone_in_a_transaction(desk, work)


def test_what_is_already_there_touches_nothing(desk: Desk) -> None:
    def work(tx: Tx) -> list[Row]:
        put_setting("A", "1", 0)(tx)
        tx.take_touched()
        put_setting("A", "1", 0)(tx)
        drop_setting("B")(tx)
        return tx.take_touched()

    assert desk.write(work) == []


def test_what_is_made_and_dropped_in_one_step_was_never_there(desk: Desk) -> None:
    def work(tx: Tx) -> list[Row]:
        put_setting("A", "1", 0)(tx)
        put_setting("A", "2", 0)(tx)
        drop_setting("A")(tx)
        return tx.take_touched()

    assert desk.write(work) == []


def test_what_somebody_changed_since_is_left_to_them(desk: Desk) -> None:
    def first(tx: Tx) -> list[Row]:
        put_setting("A", "1", 0)(tx)
        put_setting("B", "1", 0)(tx)
        return tx.take_touched()

    touched = desk.write(first)
    desk.write(put_setting("B", "2", 0))
    before = desk.read(rows)
    assert not desk.write(lambda tx: tx.restore(touched))
    assert desk.read(rows) == before


def test_a_row_that_others_now_hang_on_is_not_taken_away(desk: Desk) -> None:
    def made(tx: Tx) -> list[Row]:
        tx.put(people.company, {"id": "01KOTHER"}, code="other", name="Other", timezone="UTC", currency="EUR",
               policy_stamp=1, settings_stamp=1, created_at=AT)  # fmt: skip
        return tx.take_touched()

    touched = desk.write(made)
    desk.write(
        lambda tx: tx.put(people.location, {"id": "01KBIN"}, company_id="01KOTHER", warehouse="W", bin="B")
    )
    before = desk.read(rows)
    assert not desk.write(lambda tx: tx.restore(touched))
    assert desk.read(rows) == before


def test_moments_and_decimals_come_back_as_they_were() -> None:
    # What a step remembers is kept as JSON; a float or a rounded second would not restore the row.
    values: Row = {"at": AT, "value": Decimal("12.340"), "none": None, "flag": True, "code": "µs"}
    tx = Tx(None, "C", AT)  # type: ignore[arg-type]
    tx._note(
        RESULT, {"inspection_id": "I", "code": "T"}, values, {**values, "at": AT + timedelta(microseconds=1)}
    )
    (row,) = tx.take_touched()
    from bmdesk.store.transaction import _from_json

    assert _from_json(row, "before") == values
    assert _from_json(row, "after") == {**values, "at": AT + timedelta(microseconds=1)}
