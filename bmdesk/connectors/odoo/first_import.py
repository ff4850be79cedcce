"""The first import from Odoo: some pages of products, then of stock; only reads there.

Where it stands is kept with what was taken, in the same transaction: after a crash it goes on with the thing that
follows. Ids there only grow, so what comes in meanwhile is seen at the end, and nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.odoo.import_products import ProductsThere
from bmdesk.connectors.odoo.import_stock import StockThere
from bmdesk.connectors.odoo.records import Records, pages
from bmdesk.connectors.odoo.session import OdooSession
from bmdesk.domain.working_time import local_day
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.choices import GRADE, Kind
from bmdesk.services.odoo.first_import import Arrival, house_of, take_piece
from bmdesk.services.odoo.found_there import Outcome, PieceFound, ProductFound, Taken
from bmdesk.services.odoo.import_runs import PRODUCTS, STAGES
from bmdesk.services.odoo.products_in import take_product
from bmdesk.services.odoo.units_there import PRODUCT
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import odoo, odoo_import
from bmdesk.store.queries.odoo_import import DONE, PAUSED, RUNNING, ImportRow, LineRow
from bmdesk.store.transaction import Tx

AT_ONCE = 20
"""Pieces, or products, a transaction: short enough that a scan at the bench hardly waits."""

_Found = TypeVar("_Found", ProductFound, PieceFound)


class _Stopped(Exception):
    """A person paused it or gave it up, or somebody else goes on with it; what was not committed is not kept."""


def pull(desk: Desk, session: Callable[[], OdooSession], import_id: str, keep_going: KeepGoing) -> None:
    """Go on with this import until it ends, or is stopped; stopped by `keep_going` it is paused.

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
        self._makes = PRODUCTS in row.what.split(",")

    def run(self, keep_going: KeepGoing) -> None:
        if not self._row.count:
            self._count()
        stages = [one for one in STAGES if one in self._row.what.split(",")]
        for stage in stages[stages.index(self._row.stage) :]:
            self._begin(stage)
            ended = self._read_products(keep_going) if stage == PRODUCTS else self._read_stock(keep_going)
            if not ended:
                self._desk.write(lambda tx: odoo_import.move(tx, self._row.id, (RUNNING,), PAUSED))
                return
        self._desk.write(lambda tx: odoo_import.move(tx, self._row.id, (RUNNING,), DONE, ended_at=tx.now))

    def _count(self) -> None:
        row, wanted = self._row, self._row.what.split(",")
        counts = {
            one: (self._products if one == PRODUCTS else self._stock).count(row.since) for one in wanted
        }
        self._desk.write(lambda tx: odoo_import.change(tx, row.id, count=sum(counts.values())))

    def _begin(self, stage: str) -> None:
        if stage != self._row.stage:
            self._desk.write(lambda tx: self._keep(tx, [], {"stage": stage, "next_id": 0}))
            self._again()

    def _read_products(self, keep_going: KeepGoing) -> bool:
        """Whether it came to the end."""

        def take(tx: Tx, some: Sequence[ProductFound]) -> list[tuple[int, str, Taken]]:
            account = self._row.account_id
            return [(one.id, one.name, take_product(tx, account, one, make=True)) for one in some]

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
            ) -> list[tuple[int, str, Taken]]:
                return self._take_pieces(tx, some, strange)

            if not self._commit(page, take, keep_going):
                return False
        return True

    def _take_pieces(
        self, tx: Tx, some: Sequence[PieceFound], strange: Mapping[int, ProductFound]
    ) -> list[tuple[int, str, Taken]]:
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
        return [(one.id, one.serial, take_piece(tx, policies, arrival, one)) for one in some]

    def _strange(self, products: Iterable[int]) -> Mapping[int, ProductFound]:
        """Those that nobody remembers: they came meanwhile, or are older than what is asked for."""
        ids = set(products)
        known = self._desk.read(lambda c: odoo.by_remote(c, self._row.account_id, PRODUCT, ids))
        return self._products.read(ids - known.keys()) if ids - known.keys() else {}

    # ---------------------------------------------------------------- keeping

    def _commit(
        self,
        page: Sequence[_Found],
        take: Callable[[Tx, Sequence[_Found]], list[tuple[int, str, Taken]]],
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
        take: Callable[[Tx, Sequence[_Found]], list[tuple[int, str, Taken]]],
        some: Sequence[_Found],
        news: Mapping[str, object],
        tx: Tx,
    ) -> None:
        self._keep(tx, take(tx, some), news)

    def _keep(self, tx: Tx, taken: Sequence[tuple[int, str, Taken]], news: Mapping[str, object]) -> None:
        row = odoo_import.find(tx.connection, tx.company, self._row.id)
        if row is None or (row.state, row.stage, row.next_id) != (
            RUNNING,
            self._row.stage,
            self._row.next_id,
        ):
            raise _Stopped
        left = [
            LineRow(row.stage, one, name, keep_text(became))
            for one, name, became in taken
            if not isinstance(became, Outcome)
        ]
        odoo_import.leave_out(tx, row.id, left)
        became = [one for _, _, one in taken]
        odoo_import.change(
            tx,
            row.id,
            seen=row.seen + len(taken),
            new=row.new + became.count(Outcome.NEW),
            known=row.known + became.count(Outcome.KNOWN),
            doubts=row.doubts + len(left),
            problem=None,
            **news,
        )

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
