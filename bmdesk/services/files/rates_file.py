"""Exchange rates from a file: compared with those in force, shown, and added as dated rows that never replace another.

Two layouts are read: one rate a line (`currency`, `rate`, and perhaps `date`), or one day a line with a column for each
currency, as the European Central Bank publishes its reference rates; of such a table only the newest day counts.

A rate counts from the day that it names (noon there, or now if it is today's); a day that has not come is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import rates, rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files.cells import day, number, refuse_unknown
from bmdesk.services.lines import BadCell, LineError, LineErrors, gathered
from bmdesk.services.rates import GivenRate, RateBook
from bmdesk.store.queries import people
from bmdesk.store.transaction import Tx
from bmdesk.system.tabular import Row, read_table
from bmdesk.texts import Failure, msg

FAR = Decimal(20)
"""A rate that moves by more percent than this is taken only where a person says so once more."""

_COLUMNS = ("currency", "rate", "date")
_CURRENCY = re.compile(r"[A-Z]{3}")
_BANK = "EUR"  # what the European Central Bank's table counts one of
_NOTHING = ("", "n/a", "-")


class OtherBase(Failure):
    """A table of the European Central Bank is for one euro, and this company counts in something else. Params: `file`,
    `currency`.
    """

    code = "rates_file.other_base"


@dataclass(frozen=True, slots=True)
class PlannedRate:
    """A rate that would be added: `moves` by so many percent against the one in force (`old`), None without one.

    `at`: from when on it counts; None: from when it is taken, being today's.
    `counts`: it becomes the one in force; else a newer one is there, and this one is only kept.
    """

    line: int
    currency: str
    on: date
    at: datetime | None
    rate: Decimal
    old: Decimal | None
    old_at: datetime | None
    moves: Decimal | None
    counts: bool

    @property
    def is_far(self) -> bool:
        """Whether it moves so far that it may be a slip."""
        return self.counts and self.moves is not None and abs(self.moves) > FAR


@dataclass(frozen=True, slots=True)
class RatesPlan:
    """What a file would do. `base`: the currency that one unit is counted in. `left_out`: older days of a table."""

    file: str
    base: str
    planned: tuple[PlannedRate, ...]
    unchanged: int
    errors: LineErrors
    left_out: int = 0

    @property
    def near(self) -> tuple[PlannedRate, ...]:
        return tuple(one for one in self.planned if not one.is_far)

    @property
    def far(self) -> tuple[PlannedRate, ...]:
        return tuple(one for one in self.planned if one.is_far)


@dataclass(frozen=True, slots=True)
class RatesTaken:
    """How many rates were added."""

    added: int
    changes: frozenset[Change] = frozenset({Change.SETTINGS})


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    currency: str
    on: date
    rate: Decimal


def read_rates(desk: Desk, path: Path) -> RatesPlan:
    """Compare a file with the rates in force; changes nothing. Bad lines are errors, the rest is planned.

    Raises TableUnreadable, TableTooLarge, ColumnsMissing, UnknownColumns or OtherBase for the file as such.
    """
    rows = list(read_table(path))
    columns = tuple(rows[0].cells) if rows else _COLUMNS
    timezone, book = desk.read(lambda connection: desk.policies(connection).timezone), rates.book(desk)
    now = desk.clock.now()
    today = now.astimezone(timezone).date()
    errors: list[LineError] = []
    left_out = 0
    if "date" in columns and "rate" not in columns and "currency" not in columns:
        if book.currency != _BANK:
            raise OtherBase(file=path.name, currency=book.currency)
        refuse_unknown(path.name, rows, ("date", *(c for c in columns if _CURRENCY.fullmatch(c.upper()))))
        left_out = len(rows) - 1
        lines = _of_table(rows, errors)
    else:
        rows = list(read_table(path, required=_COLUMNS[:2]))
        refuse_unknown(path.name, rows, _COLUMNS)
        lines = _of_lines(rows, today, errors)
    planned, unchanged = _compared(lines, book, timezone, now, errors)
    return RatesPlan(path.name, book.currency, tuple(planned), unchanged, gathered(errors), max(left_out, 0))


def take_rates(desk: Desk, actor: Actor, plan: RatesPlan, *, far: bool = False) -> RatesTaken:
    """Add what is planned, each rate from its day on, with the file's name as its source. `far`: also those far off."""
    rights.require(desk, Right.PRICES, actor)
    wanted = plan.planned if far else plan.near

    def work(tx: Tx) -> RatesTaken:
        for one in wanted:
            rates.add(tx, one.currency, one.rate, plan.file, one.at)
        if wanted:
            people.raise_stamp(tx, judged=False)
        return RatesTaken(len(wanted))

    return desk.write(work)


def _of_lines(rows: Sequence[Row], today: date, errors: list[LineError]) -> list[_Line]:
    found = []
    for row in rows:
        column = "currency"
        try:
            currency = row.cells["currency"].upper()
            if not _CURRENCY.fullmatch(currency):
                raise BadCell(msg("rates_file.not_a_currency", given=row.cells["currency"][:40]))
            column = "rate"
            rate = number(row.cells["rate"], "0.000001", "1000000")
            column = "date"
            given = row.cells.get("date", "")
            found.append(_Line(row.line, currency, day(given) if given else today, rate))
        except BadCell as bad:
            errors.append(LineError(row.line, bad.reason, column))
    return found


def _of_table(rows: Sequence[Row], errors: list[LineError]) -> list[_Line]:
    """The rates of the newest day of a table with a column for each currency."""
    days = []
    for row in rows:
        try:
            days.append((day(row.cells["date"]), row))
        except BadCell as bad:
            errors.append(LineError(row.line, bad.reason, "date"))
    if not days:
        return []
    on, newest = max(days, key=lambda one: one[0])
    found = []
    for column, cell in newest.cells.items():
        if column == "date" or cell.casefold() in _NOTHING:
            continue
        try:
            found.append(_Line(newest.line, column.upper(), on, number(cell, "0.000001", "1000000")))
        except BadCell as bad:
            errors.append(LineError(newest.line, bad.reason, column.upper()))
    return found


def _compared(
    lines: Sequence[_Line], book: RateBook, timezone: ZoneInfo, now: datetime, errors: list[LineError]
) -> tuple[list[PlannedRate], int]:
    in_force = {rate.currency: rate for rate in book.rates if rate.in_force}
    today = now.astimezone(timezone).date()
    known = {(r.currency, r.at.astimezone(timezone).date(), r.rate) for r in book.rates}
    seen: dict[tuple[str, date], int] = {}
    planned: list[PlannedRate] = []
    unchanged = 0
    for line in lines:
        reason = None
        if line.currency == book.currency and line.rate != 1:
            reason = msg("rates_file.own_currency", currency=book.currency)
        elif line.on > today:
            reason = msg("rates_file.not_yet", on=line.on)
        elif (line.currency, line.on) in seen:
            reason = msg("rates_file.twice", currency=line.currency, line=seen[line.currency, line.on])
        seen.setdefault((line.currency, line.on), line.line)
        if reason is not None:
            errors.append(LineError(line.line, reason))
        elif line.currency == book.currency or (line.currency, line.on, line.rate) in known:
            unchanged += 1
        else:
            planned.append(_planned(line, in_force.get(line.currency), timezone, now))
    return _newest_counts(planned), unchanged


def _planned(line: _Line, old: GivenRate | None, timezone: ZoneInfo, now: datetime) -> PlannedRate:
    noon = datetime.combine(line.on, time(12), timezone).astimezone(UTC)
    at = None if line.on == now.astimezone(timezone).date() else noon
    moves = (line.rate / old.rate - 1) * 100 if old is not None else None
    counts = old is None or at is None or at >= old.at
    return PlannedRate(
        line=line.line,
        currency=line.currency,
        on=line.on,
        at=at,
        rate=line.rate,
        old=old.rate if old is not None else None,
        old_at=old.at if old is not None else None,
        moves=moves.quantize(Decimal("0.1")) if moves is not None else None,
        counts=counts,
    )


def _newest_counts(planned: Sequence[PlannedRate]) -> list[PlannedRate]:
    """Of several days of one currency in a file only the newest can count."""
    newest = {one.currency: one.on for one in sorted(planned, key=lambda one: one.on)}
    return [replace(one, counts=one.counts and one.on == newest[one.currency]) for one in planned]
