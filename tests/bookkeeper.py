"""Somebody who keeps books of the orders they are given, where Odoo would be. Not an Odoo, and no proof of anything
about one (tests/odoo has real ones): it shows what is sent, how often, with what was remembered, and what becomes of
answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import TypeAlias

from bmdesk.connectors.base import Connector, Done, Exporter, Feed, KeepGoing, Outcome, Planned, Pulled, Room
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.connectors.odoo.sales.export_sales import SaleExporter
from bmdesk.domain.effects import REPLAY, Kind
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.sales.orders_there import (
    OrderKnown,
    OrderResult,
    OrderRight,
    OrderThere,
    OrderWaits,
    SaleChoices,
)
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.sync.engine import Engine
from bmdesk.sync.opening import opener
from tests import retold
from tests.markets import Shop

Answer: TypeAlias = Callable[[OrderThere, OrderKnown], OrderResult | None]
"""What is said of an order instead of writing it down; None: it is written down."""


def nothing_else(order: OrderThere, known: OrderKnown) -> None:
    """Every order is written down."""


@dataclass
class Books:
    """What was written down. `given`: every order with what was remembered of it, in the order of their coming.

    `lots`: units that are known; an order with others waits. `answer`: overrules what is said. `lost`: the next answer
    gets lost after all was written down.
    """

    sales: dict[str, int] = field(default_factory=dict)
    partners: dict[str, int] = field(default_factory=dict)
    lots: set[str] = field(default_factory=set)
    given: list[tuple[OrderThere, OrderKnown]] = field(default_factory=list)
    answer: Answer = nothing_else
    lost: RemoteFailure | None = None
    opened: list[tuple[Mapping[str, int], SaleChoices]] = field(default_factory=list)

    def make_right(self, orders: Sequence[OrderThere], known: OrderKnown) -> dict[str, OrderResult]:
        results = {one.order_id: self._one(one, known) for one in orders}
        if self.lost is not None:
            lost, self.lost = self.lost, None
            raise lost
        return results

    def _one(self, order: OrderThere, known: OrderKnown) -> OrderResult:
        self.given.append((order, known))
        said = self.answer(order, known)
        if said is not None:
            return said
        away = {unit.unit_id for line in order.lines for unit in line.serials} - self.lots
        if away:
            return OrderWaits(tuple(sorted(away)))
        before = known.bases.get(order.order_id)
        base = {"stage": order.stage.value, "serials": [u.identifier for x in order.lines for u in x.serials]}
        sale = self.sales.setdefault(order.number, len(self.sales) + 12)
        partner = self.partners.setdefault(order.customer.customer_id, len(self.partners) + 7)
        return OrderRight(sale, partner, base, changed=base != before, name=f"S{sale:05}")

    @property
    def stages(self) -> list[str]:
        """How far the orders were that came, one after the other."""
        return [order.stage.value for order, _ in self.given]


class UnitsArrive:
    """An exporter at which every unit stands at once. `refuses`: what becomes of each instead."""

    kind = Kind.UNIT
    replay = REPLAY[Kind.UNIT]
    batch = 500

    def __init__(self, books: Books) -> None:
        self._books = books
        self.refuses: Outcome | None = None

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        if self.refuses is not None:
            return {one.id: self.refuses for one in effects}
        self._books.lots.update(one.key for one in effects)
        return {one.id: Done(found=True) for one in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        return None

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        return effects


class BookConnector:
    """Implements connectors.base.Connector: the real exporter of orders, and books where Odoo would be."""

    gather = timedelta(0)
    call_limit = timedelta(seconds=90)
    skew: timedelta | None = None

    def __init__(self, desk: Desk, account: AccountRow, books: Books, units: UnitsArrive) -> None:
        self.account, self._books = account, books
        self.exporters: Sequence[Exporter] = (units, SaleExporter(desk, account.id, self._opened))

    def _opened(self, by_warehouse: Mapping[str, int], chosen: SaleChoices) -> Books:
        self._books.opened.append((by_warehouse, chosen))
        return self._books

    def feeds(self) -> Sequence[Feed]:
        return ()

    def pull(self, feed: Feed, keep_going: KeepGoing) -> Pulled:
        raise AssertionError("nothing is read from books")

    def room(self, kind: Kind) -> Room:
        return Room(500)

    def close(self) -> None:
        pass


@dataclass
class BookedShop(Shop):
    """A shop whose company keeps books where others have an Odoo."""

    books: Books = field(default_factory=Books)
    arriving: UnitsArrive = field(init=False)

    def __post_init__(self) -> None:
        self.arriving = UnitsArrive(self.books)

    def engine(self) -> Engine:
        return Engine(self.desk, self.opening)

    def opening(self, account: AccountRow) -> Connector:
        """How an account is opened here."""
        if account.system == odoo_account.SYSTEM:
            return BookConnector(self.desk, account, self.books, self.arriving)
        return opener(self.desk, self.tools)(account)


def booked(shop: Shop, answer: Answer = nothing_else) -> BookedShop:
    """The same shop, from now on with books that answer so (a function of a module)."""
    made = BookedShop(
        **{one.name: getattr(shop, one.name) for one in fields(shop)}, books=Books(answer=answer)
    )
    retold.goes_on(made, shop, answer)
    made.put("odoo.url", "https://odoo.example.com")
    return made
