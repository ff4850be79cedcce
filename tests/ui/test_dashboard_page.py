"""The Dashboard room on a real store: figures follow what is sold, each of them a way to where it is dealt with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.domain.orders import LineState
from bmdesk.reports import dashboard_words
from bmdesk.services import company, rates
from bmdesk.services.desk import Desk
from bmdesk.services.figures.dashboard import Figure
from bmdesk.services.selling import accounts
from bmdesk.store.queries import sync_log
from bmdesk.system.clock import FixedClock
from bmdesk.texts import msg
from bmdesk.ui import rooms
from bmdesk.ui.main_window import Room
from bmdesk.ui.shortcuts import in_force
from bmdesk.ui.views.dashboard import DashboardPage
from bmdesk.ui.views.dashboard.figure_card import Sparkline
from bmdesk.ui.views.listings import ListingsPage
from bmdesk.ui.views.orders import OrdersPage
from bmdesk.ui.views.products import ProductsPage
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.sync import SyncPage
from bmdesk.ui.workplace import Workplace
from tests.listed import read_listing
from tests.sales import Sales

Opened = Callable[[], DashboardPage]


@pytest.fixture
def open_page(workplace: Workplace, qtbot: QtBot) -> Opened:
    """Opens the room, and waits until all is read."""
    window = workplace.window

    def opened() -> DashboardPage:
        for key, page in (
            ("dashboard", DashboardPage),
            ("orders", OrdersPage),
            ("products", ProductsPage),
            ("listings", ListingsPage),
            ("settings", SettingsPage),
            ("sync", SyncPage),
        ):
            window.add_room(Room(key, "window.room.units", "units", partial(page, workplace)))
        window.resize(1440, 900)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        window.open_rooms("dashboard")
        made = window.page("dashboard")
        assert isinstance(made, DashboardPage)
        settled(made, qtbot)
        return made

    return opened


def settled(page: DashboardPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.workplace.bridge.pending == 0, timeout=10_000)
    chart = page.trend.chart
    qtbot.waitUntil(lambda: not chart.isVisible() or chart._plot is not None)
    qtbot.wait(5)


def changed(page: DashboardPage, qtbot: QtBot) -> None:
    """Something is sold meanwhile."""
    page._soon.setInterval(0)
    page.workplace.bridge.announce(frozenset({Change.ORDERS}))
    qtbot.waitUntil(lambda: not page._soon.isActive())
    settled(page, qtbot)


def at(page: DashboardPage, point: int) -> QPoint:
    """Where this point of the trend is in the chart's own picture."""
    plot = page.trend.chart._plot
    place: QPoint = plot.mapFromScene(plot.plotItem.vb.mapViewToScene(QPointF(point, 0)))
    return place


@pytest.mark.usefixtures("dressed")
def test_what_is_sold_shows_in_place_and_a_dragged_range_is_the_period(
    open_page: Opened, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    sold = Sales(desk)
    for days in (0, 2, 2, 35):
        sold.order(clock.now() - timedelta(days=days), ("shipped", 1, 40_000))
    page = open_page()
    revenue = page.cards[Figure.REVENUE]
    assert (revenue.value.words, revenue.change.text()) == ("1,200.00", "+200.0 %")
    assert page.states.ring.accessibleName().endswith("Shipped 3")
    places = [(one, one.geometry()) for one in (*page.cards.values(), page.trend, page.feed, page.foot)]

    sold.order(clock.now(), ("to_accept", 2, 15_000))
    changed(page, qtbot)
    assert revenue.value.words == "1,350.00" and page.cards[Figure.PRODUCTS].value.words == "5"
    assert all(one.geometry() == place for one, place in places)

    chart = page.trend.chart._plot.viewport()
    QTest.mouseMove(chart, at(page, 27))
    qtbot.waitUntil(page.trend.chart._bubble.isVisible)
    assert [label.text() for label in page.trend.chart._bubble._labels[:3]] == [
        "2026-01-13",
        "800.00 EUR",
        "2 orders",
    ]
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=at(page, 26))
    QTest.mouseMove(chart, at(page, 28))
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=at(page, 28))
    settled(page, qtbot)
    assert (page.bar.first.text(), page.bar.last.text()) == ("2026-01-12", "2026-01-14")
    assert revenue.value.words == "800.00"


def test_who_packs_sees_no_figure_not_even_those_of_the_one_before(
    open_page: Opened, workplace: Workplace, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    Sales(desk).order(clock.now(), ("shipped", 1, 40_000))
    company.add_operator(desk, "PIA", "Pia", "packer")
    page = open_page()
    assert page.cards[Figure.ORDERS].isVisible()

    workplace.operator = company.operator(desk, "PIA")
    workplace.operator_changed.emit(workplace.operator)
    changed(page, qtbot)
    assert not page.cards[Figure.ORDERS].isVisible() and page.nothing.isVisible()
    assert not page.is_reading

    workplace.operator = company.operator(desk, "OWNER")
    workplace.operator_changed.emit(workplace.operator)
    assert page.cards[Figure.ORDERS].isVisible() and page.is_reading


def test_a_room_for_figures_is_not_in_the_rail_of_who_packs(
    workplace: Workplace, desk: Desk, qtbot: QtBot
) -> None:
    window = workplace.window
    rooms.register(window, lambda: workplace, print)
    window.show()
    window.open_rooms("dashboard")
    company.add_operator(desk, "PIA", "Pia", "packer")

    workplace.operator = company.operator(desk, "PIA")
    window.offer_rooms(workplace.may)
    assert window.current_room == "bench" and not window.rail.is_offered("dashboard")
    assert "Ctrl+D" not in {key.keys for key in in_force(window)}

    workplace.operator = company.operator(desk, "OWNER")
    window.offer_rooms(workplace.may)
    window.show_first()
    assert window.current_room == "dashboard"


@pytest.mark.slow
@pytest.mark.usefixtures("dressed")
def test_a_day_alone_between_days_without_sales_is_seen_in_the_small_line(qtbot: QtBot) -> None:
    line = Sparkline()
    qtbot.addWidget(line)
    line.resize(100, 26)
    line.show_points([Decimal(5), None, Decimal(9), None, Decimal(7)])
    picture = line.grab().toImage()
    plain = picture.pixelColor(25, 13)
    seen = [x for x in range(100) if any(picture.pixelColor(x, y) != plain for y in range(26))]
    assert min(seen) < 6 and any(45 < x < 55 for x in seen) and max(seen) > 90


@pytest.mark.slow
def test_half_a_day_typed_is_asked_for_by_nobody_and_other_markets_are_offered_where_they_sold(
    open_page: Opened, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    sold = Sales(desk)
    sold.order(clock.now(), ("shipped", 1, 40_000))
    sold.order(clock.now() - timedelta(days=60), ("shipped", 1, 10_000), market="de-de")
    page = open_page()
    page.bar.choose_span("custom")
    page.bar.last.setText("2026-1")
    sold.order(clock.now(), ("shipped", 1, 20_000))
    changed(page, qtbot)  # as each minute
    assert not page.bar.wrong.text() and page.bar.last.text() == "2026-1"
    assert page.cards[Figure.REVENUE].value.words == "600.00"
    page.bar.ask()
    assert "both days" in page.bar.wrong.text()
    changed(page, qtbot)
    assert "both days" in page.bar.wrong.text()

    page.bar.choose_span("30d")
    settled(page, qtbot)
    page.bar.market.set_value("fr-fr")
    page.bar.market.activated.emit(0)
    settled(page, qtbot)
    page.bar.choose_span("90d")
    settled(page, qtbot)
    assert page.bar.market.findData("de-de") >= 0 and page.bar.market.value() == "fr-fr"


@pytest.mark.slow
def test_without_sales_the_room_says_what_to_do(
    open_page: Opened, workplace: Workplace, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    page = open_page()
    nothing = page.trend.nothing
    assert nothing.isVisible() and "no account" in nothing.sentence.text()
    nothing.button.click()
    assert workplace.window.current_room == "settings"

    accounts.add(desk)
    workplace.window.show_room("dashboard")
    settled(page, qtbot)
    assert nothing.sentence.text() == "No sales yet"

    Sales(desk, "other").order(clock.now() - timedelta(days=100), ("shipped", 1, 40_000))
    changed(page, qtbot)
    nothing.button.click()
    settled(page, qtbot)
    assert page.bar.wanted().span == "year" and page.trend.chart.isVisible()


@pytest.mark.slow
def test_everything_can_be_reached_and_done_by_keys(
    open_page: Opened, workplace: Workplace, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    sold = Sales(desk)
    for days in range(5):
        sold.order(clock.now() - timedelta(days=days), ("shipped", 1, 10_000))
        sold.order(clock.now() - timedelta(days=days), ("cancelled", 1, 10_000), market="de-de")
    page = open_page()
    window = workplace.window
    handle = window.windowHandle()
    alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
    listed = {key.keys for key in in_force(window)}
    assert {"Alt+1", "Alt+6", "Alt+M", "Alt+V", "Alt+P", "F5", "Ctrl+E", "Shift+Left"} <= listed

    QTest.keyClick(handle, Qt.Key.Key_2, alt)
    settled(page, qtbot)
    assert page.seen is not None and page.seen.shown.period.days == 7
    QTest.keyClick(handle, Qt.Key.Key_V, alt)
    for _ in range(2):
        QTest.keyClick(handle, Qt.Key.Key_Left)
    QTest.keyClick(handle, Qt.Key.Key_Left, shift)
    assert page.trend.chart.accessibleDescription().startswith("2026-01-13")
    QTest.keyClick(handle, Qt.Key.Key_Return)
    settled(page, qtbot)
    assert page.seen.shown.period.days == 2

    page.bar.first.setText("no day")
    page.bar.ask()
    assert "both days" in page.bar.wrong.text()
    page.bar.first.setText("2026-01-20")
    page.bar.ask()
    settled(page, qtbot)
    assert "not a period" in page.bar.wrong.text()

    QTest.keyClick(handle, Qt.Key.Key_3, alt)
    settled(page, qtbot)
    button = page.states.buttons[LineState.CANCELLED]
    button.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_Space)
    orders = window.page("orders")
    assert isinstance(orders, OrdersPage) and orders.state.value() == "cancelled"
    qtbot.waitUntil(lambda: orders.model.total == 5)
    window.show_room("dashboard")
    for key, room in ((Qt.Key.Key_P, "products"), (Qt.Key.Key_S, "settings"), (Qt.Key.Key_Q, "sync")):
        QTest.keyClick(handle, key, alt)
        assert window.current_room == room
        window.show_room("dashboard")
    sync = window.page("sync")
    assert isinstance(sync, SyncPage) and sync.tab == "queue"


@pytest.mark.slow
def test_a_currency_without_a_rate_is_named_and_its_button_leads_to_where_one_is_given(
    open_page: Opened, workplace: Workplace, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    sold = Sales(desk)
    sold.order(clock.now(), ("shipped", 1, 40_000))
    sold.order(clock.now(), ("shipped", 1, 43_000), market="en-gb", currency="GBP")
    page = open_page()
    assert page.trend.missing.text().endswith("GBP") and page.trend.rates_button.isVisible()
    assert page.cards[Figure.REVENUE].value.words == "400.00"
    page.trend.rates_button.click()
    settings = workplace.window.page("settings")
    assert isinstance(settings, SettingsPage) and settings.section is settings.sections["prices"]

    desk.write(lambda tx: rates.add(tx, "GBP", Decimal("0.86")))
    workplace.window.show_room("dashboard")
    settled(page, qtbot)
    assert page.cards[Figure.REVENUE].value.words == "900.00" and not page.trend.missing.isVisible()
    assert "0.86 GBP (2026-01-15)" in page.trend.rates.text()

    page.bar.market.set_value("*")
    page.bar.market.activated.emit(0)
    assert [line.name for line in page.trend.chart._trend.lines] == ["United Kingdom", "France"]
    page.bar.market.set_value("en-gb")
    page.bar.market.activated.emit(0)
    settled(page, qtbot)
    assert page.cards[Figure.REVENUE].value.words == "500.00"


@pytest.mark.slow
def test_a_share_of_the_ring_lists_as_many_orders_as_it_says(
    open_page: Opened, workplace: Workplace, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    sold = Sales(desk)
    for days in (0, 5, 5, 100):
        sold.order(clock.now() - timedelta(days=days), ("cancelled", 1, 10_000), market="de-de")
    sold.order(clock.now(), ("cancelled", 1, 10_000))
    page = open_page()
    page.bar.market.set_value("de-de")
    page.bar.market.activated.emit(0)
    settled(page, qtbot)
    assert page.seen is not None and page.seen.shown.states == {LineState.CANCELLED: 3}
    page.states.buttons[LineState.CANCELLED].click()
    orders = workplace.window.page("orders")
    assert isinstance(orders, OrdersPage)
    qtbot.waitUntil(lambda: orders.model.total == 3)
    assert orders.market.value() == "de-de"
    assert orders.days.isVisible() and orders.days.currentText() == "17 Dec – 15 Jan"
    orders.days.set_value("")
    orders.days.activated.emit(0)
    qtbot.waitUntil(lambda: orders.model.total == 4 and not orders.days.isVisible())


@pytest.mark.slow
def test_what_names_neither_market_nor_currency_is_named_and_offered_by_no_empty_line(
    open_page: Opened, desk: Desk, clock: FixedClock
) -> None:
    sold = Sales(desk)
    sold.order(clock.now(), ("shipped", 1, 40_000))
    sold.order(clock.now(), ("shipped", 1, 30_000), market="", currency="")
    page = open_page()
    assert page.trend.missing.text().endswith("unknown currency") and page.trend.missing.isVisible()
    assert [page.bar.market.itemText(n) for n in range(page.bar.market.count())] == ["All markets", "France"]
    assert page.seen is not None
    names = [name for name, _ in dashboard_words.market_lines(page.seen.shown)]
    assert names == ["France", "Unknown market"]


@pytest.mark.slow
def test_a_line_of_the_feed_leads_to_what_it_is_about(
    open_page: Opened, workplace: Workplace, desk: Desk, qtbot: QtBot
) -> None:
    account = accounts.add(desk).id
    listing = read_listing(desk, "SKU-1", markets={"fr-fr": 30_000})
    for level, about in (("info", None), ("error", listing)):
        said = msg("sync.clock_skew", minutes=4)
        desk.write(partial(sync_log.log, account_id=account, level=level, text=said, listing_id=about))
    page = open_page()
    table = page.feed.table
    assert page.feed.model.data(page.feed.model.index(0, 3)) == "SKU-1"
    table.setFocus()
    table.choose_row(0)
    QTest.keyClick(workplace.window.windowHandle(), Qt.Key.Key_Return)
    found = workplace.window.page("listings")
    assert isinstance(found, ListingsPage) and found.search.text() == "SKU-1"

    workplace.window.show_room("dashboard")
    QTest.mouseClick(
        table.viewport(),
        Qt.MouseButton.LeftButton,
        pos=table.visualRect(page.feed.model.index(1, 3)).center(),
    )
    sync = workplace.window.page("sync")
    assert isinstance(sync, SyncPage) and sync.tab == "log"


@pytest.mark.slow
def test_whoever_scans_at_the_dashboard_stands_at_the_bench(open_page: Opened, workplace: Workplace) -> None:
    window = workplace.window
    window.add_room(Room("bench", "window.room.bench", "scan", QWidget))
    page = open_page()
    assert not page.takes_scan("BMD:OP:ANN") and window.current_room == "dashboard"
    assert not page.takes_scan("356938035643809") and window.current_room == "bench"


@pytest.mark.slow
@pytest.mark.usefixtures("dressed")
def test_what_is_seen_goes_into_a_file_and_nothing_is_read_while_nobody_looks(
    open_page: Opened, workplace: Workplace, desk: Desk, clock: FixedClock, tmp_path: Path, qtbot: QtBot
) -> None:
    Sales(desk).order(clock.now(), ("shipped", 1, 40_000))
    page = open_page()
    assert page.seen is not None
    for kind in ("csv", "xlsx", "pdf", "png"):
        page.export_to(page.seen.shown, tmp_path / f"figures.{kind}")
    settled(page, qtbot)
    assert QImage(str(tmp_path / "figures.png")).width() > 2000
    assert (tmp_path / "figures.pdf").read_bytes().startswith(b"%PDF")
    assert "400.00" in (tmp_path / "figures.csv").read_text("utf-8-sig")
    button = page.bar.export_button
    button.click()
    assert button.menu_shown is not None and len(button.menu_shown.actions()) == 4
    button.menu_shown.actions()[1].trigger()
    button.menu_shown.close()
    asking = button.findChild(QFileDialog)
    assert asking is not None
    asking.reject()
    assert len(list(tmp_path.glob("figures.*"))) == 4

    page.export("csv")
    asking = button.findChildren(QFileDialog)[-1]
    Sales(desk, "other").order(clock.now(), ("shipped", 1, 50_000))
    changed(page, qtbot)
    asking.findChildren(QLineEdit)[0].setText(str(tmp_path / "mine"))
    asking.accept()
    settled(page, qtbot)
    mine = (tmp_path / "mine.csv").read_text("utf-8-sig")
    assert "400.00" in mine and "900.00" not in mine, "what was seen when it was asked for"

    workplace.window.show_room("products")
    settled(page, qtbot)
    before = page.seen
    workplace.bridge.announce(frozenset({Change.ORDERS}))
    assert not page.is_reading and not page._soon.isActive()
    workplace.window.show_room("dashboard")
    settled(page, qtbot)
    assert page.seen is not before and page.is_reading


def test_a_window_that_is_closed_reads_no_figures_any_more(
    open_page: Opened, workplace: Workplace, qtbot: QtBot
) -> None:
    page = open_page()
    assert page.is_reading
    workplace.window.close()
    assert not page.is_reading and not page._soon.isActive()
