"""The dashboard at one moment: a frozen picture of a period, its figures read in one snapshot from the roll-ups.

Amounts of other currencies are brought into the company's at the rate of their day, per day, market and currency; which
rates those were, and which currencies have none, is a part of the picture. Knows no screen and no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bmdesk.domain import figures, markets
from bmdesk.domain.effects import KEPT, OPEN, EffectState
from bmdesk.domain.figures import BadPeriod, DatedRate, Exchange, Period, Span, UsedRate, total
from bmdesk.domain.money import Money
from bmdesk.domain.orders import LineState
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Desk
from bmdesk.services.figures import rebuilding
from bmdesk.services.syncing import sync_status
from bmdesk.services.syncing.sync_status import LogEntry
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, outbox_lists, people, rates, reached, sales
from bmdesk.store.queries.reached import Reached
from bmdesk.store.queries.sales import DayRow
from bmdesk.texts import Text, msg

__all__ = [
    "MONEY", "BadPeriod", "Card", "Figure", "Footer", "MarketLine", "Period", "Point", "Snapshot", "Span", "UsedRate",
    "amount", "card_text", "chosen", "day_named", "market_named", "snapshot",
]  # fmt: skip

_FEED = 30
_RATES = 10_000
_DAY = timedelta(days=1)


class Figure(StrEnum):
    """The six cards, in their order."""

    REVENUE = "revenue"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    AVERAGE = "average"
    SYNC = "sync"


MONEY = frozenset({Figure.REVENUE, Figure.AVERAGE})
"""Cards in minor units of the company's currency; SYNC is a share from 0 to 1, the rest are counts."""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure, what it was in the equal period before, the change as a share of that, and its small line.

    None: nothing to say (no orders to average, nothing before to compare with). The line has at most 30 points.
    """

    figure: Figure
    value: Decimal | None
    before: Decimal | None
    change: Decimal | None
    line: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """The sales of some days."""

    period: Period
    revenue_minor: int
    orders: int
    products: int


@dataclass(frozen=True, slots=True)
class MarketLine:
    """The sales of one market, at the points of the whole."""

    market: str
    revenue_minor: int
    orders: int
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """Now: what waits or is under way, what needs a person, listings at 0, and the share of a day that got there."""

    queued: int
    errors: int
    out_of_stock: int
    sync_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the dashboard shows. `missing`: currencies without a rate, whose revenue is left out.

    `building`: the figures are being made anew, and not all orders are in them yet. `market` None: all;
    `markets`: those in which something was ordered.
    """

    period: Period
    market: str | None
    markets: tuple[str, ...]
    currency: str
    timezone: str
    cards: tuple[Card, ...]
    trend: tuple[Point, ...]
    by_market: tuple[MarketLine, ...]
    states: Mapping[LineState, int]
    footer: Footer
    feed: tuple[LogEntry, ...]
    rates: tuple[UsedRate, ...]
    missing: tuple[str, ...]
    building: bool
    read_at: datetime

    def card(self, figure: Figure) -> Card:
        """The card of this figure."""
        return next(card for card in self.cards if card.figure is figure)


def market_named(given: str) -> str | None:
    """The locale of the market that a person names; None for nothing. Raises UnknownMarket."""
    return markets.market(given).locale if given.strip() else None


def day_named(given: str) -> date | None:
    """The day that a person names, as 2026-03-01; None for nothing. Raises BadPeriod."""
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadPeriod(given=given[:40], known=", ".join(Span)) from None


def chosen(desk: Desk, span: str, first: date | None = None, last: date | None = None) -> Period:
    """The period that a person names: a Span, or two days (without the last: until today). Raises BadPeriod."""
    today = desk.today(desk.read(desk.policies), desk.clock.now())
    if first is not None or last is not None:
        end = last or today
        return Period.between(first or end, end)
    try:
        return Period.until(today, Span(span.strip().lower()))
    except ValueError:
        raise BadPeriod(given=span[:40], known=", ".join(Span)) from None


def snapshot(desk: Desk, period: Period, market: str | None = None) -> Snapshot:
    """The dashboard of this period, of one market (its locale) or of all. Raises NotAllowed."""
    rights.require(desk, Right.FIGURES)
    now = desk.clock.now()
    feed = sync_status.log(desk, limit=_FEED).lines
    return desk.read(lambda connection: _Reading(connection, desk, period, market, now).snapshot(feed))


def card_text(figure: Figure) -> Text:
    """The figure's name."""
    return msg(f"dashboard.card.{figure.value}")


def amount(shown: Snapshot, figure: Figure, value: Decimal | None) -> Decimal | int | None:
    """A card's value as it is shown: money in major units, a count as a whole number, a share as it is."""
    if value is None or figure is Figure.SYNC:
        return value
    return Money(int(value), shown.currency).amount if figure in MONEY else int(value)


class _Reading:
    """One snapshot in the making."""

    def __init__(
        self, connection: Connection, desk: Desk, period: Period, market: str | None, now: datetime
    ) -> None:
        self.connection, self.company = connection, desk.company
        self.period, self.market, self.now = period, market, now
        row = people.company(connection, desk.company)
        self.currency, self.timezone = row.currency, row.timezone
        self.zone = ZoneInfo(row.timezone)
        self.mine = [account.id for account in accounts.sellers(connection, desk.company)]
        self._midnights: dict[date, datetime] = {}
        given = _rates(connection, desk.company)
        self.exchange, self.exchange_before = Exchange(row.currency, given), Exchange(row.currency, given)

    def snapshot(self, feed: tuple[LogEntry, ...]) -> Snapshot:
        """All of it."""
        rows = self._days(self.period)
        sums = self._converted(rows, self.exchange)
        before = self._converted(self._days(self.period.before), self.exchange_before)
        parts = self.period.parts()
        return Snapshot(
            period=self.period,
            market=self.market,
            markets=tuple(sorted({row.market for row in rows})),
            currency=self.currency,
            timezone=self.timezone,
            cards=tuple(self._cards(sums, before)),
            trend=_points(sums, parts),
            by_market=_by_market(sums, parts),
            states=self._states(),
            footer=self._footer(),
            feed=feed,
            rates=self.exchange.used(),
            missing=tuple(sorted(self.exchange.missing | self.exchange_before.missing)),
            building=rebuilding.is_behind(self.connection, self.company),
            read_at=self.now,
        )

    def _days(self, period: Period) -> list[DayRow]:
        first, last = period.first.toordinal(), period.last.toordinal()
        return sales.days(self.connection, self.mine, first, last)

    def _converted(self, rows: Sequence[DayRow], exchange: Exchange) -> list[_DaySum]:
        return [_DaySum(row, self._minor(row, exchange)) for row in rows if self.market in (None, row.market)]

    def _minor(self, row: DayRow, exchange: Exchange) -> int | None:
        if row.currency == self.currency:
            return row.sum.revenue_minor
        day = date.fromordinal(row.day)
        return exchange.minor(row.sum.revenue_minor, row.currency, day, self._midnight(day + _DAY))

    def _cards(self, sums: Sequence[_DaySum], before: Sequence[_DaySum]) -> Iterable[Card]:
        chunks = _points(sums, self.period.chunks(self.period.chunk))
        now, then = _Whole.of(sums), _Whole.of(before)
        buyers = self._buyers(self.period), self._buyers(self.period.before)
        shares = self._reached(self.period)
        shares_before = self._reached(self.period.before)
        yield _card(
            Figure.REVENUE, Decimal(now.revenue), Decimal(then.revenue), [p.revenue_minor for p in chunks]
        )
        yield _card(Figure.ORDERS, Decimal(now.sold), Decimal(then.sold), [p.orders for p in chunks])
        yield _card(Figure.CUSTOMERS, Decimal(buyers[0]), Decimal(buyers[1]), self._buyers_line(len(chunks)))
        yield _card(Figure.PRODUCTS, Decimal(now.pieces), Decimal(then.pieces), [p.products for p in chunks])
        averages = [_Whole.of(part).average for part in _split(sums, self.period.chunks(self.period.chunk))]
        yield _card(Figure.AVERAGE, now.average, then.average, averages)
        line = [_share(shares.get(place)) for place in range(len(chunks))]
        yield _card(Figure.SYNC, _share(_all(shares)), _share(_all(shares_before)), line)

    def _buyers(self, period: Period) -> int:
        first, last = period.first.toordinal(), period.last.toordinal()
        return sales.buyers(self.connection, self.mine, first, last, self.market)

    def _buyers_line(self, points: int) -> list[int]:
        first, last = self.period.first.toordinal(), self.period.last.toordinal()
        found = sales.buyers_by(self.connection, self.mine, first, last, self.period.chunk, self.market)
        return [found.get(place, 0) for place in range(points)]

    def _reached(self, period: Period) -> dict[int, Reached]:
        since, until = self._midnight(period.first), self._midnight(period.last + _DAY)
        return self._reached_in(since, until, period.chunk * _DAY)

    def _reached_in(self, since: datetime, until: datetime, width: timedelta) -> dict[int, Reached]:
        return reached.reached(self.connection, self.company, since, until, width, self.now - KEPT)

    def _states(self) -> dict[LineState, int]:
        first, last = self.period.first.toordinal(), self.period.last.toordinal()
        found = sales.states(self.connection, self.mine, first, last, self.market)
        return {state: found[state.value] for state in LineState if found.get(state.value)}

    def _footer(self) -> Footer:
        queue = outbox_lists.count_unfinished(self.connection, self.company)
        lately = self._reached_in(self.now - _DAY, self.now, _DAY)
        return Footer(
            queued=sum(queue.get(state.value, 0) for state in OPEN - {EffectState.UNCERTAIN}),
            errors=queue.get(EffectState.UNCERTAIN.value, 0) + queue.get(EffectState.PARKED.value, 0),
            out_of_stock=reached.sold_out(self.connection, self.mine),
            sync_rate=_share(_all(lately)),
        )

    def _midnight(self, day: date) -> datetime:
        """When this day begins."""
        if day not in self._midnights:
            self._midnights[day] = datetime.combine(day, time(), self.zone).astimezone(_UTC)
        return self._midnights[day]


@dataclass(frozen=True, slots=True)
class _DaySum:
    row: DayRow
    minor: int | None
    """The revenue in the company's currency; None where there is no rate."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """Sums over days, markets and currencies."""

    revenue: int
    sold: int
    pieces: int
    valued: int
    """Orders whose revenue could be converted."""

    @classmethod
    def of(cls, sums: Sequence[_DaySum]) -> _Whole:
        return cls(
            total(one.minor for one in sums),
            sum(one.row.sum.sold for one in sums),
            sum(one.row.sum.pieces for one in sums),
            sum(one.row.sum.sold for one in sums if one.minor is not None),
        )

    @property
    def average(self) -> Decimal | None:
        return (Decimal(self.revenue) / self.valued).quantize(Decimal(1)) if self.valued else None


def _rates(connection: Connection, company: str) -> dict[str, list[DatedRate]]:
    found: dict[str, list[DatedRate]] = {}
    for row in reversed(rates.history(connection, company, _RATES)):
        found.setdefault(row.currency, []).append(DatedRate(row.rate, row.at))
    return found


def _split(sums: Sequence[_DaySum], parts: Sequence[Period]) -> list[list[_DaySum]]:
    """The sums of each of these parts, which follow each other without a gap."""
    found: list[list[_DaySum]] = [[] for _ in parts]
    place = 0
    for one in sums:
        while one.row.day > parts[place].last.toordinal():
            place += 1
        found[place].append(one)
    return found


def _points(sums: Sequence[_DaySum], parts: Sequence[Period]) -> tuple[Point, ...]:
    wholes = [_Whole.of(some) for some in _split(sums, parts)]
    return tuple(
        Point(part, one.revenue, one.sold, one.pieces) for part, one in zip(parts, wholes, strict=True)
    )


def _by_market(sums: Sequence[_DaySum], parts: Sequence[Period]) -> tuple[MarketLine, ...]:
    """The market with the most revenue first."""
    of_market: dict[str, list[_DaySum]] = {}
    for one in sums:
        of_market.setdefault(one.row.market, []).append(one)
    found = []
    for market, here in of_market.items():
        whole = _Whole.of(here)
        points = tuple(point.revenue_minor for point in _points(here, parts))
        found.append(MarketLine(market, whole.revenue, whole.sold, points))
    return tuple(sorted(found, key=lambda line: (-line.revenue_minor, line.market)))


def _card(
    figure: Figure, value: Decimal | None, before: Decimal | None, line: Iterable[int | Decimal | None]
) -> Card:
    points = tuple(None if one is None else Decimal(one) for one in line)
    return Card(figure, value, before, figures.change(value, before), points)


def _all(parts: Mapping[int, Reached]) -> Reached:
    return Reached(sum(one.done for one in parts.values()), sum(one.stuck for one in parts.values()))


def _share(reached_: Reached | None) -> Decimal | None:
    """Which share of what was to reach the marketplaces is there; None where there was nothing."""
    if reached_ is None or not reached_.done + reached_.stuck:
        return None
    return (Decimal(reached_.done) / (reached_.done + reached_.stuck)).quantize(Decimal("0.0001"))


_UTC = ZoneInfo("UTC")
