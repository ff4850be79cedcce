"""An Odoo that is full before bmdesk comes: serials in stock and sale orders, as its own records; how they came there
is no part of any story.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bmdesk.connectors.odoo.transport import OdooTransport
from tests.odoo.shops import DIALECT, add_fields, main_stock

_AT_ONCE = 500


@dataclass
class Filling:
    """Company 1 of a fresh database. Serials and references count on from those before."""

    admin: OdooTransport
    lots: list[int] = field(default_factory=list)
    sales: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        add_fields(self.admin)
        self._stock = main_stock(self.admin, 1)
        phone = {"name": "Phone", "tracking": "serial", "barcode": "0194252707227", **DIALECT.storable}
        [self._product] = self._create("product.product", [phone])
        [self._partner] = self._create("res.partner", [{"name": "Walk-in"}])

    def add_stock(self, count: int) -> None:
        for some in _some(len(self.lots), count):
            lots = self._create(
                "stock.lot",
                [{"name": f"SNFULL{one:05d}", "product_id": self._product, "company_id": 1} for one in some],
            )
            place = {"product_id": self._product, "location_id": self._stock, "quantity": 1}
            self._create("stock.quant", [{**place, "lot_id": lot} for lot in lots])
            self.lots += lots

    def add_sales(self, count: int) -> None:
        for some in _some(len(self.sales), count):
            references = [f"Back Market {90_000_000 + one}" for one in some]
            self.sales += self._create(
                "sale.order",
                [{"partner_id": self._partner, "client_order_ref": one} for one in references],
            )

    def _create(self, model: str, rows: Sequence[dict[str, Any]]) -> list[int]:
        made = self.admin.call(model, "create", [list(rows)])
        assert isinstance(made, list)
        return made


def _some(begin: int, count: int) -> list[range]:
    """So many numbers from there on, in handy pieces."""
    numbers = range(begin, begin + count)
    return [numbers[place : place + _AT_ONCE] for place in range(0, count, _AT_ONCE)]
