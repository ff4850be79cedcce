"""How long data of customers and backups are kept: which day is too long ago, and which backups may go.

Pure. Erasing is services.privacy, backups are services.backup_plan.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime, timedelta


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; where that month is too short, its last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def superfluous(days: Sequence[date], keep_days: int, keep_weeks: int) -> set[date]:
    """Days whose backup may go: the last `keep_days` with a backup stay, and the newest of each of `keep_weeks` weeks.

    What is kept is counted in backups, not in days: a month of holidays makes no backup go.
    """
    newest_first = sorted(set(days), reverse=True)
    stays = set(newest_first[: max(keep_days, 1)])
    weeks: dict[date, date] = {}
    for day in newest_first:
        weeks.setdefault(day - timedelta(days=day.weekday()), day)
    stays |= set(list(weeks.values())[:keep_weeks])
    return set(newest_first) - stays
