"""The scanner against the person, at a scanner's speed, into real windows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bmdesk.texts import msg
from bmdesk.ui.scanner import BREAK_MS, GAP_MS, ScannerFilter
from bmdesk.ui.shortcuts import bind

IMEI = "356938035643809"


class Clock:
    """When keys are struck: two milliseconds apart, however busy this computer is, and later where a story says so."""

    def __init__(self) -> None:
        self.now = 1000

    def struck(self, event: object) -> int:
        self.now += 2
        return self.now


class Bench(QWidget):
    """A window with what an operator's focus may be in."""

    def __init__(self, qtbot: QtBot, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.field, self.number, self.button = QLineEdit(), QSpinBox(), QPushButton("P")
        self.number.setMaximum(100)
        self.number.setValue(87)
        column = QVBoxLayout(self)
        for widget in (self.field, self.number, self.button):
            column.addWidget(widget)
        self.heard: list[tuple[str, str]] = []
        self.pressed = 0
        bind(self, "3", msg("app.name"), self._press)
        bind(self, "P", msg("app.name"), self._press)
        qtbot.addWidget(self)

    def _press(self) -> None:
        self.pressed += 1

    def hear(self, text: str, seat: str) -> None:
        self.heard.append((text, seat))

    def scan(self, text: str, end: Qt.Key | None = Qt.Key.Key_Return, into: QWidget | None = None) -> None:
        window = (into or self).windowHandle()
        for character in text:
            QTest.keyClick(window, ord(character))
        if end is not None:
            QTest.keyClick(window, end)

    def type_slowly(self, text: str, into: QWidget | None = None) -> None:
        for character in text:
            QTest.keyClick((into or self).windowHandle(), ord(character))
            let_pass(GAP_MS * 2)
            self.clock.now += GAP_MS * 2


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("bmdesk.ui.scanner._stamp", made.struck)
    return made


@pytest.fixture
def scanner(qapp: QApplication) -> Iterator[ScannerFilter]:
    made = ScannerFilter()
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


@pytest.fixture
def bench(qtbot: QtBot, scanner: ScannerFilter, clock: Clock) -> Bench:
    made = Bench(qtbot, clock)
    scanner.scanned.connect(made.hear)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.field.setFocus()
    return made


def quiet(qtbot: QtBot) -> None:
    let_pass(GAP_MS * 4)


def let_pass(ms: int) -> None:
    """So much time, and what was due in it: on a busy machine the wait may end before its last timer had a turn."""
    QTest.qWait(ms)
    for _ in range(3):
        QApplication.processEvents()


def test_many_scans_arrive_complete_and_in_order(bench: Bench, scanner: ScannerFilter) -> None:
    scanner.configure(gap_ms=400)  # a busy machine types its keys with pauses
    sent = [f"{number:015d}BENCH" for number in range(200)]
    for text in sent:
        bench.scan(text)
    assert [text for text, _ in bench.heard] == sent
    assert bench.field.text() == ""


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, None])
def test_a_scan_ends_with_enter_tab_or_silence(bench: Bench, qtbot: QtBot, end: Qt.Key | None) -> None:
    bench.scan(IMEI, end)
    qtbot.waitUntil(lambda: bool(bench.heard))
    assert bench.heard == [(IMEI, "")]
    assert QApplication.focusWidget() is bench.field


def test_a_person_who_types_is_left_alone(bench: Bench) -> None:
    bench.type_slowly("hi 42")
    assert bench.field.text() == "hi 42"
    assert bench.heard == []


def test_a_fast_word_that_is_too_short_is_still_typing(bench: Bench, qtbot: QtBot) -> None:
    bench.scan("ab12", None)
    quiet(qtbot)
    assert bench.field.text() == "ab12"
    assert bench.heard == []


def test_enter_after_a_short_word_comes_after_the_word(bench: Bench, qtbot: QtBot) -> None:
    entered: list[str] = []
    bench.field.returnPressed.connect(lambda: entered.append(bench.field.text()))
    bench.scan("ab", Qt.Key.Key_Return)
    quiet(qtbot)
    assert entered == ["ab"]


def test_a_scan_leaves_no_trace_in_the_field_that_had_the_focus(bench: Bench, qtbot: QtBot) -> None:
    bench.type_slowly("no")
    bench.scan(IMEI)
    assert bench.field.text() == "no"
    bench.number.setFocus()
    bench.number.selectAll()
    bench.scan(IMEI)
    quiet(qtbot)
    assert bench.number.value() == 87
    assert bench.field.text() == "no"


def test_the_digits_of_a_scan_press_no_buttons(bench: Bench, scanner: ScannerFilter, qtbot: QtBot) -> None:
    bench.button.setFocus()
    scanner.configure(gap_ms=400)  # a busy machine types its keys with pauses
    bench.scan(IMEI)
    scanner.configure()
    quiet(qtbot)
    assert bench.pressed == 0
    bench.type_slowly("3p")
    assert bench.pressed == 2


def test_a_stall_in_the_middle_of_a_scan_does_not_cut_it(bench: Bench, qtbot: QtBot, clock: Clock) -> None:
    # Keys carry the time at which they were struck; here the second half arrives late but was struck in time.
    bench.scan("old", None)
    quiet(qtbot)
    clock.now += 1000
    bench.scan(IMEI[:4], None)
    quiet(qtbot)  # a silence, by this computer's clock: the four characters went to the field
    assert bench.field.text() == "old" + IMEI[:4]
    bench.scan(IMEI[4:])
    assert bench.heard == [(IMEI, "")]
    assert bench.field.text() == "old"


def test_a_prefix_tells_two_scanners_of_one_station_apart(bench: Bench, scanner: ScannerFilter) -> None:
    scanner.configure(prefixes=["[a]", "[b]"])
    bench.scan("[a]" + IMEI)
    bench.scan("[b]" + IMEI)
    bench.scan(IMEI)
    assert bench.heard == [(IMEI, "[a]"), (IMEI, "[b]"), (IMEI, "")]


def test_a_scan_is_heard_while_a_dialog_is_open(bench: Bench, qtbot: QtBot) -> None:
    dialog = QDialog(bench)
    qtbot.addWidget(dialog)
    inside = QLineEdit(dialog)
    dialog.setModal(True)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    inside.setFocus()
    bench.scan(IMEI, into=dialog)
    bench.type_slowly("ok", into=dialog)
    assert bench.heard == [(IMEI, "")]
    assert inside.text() == "ok"
    assert dialog.isVisible()


def test_a_password_is_never_taken_for_a_scan(bench: Bench) -> None:
    bench.field.setEchoMode(QLineEdit.EchoMode.Password)
    bench.scan("correcthorse", None)
    assert bench.field.text() == "correcthorse"
    assert bench.heard == []


def test_carriage_return_and_line_feed_end_one_scan_once(bench: Bench) -> None:
    entered: list[int] = []
    bench.field.returnPressed.connect(lambda: entered.append(1))
    bench.scan(IMEI, Qt.Key.Key_Return)
    QTest.keyClick(bench.windowHandle(), Qt.Key.Key_Enter)
    assert bench.heard == [(IMEI, "")]
    assert entered == []


def test_a_scan_while_a_scan_is_being_answered_is_heard_too(bench: Bench, scanner: ScannerFilter) -> None:
    def scan_again(text: str, seat: str) -> None:
        if text == IMEI:
            bench.scan("second-" + IMEI)

    scanner.scanned.connect(scan_again)
    bench.scan(IMEI)
    assert [text for text, _ in bench.heard] == [IMEI, "second-" + IMEI]


def strike(bench: Bench, text: str, *, repeat: bool = False, key: Qt.Key = Qt.Key.Key_0) -> None:
    """A key as X delivers it, which QTest cannot say: a repeat, or a line feed as a key of its own."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text, repeat)
        QApplication.sendEvent(bench.windowHandle(), event)


def test_the_same_digit_twice_in_a_millisecond_is_no_held_key(bench: Bench) -> None:
    for text, repeat in (("3", False), ("5", False), ("0", False), ("0", True), ("0", True), ("7", False)):
        strike(bench, text, repeat=repeat)
    strike(bench, "\r", key=Qt.Key.Key_Return)
    assert bench.heard == [("350007", "")]


def test_a_key_that_a_person_holds_down_repeats(bench: Bench, qtbot: QtBot, clock: Clock) -> None:
    bench.scan("a", None)
    quiet(qtbot)
    clock.now += 300
    for _ in range(8):
        strike(bench, "a", repeat=True, key=Qt.Key.Key_A)
    quiet(qtbot)
    assert bench.field.text() == "a" * 9
    assert bench.heard == []


def test_a_line_feed_of_its_own_ends_a_scan(bench: Bench) -> None:
    for _ in range(2):
        for digit in IMEI:
            strike(bench, digit)
        strike(bench, "\n", key=Qt.Key.Key_unknown)
    assert bench.heard == [(IMEI, ""), (IMEI, "")]


def test_a_stall_inside_a_scan_does_not_make_two_codes_of_one(bench: Bench, clock: Clock) -> None:
    bench.scan(IMEI)  # this scanner ends its scans with Enter
    bench.scan(IMEI[:9], end=None)
    let_pass(4 * GAP_MS)
    clock.now += 4 * GAP_MS
    bench.scan(IMEI[9:])
    assert bench.heard == [(IMEI, ""), (IMEI, "")]
    assert bench.field.text() == ""


@pytest.mark.parametrize("pieces", [(3,), (2, 5), (5,)])
def test_a_break_after_the_first_characters_does_not_cut_a_scan_either(
    bench: Bench, qtbot: QtBot, clock: Clock, pieces: tuple[int, ...]
) -> None:
    # The screen's own clock stamps the keys: where it is starved of its processor, a scan has pauses in it.
    bench.scan(IMEI)
    clock.now += 2000
    bench.scan("old", None)
    quiet(qtbot)
    clock.now += 2000
    start = 0
    for end in pieces:
        bench.scan(IMEI[start:end], None)
        quiet(qtbot)
        clock.now += BREAK_MS - 20
        start = end
    assert bench.field.text() == "old" + IMEI[:start], "so far it looks like a person's"
    bench.scan(IMEI[start:])
    assert bench.heard == [(IMEI, ""), (IMEI, "")]
    assert bench.field.text() == "old"


def test_a_key_just_before_a_scan_is_the_persons(bench: Bench, qtbot: QtBot, clock: Clock) -> None:
    bench.scan(IMEI)
    for before, pause in (("7", GAP_MS + 10), ("on", BREAK_MS + 10)):
        clock.now += 2000
        bench.scan(before, None)
        quiet(qtbot)
        clock.now += pause
        bench.scan(IMEI)
    assert bench.heard == [(IMEI, "")] * 3
    assert bench.field.text() == "7on"


def test_quick_pairs_of_keys_are_no_scan(bench: Bench, qtbot: QtBot, clock: Clock) -> None:
    bench.scan(IMEI)
    clock.now += 2000
    for pair in ("th", "is", "wh", "at"):
        bench.scan(pair, None)
        quiet(qtbot)
        clock.now += BREAK_MS - 20
    bench.scan("", Qt.Key.Key_Return)
    assert bench.field.text() == "thiswhat"
    assert bench.heard == [(IMEI, "")]


def test_a_scan_without_its_enter_is_heard_all_the_same(bench: Bench, qtbot: QtBot) -> None:
    bench.scan(IMEI)
    bench.scan(IMEI, end=None)
    qtbot.waitUntil(lambda: len(bench.heard) == 2)
    assert bench.heard[1] == (IMEI, "")
