"""Missing listings, made by one CSV for many SKUs: probed first, sent once, its task polled, each row's end told apart.

Rows carry quantity 0; stock and the other markets' prices follow by single writes as soon as the listing was read back.
Prices are those of the preview that a person confirmed; for a SKU that came later, those of the shares at the moment of
the CSV, where true cost sets them a floor: a price that nobody confirmed and whose floor nobody knows makes no listing.
Either is kept in the effect before anything is sent, and is never worked out anew for this listing. Below the floor as
it is at the moment of the CSV nothing is made.
A CSV whose answer was lost is never sent again by itself: every row is looked up by its SKU for half an hour, then a
person decides. Cancelling it does not end the doubt: the next want of the SKU looks first, for a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.csv_calls import (
    LOOK_AGAIN,
    LOOK_UP_FOR,
    MOST_ROWS,
    CsvCalls,
    Load,
    Lost,
    doubt,
    said_of,
)
from bmdesk.connectors.backmarket.import_listings import save_page
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.connectors.backmarket.wire_tasks import TaskRow, TaskWire
from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked, Planned
from bmdesk.connectors.failures import NotTheApi, Rejected, UnreadableAnswer
from bmdesk.domain.effects import REPLAY, EffectState, Fault, Kind, backoff
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.linking import LINKED, OPEN
from bmdesk.domain.money import Money
from bmdesk.services.desk import Desk
from bmdesk.services.prices.floors import BelowFloorNow, Floors, below
from bmdesk.services.prices.suggesting import Suggestions
from bmdesk.services.selling import (
    content,
    creation_rows,
    listing_minimum,
    listings_made,
    prices_to_make,
    proposals_sent,
    stock,
)
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.creation_rows import Cells
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, catalogue, listings, outbox, outbox_calls, sync_log
from bmdesk.store.queries.catalogue import SkuRow, VariantRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.outbox_calls import CallRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

DOUBT_LASTS = timedelta(hours=24)
"""So long after an attempt was cancelled that may have made the listing, the next one looks first."""


class CannotBeMade(Failure):
    """Something that a listing needs is missing here. Params: sku, reason (a Text)."""

    code = "create.cannot_be_made"


class RowRefused(Failure):
    """The marketplace refused this row. Params: sku, reason."""

    code = "create.row_refused"


class TaskFailed(Failure):
    """The marketplace ended the task badly. Params: task, reason."""

    code = "create.task_failed"


class AnswerNeverCame(Failure):
    """The answer to the CSV was lost, and half an hour later the listing is still not there. Params: sku."""

    code = "create.answer_never_came"


class TaskNeverEnded(Failure):
    """The task has run for hours; the listing is looked up instead. Params: sku, task."""

    code = "create.task_never_ended"


class StillLookingUp(Failure):
    """The answer to the CSV was lost; the listing is not there yet. Params: sku."""

    code = "create.looking_up"


@dataclass(frozen=True, slots=True)
class _Row:
    effect: EffectRow
    sku: SkuRow
    variant: VariantRow
    price: Money
    """In the primary market, which is the CSV's."""
    prices: Row
    """As the effect keeps them (services.selling.prices_to_make)."""
    product: Cells = field(default_factory=dict)
    """What is said of a product that the marketplace does not know: a proposal that a person confirmed."""


class CreateExporter:
    """Makes missing listings."""

    kind = Kind.CREATE
    replay = REPLAY[Kind.CREATE]
    batch = MOST_ROWS

    def __init__(self, desk: Desk, client: BackMarket, account_id: str, settings: AccountSettings) -> None:
        self._desk, self._client, self._account, self._settings = desk, client, account_id, settings
        self._calls = CsvCalls(desk, client, account_id, Kind.CREATE)

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        return effects

    def plan(self, effect: EffectRow) -> Planned | None:
        found = self._desk.read(lambda c: self._row(c, effect))
        if found is None:
            return None
        sku = self._desk.read(lambda c: catalogue.sku(c, effect.sku_id or ""))
        market = self._settings.primary_market
        if isinstance(found, Failure):
            return Planned(Kind.CREATE, sku.text, market, "", "", found.happened)
        return Planned(Kind.CREATE, sku.text, market, "", str(found.price))

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        """Raises RemoteFailure where looking up fails for all: then nothing was sent."""
        outcomes: dict[str, Outcome] = {}
        rows: list[_Row] = []
        for one in effects:
            effect = self._desk.write(lambda tx, e=one: self._with_its_doubt(tx, e))  # type: ignore[misc]
            found = self._desk.read(lambda c, e=effect: self._row(c, e))  # type: ignore[misc]
            if found is None and effect.fault != Fault.AMBIGUOUS:
                outcomes[effect.id] = Dropped()
                continue
            sku = self._desk.read(lambda c, e=effect: catalogue.sku(c, e.sku_id or ""))  # type: ignore[misc]
            try:
                wire = self._client.listing_by_sku(sku.text, self._settings.primary_market)
            except NotTheApi:
                raise
            except (Rejected, UnreadableAnswer) as failure:
                outcomes[effect.id] = self._unseen(effect, failure)
                continue
            if wire is not None:
                outcomes[effect.id] = self._found(effect, wire)
            elif found is None or (effect.fault == Fault.AMBIGUOUS and not effect.forced):
                outcomes[effect.id] = self._keep_looking(effect, sku)
            elif isinstance(found, Failure):
                doubtful = effect.fault == Fault.AMBIGUOUS
                outcomes[effect.id] = Parked(Fault.AMBIGUOUS if doubtful else Fault.REJECTED, found)
            else:
                rows.append(found)
        if rows:
            outcomes.update(self._send(rows))
        return outcomes

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
            self._end(call, found, self._desk.read(lambda c: outbox_calls.of_call(c, call.id)))
        return None

    # ---------------------------------------------------------------- sending

    def _with_its_doubt(self, tx: Tx, effect: EffectRow) -> EffectRow:
        """An attempt was cancelled that may have made the listing: this one takes its doubt over, and looks first."""
        if effect.forced or effect.fault == Fault.AMBIGUOUS:
            return effect
        doubt = outbox_calls.doubtful_create(tx.connection, self._account, effect.key, tx.now - DOUBT_LASTS)
        if doubt is None:
            return effect
        outbox.set_effect(tx, effect.id, fault=Fault.AMBIGUOUS.value, call_id=doubt.call_id)
        return replace(effect, fault=Fault.AMBIGUOUS.value, call_id=doubt.call_id)

    def _row(self, connection: Connection, effect: EffectRow) -> _Row | Failure | None:
        """The row of this effect's SKU, why it cannot be made, or None when there is nothing to make any more."""
        account = accounts.account(connection, self._account)
        proposed = proposals_sent.columns(connection, self._account, effect.sku_id or "")
        if not account.creates and not proposed:
            return None
        # One whose answer was lost is followed up although a pull has shown a listing: it may be the one we made.
        sent = effect.fault == Fault.AMBIGUOUS
        if not sent and listings.of_sku(connection, effect.sku_id or "", self._account):
            return None
        sku = catalogue.sku(connection, effect.sku_id or "")
        variant = catalogue.variant(connection, sku.variant_id)
        if not sent and proposals_sent.is_awaited(connection, self._account, variant.id, sku.id):
            return None
        policies = self._desk.policies(connection)
        counted = stock.counts(connection, policies, account, [sku.id], self._desk.clock.now())
        if not sent and not proposed and not counted[sku.id][0].quantity:
            return None
        if not variant.ean and not variant.backmarket_product_id:
            return CannotBeMade(sku=sku.text, reason=msg("create.no_product", model_code=variant.model_code))
        primary = self._settings.primary_market
        of = content.known(connection, account, [sku.id])[sku.id]
        lacks = listing_minimum.lacking(policies, of, [primary])
        stop = listing_minimum.keeps_back(lacks, [primary])
        if stop is not None and not sent:
            return listing_minimum.refusal(sku.text, stop)
        kept = prices_to_make.kept(connection, self._account, effect.key)
        if kept is None or not prices_to_make.were_shown(kept):
            view = AccountSnapshot.of(connection, self._desk, account)
            priced = Suggestions.of(connection, view, [sku.id]).prices(sku.id)
            here = next((one for one in priced if one.market == primary), None)
            if here is not None and here.unknown is not None:
                return CannotBeMade(sku=sku.text, reason=here.unknown)
            if kept is None and (here is None or here.money is None):
                why = here.reason if here is not None else None
                return CannotBeMade(sku=sku.text, reason=why or msg("create.no_price"))
            known = [one for one in priced if one.unknown is None]
            kept = kept or prices_to_make.to_keep(known, shown=False)
        price = prices_to_make.prices(kept).get(primary)
        if price is None:
            return CannotBeMade(sku=sku.text, reason=msg("create.price_not_confirmed", market=primary))
        floor = Floors(connection, self._desk, self._account, [sku.id]).of(sku.id, primary)
        if below(price, floor):
            return BelowFloorNow(market=primary, price=price, floor=floor)
        return _Row(effect, sku, variant, price, kept, proposed)

    def _send(self, rows: Sequence[_Row]) -> dict[str, Outcome]:
        market = self._settings.primary_market
        return self._calls.send(market, _csv(rows), [_load(row) for row in rows])

    # ---------------------------------------------------------------- what came of it

    def _found(self, effect: EffectRow, wire: ListingWire) -> Outcome:
        """A listing with this SKU is there: ours when we sent it, else one that a person has not handed over."""
        ours = effect.fault == Fault.AMBIGUOUS
        said = self._desk.write(lambda tx: self._adopt(tx, effect, wire, ours=ours))
        return Done({"old": "", "new": wire.sku}, said, found=True)

    def _unseen(self, effect: EffectRow, failure: Rejected | UnreadableAnswer) -> Outcome:
        """This one could not be looked up; the others can. What may have been made stays in doubt."""
        doubt = effect.fault == Fault.AMBIGUOUS
        if isinstance(failure, Rejected):
            return Parked(Fault.AMBIGUOUS if doubt else Fault.REJECTED, failure)
        at = self._desk.clock.now() + backoff(effect.attempts + 1, 0.5)
        return Later(at, failure, failed=True, uncertain=doubt)

    def _keep_looking(self, effect: EffectRow, sku: SkuRow) -> Outcome:
        now = self._desk.clock.now()
        call_id = effect.call_id
        sent = (
            self._desk.read(lambda c: outbox_calls.call(c, call_id).started_at)
            if call_id
            else effect.created_at
        )
        if now - sent < LOOK_UP_FOR:
            return Later(now + LOOK_AGAIN, StillLookingUp(sku=sku.text), failed=True, uncertain=True)
        return Parked(Fault.AMBIGUOUS, AnswerNeverCame(sku=sku.text))

    def _end(self, call: CallRow, task: TaskWire, effects: Sequence[EffectRow]) -> None:
        """Every row by itself: a listing that is there was made, whatever the report says."""
        rows = {sku_key(row.sku): row for row in task.rows if row.sku}
        for effect in effects:
            sku = self._desk.read(lambda c, e=effect: catalogue.sku(c, e.sku_id or ""))  # type: ignore[misc]
            try:
                wire = self._client.listing_by_sku(sku.text, call.market)
            except NotTheApi:
                raise
            except (Rejected, UnreadableAnswer) as failure:
                self._desk.write(lambda tx, e=effect, f=failure: doubt(tx, e, f))  # type: ignore[misc]
                continue
            self._desk.write(
                lambda tx, e=effect, s=sku, w=wire: self._end_one(tx, e, s, w, task, rows)  # type: ignore[misc]
            )
        self._calls.close(call)

    def _end_one(
        self,
        tx: Tx,
        effect: EffectRow,
        sku: SkuRow,
        wire: ListingWire | None,
        task: TaskWire,
        rows: Mapping[str, TaskRow],
    ) -> None:
        if wire is not None:
            notes = self._adopt(tx, effect, wire, ours=True)
            outbox.end(tx, effect.id, EffectState.DONE, change={"old": "", "new": sku.text})
            for text in notes:
                sync_log.log(tx, self._account, "info", text, effect_id=effect.id)
            return
        row = rows.get(sku_key(sku.text))
        if row is not None and not row.errors and proposals_sent.taken(tx, self._account, sku.id):
            outbox.end(tx, effect.id, EffectState.DONE, change={"old": "", "new": sku.text})
            return
        if row is not None and row.errors:
            problem: Failure = RowRefused(sku=sku.text, reason=said_of(row.errors))
        else:
            problem = TaskFailed(task=str(task.id), reason=task.error or "-")
        outbox.end(tx, effect.id, EffectState.PARKED, fault=Fault.REJECTED.value, problem=problem)
        proposals_sent.refused(tx, self._account, sku.id, problem)
        # The call is over, and with it all doubt: what is found under this SKU from now on is not ours. A price that
        # no preview showed goes too, for it may be what has to be mended.
        shown = prices_to_make.were_shown(effect.change)
        outbox.set_effect(tx, effect.id, call_id=None, change=effect.change if shown else None)
        outbox_calls.settle_doubts(tx, self._account, effect.key)
        sync_log.log(tx, self._account, "error", problem.happened, effect_id=effect.id)

    def _lost(self, tx: Tx, effect: EffectRow, call: CallRow, why: Lost) -> Failure:
        """The marketplace does not know the task, or never ends it."""
        sku = catalogue.sku(tx.connection, effect.sku_id or "")
        if why is Lost.UNKNOWN:
            return StillLookingUp(sku=sku.text)
        problem = TaskNeverEnded(sku=sku.text, task=str(call.task))
        sync_log.log(tx, self._account, "warning", problem.happened, effect_id=effect.id)
        return problem

    def _adopt(self, tx: Tx, effect: EffectRow, wire: ListingWire, *, ours: bool) -> tuple[Text, ...]:
        """The listing belongs to this SKU now; one that bmdesk made is managed in all three aspects, unless a person
        took the making of listings back meanwhile, or said something else of this listing. What is to be said of it.
        """
        market = self._settings.primary_market
        sku_id = effect.sku_id or ""
        proposed = ours and proposals_sent.taken(tx, self._account, sku_id)
        save_page(tx, self._account, market, [wire])
        row = listings.by_remote(tx.connection, self._account, [wire.id])[wire.id]
        if not ours:
            return (msg("create.was_there", sku=wire.sku),)
        made = msg("create.made", sku=wire.sku)
        if row.sku_id is None and row.link == OPEN:
            carries = not any(r.carries for r in listings.of_sku(tx.connection, sku_id, self._account))
            listings.set_listing(tx, row.id, sku_id=sku_id, link=LINKED, carries=carries)
        elif row.sku_id != sku_id:
            return made, msg("create.left_alone", sku=wire.sku)
        if not proposed and not accounts.account(tx.connection, self._account).creates:
            return made, msg("create.not_managed", sku=wire.sku)
        if row.manage_stock:
            return (made,)
        kept = prices_to_make.kept(tx.connection, self._account, effect.key)
        listings_made.take_over(tx, row.id, sku_id, wire.quantity, kept)
        return (made,)


def _load(row: _Row) -> Load:
    before = row.effect
    # What was worked out for this CSV alone goes with it; the next one has its own moment.
    change = row.prices if prices_to_make.were_shown(row.prices) else before.change
    # A person's "send it once more" is used up: after a lost answer it is looked up again.
    kept = {"forced": False, "change": row.prices}
    return Load(before, kept, {"forced": before.forced, "change": change})


def _csv(rows: Sequence[_Row]) -> str:
    return creation_rows.csv_text([_cells(row) for row in rows])


def _cells(row: _Row) -> Cells:
    listing = creation_rows.listing_cells(
        row.sku.text,
        row.sku.grade,
        row.price,
        new_battery=row.sku.new_battery,
        ean=row.variant.ean,
        product_id=row.variant.backmarket_product_id,
    )
    return {**row.product, **listing}
