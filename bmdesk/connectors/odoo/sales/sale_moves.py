"""The deliveries of sale orders as they stand: what left for each line, what is open, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bmdesk.connectors.odoo.records import Records, Row, grouped, id_of
from bmdesk.connectors.odoo.sales.sale_run import SaleRun
from bmdesk.services.odoo.sales.orders_there import OrderThere, SaleLine

_MOVE = (
    "sale_line_id", "picking_id", "product_id", "product_uom_qty", "state", "location_id", "location_dest_id"
)  # fmt: skip
_LINE = ("move_id", "picking_id", "lot_id", "quantity", "picked", "state")
_PICKING = ("name", "state", "picking_type_code")


@dataclass(slots=True)
class LineMoves:
    """One line's moves. `left`: serials, as (lot, its name), that are with the customer by Odoo's books; `gone`: how
    many pieces of the line are. `open`: moves of deliveries that are not done; `held`: the lines of those."""

    left: dict[int, str] = field(default_factory=dict)
    gone: float = 0
    last: int = 0
    """The transfer by which something left."""
    open: list[Row] = field(default_factory=list)
    held: list[Row] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    """Open transfers within the house."""


class SaleMoves:
    """Raises RemoteFailure."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.pickings: dict[int, Row] = {}

    def read(self, run: SaleRun, orders: Sequence[OrderThere]) -> dict[tuple[str, str], LineMoves]:
        """By order and line. `pickings` are the transfers of these then."""
        lines = {
            row["id"]: (order.order_id, line_id)
            for order in orders
            for line_id, row in run.at(order).lines.items()
        }
        found = {key: LineMoves() for key in lines.values()}
        if not lines:
            return found
        domain = [("sale_line_id", "in", sorted(lines)), ("state", "!=", "cancel")]
        moves = {row["id"]: row for row in self._records.rows("stock.move", domain, _MOVE)}
        ids = sorted({id_of(row["picking_id"]) for row in moves.values()} - {0})
        pickings = self._records.rows("stock.picking", [("id", "in", ids)], _PICKING)
        self.pickings |= {row["id"]: row for row in pickings}
        rows = self._records.rows("stock.move.line", [("move_id", "in", sorted(moves))], _LINE)
        by_move = grouped((id_of(row["move_id"]), row) for row in rows)
        for move_id, move in moves.items():
            self._note(found[lines[id_of(move["sale_line_id"])]], move, by_move.get(move_id, []))
        return found

    def name(self, picking: int) -> str:
        """What the transfer is called there."""
        return str(self.pickings.get(picking, {}).get("name") or "-")

    def _note(self, line: LineMoves, move: Row, rows: Sequence[Row]) -> None:
        picking = id_of(move["picking_id"])
        kind = self.pickings.get(picking, {}).get("picking_type_code")
        if kind == "internal" and move["state"] != "done":
            line.steps.append(picking)
        elif kind == "outgoing" and move["state"] != "done":
            line.open.append(move)
            line.held += rows
        elif kind in {"outgoing", "incoming"} and move["state"] == "done":
            for row in rows:
                lot = id_of(row["lot_id"])
                if kind == "outgoing":
                    line.gone += row["quantity"]
                    line.last = picking
                    line.left |= {lot: str(row["lot_id"][1])} if lot else {}
                else:  # it came back
                    line.gone -= row["quantity"]
                    line.left.pop(lot, None)


def moves_of(found: Mapping[tuple[str, str], LineMoves], order: OrderThere, line: SaleLine) -> LineMoves:
    return found.get((order.order_id, line.line_id)) or LineMoves()
