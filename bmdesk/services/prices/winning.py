"""What the price that wins a BackBox would leave over, and taking it: a choice against the rules, above their floor.

What it takes to win is as old as its reading (services.selling.backbox); nothing is asked of the marketplace here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.domain.backbox import Box, Standing
from bmdesk.domain.changes import Change
from bmdesk.domain.money import Money
from bmdesk.domain.prices.cost import Left
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress
from bmdesk.services.prices import choosing, facts
from bmdesk.services.prices.facts import present_of
from bmdesk.services.prices.simulation import Chosen, Why, chosen_of, percent_of
from bmdesk.services.selling import backbox
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.backbox import BoxView
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listings, prices
from bmdesk.store.queries.listings import MarketRow
from bmdesk.texts import Failure, Text, msg

Where = tuple[str, str]
"""Listing and market."""


class NothingToWin(Failure):
    """No price to win was read there, or it wins already. Params: `sku`, `market`, `reason` (a Text)."""

    code = "winning.nothing"


class NothingChosen(Failure):
    """The rules count there already. Params: `sku`, `market`."""

    code = "winning.nothing_chosen"


@dataclass(frozen=True, slots=True)
class Prospect:
    """A box with what its price to win comes to.

    `margin` is left over of it, in the market's currency, `percent` of that price; None where nobody knows. `floor`:
    the least that the rules allow; `unknown`: why nobody knows it by true cost, and then nothing is taken. `managed`:
    bmdesk may write it. `chosen`: what a person chose against the rules. `present`: our price as it stands there now.
    """

    view: BoxView
    margin: Money | None = None
    percent: Decimal | None = None
    floor: Money | None = None
    managed: bool = False
    chosen: Chosen | None = None
    unknown: Text | None = None
    present: Money | None = None

    @property
    def id(self) -> Where:
        """What it is, wherever it stands."""
        return self.view.listing_id, self.view.box.market

    @property
    def is_below_floor(self) -> bool:
        """Whether the price to win is one that the rules forbid."""
        win, floor = self.view.box.to_win, self.floor
        return (
            win is not None
            and floor is not None
            and win.currency == floor.currency
            and win.minor < floor.minor
        )

    @property
    def moved(self) -> bool:
        """Whether our price changed since the box was read: who wins now, nobody knows until it is read again."""
        return _moved(self.view.box, self.present)

    @property
    def nothing(self) -> Text | None:
        """Why there is no price to take there, or None."""
        return _nothing(self.view.box, self.present)

    @property
    def may_take(self) -> bool:
        """Whether taking it could succeed."""
        known = self.unknown is None and not self.is_below_floor
        return self.managed and self.nothing is None and known


@dataclass(frozen=True, slots=True)
class Taken:
    """How many prices were taken or given back; which not, as (the listing's SKU, why); what to know of those taken."""

    count: int
    problems: tuple[tuple[str, Text], ...] = ()
    notes: tuple[Text, ...] = ()
    stopped: bool = False
    changes: frozenset[Change] = frozenset({Change.LISTINGS})


def prospects(desk: Desk, account_id: str, boxes: Sequence[BoxView]) -> tuple[Prospect, ...]:
    """These boxes (at most 500) with what their prices to win come to, in the same order."""
    return desk.read(lambda c: _prospects(c, desk, account_id, boxes)) if boxes else ()


def take(
    desk: Desk, actor: Actor, account_id: str, chosen: Sequence[Where], progress: Progress | None = None
) -> Taken:
    """Let the prices to win of these stand there, as they were last read. Raises NotAllowed.

    What the floor forbids, where nobody knows the floor, and whatever else is in the way, is named in `problems`.
    """
    rights.require(desk, Right.PRICES, actor)
    ids = sorted({listing_id for listing_id, _ in chosen})
    known: dict[Where, Box] = {}
    cells: dict[Where, MarketRow] = {}
    for start in range(0, len(ids), backbox.MOST):
        page = ids[start : start + backbox.MOST]
        known |= desk.read(lambda c, page=page: backbox.boxes_of(c, desk.company, page))  # type: ignore[misc]
        cells |= desk.read(lambda c, page=page: prices.cells(c, account_id, page))  # type: ignore[misc]
    notes: list[Text] = []

    def one(where: Where) -> None:
        listing_id, market = where
        box = known.get(where)
        nothing = msg("winning.no_price_to_win") if box is None else _nothing(box, _present(cells.get(where)))
        if box is None or box.to_win is None or nothing is not None:
            raise NothingToWin(sku=_name(desk, account_id, listing_id), market=market, reason=nothing or "-")
        done = choosing.choose(desk, actor, account_id, listing_id, market, box.to_win, Why.BACKBOX)
        notes.extend(done.notes)

    return _each(desk, account_id, chosen, one, notes, progress)


def give_back(
    desk: Desk, actor: Actor, account_id: str, chosen: Sequence[Where], progress: Progress | None = None
) -> Taken:
    """Let the rules count again for these. Raises NotAllowed."""
    rights.require(desk, Right.PRICES, actor)

    def one(where: Where) -> None:
        if choosing.release(desk, actor, account_id, *where) is None:
            raise NothingChosen(sku=_name(desk, account_id, where[0]), market=where[1])

    return _each(desk, account_id, chosen, one, [], progress)


def _each(
    desk: Desk,
    account_id: str,
    chosen: Sequence[Where],
    work: Callable[[Where], None],
    notes: list[Text],
    progress: Progress | None,
) -> Taken:
    count, problems, stopped = 0, [], False
    for number, where in enumerate(chosen, 1):
        try:
            work(where)
            count += 1
        except Failure as failure:
            problems.append((_name(desk, account_id, where[0]), failure.happened))
        if progress is not None and not progress(number, len(chosen)):
            stopped = number < len(chosen)
            break
    return Taken(count, tuple(problems), tuple(dict.fromkeys(notes))[:20], stopped)


def _prospects(
    connection: Connection, desk: Desk, account_id: str, boxes: Sequence[BoxView]
) -> tuple[Prospect, ...]:
    view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
    ids = sorted({one.listing_id for one in boxes})
    rows = {row.id: row for row in prices.linked(connection, account_id, ids)}
    cells = prices.cells(connection, account_id, ids)
    known = facts.load(connection, view, (row.sku_id for row in rows.values() if row.sku_id))

    def made(one: BoxView) -> Prospect:
        row, market, win = rows.get(one.listing_id), one.box.market, one.box.to_win
        goods = known.goods.get(row.sku_id or "") if row is not None else None
        if row is None or goods is None:
            return Prospect(one)
        cell = cells.get((row.id, market))
        floor, left = known.pricer.floor(goods, market), None
        if win is not None and win.currency == known.pricer.terms(goods, market).currency:
            left = known.pricer.left(goods, win, market)
        found = left if isinstance(left, Left) else None
        return Prospect(
            one,
            found.margin if found is not None else None,
            percent_of(found),
            floor,
            managed=row.manage_price and not (cell is not None and cell.paused),
            chosen=chosen_of(cell),
            unknown=known.pricer.unknown(goods, market),
            present=_present(cell),
        )

    return tuple(made(one) for one in boxes)


def _present(cell: MarketRow | None) -> Money | None:
    return None if cell is None else present_of(cell)


def _moved(box: Box, present: Money | None) -> bool:
    return present is not None and box.price is not None and present != box.price


def _nothing(box: Box, present: Money | None) -> Text | None:
    """Why there is no price to take there, or None. What won at another price than ours is now may be taken again."""
    if box.standing is Standing.WINNING and not _moved(box, present):
        return msg("winning.wins_already")
    return msg("winning.no_price_to_win") if box.to_win is None else None


def _name(desk: Desk, account_id: str, listing_id: str) -> str:
    row = desk.read(lambda c: listings.find(c, account_id, listing_id))
    return row.sku_text if row is not None else listing_id[:40]
