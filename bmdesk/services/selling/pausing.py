"""Managed listings are paused and resumed: everywhere by quantity 0, or in one market, where nothing more is written.

Pausing all is a flag of the account besides: whatever is sent from then on reads it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.domain.effects import ContentOf, PriceOf, Want
from bmdesk.domain.listing_reasons import ONLINE
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress, in_pages
from bmdesk.services.selling.managed_pages import PAGE, Done, Outcome, Pages, log, meant, stock_of
from bmdesk.services.wants import want
from bmdesk.store.queries import accounts, listing_lists, listings, sync_log
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg


def pause(
    desk: Desk,
    actor: Actor,
    account_id: str,
    selection: Sequence[str] | None,
    market: str = "",
    progress: Progress | None = None,
) -> Done:
    """Take these managed listings (None: all) offline by quantity 0, which all markets share; or write nothing more in
    one market, where the marketplace has no switch: `notes` says how many stay online there.
    """
    rights.require(desk, Right.MANAGEMENT, actor)
    return _switch(desk, actor, account_id, selection, market, progress, on=True)


def resume(
    desk: Desk,
    actor: Actor,
    account_id: str,
    selection: Sequence[str] | None,
    market: str = "",
    progress: Progress | None = None,
) -> Done:
    """The end of a pause of these listings, of all at once, or in one market."""
    rights.require(desk, Right.MANAGEMENT, actor)
    return _switch(desk, actor, account_id, selection, market, progress, on=False)


def _switch(
    desk: Desk,
    actor: Actor,
    account_id: str,
    selection: Sequence[str] | None,
    market: str,
    progress: Progress | None,
    *,
    on: bool,
) -> Done:
    work = Pages(desk)
    online: list[int] = []
    if selection is None and not market:
        # The flag first: whatever is sent from now on reads it, whether its want was there before or comes below.
        desk.write(lambda tx: _switch_all(tx, actor, account_id, on=on))

    def page(ids: Sequence[str]) -> None:
        still: list[int] = []

        def pages_work(tx: Tx) -> Outcome:
            still.clear()
            if selection is None and not market:
                rows = [r for r in listing_lists.chosen(tx.connection, account_id, ids) if r.manage_stock]
                want(tx, *stock_of(rows, lower=on))
                return len(rows), []
            count, problems, number = _switch_page(tx, actor, account_id, ids, market, on=on)
            still.append(number)
            return count, problems

        work.run(pages_work)
        online.extend(still)

    finished = in_pages(meant(desk, account_id, selection), page, progress, PAGE)
    number = sum(online)
    if on and number:
        work.notes.append(msg("management.still_online", market=market, count=number))
    return work.done(stopped=not finished)


def _switch_all(tx: Tx, actor: Actor, account_id: str, *, on: bool) -> None:
    accounts.set_account(tx, account_id, listings_paused=on)
    said = msg("management.log_all_paused" if on else "management.log_all_resumed", operator=actor.code)
    sync_log.log(tx, account_id, "warning" if on else "info", said)


def _switch_page(
    tx: Tx, actor: Actor, account_id: str, ids: Sequence[str], market: str, *, on: bool
) -> tuple[int, list[tuple[str, Text]], int]:
    rows = listing_lists.chosen(tx.connection, account_id, ids)
    problems = [(row.sku_text, msg("management.not_ours_to_pause")) for row in rows if not row.is_managed]
    mine = [row for row in rows if row.is_managed]
    online = 0
    wants: list[Want] = []
    if market:
        known = listings.markets(tx.connection, [row.id for row in mine])
        for row in mine:
            there = next((one for one in known[row.id] if one.market == market), None)
            online += there is not None and there.publication_state == ONLINE
            listings.set_market(tx, row.id, market, paused=on)
            if not on and row.manage_price and there is not None and there.wanted_minor is not None:
                wants.append(PriceOf(row.id, market))
            if not on and row.manage_content and there is not None and there.wanted_content is not None:
                wants.append(ContentOf(row.id, market))
    else:
        for row in mine:
            listings.set_listing(tx, row.id, paused=on)
    want(tx, *wants, *stock_of(mine, lower=on and not market))
    log(tx, account_id, mine, lambda what: _said(what, actor, market, on=on), market)
    return len(mine), problems, online


def _said(what: Text, actor: Actor, market: str, *, on: bool) -> Text:
    if market:
        code = "management.log_market_paused" if on else "management.log_market_resumed"
        return msg(code, what=what, market=market, operator=actor.code)
    return msg("management.log_paused" if on else "management.log_resumed", what=what, operator=actor.code)
