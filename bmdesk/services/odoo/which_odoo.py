"""To which Odoo a company's links are: which product, serial and sale there is which one here, what was chosen there.

Numbers of records mean nothing in another database: there they are somebody else's. So a company that has links works
with no Odoo but theirs until a person says what the other one is: the same in a new place, or another one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.company import Saved
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.odoo import odoo_account
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import accounts, odoo, odoo_import, people, sync_log
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

ANOTHER = "odoo.another"
"""The code of the failure that waits for `same` or `another`."""


class NothingAsked(Refusal):
    """The company's Odoo is the one that its links are to; there is nothing to be said about it. No params."""

    code = "odoo.links_not_asked"


@dataclass(frozen=True, slots=True)
class WhichOdoo:
    """One company in one database. `company`: its number there. `founded`: when it was made there, in Odoo's words."""

    host: str
    database: str
    company: int
    founded: str

    @property
    def says(self) -> Text:
        return msg(
            "odoo.which",
            host=self.host,
            database=self.database,
            company=str(self.company),
            founded=self.founded,
        )


def meet(desk: Desk, account_id: str, found: WhichOdoo) -> WhichOdoo | None:
    """The Odoo that the account's links are to, where that is not the one found; else None, and it is remembered."""
    if desk.read(lambda connection: _known(connection, account_id)) == found:
        return None

    def work(tx: Tx) -> WhichOdoo | None:
        known = _known(tx.connection, account_id)
        if known not in (None, found) and odoo.has_links(tx.connection, account_id, tx.company):
            return known
        accounts.set_info(tx, _name(account_id), json.dumps(asdict(found)))
        return None

    return desk.write(work)


def taken_by(desk: Desk, account_id: str, found: WhichOdoo) -> str:
    """The name of the store's other company that works with this company of this Odoo; "" for none."""

    def work(connection: Connection) -> str:
        for company in people.companies(connection):
            row = odoo_account.of(connection, company.id)
            if (
                row is not None
                and row.id != account_id
                and row.active
                and _known(connection, row.id) == found
            ):
                return company.name
        return ""

    return desk.read(work)


def same(desk: Desk, actor: Actor | None = None) -> Saved:
    """A person says that it is the Odoo of the links in a new place: they hold on. Raises NotAllowed, NothingAsked."""
    rights.require(desk, Right.ENVIRONMENT, actor)

    def work(tx: Tx) -> Saved:
        row = _asked(tx)
        return _answered(tx, row, msg("odoo.links_kept"))

    return desk.write(work)


def another(desk: Desk, actor: Actor | None = None) -> Saved:
    """A person says that it is another Odoo: all links and choices are forgotten and all is looked for there anew.

    Nothing is changed in either. Raises NotAllowed, NothingAsked.
    """
    rights.require(desk, Right.ENVIRONMENT, actor)

    def work(tx: Tx) -> Saved:
        row = _asked(tx)
        run = odoo_import.under_way(tx.connection, row.id)
        if run is not None:
            odoo_import.move(tx, run.id, (run.state,), odoo_import.CANCELLED, ended_at=tx.now)
        odoo.forget_all(tx, row.id)
        odoo_account.want_all(tx, row.id)
        return _answered(tx, row, msg("odoo.links_forgotten"))

    return desk.write(work)


def _asked(tx: Tx) -> AccountRow:
    row = odoo_account.of(tx.connection, tx.company)
    blocked = failure_of(row.block_text) if row is not None else None
    if row is None or blocked is None or blocked.code != ANOTHER:
        raise NothingAsked
    return row


def _answered(tx: Tx, row: AccountRow, said: Text) -> Saved:
    accounts.set_info(tx, _name(row.id), "")
    accounts.set_account(tx, row.id, blocked_until=None, block_fault="", block_text=None, failures=0)
    sync_log.log(tx, row.id, "warning", said)
    return Saved(row.id, frozenset({Change.SETTINGS, Change.ACCOUNTS, Change.SYNC}))


def _known(connection: Connection, account_id: str) -> WhichOdoo | None:
    kept = accounts.info(connection, _name(account_id))
    return WhichOdoo(**json.loads(kept)) if kept else None


def _name(account_id: str) -> str:
    return f"odoo.{account_id}"
