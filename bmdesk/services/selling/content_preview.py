"""What listings say and what they would say: shown row by row before anything is written, confirmed by its digest.

Only listings whose content bmdesk manages. What a seller wrote by himself stands in the preview like everything else
and is replaced only by a person who confirms it; what bmdesk wrote and the facts no longer bear out is shown as due,
and goes by itself only where the document of texts says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bmdesk.domain.changes import Change
from bmdesk.domain.listing_shipping import Ways
from bmdesk.domain.markets import currency_of
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress, in_pages
from bmdesk.services.selling import content, content_changes
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.content import SkuKnown
from bmdesk.services.selling.content_changes import COMMENT, PARTS, WARRANTY, WAYS
from bmdesk.services.selling.management_preview import money_of, wanted_of
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listing_lists, listings, sync_log
from bmdesk.store.queries import content as queries
from bmdesk.store.queries.content import ChangeRow
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

_PAGE = 40
_READ = 500
_MOST_PROBLEMS = 500
AUTOMATIC, BY_HAND, UNDO = "automatic", "preview", "undo"


class ContentPreviewChanged(Failure):
    """Something changed since the preview was shown: nothing was confirmed. No params."""

    code = "content.preview_changed"


@dataclass(frozen=True, slots=True)
class Saying:
    """What buyers read in one market, or will."""

    comment: str
    warranty_months: int | None
    ways: Ways | None
    """None: never read."""


@dataclass(frozen=True, slots=True)
class ContentRow:
    """One listing in one market. `new` None: nothing would be written, `problem` says why (or it is right already).

    `due`: what stands there is bmdesk's own, and the facts or documents have changed since.
    """

    listing_id: str
    sku: str
    our_sku: str
    title: str
    market: str
    old: Saying
    new: Saying | None
    values: dict[str, Any] = field(hash=False)
    """What would be written, as the store keeps it."""
    due: bool = False
    kept: bool = False
    """A person took the last change back: nothing is written here by itself."""
    problem: Text | None = None
    notes: tuple[Text, ...] = ()
    wanted: dict[str, Any] | None = field(default=None, hash=False)
    """What was wanted there when it was made; where that is something else by now it is left alone."""

    @property
    def changes(self) -> bool:
        return bool(self.values)


@dataclass(frozen=True, slots=True)
class ContentPreview:
    """All that would change. `digest` stands for exactly this, and is what a person confirms."""

    rows: tuple[ContentRow, ...]
    digest: str
    automatic: bool

    @property
    def changed(self) -> tuple[ContentRow, ...]:
        return tuple(row for row in self.rows if row.changes)

    @property
    def due(self) -> int:
        """How many would be written by themselves, or wait for a person to say so."""
        return sum(row.due for row in self.rows)

    @property
    def problems(self) -> int:
        return sum(row.problem is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class ContentDone:
    """What was wanted: how many markets of listings, what was left undone and why, as (SKU, reason)."""

    run_id: str
    count: int
    problems: tuple[tuple[str, Text], ...] = ()
    stopped: bool = False
    changes: frozenset[Change] = frozenset({Change.LISTINGS})


@dataclass(frozen=True, slots=True)
class _Run:
    """An occasion while it is written down."""

    id: str
    count: int


def preview(
    desk: Desk,
    account_id: str,
    selection: Sequence[str] | None = None,
    markets: Sequence[str] = (),
    parts: Sequence[str] = PARTS,
) -> ContentPreview:
    """What these listings (None: all that bmdesk writes texts of) say in these markets (none: all of the account) and
    would say. Changes nothing.
    """
    return desk.read(lambda connection: build(connection, desk, account_id, selection, markets, parts))


def build(
    connection: Connection,
    desk: Desk,
    account_id: str,
    selection: Sequence[str] | None,
    markets: Sequence[str] = (),
    parts: Sequence[str] = PARTS,
) -> ContentPreview:
    """The same within a snapshot that is open already."""
    view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
    chosen = tuple(one for one in view.settings.markets if not markets or one in markets)
    ids = sorted(set(selection)) if selection is not None else None
    if ids is None:
        managed = listings.managed(connection, account_id)
        ids = [row.id for row in managed if row.manage_content]
    rows: list[ContentRow] = []
    for start in range(0, len(ids), _READ):
        page = listing_lists.chosen(connection, account_id, ids[start : start + _READ])
        rows += _page(connection, view, page, chosen, parts)
    said = [
        (row.listing_id, row.our_sku, row.market, repr(row.old), json.dumps(row.values, sort_keys=True))
        for row in rows
    ]
    digest = hashlib.sha256(json.dumps([*chosen, *parts, said]).encode()).hexdigest()[:32]
    return ContentPreview(tuple(rows), digest, view.policies.content.automatic)


def apply(
    desk: Desk,
    actor: Actor,
    account_id: str,
    confirmed: str,
    selection: Sequence[str] | None = None,
    markets: Sequence[str] = (),
    parts: Sequence[str] = PARTS,
    progress: Progress | None = None,
) -> ContentDone:
    """Write exactly what the preview with this digest showed. Raises ContentPreviewChanged."""
    rights.require(desk, Right.MANAGEMENT, actor)
    shown = preview(desk, account_id, selection, markets, parts)
    if shown.digest != confirmed:
        raise ContentPreviewChanged
    return write_down(desk, actor.code, account_id, shown.changed, BY_HAND, progress)


def write_down(
    desk: Desk,
    by: str,
    account_id: str,
    rows: Sequence[ContentRow],
    why: str,
    progress: Progress | None = None,
    *,
    kept: bool = False,
) -> ContentDone:
    """Want these rows, in pages, as one occasion that can be undone. A listing that changed since is left alone."""
    if not rows:
        return ContentDone("", 0)
    problems: list[tuple[str, Text]] = []
    run = _Run("", 0)

    def page(some: Sequence[ContentRow]) -> None:
        nonlocal run
        before = run

        def work(tx: Tx) -> tuple[_Run, list[tuple[str, Text]]]:
            made, bad = _want_page(tx, account_id, some, kept=kept)
            if not before.id:
                return _Run(queries.add_run(tx, account_id, by, why, made), len(made)), bad
            queries.add_changes(tx, before.id, made)
            queries.set_run(tx, before.id, count=before.count + len(made))
            return _Run(before.id, before.count + len(made)), bad

        run, bad = desk.write(work)
        problems.extend(bad)

    finished = in_pages(list(rows), page, progress, _PAGE)
    code = {AUTOMATIC: "content.log_automatic", UNDO: "content.log_undone"}.get(why, "content.log_applied")
    said = msg(code, count=run.count, operator=by)
    desk.write(lambda tx: sync_log.log(tx, account_id, "info", said))
    return ContentDone(run.id, run.count, tuple(problems[:_MOST_PROBLEMS]), stopped=not finished)


def by_itself(desk: Desk, account_id: str) -> ContentDone:
    """Where the document of texts says so: write what is due, because the units behind bmdesk's own words changed."""

    def work(connection: Connection) -> tuple[ContentRow, ...]:
        if not desk.policies(connection).content.automatic:
            return ()
        ids = queries.with_base(connection, account_id)
        found = build(connection, desk, account_id, ids) if ids else None
        return tuple(row for row in found.rows if row.due and not row.kept) if found is not None else ()

    due = desk.read(work)
    return write_down(desk, "", account_id, due, AUTOMATIC)


def _page(
    connection: Connection,
    view: AccountSnapshot,
    page: Sequence[ListingRow],
    markets: Sequence[str],
    parts: Sequence[str],
) -> Iterator[ContentRow]:
    of = content.known(connection, view.account, {row.sku_id for row in page if row.sku_id})
    cells = listings.markets(connection, [row.id for row in page])
    for row in page:
        stop = _stop(row)
        sku = of.get(row.sku_id or "")
        if stop is not None or sku is None:
            stop = stop or msg("listing.not_linked")
            names = (row.id, row.sku_text, sku.sku.text if sku else "", row.title)
            yield ContentRow(*names, "", Saying("", None, None), None, {}, problem=stop)
            continue
        for cell in cells[row.id]:
            if cell.market in markets and (money_of(cell) is not None or wanted_of(cell) is not None):
                yield _row(view, row, sku, cell, parts)


def _stop(row: ListingRow) -> Text | None:
    if row.sku_id is None:
        return msg("listing.not_linked")
    if row.missing_since is not None:
        return msg("listing.missing", at=row.missing_since)
    return None if row.manage_content else msg("content.not_managed")


def _row(
    view: AccountSnapshot, row: ListingRow, of: SkuKnown, cell: MarketRow, parts: Sequence[str]
) -> ContentRow:
    said = content.said(view.policies, of, cell.market)
    wanted: dict[str, Any] = {WARRANTY: said.warranty_months}
    if said.comment is not None:
        wanted[COMMENT] = said.comment
    if said.ways:
        wanted[WAYS] = [way.kept() for way in said.ways]
    there = content_changes.there(cell)
    base = cell.base_content
    on_its_way = {**there, **content_changes.differing(cell.wanted_content or {}, base or {})}
    asked = {part: wanted[part] for part in PARTS if part in wanted and part in parts}
    # While a market is paused nothing is written there.
    values = content_changes.differing(asked, on_its_way) if not cell.paused else {}
    old = saying_of(there)
    new = saying_of({**there, **asked}) if values else None
    own = base is not None and all(
        part in base and content_changes.same(part, base[part], there[part]) for part in values
    )
    return ContentRow(
        *(row.id, row.sku_text, of.sku.text, row.title, cell.market, old, new, values),
        due=bool(values) and own,
        kept=not content_changes.kept_parts(cell).isdisjoint(values),
        problem=msg("listing.market_paused") if cell.paused else said.problem if COMMENT in parts else None,
        notes=(*(said.notes if COMMENT in parts else ()), *_lowered(there, values)),
        wanted=cell.wanted_content,
    )


def _lowered(there: dict[str, Any], values: dict[str, Any]) -> Iterator[Text]:
    """Nobody may overlook that buyers would get a shorter warranty than they read of now."""
    before, after = there[WARRANTY], values.get(WARRANTY)
    if before is not None and after is not None and after < before:
        yield msg("content.shorter_warranty", before=before, after=after)


def saying_of(values: dict[str, Any]) -> Saying:
    ways = values.get(WAYS)
    return Saying(
        values.get(COMMENT) or "",
        values.get(WARRANTY),
        content_changes.ways_of(ways) if ways is not None else None,
    )


def _want_page(
    tx: Tx, account_id: str, rows: Sequence[ContentRow], *, kept: bool
) -> tuple[list[ChangeRow], list[tuple[str, Text]]]:
    ids = sorted({row.listing_id for row in rows})
    there = {one.id: one for one in listing_lists.chosen(tx.connection, account_id, ids)}
    made, problems = [], []
    for row in rows:
        listing = there.get(row.listing_id)
        cell = listings.market(tx.connection, row.listing_id, row.market) if listing is not None else None
        if listing is None or cell is None or _stop(listing) is not None:
            problems.append((row.sku, (_stop(listing) if listing else None) or msg("linking.changed_since")))
        elif saying_of(content_changes.there(cell)) != row.old or cell.wanted_content != row.wanted:
            problems.append((row.sku, msg("content.changed_since", market=row.market)))
        else:
            made.append(content_changes.set_wanted(tx, cell, row.values, kept=kept))
    return made, problems


def told(saying: Saying, market: str) -> tuple[Text | str, ...]:
    """As parts to be joined: the comment, then the warranty, then each way to ship."""
    parts: list[Text | str] = [saying.comment] if saying.comment else []
    if saying.warranty_months is not None:
        parts.append(msg("content.months", count=saying.warranty_months))
    return (*parts, *(way.words(currency_of(market)) for way in saying.ways or ()))
