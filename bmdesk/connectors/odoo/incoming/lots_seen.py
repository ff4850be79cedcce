"""Lots of a company as they are now, as values: what they say, where their pieces lie, what moved them last.

So many calls for a page of lots, however many there are in it. Text from Odoo is plain and bounded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.failures import NotAllowed
from bmdesk.connectors.odoo.incoming.changes import written
from bmdesk.connectors.odoo.records import Records, Row, id_of, named
from bmdesk.connectors.odoo.units.lot_values import LotFields
from bmdesk.connectors.odoo.units.stock_places import StockPlaces
from bmdesk.services.odoo.units.places_there import Place
from bmdesk.services.odoo.units.units_seen import LotSeen, MoveSeen, PlaceSeen, ProductSeen, SaleSeen, Value
from bmdesk.services.odoo.units.units_there import GradeKept, Places

_MINE = "bmdesk.unit_"
_LINE = (
    "lot_id", "date", "move_id", "picking_id", "reference", "location_usage", "location_dest_usage", "write_uid",
    "write_date",
)  # fmt: skip
_OF_MOVE = ("scrap_id", "scrap_ids", "scrapped", "sale_line_id")
"""Which of them there are depends on the version and on whether the company sells with Odoo."""
_NAME, _TEXT = 200, 500


class LotsSeen:
    """One company's lots. Fields, products and locations are read once, so an object is for one reading. Raises
    RemoteFailure."""

    def __init__(self, records: Records, stock: int, grade: GradeKept | None = None) -> None:
        self._records, self._grade = records, grade
        self._places = StockPlaces(records, Places(stock))
        self._products: dict[int, ProductSeen] = {}
        self._fields: LotFields | None = None
        self._of_move: list[str] | None = None

    def read(self, lots: Sequence[int]) -> list[LotSeen]:
        """Those of these lots that are there and of this company, or of none."""
        if self._fields is None:
            self._fields = LotFields.read(self._records, self._grade)
        ours = ("company_id", "in", [False, self._records.company])
        fields = ["product_id", "write_uid", *self._fields.to_read()]
        rows = self._records.rows("stock.lot", [ours, ("id", "in", list(lots))], fields)
        ids = [int(row["id"]) for row in rows]
        if not ids:
            return []
        self._read_products(id_of(row["product_id"]) for row in rows)
        in_house = [("location_id.usage", "=", "internal"), ("company_id", "=", self._records.company)]
        pieces = self._places.pieces(ids, in_house, owed=True)
        moves = self._moves(ids)
        units = self._units(ids)
        return [
            self._seen(row, self._fields, pieces.get(row["id"], []), moves.get(row["id"]), units)
            for row in rows
            if id_of(row["product_id"]) in self._products
        ]

    def _seen(
        self,
        row: Row,
        fields: LotFields,
        pieces: Sequence[tuple[Place, float]],
        last: MoveSeen | None,
        units: Mapping[int, str],
    ) -> LotSeen:
        place = pieces[0][0] if pieces else None
        return LotSeen(
            id=int(row["id"]),
            name=plain(row["name"] or "", _NAME),
            product=self._products[id_of(row["product_id"])],
            values={name: _bounded(value) for name, value in fields.theirs(row).items()},
            place=PlaceSeen(place.id, plain(place.name, _NAME), place.path) if place is not None else None,
            pieces=round(sum(quantity for _, quantity in pieces)),
            last=last,
            of_unit=units.get(int(row["id"]), ""),
            by=named(row["write_uid"])[1],
        )

    def _read_products(self, ids: Iterable[int]) -> None:
        new = sorted({one for one in ids if one and one not in self._products})
        if not new:
            return
        fields = ["display_name", "barcode", "default_code", "tracking"]
        archived = {"active_test": False}
        for row in self._records.rows("product.product", [("id", "in", new)], fields, archived):
            self._products[int(row["id"])] = ProductSeen(
                int(row["id"]),
                plain(row["display_name"] or "", _NAME),
                plain(row["barcode"] or "", _NAME),
                plain(row["default_code"] or "", _NAME),
                row["tracking"] == "serial",
            )

    def _units(self, lots: Sequence[int]) -> dict[int, str]:
        """The ids of units that bmdesk made these lots for."""
        told = self._records.call("stock.lot", "get_external_id", list(lots))
        if not isinstance(told, dict):
            raise self._records.unreadable("stock.lot.get_external_id")
        names = {int(lot): str(name or "") for lot, name in told.items()}
        return {
            lot: name.removeprefix(_MINE).upper() for lot, name in names.items() if name.startswith(_MINE)
        }

    # ---------------------------------------------------------------- what moved them

    def _moves(self, lots: Sequence[int]) -> dict[int, MoveSeen]:
        """The last movement of each."""
        domain = [
            ("lot_id", "in", lots),
            ("state", "=", "done"),
            ("company_id", "=", self._records.company),
        ]
        lines = self._records.rows("stock.move.line", domain, _LINE, order="date,id")
        last = {id_of(row["lot_id"]): row for row in lines}
        away = [row for row in last.values() if row["location_dest_usage"] != "internal"]
        moves = self._read_moves({id_of(row["move_id"]) for row in away})
        sales = self._sales({id_of(row.get("sale_line_id")) for row in moves.values()} - {0})
        return {
            lot: _moved(row, written(self._records, "stock.move.line", row), moves, sales)
            for lot, row in last.items()
        }

    def _read_moves(self, ids: set[int]) -> dict[int, Row]:
        if self._of_move is None:
            told = self._records.call("stock.move", "fields_get", list(_OF_MOVE), ["type"])
            if not isinstance(told, dict):
                raise self._records.unreadable("stock.move.fields_get")
            self._of_move = [name for name in _OF_MOVE if name in told]
        if not ids or not self._of_move:
            return {}
        rows = self._records.rows("stock.move", [("id", "in", sorted(ids))], self._of_move)
        return {int(row["id"]): row for row in rows}

    def _sales(self, lines: set[int]) -> dict[int, SaleSeen]:
        """Sales by their lines. Who may not see sales sees that it was delivered, and not for which sale."""
        if not lines:
            return {}
        try:
            found = self._records.rows("sale.order.line", [("id", "in", sorted(lines))], ["order_id"])
            orders = sorted({id_of(row["order_id"]) for row in found} - {0})
            fields = ["name", "client_order_ref"]
            heads = {
                row["id"]: row for row in self._records.rows("sale.order", [("id", "in", orders)], fields)
            }
        except NotAllowed:
            return {}
        return {
            int(row["id"]): SaleSeen(
                int(head["id"]), plain(head["name"] or "", 60), plain(head["client_order_ref"] or "", 60)
            )
            for row in found
            if (head := heads.get(id_of(row["order_id"]))) is not None
        }


def _moved(line: Row, changed: datetime, moves: Mapping[int, Row], sales: Mapping[int, SaleSeen]) -> MoveSeen:
    move = moves.get(id_of(line["move_id"]), {})
    transfer = named(line["picking_id"])[1] or plain(line["reference"] or "", 60)
    return MoveSeen(
        id=int(line["id"]),
        came_from=str(line["location_usage"] or ""),
        went_to=str(line["location_dest_usage"] or ""),
        transfer=transfer,
        by=named(line["write_uid"])[1],
        scrapped=any(bool(move.get(name)) for name in ("scrap_id", "scrap_ids", "scrapped")),
        sale=sales.get(id_of(move.get("sale_line_id"))),
        changed=changed,
    )


def _bounded(value: Value) -> Value:
    return plain(value, _TEXT) if isinstance(value, str) else value
