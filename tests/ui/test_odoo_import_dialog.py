"""Taking over from Odoo, on screen: what is chosen begins, goes on, and says what was left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.services import settings
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.store.kept import keep_failure, keep_text
from bmdesk.store.queries import odoo_import
from bmdesk.store.queries.odoo_import import LineRow, TallyRow
from bmdesk.store.transaction import Tx
from bmdesk.system.paths import DataDir
from bmdesk.texts import msg
from bmdesk.ui.main_window import Room
from bmdesk.ui.syncing import BackgroundSync
from bmdesk.ui.views.sync import SyncPage
from bmdesk.ui.views.sync.odoo_import_dialog import OdooImportDialog
from bmdesk.ui.workplace import Workplace


@pytest.fixture
def page(workplace: Workplace, tmp_path: Path, qtbot: QtBot) -> SyncPage:
    """The Sync room of a company with an Odoo whose password is not on this machine."""
    settings.put(workplace.desk, "odoo.url", "http://127.0.0.1:9")
    settings.put(workplace.desk, "odoo.database", "shop")
    settings.put(workplace.desk, "odoo.user", "bench")
    workplace.syncing = BackgroundSync(
        workplace.desk, workplace.bridge, workplace.window, DataDir(tmp_path / "data")
    )
    window = workplace.window
    window.add_room(Room("sync", "window.room.sync", "sync", lambda: SyncPage(workplace), "Ctrl+7"))
    window.resize(1440, 900)
    window.show()
    window.open_rooms("sync")
    found = window.page("sync")
    assert isinstance(found, SyncPage)
    qtbot.waitUntil(lambda: "odoo" in found.cards)
    return found


def opened(page: SyncPage, qtbot: QtBot) -> OdooImportDialog:
    """The dialog, as the card's button opens it, everything read."""
    page.cards["odoo"].take_over.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), OdooImportDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, OdooImportDialog)
    qtbot.waitUntil(lambda: page.workplace.bridge.pending == 0)
    return dialog


def test_what_is_wrong_with_the_wishes_stands_at_its_field(page: SyncPage, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    dialog.since.setText("tomorrow")
    dialog.products.setChecked(False)
    dialog.stock.setChecked(False)
    dialog.orders.setChecked(False)
    dialog.start()
    assert import_runs.listed(page.workplace.desk) == ()
    dialog.accept()


def test_what_stops_an_import_is_said_and_it_can_go_on_or_be_given_up(page: SyncPage, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    dialog.start_button.click()
    qtbot.waitUntil(dialog.run.problem.isVisible)
    assert "odoo.key" in dialog.run.problem.text()
    assert dialog.run.resume_button.isVisible()
    assert not dialog.start_button.isEnabled()
    dialog.cancel()
    qtbot.waitUntil(dialog.start_button.isEnabled)
    (one,) = import_runs.listed(page.workplace.desk)
    assert one.state == "cancelled"
    dialog.accept()


def test_what_was_left_out_is_listed_with_its_reason(page: SyncPage, qtbot: QtBot) -> None:
    desk = page.workplace.desk
    one = import_runs.start(desk, None, import_runs.Wishes()).id

    def work(tx: Tx) -> None:
        reason = keep_text(msg("odoo_import.place_unknown", place="WH2/Stock"))
        odoo_import.leave_out(tx, one, [LineRow("stock", 7, "SN0001X", reason)])
        odoo_import.change(tx, one, seen=5, count=10, new=4, doubts=1)
        odoo_import.move(tx, one, ("running",), "done")

    desk.write(work)
    dialog = opened(page, qtbot)
    qtbot.waitUntil(dialog.report_card.isVisible)
    assert dialog.model.rowCount() == 1
    assert "WH2/Stock" in dialog.model.index(0, 2).data()
    assert not dialog.run.bar.isVisible()
    dialog.accept()


def test_what_nobody_tested_is_told_with_its_number_before_anything_comes_in(
    page: SyncPage, qtbot: QtBot
) -> None:
    desk = page.workplace.desk
    one = import_runs.start(desk, None, import_runs.Wishes()).id

    def work(tx: Tx) -> None:
        odoo_import.change(tx, one, count=50)
        problem = keep_failure(import_runs.Untested(count=37))
        odoo_import.move(tx, one, ("running",), "paused", problem=problem)

    desk.write(work)
    dialog = opened(page, qtbot)
    qtbot.waitUntil(dialog.run.problem.isVisible)
    assert "37" in dialog.run.problem.text()
    assert dialog.run.resume_button.isVisible() and dialog.run.cancel_button.isVisible()
    dialog.accept()


def test_each_kind_is_reported_for_itself(page: SyncPage, qtbot: QtBot) -> None:
    desk = page.workplace.desk
    one = import_runs.start(desk, None, import_runs.Wishes()).id

    def work(tx: Tx) -> None:
        odoo_import.set_tally(tx, one, "stock", TallyRow(new=12))
        odoo_import.set_tally(tx, one, "orders", TallyRow(new=3, alone=408))
        odoo_import.move(tx, one, ("running",), "done")

    desk.write(work)
    dialog = opened(page, qtbot)
    qtbot.waitUntil(dialog.run.notes.isVisible)
    _, stock, orders = dialog.run.notes.text().splitlines()
    assert "12" in stock and "408" in orders
    dialog.accept()
