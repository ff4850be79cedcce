"""What a person does about the company's connection to Odoo: try it. For the window and the command line alike.

Changes nothing there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from bmdesk.connectors.failures import RemoteFailure
from bmdesk.connectors.http import Timeouts
from bmdesk.connectors.odoo.endpoint import PATIENT, OdooEndpoint
from bmdesk.connectors.verdict import Finding, Verdict
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import key_end, odoo_account, odoo_settings
from bmdesk.services.odoo.key_end import KeyFacts
from bmdesk.services.odoo.prices import pricelists_wanted
from bmdesk.services.selling import accounts
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.sync import breaker
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure

HASTY = Timeouts(connect=5.0, read=20.0, total=30.0)
"""For somebody who watches a button."""


class NoOdoo(Failure):
    """No address of an Odoo is set: this company works without one. No params."""

    code = "odoo.not_set"


class NoKey(Failure):
    """There is no password or key for Odoo on this machine. Params: `command`."""

    code = "odoo.no_key"


def endpoint_of(desk: Desk, secrets: Secrets, timeouts: Timeouts | None = None) -> OdooEndpoint:
    """Where the company's Odoo stands and who bmdesk is there. Raises NoOdoo, NoKey, BadSetting, BadOdooEndpoint."""
    found = desk.read(lambda connection: odoo_settings.of(connection, desk.company))
    if not found.is_connected:
        raise NoOdoo
    name = odoo_settings.key_of(desk)
    key = secrets.get(name)
    if not key:
        raise NoKey(command=f"bmdesk secret set {name}")
    return OdooEndpoint(
        url=found.url,
        database=found.database_there,
        user=found.user,
        secret=key,
        company=found.company,
        proxy=_with_login(found.proxy, secrets.get(odoo_settings.proxy_of(desk)) or ""),
        ca_file=found.ca_file,
        timeouts=timeouts or Timeouts(PATIENT.connect, found.seconds, found.seconds, PATIENT.settle),
    )


def tried(desk: Desk, secrets: Secrets, *, timeouts: Timeouts = HASTY) -> Verdict:
    """A look around in Odoo, and what it says about settings, rights and modules. If all is well, what blocked the
    account is forgotten.
    """
    # The library behind it is brought in only where a company has an Odoo.
    from bmdesk.connectors.odoo.session import mind_which
    from bmdesk.connectors.odoo.setting_up.trial import try_connection

    try:
        endpoint = endpoint_of(desk, secrets, timeouts)
    except Failure as failure:
        return Verdict(False, failure.code, failure.title, failure.happened, failure.todo, {})
    prices = desk.read(lambda connection: pricelists_wanted.sends(connection, desk.company))
    verdict = try_connection(endpoint, with_prices=prices)
    if not verdict.ok:
        return verdict
    row = desk.read(lambda connection: odoo_account.of(connection, desk.company))
    try:
        if row is not None:
            company = verdict.details["company_number"], verdict.details["company_founded"]
            mind_which(desk, row.id, endpoint, int(company[0]), str(company[1]))
    except RemoteFailure as failure:
        _stop(desk, row, failure)
        said = Finding.of(failure)
        return replace(
            verdict,
            ok=False,
            code=failure.code,
            title=failure.title,
            happened=failure.happened,
            todo=failure.todo,
            findings=(said, *verdict.findings),
        )
    if row is not None:
        key_end.note(desk, row.id, endpoint.user, _key_in(verdict))
    accounts.unblock(desk, odoo_account.NAME)
    return verdict


def _key_in(verdict: Verdict) -> KeyFacts | None:
    ends = verdict.details.get("key_ends")
    if ends is None:
        return None
    return KeyFacts(str(verdict.details["key_name"]), datetime.fromisoformat(str(ends)))


def _stop(desk: Desk, row: AccountRow | None, failure: RemoteFailure) -> None:
    """What the trial found out keeps the account from work, as if a run had met it: a person can answer it at once."""
    if row is not None:
        desk.write(lambda tx: breaker.failed(tx, row.id, failure, 0.0))


def _with_login(proxy: str, login: str) -> str:
    """The proxy's address with `user:password`, whatever signs stand in them."""
    if not proxy or not login:
        return proxy
    scheme, _, host = proxy.partition("://")
    user, _, password = login.partition(":")
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{host}"
