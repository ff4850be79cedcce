"""The frame: rooms on first visit, failures said in full, a lock that only a badge opens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bmdesk.texts import msg
from bmdesk.ui.display import DisplayRefused
from bmdesk.ui.main_window import MainWindow, Room
from bmdesk.ui.palette import Tone
from bmdesk.ui.scanner import ScannerFilter
from bmdesk.ui.shortcuts import bind, in_force


class Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.header_status = "3 held"
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)
        self.setFocusProxy(self.field)
        self.visits: list[str] = []
        self.presses = 0
        bind(self, "F7", msg("ui.cancel"), self._press)

    def _press(self) -> None:
        self.presses += 1

    def entered(self) -> None:
        self.visits.append("entered")

    def left(self) -> None:
        self.visits.append("left")


@pytest.fixture
def built() -> list[str]:
    return []


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot, built: list[str]) -> MainWindow:
    made = MainWindow()

    def room(key: str) -> Page:
        built.append(key)
        return Page()

    made.add_room(Room("bench", "ui.scan_line.name", "scan", lambda: room("bench"), "Ctrl+1"))
    made.add_room(Room("units", "ui.photos.name", "units", lambda: room("units"), "Ctrl+2"))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def press(
    window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(window.windowHandle(), key, modifier)


def test_the_frame_stands_before_any_room_is_built(window: MainWindow, built: list[str]) -> None:
    assert window.isVisible()
    assert window.show_room("units") is None
    assert built == []
    window.open_rooms()
    assert built == ["units"]


def test_a_room_is_built_on_the_first_visit_and_kept(window: MainWindow, built: list[str]) -> None:
    window.open_rooms()
    press(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert built == ["bench", "units"]
    assert window.current_room == "units"
    bench = window.page("bench")
    assert isinstance(bench, Page)
    assert bench.visits == ["entered", "left", "entered", "left"]
    assert window.header_status.text() == "3 held"


def test_a_failure_says_what_happened_and_what_to_do_until_esc(window: MainWindow) -> None:
    window.open_rooms()
    window.show_failure(DisplayRefused(display="<b>:9</b>"))
    window.show_failure(DisplayRefused(display="<b>:9</b>"))
    (banner,) = window.banners.banners
    assert len(banner.words) == 3
    labels = banner.findChildren(QLabel)
    assert any("<b>:9</b>" in label.text() for label in labels)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels if label.text())
    press(window, Qt.Key.Key_Escape)
    assert window.banners.banners == []
    assert not window.banners.isVisible()


def test_a_locked_window_hears_scans_and_nothing_else(window: MainWindow, qapp: QApplication) -> None:
    window.open_rooms()
    page = window.page("bench")
    assert isinstance(page, Page)
    scanner = ScannerFilter()
    heard: list[str] = []
    scanner.scanned.connect(lambda text, seat: heard.append(text))
    qapp.installEventFilter(scanner)
    try:
        window.lock("Badge unknown", Tone.BAD)
        press(window, Qt.Key.Key_F7)
        press(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        press(window, Qt.Key.Key_F1)
        press(window, Qt.Key.Key_Tab)
        for character in "bmd:op:4711":
            QTest.keyClick(window.windowHandle(), ord(character))
        press(window, Qt.Key.Key_Return)
    finally:
        qapp.removeEventFilter(scanner)
    assert heard == ["bmd:op:4711"]
    assert page.presses == 0
    assert page.field.text() == ""
    assert window.current_room == "bench"
    assert not window.cheat_sheet.isVisible()
    assert window.curtain.badge.text() == ""
    window.unlock("Ana")
    press(window, Qt.Key.Key_F7)
    assert page.presses == 1
    assert window.rail.operator.text() == "Ana"


def test_a_bench_without_a_scanner_can_type_its_badge(window: MainWindow, qtbot: QtBot) -> None:
    window.open_rooms()
    window.lock()
    with qtbot.waitSignal(window.badge_typed) as typed:
        QTest.keyClicks(window.curtain.badge, "4711")
        press(window, Qt.Key.Key_Return)
    assert typed.args == ["4711"]


def test_f1_lists_the_keys_of_the_room_on_screen(window: MainWindow) -> None:
    window.open_rooms()
    keys = [line.keys for line in in_force(window)]
    assert "F1" in keys
    assert keys.count("F7") == 1
    press(window, Qt.Key.Key_F1)
    assert window.cheat_sheet.isVisible()
    press(window, Qt.Key.Key_X)
    assert not window.cheat_sheet.isVisible()


def test_a_flash_blocks_neither_keys_nor_focus(window: MainWindow, qtbot: QtBot) -> None:
    window.open_rooms()
    page = window.page("bench")
    assert isinstance(page, Page)
    page.field.setFocus()
    window.feedback.sounds = False
    window.feedback.bad()
    assert window.feedback.flash.isVisible()
    press(window, Qt.Key.Key_A)
    assert page.field.text() == "a"
    qtbot.waitUntil(lambda: not window.feedback.flash.isVisible(), timeout=2000)


def test_the_window_comes_back_where_it_was(dressed: QApplication, qtbot: QtBot) -> None:
    saved: list[bytes] = []
    first = MainWindow(save_geometry=saved.append)
    qtbot.addWidget(first)
    first.show()
    first.resize(1111, 700)
    first.close()
    second = MainWindow(geometry=saved[0])
    qtbot.addWidget(second)
    assert second.height() == 700  # Qt may narrow it to a smaller screen
    third = MainWindow(geometry=b"no such thing")
    qtbot.addWidget(third)
    assert third.width() >= 1024


def test_the_window_stays_open_while_work_would_be_lost(window: MainWindow) -> None:
    window.may_close = lambda: False
    assert not window.close()
    window.may_close = lambda: True
    assert window.close()


def test_a_small_window_gives_the_rails_words_to_the_page(window: MainWindow) -> None:
    window.open_rooms()
    window.resize(1440, 900)
    words = window.rail.sign_out.text().strip()
    roomy = window.rail.width()
    window.resize(1024, 640)
    assert window.rail.width() < roomy / 2
    assert window.rail.sign_out.text() == ""
    assert words == window.rail.sign_out.accessibleName() == window.rail.sign_out.toolTip()
