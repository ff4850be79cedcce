"""When an account is due: what it reads and how often, and what it sends. The same question for every remote system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.domain.effects import Kind
from bmdesk.domain.markets import SYSTEM
from bmdesk.services.selling import account_settings
from bmdesk.services.selling.account_settings import ORDERS, Reading
from bmdesk.store.engine import Connection
from bmdesk.store.queries.accounts import AccountRow


@dataclass(frozen=True, slots=True)
class Schedule:
    """`readings`: what is read. `first`: the kind of it that must have been read before anything is sent; "" for none.
    `gather`: so long what came in waits for more of the same. `held`: what is not sent at all.
    """

    readings: tuple[Reading, ...]
    first: str
    gather: timedelta
    held: tuple[Kind, ...]


def of(connection: Connection, account: AccountRow) -> Schedule | None:
    """The schedule of this account; None for a system that this bmdesk does not know: a run says so.

    Raises BadSetting where a stored value cannot be read.
    """
    found = _BY_SYSTEM.get(account.system)
    return found(connection, account) if found is not None else None


def _selling(connection: Connection, account: AccountRow) -> Schedule:
    settings = account_settings.of(connection, account.company_id, account.name)
    return Schedule(settings.readings, ORDERS, timedelta(seconds=settings.gather_seconds), settings.held)


_BY_SYSTEM: Mapping[str, Callable[[Connection, AccountRow], Schedule]] = {SYSTEM: _selling}
