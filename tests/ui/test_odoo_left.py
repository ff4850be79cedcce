"""What Odoo lacks of orders, in the settings: counted, ticked, and sent after a yes; all of it by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.services import settings
from bmdesk.services.odoo.sales.orders_left import Lack
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.odoo import OdooSection
from bmdesk.ui.views.settings.odoo_left import OrdersLeftDialog
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace
from tests.markets import Shop
from tests.selling import shipped
from tests.services.test_odoo_orders import waiting


@pytest.fixture
def number(shop: Shop) -> int:
    """An order that left before there was an Odoo."""
    made = shipped(shop)
    settings.put(shop.desk, "odoo.url", "https://odoo.example.com")
    return made


@pytest.fixture
def section(number: int, shop: Shop, workplace: Workplace, qtbot: QtBot) -> OdooSection:
    window = workplace.window
    window.add_room(
        Room("settings", "window.room.settings", "settings", lambda: SettingsPage(workplace), "Ctrl+8")
    )
    window.show()
    window.open_rooms("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    found = page.show_section("odoo")
    assert isinstance(found, OdooSection)
    qtbot.waitUntil(found.orders_button.isEnabled)
    return found


def opened(section: OdooSection, qtbot: QtBot) -> OrdersLeftDialog:
    section.orders_button.setFocus()
    QTest.keyClick(section.orders_button, Qt.Key.Key_Space)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, OrdersLeftDialog)
    qtbot.waitUntil(lambda: dialog.found is not None)
    return dialog


def test_nothing_is_sent_before_it_is_ticked_and_said_yes_to(
    section: OdooSection, shop: Shop, number: int, qtbot: QtBot
) -> None:
    dialog = opened(section, qtbot)
    box = dialog.boxes[Lack.ORDER]
    assert (dialog.model.rowCount(), box.text()) == (1, "Order not in Odoo: 1")
    assert not box.isChecked() and not dialog.send_button.isEnabled()
    assert not dialog.boxes[Lack.INVOICE].isEnabled()
    assert waiting(shop) == []

    QTest.keyClick(box, Qt.Key.Key_Space)
    assert dialog.send_button.isEnabled()
    dialog.send()
    question = QApplication.activeModalWidget()
    assert isinstance(question, Confirm)
    question.yes.click()
    qtbot.waitUntil(lambda: waiting(shop) == [str(number)])
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 0)
    assert "1 order waits to be sent to Odoo." in dialog.outcome.text()
    assert "1 more order is on its way" in dialog.said.text()
    assert not dialog.send_button.isEnabled()
    dialog.reject()


def test_another_day_is_looked_at_and_what_is_no_day_stands_at_its_field(
    section: OdooSection, qtbot: QtBot
) -> None:
    dialog = opened(section, qtbot)
    dialog.since.setText("soon")
    dialog.look_button.click()
    assert dialog.model.rowCount() == 0 and not dialog.boxes[Lack.ORDER].isEnabled()
    dialog.since.setText("2031-01-01")
    QTest.keyClick(dialog.since, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.found is not None)
    assert dialog.model.rowCount() == 0
    for widget in (
        dialog.since,
        dialog.table,
        dialog.look_button,
        dialog.send_button,
        *dialog.boxes.values(),
    ):
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    dialog.reject()


def test_what_cannot_be_looked_at_says_so_where_the_orders_would_stand(
    section: OdooSection, shop: Shop, qtbot: QtBot
) -> None:
    dialog = opened(section, qtbot)
    assert dialog.model.rowCount() == 1
    settings.put(shop.desk, "odoo.url", "")
    dialog.look_button.click()
    qtbot.waitUntil(lambda: dialog.found is None and dialog.look_button.isEnabled())
    assert dialog.model.rowCount() == 0
    assert "works without an Odoo" in dialog.empty.sentence.text()
    assert dialog.said.isHidden()
