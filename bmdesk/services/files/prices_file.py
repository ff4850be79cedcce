"""Prices as a file: the matrix of listings and markets, and a price list that a person chose, taken as one run.

The column `price` is what shall stand there: of an export what was confirmed last, or else what stands there now. So
an export that comes back as it is changes nothing. A price from a file is a choice (`services.prices.choosing`): it
stays until it is released, and floors, ceilings and the greatest change a day hold for it as for every price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.markets import currency_of, known_market
from bmdesk.domain.money import Money
from bmdesk.domain.prices.cost import Left
from bmdesk.domain.prices.facts import Decision, Kind, Offer
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files import cells
from bmdesk.services.lines import BadCell, LineError, LineErrors, Progress, gathered
from bmdesk.services.prices import applying, facts
from bmdesk.services.prices.applying import Applied, NewPrice
from bmdesk.services.prices.facts import Facts, present_of
from bmdesk.services.prices.making import Seen
from bmdesk.services.prices.simulation import Why, simulate
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listing_lists
from bmdesk.store.queries import prices as queries
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.system.tabular import Cell, ColumnsMissing, Row, read_table, write_table
from bmdesk.texts import Text, msg

COLUMNS = (
    "listing", "sku", "our_sku", "title", "grade", "market", "currency", "present", "price", "min_price", "max_price",
    "rules_price", "floor", "margin", "margin_percent", "quantity", "managed", "chosen",
)  # fmt: skip
"""Of an export. An import reads `listing` or `sku` (or `our_sku`), `market`, `price`, `currency` and `min_price`."""

_NAMES = ("listing", "sku", "our_sku")


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of a price list as it was written; empty: not said."""

    line: int
    listing: str
    sku: str
    our_sku: str
    market: str
    currency: str
    price: str
    minimum: str


@dataclass(frozen=True, slots=True)
class PlannedPrice:
    """A price that would be chosen. `old`: what shall stand there now. `margin`: what would be left over, None where
    nobody knows. `unknown`: why nobody knows the floor by true cost. `seen`: what it was compared with.
    """

    line: int
    listing_id: str
    sku: str
    title: str
    market: str
    old: Money | None
    new: Money
    minimum: Money
    floor: Money | None
    margin: Money | None
    unknown: Text | None
    seen: Seen


@dataclass(frozen=True, slots=True)
class PricesPlan:
    """What a price list would do. `wishes`: its lines, to be looked at again when it is taken."""

    file: str
    planned: tuple[PlannedPrice, ...]
    unchanged: int
    errors: LineErrors
    wishes: tuple[Wish, ...]


def export_prices(desk: Desk, account_id: str, path: Path, market: str = "") -> int:
    """Write the prices of all listings that sell a SKU of ours, in one market or in all; how many lines.

    Raises TableFormatUnknown, FileNotWritten.
    """
    found = simulate(desk, account_id, market=market)

    def known(connection: Connection) -> tuple[dict[str, ListingRow], dict[tuple[str, str], MarketRow]]:
        rows = queries.linked(connection, account_id)
        return {row.id: row for row in rows}, queries.cells(connection, account_id)

    rows, there = desk.read(known)

    def lines() -> Iterator[list[Cell]]:
        for row in found.rows:
            cell, listing = there.get((row.listing_id, row.market)), rows.get(row.listing_id)
            wanted = row.wanted or row.present
            currency = currency_of(row.market)
            said: dict[str, Cell] = {
                "listing": listing.remote_id if listing is not None else row.listing_id,
                "sku": row.sku,
                "our_sku": row.our_sku,
                "title": row.title,
                "grade": row.grade,
                "market": row.market,
                "currency": currency,
                "present": _amount(row.present),
                "price": _amount(wanted),
                "min_price": _amount(_minimum(cell, currency)),
                "max_price": _amount(Money(cell.max_minor, currency) if cell and cell.max_minor else None),
                "rules_price": _amount(row.new),
                "floor": _amount(row.floor),
                "margin": _amount(row.margin_now),
                "margin_percent": row.percent_now,
                "quantity": row.quantity,
                "managed": row.managed,
                "chosen": _amount(row.chosen.price) if row.chosen is not None else None,
            }
            yield [said[column] for column in COLUMNS]

    write_table(path, COLUMNS, lines())
    return len(found.rows)


def read_prices(desk: Desk, account_id: str, path: Path, market: str = "") -> PricesPlan:
    """Compare a price list with what shall stand there; changes nothing. `market`: for lines that name none.

    Refused lines are errors with their reason, the rest is planned. Raises TableUnreadable, TableTooLarge,
    ColumnsMissing or UnknownColumns for the file as such.
    """
    rows = list(read_table(path, required=("price",)))
    found = tuple(rows[0].cells) if rows else COLUMNS
    if not any(name in found for name in _NAMES):
        raise ColumnsMissing(file=path.name, columns=["sku"], found=list(found))
    if "market" not in found and not market:
        raise ColumnsMissing(file=path.name, columns=["market"], found=list(found))
    cells.refuse_unknown(path.name, rows, COLUMNS)
    return plan_of(desk, account_id, path.name, [_wish(row, market) for row in rows])


def plan_of(desk: Desk, account_id: str, file: str, wishes: Sequence[Wish]) -> PricesPlan:
    """The same for lines that were read already."""
    given = tuple(wishes)
    return desk.read(lambda connection: _Comparing(connection, desk, account_id).plan(file, given))


def take_prices(
    desk: Desk, actor: Actor, account_id: str, plan: PricesPlan, progress: Progress | None = None
) -> Applied:
    """Choose exactly the prices that the plan showed, as one run that can be undone; where nobody knows the floor they
    are a person's word, which its `notes` say.

    Raises PreviewChanged where the same lines would do something else by now, NotAllowed.
    """
    rights.require(desk, Right.PRICES, actor)
    if plan_of(desk, account_id, plan.file, plan.wishes).planned != plan.planned:
        raise PreviewChanged
    now = desk.clock.now()
    wanted = [
        NewPrice(
            one.listing_id,
            one.market,
            one.new,
            one.minimum,
            {
                "chosen_minor": one.new.minor,
                "chosen_currency": one.new.currency,
                "chosen_why": Why.FILE.value,
                "chosen_at": now,
                "chosen_by": actor.code,
            },
            seen=one.seen,
        )
        for one in plan.planned
    ]
    done = applying.set_prices(desk, account_id, actor.code, Why.FILE.value, wanted, progress)
    blind = sum(one.unknown is not None for one in plan.planned)
    notes = (msg("prices_file.floor_unknown", count=blind),) if blind and done.count else ()
    return replace(done, notes=notes)


def _wish(row: Row, market: str) -> Wish:
    said = row.cells.get
    names = said("listing", ""), said("sku", ""), said("our_sku", "")
    where = said("market", "").lower() or market
    return Wish(
        row.line, *names, where, said("currency", "").upper(), said("price", ""), said("min_price", "")
    )


class _Comparing:
    """A price list against one snapshot of the account."""

    def __init__(self, connection: Connection, desk: Desk, account_id: str) -> None:
        self._connection, self._company, self._account = connection, desk.company, account_id
        view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
        self._markets = view.settings.markets
        rows = queries.linked(connection, account_id)
        self._there = queries.cells(connection, account_id)
        self._facts: Facts = facts.load(connection, view, (row.sku_id for row in rows if row.sku_id))
        self._by_name: dict[str, list[ListingRow]] = {}
        for row in rows:
            goods = self._facts.goods[row.sku_id or ""]
            for name in {row.remote_id, row.id, row.sku_key, sku_key(goods.sku)}:
                self._by_name.setdefault(name, []).append(row)

    def plan(self, file: str, wishes: tuple[Wish, ...]) -> PricesPlan:
        planned: list[PlannedPrice] = []
        errors: list[LineError] = []
        seen: dict[tuple[str, str], int] = {}
        unchanged = 0
        for wish in wishes:
            if not wish.price:
                unchanged += 1  # of a listing that has no price there, and gets none
                continue
            column = "listing" if wish.listing else "sku"
            try:
                row = self._listing(wish)
                column = "market"
                market = self._market(wish)
                if (row.id, market) in seen:
                    raise BadCell(msg("prices_file.twice", line=seen[row.id, market]))
                seen[row.id, market] = wish.line
                column = "price"
                one = self._price(wish, row, market)
            except BadCell as bad:
                errors.append(LineError(wish.line, bad.reason, column))
                continue
            if one is None:
                unchanged += 1
            else:
                planned.append(one)
        return PricesPlan(file, tuple(planned), unchanged, gathered(errors), wishes)

    def _listing(self, wish: Wish) -> ListingRow:
        """The one that is meant; all names of a line must mean it. Raises BadCell."""
        names = [name for name in (wish.listing, wish.sku, wish.our_sku) if name]
        if not names:
            raise BadCell(msg("import.empty"))
        fitting = self._called(names[0])
        for name in names[1:]:
            ids = {row.id for row in self._called(name)}
            fitting = [row for row in fitting if row.id in ids]
        if not fitting:
            raise BadCell(msg("prices_file.names_differ", names=", ".join(name[:60] for name in names)))
        own = [row for row in fitting if row.sku_key == sku_key(names[0])]
        carrying = [row for row in fitting if row.carries]
        for few in (fitting, own, carrying):
            if len(few) == 1:
                return few[0]
        raise BadCell(msg("prices_file.several", given=names[0][:60], count=len(fitting)))

    def _called(self, name: str) -> list[ListingRow]:
        found = self._by_name.get(name) or self._by_name.get(sku_key(name))
        if found:
            return list(found)
        known = listing_lists.named(self._connection, self._company, self._account, name, sku_key(name))
        if known and known[0].missing_since is not None:
            raise BadCell(msg("prices.gone"))
        raise BadCell(msg("prices_file.not_linked" if known else "prices_file.unknown", given=name[:60]))

    def _market(self, wish: Wish) -> str:
        market = known_market(wish.market)
        if market is None or market.locale not in self._markets:
            raise BadCell(
                msg("prices_file.not_a_market", given=wish.market[:20], known=", ".join(self._markets))
            )
        if wish.currency and wish.currency != market.currency:
            raise BadCell(
                msg(
                    "prices_file.other_currency",
                    given=wish.currency[:10],
                    market=market.locale,
                    currency=market.currency,
                )
            )
        return market.locale

    def _price(self, wish: Wish, row: ListingRow, market: str) -> PlannedPrice | None:
        currency = currency_of(market)
        price = cells.price(wish.price, currency)
        minimum = cells.price(wish.minimum, currency) if wish.minimum else None
        cell = self._there.get((row.id, market))
        old = _standing(cell, currency)
        if price == old and minimum in (None, _minimum(cell, currency)):
            return None
        refusal = applying.refusal(row, cell)
        if refusal is not None:
            raise BadCell(refusal)
        goods = self._facts.goods[row.sku_id or ""]
        offer = replace(self._facts.offer(market, cell), taken=price)
        decision = self._facts.pricer.decide(goods, offer)
        self._refuse(price, minimum, decision, offer)
        left = self._facts.pricer.left(goods, price, market) if goods.units else None
        lowest = minimum or decision.min_price
        assert lowest is not None, "a decision with a price has its minimum"
        return PlannedPrice(
            line=wish.line,
            listing_id=row.id,
            sku=row.sku_text,
            title=row.title,
            market=market,
            old=old,
            new=price,
            minimum=lowest,
            floor=decision.floor,
            margin=left.margin if isinstance(left, Left) else None,
            unknown=decision.unknown,
            seen=Seen.there(goods.sku, cell),
        )

    def _refuse(self, price: Money, minimum: Money | None, decision: Decision, offer: Offer) -> None:
        """Raises BadCell where a bound forbids this price, with the bound."""
        floor, top = decision.floor, decision.top
        if floor is not None and price.minor < floor.minor:
            raise BadCell(msg("prices_file.below_floor", price=price, floor=floor))
        if top is not None and price.minor > top.minor:
            raise BadCell(msg("prices_file.above_top", price=price, top=top))
        if decision.price is None:
            raise BadCell(decision.reason or msg("prices_file.no_price"))
        if decision.price != price:
            raise BadCell(_too_far(price, decision))
        if minimum is not None and minimum.minor > price.minor:
            raise BadCell(msg("prices_file.min_above", minimum=minimum, price=price))
        if minimum is not None and floor is not None and minimum.minor < floor.minor:
            raise BadCell(msg("prices_file.below_floor", price=minimum, floor=floor))


def _too_far(price: Money, decision: Decision) -> Text:
    day = next((step for step in decision.steps if step.kind is Kind.DAILY), None)
    if day is None or day.low is None or day.high is None:
        return msg("prices_file.no_price")
    low, high = (Money(minor, decision.currency) for minor in (day.low, day.high))
    return msg("prices_file.daily", price=price, low=low, high=high)


def _standing(cell: MarketRow | None, currency: str) -> Money | None:
    """What shall stand there: what was confirmed last, else what stands there."""
    if cell is None:
        return None
    if cell.wanted_minor is not None:
        return Money(cell.wanted_minor, cell.wanted_currency or currency)
    return present_of(cell)


def _minimum(cell: MarketRow | None, currency: str) -> Money | None:
    if cell is None:
        return None
    minor = cell.wanted_min_minor if cell.wanted_minor is not None else cell.min_minor
    return None if minor is None else Money(minor, currency)


def _amount(money: Money | None) -> Cell:
    return None if money is None else money.amount
