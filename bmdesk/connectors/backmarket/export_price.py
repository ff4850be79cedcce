"""A listing's price in one market, with comment and warranty where the market has none: read, decide, write, read back.

Only the price that a person confirmed is ever written, with its min_price where the account has the BackPricer. A price
that somebody else set since is no echo of ours: it parks, and a person says whose counts. Comment and warranty are the
seller's own documents: they go along with the first write of a market as they stand then, although a preview may have
shown an older text. Many prices go by CSV (export_price_csv); what is in doubt of one is looked up here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.import_listings import note_read
from bmdesk.connectors.backmarket.price_judgement import PriceJudge, Verdict, is_wanted
from bmdesk.connectors.backmarket.price_order import by_worth
from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked, Planned
from bmdesk.connectors.failures import GoneAtRemote
from bmdesk.domain.effects import REPLAY, Fault, Kind, backoff
from bmdesk.services.desk import Desk
from bmdesk.services.selling import content_changes
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure


class PriceNotTaken(Failure):
    """The marketplace took the price and shows another one. Params: market, sent, remote."""

    code = "price.not_taken"


class PriceExporter:
    """Makes confirmed prices right, one by one."""

    kind = Kind.PRICE
    replay = REPLAY[Kind.PRICE]
    batch = 1

    def __init__(self, desk: Desk, client: BackMarket, account_id: str, settings: AccountSettings) -> None:
        self._desk, self._client, self._account = desk, client, account_id
        self._judge = PriceJudge(desk, settings)

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        """Those worth most first (price_order)."""
        return [one.effect for one in self._desk.read(lambda c: by_worth(c, self._desk.company, effects))]

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        return {effect.id: self._perform(effect) for effect in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        row, cell = self._desk.read(lambda c: self._judge.rows(c, effect))
        if not is_wanted(row, cell):
            return None
        wire = self._client.listing(row.remote_id, effect.market)
        verdict = self._desk.read(lambda c: self._judge.judged(c, effect, wire))
        if verdict is None or verdict.wish.nothing:
            return None
        change = verdict.change
        problem = verdict.problem.happened if verdict.problem is not None else None
        return Planned(Kind.PRICE, row.sku_text, effect.market, change["old"], change["new"], problem, row.id)

    def _perform(self, effect: EffectRow) -> Outcome:
        row, cell = self._desk.read(lambda c: self._judge.rows(c, effect))
        if not is_wanted(row, cell):
            return Dropped()
        try:
            wire = self._client.listing(row.remote_id, effect.market)
        except GoneAtRemote as gone:
            return Parked(Fault.GONE, gone)
        if effect.call_id is not None and not effect.forced:  # a CSV carried it whose end is unknown
            return self._desk.write(lambda tx: self._judge.looked_up(tx, effect, wire))
        verdict = self._desk.write(lambda tx: self._judge.judge(tx, effect, wire))
        if verdict is None:
            return Dropped()
        if verdict.wish.nothing:
            return Done()
        if verdict.problem is not None:
            return Parked(verdict.fault, verdict.problem, verdict.change)
        return self._write(effect, verdict)

    def _write(self, effect: EffectRow, verdict: Verdict) -> Outcome:
        row, wish = verdict.row, verdict.wish
        self._client.change_listing(
            row.remote_id,
            effect.market,
            price=wish.price.amount if wish.price else None,
            min_price=wish.minimum.amount if wish.price and wish.minimum else None,
            currency=wish.price.currency if wish.price else None,
            comment=wish.comment,
            warranty_months=wish.warranty,
        )
        after = self._client.listing(row.remote_id, effect.market)

        def confirm(tx: Tx) -> bool:
            note_read(tx, row.id, effect.market, after)
            if not self._judge.is_there(after, wish):
                return False
            _, now = self._judge.rows(tx.connection, effect)
            self._judge.settled(tx, effect, verdict.base, wrote=verdict.old if wish.price else "")
            if now is not None and now.written_at is None:
                content_changes.first_words(
                    tx, self._desk.policies(tx.connection), row, effect.market, wish.words
                )
            return True

        if self._desk.write(confirm):
            return Done(verdict.change)
        problem = PriceNotTaken(market=effect.market, sent=wish.price, remote=after.price or "-")
        return Later(self._desk.clock.now() + backoff(effect.attempts + 1, 0.5), problem, failed=True)
