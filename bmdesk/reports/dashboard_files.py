"""What the dashboard shows, in a file: one plain table for a spreadsheet, a line for each figure, day and market,
and for what happened lately; or a page that looks as on screen (`dashboard_page`).

In a table words are codes, so that a script reads the same in every language, but for what happened, which is said as
on screen; amounts are in the company's currency, moments in its time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bmdesk.domain.money import Money
from bmdesk.domain.working_time import local_day
from bmdesk.reports.dashboard_feed import about, feed_words
from bmdesk.services.figures import dashboard
from bmdesk.services.figures.dashboard import Figure, Period, Snapshot
from bmdesk.system.tabular import Cell, write_table

COLUMNS = ("what", "from", "to", "market", "name", "value", "unit", "before", "change")


def write(shown: Snapshot, file: Path) -> None:
    """Write it as the file's name says: .csv, .xlsx, .pdf, .png. Raises TableFormatUnknown, FileNotWritten."""
    kind = file.suffix.lower()
    if kind in (".pdf", ".png"):
        from bmdesk.reports import dashboard_page  # Qt, which a table does without

        (dashboard_page.write_pdf if kind == ".pdf" else dashboard_page.write_png)(shown, file)
    else:
        write_sheet(shown, file)


def write_sheet(shown: Snapshot, file: Path) -> None:
    """Write it to a .csv or .xlsx file. Raises TableFormatUnknown, FileNotWritten."""
    write_table(file, COLUMNS, rows(shown))


def rows(shown: Snapshot) -> Iterator[tuple[Cell, ...]]:
    """The table, line by line."""
    here = shown.market or ""
    for card in shown.cards:
        value = dashboard.amount(shown, card.figure, card.value)
        before = dashboard.amount(shown, card.figure, card.before)
        unit = shown.currency if card.figure in dashboard.MONEY else _UNITS.get(card.figure, "pieces")
        yield ("card", *_days(shown.period), here, card.figure.value, value, unit, before, card.change)
        for part, amount in zip(shown.period.chunks(shown.period.chunk), card.line, strict=True):
            value = dashboard.amount(shown, card.figure, amount)
            yield ("line", *_days(part), here, card.figure.value, value, unit, None, None)
    for point in shown.trend:
        days = _days(point.period)
        yield (
            "trend",
            *days,
            here,
            "revenue",
            _money(shown, point.revenue_minor),
            shown.currency,
            None,
            None,
        )
        yield ("trend", *days, here, "orders", point.orders, "orders", None, None)
        yield ("trend", *days, here, "products", point.products, "pieces", None, None)
    for line in shown.by_market:
        for point, minor in zip(shown.trend, line.points, strict=True):
            value = _money(shown, minor)
            yield ("market", *_days(point.period), line.market, "revenue", value, shown.currency, None, None)
    for state, count in shown.states.items():
        yield ("state", *_days(shown.period), here, state.value, count, "orders", None, None)
    yield from _now(shown)
    for used in shown.rates:
        days = (used.first.isoformat(), used.last.isoformat())
        yield ("rate", *days, here, used.currency, used.rate, f"{used.currency}/{shown.currency}", None, None)
    for currency in shown.missing:
        yield ("no_rate", *_days(shown.period), here, currency, None, "", None, None)
    zone = ZoneInfo(shown.timezone)
    for entry in shown.feed:
        at = entry.at.astimezone(zone).isoformat(timespec="seconds")
        yield ("feed", at, at, entry.market, about(entry).value, feed_words(entry), "", None, None)


_UNITS = {Figure.ORDERS: "orders", Figure.CUSTOMERS: "customers", Figure.SYNC: "share"}


def _now(shown: Snapshot) -> Iterator[tuple[Cell, ...]]:
    """What stands at the foot of the screen: of all markets, whatever the period is."""
    footer, day = shown.footer, local_day(shown.read_at, ZoneInfo(shown.timezone)).isoformat()
    yield ("now", day, day, "", "queued", footer.queued, "steps", None, None)
    yield ("now", day, day, "", "errors", footer.errors, "steps", None, None)
    yield ("now", day, day, "", "out_of_stock", footer.out_of_stock, "listings", None, None)
    yield ("now", day, day, "", "sync_rate", footer.sync_rate, "share", None, None)


def _days(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()


def _money(shown: Snapshot, minor: int) -> Decimal:
    return Money(minor, shown.currency).amount
