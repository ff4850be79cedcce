"""Until when the API key for Odoo is good. In Odoo 17 keys have no end; from 18 on a user's keys live 90 days at most.

A key that has ended is refused like a wrong one, so whoever syncs asks once a day, and it is said while there is time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, sync_log
from bmdesk.store.transaction import Tx
from bmdesk.store.types import from_micros, to_micros
from bmdesk.texts import Failure

WARNED_BEFORE = timedelta(days=14)
_DAILY = timedelta(days=1)


class KeyEnds(Failure):
    """An API key of this user ends soon. Params: `key` (its name), `user`, `day`, `count` (whole days left)."""

    code = "odoo.key_ends"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The first of a user's API keys that ends. Odoo does not say which one was used; it may be another."""

    name: str
    ends: datetime

    def days_left(self, now: datetime) -> int:
        """Whole days, never below 0."""
        return max(0, (self.ends - now) // timedelta(days=1))

    def warning(self, user: str, now: datetime) -> KeyEnds | None:
        """What to tell a person now; None while there is time."""
        if self.ends - now > WARNED_BEFORE:
            return None
        return KeyEnds(key=self.name, user=user, day=self.ends.date(), count=self.days_left(now))


def is_to_be_asked(desk: Desk, account_id: str) -> bool:
    """Whether it is a day ago that Odoo was asked, or the clock was set back meanwhile."""
    kept = desk.read(lambda connection: _kept(connection, account_id))
    if not kept:
        return True
    return not timedelta(0) <= desk.clock.now() - from_micros(kept["asked"]) < _DAILY


def note(desk: Desk, account_id: str, user: str, key: KeyFacts | None) -> None:
    """What Odoo said of the keys of bmdesk's user; a line for the log where one ends soon."""
    ends = None if key is None else {"name": key.name, "ends": to_micros(key.ends)}

    def work(tx: Tx) -> None:
        kept = json.dumps({"asked": to_micros(tx.now), "user": user, "key": ends})
        accounts.set_info(tx, _name(account_id), kept)
        warning = key.warning(user, tx.now) if key is not None else None
        if warning is not None:
            sync_log.log(tx, account_id, "warning", warning.happened)

    desk.write(work)


def warning(connection: Connection, account_id: str, now: datetime) -> KeyEnds | None:
    """What to tell a person now, as far as Odoo was asked; None while there is time."""
    kept = _kept(connection, account_id)
    if not kept or kept["key"] is None:
        return None
    return KeyFacts(kept["key"]["name"], from_micros(kept["key"]["ends"])).warning(kept["user"], now)


def _kept(connection: Connection, account_id: str) -> Any:
    text = accounts.info(connection, _name(account_id))
    return json.loads(text) if text else None


def _name(account_id: str) -> str:
    return f"odoo.key.{account_id}"
