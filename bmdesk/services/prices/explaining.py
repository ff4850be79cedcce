"""Why a SKU costs what it costs in a market: each step with its rule, and where the price goes."""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.money import Money
from bmdesk.domain.prices.cost import Left
from bmdesk.domain.prices.facts import Decision, Goods
from bmdesk.domain.prices.reading import read_pricing
from bmdesk.domain.prices.rules import PricingPolicy
from bmdesk.domain.prices.words import explanation, left_text
from bmdesk.services.desk import Desk
from bmdesk.services.prices import facts
from bmdesk.services.prices.facts import Facts
from bmdesk.services.prices.simulation import PriceRow, row_of
from bmdesk.services.selling import stock
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listings, prices
from bmdesk.store.queries.listings import ListingRow
from bmdesk.texts import Failure, Text


class NotPriced(Failure):
    """No listing of this account and no SKU of ours is called so. Params: `sku`."""

    code = "prices.not_priced"


@dataclass(frozen=True, slots=True)
class Explained:
    """One price with its steps. `row` is None for a SKU that no listing sells yet.

    `left_now`, `left_new`: where the present and the new price go; None where nobody knows, or there is no such price.
    """

    sku: str
    market: str
    row: PriceRow | None
    decision: Decision
    steps: tuple[Text, ...]
    left_now: Text | None
    left_new: Text | None


def explain(desk: Desk, account_id: str, sku: str, market: str, *, document: object = None) -> Explained:
    """The price of a SKU (ours, a listing's text or a listing's id, whatever its case) in this market.

    `document`: a pricing document instead of the one in force. Raises NotPriced, UnknownMarket, BadPolicy.
    """
    policy = None if document is None else read_pricing(document)
    return desk.read(lambda c: _explain(c, desk, account_id, sku, market, policy))


def _explain(
    connection: Connection, desk: Desk, account_id: str, sku: str, market: str, policy: PricingPolicy | None
) -> Explained:
    view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
    row = _listing(connection, desk, account_id, sku)
    sku_id = row.sku_id if row is not None else None
    if sku_id is None:
        sku_id = prices.sku_of_text(connection, desk.company, sku_key(sku))
    if sku_id is None:
        raise NotPriced(sku=sku[:60])
    known = facts.load(connection, view, [sku_id], policy)
    goods = known.goods[sku_id]
    cell = listings.market(connection, row.id, market) if row is not None else None
    decision = known.pricer.decide(goods, known.offer(market, cell))
    shown = None
    if row is not None:
        counts = stock.counts(connection, view.policies, view.account, [sku_id], view.now)
        shown = row_of(known, row, goods, decision, cell, counts[sku_id][0].quantity if row.carries else 0)
    return Explained(
        sku=goods.sku,
        market=market,
        row=shown,
        decision=decision,
        steps=explanation(decision),
        left_now=_left(known, goods, shown.present if shown is not None else None, market),
        left_new=_left(known, goods, decision.price, market),
    )


def _listing(connection: Connection, desk: Desk, account_id: str, sku: str) -> ListingRow | None:
    """The listing that is called so, or that sells the SKU which is; of several the one that carries the stock."""
    if (found := listings.find(connection, account_id, sku)) is not None:
        return found
    ours = prices.sku_of_text(connection, desk.company, sku_key(sku))
    if ours is not None and (rows := listings.of_sku(connection, ours, account_id)):
        return rows[0]
    return prices.listing_of_text(connection, account_id, sku_key(sku))


def _left(known: Facts, goods: Goods, price: Money | None, market: str) -> Text | None:
    if price is None or price.currency != known.pricer.terms(goods, market).currency:
        return None
    left = known.pricer.left(goods, price, market)
    return left_text(left) if isinstance(left, Left) else left
