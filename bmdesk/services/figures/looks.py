"""The bench's figures follow its work: each transaction that ends an inspection, or in which a device goes on sale for
the first time, ends here, and its figures commit with it.

What an inspection or a stay adds is compared with what it added before, so it does not matter who changed it, or
whether it was taken back. Days and hours are of the company's time zone; the hour that a night has twice is one hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from bmdesk.domain.figures import NEVER, seconds_between, worked_seconds
from bmdesk.store.queries import bench_figures
from bmdesk.store.queries.bench_figures import Done, Ended, Listed, ListedRow, LookRow
from bmdesk.store.transaction import Tx

R = TypeVar("R", LookRow, ListedRow)

_PAGE = 250


def see_what_went_live(tx: Tx) -> None:
    """Units that moved, and listings that were read, in this transaction: which devices are for sale since now?"""
    stays: dict[str, bool] = {}
    for page in _pages(sorted(tx.moved)):
        stays |= bench_figures.went_live(tx, unit_ids=page)
    for page in _pages(sorted(tx.offered)):
        stays |= bench_figures.went_live(tx, listing_ids=page)
    tx.offered.clear()
    # What was graded before it came here says nothing about how long that takes here.
    bench_figures.set_listed(tx, {one: NEVER if elsewhere else tx.now for one, elsewhere in stays.items()})


def follow(tx: Tx, zone: ZoneInfo) -> None:
    """The end of each transaction: the figures follow what was written in it."""
    for page in _pages(sorted(tx.looked)):
        count_looks(tx, page, zone)
    for page in _pages(sorted(tx.stayed)):
        count_stays(tx, page, zone)
    tx.looked.clear()
    tx.stayed.clear()


def count_looks(tx: Tx, inspection_ids: Sequence[str], zone: ZoneInfo | None) -> None:
    """These inspections (at most 500) add what they add now, and no more what they added before. No zone: nothing."""
    before = bench_figures.looks(tx.connection, inspection_ids)
    now: dict[str, LookRow] = {}
    if zone is not None:
        ended = bench_figures.ended(tx.connection, inspection_ids)
        now = {one: _look(facts, zone) for one, facts in ended.items()}
    bench_figures.keep_looks(tx, _changed(before, now))
    sums: dict[tuple[object, ...], Done] = {}
    for rows, sign in ((before, -1), (now, 1)):
        for row in rows.values():
            key = (row.company_id, row.day, row.hour, row.operator, row.category, row.grade)
            sums[key] = sums.get(key, Done()).plus(_done(row), sign)
    bench_figures.add_done(tx, sums)


def count_stays(tx: Tx, stay_ids: Sequence[str], zone: ZoneInfo | None) -> None:
    """The same of stays."""
    before = bench_figures.firsts(tx.connection, stay_ids)
    now: dict[str, ListedRow] = {}
    if zone is not None:
        listed = bench_figures.listed(tx.connection, stay_ids)
        now = {one: row for one, facts in listed.items() if (row := _listed(facts, zone)) is not None}
    bench_figures.keep_firsts(tx, _changed(before, now))
    sums: dict[tuple[str, int], tuple[int, int]] = {}
    for rows, sign in ((before, -1), (now, 1)):
        for row in rows.values():
            units, seconds = sums.get((row.company_id, row.day), (0, 0))
            sums[row.company_id, row.day] = (units + sign, seconds + sign * row.seconds)
    bench_figures.add_listed(tx, sums)


def _look(ended: Ended, zone: ZoneInfo) -> LookRow:
    at = ended.closed_at.astimezone(zone)
    return LookRow(
        company_id=ended.company_id,
        day=at.date().toordinal(),
        hour=at.hour,
        operator=ended.operator,
        category=ended.category,
        grade=ended.grade,
        seconds=worked_seconds(ended.opened_at, ended.closed_at),
        held=int(ended.held or False),
    )


def _done(row: LookRow) -> Done:
    return Done(1, int(row.seconds is not None), row.seconds or 0, row.held)


def _listed(listed: Listed, zone: ZoneInfo) -> ListedRow | None:
    """None where nobody knows since when."""
    seconds = seconds_between(listed.arrived_at, listed.listed_at)
    if seconds is None:
        return None
    return ListedRow(listed.company_id, listed.listed_at.astimezone(zone).date().toordinal(), seconds)


def _changed(before: Mapping[str, R], now: Mapping[str, R]) -> dict[str, R | None]:
    """What is to be written so that what was kept is what is so now."""
    return {one: now.get(one) for one in before.keys() | now.keys() if before.get(one) != now.get(one)}


def _pages(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE))
