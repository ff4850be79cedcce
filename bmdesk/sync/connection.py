"""What a person does about an account's connection: try it, see who else speaks for its token, take the token over.

For the window and the command line alike. Writes nothing at the marketplace; a trial claims no token.
"""

from __future__ import annotations

from collections.abc import Callable

from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.backmarket.trial import sisters, try_connection
from bmdesk.connectors.http import Timeouts
from bmdesk.connectors.verdict import Verdict
from bmdesk.services import claims
from bmdesk.services.claims import ClaimedElsewhere
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.selling import account_settings, accounts
from bmdesk.sync import odoo_connection
from bmdesk.sync.opening import endpoint_of
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure

HASTY = Timeouts(connect=5.0, read=10.0, total=15.0)
"""For somebody who watches a button."""


def tried(
    desk: Desk,
    name: str,
    secrets: Secrets,
    *,
    timeouts: Timeouts = HASTY,
    given_up: Callable[[], bool] = lambda: False,
) -> Verdict:
    """One cheap read at the account's remote, and what it says about the settings. Raises UnknownAccount, BadSetting.

    If all is well, what blocked the account is forgotten. `given_up` is asked before other platforms are tried with a
    refused token.
    """
    if name == odoo_account.NAME:
        return odoo_connection.tried(desk, secrets)
    account = accounts.the_account(desk, name)
    found = desk.read(lambda connection: account_settings.of(connection, desk.company, name))
    try:
        endpoint = endpoint_of(desk, account, secrets)
    except Failure as failure:
        return _refused(failure)

    def others(one: Endpoint) -> tuple[Endpoint, ...]:
        return () if given_up() else sisters(one)

    verdict = try_connection(endpoint, timeouts=timeouts, others=others)
    if verdict.ok and found.trouble is not None:
        return _refused(found.trouble)
    if verdict.ok:
        accounts.unblock(desk, name)
    return verdict


def holder(desk: Desk, name: str, secrets: Secrets) -> ClaimedElsewhere | None:
    """The other store on this machine that speaks for this account's token; None while nothing can be told."""
    try:
        endpoint = endpoint_of(desk, accounts.the_account(desk, name), secrets)
        return claims.holder(endpoint.token, endpoint.host, desk.store.info("id"), desk.store.place)
    except Failure:
        return None  # without token or address nobody claims anything; what is wrong is said elsewhere


def take_over(desk: Desk, name: str, secrets: Secrets) -> Saved:
    """A person says that this store speaks for the token from now on. Raises NoToken, BadEndpoint, FileNotWritten."""
    endpoint = endpoint_of(desk, accounts.the_account(desk, name), secrets)
    store = desk.store
    claims.take_over(endpoint.token, endpoint.host, store.info("id"), store.place, desk.clock.now())
    return accounts.unblock(desk, name)


def _refused(failure: Failure) -> Verdict:
    return Verdict(False, failure.code, failure.title, failure.happened, failure.todo, {})
