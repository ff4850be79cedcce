"""Sale orders of a company as they are now, as values: what left for each, under which number, what was cancelled.

So many calls for a page of sales, however many there are in it. Text from Odoo is plain and bounded here.
"""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.incoming import changes
from bmdesk.connectors.odoo.records import Records, Row, grouped, id_of, named
from bmdesk.connectors.odoo.setting_up.modules import has_field
from bmdesk.services.odoo.sales.deliveries_seen import DeliverySeen, PieceSeen
from bmdesk.services.odoo.units.units_seen import SaleSeen

_SALE = ("name", "client_order_ref", "state", "write_uid")
_PICKING = ("name", "sale_id", "state", "picking_type_code", "date_done", "write_uid")
_CARRIED = ("carrier_tracking_ref", "carrier_id")
_LINE = ("move_id", "lot_id", "product_id", "quantity")
_NAME, _SERIAL = 60, 120


class SalesSeen:
    """One company's sales. Which fields there are is asked once, so an object is for one reading. Raises
    RemoteFailure."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._fields: list[str] | None = None

    def heads(self, sales: Sequence[int]) -> dict[int, tuple[SaleSeen, Row]]:
        """Those of these sale orders that are there and of this company, with their rows."""
        ours = ("company_id", "=", self._records.company)
        rows = self._records.rows("sale.order", [ours, ("id", "in", list(sales))], _SALE)
        return {
            int(row["id"]): (
                SaleSeen(
                    int(row["id"]),
                    plain(row["name"] or "", _NAME),
                    plain(row["client_order_ref"] or "", _NAME),
                ),
                row,
            )
            for row in rows
        }

    def read(self, heads: dict[int, tuple[SaleSeen, Row]]) -> list[DeliverySeen]:
        """How these stand."""
        domain = [("sale_id", "in", sorted(heads)), ("company_id", "=", self._records.company)]
        pickings = self._records.rows("stock.picking", domain, self._picking_fields(), order="date_done,id")
        done = [row["id"] for row in pickings if row["state"] == "done"]
        lines = self._lines(done)
        by_sale = grouped((id_of(row["sale_id"]), row) for row in pickings)
        return [
            self._seen(sale, row, by_sale.get(sale_id, []), lines) for sale_id, (sale, row) in heads.items()
        ]

    def _picking_fields(self) -> list[str]:
        if self._fields is None:
            known = has_field(self._records.remote, "stock.picking", _CARRIED[0])
            self._fields = [*_PICKING, *(_CARRIED if known else ())]
        return self._fields

    def _lines(self, pickings: Sequence[int]) -> dict[int, list[Row]]:
        """What was moved by each of these. By their moves: a line need not name its transfer itself."""
        if not pickings:
            return {}
        left = [("picking_id", "in", list(pickings)), ("state", "=", "done")]
        moves = {
            row["id"]: id_of(row["picking_id"])
            for row in self._records.rows("stock.move", left, ["picking_id"])
        }
        done = [("move_id", "in", sorted(moves)), ("state", "=", "done"), ("quantity", ">", 0)]
        rows = self._records.rows("stock.move.line", done, _LINE)
        return grouped((moves[id_of(row["move_id"])], row) for row in rows)

    def _seen(
        self, sale: SaleSeen, head: Row, pickings: Sequence[Row], lines: dict[int, list[Row]]
    ) -> DeliverySeen:
        out = [row for row in pickings if row["picking_type_code"] == "outgoing"]
        left = [row for row in out if row["state"] == "done" and lines.get(row["id"])]
        pieces: dict[int, PieceSeen] = {}
        counted: dict[int, float] = {}
        for picking in pickings:  # in the order in which they were done: what came back may have left again
            sign = {"outgoing": 1, "incoming": -1}.get(str(picking["picking_type_code"]), 0)
            for line in lines.get(picking["id"], []) if sign else ():
                lot, name = named(line["lot_id"])
                if not lot:
                    product = id_of(line["product_id"])
                    counted[product] = counted.get(product, 0) + sign * float(line["quantity"])
                elif sign > 0:
                    pieces[lot] = PieceSeen(lot, name[:_SERIAL])
                else:
                    pieces.pop(lot, None)
        numbers = dict.fromkeys(plain(row.get("carrier_tracking_ref") or "", _NAME).strip() for row in left)
        cancelled = _cancelled(head, out)
        did = left[-1] if left else cancelled or head
        times = [
            changes.written(self._records, "stock.picking", row, "date_done")
            for row in left
            if row["date_done"]
        ]
        return DeliverySeen(
            sale=sale,
            transfers=tuple(int(row["id"]) for row in left),
            name=plain(left[-1]["name"] or "", _NAME) if left else "",
            pieces=tuple(pieces.values()),
            counted={product: round(amount) for product, amount in counted.items() if amount > 0},
            numbers=tuple(one for one in numbers if one),
            carrier=next((found for row in reversed(left) if (found := id_of(row.get("carrier_id")))), 0),
            opened=any(row["state"] not in ("done", "cancel") for row in out),
            left_at=max(times, default=None),
            cancelled=plain(cancelled["name"] or "", _NAME) if cancelled is not None else "",
            by=named(did["write_uid"])[1],
        )


def _cancelled(head: Row, out: Sequence[Row]) -> Row | None:
    """What is cancelled: the sale order, or all of its deliveries."""
    if head["state"] == "cancel":
        return head
    return out[-1] if out and all(row["state"] == "cancel" for row in out) else None
