"""Many prices of one market in one CSV: each looked at first, sent once, and each read back before it is done.

A CSV pays from MANY rows on. Singly a price takes three requests (read, write, read back) and stands there at once; by
CSV its reading and reading back are shared, 50 listings a page, and the task takes some five minutes and a dozen
polls. At the pace of an account (150 requests in 10 s) 50 prices are 150 requests, 10 seconds in which nothing else of
the account is asked; as a CSV they are 112 at most. A thousand are 3,000 requests and 200 seconds against less than
200 requests. The hour's lines are the same either way.

What the marketplace says of a row is believed only of a refusal: a price is there when it was read. Of a row that
nothing is known of, the price is looked up for half an hour (a few of them by export_price), then a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.connectors.backmarket.client import MOST_ON_A_PAGE, BackMarket
from bmdesk.connectors.backmarket.csv_calls import (
    MOST_ROWS,
    CsvCalls,
    Load,
    Lost,
    csv_text,
    doubt,
    said_of,
)
from bmdesk.connectors.backmarket.export_price import PriceExporter
from bmdesk.connectors.backmarket.paging import scan
from bmdesk.connectors.backmarket.price_judgement import LookingUpPrice, PriceJudge, Verdict
from bmdesk.connectors.backmarket.price_order import Ranked, by_worth
from bmdesk.connectors.backmarket.wire import Page
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.connectors.backmarket.wire_tasks import TaskRow, TaskStatus, TaskWire
from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked, Planned, Room
from bmdesk.connectors.failures import GoneAtRemote, NotTheApi, Rejected, RemoteFailure, UnreadableAnswer
from bmdesk.domain.effects import REPLAY, EffectState, Fault, Kind, PriceOf, backoff
from bmdesk.domain.identifiers import sku_key
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.prices.floors import Floors
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.store.engine import Connection
from bmdesk.store.queries import listings, outbox, outbox_calls, price_sending, sync_log
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.outbox_calls import CallRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

MANY = 50
"""So many prices of one market go by CSV."""
_AT_ONCE = 50
"""So many rows are judged in one transaction: scans go in between."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class PriceRowRefused(Failure):
    """The marketplace refused this price. Params: sku, market, reason."""

    code = "price.row_refused"


class PriceTaskFailed(Failure):
    """The marketplace ended the task of a CSV badly. Params: task, market, reason."""

    code = "price.task_failed"


class PriceTaskNeverEnded(Failure):
    """The task of a CSV has run for hours; its prices are looked up instead. Params: task, market."""

    code = "price.task_never_ended"


@dataclass(frozen=True, slots=True)
class _Row:
    effect: EffectRow
    verdict: Verdict


class PriceCsvExporter:
    """Makes many confirmed prices of one market right. `room`: how many more the hour takes."""

    kind = Kind.PRICE
    replay = REPLAY[Kind.PRICE]
    batch = MOST_ROWS

    def __init__(
        self,
        desk: Desk,
        client: BackMarket,
        account_id: str,
        settings: AccountSettings,
        singly: PriceExporter,
        room: Callable[[], Room],
        width: int,
    ) -> None:
        self._desk, self._client, self._account = desk, client, account_id
        self._singly, self._room, self._width = singly, room, width
        self._judge, self._backpricer = PriceJudge(desk, settings), settings.backpricer
        self._calls = CsvCalls(desk, client, account_id, Kind.PRICE)

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        """The rows of one market that has MANY, or none: first those that are to be looked up; then, of all that the
        hour still takes, those worth most. The rest goes singly.
        """
        if len(effects) < MANY:
            return ()
        if doubts := _of_one_kind((one.market, one) for one in effects if _is_looked_up(one)):
            return doubts
        most = self._room().effects

        def work(connection: Connection) -> list[EffectRow]:
            shared = price_sending.shared_skus(connection, self._account)
            ranked = by_worth(connection, self._desk.company, effects)[:most]
            # Those with a min_price apart: an empty field might take away one that stands there.
            return _of_one_kind(
                ((one.effect.market, self._has_minimum(one)), one.effect)
                for one in ranked
                if _fits(one, shared)
            )

        return self._desk.read(work)

    def plan(self, effect: EffectRow) -> Planned | None:
        return self._singly.plan(effect)

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        """All of one market. Raises RemoteFailure where nothing was sent."""
        market = effects[0].market
        outcomes: dict[str, Outcome] = {}
        rows: list[_Row] = []
        seen = self._see(effects, market)
        for start in range(0, len(effects), _AT_ONCE):
            some = effects[start : start + _AT_ONCE]
            judged = self._desk.write(lambda tx, some=some: self._judged(tx, some, seen))  # type: ignore[misc]
            for effect, found in zip(some, judged, strict=True):
                if isinstance(found, Verdict):
                    rows.append(_Row(effect, found))
                else:
                    outcomes[effect.id] = found
        if not rows:
            return outcomes
        try:
            return outcomes | self._send(market, rows)
        except Rejected as refused:  # the CSV as a whole; what was right before stays so
            return outcomes | {row.effect.id: Parked(refused.fault, refused) for row in rows}

    def poll(self, call: CallRow) -> timedelta | None:
        """Ask after a running task once. None: it has ended and so have its effects; else when to ask again.

        Raises RemoteFailure.
        """
        found = self._calls.follow(call)
        if isinstance(found, timedelta):
            return found
        if isinstance(found, Lost):
            self._calls.lose(call, lambda tx, effect: self._lost(tx, effect, call, found))
        else:
            self._end(call, found)
        return None

    # ---------------------------------------------------------------- sending

    def _has_minimum(self, one: Ranked) -> bool:
        return self._backpricer and one.price is not None and one.price.wanted_min_minor is not None

    def _judged(
        self, tx: Tx, effects: Sequence[EffectRow], seen: Mapping[str, ListingWire | RemoteFailure]
    ) -> list[Verdict | Outcome]:
        """For each effect what its row says, or what became of it without one."""
        floors = self._judge.floors(tx.connection, effects)
        return [self._judged_one(tx, effect, seen[effect.id], floors) for effect in effects]

    def _judged_one(
        self, tx: Tx, effect: EffectRow, wire: ListingWire | RemoteFailure, floors: Floors
    ) -> Verdict | Outcome:
        doubt = _is_looked_up(effect)
        if isinstance(wire, RemoteFailure):
            return _unseen(tx, effect, wire, sent=doubt)
        if doubt:
            return self._judge.looked_up(tx, effect, wire)
        verdict = self._judge.judge(tx, effect, wire, floors)
        if verdict is None:
            return Dropped()
        if verdict.wish.nothing:
            return Done()
        if verdict.problem is not None:
            return Parked(verdict.fault, verdict.problem, verdict.change)
        wish = verdict.wish
        if wish.price is None or wish.comment is not None or wish.warranty is not None:
            wants.want(tx, PriceOf(verdict.row.id, effect.market))  # handed over meanwhile: it goes singly
            return Dropped()
        return verdict

    def _send(self, market: str, rows: Sequence[_Row]) -> dict[str, Outcome]:
        with_minimum = any(row.verdict.wish.minimum is not None for row in rows)
        columns = ("sku", "price", "currency", *(("min_price",) if with_minimum else ()))
        text = csv_text(columns, (_cells(row.verdict, with_minimum=with_minimum) for row in rows))
        loads = [
            Load(row.effect, {"change": row.verdict.change}, {"change": row.effect.change}) for row in rows
        ]
        return self._calls.send(market, text, loads)

    def _see(self, effects: Sequence[EffectRow], market: str) -> dict[str, ListingWire | RemoteFailure]:
        """What each listing shows in this market now, by effect; or why this one cannot be read.

        By pages where that takes fewer requests; what the pages lack is read by itself. Raises RemoteFailure where
        nothing can be read.
        """

        def work(connection: Connection) -> tuple[dict[str, ListingRow], int]:
            rows = {e.id: listings.listing(connection, e.listing_id or "") for e in effects}
            return rows, listings.count(connection, self._account)

        rows, count = self._desk.read(work)
        wanted = {row.remote_id for row in rows.values()}
        found: dict[str, ListingWire] = {}
        if count / MOST_ON_A_PAGE < len(wanted) / 2:

            def take(page: Page[ListingWire]) -> None:
                found.update({one.id: one for one in page.results if one.id in wanted})

            scan(
                lambda number: self._client.listings_page(market, number),
                take,
                width=self._width,
                key=lambda one: one.id,
                keep_going=lambda: len(found) < len(wanted),
            )
        seen: dict[str, ListingWire | RemoteFailure] = {}
        for effect in effects:
            remote_id = rows[effect.id].remote_id
            try:
                seen[effect.id] = found.get(remote_id) or self._client.listing(remote_id, market)
            except NotTheApi:
                raise
            except (GoneAtRemote, Rejected, UnreadableAnswer) as failure:
                seen[effect.id] = failure
        return seen

    # ---------------------------------------------------------------- what came of it

    def _lost(self, tx: Tx, effect: EffectRow, call: CallRow, why: Lost) -> Failure:
        if why is Lost.UNKNOWN:
            price = (effect.change or {}).get("new", "")
            return LookingUpPrice(market=call.market, price=price)
        return PriceTaskNeverEnded(task=str(call.task), market=call.market)

    def _end(self, call: CallRow, task: TaskWire) -> None:
        """Every row by itself: a price that is there was taken, whatever the report says."""
        said = {sku_key(row.sku): row for row in task.rows if row.sku}
        effects = self._desk.read(lambda c: outbox_calls.of_call(c, call.id))
        seen = self._see(effects, call.market) if effects else {}
        for start in range(0, len(effects), _AT_ONCE):
            some = effects[start : start + _AT_ONCE]

            def note(tx: Tx, some: Sequence[EffectRow] = some) -> None:
                for effect in some:
                    self._note(tx, effect, self._ended(tx, effect, seen[effect.id], task, said))

            self._desk.write(note)
        self._calls.close(call)

    def _ended(
        self,
        tx: Tx,
        effect: EffectRow,
        wire: ListingWire | RemoteFailure,
        task: TaskWire,
        said: Mapping[str, TaskRow],
    ) -> Outcome:
        if isinstance(wire, RemoteFailure):
            return _unseen(tx, effect, wire, sent=True)
        sku = listings.listing(tx.connection, effect.listing_id or "").sku_text
        row, refused, problem = said.get(sku_key(sku)), None, None
        if row is not None and row.errors:
            refused = PriceRowRefused(sku=sku, market=effect.market, reason=said_of(row.errors))
        elif task.status is TaskStatus.FAILED:
            reason = task.error or "-"
            problem = PriceTaskFailed(task=str(task.id), market=effect.market, reason=reason)
        return self._judge.looked_up(tx, effect, wire, refused=refused, problem=problem)

    def _note(self, tx: Tx, effect: EffectRow, outcome: Outcome) -> None:
        """What the engine does with an outcome, for effects whose task ended."""

        def log(level: str, text: Text) -> None:
            about = {"listing_id": effect.listing_id, "effect_id": effect.id}
            sync_log.log(tx, self._account, level, text, market=effect.market, **about)

        match outcome:
            case Done(change):
                outbox.end(tx, effect.id, EffectState.DONE, change=change)
                words = msg("sync.wrote_price", **(change or {}))
                log("info", words)
            case Later(at, problem):
                doubt(tx, effect, problem)
                outbox.set_effect(tx, effect.id, next_at=at)
            case Parked(fault, problem, change):
                outbox.park(tx, effect.id, fault, problem, change=change)
                log("error", problem.happened)
            case _:
                outbox.end(tx, effect.id, EffectState.CANCELLED)


def _of_one_kind(effects: Iterable[tuple[Hashable, EffectRow]]) -> list[EffectRow]:
    """The effects of the first kind that has MANY of them, in their order."""
    kinds: dict[Hashable, list[EffectRow]] = {}
    for kind, one in effects:
        kinds.setdefault(kind, []).append(one)
    return next((rows for rows in kinds.values() if len(rows) >= MANY), [])[:MOST_ROWS]


def _is_looked_up(effect: EffectRow) -> bool:
    """Whether a CSV carried it whose end is unknown; unless a person said to send it again."""
    return effect.call_id is not None and not effect.forced


def _fits(one: Ranked, shared: set[str]) -> bool:
    """Whether this price can go in a CSV: nobody asked for it by itself, nothing is in doubt, its SKU names one listing
    and is no formula for whoever opens the file, and no comment goes along.
    """
    effect, price = one.effect, one.price
    if effect.state != EffectState.PENDING.value or effect.urgent or effect.forced or effect.call_id:
        return False
    if price is None or not price.manage_price or price.wanted_minor is None:
        return False
    sku = price.sku_text
    named = bool(sku.strip()) and price.sku_key not in shared and sku.isprintable()
    whole = price.written_at is not None or not price.manage_content
    return named and whole and not sku.startswith(_FORMULAS)


def _cells(verdict: Verdict, *, with_minimum: bool) -> tuple[str, ...]:
    """Only what changes: a column that is not there is left alone."""
    price, minimum = verdict.wish.price, verdict.wish.minimum
    assert price is not None, "only prices go by CSV"
    least = (f"{minimum.amount:f}" if minimum is not None else "",) if with_minimum else ()
    return (verdict.row.sku_text, f"{price.amount:f}", price.currency, *least)


def _unseen(tx: Tx, effect: EffectRow, failure: RemoteFailure, *, sent: bool = False) -> Outcome:
    """This one could not be read; the others can. What may have been taken stays in doubt."""
    if failure.fault is Fault.GONE or (failure.fault is Fault.REJECTED and not sent):
        return Parked(failure.fault, failure)
    if failure.fault is Fault.REJECTED:
        return Parked(Fault.AMBIGUOUS, failure)
    return Later(tx.now + backoff(effect.attempts + 1, 0.5), failure, failed=True, uncertain=sent)
