"""The bridge: the GUI thread never waits, nothing given to it is lost, nothing stale comes back."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.texts import Failure
from bmdesk.ui.bridge import Bridge, Closed, Priority


class StoreFull(Failure):
    code = "display.none"


@dataclass(frozen=True)
class Written:
    name: str
    changes: frozenset[Change] = frozenset({Change.UNITS})


def refuse() -> None:
    raise StoreFull()


def test_results_come_back_in_the_gui_thread(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[tuple[str, bool, bool]] = []
    gui = threading.current_thread()

    def note(worker: threading.Thread) -> None:
        seen.append((worker.name, threading.current_thread() is gui, worker is gui))

    bridge.write(threading.current_thread, then=note)
    bridge.read(threading.current_thread, then=note)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert sorted(seen) == [("bmdesk-reader", True, False), ("bmdesk-writer", True, False)]


def test_a_scan_overtakes_waiting_work_but_never_another_scan(bridge: Bridge, qtbot: QtBot) -> None:
    done: list[str] = []
    gate = threading.Event()
    bridge.write(gate.wait)
    bridge.write(lambda: done.append("import"), priority=Priority.BACKGROUND)
    bridge.write(lambda: done.append("edit"))
    for number in range(5):
        bridge.write(done.append, f"scan {number}", priority=Priority.SCAN)
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 7)
    assert done == [*(f"scan {number}" for number in range(5)), "edit", "import"]


def test_a_newer_question_silences_the_older_one(bridge: Bridge, qtbot: QtBot) -> None:
    answers: list[str] = []
    asked: list[str] = []
    gate = threading.Event()

    def ask(text: str) -> str:
        asked.append(text)
        gate.wait(5)
        return text

    bridge.read(ask, "first", then=answers.append, key="search")
    qtbot.waitUntil(lambda: asked == ["first"])
    bridge.read(ask, "second", then=answers.append, key="search")
    bridge.read(ask, "third", then=answers.append, key="search")
    gate.set()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["third"]
    assert asked == ["first", "third"]


def test_a_write_tells_the_views_what_changed_after_its_own_caller_knows(
    bridge: Bridge, qtbot: QtBot
) -> None:
    order: list[object] = []
    bridge.changed.connect(order.append)
    bridge.write(Written, "unit", then=lambda result: order.append(result.name))
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["unit", frozenset({Change.UNITS})]


def test_a_failure_goes_to_its_caller_or_else_to_the_banner(bridge: Bridge, qtbot: QtBot) -> None:
    mine: list[Failure] = []
    banner: list[Failure] = []
    bridge.failure.connect(banner.append)
    bridge.write(refuse, failed=mine.append)
    bridge.read(refuse)
    qtbot.waitUntil(lambda: bool(mine) and bool(banner))
    assert isinstance(mine[0], StoreFull)
    assert isinstance(banner[0], StoreFull)


def test_a_bug_in_a_service_is_reported_and_the_next_scan_still_works(
    bridge: Bridge, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    crashes: list[BaseException] = []
    done: list[int] = []
    bridge.crashed.connect(crashes.append)
    with caplog.at_level(logging.CRITICAL):
        bridge.write(lambda: 1 // 0)
        bridge.write(lambda: 7, then=done.append)
        qtbot.waitUntil(lambda: bool(done))
    assert isinstance(crashes[0], ZeroDivisionError)


def test_closing_finishes_every_write_that_was_given(qapp: QApplication) -> None:
    bridge = Bridge()
    written: list[int] = []

    def slow(number: int) -> None:
        time.sleep(0.002)
        written.append(number)

    for number in range(50):
        bridge.write(slow, number)
    assert bridge.close(20)
    assert written == list(range(50))
    with pytest.raises(RuntimeError):
        bridge.write(slow, 51)


def test_an_answer_for_a_view_that_is_gone_is_dropped(bridge: Bridge, qtbot: QtBot) -> None:
    import shiboken6

    class View(QObject):
        def take(self, answer: int) -> None:
            raise AssertionError("this view no longer exists")

    view = View()
    gate = threading.Event()
    bridge.read(gate.wait, then=view.take)
    shiboken6.delete(view)
    gate.set()
    after: list[int] = []
    bridge.read(lambda: 1, then=after.append)
    qtbot.waitUntil(lambda: bool(after))


def test_busy_says_when_work_waits_and_when_it_is_done(bridge: Bridge, qtbot: QtBot) -> None:
    said: list[bool] = []
    bridge.busy.connect(said.append)
    bridge.write(lambda: None)
    bridge.write(lambda: None)
    qtbot.waitUntil(lambda: said == [True, False])


def test_another_thread_writes_in_its_turn_and_waits_for_the_answer(bridge: Bridge, qtbot: QtBot) -> None:
    done: list[str] = []
    gate = threading.Event()
    bridge.write(gate.wait)
    answers: list[object] = []

    def write() -> str:
        done.append("synced")
        return threading.current_thread().name

    def work() -> None:
        answers.append(bridge.run(write))
        try:
            bridge.run(refuse)
        except StoreFull as full:
            answers.append(full)

    worker = threading.Thread(target=work)
    worker.start()
    qtbot.waitUntil(lambda: bridge._writes.qsize() == 1)
    bridge.write(lambda: done.append("scan"), priority=Priority.SCAN)
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    worker.join(5)
    assert done == ["scan", "synced"]
    assert answers[0] == "bmdesk-writer"
    assert isinstance(answers[1], StoreFull)


def test_a_thread_that_would_write_after_the_window_closed_is_told_so(qapp: QApplication) -> None:
    bridge = Bridge()
    assert bridge.close(10)
    with pytest.raises(Closed):
        bridge.run(lambda: None)


def test_a_view_that_still_asks_after_the_window_closed_gets_no_answer(qapp: QApplication) -> None:
    bridge = Bridge()
    assert bridge.close(10)
    answers: list[object] = []
    QTimer.singleShot(0, lambda: bridge.read(lambda: "rows", then=answers.append))
    for _ in range(3):
        qapp.processEvents()
    assert not answers
    assert bridge.pending == 0


def test_what_would_be_written_after_the_window_closed_is_refused_aloud(qapp: QApplication) -> None:
    bridge = Bridge()
    assert bridge.close(10)
    with pytest.raises(RuntimeError):
        bridge.write(lambda: None)
