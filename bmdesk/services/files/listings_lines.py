"""A file of listings, line by line: what of it bmdesk may change, and what each line asks for.

The marketplace's own side (title, quantity, prices, states) is there to be read; only links, management and pauses are
taken back from a file. An empty cell asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.linking import LINKED, NOTHING, OPEN
from bmdesk.domain.listing_reasons import ASPECTS, Aspect
from bmdesk.domain.markets import known_market
from bmdesk.domain.money import Money
from bmdesk.services.files.cells import yes_or_no
from bmdesk.services.lines import BadCell, amount
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.system.tabular import Row
from bmdesk.texts import Text, msg

T = TypeVar("T")

MANAGED = tuple(f"manage_{aspect.value}" for aspect in ASPECTS)
CHANGED = ("link", "our_sku", *MANAGED, "paused", "paused_markets")
"""What is read back from a file."""

COLUMNS = (
    "listing", "number", "sku", "title", "grade", "quantity", "offered", "online", *CHANGED, "prices", "why",
)  # fmt: skip

KEPT = ("confirmed_prices", "chosen_prices")
"""What only the way back has: the prices of a listing that the file hands back, which count again with its prices."""

_NONE = "none"
"""No market: an empty cell would leave what stands."""


@dataclass(frozen=True, slots=True)
class State:
    """How bmdesk treats a listing."""

    link: str
    our_sku: str
    managed: frozenset[Aspect]
    paused: bool
    markets: frozenset[str]
    """Paused there alone."""

    @property
    def cells(self) -> dict[str, str]:
        """As a file has it."""
        managed = {f"manage_{aspect.value}": _word(aspect in self.managed) for aspect in ASPECTS}
        markets = ", ".join(sorted(self.markets)) or _NONE
        paused = {"paused": _word(self.paused), "paused_markets": markets}
        return {"link": self.link, "our_sku": self.our_sku, **managed, **paused}


@dataclass(frozen=True, slots=True)
class KeptPrice:
    """What was confirmed in a market, with its lowest price; `chosen`: what a person chose there, and for what."""

    market: str
    price: Money
    minimum: Money | None = None
    chosen: Money | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ListingChange:
    """One value of one listing that a file would change."""

    line: int
    listing_id: str
    sku: str
    column: str
    before: str
    after: str


def state_of(row: ListingRow, our_sku: str, markets: Sequence[MarketRow]) -> State:
    """How it stands."""
    managed = frozenset(aspect for aspect in ASPECTS if getattr(row, f"manage_{aspect.value}"))
    paused = frozenset(one.market for one in markets if one.paused)
    return State(row.link, our_sku, managed, row.paused, paused)


def kept_of(markets: Sequence[MarketRow]) -> tuple[KeptPrice, ...]:
    """What is confirmed and chosen in these markets."""
    found = []
    for one in markets:
        if one.wanted_minor is None:
            continue
        currency = one.wanted_currency or one.currency
        least = Money(one.wanted_min_minor, currency) if one.wanted_min_minor is not None else None
        chosen = Money(one.chosen_minor, one.chosen_currency) if one.chosen_minor is not None else None
        price = Money(one.wanted_minor, currency)
        found.append(KeptPrice(one.market, price, least, chosen, one.chosen_why if chosen else ""))
    return tuple(found)


def kept_cells(kept: Sequence[KeptPrice]) -> dict[str, str]:
    """As the way back has them: `fr-fr 624.00 577.78 EUR, ...`, and `fr-fr 600.00 EUR hand, ...`."""
    confirmed = [
        " ".join((one.market, *(f"{m.amount:f}" for m in (one.price, one.minimum) if m), one.price.currency))
        for one in kept
    ]
    chosen = [f"{one.market} {one.chosen} {one.why}" for one in kept if one.chosen is not None]
    return dict(zip(KEPT, (", ".join(confirmed), ", ".join(chosen)), strict=True))


def kept_asked(row: Row) -> tuple[KeptPrice, ...]:
    """What a line of the way back says of prices. Raises BadLine."""
    chosen: dict[str, tuple[Money, str]] = {}
    for market, *rest in _entries(row, KEPT[1], (4,)):
        chosen[market] = _money(KEPT[1], rest[0], rest[1]), rest[2]
    found = []
    for market, *rest in _entries(row, KEPT[0], (3, 4)):
        price, *least = (_money(KEPT[0], one, rest[-1]) for one in rest[:-1])
        found.append(KeptPrice(market, price, least[0] if least else None, *chosen.get(market, (None, ""))))
    return tuple(found)


def asked(row: Row, before: State) -> State:
    """What a line asks for. Raises BadLine with the column."""
    said = {column: row.cells.get(column, "") for column in CHANGED}
    link, our_sku = _link(said["link"].casefold(), said["our_sku"], before)
    managed = set(before.managed)
    for aspect, column in zip(ASPECTS, MANAGED, strict=True):
        if said[column]:
            on = _in(column, said[column], yes_or_no)
            (managed.add if on else managed.discard)(aspect)
    paused = _in("paused", said["paused"], yes_or_no) if said["paused"] else before.paused
    markets = (
        _in("paused_markets", said["paused_markets"], _markets) if said["paused_markets"] else before.markets
    )
    return State(link, our_sku, frozenset(managed), paused, markets)


def changes(line: int, row: ListingRow, before: State, after: State) -> list[ListingChange]:
    """What is different, value by value."""
    was, now = before.cells, after.cells
    return [
        ListingChange(line, row.id, row.sku_text, column, was[column], now[column])
        for column in CHANGED
        if was[column] != now[column]
    ]


def check(before: State, after: State, row: ListingRow) -> None:
    """Raises BadLine where bmdesk could not do that with this listing."""
    relinked = (before.link, sku_key(before.our_sku)) != (after.link, sku_key(after.our_sku))
    added = after.managed - before.managed
    if row.missing_since is not None:
        raise BadLine("", msg("prices.gone"))
    if relinked and after.managed:
        column = "our_sku" if not added else MANAGED[ASPECTS.index(min(added, key=ASPECTS.index))]
        raise BadLine(column, msg("listings_file.link_first" if added else "listings_file.still_managed"))
    if added and after.link != LINKED:
        column = MANAGED[ASPECTS.index(min(added, key=ASPECTS.index))]
        raise BadLine(column, msg("listings_file.not_linked"))
    if (before.paused, before.markets) != (after.paused, after.markets) and not after.managed:
        raise BadLine("paused", msg("management.not_ours_to_pause"))


class BadLine(Exception):
    """One line cannot be taken; caught inside the import."""

    def __init__(self, column: str, reason: Text) -> None:
        super().__init__(column)
        self.column, self.reason = column, reason


def _link(link: str, our_sku: str, before: State) -> tuple[str, str]:
    if not link and not our_sku:
        return before.link, before.our_sku
    if link and link not in (OPEN, LINKED, NOTHING):
        raise BadLine(
            "link", msg("listings_file.no_link", given=link[:40], known=f"{LINKED}, {OPEN}, {NOTHING}")
        )
    if link in (OPEN, NOTHING):
        # An export names the SKU that was linked; whoever changes only the link means the link.
        if our_sku and sku_key(our_sku) != sku_key(before.our_sku):
            raise BadLine("our_sku", msg("listings_file.two_links", link=link))
        return link, ""
    if not our_sku:
        raise BadLine("our_sku", msg("listings_file.no_sku"))
    same = sku_key(our_sku) == sku_key(before.our_sku)
    return LINKED, before.our_sku if same else our_sku


def _entries(row: Row, column: str, lengths: tuple[int, ...]) -> list[list[str]]:
    cell = row.cells.get(column, "")
    found = [entry.split() for entry in cell.split(",") if entry.strip()]
    if any(len(one) not in lengths or known_market(one[0]) is None for one in found):
        raise BadLine(column, msg("listings_file.no_kept_price", given=cell[:60]))
    return found


def _money(column: str, cell: str, currency: str) -> Money:
    return _in(column, cell, lambda text: amount(text, currency))


def _in(column: str, cell: str, read: Callable[[str], T]) -> T:
    try:
        return read(cell)
    except BadCell as bad:
        raise BadLine(column, bad.reason) from None


def _markets(cell: str) -> frozenset[str]:
    if cell.strip() == _NONE:
        return frozenset()
    found = set()
    for name in cell.replace(";", ",").split(","):
        market = known_market(name.strip().lower())
        if market is None:
            raise BadCell(msg("listings_file.no_market", given=name.strip()[:20]))
        found.add(market.locale)
    return frozenset(found)


def _word(on: bool) -> str:
    return "yes" if on else "no"
