"""Listings as a file: all that is known of them goes out; links, management and pauses come back, shown first.

Handing over goes by the preview of the cut-over and its digest (`management`), as everywhere: a file is no way around
it. Before anything is changed the present state of every listing concerned is written beside the file, in the same
layout: importing that file is the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bmdesk.domain import linking as link_rules
from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.linking import LINKED, NOTHING
from bmdesk.domain.listing_reasons import ASPECTS, Aspect
from bmdesk.domain.rights import Right
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files.cells import refuse_unknown
from bmdesk.services.files.listings_lines import (
    CHANGED,
    COLUMNS,
    KEPT,
    BadLine,
    KeptPrice,
    ListingChange,
    State,
    asked,
    changes,
    check,
    kept_asked,
    kept_cells,
    kept_of,
    state_of,
)
from bmdesk.services.files.listings_prices import restored
from bmdesk.services.lines import LineError, LineErrors, Progress, gathered
from bmdesk.services.selling import linking, listing_view, management, pausing
from bmdesk.services.selling.listing_why import ListedRow
from bmdesk.services.selling.management import Preview, PreviewChanged
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue, listing_lists, listings
from bmdesk.store.queries.listing_lists import After
from bmdesk.store.queries.listings import ListingRow
from bmdesk.system.tabular import Cell, Row, read_table, write_table
from bmdesk.texts import Failure, Text, msg, render

_PAGE = 500


@dataclass(frozen=True, slots=True)
class ListingWish:
    """One line that asks for something: how the listing stands, and how it shall stand."""

    line: int
    row: ListingRow
    before: State
    after: State
    kept: tuple[KeptPrice, ...] = ()
    """Prices that count again once they are handed over."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Listings for which the same aspects would be handed over, and what that would write."""

    ids: tuple[str, ...]
    shown: Preview


@dataclass(frozen=True, slots=True)
class ListingsPlan:
    """What a file would do. `rows`: its lines, to be compared again when it is taken."""

    file: str
    wishes: tuple[ListingWish, ...]
    changes: tuple[ListingChange, ...]
    hand_over: tuple[HandOver, ...]
    unchanged: int
    errors: LineErrors
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ListingsTaken:
    """What was done: how many listings, what was left undone and why, and the file that is the way back."""

    count: int
    problems: tuple[tuple[str, Text], ...]
    undo: Path
    changes: frozenset[Change] = frozenset({Change.LISTINGS, Change.CATALOGUE})


def export_listings(desk: Desk, account_id: str, path: Path) -> int:
    """Write all listings of the account; how many. Raises TableFormatUnknown, FileNotWritten."""
    count = 0

    def lines() -> Iterator[list[Cell]]:
        nonlocal count
        after: After | None = None
        while True:
            page = listing_view.listed(desk, account_id, after=after)
            states = desk.read(partial(_states, rows=[one.listing for one in page.rows]))
            for one in page.rows:
                count += 1
                yield _exported(one, states[one.listing.id])
            after = page.next
            if after is None:
                return

    write_table(path, COLUMNS, lines())
    return count


def read_listings(desk: Desk, account_id: str, path: Path) -> ListingsPlan:
    """Compare a file with how the listings stand; changes nothing. Refused lines are errors.

    Raises TableUnreadable, TableTooLarge, ColumnsMissing or UnknownColumns for the file as such.
    """
    rows = tuple(read_table(path, required=("listing",)))
    refuse_unknown(path.name, rows, (*COLUMNS, *KEPT))
    return _plan(desk, account_id, path.name, rows)


def right_needed(desk: Desk, account_id: str, plan: ListingsPlan) -> Right:
    """The greatest right that this plan asks for; some ask for a PIN."""
    needed = [management.right_to_hand_over(desk, account_id, one.ids) for one in plan.hand_over]
    return Right.HAND_OVER_ALL if Right.HAND_OVER_ALL in needed else Right.MANAGEMENT


def undo_path(desk: Desk, file: Path) -> Path:
    """Where the way back of this file is written: beside it, with the moment."""
    return file.with_name(f"{file.stem[:80]}-before-{desk.clock.now():%Y%m%d-%H%M%S}.csv")


def take_listings(
    desk: Desk,
    actor: Actor,
    account_id: str,
    plan: ListingsPlan,
    undo: Path,
    progress: Progress | None = None,
) -> ListingsTaken:
    """Do what the plan showed, after writing how it stood to `undo`.

    Handed back first, then linked, handed over exactly as it was shown, with the prices that a way back brings, paused
    and resumed. Raises PreviewChanged
    where the lines would do something else by now, NotAllowed, PinNeeded, FileNotWritten: then nothing was done.
    """
    now = _plan(desk, account_id, plan.file, plan.rows)
    digests = [one.shown.digest for one in now.hand_over]
    if now.changes != plan.changes or digests != [one.shown.digest for one in plan.hand_over]:
        raise PreviewChanged
    write_table(undo, ("listing", "sku", *CHANGED, *KEPT), desk.read(partial(_way_back, now.wishes)))
    doing = _Doing(desk, actor, account_id, progress)
    doing.hand_back(plan.wishes)
    doing.link(plan.wishes)
    doing.hand_over(plan.hand_over)
    doing.restore_prices(plan.wishes)
    doing.pause(plan.wishes)
    return ListingsTaken(len(plan.wishes) - len(doing.failed), tuple(doing.problems), undo)


def _plan(desk: Desk, account_id: str, file: str, rows: tuple[Row, ...]) -> ListingsPlan:
    wishes, found, errors = desk.read(lambda connection: _compared(connection, desk, account_id, rows))
    groups: dict[tuple[Aspect, ...], list[str]] = {}
    for one in wishes:
        added = tuple(aspect for aspect in ASPECTS if aspect in one.after.managed - one.before.managed)
        if added:
            groups.setdefault(added, []).append(one.row.id)
    hand_over = tuple(
        HandOver(tuple(ids), management.preview(desk, account_id, ids, aspects))
        for aspects, ids in groups.items()
    )
    unchanged = len(rows) - len(wishes) - len({error.line for error in errors})
    return ListingsPlan(file, tuple(wishes), tuple(found), hand_over, unchanged, gathered(errors), rows)


def _compared(
    connection: Connection, desk: Desk, account_id: str, rows: Sequence[Row]
) -> tuple[list[ListingWish], list[ListingChange], list[LineError]]:
    wishes: list[ListingWish] = []
    found: list[ListingChange] = []
    errors: list[LineError] = []
    known = _by_name(connection, account_id)
    seen: dict[str, int] = {}
    for start in range(0, len(rows), _PAGE):
        page = [(line, known.get(line.cells["listing"].casefold())) for line in rows[start : start + _PAGE]]
        states = _states(connection, [row for _, row in page if row is not None])
        for line, row in page:
            if row is None:
                errors.append(LineError(line.line, msg("listings_file.unknown"), "listing"))
                continue
            if row.id in seen:
                errors.append(LineError(line.line, msg("listings_file.twice", line=seen[row.id]), "listing"))
                continue
            seen[row.id] = line.line
            before = states[row.id]
            try:
                _same_listing(line, row)
                after, kept = asked(line, before), kept_asked(line)
                if after != before:
                    check(before, after, row)
                    _check_sku(connection, desk.company, before, after)
            except BadLine as bad:
                errors.append(LineError(line.line, bad.reason, bad.column))
                continue
            if after != before:
                back = kept if Aspect.PRICE in after.managed - before.managed else ()
                wishes.append(ListingWish(line.line, row, before, after, back))
                found += changes(line.line, row, before, after)
                found += [
                    ListingChange(line.line, row.id, row.sku_text, column, "", cell)
                    for column, cell in kept_cells(back).items()
                    if cell
                ]
    return wishes, found, errors


def _by_name(connection: Connection, account_id: str) -> dict[str, ListingRow]:
    found: dict[str, ListingRow] = {}
    after = After()
    while True:
        page = listing_lists.page(connection, account_id, [], after, _PAGE)
        for row in page:
            found[row.remote_id.casefold()] = found[row.id.casefold()] = row
        if len(page) < _PAGE:
            return found
        after = After(page[-1].sku_key, page[-1].id)


def _same_listing(line: Row, row: ListingRow) -> None:
    """A line that was shifted against its listing names another SKU. Raises BadLine."""
    given = line.cells.get("sku", "")
    if given and sku_key(given) != row.sku_key:
        raise BadLine("sku", msg("listings_file.other_sku", sku=row.sku_text))


def _check_sku(connection: Connection, company: str, before: State, after: State) -> None:
    key = sku_key(after.our_sku)
    if after.link != LINKED or key == sku_key(before.our_sku):
        return
    if listing_lists.skus_by_key(connection, company, [key]):
        return
    parts = link_rules.our_parts(key)
    if parts is None or not catalogue.by_keys(connection, company, [parts.code]):
        raise BadLine("our_sku", msg("listings_file.no_such_sku", given=after.our_sku[:60]))


def _states(connection: Connection, rows: Sequence[ListingRow]) -> dict[str, State]:
    """How these listings (at most 500) stand."""
    ids = [row.id for row in rows]
    markets = listings.markets(connection, ids)
    skus = listing_lists.skus(connection, {row.sku_id for row in rows if row.sku_id})
    found = {}
    for row in rows:
        sku = skus.get(row.sku_id or "")
        found[row.id] = state_of(row, sku.text if sku is not None else "", markets.get(row.id, []))
    return found


def _way_back(wishes: Sequence[ListingWish], connection: Connection) -> list[list[Cell]]:
    """How these listings stand, and the prices that handing them back forgets."""
    given = [one.row.id for one in wishes if Aspect.PRICE in one.before.managed - one.after.managed]
    kept = {
        listing_id: kept_of(rows)
        for start in range(0, len(given), _PAGE)
        for listing_id, rows in listings.markets(connection, given[start : start + _PAGE]).items()
    }
    return [
        [
            *(one.row.remote_id, one.row.sku_text, *one.before.cells.values()),
            *kept_cells(kept.get(one.row.id, ())).values(),
        ]
        for one in wishes
    ]


def _exported(one: ListedRow, state: State) -> list[Cell]:
    row = one.listing
    prices = ", ".join(
        f"{market.market} {market.price}" for market in one.markets if market.price is not None
    )
    said: dict[str, Cell] = {
        "listing": row.remote_id,
        "number": row.listing_number,
        "sku": row.sku_text,
        "title": row.title,
        "grade": row.grade,
        "quantity": row.quantity,
        "offered": one.offer.quantity,
        "online": ", ".join(one.online),
        **state.cells,
        "prices": prices,
        "why": " ".join(render(reason) for reason in one.why),
    }
    return [said[column] for column in COLUMNS]


class _Doing:
    """The steps of a plan, each by the service that a person would use."""

    def __init__(self, desk: Desk, actor: Actor, account_id: str, progress: Progress | None) -> None:
        self._desk, self._actor, self._account, self._progress = desk, actor, account_id, progress
        self.problems: list[tuple[str, Text]] = []
        self.failed: set[str] = set()

    def hand_back(self, wishes: Sequence[ListingWish]) -> None:
        """Aspects that a file takes away."""
        groups: dict[tuple[Aspect, ...], list[str]] = {}
        for one in wishes:
            gone = tuple(aspect for aspect in ASPECTS if aspect in one.before.managed - one.after.managed)
            if gone:
                groups.setdefault(gone, []).append(one.row.id)
        for aspects, ids in groups.items():
            self._said(
                management.unmanage(self._desk, self._actor, self._account, ids, aspects, self._progress)
            )

    def link(self, wishes: Sequence[ListingWish]) -> None:
        """Links that a file makes or unmakes."""
        for one in wishes:
            if (one.before.link, one.before.our_sku) == (one.after.link, one.after.our_sku):
                continue
            service: Callable[[], object]
            if one.after.link == LINKED:
                service = partial(
                    linking.confirm_text, self._desk, self._actor, one.row.id, one.after.our_sku
                )
            elif one.after.link == NOTHING:
                service = partial(linking.nothing_of_ours, self._desk, self._actor, one.row.id)
            else:
                service = partial(linking.unlink, self._desk, self._actor, one.row.id)
            try:
                service()
            except Failure as failure:
                self._failed(one.row.sku_text, failure.happened)

    def hand_over(self, groups: Sequence[HandOver]) -> None:
        """Exactly what was shown; where a step before changed what it would do, it is left undone and said."""
        for one in groups:
            ids, aspects = list(one.ids), one.shown.aspects
            try:
                done = management.manage(
                    self._desk, self._actor, self._account, ids, aspects, one.shown.digest, self._progress
                )
            except PreviewChanged as changed:
                for row in {row.sku for row in one.shown.rows}:
                    self._failed(row, changed.happened)
            else:
                self._said(done)

    def restore_prices(self, wishes: Sequence[ListingWish]) -> None:
        """What was confirmed and chosen before counts again."""
        kept = {(one.row.id, price.market): price for one in wishes for price in one.kept}
        for sku, reason in restored(self._desk, self._actor, self._account, kept):
            self._failed(sku, reason)

    def pause(self, wishes: Sequence[ListingWish]) -> None:
        """Pauses as a whole and in single markets."""
        groups: dict[tuple[str, bool], list[str]] = {}
        for one in wishes:
            if one.before.paused != one.after.paused:
                groups.setdefault(("", one.after.paused), []).append(one.row.id)
            for market in one.before.markets ^ one.after.markets:
                groups.setdefault((market, market in one.after.markets), []).append(one.row.id)
        for (market, on), ids in sorted(groups.items()):
            service = pausing.pause if on else pausing.resume
            self._said(service(self._desk, self._actor, self._account, ids, market, self._progress))

    def _said(self, done: management.Done) -> None:
        for sku, reason in done.problems:
            self._failed(sku, reason)

    def _failed(self, sku: str, reason: Text) -> None:
        self.problems.append((sku, reason))
        self.failed.add(sku)
