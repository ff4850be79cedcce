"""A database of an Odoo at work: how it wants to be spoken to, which company is ours, where its stock lies.

Asked once a run, when the first thing is read or sent: opening an account alone calls nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bmdesk.connectors.odoo import companies
from bmdesk.connectors.odoo.failures import OdooUnreadable
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.connectors.odoo.versions import Dialect, dialect_of


@dataclass(frozen=True, slots=True)
class OdooSession:
    """`stock`: the location of the company's first warehouse."""

    remote: OdooTransport
    dialect: Dialect
    company: int
    stock: int


def begin(remote: OdooTransport) -> OdooSession:
    """Ask what must be known before anything else. Raises RemoteFailure, CompanyNotChosen among them."""
    endpoint = remote.endpoint
    dialect = dialect_of(remote.version(), endpoint.host)
    company = endpoint.company or companies.chosen(endpoint, companies.of_user(remote, remote.login()))[0]
    found = _rows(
        remote.call(
            "stock.warehouse",
            "search_read",
            [[("company_id", "=", company)], ["lot_stock_id"]],
            {"order": "id", "limit": 1},
        )
    )
    place = found[0].get("lot_stock_id") if found else None
    if not isinstance(place, list) or not place or not isinstance(place[0], int):
        raise OdooUnreadable(remote="Odoo", host=endpoint.host, what="stock.warehouse.search_read")
    return OdooSession(remote, dialect, company, place[0])


def _rows(answer: object) -> list[Mapping[str, Any]]:
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
