"""What a widget holds ends where widgets may end: in the GUI thread, whoever was the last to need it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from bmdesk.ui.bridge import Bridge
from bmdesk.ui.litter import Litter


class Widgetlike:
    """Remembers in which thread it ended."""

    def __init__(self, ended: list[str]) -> None:
        self.ended = ended
        self.itself = self

    def __del__(self) -> None:
        self.ended.append(threading.current_thread().name)


@pytest.fixture
def litter(qtbot: QtBot) -> Iterator[Litter]:
    made = Litter()
    made.start()
    yield made
    made.stop()


def make_much(count: int = 50_000) -> None:
    """So many objects that Python would look for litter on its own."""
    kept = [[number] for number in range(count)]
    kept.clear()


def test_what_only_a_cycle_holds_is_never_ended_by_a_thread_of_the_store(
    litter: Litter, bridge: Bridge, qtbot: QtBot
) -> None:
    timer = litter.findChild(QTimer)
    assert timer is not None
    timer.setInterval(60_000)  # on a busy machine it would look while the store still writes
    ended: list[str] = []
    for _ in range(3000):
        Widgetlike(ended)
    with qtbot.waitSignal(bridge.busy, check_params_cb=lambda busy: not busy):
        bridge.write(make_much)
    assert ended == []
    for _ in range(3000):  # enough that looking is worth it
        Widgetlike(ended)
    litter.look()
    assert ended == [threading.main_thread().name] * 6000


def _keep(held: Widgetlike, answer: int) -> None:
    """A callback that holds a widget, as most do."""


def test_the_thread_that_answers_is_never_the_last_to_hold_the_callback(bridge: Bridge, qtbot: QtBot) -> None:
    ended: list[str] = []
    for number in range(200):
        held = Widgetlike(ended)
        held.itself = None  # type: ignore[assignment]
        bridge.read(len, "answer", then=partial(_keep, held), key=number % 3)
        del held
    qtbot.waitUntil(lambda: not bridge.pending)
    assert ended == [threading.main_thread().name] * 200


def test_when_the_window_closes_python_collects_by_itself_again(qtbot: QtBot) -> None:
    gc.enable()
    made = Litter()
    made.start()
    assert not gc.isenabled()
    made.settle()
    made.stop()
    assert gc.isenabled() and gc.get_freeze_count() == 0
