"""A database of an Odoo at work: how it wants to be spoken to, which company is ours, where its stock lies.

Asked once a run, when the first thing is read or sent: opening an account alone calls nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.failures import CompanyNotChosen, OdooUnreadable
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
    """Ask what must be known before anything else. Raises RemoteFailure."""
    endpoint = remote.endpoint
    dialect = dialect_of(remote.version(), endpoint.host)
    company = endpoint.company or _own_company(remote)
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


def _own_company(remote: OdooTransport) -> int:
    """The company of a user who has but one. Raises CompanyNotChosen."""
    mine = _rows(remote.call("res.users", "read", [[remote.login()], ["company_ids"]]))
    ids = mine[0].get("company_ids") if mine else None
    if not isinstance(ids, list) or len(ids) != 1:
        names = _rows(remote.call("res.company", "read", [ids if isinstance(ids, list) else [], ["name"]]))
        known = ", ".join(f"{one['id']} {plain(one.get('name', ''), 60)}" for one in names)
        endpoint = remote.endpoint
        raise CompanyNotChosen(remote="Odoo", host=endpoint.host, user=endpoint.user, known=known)
    return int(ids[0])


def _rows(answer: object) -> list[Mapping[str, Any]]:
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
