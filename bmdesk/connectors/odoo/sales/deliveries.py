"""A packed order's delivery is validated with exactly the serials that are in the parcel, and bears its number.

Odoo ships whatever it reserved where no line is marked as picked: so exactly these lines are, after they were read once
more, and what left is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bmdesk.connectors.odoo.records import Records, Row, apart, id_of
from bmdesk.connectors.odoo.sales.sale_doubts import (
    NothingToDeliver,
    OtherSerialDelivered,
    OthersInDelivery,
    SaleAsksBack,
    TooFewInStock,
)
from bmdesk.connectors.odoo.sales.sale_moves import LineMoves, SaleMoves, moves_of
from bmdesk.connectors.odoo.sales.sale_run import SaleRun, sold_lines
from bmdesk.connectors.odoo.setting_up.modules import has_field
from bmdesk.connectors.odoo.units.receiving import VALIDATED
from bmdesk.services.odoo.choices import OTHERS
from bmdesk.services.odoo.sales.orders_there import OrderThere, SaleChoices, SaleLine

_Found = Mapping[tuple[str, str], LineMoves]


@dataclass(slots=True)
class _Parcel:
    """What leaves for one order: lines there, by transfer."""

    order: OrderThere
    lines: dict[int, list[Row]]


class Deliveries:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, moves: SaleMoves, choices: SaleChoices) -> None:
        self._records = records
        self._moves = moves
        self._choices = choices
        self._has_carriers: bool | None = None

    def make_right(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """What is packed left, by Odoo's books; or the order is in doubt."""
        if not orders:
            return
        self._assign_counted(run, orders)
        found = self._moves.read(run, [order for order in orders if run.is_clear(order)])
        parcels = [self._parcel(run, order, found) for order in orders if run.is_clear(order)]
        parcels = [one for one in parcels if run.is_clear(one.order) and one.lines]
        self._refuse_others(run, parcels)
        parcels = [one for one in parcels if run.is_clear(one.order)]
        apart(parcels, lambda some: self._pick(run, some), lambda one, no: run.refuse(one.order, no))
        self._label(run, [order for order in orders if run.is_clear(order)], parcels, found)
        parcels = [one for one in parcels if run.is_clear(one.order)]
        for one in parcels:
            self._validate(run, one)
        self._check(run, [one.order for one in parcels if run.is_clear(one.order)])

    # ---------------------------------------------------------------- what leaves

    def _assign_counted(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Counted goods that nothing is reserved of are asked for once more."""
        if not any(line.counted for order in orders for line in sold_lines(order)):
            return
        found = self._moves.read(run, orders)
        for order in orders:
            for picking in sorted(_short(found, order)):
                run.act(order, partial(self._records.call, "stock.picking", "action_assign", [picking]))

    def _parcel(self, run: SaleRun, order: OrderThere, found: _Found) -> _Parcel:
        lines: dict[int, list[Row]] = {}
        for line in sold_lines(order):
            moves = moves_of(found, order, line)
            if line.counted:
                rows = moves.held if _left(line, moves) > 0 else []
                if _held(moves) < _left(line, moves):
                    run.doubt(order, self._too_few(order, line, moves))
            else:
                missing = {lot for lot in run.lots(line) if lot not in moves.left}
                rows = [row for row in moves.held if id_of(row["lot_id"]) in missing]
                if {id_of(row["lot_id"]) for row in rows} != missing or len(rows) != len(missing):
                    names = ", ".join(one.identifier for one in line.serials)
                    sale = run.at(order).name
                    run.doubt(order, NothingToDeliver(order=order.number, sale=sale, serial=names))
            transfer_of = {move["id"]: id_of(move["picking_id"]) for move in moves.open}
            for row in rows:
                lines.setdefault(transfer_of[id_of(row["move_id"])], []).append(row)
        return _Parcel(order, lines)

    @staticmethod
    def _too_few(order: OrderThere, line: SaleLine, moves: LineMoves) -> TooFewInStock:
        needed, there = f"{_left(line, moves):g}", f"{_held(moves):g}"
        return TooFewInStock(order=order.number, product=line.product.name, needed=needed, there=there)

    def _refuse_others(self, run: SaleRun, parcels: Sequence[_Parcel]) -> None:
        """What somebody picked beside ours would leave with it."""
        if not parcels:
            return
        transfers = {picking: one for one in parcels for picking in one.lines}
        domain = [
            ("picking_id", "in", sorted(transfers)),
            ("picked", "=", True),
            ("quantity", ">", 0),
            ("state", "not in", ["done", "cancel"]),
        ]
        rows = self._records.rows("stock.move.line", domain, ["picking_id"])
        ours = {row["id"] for one in parcels for lines in one.lines.values() for row in lines}
        for row in rows:
            if row["id"] not in ours:
                picking = id_of(row["picking_id"])
                order = transfers[picking].order
                run.doubt(order, OthersInDelivery(order=order.number, transfer=self._moves.name(picking)))

    # ---------------------------------------------------------------- it leaves

    def _pick(self, run: SaleRun, parcels: Sequence[_Parcel]) -> None:
        """All, or none where it raises OdooRejected."""
        rows = [row for one in parcels for lines in one.lines.values() for row in lines]
        ids = [row["id"] for row in rows if not row["picked"]]
        if ids:
            self._records.call("stock.move.line", "write", ids, {"picked": True})
        for one in parcels:
            run.at(one.order).changed = True

    def _label(
        self, run: SaleRun, orders: Sequence[OrderThere], parcels: Sequence[_Parcel], found: _Found
    ) -> None:
        """The parcel's number and its carrier, where the module is there that knows of them.

        Before it leaves: a carrier that Odoo is connected to would be asked for a label otherwise. A number that
        somebody there corrected stays.
        """
        orders = [order for order in orders if order.tracking]
        if not orders or not self._knows_carriers():
            return
        leaving = {one.order.order_id: sorted(one.lines) for one in parcels}
        transfers = {
            order.order_id: leaving.get(order.order_id) or _left_by(found, order) for order in orders
        }
        ids = sorted({one for some in transfers.values() for one in some})
        rows = self._records.rows(
            "stock.picking", [("id", "in", ids)], ["carrier_tracking_ref", "carrier_id", "state"]
        )
        by_id = {row["id"]: row for row in rows}
        for order in orders:
            before = str(run.base(order).get("tracking") or "")
            for picking in transfers[order.order_id]:
                row = by_id.get(picking, {})
                values: dict[str, object] = {}
                if str(row.get("carrier_tracking_ref") or "") in {"", before} - {order.tracking}:
                    values["carrier_tracking_ref"] = order.tracking
                carriers = self._choices.carriers
                carrier = carriers.get(order.carrier) or carriers.get(OTHERS)
                if carrier and row.get("state") != "done" and id_of(row.get("carrier_id")) != carrier:
                    values["carrier_id"] = carrier
                if values:
                    run.act(order, partial(self._write, picking, values))
            run.at(order).agreed["tracking"] = order.tracking

    def _write(self, picking: int, values: Mapping[str, object]) -> None:
        self._records.call("stock.picking", "write", [picking], dict(values))

    def _validate(self, run: SaleRun, parcel: _Parcel) -> None:
        """Finish the transfers; what Odoo did not finish is a doubt."""
        order, transfers = parcel.order, sorted(parcel.lines)
        answers: list[object] = []
        run.act(
            order,
            lambda: answers.append(
                self._records.call("stock.picking", "button_validate", transfers, context=VALIDATED)
            ),
        )
        answer = answers[0] if answers else True
        if answer is True:
            return
        # A window of Odoo's: a question, or only something to print after it was done.
        asked = str(answer.get("res_model") or answer.get("tag") or "") if isinstance(answer, dict) else "-"
        for row in self._records.rows("stock.picking", [("id", "in", transfers)], ["name", "state"]):
            if row["state"] != "done":
                run.doubt(order, SaleAsksBack(order=order.number, what=row["name"], asked=asked))

    def _check(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """What left is what is in the parcel."""
        found = self._moves.read(run, orders)
        for order in orders:
            for line in sold_lines(order):
                moves = moves_of(found, order, line)
                names = dict(zip(run.lots(line), (one.identifier for one in line.serials), strict=True))
                missing = [name for lot, name in names.items() if lot not in moves.left]
                if missing:
                    others = [name for lot, name in moves.left.items() if lot not in names]
                    run.doubt(
                        order,
                        OtherSerialDelivered(
                            order=order.number,
                            serial=", ".join(missing),
                            found=", ".join(others) or "-",
                            transfer=self._moves.name(moves.last),
                        ),
                    )

    def _knows_carriers(self) -> bool:
        if self._has_carriers is None:
            self._has_carriers = has_field(self._records.remote, "stock.picking", "carrier_tracking_ref")
        return self._has_carriers


def _left(line: SaleLine, moves: LineMoves) -> float:
    """How much of counted goods has not left yet."""
    return max(0.0, line.quantity - moves.gone)


def _short(found: _Found, order: OrderThere) -> set[int]:
    """Open transfers that hold less of counted goods than must leave."""
    lines = [(line, moves_of(found, order, line)) for line in sold_lines(order) if line.counted]
    return {
        id_of(move["picking_id"])
        for line, moves in lines
        if _held(moves) < _left(line, moves)
        for move in moves.open
    }


def _held(moves: LineMoves) -> float:
    return sum(float(row["quantity"]) for row in moves.held)


def _left_by(found: _Found, order: OrderThere) -> list[int]:
    """The transfers by which it left before."""
    return sorted({moves_of(found, order, line).last for line in sold_lines(order)} - {0})
