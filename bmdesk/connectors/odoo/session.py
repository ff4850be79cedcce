"""A database of an Odoo at work: how it wants to be spoken to, which company is ours, where its stock lies.

Asked once a run, when the first thing is read or sent: opening an account alone calls nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bmdesk.connectors.odoo import companies
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.failures import AnotherOdoo, CompanyTaken, NoWarehouse, OdooUnreadable
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.connectors.odoo.versions import Dialect, dialect_of
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import which_odoo
from bmdesk.services.odoo.which_odoo import WhichOdoo


@dataclass(frozen=True, slots=True)
class OdooSession:
    """`stock`: the location of the company's first warehouse. `founded`: when the company was made there."""

    remote: OdooTransport
    dialect: Dialect
    company: int
    stock: int
    founded: str = ""


def begun(desk: Desk, account_id: str, remote: OdooTransport) -> OdooSession:
    """`begin`, where this is the Odoo that the account's links are to. Raises AnotherOdoo and CompanyTaken, too."""
    found = begin(remote)
    mind_which(desk, account_id, remote.endpoint, found.company, found.founded)
    return found


def mind_which(desk: Desk, account_id: str, endpoint: OdooEndpoint, company: int, founded: str) -> None:
    """Whether this company of this Odoo is the one that the account's links are to, and nobody else's here.

    Raises AnotherOdoo, CompanyTaken.
    """
    found = WhichOdoo(endpoint.host, endpoint.database, company, founded)
    other = which_odoo.taken_by(desk, account_id, found)
    if other:
        raise CompanyTaken(remote="Odoo", host=endpoint.host, company=str(company), other=other)
    known = which_odoo.meet(desk, account_id, found)
    if known is not None:
        raise AnotherOdoo(remote="Odoo", host=endpoint.host, known=known.says, found=found.says)


def begin(remote: OdooTransport) -> OdooSession:
    """Ask what must be known before anything else. Raises RemoteFailure.

    CompanyNotChosen, CompanyUnknown and NoWarehouse are among them: nothing can be read or sent then, and no single
    record is to blame.
    """
    endpoint = remote.endpoint
    dialect = dialect_of(remote.version(), endpoint.host)
    company = endpoint.company or companies.chosen(endpoint, companies.of_user(remote, remote.login()))[0]
    founded = companies.founded(remote, company)
    found = _rows(
        remote.call(
            "stock.warehouse",
            "search_read",
            [[("company_id", "=", company)], ["lot_stock_id"]],
            {"order": "id", "limit": 1},
        )
    )
    if not found:
        raise NoWarehouse(remote="Odoo", host=endpoint.host, company=str(company))
    place = found[0].get("lot_stock_id")
    if not isinstance(place, list) or not place or not isinstance(place[0], int):
        raise OdooUnreadable(remote="Odoo", host=endpoint.host, what="stock.warehouse.search_read")
    return OdooSession(remote, dialect, company, place[0], founded)


def _rows(answer: object) -> list[Mapping[str, Any]]:
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
