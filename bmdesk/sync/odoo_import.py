"""The first import from the company's Odoo, run for a person who waits: begun, gone on with, followed.

It reads there and writes here, so it needs no right to sync: whoever syncs goes on beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from bmdesk.connectors.odoo import session
from bmdesk.connectors.odoo.incoming import first_import
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.import_runs import Import, NoAccount, Wishes
from bmdesk.services.selling.accounts import pause_words
from bmdesk.sync import odoo_connection
from bmdesk.sync.importing import AccountWaits
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure

Told = Callable[[Import], None]


def _nobody(_one: Import) -> None:
    pass


def begin(
    desk: Desk,
    secrets: Secrets,
    actor: Actor | None,
    wishes: Wishes,
    keep_going: Callable[[], bool],
    told: Told = _nobody,
) -> Import:
    """A new import, as far as it gets. Nothing begins that could not be read.

    Raises NoOdoo, NoKey, AccountWaits, RemoteFailure (then it is paused), and what import_runs.start raises.
    """
    _ready(desk)
    odoo_connection.endpoint_of(desk, secrets)
    import_id = import_runs.start(desk, actor, wishes).id
    return follow(desk, secrets, import_id, keep_going, told)


def follow(
    desk: Desk,
    secrets: Secrets,
    import_id: str,
    keep_going: Callable[[], bool],
    told: Told = _nobody,
) -> Import:
    """Go on with an import that runs, until it ends or is stopped; how it stands then.

    Raises as `begin`; it is paused then and says why.
    """

    def goes_on() -> bool:
        told(import_runs.standing(desk, import_id))
        return keep_going()

    try:
        account_id = _ready(desk)
        remote = JsonRpcTransport(odoo_connection.endpoint_of(desk, secrets))
        try:
            first_import.pull(desk, lambda: session.begun(desk, account_id, remote), import_id, goes_on)
        finally:
            remote.close()
    except Failure as failure:
        import_runs.stopped_by(desk, import_id, failure)
        raise
    return import_runs.standing(desk, import_id)


def _ready(desk: Desk) -> str:
    """The account's id. Raises NoAccount, AccountWaits."""
    row = desk.read(lambda c: odoo_account.of(c, desk.company))
    if row is None:
        raise NoAccount
    if not row.may_run:
        raise AccountWaits(account=row.name, reason=pause_words(row.pause_reason))
    return row.id
