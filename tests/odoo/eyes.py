"""Eyes of their own: Odoo's rows by plain JSON over HTTP, and nothing of bmdesk's own way there: it may be wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from tests.odoo.databases import Database


@dataclass(frozen=True, slots=True)
class Eyes:
    """The administrator's."""

    database: Database

    def ask(self, model: str, method: str, *args: object, **named: object) -> Any:
        """What the method answers; an error there is an error here."""
        who = self.database.admin()
        given = [self.database.name, who.user_id, who.key, model, method, args, named]
        params = {"service": "object", "method": "execute_kw", "args": given}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        asked = Request(f"{self.database.server}/jsonrpc", body, {"Content-Type": "application/json"})
        with urlopen(asked, timeout=300) as answer:
            told = json.load(answer)
        assert "error" not in told, told["error"]["data"]
        return told.get("result")

    def rows(self, model: str, domain: Sequence[object], *fields: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask(
            model, "search_read", list(domain), list(fields) or ["id"], order="id"
        )
        return found

    def in_stock(self, company: int = 1) -> dict[str, float]:
        """Pieces by serial that lie in the company's house, by Odoo's own books."""
        domain = [
            ("location_id.usage", "=", "internal"),
            ("company_id", "=", company),
            ("lot_id", "!=", False),
        ]
        found: dict[str, float] = {}
        for row in self.rows("stock.quant", domain, "lot_id", "quantity"):
            serial = row["lot_id"][1]
            found[serial] = found.get(serial, 0) + row["quantity"]
        return {serial: pieces for serial, pieces in found.items() if pieces}

    def sales(self, number: int) -> list[dict[str, Any]]:
        """The sale orders with this number of the marketplace, in whatever company."""
        return self.rows(
            "sale.order", [("client_order_ref", "=", str(number))], "state", "amount_total", "company_id"
        )

    def left(self, number: int) -> list[tuple[str, str, float]]:
        """Of the deliveries of this order: each move line's serial, state and pieces."""
        sales = [row["id"] for row in self.sales(number)]
        domain = [("picking_id.sale_id", "in", sales), ("state", "!=", "cancel")]
        rows = self.rows("stock.move.line", domain, "lot_id", "state", "quantity")
        return [(row["lot_id"][1] if row["lot_id"] else "", row["state"], row["quantity"]) for row in rows]

    def deliveries(self, number: int) -> list[str]:
        """The states of the transfers of this order."""
        sales = [row["id"] for row in self.sales(number)]
        return [row["state"] for row in self.rows("stock.picking", [("sale_id", "in", sales)], "state")]
