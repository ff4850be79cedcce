"""The dashboard over a million orders: opening it, other periods, and how quickly its figures are made anew."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bmdesk.services import company, settings
from bmdesk.services.desk import Desk
from bmdesk.services.figures import dashboard, rebuilding
from bmdesk.services.figures.dashboard import Figure as Card
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import accounts
from bmdesk.system.clock import FixedClock
from tests.timings.figures import Figure, percentile

GOAL_MS = 150
DAYS = 800
_NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
_PAGES = 40


def measure(folder: Path, quick: bool) -> list[Figure]:
    """A million orders of 800 days in six markets and three currencies, 600,000 buyers."""
    count = 20_000 if quick else 1_000_000
    desk = large_desk(folder, count)
    shown = f"{count:,} orders: dashboard"
    figures = []
    for span in dashboard.Span:
        period = dashboard.chosen(desk, span.value)
        spent = []
        for _ in range(3 if quick else 7):
            began = time.perf_counter()
            picture = dashboard.snapshot(desk, period)
            spent.append((time.perf_counter() - began) * 1000)
            assert picture.card(Card.ORDERS).value
        first, typical = spent[0], percentile(spent, 0.5)
        figures.append(Figure(f"{shown} of {span.value}, first look", first, "ms"))
        goal = f"< {GOAL_MS} ms"
        figures.append(Figure(f"{shown} of {span.value}, p50", typical, "ms", None, goal, typical < GOAL_MS))
    settings.put(desk, "company.timezone", "Europe/Berlin")
    began, pages = time.perf_counter(), 0
    while pages < _PAGES and rebuilding.catch_up(desk):
        pages += 1
    per_page = (time.perf_counter() - began) * 1000 / max(pages, 1)
    figures.append(Figure(f"{shown}: a page of 250 orders made anew", per_page, "ms"))
    desk.store.close()
    return figures


def large_desk(folder: Path, count: int) -> Desk:
    """A desk with so many orders and their figures, written past the services: they would take hours."""
    clock, place = FixedClock(_NOW), Place.of_file(folder / "store.db")
    store = open_store(place, clock.now, None, "01KDASHBOARD")
    desk = company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")
    account = desk.write(lambda tx: accounts.add_account(tx, "backmarket", "default"))
    for currency, rate in (("GBP", Decimal("0.86")), ("SEK", Decimal("11.2"))):
        settings.put(desk, f"rate.{currency}", str(rate))
    store.close()
    connection = sqlite3.connect(folder / "store.db", isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    for statement in _FILL:
        connection.execute(
            statement,
            {"count": count, "account": account, "company": desk.company, "days": DAYS,
             "begin": int(_NOW.timestamp() - (DAYS - 1) * 86_400) * 1_000_000},
        )  # fmt: skip
    connection.execute("COMMIT")
    connection.close()
    return company.open_desk(open_store(place, clock.now), Photos(folder / "photos"), clock, "bench-1")


_ROWS = "WITH RECURSIVE row(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM row WHERE n + 1 < {count})"
_ORDERS = _ROWS.format(count=":count")
_AT = ":begin + (n * :days / :count) * 86400000000 + (n % 20) * 1000000"
_MARKET = "CASE n % 6 WHEN 0 THEN 'fr-fr' WHEN 1 THEN 'de-de' WHEN 2 THEN 'es-es' WHEN 3 THEN 'it-it' WHEN 4 THEN 'en-gb' ELSE 'sv-se' END"  # noqa: E501
_CURRENCY = "CASE n % 6 WHEN 4 THEN 'GBP' WHEN 5 THEN 'SEK' ELSE 'EUR' END"
_STATE = "CASE WHEN n % 40 = 0 THEN 'cancelled' WHEN n % 25 = 0 THEN 'refunded' WHEN n > :count - 900 THEN 'accepted' ELSE 'shipped' END"  # noqa: E501
_FILL = (
    (
        f"{_ROWS.format(count='(:count * 6 / 10)')} INSERT INTO customer (id, company_id, name, email, phone, country,"
        " email_key, proof_key, name_key, postcode_key, phone_key, created_at, changed_at) SELECT"
        " printf('01C%023d', n), :company, '', '', '', '', '', '', '', '', '', :begin, :begin FROM row"
    ),
    (
        f"{_ORDERS} INSERT INTO customer_order (id, account_id, remote_id, market, remote_state, state, conflicts,"
        " customer_id, currency, payment_method, created_at, shipper, tracking_number, is_backship, read_at) SELECT"
        f" printf('01R%023d', n), :account, n, {_MARKET}, 9, {_STATE}, 0,"
        f" printf('01C%023d', n * 7919 % (:count * 6 / 10)), {_CURRENCY}, '', {_AT}, '', '', 0, :begin FROM row"
    ),
    (
        f"{_ORDERS} INSERT INTO orderline (id, order_id, account_id, remote_id, sku_text, sku_key, title, grade,"
        " quantity, remote_state, state, ours, price_minor, refunded_minor, imei, serial, counts, named,"
        " first_read_at, changed_at)"
        f" SELECT printf('01L%023d', n), printf('01R%023d', n), :account, n, '', '', '', '', 1, 3, {_STATE}, 0,"
        " 20000 + n % 50000, 0, '', '', 0, 0, :begin, :begin FROM row"
    ),
    (
        "INSERT INTO sale SELECT o.id, o.account_id, o.created_at / 86400000000 + 719163, o.market,"
        " o.currency, o.state,"
        " CASE WHEN o.state IN ('accepted', 'shipped') THEN o.customer_id END,"
        " CASE WHEN o.state IN ('accepted', 'shipped') THEN 1 ELSE 0 END,"
        " CASE WHEN o.state IN ('accepted', 'shipped') THEN l.price_minor ELSE 0 END"
        " FROM customer_order o JOIN orderline l ON l.order_id = o.id"
    ),
    (
        "INSERT INTO sales_day SELECT account_id, day, market, currency, state, count(*), sum(pieces > 0), sum(pieces),"
        " sum(revenue_minor) FROM sale GROUP BY account_id, day, market, currency, state"
    ),
    (
        f"{_ROWS.format(count='40000')} INSERT INTO effect (id, company_id, account_id, kind, lane, key, market, state,"
        " urgent, forced, attempts, created_at, next_at, ended_at, fault, request_id) SELECT printf('01E%023d', n),"
        " :company, :account, 'stock', printf('l%d', n), printf('%d', n), '', 'done', 0, 0, 1,"
        " :begin + (:days - 1) * 86400000000"
        " - n * 60000000, 0, :begin + (:days - 1) * 86400000000 - n * 60000000, '', '' FROM row"
    ),
)
