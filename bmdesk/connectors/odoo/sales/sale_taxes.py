"""Which taxes a line is sold with there: the one that was chosen for its VAT scheme, or those of its product as the
chosen fiscal position maps them.

They are sent in any case: a line that is sent without any has none in Odoo, whatever its product and position say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from bmdesk.connectors.odoo.records import Records, Row, id_of
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.sales.orders_there import SaleChoices, SaleLine

_TAX = ("amount", "amount_type", "price_include")


class SaleTaxes:
    """Each tax, position and product is read once. Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect, choices: SaleChoices) -> None:
        self._records = records
        self._dialect = dialect
        self._choices = choices
        self._on_top: dict[int, Decimal] = {}
        self._of_product: dict[int, list[int]] = {}
        self._maps: dict[int, dict[int, list[int]]] | None = None

    def read(self, products: Iterable[int]) -> None:
        """What lines of these products need to be known of."""
        if self._choices.positions:
            self._read_products(sorted(set(products) - set(self._of_product)))
            self._read_positions()
        mapped = [tax for each in (self._maps or {}).values() for taxes in each.values() for tax in taxes]
        usual = [tax for taxes in self._of_product.values() for tax in taxes]
        self._read_taxes({*self._choices.taxes.values(), *mapped, *usual})

    def of(self, line: SaleLine, product: int) -> list[int]:
        """Their ids; empty for none."""
        chosen = self._choices.taxes.get(line.vat_scheme)
        if chosen is not None:
            return [chosen]
        position = self._choices.positions.get(line.vat_scheme, 0)
        usual = self._of_product.get(product, [])
        if not position or self._maps is None:
            return []
        if not self._maps[position] and self._dialect.empty_position_takes_taxes:
            return []
        mapped = [tax for one in usual for tax in self._maps[position].get(one, [one])]
        return sorted(set(mapped))

    def on_top(self, taxes: Iterable[int]) -> Decimal:
        """The part of the price that comes on top of it, 0 for none: 0.19 for 19 %."""
        return sum((self._on_top.get(tax, Decimal(0)) for tax in taxes), Decimal(0))

    # ---------------------------------------------------------------- what is there

    def _read_taxes(self, ids: Iterable[int]) -> None:
        new = sorted(set(ids) - set(self._on_top))
        if new:
            rows = self._records.rows("account.tax", [("id", "in", new)], _TAX)
            self._on_top |= dict.fromkeys(new, Decimal(0)) | {row["id"]: _on_top(row) for row in rows}

    def _read_products(self, ids: Sequence[int]) -> None:
        """Their taxes in this company, or in the one that it is a branch of."""
        if not ids:
            return
        rows = self._records.rows(
            "product.product", [("id", "in", ids)], ["taxes_id"], {"active_test": False}
        )
        every = sorted({tax for row in rows for tax in row["taxes_id"]})
        ours = [("id", "in", every), ("company_id", "parent_of", self._records.company)]
        taxes = self._records.rows("account.tax", ours, ["company_id"]) if every else []
        company = {row["id"]: id_of(row["company_id"]) for row in taxes}
        for row in rows:
            found = [tax for tax in row["taxes_id"] if tax in company]
            own = [tax for tax in found if company[tax] == self._records.company]
            self._of_product[row["id"]] = own or found

    def _read_positions(self) -> None:
        """What each chosen position makes of which tax."""
        if self._maps is not None:
            return
        positions = sorted(set(self._choices.positions.values()))
        self._maps = {one: {} for one in positions}
        if self._dialect.tax_map:
            domain = [("position_id", "in", positions)]
            fields = ["position_id", "tax_src_id", "tax_dest_id"]
            for row in self._records.rows(self._dialect.tax_map, domain, fields):
                made = self._maps[id_of(row["position_id"])].setdefault(id_of(row["tax_src_id"]), [])
                made += [tax for tax in [id_of(row["tax_dest_id"])] if tax]
            return
        domain = [("fiscal_position_ids", "in", positions)]
        for row in self._records.rows("account.tax", domain, ["fiscal_position_ids", "original_tax_ids"]):
            for position in set(row["fiscal_position_ids"]) & set(positions):
                # Of the position without standing for another one: it maps itself.
                for tax in row["original_tax_ids"] or [row["id"]]:
                    self._maps[position].setdefault(tax, []).append(row["id"])


def _on_top(row: Row) -> Decimal:
    if row["price_include"] or row["amount_type"] != "percent":
        return Decimal(0)
    return Decimal(str(row["amount"])) / 100
