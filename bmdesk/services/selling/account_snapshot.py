"""An account as a snapshot sees it: what stays the same for all its listings, asked once for a whole page of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bmdesk.services import rates
from bmdesk.services.desk import Desk
from bmdesk.services.policies import Policies
from bmdesk.services.rates import Rate
from bmdesk.services.selling import account_settings
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.store.engine import Connection
from bmdesk.store.queries.accounts import AccountRow


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """What stays the same for all listings of an account in one snapshot."""

    company: str
    account: AccountRow
    settings: AccountSettings
    policies: Policies
    rates: Mapping[str, Rate]
    now: datetime

    @classmethod
    def of(cls, connection: Connection, desk: Desk, account: AccountRow) -> AccountSnapshot:
        """The account as this desk sees it now. ValueError if it belongs to another company: no screen offers that."""
        if account.company_id != desk.company:
            raise ValueError("an account of another company")
        return cls(
            company=desk.company,
            account=account,
            settings=account_settings.of(connection, desk.company, account.name),
            policies=desk.policies(connection),
            rates=rates.newest(connection, desk.company),
            now=desk.clock.now(),
        )
