"""At which price, with which taxes and in which currency an order is sold there.

What was paid includes the tax. Where a tax there comes on top of the price, the price is sent without it; whether that
comes to the cent to what was paid is compared afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bmdesk.connectors.odoo.prices.pricelists import OURS
from bmdesk.connectors.odoo.records import Records, id_of
from bmdesk.connectors.odoo.sales.sale_doubts import (
    CurrencyDiffers,
    SaleDoubt,
    SeveralPositions,
    TaxNotChosen,
)
from bmdesk.connectors.odoo.sales.sale_run import SaleRun, sold_lines
from bmdesk.connectors.odoo.sales.sale_taxes import SaleTaxes
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.sales.orders_there import OrderThere, SaleChoices, SaleLine
from bmdesk.texts import msg


class SaleTerms:
    """Currencies, pricelists and taxes are read once. Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect, choices: SaleChoices) -> None:
        self._records = records
        self._choices = choices
        self._taxes = SaleTaxes(records, dialect, choices)
        self._currencies: dict[str, int] = {}
        self._own_currency = 0
        self._pricelists: dict[int, list[int]] = {}

    def read(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """What these orders need to be known of."""
        self._taxes.read(product for order in orders for product in run.at(order).products.values())
        if not self._own_currency:
            company = self._records.rows("res.company", [("id", "=", self._records.company)], ["currency_id"])
            self._own_currency = id_of(company[0]["currency_id"]) if company else 0
        new = sorted({order.currency for order in orders} - set(self._currencies))
        if new:
            rows = self._records.rows("res.currency", [("name", "in", new)], ["name"])
            self._currencies |= dict.fromkeys(new, 0) | {str(row["name"]): row["id"] for row in rows}
            self._read_pricelists()

    def of(self, order: OrderThere) -> Mapping[str, int] | SaleDoubt:
        """Pricelist and fiscal position as columns of the sale order, 0 for none; or why none fit."""
        schemes = {line.vat_scheme for line in sold_lines(order)}
        for scheme in sorted(schemes):
            if scheme not in self._choices.taxes and scheme not in self._choices.positions:
                return TaxNotChosen(order=order.number, scheme=msg(_SCHEMES.get(scheme, "vat.regular")))
        positions = {self._choices.positions[one] for one in schemes if one not in self._choices.taxes}
        if len(positions) > 1:
            return SeveralPositions(order=order.number)
        currency = self._currencies[order.currency]
        lists = self._pricelists.get(currency, [])
        if not currency or (currency != self._own_currency and len(lists) != 1):
            return self._differs(order)
        return {
            "fiscal_position_id/.id": next(iter(positions), 0),
            "pricelist_id/.id": lists[0] if len(lists) == 1 else 0,
        }

    def taxes(self, line: SaleLine, product: int) -> list[int]:
        """What is sold with this line there."""
        return self._taxes.of(line, product)

    def unit_price(self, line: SaleLine, product: int) -> Decimal:
        """Of one piece, as the taxes there want it: with them, or without."""
        price = line.price / line.quantity / (1 + self._taxes.on_top(self.taxes(line, product)))
        return price.quantize(Decimal("0.000001"))

    def currency_differs(self, order: OrderThere, there: int) -> SaleDoubt | None:
        return None if there and there == self._currencies[order.currency] else self._differs(order, there)

    def _differs(self, order: OrderThere, there: int = 0) -> CurrencyDiffers:
        names = {number: name for name, number in self._currencies.items()}
        shown = names.get(there or self._own_currency) or self._name_of(there or self._own_currency)
        return CurrencyDiffers(order=order.number, here=order.currency, there=shown)

    def _name_of(self, currency: int) -> str:
        rows = self._records.rows("res.currency", [("id", "=", currency)], ["name"])
        return str(rows[0]["name"]) if rows else "-"

    def _read_pricelists(self) -> None:
        ours = ("company_id", "in", [False, self._records.company])
        wanted = ("currency_id", "in", sorted(one for one in self._currencies.values() if one))
        self._pricelists = {}
        rows = self._records.rows("product.pricelist", [ours, wanted], ["currency_id"])
        names = self._records.external_ids("product.pricelist", [row["id"] for row in rows])
        for row in rows:
            if not names.get(row["id"], "").startswith(
                OURS
            ):  # those hold prices of a market, and come and go
                self._pricelists.setdefault(id_of(row["currency_id"]), []).append(row["id"])


_SCHEMES = {"margin": "vat.margin", "regular": "vat.regular"}
