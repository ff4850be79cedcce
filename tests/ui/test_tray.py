"""The window closes and sync stays, where there is something to sync and a place to come back from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from bmdesk.services import settings
from bmdesk.services.session import open_session
from bmdesk.system import crashes
from bmdesk.system.logs import stop_logging
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.application import Application
from bmdesk.ui.doorbell import ring
from bmdesk.ui.last_crash import LastCrashDialog
from bmdesk.ui.main_window import MainWindow
from bmdesk.ui.tray import Tray


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow()
    made.show()
    yield made
    dressed.setQuitOnLastWindowClosed(True)
    made.may_close = lambda: True
    made.close()
    made.deleteLater()


@pytest.fixture
def tray(window: MainWindow, tmp_path: Path) -> Callable[..., Tray]:
    def made(*, wanted: bool = True, available: bool = True) -> Tray:
        found = Tray(window, lambda: wanted, tmp_path, is_available=lambda: available)
        window.may_close = found.may_close
        return found

    return made


def has_dialog(window: MainWindow) -> bool:
    return bool(window.findChildren(LastCrashDialog))


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")
def test_closing_hides_and_the_icon_opens_again(
    tray: Callable[..., Tray], window: MainWindow, qtbot: QtBot
) -> None:
    icon = tray()
    closed: list[bool] = []
    window.closing.connect(lambda: closed.append(True))
    with qtbot.waitSignal(icon.hidden):
        assert not window.close()
    assert not window.isVisible() and not closed and icon.icon is not None

    icon.open_window()
    assert window.isVisible() and QApplication.quitOnLastWindowClosed()
    window.close()
    icon.quit()
    assert closed == [True] and not window.isVisible()


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")
def test_an_end_without_the_window_closes_it_too(tray: Callable[..., Tray], window: MainWindow) -> None:
    icon = tray()
    closed: list[bool] = []
    window.closing.connect(lambda: closed.append(True))
    window.close()
    icon.end_unseen()
    icon.end_unseen()
    assert closed == [True]


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")
def test_it_may_begin_unseen_until_somebody_must_answer(
    tray: Callable[..., Tray], window: MainWindow, qtbot: QtBot
) -> None:
    window.hide()
    assert not tray(available=False).begin_hidden()

    icon = tray()
    assert icon.begin_hidden()
    assert icon.icon is not None and not QApplication.quitOnLastWindowClosed() and not window.isVisible()
    with qtbot.waitSignal(icon.opened):
        icon.need_window()
    assert window.isVisible() and QApplication.quitOnLastWindowClosed()


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")
def test_whoever_starts_it_again_gets_the_hidden_window_back(
    tray: Callable[..., Tray], window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    icon = tray()
    assert not ring(tmp_path), "nobody is hidden"
    window.close()
    assert ring(tmp_path, show=False) and not window.isVisible(), "a start at login shows nothing"

    answers: list[bool] = []
    with qtbot.waitSignal(icon.opened):
        outside = Thread(target=lambda: answers.append(ring(tmp_path, wait_s=20)))
        outside.start()
    outside.join()
    assert answers == [True] and window.isVisible()
    assert not ring(tmp_path), "a window that is seen is not called: another one may open"


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")
def test_a_hidden_window_that_does_not_answer_is_not_waited_for(
    tray: Callable[..., Tray], window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    icon = tray()
    window.close()
    assert not ring(tmp_path, wait_s=0.05), "its event loop stands still"
    qtbot.wait(600)
    assert not window.isVisible(), "who rang has opened a window already"
    icon.open_window()


@pytest.mark.slow
@pytest.mark.qt_log_ignore("systemTrayWindowChanged")
def test_a_start_at_login_shows_no_window_but_the_first_questions(
    dressed: QApplication, data_dir: DataDir, qtbot: QtBot
) -> None:
    for set_up in (False, True):
        made = Application(lambda: open_session(data_dir), MachineSettings(data_dir.settings), data_dir)
        made.tray._is_available = lambda: True
        with qtbot.waitSignal(made.ready):
            made.start(hidden=True)
            assert not made.window.isVisible()
        assert made.window.isVisible() is not set_up
        assert made.session is not None
        if not set_up:
            settings.put(made.session.desk, "setup.done", "true")
            crashes.keep(data_dir.crashes, RuntimeError("yesterday"))
        else:
            assert not made.window.findChildren(LastCrashDialog)  # whoever opens the window is told
            made.tray.open_window()
            qtbot.waitUntil(partial(has_dialog, made.window))
        for dialog in made.window.findChildren(QDialog):
            dialog.close()
        made.tray.quit()
        stop_logging()


@pytest.mark.parametrize(("wanted", "available"), [(False, True), (True, False)])
def test_without_a_reason_or_a_place_the_window_ends(
    tray: Callable[..., Tray], window: MainWindow, wanted: bool, available: bool
) -> None:
    tray(wanted=wanted, available=available)
    assert window.close()


def test_a_restore_that_closes_the_window_means_it(
    tray: Callable[..., Tray], window: MainWindow, dressed: QApplication
) -> None:
    tray()
    dressed.setQuitOnLastWindowClosed(False)
    assert window.close()
