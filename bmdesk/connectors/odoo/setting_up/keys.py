"""What Odoo says of the keys of bmdesk's user."""

from __future__ import annotations

from datetime import UTC, datetime

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.key_end import KeyFacts


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
