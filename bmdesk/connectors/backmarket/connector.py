"""One Back Market account, opened for the engine: its feeds, its exporters, its limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bmdesk.connectors.backmarket import (
    import_backbox,
    import_backship,
    import_categories,
    import_history,
    import_listings,
    import_orders,
    import_unfinished,
    papers,
)
from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.backmarket.export_content import ContentExporter
from bmdesk.connectors.backmarket.export_invoice import InvoiceExporter
from bmdesk.connectors.backmarket.export_listings import CreateExporter
from bmdesk.connectors.backmarket.export_orders import AcceptExporter, ShipExporter
from bmdesk.connectors.backmarket.export_price import PriceExporter
from bmdesk.connectors.backmarket.export_price_csv import PriceCsvExporter
from bmdesk.connectors.backmarket.export_refund import CancelExporter, RefundExporter
from bmdesk.connectors.backmarket.export_stock import StockExporter
from bmdesk.connectors.backmarket.pace import StorePace
from bmdesk.connectors.backmarket.paging import Scan
from bmdesk.connectors.base import Exporter, Feed, KeepGoing, Pulled, Room, Urgent
from bmdesk.connectors.http import RETRY_PAUSES, Exchange, Timeouts
from bmdesk.domain.effects import Kind
from bmdesk.services.desk import Desk
from bmdesk.services.prices import automatic
from bmdesk.services.selling import content_by_itself
from bmdesk.services.selling.account_settings import (
    BACKBOX,
    BACKSHIP,
    CATEGORIES,
    CONTENT,
    HISTORY,
    LISTINGS,
    ORDERS,
    PAPERS,
    PATIENT,
    PRICES,
    UNFINISHED,
    AccountSettings,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, documents, feeds, outbox, outbox_calls
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
        self._endpoint = endpoint
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
        stock = StockExporter(desk, self._client, account.id, settings)
        prices = PriceExporter(desk, self._client, account.id, settings)
        self._price_csvs = PriceCsvExporter(
            desk, self._client, account.id, settings, prices, lambda: self.room(Kind.PRICE), manners.width
        )
        # What is gone must not be sold; then the orders, whose clock runs; the rest of the stock after them.
        self._exporters: tuple[Exporter, ...] = (
            Urgent(stock),
            ShipExporter(desk, self._client, account.id),
            AcceptExporter(desk, self._client, account.id),
            CancelExporter(desk, self._client, account.id),
            RefundExporter(desk, self._client, account.id),
            stock,
            self._create,
            self._price_csvs,
            prices,
            ContentExporter(desk, self._client, account.id),
            InvoiceExporter(desk, self._client, account.id),
        )

    @property
    def account(self) -> AccountRow:
        return self._account

    @property
    def client(self) -> BackMarket:
        """For what a person asks for by hand."""
        return self._client

    @property
    def exporters(self) -> Sequence[Exporter]:
        held = self._settings.held
        return [one for one in self._exporters if one.kind not in held] if held else self._exporters

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
        desk, client, account, width = self._desk, self._client, self._account.id, self._manners.width
        if feed.kind == ORDERS:
            return self._pulled(feed, import_orders.pull(desk, client, account, width, keep_going).scans)
        if feed.kind == UNFINISHED:
            return self._read_unfinished(feed, keep_going)
        if feed.kind == LISTINGS:
            reading = import_listings.pull(desk, client, account, feed.market, width, keep_going)
            notes = (msg("sync.listings_missing", count=reading.missing),) if reading.missing else ()
            return self._pulled(feed, [reading.scan], notes)
        if feed.kind == BACKSHIP:
            read = import_backship.pull(desk, client, account, keep_going)
            return Pulled(read or 0, complete=True, asked=read is not None)
        if feed.kind == PAPERS:
            return self._fetch_papers(feed, keep_going)
        if feed.kind == BACKBOX:
            return self._read_backboxes(feed, keep_going)
        if feed.kind == CATEGORIES:
            return self._read_categories(feed, keep_going)
        if feed.kind == HISTORY:
            return self._read_history(keep_going)
        if feed.kind == CONTENT:
            followed = content_by_itself.follow(self._desk, account)
            return Pulled(followed.texts + followed.woken, complete=True, asked=False)
        if feed.kind == PRICES:
            done = automatic.reprice(self._desk, account, keep_going)
            return Pulled(done.count, complete=not done.stopped, asked=False)
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

    def _read_unfinished(self, feed: Feed, keep_going: KeepGoing) -> Pulled:
        since = self._desk.read(lambda c: accounts.account(c, self._account.id)).orders_since
        if (
            since is None or self._desk.clock.now() - since < feed.every
        ):  # the first reading has just shown them
            return Pulled(0, complete=True, asked=False)
        reading = import_unfinished.pull(
            self._desk, self._client, self._account.id, self._manners.width, keep_going
        )
        return self._pulled(feed, reading.scans)

    def _fetch_papers(self, feed: Feed, keep_going: KeepGoing) -> Pulled:
        """What is due now. A page of many is followed by the next at once; what comes meanwhile waits for its turn."""
        done = papers.fetch_due(self._desk, self._endpoint, self._account.id, keep_going)
        soonest = self._desk.read(lambda c: documents.next_due(c, self._account.id))
        if soonest is not None and soonest > self._desk.clock.now() + feed.every:
            soonest = None
        notes = (msg("sync.papers_failed", count=done.failed),) if done.failed else ()
        # Another host than the API's: what it does says nothing about the connection.
        return Pulled(done.kept, complete=True, notes=notes, next_at=soonest, asked=False)

    def _read_backboxes(self, feed: Feed, keep_going: KeepGoing) -> Pulled:
        done = import_backbox.pull(
            self._desk, self._client, self._account.id, feed.every, keep_going, self._others_wait
        )
        if done is None:
            return Pulled(0, complete=True, asked=False)
        notes = (msg("sync.backbox_failed", count=len(done.failed)),) if done.failed else ()
        # The pause leaves half of the marketplace's pace to people who ask themselves.
        soon = self._desk.clock.now() + import_backbox.PAUSE
        return Pulled(
            done.asked,
            complete=True,
            notes=notes,
            next_at=soon if done.left else None,
            asked=done.asked > len(done.failed),
        )

    def _read_categories(self, feed: Feed, keep_going: KeepGoing) -> Pulled:
        done = import_categories.pull(
            self._desk, self._client, self._account.id, feed.every, keep_going, self._others_wait
        )
        if done is None:
            return Pulled(0, complete=True, asked=False)
        soon = self._desk.clock.now() + import_categories.PAUSE
        return Pulled(done.categories, complete=True, next_at=soon if done.left else None)

    def _read_history(self, keep_going: KeepGoing) -> Pulled:
        done = import_history.pull(
            self._desk, self._client, self._account.id, self._manners.width, keep_going, self._others_wait
        )
        if done is None:
            return Pulled(0, complete=True, asked=False)
        notes = (
            (msg("sync.records_quarantined", count=done.saved.quarantined),) if done.saved.quarantined else ()
        )
        now = self._desk.clock.now()
        return Pulled(done.saved.seen, complete=True, notes=notes, next_at=now if done.more else None)

    def _others_wait(self) -> bool:
        """Whether anything is due that goes before what is patient: effects, or the next reading of orders."""
        now = self._desk.clock.now()

        def work(connection: Connection) -> bool:
            rows = feeds.of_account(connection, self._account.id)
            due = any(
                row.kind not in PATIENT and row.next_at is not None and row.next_at <= now for row in rows
            )
            return due or outbox.is_due(
                connection, self._account.id, now, now - self.gather, self._settings.held
            )

        return self._desk.read(work)

    def _poll_tasks(self) -> Pulled:
        """Ask after each task that runs; the next time is when the first of them is due."""
        now, soonest, asked = self._desk.clock.now(), None, 0
        for call in self._desk.read(lambda c: outbox_calls.running_calls(c, self._account.id)):
            sender = self._price_csvs if call.kind == Kind.PRICE.value else self._create
            after = sender.poll(call)
            asked += 1
            if after is None:
                continue

            def asked_again(tx: Tx, call_id: str = call.id, polls: int = call.polls + 1) -> None:
                outbox_calls.set_call(tx, call_id, polls=polls)

            self._desk.write(asked_again)
            at = now + after
            soonest = at if soonest is None else min(soonest, at)
        return Pulled(asked, complete=True, next_at=soonest, asked=asked > 0)
