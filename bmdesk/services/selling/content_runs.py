"""When texts of listings changed, why, and taking such a change back: one occasion at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.selling import content_changes
from bmdesk.services.selling.content_preview import (
    AUTOMATIC,
    BY_HAND,
    UNDO,
    ContentDone,
    ContentRow,
    saying_of,
    write_down,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import content as queries
from bmdesk.store.queries import listings
from bmdesk.store.queries.content import ChangeRow, RunRow
from bmdesk.texts import Failure, Text, msg

_WHY = {
    AUTOMATIC: msg("content.why_automatic"),
    BY_HAND: msg("content.why_preview"),
    UNDO: msg("content.why_undo"),
    "first": msg("content.why_first"),
}


class NoSuchContentRun(Failure):
    """No change of texts has this number. Params: given."""

    code = "content.no_run"


class ContentRunUndone(Failure):
    """These changes were taken back already. No params."""

    code = "content.run_undone"


def runs(desk: Desk, account_id: str, limit: int = 50) -> tuple[RunRow, ...]:
    """The occasions on which texts changed, newest first."""
    return tuple(desk.read(lambda connection: queries.runs(connection, account_id, limit)))


def undo(desk: Desk, actor: Actor, account_id: str, run_id: str) -> ContentDone:
    """What was said before is wanted again, where nothing else was wanted since. Raises NoSuchContentRun,
    ContentRunUndone.
    """
    rights.require(desk, Right.MANAGEMENT, actor)

    def work(connection: Connection) -> tuple[RunRow, list[ContentRow], list[tuple[str, Text]]]:
        run = queries.run(connection, account_id, run_id)
        if run is None:
            raise NoSuchContentRun(given=run_id[:40])
        if run.undone_by is not None:
            raise ContentRunUndone
        rows, problems = _backwards(connection, account_id, queries.changes(connection, run.id))
        return run, rows, problems

    run, rows, problems = desk.read(work)
    done = write_down(desk, actor.code, account_id, rows, UNDO, kept=True)
    if done.run_id:
        desk.write(lambda tx: queries.set_run(tx, run.id, undone_by=done.run_id))
    return ContentDone(done.run_id, done.count, (*problems, *done.problems))


def why_text(run: RunRow) -> Text:
    """Why these texts changed, in words."""
    return _WHY.get(run.why, _WHY[BY_HAND])


def _backwards(
    connection: Connection, account_id: str, changes: Sequence[ChangeRow]
) -> tuple[list[ContentRow], list[tuple[str, Text]]]:
    rows: list[ContentRow] = []
    problems: list[tuple[str, Text]] = []
    for one in changes:
        listing = listings.find(connection, account_id, one.listing_id)
        cell = listings.market(connection, one.listing_id, one.market)
        if listing is None or cell is None:
            continue
        wanted, there = cell.wanted_content or {}, content_changes.there(cell)
        if content_changes.differing(one.after, wanted) or _is_others(one, there):
            problems.append((listing.sku_text, msg("content.changed_since", market=one.market)))
            continue
        # A warranty that was never there cannot be taken away again.
        back = {part: value for part, value in one.before.items() if value is not None}
        if not back:
            continue
        new = saying_of({**there, **back})
        names = (listing.id, listing.sku_text, "", listing.title, one.market)
        rows.append(ContentRow(*names, saying_of(there), new, back, wanted=cell.wanted_content))
    return rows, problems


def _is_others(change: ChangeRow, there: Mapping[str, Any]) -> bool:
    """Whether somebody else wrote there since: neither what was said before stands there, nor what was wanted then."""

    def stands(part: str, value: Any) -> bool:
        return there.get(part) == value or content_changes.same(part, there.get(part), value)

    return not all(
        stands(part, value) or stands(part, change.before.get(part)) for part, value in change.after.items()
    )
