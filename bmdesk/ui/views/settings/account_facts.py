"""What is shown of the accounts, asked for in one go off the window's thread; what a person does about a connection.

The packages that speak to the marketplace are imported when somebody looks, not when the window starts.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.claims import ClaimedElsewhere
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.services.selling.accounts import AccountView
from bmdesk.store.kept import failure_of
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure, Text


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account. `token`: where it is kept, None where there is none. `claimed`: who else speaks for it."""

    view: AccountView
    token: Text | None
    claimed: ClaimedElsewhere | None
    blocked: Failure | None

    @property
    def name(self) -> str:
        return self.view.row.name

    @property
    def is_sandbox(self) -> bool:
        return self.view.settings is not None and self.view.settings.is_sandbox


@dataclass(frozen=True, slots=True)
class Facts:
    """All accounts, and which of them sells each warehouse."""

    accounts: tuple[AccountFacts, ...]
    warehouses: tuple[tuple[str, str], ...]


def facts(desk: Desk) -> Facts:
    """What is so now."""
    from bmdesk.sync import connection

    kept = secrets_of(desk)
    found = []
    for view in accounts.listed(desk):
        name = view.row.name
        found.append(
            AccountFacts(
                view,
                kept.kept_in(accounts.secret_of(desk, name)),
                connection.holder(desk, name, kept),
                failure_of(view.row.block_text),
            )
        )
    return Facts(tuple(found), accounts.warehouses(desk))


def take_over(desk: Desk, name: str) -> Saved:
    """This store speaks for the account's token from now on."""
    from bmdesk.sync import connection

    rights.require(desk, Right.ACCOUNTS)
    return connection.take_over(desk, name, secrets_of(desk))


def keep_token(desk: Desk, name: str, token: str) -> Text | None:
    """Keep this account's token; a notice where it is not in a keyring. Raises SecretRefused, FileNotWritten."""
    rights.require(desk, Right.TOKEN)
    return secrets_of(desk).set(accounts.secret_of(desk, name), token)


def forget_token(desk: Desk, name: str) -> None:
    """Forget this account's token. Raises FileNotWritten."""
    rights.require(desk, Right.TOKEN)
    secrets_of(desk).delete(accounts.secret_of(desk, name))


def secrets_of(desk: Desk) -> Secrets:
    """The secrets of the data folder that the window works in."""
    return Secrets(desk.photos.folder.parent)
