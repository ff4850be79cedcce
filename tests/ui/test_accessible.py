"""Whoever cannot see the window, or holds no mouse, works in it all the same: every control says what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bmdesk.services.goods import receiving
from bmdesk.services.goods.receiving import BatchForm
from bmdesk.system.paths import DataDir
from bmdesk.ui import rooms
from bmdesk.ui.views.bench import BenchPage
from bmdesk.ui.views.products import ProductsPage
from bmdesk.ui.views.receiving import ReceivingPage
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.units import UnitsPage
from bmdesk.ui.views.welcome import WelcomeDialog
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.workplace import Workplace
from tests.desks import IMEIS, PHONE, Bench

ROOMS = (
    "bench", "units", "receiving", "orders", "pick", "pack", "customers", "warranties", "products", "catalogue",
    "listings", "linking", "sync", "settings", "dashboard", "bench_figures", "help", "prices",
)  # fmt: skip


@pytest.fixture
def house(workplace: Workplace, at_bench: Bench, qtbot: QtBot) -> Iterator[Callable[[str], QWidget]]:
    """The window with all its rooms, a unit in hand and a batch; call it with a room to enter."""
    receiving.open_batch(workplace.desk, BatchForm("LOT-7", source="trade_in"))
    at_bench.ready_unit(IMEIS[1])
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:DEFECT:BACK:SCRATCH:2")
    rooms.register(workplace.window, lambda: workplace, lambda _unit: None)
    workplace.window.resize(1440, 900)
    workplace.window.show()
    workplace.window.open_rooms("bench")

    def enter(key: str) -> QWidget:
        page = workplace.window.show_room(key)
        assert page is not None
        settle()
        return page

    def settle() -> None:
        for _ in range(2):  # what is answered may ask for more
            qtbot.wait(5)
            qtbot.waitUntil(lambda: not workplace.bridge.pending, timeout=10_000)

    yield enter
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog):
            window.reject()


@pytest.mark.parametrize(
    "some", [ROOMS[1:4], pytest.param(ROOMS, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_every_control_of_a_room_says_what_it_is_and_tab_walks_through_it_and_comes_back(
    house: Callable[[str], QWidget], workplace: Workplace, some: tuple[str, ...]
) -> None:
    for room in some:
        page = house(room)
        missed = skipped(page, workplace.window)
        if isinstance(page, SettingsPage):
            for entry in page.entries:
                page.show_section(entry.key)
            house(room)
        if isinstance(page, UnitsPage):
            page.all.open_unit(page.all.model.row(0).id)  # type: ignore[union-attr]
            house(room)
        if isinstance(page, ReceivingPage):
            page.show_batch(page.model.row(0))  # type: ignore[arg-type]
            house(room)
        assert (room, silent(page), missed) == (room, [], [])
    assert silent(workplace.window) == []


def test_every_control_of_a_form_says_what_it_is(
    house: Callable[[str], QWidget], workplace: Workplace, tmp_path: Path
) -> None:
    receiving_page, products = house("receiving"), house("products")
    assert isinstance(receiving_page, ReceivingPage) and isinstance(products, ProductsPage)
    receiving_page.new()
    products.new()
    units = house("units")
    assert isinstance(units, UnitsPage)
    units.all.table.selectAll()
    for ask in (units.all.chosen.hold_chosen, units.all.chosen.move_chosen, units.all.chosen.label_chosen):
        ask()
        house("units")
    WelcomeDialog(workplace, DataDir(tmp_path)).open()
    forms = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    assert len(forms) >= 6
    assert [found for form in forms for found in silent(form)] == []


def skipped(page: QWidget, window: QMainWindow) -> list[str]:
    """The controls of this room that Tab does not come to."""
    window.activateWindow()
    page.setFocus(Qt.FocusReason.OtherFocusReason)
    seen: list[QWidget] = []
    for _ in range(400):
        window.focusNextChild()
        now = window.focusWidget()
        assert now is not None
        if seen and now is seen[0]:
            break
        assert now.isVisible() and now.isEnabled()
        seen.append(now)
    else:
        pytest.fail("Tab never comes back")
    if isinstance(page, BenchPage):
        return []  # its scan line keeps the keyboard; the cards have keys of their own
    wanted = {w for w in page.findChildren(QWidget) if _takes_tab(w)}
    reached = {w for w in wanted if w in seen or any(w.isAncestorOf(s) for s in seen)}
    return [_called(w) for w in wanted - reached]


def silent(window: QWidget, *, on_screen: bool = False) -> list[str]:
    """The controls of this window that a screen reader could not name; `on_screen`: of those that can be seen now."""
    controls = [w for w in window.findChildren(QWidget) if _is_control(w) and not _says(w)]
    return [_called(w) for w in controls if w.isVisible() or not on_screen]


def _is_control(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if widget.isHidden():
        return False  # by itself, not only with the page it stands on: it is not offered now
    if isinstance(parent, QAbstractSpinBox | QComboBox | QTabBar | QLineEdit) or isinstance(
        widget, QHeaderView
    ):
        return False  # parts of a control that has a name itself
    if isinstance(widget, QAbstractItemView):
        return not widget.isWindow() and "PrivateContainer" not in _called(widget)  # the list of a combo box
    if isinstance(widget, QAbstractButton):
        return not isinstance(parent, QTableView)  # the corner of a table
    if isinstance(widget, QLineEdit | QComboBox | QAbstractSpinBox | QPlainTextEdit):
        return True
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return by_tab and not isinstance(widget, QScrollArea | QTabBar | QDialog | QMainWindow)


def _says(widget: QWidget) -> bool:
    if isinstance(widget, QAbstractButton) and widget.text().strip():
        return True
    return bool(widget.accessibleName().strip())


def _takes_tab(widget: QWidget) -> bool:
    tabbed = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return (
        tabbed
        and _is_control(widget)
        and widget.isVisible()
        and widget.isEnabled()
        and not widget.focusProxy()
    )


def _called(widget: QWidget) -> str:
    around: list[str] = []
    above = widget.parentWidget()
    while above is not None and len(around) < 4:
        around.append(above.metaObject().className())
        above = above.parentWidget()
    return f"{type(widget).__name__} {widget.accessibleName()!r} in {' in '.join(around)}"


def test_tab_past_the_last_button_of_a_room_goes_on_at_its_first(dressed: QApplication, qtbot: QtBot) -> None:
    window = QMainWindow()
    page = QWidget()
    search, middle, last = QLineEdit(), QLineEdit(), QPushButton("last")
    column = QVBoxLayout(page)
    for widget in (search, middle, last):
        column.addWidget(widget)
    lands_on(page, middle)
    window.setCentralWidget(page)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    page.setFocus()
    assert window.focusWidget() is middle
    for following in (last, search, middle):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
        assert window.focusWidget() is following
    window.close()
