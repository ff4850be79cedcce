"""Columns give back exactly what was put in: moments to the microsecond, decimals to the digit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, literal, select
from sqlalchemy.exc import IntegrityError

from bmdesk.services.desk import Desk
from bmdesk.store.transaction import Tx
from bmdesk.store.types import MOST_KEPT, DecimalText, Json, Utc, bounded, canonical, from_micros, to_micros

TABLE = Table(
    "scratch",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Utc),
    Column("value", DecimalText),
    Column("body", Json),
    prefixes=["TEMPORARY"],
)

_moments = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
_decimals = st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=Decimal(-(10**18)), max_value=Decimal(10**18)
)
_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


class Stop(Exception):
    """Ends a transaction without keeping it."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(at=_moments | st.none(), value=_decimals | st.none(), body=_plain)
def test_what_is_stored_is_what_is_read(
    desk: Desk, at: datetime | None, value: Decimal | None, body: Any
) -> None:
    def work(tx: Tx) -> None:
        TABLE.create(tx.connection)
        tx.connection.execute(insert(TABLE).values(id=1, at=at, value=value, body=body))
        row = tx.connection.execute(select(TABLE)).one()
        assert (row.at, row.body) == (at, body)
        # The last zeros too.
        assert (str(row.value) if row.value is not None else None) == (
            f"{value:f}" if value is not None else None
        )
        raise Stop

    with pytest.raises(Stop):
        desk.write(work)


def test_moments_of_any_zone_are_one_number_and_sort_as_they_happened(desk: Desk) -> None:
    paris = timezone(timedelta(hours=1))
    assert to_micros(datetime(2026, 1, 15, 10, 0, tzinfo=paris)) == to_micros(
        datetime(2026, 1, 15, 9, tzinfo=UTC)
    )
    assert from_micros(-1) == datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def test_ten_cents_three_times_are_thirty(desk: Desk) -> None:
    def work(connection: Connection) -> Decimal:
        cents = [
            connection.execute(select(literal(Decimal("0.10"), DecimalText))).scalar_one() for _ in range(3)
        ]
        return sum(cents, Decimal(0))

    assert desk.read(work) == Decimal("0.30")


@given(_plain)
def test_equal_values_have_one_text(value: Any) -> None:
    def turned(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: turned(part[name]) for name in reversed(list(part))}
        return [turned(p) for p in part] if isinstance(part, list) else part

    assert canonical(value) == canonical(turned(value))


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(_anything)
def test_whatever_came_from_outside_can_be_kept(desk: Desk, value: Any) -> None:
    kept = bounded(value)

    def work(tx: Tx) -> None:
        TABLE.create(tx.connection)
        tx.connection.execute(insert(TABLE).values(id=1, body=kept))
        assert tx.connection.execute(select(TABLE.c.body)).scalar() == kept
        raise Stop

    with pytest.raises(Stop):
        desk.write(work)


def test_what_cannot_be_kept_as_it_is_is_said_as_text() -> None:
    assert bounded({"price": Decimal("0.10"), "name": "a\0b\ud800"}) == {"price": "0.10", "name": "a\ufffdb?"}
    assert bounded(2**70) == str(2**70)


@pytest.mark.parametrize("value", [["x" * 1000] * 1000, "\\" * 10**6, {"a": {"b": "é" * 10**6}}])
def test_a_record_without_end_keeps_its_beginning(value: Any) -> None:
    kept = bounded(value)
    assert list(kept) == ["cut"]
    assert len(canonical(kept)) <= MOST_KEPT + 20


def test_a_record_nested_without_end_keeps_its_outside() -> None:
    value: Any = "core"
    for _ in range(500):
        value = [value]
    assert canonical(bounded(value)).strip("[]") == '"..."'


def test_what_a_statement_carried_is_not_in_the_words_of_its_error(desk: Desk) -> None:
    def work(tx: Tx) -> None:
        TABLE.create(tx.connection)
        for _ in range(2):
            tx.connection.execute(insert(TABLE).values(id=1, body={"street": "Rue de la Paix 1"}))

    with pytest.raises(IntegrityError) as refused:
        desk.write(work)
    assert "Rue de la Paix" not in str(refused.value)
