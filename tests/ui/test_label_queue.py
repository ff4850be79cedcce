"""Labels for a printer on the network: the window never waits for it, says that it is off, and prints later."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bmdesk.reports import label_printing as reports_printing
from bmdesk.services import companies, printing
from bmdesk.services.desk import Desk
from bmdesk.services.goods import receiving
from bmdesk.services.goods.receiving import BatchForm
from bmdesk.system import machine as m
from bmdesk.ui import label_printing
from bmdesk.ui.label_printing import LabelQueue, print_named
from bmdesk.ui.views.receiving.batch_view import BatchView
from bmdesk.ui.views.settings.labels import LabelSection
from bmdesk.ui.views.settings.operators import OperatorSection
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace
from tests.desks import IMEIS, Bench
from tests.reports.zebra import Zebra, code128_text, free_port, zebra


@pytest.fixture
def port(workplace: Workplace) -> int:
    """Where this station's label printer would be; it is off."""
    found = free_port()
    workplace.machine.set(m.LABEL_PRINTER, "zpl")
    workplace.machine.set(m.LABEL_NETWORK, f"127.0.0.1:{found}")
    return found


@pytest.fixture
def queue(workplace: Workplace, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelQueue]:
    """The thread that sends, looking often."""
    monkeypatch.setattr(label_printing, "LOOK_S", 0.05)
    made = LabelQueue(workplace)
    made.start()
    yield made
    made.stop()


def says(settings: LabelSection, size: str) -> bool:
    return size in settings.preview.note.text()


def status(workplace: Workplace) -> str:
    return workplace.window._labels.text()


def scanned(printer: Zebra) -> list[str]:
    return [code128_text(one.said("BC")[0]) for one in printer.labels]


def test_a_printer_that_is_off_is_said_and_the_label_comes_out_when_it_is_on_again(
    workplace: Workplace, queue: LabelQueue, port: int, at_bench: Bench, desk: Desk, qtbot: QtBot
) -> None:
    unit_id = at_bench.ready_unit()
    settings = LabelSection(workplace)
    qtbot.addWidget(settings)
    settings.show()
    said: list[bool] = []

    print_named(workplace, "unit", [unit_id], then=said.append)

    qtbot.waitUntil(lambda: "1 label waits for the printer: nothing takes labels" in status(workplace))
    assert said == [True]
    qtbot.waitUntil(settings.queue_card.isVisible)
    qtbot.waitUntil(lambda: f"127.0.0.1:{port}" in settings.waiting.text())
    assert IMEIS[0] in settings.waiting.text()
    with zebra(port) as printer:
        settings.try_now()
        qtbot.waitUntil(lambda: scanned(printer) == [IMEIS[0]])
        qtbot.waitUntil(lambda: status(workplace) == "")
    qtbot.waitUntil(lambda: not settings.queue_card.isVisible())
    assert printing.waiting(desk) == []


def test_labels_of_the_other_company_come_out_though_this_ones_window_is_open(
    workplace: Workplace, port: int, at_bench: Bench, desk: Desk, qtbot: QtBot
) -> None:
    companies.add(desk, None, "second", "Second Phones")
    theirs = companies.desks(desk)[1]
    station = reports_printing.Station.of(workplace.machine)
    job = reports_printing.prepare(theirs, "bin", ["MAIN/-"], station)
    reports_printing.hand_in(theirs, workplace.actor, job)
    queue = LabelQueue(workplace)
    with zebra(port) as printer:
        queue.start()
        qtbot.waitUntil(lambda: scanned(printer) == ["BMD:BIN:MAIN/-"])
        qtbot.waitUntil(lambda: printing.waiting(theirs) == [])
    assert status(workplace) == "", "not told in this one's window"
    queue.stop()


@pytest.mark.slow
def test_what_is_cancelled_is_never_printed(
    workplace: Workplace, queue: LabelQueue, port: int, at_bench: Bench, qtbot: QtBot
) -> None:
    unit_id = at_bench.ready_unit()
    settings = LabelSection(workplace)
    qtbot.addWidget(settings)
    settings.show()
    print_named(workplace, "unit", [unit_id], then=lambda _: None)
    qtbot.waitUntil(settings.queue_card.isVisible)
    settings.cancel_all()
    qtbot.waitUntil(lambda: status(workplace) == "")
    qtbot.waitUntil(lambda: not settings.queue_card.isVisible())


@pytest.mark.slow
@pytest.mark.usefixtures("dressed")
def test_the_preview_shows_each_kind_at_its_size(workplace: Workplace, qtbot: QtBot) -> None:
    settings = LabelSection(workplace)
    qtbot.addWidget(settings)
    settings.show()
    settings.load()
    qtbot.waitUntil(lambda: "62x29" in settings.preview.note.text())
    wide = settings.preview.picture.pixmap().width()
    for kind, size in (("bin", "100x50"), ("badge", "86x54"), ("card", "62x29"), ("order", "62x29")):
        settings.preview.kind.set_value(kind)
        settings.preview.draw()
        qtbot.waitUntil(partial(says, settings, size))
        across = float(size.split("x")[0])
        assert abs(settings.preview.picture.pixmap().width() - wide * across / 62) <= 2


@pytest.mark.slow
def test_labels_of_bins_and_badges_are_printed_by_their_names_and_a_wrong_name_is_said(
    workplace: Workplace, queue: LabelQueue, port: int, at_bench: Bench, qtbot: QtBot
) -> None:
    at_bench.ready_unit()
    at_bench.good(IMEIS[0], "BMD:BIN:MAIN/A-01")
    settings = LabelSection(workplace)
    qtbot.addWidget(settings)
    settings.show()
    with zebra(port) as printer:
        settings.preview.kind.set_value("bin")
        settings.preview.names.setText("main/a-01")
        settings.preview.print_shown()
        qtbot.waitUntil(lambda: scanned(printer) == ["BMD:BIN:MAIN/A-01"])
        settings.preview.kind.set_value("badge")
        settings.preview.names.setText("owner")
        settings.preview.print_shown()
        qtbot.waitUntil(lambda: scanned(printer)[1:] == ["BMD:OP:OWNER"])
    settings.preview.names.setText("NOBODY")
    settings.preview.draw()
    qtbot.waitUntil(lambda: "NOBODY" in settings.preview.note.text())


@pytest.mark.slow
def test_a_template_is_written_changed_and_used_and_the_standard_one_comes_back(
    workplace: Workplace, tmp_path: Path, qtbot: QtBot
) -> None:
    settings = LabelSection(workplace)
    qtbot.addWidget(settings)
    settings.show()
    settings.load()
    settings.preview.kind.set_value("badge")
    file = tmp_path / "badge.json"
    settings.preview.write_template(file)
    qtbot.waitUntil(file.exists)
    file.write_text(file.read_text("utf-8").replace("86x54", "100x54"), "utf-8")
    settings.preview.use_template(file)
    qtbot.waitUntil(partial(says, settings, "100x54"))
    settings.preview.use_standard()
    qtbot.waitUntil(partial(says, settings, "86x54"))
    file.write_text("[]", "utf-8")
    settings.preview.use_template(file)
    qtbot.waitUntil(lambda: "names with values" in settings.preview.note.text())


def test_bins_badges_and_what_has_arrived_get_their_labels_from_their_rooms(
    workplace: Workplace, port: int, at_bench: Bench, desk: Desk, qtbot: QtBot
) -> None:
    form = BatchForm("LOT-7", source="trade_in", warehouse="MAIN", bin="A-01")
    receiving.open_batch(desk, form)
    units = [at_bench.good("BMD:BATCH:LOT-7", imei).unit for imei in IMEIS[:2]]
    arrived = BatchView(workplace)
    people = OperatorSection(workplace)
    for widget in (arrived, people):
        qtbot.addWidget(widget)
    arrived.show_batch(receiving.batch_named(desk, "LOT-7"))
    people.load()
    qtbot.waitUntil(lambda: arrived.state is not None and len(arrived.state.unexpected) == 2)
    qtbot.waitUntil(lambda: people.model.rowCount() == 1)

    arrived.print_bin()
    arrived.print_labels()
    for question in arrived.findChildren(Confirm):
        question.yes.click()
    people.table.choose_row(0)
    people.badge_button.click()

    qtbot.waitUntil(lambda: len(printing.waiting(desk)) == 3)
    waiting = {one.kind: one.count for one in printing.waiting(desk)}
    assert waiting == {"bin": 1, "unit": len(units), "badge": 1}
