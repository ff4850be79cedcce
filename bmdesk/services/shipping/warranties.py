"""Warranties as people ask about them: one for each sale of a unit, those that end first before the others.

How cover begins, moves and ends is in `warranty_cover`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bmdesk.domain.changes import Change
from bmdesk.domain.customers import Person, keys
from bmdesk.domain.warranty import LEAST_MONTHS, MOST_MONTHS, Begins, Term
from bmdesk.services.desk import Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.store.engine import Connection
from bmdesk.store.queries import (
    catalogue,
    order_progress,
    warranties,
)
from bmdesk.store.queries.warranties import WarrantyRow
from bmdesk.store.transaction import Tx


class UnknownSku(Refusal):
    """No SKU has this text. Params: `sku`."""

    code = "warranty.unknown_sku"


class BadMonths(Refusal):
    """No number of months that a warranty may have. Params: `least`, `most`."""

    code = "warranty.bad_months"


@dataclass(frozen=True, slots=True)
class Warranty:
    """A warranty as people read it. `void`: why it does not run, or empty; `days_left` 0 or less once it is over."""

    id: str
    unit_id: str
    identifier: str
    title: str
    grade: str
    order_id: str
    order: int
    market: str
    customer_id: str | None
    customer: str
    begins: Begins
    months: int
    starts_on: date
    ends_on: date
    days_left: int
    void: str

    @property
    def runs(self) -> bool:
        """Whether a fault today is covered."""
        return not self.void and self.days_left > 0


@dataclass(frozen=True, slots=True)
class WarrantyPage:
    """A page of warranties; `next` begins the following one, None at the end."""

    rows: tuple[Warranty, ...]
    next: tuple[str, str] | None


def page(
    desk: Desk,
    words: str = "",
    ends_before: date | None = None,
    *,
    ended: bool = False,
    after: tuple[str, str] | None = None,
    limit: int = 100,
) -> WarrantyPage:
    """Running warranties, those that end first before the others; with `ended` also those that are over or void.

    `words`: an identifier, an order number, part of a customer's name or e-mail address.
    """

    def work(connection: Connection) -> WarrantyPage:
        today = desk.today(desk.policies(connection), desk.clock.now())
        found = warranties.page(
            connection,
            desk.company,
            words=words,
            name=keys(Person(last_name=words[:100])).name,
            ends_from="" if ended else today.isoformat(),
            ends_before=ends_before.isoformat() if ends_before else "",
            running=not ended,
            after=after,
            limit=limit + 1,
        )
        rows = tuple(
            _shown(one.row, today, one.identifier, one.title, one.grade, one.order, one.market, one.customer_id,
                   one.customer)
            for one in found[:limit]
        )  # fmt: skip
        last = found[limit - 1].row if len(found) > limit else None
        return WarrantyPage(rows, (last.ends_on, last.id) if last else None)

    return desk.read(work)


def of_unit(connection: Connection, unit_id: str, today: date) -> tuple[Warranty, ...]:
    """All that this unit ever had, newest first: a device may be sold more than once."""
    found = []
    for row in warranties.of_unit(connection, unit_id):
        order = order_progress.order(connection, row.order_id)
        found.append(
            _shown(
                row, today, order=order["remote_id"], market=order["market"], customer_id=order["customer_id"]
            )
        )
    return tuple(found)


def set_months(desk: Desk, sku: str, months: int | None) -> frozenset[Change]:
    """What the seller promises for this SKU beyond the setting; None: no more than the setting. Sales of the past keep
    what they had. Raises UnknownSku, BadMonths.
    """

    def work(tx: Tx) -> frozenset[Change]:
        if months is not None and not LEAST_MONTHS <= months <= MOST_MONTHS:
            raise BadMonths(least=LEAST_MONTHS, most=MOST_MONTHS)
        sku_id = catalogue.sku_by_key(tx.connection, tx.company, sku.strip().casefold())
        if sku_id is None:
            raise UnknownSku(sku=sku[:80])
        warranties.set_sku_months(tx, sku_id, months)
        return frozenset({Change.CATALOGUE})

    return desk.write(work)


def _shown(
    row: WarrantyRow,
    today: date,
    identifier: str = "",
    title: str = "",
    grade: str = "",
    order: int = 0,
    market: str = "",
    customer_id: str | None = None,
    customer: str = "",
) -> Warranty:
    runs = Term(date.fromisoformat(row.starts_on), date.fromisoformat(row.ends_on))
    return Warranty(
        row.id,
        row.unit_id,
        identifier,
        title,
        grade,
        row.order_id,
        order,
        market,
        customer_id,
        customer,
        Begins(row.begins),
        row.months,
        runs.starts,
        runs.ends,
        runs.days_left(today),
        row.void,
    )
