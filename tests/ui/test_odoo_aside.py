"""What was left out of Odoo, in the Sync room: said aloud, shown with both values, and decided by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.taken import Taker
from bmdesk.services.odoo.takeover.found_there import ProductFound
from bmdesk.services.odoo.units import products_changed
from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.store.queries import catalogue, odoo
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.sync import SyncPage
from bmdesk.ui.views.sync.odoo_aside_dialog import OdooAsideDialog
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace

EAN, OTHER_EAN, THIRD_EAN = "4006381333931", "5901234123457", "9780201379624"
FOUND = ProductFound(71, "Apple iPhone 11 64GB", "A2111", EAN, "Phones")


def here(desk: Desk) -> VariantRow:
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None
    record = desk.read(lambda c: odoo.by_remote(c, account.id, PRODUCT, [71]))[71]
    return desk.read(lambda c: catalogue.variant(c, record.local_id))


@pytest.fixture
def both_changed(desk: Desk) -> Desk:
    """A barcode that was changed in Products and otherwise in Odoo; and a product that only must be put right."""
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None
    taker = Taker(desk, account.id)

    def sees(found: ProductFound) -> None:
        desk.write(lambda tx: products_changed.take(tx, taker, found))

    sees(FOUND)
    row = here(desk)
    values = {"model_code": row.model_code, "ean": THIRD_EAN, "draft": False}
    desk.write(lambda tx: catalogue.save_variant(tx, row.id, **values))
    sees(replace(FOUND, barcode=OTHER_EAN))
    sees(ProductFound(73, "Twin", "TWIN", "", "Phones", namesakes=2))
    return desk


@pytest.fixture
def dialog(both_changed: Desk, workplace: Workplace, qtbot: QtBot) -> OdooAsideDialog:
    window = workplace.window
    window.add_room(Room("sync", "window.room.sync", "sync", lambda: SyncPage(workplace), "Ctrl+7"))
    window.resize(1440, 900)
    window.show()
    window.open_rooms("sync")
    page = window.page("sync")
    assert isinstance(page, SyncPage)
    qtbot.waitUntil(lambda: bool(page.concerns.rows))
    row = next(one for one in page.concerns.rows if "Left out from Odoo" in one.accessibleName())
    QTest.keyClick(row.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), OdooAsideDialog))
    made = QApplication.activeModalWidget()
    assert isinstance(made, OdooAsideDialog)
    qtbot.waitUntil(lambda: made.model.rowCount() == 2)
    return made


def cell(dialog: OdooAsideDialog, row: int, column: int) -> str:
    return str(dialog.model.index(row, column).data())


def says_yes(qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Confirm))
    question = QApplication.activeModalWidget()
    assert isinstance(question, Confirm)
    words = question.accessibleName() or question.windowTitle()
    question.yes.click()
    return words


@pytest.mark.parametrize(
    ("press", "after"),
    [
        (lambda dialog: dialog.theirs_button, OTHER_EAN),
        (lambda dialog: dialog.ours_button, THIRD_EAN),
    ],
)
def test_a_person_sees_both_and_says_whose_counts(
    dialog: OdooAsideDialog, qtbot: QtBot, press: Callable[[OdooAsideDialog], QPushButton], after: str
) -> None:
    assert (cell(dialog, 0, 2), cell(dialog, 0, 3)) == (THIRD_EAN, OTHER_EAN)
    button = press(dialog)
    assert dialog.ours_button.isEnabled() and dialog.theirs_button.isEnabled()
    QTest.keyClick(button, Qt.Key.Key_Space)
    says_yes(qtbot)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    assert here(dialog.workplace.desk).ean == after
    assert "1" in dialog.outcome.text()
    # What is left must be put right in Odoo: there is nothing to choose, and it says what to do.
    qtbot.waitUntil(lambda: not dialog.theirs_button.isEnabled())
    assert not dialog.ours_button.isEnabled() and "Odoo" in dialog.todo.text()
