"""What follows by itself, looked at on a schedule (the reading "content" of an account): texts whose facts changed,
where the document says so; listings that lacked something required and lack it no more.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.domain.effects import EffectState, Kind
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.selling import content_preview, listing_minimum, stock
from bmdesk.services.selling.listing_minimum import MinimumMissing
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import accounts, listings, outbox, outbox_lists, sync_log
from bmdesk.store.queries import content as queries
from bmdesk.store.transaction import Tx
from bmdesk.texts import msg

_READ = 500


@dataclass(frozen=True, slots=True)
class Followed:
    """How many texts were wanted, and how many listings are offered again."""

    texts: int
    woken: int


def follow(desk: Desk, account_id: str) -> Followed:
    """Look once."""
    texts = content_preview.by_itself(desk, account_id).count
    return Followed(texts, _wake(desk, account_id))


def _wake(desk: Desk, account_id: str) -> int:
    """Want the stock of listings that stand at nothing and may offer something; try refused new listings again."""

    def asleep(connection: Connection) -> tuple[list[str], list[str]]:
        policies, account = desk.policies(connection), accounts.account(connection, account_id)
        rows = [
            row
            for row in listings.managed(connection, account_id)
            if row.manage_stock and row.carries and not row.quantity and row.missing_since is None
        ]
        found = []
        for start in range(0, len(rows), _READ):
            page = rows[start : start + _READ]
            offers = stock.offers(connection, policies, account, page, desk.clock.now())
            busy = {
                one.listing_id
                for one in outbox_lists.unfinished(connection, [row.id for row in page])
                if one.kind == Kind.STOCK.value
            }
            found += [row.id for row in page if offers[row.id].quantity and row.id not in busy]
        lacked = [
            one
            for one in queries.refused_creates(connection, account_id)
            if (failure := failure_of(one.problem)) is not None and failure.code == MinimumMissing.code
        ]
        cleared = [
            one.id
            for one in lacked
            if one.sku_id and listing_minimum.stops(connection, policies, account, one.sku_id) is None
        ]
        return found, cleared

    ids, effects = desk.read(asleep)
    if not ids and not effects:
        return 0

    def work(tx: Tx) -> None:
        wants.want_listing(tx, [listings.listing(tx.connection, one) for one in ids])
        for one in effects:
            outbox.again(tx, one, EffectState.PENDING, tx.now, failed=False)
        said = msg("minimum.log_wakes", count=len(ids) + len(effects))
        sync_log.log(tx, account_id, "info", said)

    desk.write(work)
    return len(ids) + len(effects)
