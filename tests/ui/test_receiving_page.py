"""Receiving: where devices come from is said once, and a list is looked at before it is taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bmdesk.services.desk import Desk
from bmdesk.services.goods import receiving
from bmdesk.services.goods.receiving import Batch, BatchForm
from bmdesk.services.grading.bench import ScanResult
from bmdesk.store.queries import units
from bmdesk.system.tabular import read_table
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.receiving import ReceivingPage
from bmdesk.ui.views.receiving.batch_dialog import BatchDialog
from bmdesk.ui.workplace import Workplace
from tests.desks import IMEIS, PHONE, Bench


@pytest.fixture
def page(workplace: Workplace) -> ReceivingPage:
    """The room, on screen, beside a bench."""
    window = workplace.window
    window.add_room(
        Room("receiving", "window.room.receiving", "receiving", lambda: ReceivingPage(workplace), "Ctrl+3")
    )
    window.add_room(Room("bench", "window.room.bench", "scan", QWidget, "Ctrl+1"))
    window.show()
    window.open_rooms("receiving")
    found = window.page("receiving")
    assert isinstance(found, ReceivingPage)
    return found


def open_form(page: ReceivingPage, batch: Batch | None, qtbot: QtBot) -> BatchDialog:
    """The form of this batch, or of a new one."""
    page.dialog = None
    if batch is None:
        page.new()
    else:
        page.edit(batch)
    qtbot.waitUntil(lambda: page.dialog is not None)
    assert page.dialog is not None
    return page.dialog


def test_a_batch_opened_by_a_card_is_completed_and_its_units_know_where_they_come_from(
    page: ReceivingPage, desk: Desk, at_bench: Bench, qtbot: QtBot
) -> None:
    unit_id = at_bench.good("BMD:BATCH:CARD-7", IMEIS[0]).unit
    assert unit_id is not None
    page.load()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    batch = page.model.row(0)
    assert batch is not None and batch.incomplete
    dialog = open_form(page, batch, qtbot)
    dialog.save()
    assert dialog.forms[0].field("source").property("wrong") is True  # the source must be said
    dialog.source.set_value("lease")
    dialog.supplier.setText("Grenke")
    dialog.cost.setText("182,50")
    dialog.vat.set_value("regular")
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    stay = desk.read(lambda connection: units.stays(connection, unit_id))[0]
    assert (stay["source"], stay["supplier"], stay["vat_scheme"]) == ("lease", "Grenke", "regular")
    assert (stay["cost_minor"], stay["cost_currency"]) == (18250, "EUR")
    assert not receiving.batch(desk, "CARD-7").incomplete


def test_an_impatient_second_press_opens_no_second_batch(
    page: ReceivingPage, desk: Desk, qtbot: QtBot
) -> None:
    dialog = open_form(page, None, qtbot)
    dialog.code.setText("TI-9")
    dialog.source.set_value("purchase")
    with qtbot.waitSignal(dialog.saved):
        dialog.save_button.click()
        assert not dialog.save_button.isEnabled()
        dialog.save_button.click()
    assert [batch.code for batch in receiving.list_batches(desk)] == ["TI-9"]
    assert not page.workplace.window.banners.banners


def test_a_cost_that_is_none_is_said_at_its_field_and_no_batch_is_made(
    page: ReceivingPage, desk: Desk, qtbot: QtBot
) -> None:
    dialog = open_form(page, None, qtbot)
    dialog.source.set_value("purchase")
    dialog.cost.setText("a lot")
    dialog.save()
    qtbot.waitUntil(lambda: dialog.forms[0].field("unit_cost").property("wrong") is True)
    assert receiving.list_batches(desk) == ()
    dialog.cost.setText("95")
    dialog.model.setText(PHONE)
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    made = receiving.list_batches(desk)[0]
    assert made.preset.model_code == PHONE
    assert str(made.unit_cost) == "95.00 EUR"


def test_a_list_shows_its_bad_lines_and_writes_nothing_before_a_person_says_so(
    page: ReceivingPage, desk: Desk, at_bench: Bench, tmp_path: Path, qtbot: QtBot
) -> None:
    receiving.open_batch(desk, BatchForm("LOT-1", "trade_in", "Recommerce"))
    file = tmp_path / "promised.csv"
    lines = [f"{imei},{PHONE},GOOD" for imei in IMEIS[:3]]
    file.write_text("\n".join(["identifier,model_code,grade", *lines, "356938035643800,X,", ""]), "utf-8")
    page.show_batch(receiving.batch(desk, "LOT-1"))
    page.view.read_list(file)
    qtbot.waitUntil(lambda: page.view.import_dialog is not None)
    dialog = page.view.import_dialog
    assert dialog is not None
    errors = dialog.preview.sheets[0]
    assert [error.line for error in errors.rows] == [5]
    assert receiving.batch(desk, "LOT-1").expected == 0
    with qtbot.waitSignal(dialog.imported):
        dialog.start()
    assert receiving.batch(desk, "LOT-1").expected == 3
    at_bench.good("BMD:BATCH:LOT-1", IMEIS[0])
    page.view.load()
    qtbot.waitUntil(lambda: page.view.models["found"].rowCount() == 1)
    assert page.view.models["missing"].rowCount() == 2
    out = tmp_path / "difference.csv"
    page.view.export(out)
    qtbot.waitUntil(out.exists)
    qtbot.waitUntil(lambda: len(list(read_table(out))) == 3)


def test_receive_now_gives_the_batch_to_the_bench(
    page: ReceivingPage, workplace: Workplace, desk: Desk, at_bench: Bench, qtbot: QtBot
) -> None:
    receiving.open_batch(desk, BatchForm("LOT-2", "return"))
    workplace.scan("BMD:OP:OWNER")
    page.show_batch(receiving.batch(desk, "LOT-2"))
    results: list[ScanResult] = []
    workplace.scanned.connect(results.append)
    page.view.receive_now()
    qtbot.waitUntil(lambda: len(results) == 2)
    assert all(result.ok for result in results)
    assert workplace.window.current_room == "bench"
