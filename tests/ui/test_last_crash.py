"""What a crash leaves behind, and what the next start says of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from bmdesk.services.session import open_session
from bmdesk.system import crashes
from bmdesk.system.logs import stop_logging
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.application import Application
from bmdesk.ui.crash import CrashReporter
from bmdesk.ui.display import NoDisplay
from bmdesk.ui.last_crash import LastCrashDialog


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "crash"


@pytest.fixture
def reporter(dressed: QApplication, folder: Path) -> Iterator[CrashReporter]:
    made = CrashReporter(folder=folder)
    yield made
    if made.dialog is not None:
        made.dialog.close()


def test_a_bug_is_told_at_the_next_start_and_then_no_more(
    reporter: CrashReporter, folder: Path, qtbot: QtBot
) -> None:
    reporter.report(ValueError("token=abcdefgh12345678 of marie@example.fr"))
    reporter.report(NoDisplay())  # an error for a person is no bug
    (report,) = crashes.untold(folder)
    assert report.error.startswith("ValueError") and "marie" not in report.text
    assert "abcdefgh" not in report.text and report.file.stat().st_mode & 0o077 == 0

    dialog = LastCrashDialog(folder, [report])
    qtbot.addWidget(dialog)
    dialog.show_button.click()
    dialog.copy_button.click()
    assert "ValueError" in dialog.details.toPlainText()
    assert QApplication.clipboard().text() == dialog.details.toPlainText()
    dialog.close_button.click()

    assert crashes.untold(folder) == []
    assert [one.error for one in crashes.kept(folder)] == [report.error]


def test_a_report_can_be_deleted(folder: Path, dressed: QApplication, qtbot: QtBot) -> None:
    crashes.keep(folder, RuntimeError("x"))
    dialog = LastCrashDialog(folder, crashes.untold(folder))
    qtbot.addWidget(dialog)
    dialog.delete_button.click()
    assert crashes.kept(folder) == []


def test_what_was_seen_before_a_normal_end_is_not_told_again(folder: Path) -> None:
    crashes.keep(folder, RuntimeError("x"))
    crashes.told(folder, of_run="another")
    assert len(crashes.untold(folder)) == 1
    crashes.told(folder, of_run=crashes.RUN)
    assert crashes.untold(folder) == []


def test_reports_do_not_pile_up(folder: Path) -> None:
    for n in range(crashes.MOST_KEPT + 5):
        crashes.keep(folder, RuntimeError(str(n)))
    assert len(crashes.kept(folder)) == crashes.MOST_KEPT


def test_a_folder_that_cannot_be_written_is_no_second_crash(tmp_path: Path) -> None:
    (tmp_path / "crash").write_text("in the way")
    assert crashes.keep(tmp_path / "crash", RuntimeError("x")) is None
    assert crashes.untold(tmp_path / "crash") == []
    crashes.told(tmp_path / "crash")


@pytest.mark.slow
def test_a_crash_below_python_is_told_too(folder: Path) -> None:
    dying = (
        "import ctypes, sys; from pathlib import Path; from bmdesk.system import crashes;"
        "crashes.watch(Path(sys.argv[1])); ctypes.string_at(0)"
    )
    subprocess.run([sys.executable, "-c", dying, str(folder)], check=False, capture_output=True)
    (report,) = crashes.untold(folder)
    assert "Segmentation fault" in report.text or "access violation" in report.text
    quiet = dying.replace("ctypes.string_at(0)", "print()").replace("crashes.watch(", "end = crashes.watch(")
    subprocess.run([sys.executable, "-c", f"{quiet}; end()", str(folder)], check=True, capture_output=True)
    assert [one.file for one in crashes.untold(folder)] == [report.file]
    assert len(list(folder.iterdir())) == 1


@pytest.mark.slow
def test_the_window_says_so_when_it_opens(dressed: QApplication, data_dir: DataDir, qtbot: QtBot) -> None:
    crashes.keep(data_dir.crashes, RuntimeError("yesterday"))
    made = Application(lambda: open_session(data_dir), MachineSettings(data_dir.settings), data_dir)
    made.start()
    qtbot.waitUntil(lambda: bool(made.window.findChildren(LastCrashDialog)))
    (dialog,) = made.window.findChildren(LastCrashDialog)
    assert "yesterday" in dialog.details.toPlainText()
    for one in made.window.findChildren(QDialog):  # the first start asks its questions too
        one.close()
    made.window.close()
    made.window.deleteLater()
    stop_logging()
    assert crashes.untold(data_dir.crashes) == []
