"""Sale orders of Odoo as they are taken over, page by page: what they refer to, who bought, which serials left.

Which numbers they bear is read of all of them first, so that two of one number are seen before either is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.incoming.import_products import changed_since
from bmdesk.connectors.odoo.records import Domain, Records, Row, grouped, id_of, named, pages
from bmdesk.connectors.odoo.setting_up.modules import has_field
from bmdesk.services.odoo.sales.orders_in import CANCELLED
from bmdesk.services.odoo.takeover.found_there import BuyerFound, DeliveredFound, SaleFound

PAGE = 500
_REFERENCES_AT_ONCE = 5000
_AT_ONCE = 1000
MODEL = "sale.order"
_REFERENCES = ("client_order_ref", "origin", "name")
_FIELDS = (
    *_REFERENCES, "state", "date_order", "amount_total", "currency_id", "partner_id", "team_id", "source_id"
)  # fmt: skip
_BUYER = ("name", "email", "phone", "zip")
_NUMBER = re.compile(r"(?<![0-9a-z])(?:bm)?([1-9][0-9]{4,17})(?![0-9a-z])", re.IGNORECASE)
_MARKETPLACE = re.compile(r"back[\s_-]?market|(?<![a-z])bm(?![a-z])", re.IGNORECASE)
_MOST_NUMBERS = 20


class OrdersThere:
    """The company's sale orders. Raises RemoteFailure."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._ours = [("company_id", "=", records.company)]
        self._by_number: dict[int, list[tuple[int, str]]] | None = None
        self._delivers: bool | None = None
        self._sells: bool | None = None

    def has_sales(self) -> bool:
        """Whether this Odoo knows sale orders; without them there are no pages."""
        if self._sells is None:
            self._sells = has_field(self._records.remote, MODEL, _REFERENCES[0])
        return self._sells

    def count(self, since: datetime | None) -> int:
        """How many there are in all pages."""
        if not self.has_sales():
            return 0
        return self._records.count(MODEL, [*self._ours, *changed_since(since, "date_order")])

    def page(self, after: int, since: datetime | None) -> list[SaleFound]:
        """The next of them, by id; fewer than PAGE at the end. `since`: what was ordered since then."""
        if not self.has_sales():
            return []
        domain = [*self._ours, *changed_since(since, "date_order"), ("id", ">", after)]
        rows = self._records.rows(MODEL, domain, _FIELDS, limit=PAGE)
        if not rows:
            return []
        others = self._others()
        known = {int(row["id"]): numbers for row in rows if (numbers := numbers_in(row))}
        buyers = self._buyers(id_of(row["partner_id"]) for row in rows if int(row["id"]) in known)
        delivered = self._delivered(sorted(known))
        return [
            SaleFound(
                id=(own := int(row["id"])),
                name=plain(row.get("name") or "", 60) or f"#{own}",
                state=str(row.get("state") or ""),
                numbers=known.get(own, ()),
                others={
                    number: tuple(name for sale, name in others.get(number, ()) if sale != own)
                    for number in known.get(own, ())
                },
                says_so=_says_so(row),
                total=_amount(row.get("amount_total")),
                currency=named(row.get("currency_id"))[1][:3],
                on=_day(self._records, row),
                buyer=buyers.get(id_of(row["partner_id"])),
                delivered=tuple(delivered.get(own, ())),
            )
            for row in rows
        ]

    # ---------------------------------------------------------------- what is read

    def _others(self) -> Mapping[int, Sequence[tuple[int, str]]]:
        """All that are not cancelled, as (id, name), by the numbers they bear."""
        if self._by_number is None:
            found: dict[int, list[tuple[int, str]]] = {}
            after = 0
            while True:
                domain = [*self._ours, ("state", "!=", CANCELLED), ("id", ">", after)]
                rows = self._records.rows(MODEL, domain, _REFERENCES, limit=_REFERENCES_AT_ONCE)
                for row in rows:
                    for number in numbers_in(row):
                        found.setdefault(number, []).append(
                            (int(row["id"]), plain(row.get("name") or "", 60))
                        )
                if len(rows) < _REFERENCES_AT_ONCE:
                    break
                after = int(rows[-1]["id"])
            self._by_number = found
        return self._by_number

    def _buyers(self, ids: Iterable[int]) -> dict[int, BuyerFound]:
        wanted = sorted(set(ids) - {0})
        if not wanted:
            return {}
        rows = self._records.rows("res.partner", [("id", "in", wanted)], _BUYER, {"active_test": False})
        return {
            int(row["id"]): BuyerFound(int(row["id"]), *(plain(row.get(name) or "", 200) for name in _BUYER))
            for row in rows
        }

    def _delivered(self, sales: Sequence[int]) -> dict[int, list[DeliveredFound]]:
        """The serials that left, by sale order, in the order in which they did."""
        if not sales or not self._knows_deliveries():
            return {}
        of_line = {
            int(row["id"]): id_of(row["order_id"])
            for row in self._records.rows("sale.order.line", [("order_id", "in", sales)], ["order_id"])
        }
        of_move: dict[int, int] = {}
        for some in pages(sorted(of_line), _AT_ONCE):
            domain = [("sale_line_id", "in", list(some)), ("state", "=", "done")]
            for row in self._records.rows("stock.move", domain, ["sale_line_id"]):
                of_move[int(row["id"])] = of_line.get(id_of(row["sale_line_id"]), 0)
        fields = ["move_id", "lot_id", "product_id", "location_usage", "location_dest_usage"]
        lines: list[Row] = []
        for some in pages(sorted(of_move), _AT_ONCE):
            gone: Domain = [("move_id", "in", list(some)), ("lot_id", "!=", False)]
            lines += self._records.rows("stock.move.line", gone, fields)
        by_sale = grouped((of_move[id_of(row["move_id"])], row) for row in lines)
        return {sale: _left(rows) for sale, rows in by_sale.items()}

    def _knows_deliveries(self) -> bool:
        if self._delivers is None:
            self._delivers = has_field(self._records.remote, "stock.move", "sale_line_id")
        return self._delivers


def numbers_in(row: Row) -> tuple[int, ...]:
    """What may be an order's number at Back Market in the references of a sale order, or in its own name."""
    texts = (plain(row.get(name) or "", 300) for name in _REFERENCES)
    found = dict.fromkeys(int(one) for text in texts for one in _NUMBER.findall(text))
    return tuple(found)[:_MOST_NUMBERS]


def _says_so(row: Row) -> bool:
    texts = [str(row.get(name) or "") for name in _REFERENCES]
    texts += [named(row.get(name))[1] for name in ("team_id", "source_id", "partner_id")]
    return any(_MARKETPLACE.search(text) for text in texts)


def _left(rows: Sequence[Row]) -> list[DeliveredFound]:
    """One for each serial that went to a customer, the last movement's."""
    found: dict[int, DeliveredFound] = {}
    for row in rows:
        lot, serial = named(row["lot_id"])
        if row.get("location_dest_usage") == "customer":
            found[lot] = DeliveredFound(int(row["id"]), lot, serial, id_of(row["product_id"]))
        elif row.get("location_usage") == "customer" and lot in found:
            one = found[lot]
            found[lot] = DeliveredFound(one.line_id, lot, serial, one.product_id, back=True)
    return list(found.values())


def _amount(said: object) -> Decimal:
    try:
        return Decimal(str(said or 0)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return Decimal(0)


def _day(records: Records, row: Row) -> date:
    try:
        return date.fromisoformat(str(row.get("date_order"))[:10])
    except ValueError:
        raise records.unreadable(f"{MODEL}.date_order") from None
