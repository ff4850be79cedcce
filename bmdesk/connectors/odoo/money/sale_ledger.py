"""What is invoiced and credited of sale orders there, as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.connectors.odoo.records import Records, Row, grouped, id_of
from bmdesk.connectors.odoo.sales.sale_run import SaleRun
from bmdesk.services.odoo.sales.orders_there import OrderThere

INVOICE, CREDIT = "out_invoice", "out_refund"
DRAFT, POSTED = "draft", "posted"
SETTLED = frozenset({"paid", "in_payment", "reversed"})
"""States of payment of what nobody has to pay any more."""

_CANCELLED = "cancel"
_MOVE = (
    "name", "state", "move_type", "amount_total", "amount_tax", "amount_residual", "currency_id", "payment_state",
    "journal_id", "create_uid", "invoice_pdf_report_id",
)  # fmt: skip
_LINE = ("move_id", "sale_line_ids", "quantity", "price_total")


@dataclass(frozen=True, slots=True)
class Billing:
    """One order's. `lines`: of goods, by invoice or credit note."""

    sale: Row
    moves: Sequence[Row]
    lines: Mapping[int, Sequence[Row]]

    @property
    def invoices(self) -> list[Row]:
        return [row for row in self.moves if row["move_type"] == INVOICE and row["state"] != _CANCELLED]

    @property
    def credits(self) -> list[Row]:
        return [row for row in self.moves if row["move_type"] == CREDIT and row["state"] != _CANCELLED]

    @property
    def was_cancelled(self) -> bool:
        """Whether there was an invoice that is cancelled."""
        return any(row["move_type"] == INVOICE and row["state"] == _CANCELLED for row in self.moves)

    @property
    def credited(self) -> Decimal:
        """What was given back by credit notes that are posted."""
        return sum((total(row) for row in self.credits if row["state"] == POSTED), Decimal(0))

    def sale_lines(self, move: Row) -> set[int]:
        """The lines of the sale order that are on it."""
        return {one for row in self.lines.get(move["id"], ()) for one in row["sale_line_ids"]}


class SaleLedger:
    """Raises RemoteFailure; Rejected where the user may not read invoices."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._user = 0

    def is_ours(self, run: SaleRun, order: OrderThere, move: Row) -> bool:
        """Made from here: remembered, or by the user that bmdesk is there."""
        self._user = self._user or self._records.remote.login()
        return move["id"] == run.base(order).get("invoice") or id_of(move["create_uid"]) == self._user

    def read(self, run: SaleRun, orders: Sequence[OrderThere]) -> dict[str, Billing]:
        """By order, of those that have a sale order."""
        by_sale = {run.at(order).sale_id: order.order_id for order in orders if run.at(order).sale_id}
        if not by_sale:
            return {}
        fields = ["invoice_ids", "amount_tax", "currency_id"]
        sales = self._records.rows("sale.order", [("id", "in", sorted(by_sale))], fields)
        ids = sorted({one for row in sales for one in row["invoice_ids"]})
        ours = ("company_id", "=", self._records.company)
        moves = self._records.rows("account.move", [ours, ("id", "in", ids)], _MOVE) if ids else []
        goods = [("move_id", "in", [row["id"] for row in moves]), ("display_type", "=", "product")]
        lines = grouped(
            (id_of(row["move_id"]), row)
            for row in (self._records.rows("account.move.line", goods, _LINE) if moves else ())
        )
        return {
            by_sale[row["id"]]: Billing(row, [one for one in moves if one["id"] in row["invoice_ids"]], lines)
            for row in sales
        }


def total(row: Row) -> Decimal:
    return money(row["amount_total"])


def money(said: object) -> Decimal:
    return Decimal(str(said)).quantize(Decimal("0.01"))


def name_of(row: Row) -> str:
    """What it is called there; "-" while it is a draft."""
    return str(row["name"] or "").strip("/") or "-"
