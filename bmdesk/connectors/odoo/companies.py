"""Which company of an Odoo is ours.

Asked of a transport without a company: in one that is not the user's, Odoo would refuse the very questions about it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.failures import (
    CompanyNotChosen,
    CompanyUnknown,
    NotAllowed,
    OdooUnreadable,
    RecordGone,
)
from bmdesk.connectors.odoo.transport import JsonRpcTransport, OdooTransport


def of_user(remote: OdooTransport, user: int) -> dict[int, str]:
    """The companies that this user works in, by id. Raises RemoteFailure."""
    try:
        found = remote.call("res.users", "read", [[user], ["company_ids"]])
    except NotAllowed:
        # One of them is archived: Odoo refuses the whole list, and shows who is no administrator the others alone.
        told = remote.call("res.company", "search_read", [[], ["name"]])
        return _names(told)
    row = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
    theirs = row.get("company_ids")
    ids = [one for one in theirs if isinstance(one, int)] if isinstance(theirs, list) else []
    told = remote.call("res.company", "search_read", [[["id", "in", ids]], ["name"]])
    names = _names(told)
    return {one: names.get(one, "?") for one in ids}


def founded(remote: OdooTransport, company: int) -> str:
    """When it was made there, in Odoo's words: companies of one number in two databases differ by it.

    Raises CompanyUnknown where it was deleted or archived, or is this user's no more; RemoteFailure.
    """
    try:
        found = remote.call("res.company", "read", [[company], ["create_date"]])
    except (NotAllowed, RecordGone):
        found = []
    if not isinstance(found, list):
        raise OdooUnreadable(remote="Odoo", host=remote.endpoint.host, what="res.company.read")
    if not found or not isinstance(found[0], dict):
        raise _not_theirs(remote.endpoint, company)
    return plain(found[0].get("create_date") or "", 40)


def _not_theirs(endpoint: OdooEndpoint, company: int) -> CompanyUnknown:
    """Said with the companies that the user has; asked without ours, with which Odoo refuses everything."""
    with closing(JsonRpcTransport(replace(endpoint, company=None), retry_pauses=())) as remote:
        known = listed(of_user(remote, remote.login()))
    return CompanyUnknown(
        host=endpoint.host, remote="Odoo", company=str(company), user=endpoint.user, known=known or "-"
    )


def _names(told: object) -> dict[int, str]:
    return {
        one["id"]: plain(one.get("name") or "", 80)
        for one in (told if isinstance(told, list) else [])
        if isinstance(one, dict) and isinstance(one.get("id"), int)
    }


def listed(companies: dict[int, str]) -> str:
    """Names and numbers, for people."""
    return ", ".join(f"{name} ({one})" for one, name in companies.items())


def chosen(endpoint: OdooEndpoint, theirs: dict[int, str]) -> tuple[int, str]:
    """Id and name of the company of the settings, else of the user's only one.

    Raises CompanyNotChosen, CompanyUnknown.
    """
    ours = endpoint.company if endpoint.company is not None or len(theirs) != 1 else next(iter(theirs))
    host, user, known = endpoint.host, endpoint.user, listed(theirs)
    if ours is None:
        raise CompanyNotChosen(host=host, remote="Odoo", user=user, known=known)
    if ours not in theirs:
        raise CompanyUnknown(host=host, remote="Odoo", company=str(ours), user=user, known=known)
    return ours, theirs[ours]
