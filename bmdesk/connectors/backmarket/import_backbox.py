"""Who wins the BackBoxes of our listings, asked one listing after the other, the one that was asked longest ago first.

The marketplace answers two such questions a second and each for all markets, so thousands of listings take a while:
each answer is kept at once, and whoever goes on later begins with what was not asked yet. Nothing is written there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.price_read import minor
from bmdesk.connectors.backmarket.wire import CompetitorWire
from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import Fault
from bmdesk.domain.markets import Region, market_of_code
from bmdesk.services.desk import Desk
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import backbox, listings
from bmdesk.store.queries.backbox import Asked
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text

Told: TypeAlias = Callable[[int, int], None]
"""Told (listings asked, of how many)."""

PAUSE = timedelta(seconds=10)
"""Between two slices of what is read on a schedule."""
MOST_AT_ONCE, LEAST_AT_ONCE = 20, 2
"""Listings in one slice: ten seconds of the marketplace's pace; one while something else waits."""

_PAGE = 50
_MOST_IN_A_ROW = 3
"""When so many listings fail one after the other it is the marketplace that is unwell."""
_MOST_TRIES = 3

_ITS_OWN = frozenset({Fault.REJECTED, Fault.GONE})
_PASSING = frozenset({Fault.TRANSIENT, Fault.RATE_LIMITED})


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a reading brought. `left`: listings it did not come to. `failed`: (the listing's SKU, why).

    Of `boxes` some are `winning`; `without`: listings that compete for none anywhere.
    """

    ids: tuple[str, ...] = ()
    boxes: int = 0
    winning: int = 0
    without: int = 0
    failed: tuple[tuple[str, Text], ...] = ()
    left: int = 0

    @property
    def asked(self) -> int:
        """How many listings were asked about."""
        return len(self.ids)

    def __add__(self, other: Refreshed) -> Refreshed:
        """What both brought."""
        return Refreshed(
            (*self.ids, *other.ids),
            self.boxes + other.boxes,
            self.winning + other.winning,
            self.without + other.without,
            (*self.failed, *other.failed),
            self.left + other.left,
        )


def refresh(
    desk: Desk,
    client: BackMarket,
    account_id: str,
    keep_going: KeepGoing,
    told: Told = lambda _done, _total: None,
    *,
    market: str = "",
    among: Sequence[str] | None = None,
    older_than: timedelta = timedelta(0),
    only_online: bool = False,
) -> Refreshed:
    """Ask about every listing that is online (in this market, or in any) or managed, until `keep_going` says no.

    `among`: only these (at most 500); `older_than`: not what was asked since; `only_online`: not what is only managed.
    Raises RemoteFailure for what is not one listing's fault; what was read before is kept.
    """
    before = desk.clock.now() - older_than
    done, trouble = Refreshed(), _Trouble()

    def left() -> int:
        now = desk.clock.now()
        return desk.read(
            lambda c: backbox.how_many_to_ask(
                c, account_id, before, now, market=market, among=among, only_online=only_online
            )
        )

    def following() -> list[Asked]:
        now = desk.clock.now()
        return desk.read(
            lambda c: backbox.to_ask(
                c, account_id, before, now, _PAGE, market=market, among=among, only_online=only_online
            )
        )

    total = left()
    told(0, total)
    while page := following():
        for one in page:
            if not keep_going():
                return replace(done, left=left())
            try:
                found = client.competitors(one.remote_id)
            except RemoteFailure as failure:
                if trouble.is_over_after(one, failure):
                    raise
                if trouble.may_pass(one, failure):
                    continue  # the page is looked up again, and this one is still on it
                done = _note_failed(desk, one, failure, done)
            else:
                trouble.is_well()
                done = _keep(desk, client.endpoint.region, one, found, done)
            told(done.asked, max(total, done.asked))
    return done


def pull(
    desk: Desk,
    client: BackMarket,
    account_id: str,
    every: timedelta,
    keep_going: KeepGoing,
    others_wait: Callable[[], bool],
) -> Refreshed | None:
    """A slice of what is read on a schedule: listings online that were not asked about for so long, the oldest first.

    It ends early while `others_wait`. None where there is nothing to ask, or where bmdesk writes no prices: then nobody
    could do anything about an answer. Raises as `refresh`.
    """
    now = desk.clock.now()
    if not desk.read(lambda c: listings.is_any_price_managed(c, account_id)) or not desk.read(
        lambda c: backbox.how_many_to_ask(c, account_id, now - every, now, only_online=True)
    ):
        return None
    asked = 0

    def goes_on() -> bool:
        nonlocal asked
        if not keep_going() or asked >= MOST_AT_ONCE or (asked >= LEAST_AT_ONCE and others_wait()):
            return False
        asked += 1
        return True

    return refresh(desk, client, account_id, goes_on, older_than=every, only_online=True)


class _Trouble:
    """Whether it is one listing that cannot be asked about, or the marketplace that is unwell."""

    def __init__(self) -> None:
        self._in_a_row: set[str] = set()
        self._tries: Counter[str] = Counter()

    def is_well(self) -> None:
        """It answered."""
        self._in_a_row.clear()

    def is_over_after(self, one: Asked, failure: RemoteFailure) -> bool:
        """Whether going on makes no sense."""
        self._tries[one.id] += 1
        if failure.fault in _ITS_OWN:
            return False
        self._in_a_row.add(one.id)
        if failure.fault not in _PASSING and failure.fault is not Fault.DRIFT:
            return True
        tired = failure.fault is Fault.RATE_LIMITED and self._tries[one.id] >= _MOST_TRIES
        return tired or len(self._in_a_row) >= _MOST_IN_A_ROW

    def may_pass(self, one: Asked, failure: RemoteFailure) -> bool:
        """Whether to ask about this one again, after the others."""
        return failure.fault in _PASSING and self._tries[one.id] < _MOST_TRIES


def _keep(
    desk: Desk, region: Region, one: Asked, found: Sequence[CompetitorWire], done: Refreshed
) -> Refreshed:
    mine = _own(region, one.remote_id, found)
    rows = [_columns(market, wire) for market, wire in mine.items()]

    def work(tx: Tx) -> None:
        none = {"found": False, "is_winning": None, "currency": ""}
        empty = [
            {"market": market, **none, "price_minor": None, "winner_minor": None, "to_win_minor": None}
            for market in backbox.priced_markets(tx.connection, one.id)
            if market not in mine
        ]
        backbox.save(tx, one.id, [*rows, *empty])

    desk.write(work)
    return replace(
        done,
        ids=(*done.ids, one.id),
        boxes=done.boxes + len(rows),
        winning=done.winning + sum(1 for row in rows if row["is_winning"]),
        without=done.without + (not rows),
    )


def _note_failed(desk: Desk, one: Asked, failure: RemoteFailure, done: Refreshed) -> Refreshed:
    """What is known of it stays, with its age; it is asked again when all the others were."""
    problem = failure.happened
    desk.write(lambda tx: backbox.save(tx, one.id, None, keep_text(problem)))
    return replace(done, ids=(*done.ids, one.id), failed=(*done.failed, (one.sku_text, problem)))


def _own(region: Region, remote_id: str, found: Sequence[CompetitorWire]) -> dict[str, CompetitorWire]:
    """What is said of this listing itself, by market.

    Other listings of ours may compete for the same BackBox and stand in the answer too; an item that names none is the
    listing's own.
    """
    mine: dict[str, CompetitorWire] = {}
    for wire in sorted(found, key=lambda wire: not wire.listing_id):
        market = market_of_code(region, wire.market)
        if market is not None and wire.listing_id.casefold() in ("", remote_id.casefold()):
            mine.setdefault(market.locale, wire)
    return mine


def _columns(market: str, wire: CompetitorWire) -> Row:
    return {
        "market": market,
        "found": True,
        "is_winning": wire.is_winning,
        "price_minor": minor(wire.price, wire.currency),
        "winner_minor": minor(wire.winner_price, wire.currency),
        "to_win_minor": minor(wire.price_to_win, wire.currency),
        "currency": wire.currency,
    }
