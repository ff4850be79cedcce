"""Which company of an Odoo is ours.

Asked of a transport without a company: in one that is not the user's, Odoo would refuse the very questions about it.
"""

from __future__ import annotations

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.failures import CompanyNotChosen, CompanyUnknown
from bmdesk.connectors.odoo.transport import OdooTransport


def of_user(remote: OdooTransport, user: int) -> dict[int, str]:
    """The companies that this user works in, by id. Raises RemoteFailure."""
    found = remote.call("res.users", "read", [[user], ["company_ids"]])
    row = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
    theirs = row.get("company_ids")
    ids = [one for one in theirs if isinstance(one, int)] if isinstance(theirs, list) else []
    told = remote.call("res.company", "search_read", [[["id", "in", ids]], ["name"]])
    names = {
        one["id"]: plain(one.get("name") or "", 80)
        for one in (told if isinstance(told, list) else [])
        if isinstance(one, dict) and isinstance(one.get("id"), int)
    }
    return {one: names.get(one, "?") for one in ids}


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
