"""Serials in the company's stock at Odoo as they are taken over, page by page, by the ids of Odoo's quants."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.incoming.import_products import changed_since
from bmdesk.connectors.odoo.records import Records, Row, any_of, grouped, id_of, named
from bmdesk.connectors.odoo.units.lot_fields import LOT_FIELDS, MODEL, PREFIX
from bmdesk.services.odoo.takeover.found_there import LotValues, PieceFound

PAGE = 500
_LOTS_AT_ONCE = 5000
_QUANT = "stock.quant"
_QUANT_FIELDS = ("lot_id", "product_id", "location_id", "quantity", "reserved_quantity", "owner_id")
_OWN_GRADE = f"{PREFIX}own_grade"
_OF_LOTS = ("name", *(one.name for one in LOT_FIELDS), _OWN_GRADE)
# Here they begin with a sale: what stands there is not taken, so nobody agreed on it.
_NOT_AGREED = {f"{PREFIX}warranty_start", f"{PREFIX}warranty_end"}
_COST = "standard_price"
_NUMBERS = {"integer", "float"}


class StockThere:
    """`grade_field`: the lot's field in which the seller keeps the grade, "" for bmdesk's own; `grades`: what Back
    Market's grades are called there. Raises RemoteFailure."""

    def __init__(
        self, records: Records, grade_field: str = "", grades: Mapping[str, str] | None = None
    ) -> None:
        self._records = records
        self._grade_field = grade_field
        self._meant = {there: grade for grade, there in (grades or {}).items()}
        self._types: Mapping[str, str] | None = None
        self._costs_readable = False
        self._currency = ""
        self._places: dict[int, tuple[str, tuple[int, ...]]] = {}
        self._ours = [
            ("company_id", "=", records.company),
            ("location_id.usage", "=", "internal"),
            ("lot_id", "!=", False),
            ("product_id.tracking", "=", "serial"),
            ("quantity", ">", 0),
        ]

    def count(self, since: datetime | None) -> int:
        """How many there are in all pages."""
        return self._records.count(_QUANT, [*self._ours, *changed_since(since, "in_date")])

    def graded(self, since: datetime | None) -> set[int]:
        """The lots in all pages that say a grade."""
        self._learn()
        fields = [self._grade_field] if self._grade_field else [_OWN_GRADE, f"{PREFIX}grade"]
        terms = [(f"lot_id.{name}", "!=", False) for name in fields if name in (self._types or {})]
        found: set[int] = set()
        after = 0
        while terms:
            domain = [*self._ours, *changed_since(since, "in_date"), ("id", ">", after), *any_of(*terms)]
            rows = self._records.rows(_QUANT, domain, ["lot_id"], limit=_LOTS_AT_ONCE)
            found.update(id_of(row["lot_id"]) for row in rows)
            if len(rows) < _LOTS_AT_ONCE:
                break
            after = int(rows[-1]["id"])
        return found

    def page(self, after: int, since: datetime | None) -> list[PieceFound]:
        """The next of them, by id; fewer than PAGE at the end. `since`: what came in since then."""
        self._learn()
        domain = [*self._ours, *changed_since(since, "in_date"), ("id", ">", after)]
        quants = self._records.rows(_QUANT, domain, _QUANT_FIELDS, limit=PAGE)
        if not quants:
            return []
        lots = self._lots([id_of(row["lot_id"]) for row in quants])
        inside = self._inside(list(lots))
        costs = self._costs([id_of(row["product_id"]) for row in quants])
        self._read_places(
            [
                id_of(row["location_id"])
                for row in (*quants, *(one for all_ in inside.values() for one in all_))
            ]
        )
        return [self._piece(row, lots, inside, costs) for row in quants]

    def _piece(
        self,
        row: Row,
        lots: Mapping[int, Row],
        everywhere: Mapping[int, Sequence[Row]],
        costs: Mapping[int, Decimal],
    ) -> PieceFound:
        lot_id, lot_name = named(row["lot_id"])
        lot = lots.get(lot_id, {"name": lot_name})
        inside = everywhere.get(lot_id, [row])
        product, name = named(row["product_id"])
        place, path = self._places.get(id_of(row["location_id"]), ("", (id_of(row["location_id"]),)))
        names = {self._places.get(id_of(one["location_id"]), ("?", ()))[0] for one in inside}
        return PieceFound(
            id=int(row["id"]),
            lot_id=lot_id,
            serial=plain(lot.get("name") or "", 120),
            product_id=product,
            product=name,
            path=path,
            place=place,
            quantity=sum(_number(one.get("quantity")) for one in inside),
            places=tuple(sorted(names)),
            reserved=any(_number(one.get("reserved_quantity")) > 0 for one in inside),
            not_ours=any(bool(one.get("owner_id")) for one in inside),
            cost=_amount(lot.get(_COST)) or costs.get(product),
            currency=self._currency,
            said=self._said(lot),
        )

    # ---------------------------------------------------------------- what is read

    def _learn(self) -> None:
        """Which fields of lots there are, whether costs may be read, and in which currency they are; asked once."""
        if self._types is not None:
            return
        asked = [*_OF_LOTS, _COST, *([self._grade_field] if self._grade_field else [])]
        self._types = self._fields(MODEL, asked)
        self._costs_readable = _COST in self._fields("product.product", [_COST])
        company = self._records.rows("res.company", [("id", "=", self._records.company)], ["currency_id"])
        self._currency = named(company[0].get("currency_id"))[1][:3] if company else ""

    def _fields(self, model: str, asked: Sequence[str]) -> dict[str, str]:
        """The types of those that are there and may be read."""
        told = self._records.call(model, "fields_get", list(asked), ["type"])
        if not isinstance(told, dict):
            raise self._records.unreadable(f"{model}.fields_get")
        return {name: str(told[name].get("type")) for name in asked if isinstance(told.get(name), dict)}

    def _lots(self, ids: Sequence[int]) -> dict[int, Row]:
        rows = self._records.rows(MODEL, [("id", "in", sorted(set(ids)))], list(self._types or ("name",)))
        return {int(row["id"]): row for row in rows}

    def _inside(self, lots: Sequence[int]) -> dict[int, list[Row]]:
        """Where else in the house these lie, by lot; what lies in one place alone is there once."""
        domain = [
            ("lot_id", "in", sorted(lots)),
            ("company_id", "=", self._records.company),
            ("location_id.usage", "=", "internal"),
            ("quantity", "!=", 0),  # less than none: it was taken from where it did not lie
        ]
        return grouped(
            (id_of(row["lot_id"]), row) for row in self._records.rows(_QUANT, domain, _QUANT_FIELDS)
        )

    def _costs(self, products: Sequence[int]) -> dict[int, Decimal]:
        if not self._costs_readable:
            return {}
        rows = self._records.rows(
            "product.product", [("id", "in", sorted(set(products)))], [_COST], {"active_test": False}
        )
        return {int(row["id"]): cost for row in rows if (cost := _amount(row.get(_COST))) is not None}

    def _read_places(self, ids: Sequence[int]) -> None:
        new = sorted(set(ids) - self._places.keys())
        if new:
            domain = [("id", "in", new)]
            for row in self._records.rows("stock.location", domain, ["name", "parent_path"]):
                path = tuple(int(one) for one in str(row.get("parent_path") or row["id"]).split("/") if one)
                self._places[int(row["id"])] = (plain(row.get("name") or "", 80), path)

    # ---------------------------------------------------------------- what a lot says

    def _said(self, lot: Row) -> LotValues:
        types = self._types or {}
        values = {name: _value(lot.get(name), kind) for name, kind in types.items() if name in _OF_LOTS}
        battery = values.get(f"{PREFIX}battery")
        return LotValues(
            second_identifier=str(values.get(f"{PREFIX}second_identifier") or ""),
            grades=self._grades(lot, values),
            battery=battery if isinstance(battery, int) and 0 < battery <= 100 else None,
            inspected_on=_day(values.get(f"{PREFIX}inspected_on")),
            base={name: value for name, value in values.items() if name not in _NOT_AGREED or value is None},
        )

    def _grades(self, lot: Row, values: Mapping[str, str | int | None]) -> tuple[str, ...]:
        if self._grade_field:
            there = _value(lot.get(self._grade_field), "char")
            return (self._meant.get(str(there), str(there)),) if there else ()
        both = (values.get(_OWN_GRADE), values.get(f"{PREFIX}grade"))
        return tuple(str(one) for one in both if one)


def _value(said: object, kind: str) -> str | int | None:
    """As units are compared with their lots (lot_values): 0 and "" are empty."""
    if said is None or said is False or said == "":
        return None
    if kind in _NUMBERS:
        number = _number(said)
        return (int(number) if number.is_integer() else str(number)) if number else None
    return str(said)


def _number(said: object) -> float:
    number = float(said) if isinstance(said, int | float) else 0.0
    return number if math.isfinite(number) else 0.0


def _amount(said: object) -> Decimal | None:
    number = _number(said)
    return Decimal(str(round(number, 2))) if number > 0 else None


def _day(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said)[:10]) if said else None
    except ValueError:
        return None
