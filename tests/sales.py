"""Orders of years without a marketplace: rows as the importer writes them, for stories about figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import insert

from bmdesk.domain.orders import LineState, order_state
from bmdesk.services.desk import Desk
from bmdesk.store.queries import accounts, customers, order_progress, orders
from bmdesk.store.tables import customers as tables
from bmdesk.store.transaction import Row, Tx

Line: TypeAlias = tuple[str, int, int | None]
"""State, pieces, price in minor units."""


class Sales:
    """Orders written as the importer writes them: rows of orders and lines in the desk's transactions."""

    def __init__(self, desk: Desk, name: str = "default") -> None:
        self.desk = desk
        self.orders: list[str] = []
        self.lines: list[str] = []
        self.buyers: list[str] = []
        self.account = desk.write(lambda tx: accounts.add_account(tx, "backmarket", name))
        self._number = 0

    def buyer(self) -> str:
        def work(tx: Tx) -> str:
            one = {"id": tx.new_id(), "company_id": tx.company, "created_at": tx.now, "changed_at": tx.now}
            tx.connection.execute(insert(tables.customer), one)
            return str(one["id"])

        self.buyers.append(self.desk.write(work))
        return str(self.buyers[-1])

    def order(
        self,
        at: datetime | None,
        *lines: Line,
        market: str = "fr-fr",
        currency: str = "EUR",
        buyer: str | None = None,
    ) -> str:
        """A new order of lines (state, pieces, price in minor units); its id."""

        def work(tx: Tx) -> tuple[str, list[str]]:
            return self.write(tx, at, lines, market, currency, buyer)

        order_id, line_ids = self.desk.write(work)
        self.orders.append(order_id)
        self.lines += line_ids
        return order_id

    def write(
        self,
        tx: Tx,
        at: datetime | None,
        lines: Sequence[Line],
        market: str = "fr-fr",
        currency: str = "EUR",
        buyer: str | None = None,
    ) -> tuple[str, list[str]]:
        """The same within a larger transaction; the ids of the order and its lines."""
        order_id = tx.new_id()
        self._number += 1
        row = {"id": order_id, "account_id": self.account, "remote_id": self._number, "market": market,
               "remote_state": 1, "state": order_state(LineState(one[0]) for one in lines).value,
               "currency": currency, "created_at": at, "read_at": tx.now}  # fmt: skip
        orders.add_orders(tx, [row])
        made: list[Row] = [
            {"id": tx.new_id(), "order_id": order_id, "account_id": self.account,
             "remote_id": self._number * 100 + place, "quantity": pieces, "remote_state": 1, "state": state,
             "price_minor": price, "first_read_at": tx.now, "changed_at": tx.now}
            for place, (state, pieces, price) in enumerate(lines)
        ]  # fmt: skip
        orders.add_lines(tx, made)
        if buyer is not None:
            customers.set_owners(tx, {order_id: buyer})
        return order_id, [row["id"] for row in made]

    def line(self, line_id: str, **values: Any) -> None:
        """What is known of the line changes, and where its order stands."""

        def work(tx: Tx) -> None:
            order_progress.set_line(tx, line_id, **values)
            if "state" not in values:
                return
            here = orders.line(tx.connection, line_id)
            assert here is not None
            stand = order_state(LineState(one.state) for one in orders.of_order(tx.connection, here.order_id))
            order_progress.set_order(tx, here.order_id, state=stand.value)

        self.desk.write(work)
