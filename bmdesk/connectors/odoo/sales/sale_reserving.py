"""Exactly the serials that are reserved here are reserved in the order's delivery there.

Odoo reserves some serial by itself when an order is confirmed: it is let go. What an order needs and another transfer
holds is taken out of that one, which gets another serial in the same call, where one is free: so no lost answer leaves
it without. What somebody there picked already is nobody's to take.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat

from bmdesk.connectors.odoo.records import Records, Row, apart, grouped, id_of, named
from bmdesk.connectors.odoo.sales.sale_doubts import (
    NothingToDeliver,
    OtherSerialDelivered,
    OtherSerialPicked,
    SerialNotInStock,
    SerialPickedElsewhere,
    SeveralProductsSold,
    SeveralSteps,
)
from bmdesk.connectors.odoo.sales.sale_moves import LineMoves, SaleMoves, moves_of
from bmdesk.connectors.odoo.sales.sale_run import SaleRun, sold_lines
from bmdesk.connectors.odoo.units.stock_places import StockPlaces
from bmdesk.services.odoo.sales.orders_there import OrderThere, SaleLine


@dataclass(frozen=True, slots=True)
class _Want:
    """A serial that a move has to hold and does not yet."""

    order: OrderThere
    serial: str
    lot: int
    move: Row

    @property
    def picking(self) -> int:
        return id_of(self.move["picking_id"])


class SaleReserving:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, stock: StockPlaces, moves: SaleMoves) -> None:
        self._records = records
        self._stock = stock
        self._moves = moves

    def make_right(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """The open deliveries of these hold their serials and no others, or they are in doubt."""
        found = self._moves.read(run, orders)
        wants: list[_Want] = []
        wrong: list[tuple[OrderThere, Row]] = []
        for order in orders:
            for line in sold_lines(order):
                if not line.counted:
                    moves = moves_of(found, order, line)
                    wants += self._wanted(run, order, line, moves)
                    wrong += self._wrong(run, order, line, moves)
            run.at(order).agreed["lots"] = sorted(lot for line in sold_lines(order) for lot in run.lots(line))
        self._let_go(run, [pair for pair in wrong if run.is_clear(pair[0])])
        wants = [want for want in wants if run.is_clear(want.order)]
        pieces = self._pieces(run, wants)
        wants = [want for want in wants if run.is_clear(want.order)]
        self._take_from_others(run, wants)
        wants = [want for want in wants if run.is_clear(want.order)]
        apart(wants, lambda some: self._hold(run, some, pieces), lambda want, no: run.refuse(want.order, no))

    # ---------------------------------------------------------------- what is there

    def _wanted(self, run: SaleRun, order: OrderThere, line: SaleLine, moves: LineMoves) -> list[_Want]:
        names = dict(zip(run.lots(line), (one.identifier for one in line.serials), strict=True))
        others = [name for lot, name in moves.left.items() if lot not in names]
        missing = [lot for lot in names if lot not in moves.left]
        sale = run.at(order).name
        serials = ", ".join(names[lot] for lot in missing)
        if others and (missing or not names):
            serial = ", ".join(names[lot] for lot in missing) or "-"
            transfer = self._moves.name(moves.last)
            run.doubt(
                order,
                OtherSerialDelivered(
                    order=order.number, serial=serial, found=", ".join(others), transfer=transfer
                ),
            )
        elif missing and not moves.open:
            if moves.steps:
                transfer = self._moves.name(moves.steps[0])
                run.doubt(order, SeveralSteps(order=order.number, transfer=transfer, serial=serials))
            else:
                run.doubt(order, NothingToDeliver(order=order.number, sale=sale, serial=names[missing[0]]))
        elif missing and id_of(moves.open[0]["product_id"]) != run.at(order).products[line.line_id]:
            run.doubt(order, SeveralProductsSold(order=order.number, serial=names[missing[0]]))
        elif missing and moves.steps:
            transfer = self._moves.name(moves.steps[0])
            run.doubt(order, SeveralSteps(order=order.number, transfer=transfer, serial=serials))
        else:
            held = {id_of(row["lot_id"]) for row in moves.held if row["quantity"] == 1}
            absent = [lot for lot in missing if lot not in held]
            rooms = zip(absent, _rooms(moves, set(names)), strict=False)
            return [_Want(order, names[lot], lot, move) for lot, move in rooms]
        return []

    def _wrong(
        self, run: SaleRun, order: OrderThere, line: SaleLine, moves: LineMoves
    ) -> list[tuple[OrderThere, Row]]:
        """What the open moves hold and should not."""
        wanted = {lot for lot in run.lots(line) if lot not in moves.left}
        kept = run.base(order).get("lots")
        ours = {int(lot) for lot in kept} if isinstance(kept, list) else set()
        wrong = []
        seen: set[int] = set()
        for row in moves.held:
            lot, name = named(row["lot_id"])
            if lot in wanted and lot not in seen and row["quantity"] == 1:
                seen.add(lot)
                continue
            if row["picked"] and lot and lot not in ours | wanted:
                serials = ", ".join(one.identifier for one in line.serials) or "-"
                transfer = self._moves.name(id_of(row["picking_id"]))
                run.doubt(
                    order,
                    OtherSerialPicked(order=order.number, serial=serials, found=name, transfer=transfer),
                )
            wrong.append((order, row))
        return wrong

    def _pieces(self, run: SaleRun, wants: Sequence[_Want]) -> dict[int, Row]:
        """The piece of each lot where the move takes from; what lies elsewhere is its order's doubt."""
        if not wants:
            return {}
        domain = [("lot_id", "in", sorted({want.lot for want in wants})), ("quantity", ">", 0)]
        fields = ["lot_id", "location_id", "package_id", "owner_id"]
        rows = self._records.rows("stock.quant", domain, fields)
        places = self._stock.read(id_of(row["location_id"]) for row in rows)
        by_lot = grouped((id_of(row["lot_id"]), row) for row in rows)
        found = {}
        for want in wants:
            around, there = id_of(want.move["location_id"]), by_lot.get(want.lot, [])
            inside = [
                row
                for row in there
                if (place := places.get(id_of(row["location_id"])))
                and place.is_stock
                and around in place.path
            ]
            if inside:
                found[want.lot] = inside[0]
                continue
            shown = ", ".join(str(row["location_id"][1]) for row in there if row["location_id"]) or "-"
            run.doubt(
                want.order,
                SerialNotInStock(
                    order=want.order.number,
                    serial=want.serial,
                    transfer=self._moves.name(want.picking),
                    place=shown,
                ),
            )
        return found

    # ---------------------------------------------------------------- what is made right

    def _let_go(self, run: SaleRun, wrong: Sequence[tuple[OrderThere, Row]]) -> None:
        def act(some: Sequence[tuple[OrderThere, Row]]) -> None:
            self._records.call("stock.move.line", "unlink", [row["id"] for _, row in some])
            for order, _ in some:
                run.at(order).changed = True

        apart(wrong, act, lambda pair, no: run.refuse(pair[0], no))

    def _take_from_others(self, run: SaleRun, wants: Sequence[_Want]) -> None:
        """No transfer holds any of these lots afterwards."""
        if not wants:
            return
        by_lot = {want.lot: want for want in wants}
        domain = [
            ("lot_id", "in", sorted(by_lot)),
            ("state", "in", ["assigned", "partially_available", "confirmed", "waiting"]),
            ("quantity", ">", 0),
        ]
        fields = ["lot_id", "product_id", "picked", "picking_id", "move_id", "reference"]
        held = []
        for row in self._records.rows("stock.move.line", domain, fields):
            want = by_lot[id_of(row["lot_id"])]
            if row["picked"] or not row["move_id"]:
                transfer = named(row["picking_id"])[1] or str(row["reference"] or "-")
                run.doubt(
                    want.order,
                    SerialPickedElsewhere(order=want.order.number, serial=want.serial, transfer=transfer),
                )
            else:
                held.append((want, row))
        held = [(want, row) for want, row in held if run.is_clear(want.order)]
        free = self._free([row for _, row in held], set(by_lot))
        for want, row in held:
            other = next(iter(free.get(row["id"], [])), None)
            if run.act(want.order, partial(self._give_other, row, other)):
                free = {
                    one: [piece for piece in pieces if piece is not other] for one, pieces in free.items()
                }

    def _give_other(self, line: Row, piece: Row | None) -> None:
        """Another piece to a line of another transfer; without one it holds nothing."""
        if piece is None:
            self._records.call("stock.move.line", "unlink", [line["id"]])
        else:
            values = {"lot_id": id_of(piece["lot_id"]), "location_id": id_of(piece["location_id"])}
            self._records.call("stock.move.line", "write", [line["id"]], values)

    def _free(self, held: Sequence[Row], wanted: set[int]) -> dict[int, list[Row]]:
        """The pieces that each of these lines of other transfers could hold instead, the oldest first."""
        if not held:
            return {}
        domain = [
            ("product_id", "in", sorted({id_of(row["product_id"]) for row in held})),
            ("lot_id", "not in", [False, *sorted(wanted)]),
            ("location_id.usage", "=", "internal"),
            ("company_id", "=", self._records.company),
            ("quantity", "=", 1),
            ("reserved_quantity", "=", 0),
            ("package_id", "=", False),
            ("owner_id", "=", False),
        ]
        pieces = self._records.rows("stock.quant", domain, ["product_id", "lot_id", "location_id", "in_date"])
        pieces.sort(key=lambda row: (str(row["in_date"] or ""), row["id"]))
        places = self._stock.read(id_of(row["location_id"]) for row in pieces)
        moves = sorted({id_of(row["move_id"]) for row in held})
        sources = {
            row["id"]: id_of(row["location_id"])
            for row in self._records.rows("stock.move", [("id", "in", moves)], ["location_id"])
        }
        return {
            row["id"]: [
                piece
                for piece in pieces
                if id_of(piece["product_id"]) == id_of(row["product_id"])
                and (place := places.get(id_of(piece["location_id"])))
                and sources.get(id_of(row["move_id"])) in place.path
            ]
            for row in held
        }

    def _hold(self, run: SaleRun, wants: Sequence[_Want], pieces: dict[int, Row]) -> None:
        """All, or none where it raises OdooRejected."""
        values = [
            {
                "move_id": want.move["id"],
                "picking_id": want.picking,
                "product_id": id_of(want.move["product_id"]),
                "lot_id": want.lot,
                "quantity": 1,
                "picked": False,
                "location_id": id_of(pieces[want.lot]["location_id"]),
                "location_dest_id": id_of(want.move["location_dest_id"]),
                "package_id": id_of(pieces[want.lot]["package_id"]) or False,
                "owner_id": id_of(pieces[want.lot]["owner_id"]) or False,
            }
            for want in wants
        ]
        self._records.create("stock.move.line", values)
        for want in wants:
            run.at(want.order).changed = True


def _rooms(moves: LineMoves, wanted: set[int]) -> Iterator[Row]:
    """Where further serials of a line go: somebody may have split its delivery, and each part takes its own share. What
    is more than all of them ask for goes to the first.
    """
    for move in moves.open:
        lots = {id_of(row["lot_id"]) for row in moves.held if id_of(row["move_id"]) == move["id"]}
        yield from repeat(move, max(0, round(move["product_uom_qty"]) - len(lots & wanted)))
    yield from repeat(moves.open[0])
