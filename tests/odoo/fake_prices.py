"""An Odoo's pricelists, for versions that no real one stands for, and for answers that are lost at every call.

Written from notes on Odoo 17 and 18, not from their code: external ids that are found again, rows that are taken all or
none, prices rounded to the digits of the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.odoo.fake import Asked, FakeOdoo, Raised

LISTS, LINES = "product.pricelist", "product.pricelist.item"
EUR, GBP = 1, 2


@dataclass
class FakePrices(FakeOdoo):
    """Has a pricelist of its own, number 1, euros and pounds; products 11 to 14, of templates 111 to 114."""

    digits: int = 2
    currencies: dict[str, int] = field(default_factory=lambda: {"EUR": EUR, "GBP": GBP})
    """The active ones."""
    products: set[int] = field(default_factory=lambda: {11, 12, 13, 14})
    records: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    names: dict[str, dict[str, int]] = field(default_factory=lambda: {LISTS: {}, LINES: {}})
    """Numbers by external id."""

    def __post_init__(self) -> None:
        own = {
            "name": "Default",
            "currency_id": EUR,
            "company_id": 1,
            "sequence": 10,
            "active": True,
            "country_group_ids": [],
        }
        self.records = {LISTS: {1: own}, LINES: {}}

    def lines(self, list_id: int) -> dict[int, float]:
        """The prices of this pricelist, by product."""
        return {
            one["product_id"]: one["fixed_price"]
            for one in self.records[LINES].values()
            if one["pricelist_id"] == list_id
        }

    def named(self, name: str) -> int:
        """The one pricelist that is called so."""
        [found] = [number for number, one in self.records[LISTS].items() if one["name"] == name]
        return found

    # ---------------------------------------------------------------- what it answers

    def _search_read(self, asked: Asked) -> object:
        domain, fields = asked.args
        if asked.model == "res.currency":
            return [
                {"id": self.currencies[one], "name": one} for one in domain[0][2] if one in self.currencies
            ]
        if asked.model == "product.product":
            return [
                {"id": one, "product_tmpl_id": [one + 100, ""]}
                for one in domain[0][2]
                if one in self.products
            ]
        if asked.model not in self.records:
            return super()._search_read(asked)
        [[name, _, wanted]] = domain
        archived = asked.kwargs["context"].get("active_test") is False
        return [
            {"id": number, **{one: _shown(one, row.get(one, False)) for one in fields}}
            for number, row in sorted(self.records[asked.model].items())
            if {"id": number, **row}.get(name) in wanted and (archived or row.get("active", True))
        ]

    def _load(self, asked: Asked) -> object:
        columns, rows = asked.args
        messages = [
            {"type": "error", "rows": {"from": number, "to": number}, "message": "No matching record"}
            for number, row in enumerate(rows)
            if asked.model == LINES and not self._fits(dict(zip(columns, row, strict=True)))
        ]
        if messages:
            return {"ids": False, "messages": messages}
        return {"ids": [self._taken(asked.model, dict(zip(columns, row, strict=True))) for row in rows]}

    def _fits(self, row: dict[str, str]) -> bool:
        product = int(row["product_id/.id"])
        return product in self.products and int(row["product_tmpl_id/.id"]) == product + 100

    def _taken(self, model: str, row: dict[str, str]) -> int:
        known, there = self.names[model], self.records[model]
        number = known.setdefault(row.pop("id"), max([*there, 10]) + 1)
        values: dict[str, Any] = there.setdefault(number, {"active": True, "country_group_ids": []})
        for name, text in row.items():
            column = name.partition("/")[0]
            values[column] = int(text) if name.endswith("/.id") else text
        if model == LINES:
            values["fixed_price"] = round(float(values["fixed_price"]), self.digits)
            values["min_quantity"] = float(values["min_quantity"])
        return number

    def _write(self, asked: Asked) -> object:
        ids, values = asked.args
        for command, number, line in values.pop("item_ids", ()):
            assert command == 1 and self.records[LINES][number]["pricelist_id"] in ids
            if line["product_id"] not in self.products:
                raise Raised("odoo.exceptions.MissingError")
            line["fixed_price"] = round(line["fixed_price"], self.digits)
            self.records[LINES][number] |= line
        for number in ids:
            self.records[asked.model][number] |= values
        return True

    def _unlink(self, asked: Asked) -> object:
        for number in asked.args[0]:
            del self.records[asked.model][number]
            self.names[asked.model] = {
                name: one for name, one in self.names[asked.model].items() if one != number
            }
        return True

    def _get_external_id(self, asked: Asked) -> object:
        by_number = {number: name for name, number in self.names[asked.model].items()}
        return {str(number): by_number.get(number, "") for number in asked.args[0]}


def _shown(column: str, value: object) -> object:
    return [value, ""] if column.endswith("_id") and value else value
