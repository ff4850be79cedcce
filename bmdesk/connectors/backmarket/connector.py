"""One Back Market account, opened for the engine: its feeds, its exporters, its limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bmdesk.connectors.backmarket import import_listings, import_orders
from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.backmarket.export_listings import CreateExporter
from bmdesk.connectors.backmarket.export_price import PriceExporter
from bmdesk.connectors.backmarket.export_stock import StockExporter
from bmdesk.connectors.backmarket.pace import StorePace
from bmdesk.connectors.backmarket.paging import Scan
from bmdesk.connectors.backmarket.transport import RETRY_PAUSES, Exchange, Timeouts
from bmdesk.connectors.base import Exporter, Feed, KeepGoing, Pulled, Room
from bmdesk.domain.effects import Kind
from bmdesk.services.account_settings import LISTINGS, ORDERS, AccountSettings
from bmdesk.services.desk import Desk
from bmdesk.store.queries import feeds, outbox_calls
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

_MOST_DRIFT = 20


@dataclass(frozen=True, slots=True)
class Manners:
    """How calls are made: how many together, how long they may take. Tests bring their own."""

    width: int = 8
    timeouts: Timeouts = field(default_factory=Timeouts)
    retry_pauses: tuple[float, ...] = RETRY_PAUSES
    observe: Callable[[Exchange], None] | None = None


class BackMarketConnector:
    """Implements connectors.base.Connector. Close it."""

    def __init__(
        self,
        desk: Desk,
        account: AccountRow,
        settings: AccountSettings,
        endpoint: Endpoint,
        rest: Callable[[float], None],
        manners: Manners,
    ) -> None:
        self._desk, self._account, self._settings, self._manners = desk, account, settings, manners
        self._pace = StorePace(desk, account.id, settings.rate, rest)
        self._client = BackMarket(
            endpoint,
            self._pace,
            width=max(manners.width, 1),
            rest=rest,
            timeouts=manners.timeouts,
            observe=manners.observe,
            retry_pauses=manners.retry_pauses,
            now=desk.clock.now,
        )
        self._create = CreateExporter(desk, self._client, account.id, settings)
        self._exporters: tuple[Exporter, ...] = (
            StockExporter(desk, self._client, account.id, settings),
            self._create,
            PriceExporter(desk, self._client, account.id),
        )

    @property
    def account(self) -> AccountRow:
        return self._account

    @property
    def exporters(self) -> Sequence[Exporter]:
        return self._exporters

    @property
    def gather(self) -> timedelta:
        return timedelta(seconds=self._settings.gather_seconds)

    @property
    def call_limit(self) -> timedelta:
        return timedelta(seconds=self._manners.timeouts.settle)

    @property
    def skew(self) -> timedelta | None:
        return self._client.skew

    def feeds(self) -> Sequence[Feed]:
        """Orders first, always; listings in the primary market, and in the others in turn."""
        return [
            Feed(one.kind, one.market, one.every, first=one.kind == ORDERS) for one in self._settings.readings
        ]

    def pull(self, feed: Feed, keep_going: KeepGoing) -> Pulled:
        if feed.kind == ORDERS:
            scans = import_orders.pull(
                self._desk, self._client, self._account.id, self._manners.width, keep_going
            )
            return self._pulled(feed, scans)
        if feed.kind == LISTINGS:
            reading = import_listings.pull(
                self._desk, self._client, self._account.id, feed.market, self._manners.width, keep_going
            )
            notes = (msg("sync.listings_missing", count=reading.missing),) if reading.missing else ()
            return self._pulled(feed, [reading.scan], notes)
        return self._poll_tasks()

    def room(self, kind: Kind) -> Room:
        return self._pace.room(kind)

    def close(self) -> None:
        self._client.close()

    def _pulled(self, feed: Feed, scans: Sequence[Scan], notes: tuple[Text, ...] = ()) -> Pulled:
        drift = sorted({d for scan in scans for d in scan.drift})[:_MOST_DRIFT]
        bad = [record for scan in scans for record in scan.bad]
        kept = [{"path": d.path, "expected": d.expected, "found": d.found} for d in drift]
        self._desk.write(lambda tx: feeds.set_feed(tx, self._account.id, feed.kind, feed.market, drift=kept))
        if bad:
            notes = (*notes, msg("sync.records_quarantined", count=len(bad)))
        return Pulled(sum(s.seen for s in scans), all(s.complete for s in scans), notes)

    def _poll_tasks(self) -> Pulled:
        """Ask after each task that runs; the next time is when the first of them is due."""
        now, soonest, asked = self._desk.clock.now(), None, 0
        for call in self._desk.read(lambda c: outbox_calls.running_calls(c, self._account.id)):
            after = self._create.poll(call)
            asked += 1
            if after is None:
                continue

            def asked_again(tx: Tx, call_id: str = call.id, polls: int = call.polls + 1) -> None:
                outbox_calls.set_call(tx, call_id, polls=polls)

            self._desk.write(asked_again)
            at = now + after
            soonest = at if soonest is None else min(soonest, at)
        return Pulled(asked, complete=True, next_at=soonest, asked=asked > 0)
