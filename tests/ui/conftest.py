"""What the window's tests share: a bridge that is always closed, and the look put on once."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import MultiSignalBlocker, SignalBlocker

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.system.machine import MachineSettings
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.main_window import MainWindow
from bmdesk.ui.theme import Scheme, Theme
from bmdesk.ui.workplace import Workplace
from tests.conftest import WITH_DISPLAY
from tests.markets import market, marketplace, shop

__all__ = [
    "application",
    "bridge",
    "dressed",
    "market",
    "marketplace",
    "no_dialog_stays",
    "qtbot",
    "shop",
    "workplace",
]


PATIENCE_MS = 20_000
"""Until a story that waits for something says that it does not come: a busy machine is no fault of the window's."""


class QuickBot(QtBot):
    """Looks again after a millisecond, then ever more seldom: most of what a story waits for is there at once."""

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(
        self, signals: list[Any], *, timeout: int = PATIENCE_MS, **more: Any
    ) -> MultiSignalBlocker:
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        last, pause = time.monotonic() + timeout / 1000, 1
        while time.monotonic() < last:
            try:
                if callback() in (None, True):
                    return
            except AssertionError:
                pass
            self.wait(pause)
            pause = min(2 * pause, 10)
        super().waitUntil(callback, timeout=10)  # says what it waited for


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """The bot of pytest-qt, quicker and more patient."""
    return QuickBot(request)


@pytest.fixture(autouse=True)
def _widgets_end_here() -> Iterator[None]:
    """As in the program (ui.litter): no thread of the store or the simulator collects what holds a widget."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    """A running bridge; it must have stopped cleanly at the end."""
    made = Bridge()
    yield made
    assert made.close(10)


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in its light look, put on again only if a test took it off."""
    if Theme.now().scheme is not Scheme.LIGHT or not qapp.styleSheet():
        Theme.apply(qapp, Scheme.LIGHT)
    return qapp


@pytest.fixture
def application(request: pytest.FixtureRequest, qapp: QApplication) -> QApplication:
    """The application without its style sheet: most stories are about what happens, and Qt lays out and paints sooner
    without. A story about how something looks asks for `dressed`; on a screen all wear it.
    """
    if WITH_DISPLAY or "dressed" in request.fixturenames:
        dressed: QApplication = request.getfixturevalue("dressed")
        return dressed
    if Theme.now().scheme is not Scheme.LIGHT:
        Theme.apply(qapp, Scheme.LIGHT)
    if qapp.styleSheet():
        qapp.setStyleSheet("")
    return qapp


@pytest.fixture
def no_dialog_stays(application: QApplication) -> Iterator[None]:
    """Whatever a story left open is closed."""
    yield
    for window in application.topLevelWidgets():
        if isinstance(window, QDialog):
            window.reject()


@pytest.fixture
def workplace(no_dialog_stays: None, bridge: Bridge, desk: Desk, tmp_path: Path) -> Iterator[Workplace]:
    """The window on a real store, the owner signed in; what no caller took as its own failure is in a banner."""
    window = MainWindow()
    bridge.failure.connect(window.show_failure)
    machine = MachineSettings(tmp_path / "settings.json")
    made = Workplace(desk, bridge, window, machine)
    made.operator = company.operator(desk, company.FIRST_OPERATOR)
    window.feedback.sounds = window.feedback.flashes = False
    yield made
    window.close()
    assert bridge.close(10)
    window.deleteLater()
