"""How the figures of the dashboard are said, on screen and on paper: amounts, changes, days, markets, rates, an axis.

Words and steps only; what the figures are is `services.figures.dashboard`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from bmdesk.domain.markets import MARKETS
from bmdesk.domain.money import Money
from bmdesk.services.figures import dashboard
from bmdesk.services.figures.dashboard import MONEY, Card, Figure, MarketLine, Period, Snapshot, UsedRate
from bmdesk.texts import locale, render, t

NOTHING = "–"

_ROUND_FROM = 10_000  # from so much on the cents say nothing
_NAMED_RATES = 3
_NAMED_MARKETS = 6
_ONE_YEAR = 366


def value_words(shown: Snapshot, figure: Figure, value: Decimal | None) -> str:
    """The number of a card, large and without its unit."""
    amount = dashboard.amount(shown, figure, value)
    if amount is None:
        return NOTHING
    if figure is Figure.SYNC:
        return locale.number(100 * amount, 1)
    if figure in MONEY and amount >= _ROUND_FROM:
        return locale.number(amount, 0)
    return locale.number(amount)


def unit_words(shown: Snapshot, card: Card) -> str:
    """What stands behind that number; "" for a count and for nothing."""
    if card.value is None:
        return ""
    return "%" if card.figure is Figure.SYNC else shown.currency if card.figure in MONEY else ""


def whole_words(shown: Snapshot, figure: Figure, value: Decimal | None) -> str:
    """A card's value to the last cent, with its unit."""
    amount = dashboard.amount(shown, figure, value)
    if amount is None:
        return NOTHING
    if figure is Figure.SYNC:
        return t("dashboard.percent", number=locale.number(100 * amount, 2))
    return locale.money(Decimal(amount), shown.currency) if figure in MONEY else locale.number(amount)


def change_words(card: Card) -> str:
    """Against the equal period before: per cent; of a share points. NOTHING where there is nothing to compare."""
    if card.figure is Figure.SYNC:
        if card.value is None or card.before is None:
            return NOTHING
        return t("dashboard.points", number=_signed(100 * (card.value - card.before)))
    return NOTHING if card.change is None else growth_words(card.change)


def growth_words(share: Decimal) -> str:
    """By which share something grew, in per cent with its sign."""
    return t("dashboard.percent", number=_signed(100 * share))


def direction(card: Card) -> int:
    """1 where it grew, -1 where it shrank, else 0."""
    if card.value is None or card.before is None or change_words(card) == NOTHING:
        return 0
    return (card.value > card.before) - (card.value < card.before)


def money_words(shown: Snapshot, minor: int) -> str:
    """An amount in the company's currency."""
    return locale.money(Money(minor, shown.currency).amount, shown.currency)


def period_words(period: Period) -> str:
    """From which day to which; one day by itself."""
    first, last = locale.day(period.first), locale.day(period.last)
    return first if period.days == 1 else t("dashboard.days", first=first, last=last)


def short_period_words(period: Period) -> str:
    """The same without years, where there is little room."""
    first, last = locale.short_day(period.first), locale.short_day(period.last)
    return first if period.days == 1 else t("dashboard.days", first=first, last=last)


def tick_words(shown: Snapshot, period: Period) -> str:
    """A point's name under the trend: its first day, with its year where there is more than one."""
    return locale.day(period.first) if shown.period.days > _ONE_YEAR else locale.short_day(period.first)


def market_words(code: str) -> str:
    """A market by its country; one that nobody knows by its code. An order may name none."""
    if not code:
        return t("dashboard.market_unknown")
    known = next((one for one in MARKETS if one.locale == code), None)
    return render(known.country) if known is not None else code[:40]


def market_lines(shown: Snapshot) -> tuple[tuple[str, MarketLine], ...]:
    """The markets with the most revenue by their names; where there are many, the rest as one line at the end."""
    named = [(market_words(one.market), one) for one in shown.by_market]
    if len(named) <= _NAMED_MARKETS:
        return tuple(named)
    rest = shown.by_market[_NAMED_MARKETS - 1 :]
    others = MarketLine(
        market="",
        revenue_minor=sum(one.revenue_minor for one in rest),
        orders=sum(one.orders for one in rest),
        points=tuple(sum(column) for column in zip(*(one.points for one in rest), strict=True)),
    )
    return (*named[: _NAMED_MARKETS - 1], (t("dashboard_page.other_markets"), others))


def currency_words(code: str) -> str:
    """A currency by its code. An order may name none."""
    return code or t("dashboard.currency_unknown")


def rate_lines(shown: Snapshot) -> tuple[str, ...]:
    """All rates that amounts were converted at, a line each; what is said of early ones follows its rate."""
    return tuple(_rate_lines(shown))


def rates_words(shown: Snapshot) -> str:
    """The same in one line; "" where nothing was converted."""
    if not shown.rates:
        return ""
    named = ", ".join(_rate(shown, used) for used in shown.rates[:_NAMED_RATES])
    if len(shown.rates) > _NAMED_RATES:
        more = t("dashboard.more_rates", count=len(shown.rates) - _NAMED_RATES)
        named = f"{named}, {more}"
    return t("dashboard.converted", own=shown.currency, rates=named)


def early_words(shown: Snapshot) -> str:
    """What is said of amounts from before the first rate of their currency; "" where there are none."""
    return " ".join(_early(one) for one in sorted({used.currency for used in shown.rates if used.early}))


def steps(top: float) -> tuple[float, ...]:
    """Round values from 0 to the first that is not below `top`, four or five of them: the lines of an axis."""
    if top <= 0:
        return (0.0, 1.0)
    size = 10.0 ** (len(str(int(top))) - 1) if top >= 1 else 0.1
    step = next(size * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10) if size * part * 4 >= top)
    count = 1
    while step * count < top:
        count += 1
    return tuple(step * number for number in range(count + 1))


def _signed(number: Decimal) -> str:
    number = round(number, 1)
    words = locale.number(abs(number), 1)
    return f"+{words}" if number > 0 else f"-{words}" if number < 0 else words


def _rate_lines(shown: Snapshot) -> Iterator[str]:
    for used in shown.rates:
        rate, day = _shortest(used.rate), _day(shown, used)
        yield t("dashboard.rate", currency=used.currency, rate=rate, own=shown.currency, day=day)
        if used.early:
            yield _early(used.currency)


def _early(currency: str) -> str:
    return t("dashboard.rate_early", currency=currency)


def _rate(shown: Snapshot, used: UsedRate) -> str:
    rate, day = _shortest(used.rate), _day(shown, used)
    return t("dashboard.rate_short", currency=used.currency, rate=rate, day=day)


def _day(shown: Snapshot, used: UsedRate) -> str:
    """The day on which the rate was given: one of the company's days, as those that it was used on."""
    return locale.day(used.at, ZoneInfo(shown.timezone))


def _shortest(rate: Decimal) -> str:
    """Without the zeros that say nothing."""
    words = f"{rate:f}"
    return locale.number(Decimal(words.rstrip("0").rstrip(".") if "." in words else words))
