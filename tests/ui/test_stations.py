"""What is plugged into this station, on a real store."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from bmdesk.system import machine as m
from bmdesk.system.paths import DataDir
from bmdesk.ui.stations import Attachments
from bmdesk.ui.workplace import Workplace
from tests.desks import Bench


def test_a_label_printer_that_is_not_there_is_said_and_the_window_goes_on(
    workplace: Workplace, at_bench: Bench, tmp_path: Path, qtbot: QtBot
) -> None:
    unit_id = at_bench.ready_unit()
    workplace.machine.set(m.LABEL_PRINTER, "No such printer")
    window = workplace.window
    here = Attachments(workplace, DataDir(tmp_path), lambda *_: None, window.show_failure)

    here.print_label(unit_id)

    assert not window.banners.banners, "the window does not wait for a printer"
    qtbot.waitUntil(lambda: len(window.banners.banners) == 1)
    assert "No such printer" in " ".join(window.banners.banners[0].words)
