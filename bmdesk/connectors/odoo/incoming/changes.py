"""What changed at Odoo since a time of its own: rows by their last change, and how far back each reading begins.

The times are Odoo's, never ours. A transaction there bears the time at which it began, so a reading goes back a while
before what it has seen last; what is read twice must change nothing. No reading begins after what Odoo's clock says
now: a row that was written while that clock was wrong must not hide what follows until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bmdesk.connectors.odoo.records import Domain, Records, Row

OVERLAP = timedelta(minutes=10)
A_DAY = timedelta(hours=26)
"""So far back it goes once a day: for what somebody's long import there committed long after it began."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Where nothing was ever written."""

_WRITTEN = "%Y-%m-%d %H:%M:%S"


def newest(records: Records, model: str, domain: Domain) -> datetime:
    """When one of these was changed last. Raises RemoteFailure."""
    rows = records.rows(model, domain, ["write_date"], order="write_date desc, id desc", limit=1)
    return written(records, model, rows[0]) if rows else LONG_AGO


def since(
    records: Records,
    model: str,
    domain: Domain,
    fields: Sequence[str],
    cursor: datetime,
    *,
    a_day: bool = False,
) -> list[Row]:
    """Those of these that changed since then or shortly before, `a_day` before where that is wanted, the oldest change
    first. Raises RemoteFailure."""
    begin = (not_ahead(records, cursor) - (A_DAY if a_day else OVERLAP)).strftime(_WRITTEN)
    asked = [*domain, ("write_date", ">=", begin)]
    return records.rows(model, asked, ["write_date", *fields], order="write_date,id")


def not_ahead(records: Records, moment: datetime) -> datetime:
    """This time of Odoo's, or what its clock says now, where that is earlier."""
    ahead = records.remote.skew or timedelta()
    return min(moment, datetime.now(UTC) - ahead)


def written(records: Records, model: str, row: Row, name: str = "write_date") -> datetime:
    """The row's time of this field. Raises OdooUnreadable."""
    try:
        return datetime.strptime(str(row[name])[:19], _WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        raise records.unreadable(f"{model}.{name}") from None
