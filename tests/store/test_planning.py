"""Fifty orders among all that there ever were are found through an index, whatever the account."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Select, select, text
from sqlalchemy.dialects import sqlite

from bmdesk.services.desk import Desk
from bmdesk.store.queries import customers, order_lists, order_oddities, orders

pytestmark = pytest.mark.sqlite_only

SOME = ["A", "B", "C"]
ASKS: dict[str, tuple[Select[Any], dict[str, Any]]] = {
    "orders of a page": (orders._ORDERS, {"account": "X", "some": [1, 2, 3]}),
    "lines of a page": (orders._LINES, {"account": "X", "some": [1, 2, 3]}),
    "customers by e-mail": (customers._WITH_EMAIL, {"company": "X", "some": SOME}),
    "customers by id": (customers._ROWS, {"company": "X", "some": SOME}),
    "namesakes of customers": (
        customers._NAMESAKES,
        {"company": "X", "names": SOME, "homes": [("A", "1"), ("B", "2")], "phones": [("C", "3")]},
    ),
    "orders by parcel number": (order_oddities._WITH_TRACKING, {"account": "X", "some": SOME}),
    "lines by identifier": (order_oddities._WITH_IDENTIFIER, {"account": "X", "some": SOME}),
}


@pytest.mark.parametrize("what", ASKS)
def test_no_page_of_orders_reads_all_orders_of_its_account(desk: Desk, what: str) -> None:
    query, given = ASKS[what]
    for step in plan(desk, query.params(given)):
        assert not step.startswith("SCAN") or "CONSTANT ROW" in step, step
        reads_all = step.endswith(("(account_id=?)", "(company_id=?)", "(merged_into=?)"))
        assert not reads_all, f"{step}: every row of an account or a company is read"


def test_open_conflicts_are_counted_without_reading_orders_that_have_none(desk: Desk) -> None:
    query: Select[Any] = select(order_lists._O.id).where(
        order_lists.of_accounts(["X"]), order_lists.in_conflict()
    )
    assert any("ix_customer_order_conflicts" in step for step in plan(desk, query))


def plan(desk: Desk, query: Select[Any]) -> list[str]:
    """How SQLite goes about this."""
    said = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})

    def ask(connection: Connection) -> list[str]:
        return [str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {said}"))]

    return desk.read(ask)
