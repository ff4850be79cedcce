"""The first import from Odoo: some pages of products, of stock, then of sale orders; only reads there.

Where it stands is kept with what was taken, in the same transaction: after a crash it goes on with the thing that
follows. Ids there only grow, so what comes in meanwhile is seen at the end, and nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.odoo.incoming.import_orders import OrdersThere
from bmdesk.connectors.odoo.incoming.import_products import ProductsThere
from bmdesk.connectors.odoo.incoming.import_stock import StockThere
from bmdesk.connectors.odoo.records import Records, pages
from bmdesk.connectors.odoo.session import OdooSession
from bmdesk.domain.working_time import local_day
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.choices import GRADE, Kind
from bmdesk.services.odoo.sales.orders_in import take_sale
from bmdesk.services.odoo.takeover.first_import import Arrival, house_of, take_piece, takes_evidence
from bmdesk.services.odoo.takeover.found_there import Met, Outcome, PieceFound, ProductFound, SaleFound
from bmdesk.services.odoo.takeover.import_runs import ORDERS, PRODUCTS, STAGES, STOCK, Untested
from bmdesk.services.odoo.units.products_in import take_product
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_failure, keep_text
from bmdesk.store.queries import odoo, odoo_import, sync_log
from bmdesk.store.queries.odoo_import import DONE, PAUSED, RUNNING, ImportRow, LineRow, TallyRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import msg

AT_ONCE = 20
"""Pieces, products or sale orders a transaction: short enough that a scan at the bench hardly waits."""

_Found = TypeVar("_Found", ProductFound, PieceFound, SaleFound)


class _Stopped(Exception):
    """A person paused it or gave it up, or somebody else goes on with it; what was not committed is not kept."""


def pull(desk: Desk, session: Callable[[], OdooSession], import_id: str, keep_going: KeepGoing) -> None:
    """Go on with this import until it ends, or is stopped; stopped by `keep_going` it is paused. It pauses by itself,
    before it takes anything, where a person is to know first what it may put up for sale (import_runs.Untested).

    Raises RemoteFailure; it then stands before what failed.
    """
    row = desk.read(lambda c: odoo_import.find(c, desk.company, import_id))
    if row is None or row.state != RUNNING:
        return
    try:
        _Reading(desk, session(), row).run(keep_going)
    except _Stopped:
        return


class _Reading:
    def __init__(self, desk: Desk, session: OdooSession, row: ImportRow) -> None:
        self._desk, self._session, self._row = desk, session, row
        records = Records(session.remote, session.company)
        self._products = ProductsThere(records, session.dialect)
        field, grades = desk.read(self._own_grades)
        self._stock = StockThere(records, field, grades)
        self._orders = OrdersThere(records)
        self._makes = PRODUCTS in row.what.split(",")

    def run(self, keep_going: KeepGoing) -> None:
        if not self._row.count and not self._count():
            return
        stages = [one for one in STAGES if one in self._row.what.split(",")]
        reads = {PRODUCTS: self._read_products, STOCK: self._read_stock, ORDERS: self._read_orders}
        for stage in stages[stages.index(self._row.stage) :]:
            self._begin(stage)
            if not reads[stage](keep_going):
                self._desk.write(lambda tx: odoo_import.move(tx, self._row.id, (RUNNING,), PAUSED))
                return
        self._desk.write(lambda tx: odoo_import.move(tx, self._row.id, (RUNNING,), DONE, ended_at=tx.now))

    def _count(self) -> bool:
        """How many there are in all; False where a person is to know something first: going on is their word."""
        row, wanted = self._row, self._row.what.split(",")
        counts = {
            PRODUCTS: self._products.count,
            STOCK: self._stock.count,
            ORDERS: self._orders.count,
        }
        count = sum(counts[one](row.since) for one in wanted)
        untested = self._untested() if STOCK in wanted else 0

        no_sales = ORDERS in wanted and not self._orders.has_sales()

        def work(tx: Tx) -> None:
            odoo_import.change(tx, row.id, count=count)
            if no_sales:
                sync_log.log(tx, row.account_id, "warning", msg("odoo_import.no_sales"))
            if untested:
                problem = keep_failure(Untested(count=untested))
                odoo_import.move(tx, row.id, (RUNNING,), PAUSED, problem=problem)

        self._desk.write(work)
        return not untested

    def _untested(self) -> int:
        """How many come in with a grade from there, and the gate may let pass as they are."""
        if not self._desk.read(lambda c: takes_evidence(self._desk.policies(c))):
            return 0
        lots = self._stock.graded(self._row.since)
        return len(
            lots - self._desk.read(lambda c: odoo.by_remote(c, self._row.account_id, LOT, lots)).keys()
        )

    def _begin(self, stage: str) -> None:
        if stage != self._row.stage:
            self._desk.write(lambda tx: self._keep(tx, [], {"stage": stage, "next_id": 0}))
            self._again()

    def _read_products(self, keep_going: KeepGoing) -> bool:
        """Whether it came to the end."""

        def take(tx: Tx, some: Sequence[ProductFound]) -> list[Met]:
            account = self._row.account_id
            return [Met(one.id, one.name, take_product(tx, account, one, make=True)) for one in some]

        while page := self._products.page(self._row.next_id, self._row.since):
            if not self._commit(page, take, keep_going):
                return False
        return True

    def _read_stock(self, keep_going: KeepGoing) -> bool:
        """Whether it came to the end."""
        while page := self._stock.page(self._row.next_id, self._row.since):
            strange = self._strange({one.product_id for one in page})

            def take(
                tx: Tx, some: Sequence[PieceFound], strange: Mapping[int, ProductFound] = strange
            ) -> list[Met]:
                return self._take_pieces(tx, some, strange)

            if not self._commit(page, take, keep_going):
                return False
        return True

    def _read_orders(self, keep_going: KeepGoing) -> bool:
        """Whether it came to the end."""

        def take(tx: Tx, some: Sequence[SaleFound]) -> list[Met]:
            row, station = self._row, self._desk.station
            return [met for one in some for met in take_sale(tx, row.account_id, row.asked_by, station, one)]

        while page := self._orders.page(self._row.next_id, self._row.since):
            if not self._commit(page, take, keep_going):
                return False
        return True

    def _take_pieces(
        self, tx: Tx, some: Sequence[PieceFound], strange: Mapping[int, ProductFound]
    ) -> list[Met]:
        policies = self._desk.policies(tx.connection)
        row = self._row
        day = local_day(row.asked_at, policies.timezone)
        arrival = Arrival(
            row.account_id,
            row.asked_by,
            self._desk.station,
            f"Odoo {day.isoformat()}",
            row.source,
            house_of(tx, policies, self._session.stock),
        )
        for product in {one.product_id for one in some} & strange.keys():
            take_product(tx, row.account_id, strange[product], make=self._makes)
        return [Met(one.id, one.serial, take_piece(tx, policies, arrival, one)) for one in some]

    def _strange(self, products: Iterable[int]) -> Mapping[int, ProductFound]:
        """Those that nobody remembers: they came meanwhile, or are older than what is asked for."""
        ids = set(products)
        known = self._desk.read(lambda c: odoo.by_remote(c, self._row.account_id, PRODUCT, ids))
        return self._products.read(ids - known.keys()) if ids - known.keys() else {}

    # ---------------------------------------------------------------- keeping

    def _commit(
        self,
        page: Sequence[_Found],
        take: Callable[[Tx, Sequence[_Found]], list[Met]],
        keep_going: KeepGoing,
    ) -> bool:
        """Take a page, some at a time; False where it is to stop."""
        for number, some in enumerate(pages(page, AT_ONCE)):
            news = {"next_id": some[-1].id, "pages": self._row.pages + (number == 0)}
            self._desk.write(partial(self._take_some, take, some, news))
            self._again()
            if not keep_going():
                return False
        return True

    def _take_some(
        self,
        take: Callable[[Tx, Sequence[_Found]], list[Met]],
        some: Sequence[_Found],
        news: Mapping[str, object],
        tx: Tx,
    ) -> None:
        self._keep(tx, take(tx, some), news)

    def _keep(self, tx: Tx, met: Sequence[Met], news: Mapping[str, object]) -> None:
        row = odoo_import.find(tx.connection, tx.company, self._row.id)
        if row is None or (row.state, row.stage, row.next_id) != (
            RUNNING,
            self._row.stage,
            self._row.next_id,
        ):
            raise _Stopped
        left = [
            LineRow(one.beside or row.stage, one.id, one.name, keep_text(one.became))
            for one in met
            if not isinstance(one.became, Outcome)
        ]
        odoo_import.leave_out(tx, row.id, left)
        asked = [one.became for one in met if not one.beside]
        odoo_import.change(
            tx,
            row.id,
            seen=row.seen + len(asked),
            new=row.new + asked.count(Outcome.NEW),
            known=row.known + asked.count(Outcome.KNOWN),
            doubts=row.doubts + sum(not isinstance(one, Outcome) for one in asked),
            problem=None,
            **news,
        )
        self._count_in(tx, row.stage, met)

    def _count_in(self, tx: Tx, stage: str, met: Sequence[Met]) -> None:
        before = odoo_import.tallies(tx.connection, [self._row.id]).get(self._row.id, {})
        for kind in dict.fromkeys(one.beside or stage for one in met):
            became = [one.became for one in met if (one.beside or stage) == kind]
            so_far = before.get(kind, TallyRow())
            tally = TallyRow(
                new=so_far.new + became.count(Outcome.NEW),
                known=so_far.known + became.count(Outcome.KNOWN),
                alone=so_far.alone + became.count(Outcome.ALONE),
                doubts=so_far.doubts + sum(not isinstance(one, Outcome) for one in became),
            )
            odoo_import.set_tally(tx, self._row.id, kind, tally)

    def _again(self) -> None:
        row = self._desk.read(lambda c: odoo_import.find(c, self._desk.company, self._row.id))
        assert row is not None, "an import is never deleted"
        self._row = row

    def _own_grades(self, connection: Connection) -> tuple[str, dict[str, str]]:
        """The lot's field in which the seller keeps the grade, and what the grades are called there."""
        chosen = odoo.choices(connection, self._desk.company, Kind.GRADE).get(GRADE)
        if chosen is None or ":" in chosen.name:  # a property or an attribute: not of the lot itself
            return "", {}
        values = odoo.choices(connection, self._desk.company, Kind.GRADE_VALUE)
        return chosen.name, {grade: one.name for grade, one in values.items()}
