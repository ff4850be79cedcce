"""Until when an API key is good. Odoo 17 has keys without an end; from 18 on a user's keys live 90 days at most.

A key that has ended is refused like a wrong one, so it must be said before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.texts import Failure

WARNED_BEFORE = timedelta(days=14)


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


def first_to_end(remote: OdooTransport, dialect: Dialect, user: int, now: datetime) -> KeyFacts | None:
    """The key of this user (its id) that ends first; None where none does or nothing can be known: a password, Odoo 17.

    Raises RemoteFailure.
    """
    if not dialect.key_expiry or not remote.endpoint.has_key:
        return None
    asked = [["user_id", "=", user], [dialect.key_expiry, "!=", False]]
    found = remote.call("res.users.apikeys", "search_read", [asked, ["name", dialect.key_expiry]])
    keys = []
    for row in found if isinstance(found, list) else []:
        ends = _moment(row.get(dialect.key_expiry)) if isinstance(row, dict) else None
        # One that has ended lies there until Odoo tidies up; this login was not made with it.
        if ends is not None and ends > now:
            keys.append(KeyFacts(plain(row.get("name") or "", 80), ends))
    return min(keys, key=lambda key: key.ends, default=None)


def _moment(text: object) -> datetime | None:
    """Odoo writes moments in UTC and without a zone."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
