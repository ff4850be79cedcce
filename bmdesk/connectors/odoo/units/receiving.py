"""Units that came into the house come into Odoo's stock: a batch as one transfer, or by an inventory adjustment.

Nothing is received that has a piece anywhere by Odoo's books, or ever had. A transfer of ours that was made and not
finished, because an answer was lost, is finished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.connectors.odoo.failures import OdooRejected
from bmdesk.connectors.odoo.records import Records, Row, apart, grouped, id_of
from bmdesk.connectors.odoo.units.stock_places import StockPlaces, WayIn
from bmdesk.connectors.odoo.units.unit_doubts import AsksBack, NoReceiptType, ReceiptOpen, StockElsewhere
from bmdesk.connectors.odoo.units.unit_run import UnitRun
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.units.places_there import Target
from bmdesk.services.odoo.units.units_there import SOLD, ReceiveBy, UnitThere
from bmdesk.texts import msg

ORIGIN = "bmdesk"
"""The source document of every transfer of ours begins so."""

_COUNTING = {"inventory_mode": True}
VALIDATED = {"skip_backorder": True, "skip_sms": True}
"""With it a transfer is validated without a question about what stays behind, and without one about messages."""


@dataclass(frozen=True, slots=True)
class _Way:
    """Units of one transfer have these in common."""

    batch: str
    target: int
    way: WayIn


class Receiving:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect, places: StockPlaces, by: ReceiveBy) -> None:
        self._records = records
        self._dialect = dialect
        self._places = places
        self._by = by
        self._currency: str | None = None

    def receive(self, run: UnitRun, units: Sequence[UnitThere], targets: Mapping[str, Target]) -> None:
        """These units have no piece in any place; each lies in its target afterwards, or is in doubt."""
        waiting = self._finish_open(run, units)
        if self._by is ReceiveBy.INVENTORY:
            apart(waiting, lambda some: self._count(run, some, targets), run.refuse)
        else:
            apart(waiting, lambda some: self._transfer(run, some, targets), run.refuse)

    # ---------------------------------------------------------------- what is there already

    def _finish_open(self, run: UnitRun, units: Sequence[UnitThere]) -> list[UnitThere]:
        """Those of the units that no transfer there knows of."""
        lots = {run.at(unit).lot_id: unit for unit in units}
        if not lots:
            return []
        fields = ["lot_id", "state", "move_id", "location_dest_id"]
        domain = [("lot_id", "in", sorted(lots)), ("state", "!=", "cancel")]
        lines = grouped(
            (id_of(row["lot_id"]), row) for row in self._records.rows("stock.move.line", domain, fields)
        )
        if not lines:
            return list(units)
        pickings = self._pickings_of({id_of(row["move_id"]) for rows in lines.values() for row in rows})
        ours: dict[int, list[tuple[UnitThere, Row]]] = {}
        for lot, rows in lines.items():
            unit, last = lots[lot], rows[-1]
            picking = pickings.get(id_of(last["move_id"]), {})
            if any(row["state"] == "done" for row in rows):
                if unit.state == SOLD:
                    continue  # delivered: nobody has heard of it here yet
                # It was there and left: what it was is for whoever counts there.
                place = last["location_dest_id"][1] if last["location_dest_id"] else ""
                run.doubt(unit, StockElsewhere(serial=unit.identifier, place=place))
            elif _is_ours(picking):
                ours.setdefault(picking["id"], []).append((unit, last))
            else:
                run.doubt(unit, ReceiptOpen(serial=unit.identifier, transfer=picking.get("name") or "-"))
        for picking_id, pairs in ours.items():
            try:
                self._validate(run, {picking_id: [unit for unit, _ in pairs]})
            except OdooRejected as failure:
                for unit, _ in pairs:
                    run.refuse(unit, failure)
            for unit, line in pairs:
                self._is_in(run, unit, id_of(line["location_dest_id"]))
        return [unit for unit in units if run.at(unit).lot_id not in lines]

    def _pickings_of(self, moves: set[int]) -> dict[int, Row]:
        """By their moves: a line need not say which transfer it is of."""
        fields = ["name", "origin", "picking_type_code", "move_ids"]
        rows = self._records.rows("stock.picking", [("move_ids", "in", sorted(moves))], fields)
        return {move: row for row in rows for move in row["move_ids"]}

    # ---------------------------------------------------------------- one transfer a batch

    def _transfer(self, run: UnitRun, units: Sequence[UnitThere], targets: Mapping[str, Target]) -> None:
        """All, or none where it raises OdooRejected."""
        pairs = []
        for unit in units:
            target = targets[unit.unit_id].place
            way = self._places.way_in(target)
            if way is None:
                run.doubt(unit, NoReceiptType(serial=unit.identifier))
            else:
                pairs.append((_Way(unit.batch, target.id, way), unit))
        groups = grouped(pairs)
        if not groups:
            return
        currency = self._company_currency() if any(unit.cost for unit in units) else ""
        made = self._records.create(
            "stock.picking", [self._picking(run, common, group, currency) for common, group in groups.items()]
        )
        transfers = dict(zip(made, groups.values(), strict=True))
        try:
            self._validate(run, transfers)
        except OdooRejected:
            self._records.call("stock.picking", "action_cancel", made)
            raise
        for common, group in groups.items():
            for unit in group:
                self._is_in(run, unit, common.target)

    def _picking(
        self, run: UnitRun, way: _Way, units: Sequence[UnitThere], currency: str
    ) -> dict[str, object]:
        route: dict[str, object] = {
            "location_id": way.way.source,
            "location_dest_id": way.target,
            "company_id": self._records.company,
        }
        # A move has one price, so units that were bought at different ones are different moves.
        moves = grouped(((run.at(unit).product_id, _price(unit, currency)), unit) for unit in units)
        return {
            **route,
            "picking_type_id": way.way.operation,
            "origin": f"{ORIGIN} {way.batch}".strip(),
            "move_ids": [
                (0, 0, self._move(run, product, price, group, route))
                for (product, price), group in moves.items()
            ],
        }

    def _move(
        self,
        run: UnitRun,
        product: int,
        price: Decimal | None,
        units: Sequence[UnitThere],
        route: Mapping[str, object],
    ) -> dict[str, object]:
        lines = [
            (
                0,
                0,
                {
                    **route,
                    "product_id": product,
                    "lot_id": run.at(unit).lot_id,
                    "quantity": 1,
                    "picked": True,
                },
            )
            for unit in units
        ]
        move: dict[str, object] = {
            **route, "product_id": product, "product_uom_qty": len(units), "move_line_ids": lines
        }  # fmt: skip
        if price is not None:
            move["price_unit"] = float(price)
        if self._dialect.names_moves:
            move["name"] = units[0].product.name
        return move

    def _validate(self, run: UnitRun, transfers: Mapping[int, Sequence[UnitThere]]) -> None:
        """Finish these transfers; the units of those that Odoo did not finish are in doubt."""
        for picking in transfers:
            self._join_lines(picking)
        answer = self._records.call("stock.picking", "button_validate", list(transfers), context=VALIDATED)
        if answer is True:
            return
        # A window of Odoo's: a question, or only something to print after it was done.
        asked = str(answer.get("res_model") or answer.get("tag") or "") if isinstance(answer, dict) else "-"
        for row in self._records.rows("stock.picking", [("id", "in", list(transfers))], ["name", "state"]):
            if row["state"] != "done":
                what = msg("odoo.unit.receipt", transfer=row["name"])
                for unit in transfers[row["id"]]:
                    run.doubt(unit, AsksBack(serial=unit.identifier, what=what, asked=asked))

    def _join_lines(self, picking: int) -> None:
        """Odoo 19 leaves lines that are made within a move without their transfer, where people look for them."""
        domain = [("move_id.picking_id", "=", picking), ("picking_id", "=", False)]
        lines = [row["id"] for row in self._records.rows("stock.move.line", domain, ["move_id"])]
        if lines:
            self._records.call("stock.move.line", "write", lines, {"picking_id": picking})

    def _company_currency(self) -> str:
        if self._currency is None:
            rows = self._records.rows("res.company", [("id", "=", self._records.company)], ["currency_id"])
            self._currency = str(rows[0]["currency_id"][1]) if rows and rows[0]["currency_id"] else ""
        return self._currency

    # ---------------------------------------------------------------- an inventory adjustment

    def _count(self, run: UnitRun, units: Sequence[UnitThere], targets: Mapping[str, Target]) -> None:
        """All, or none where it raises OdooRejected. Counted twice it is one."""
        counted = [
            {
                "product_id": run.at(unit).product_id,
                "lot_id": run.at(unit).lot_id,
                "location_id": targets[unit.unit_id].place.id,
                "inventory_quantity": 1,
            }
            for unit in units
        ]
        quants = self._records.create("stock.quant", counted, context=_COUNTING)
        self._apply(run, list(zip(units, quants, strict=True)), targets)

    def _apply(
        self, run: UnitRun, pairs: Sequence[tuple[UnitThere, int]], targets: Mapping[str, Target]
    ) -> None:
        """Apply what was counted, each unit with its quant. For what it asks of one, Odoo applies none: so in halves,
        until those are found.
        """
        quants = [quant for _, quant in pairs]
        answer = self._records.call("stock.quant", "action_apply_inventory", quants, context=_COUNTING)
        if isinstance(answer, dict) and len(pairs) > 1:
            middle = len(pairs) // 2
            self._apply(run, pairs[:middle], targets)
            self._apply(run, pairs[middle:], targets)
            return
        for unit, _ in pairs:
            if isinstance(answer, dict):
                what, asked = msg("odoo.unit.count"), str(answer.get("res_model") or "")
                run.doubt(unit, AsksBack(serial=unit.identifier, what=what, asked=asked))
            self._is_in(run, unit, targets[unit.unit_id].place.id)

    def _is_in(self, run: UnitRun, unit: UnitThere, place: int) -> None:
        if run.is_clear(unit):
            here = run.at(unit)
            here.place, here.changed = place, True
            here.agreed["place"] = place


def _is_ours(picking: Row) -> bool:
    origin = str(picking.get("origin") or "")
    return (
        bool(picking) and picking["picking_type_code"] == "incoming" and f"{origin} ".startswith(f"{ORIGIN} ")
    )


def _price(unit: UnitThere, currency: str) -> Decimal | None:
    """In the company's currency; in another one Odoo's own cost of the product stands."""
    return unit.cost if unit.cost and unit.currency == currency else None
