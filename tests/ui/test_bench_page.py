"""The bench as its operator meets it: keys, clicks and scans, with the store behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import ScanResult, Seat
from bmdesk.services.grading.bench_view import UnitInHand
from bmdesk.store.queries import units
from bmdesk.ui.main_window import Room
from bmdesk.ui.shortcuts import in_force
from bmdesk.ui.views.bench import BenchPage
from bmdesk.ui.workplace import Workplace
from tests.desks import IMEIS, PHONE

_NONE = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier


class Standing:
    """An operator in front of the page; every act waits until the page shows what came of it."""

    def __init__(self, page: BenchPage, place: Workplace, qtbot: QtBot) -> None:
        self.page, self.place, self._bot = page, place, qtbot
        self.results: list[ScanResult] = []
        self._drawn = self._due = 0
        place.scanned.connect(self._answered)
        page.shown.connect(self._redrawn)

    def _answered(self, result: ScanResult) -> None:
        self.results.append(result)
        self._due = self._drawn + 1

    def _redrawn(self) -> None:
        self._drawn += 1

    def scan(self, *texts: str) -> ScanResult:
        for text in texts:
            self.wait(partial(self.place.scan, text))
        return self.results[-1]

    def wait(self, act: Callable[[], object]) -> None:
        """Do this; come back when its result and the redraw after it are on screen."""
        before = len(self.results)
        act()
        self.until(lambda: len(self.results) > before and self._drawn >= self._due)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
        QTest.keyClick(self.place.window.windowHandle(), key, modifier)

    def type(self, words: str) -> None:
        for character in words:
            QTest.keyClick(self.place.window.windowHandle(), ord(character))

    def click(self, widget: QWidget) -> None:
        assert widget.isVisible() and widget.isEnabled(), widget.accessibleName()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def until(self, holds: Callable[[], object]) -> None:
        self._bot.waitUntil(lambda: bool(holds()), timeout=5000)

    @property
    def unit(self) -> UnitInHand | None:
        return self.page.view.unit if self.page.view else None

    @property
    def hand(self) -> UnitInHand:
        assert self.unit is not None
        return self.unit


@pytest.fixture
def stand(workplace: Workplace, qtbot: QtBot, desk: Desk) -> Iterator[Standing]:
    bench.scan(desk, Seat(), "BMD:OP:OWNER")
    page = BenchPage(workplace)
    window = workplace.window
    window.add_room(Room("bench", "bench_page.name", "scan", lambda: page, "Ctrl+1"))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    with qtbot.waitSignal(page.shown, timeout=5000):
        window.open_rooms("bench")
    yield Standing(page, workplace, qtbot)
    page.left()


def test_a_whole_unit_is_graded_by_keys_only(stand: Standing, desk: Desk) -> None:
    stand.key(Qt.Key.Key_F2)
    stand.type(IMEIS[0])
    stand.wait(lambda: stand.key(Qt.Key.Key_Return))
    stand.key(Qt.Key.Key_F3)
    stand.until(stand.page.chooser.isVisible)
    stand.type("iphone")
    stand.until(lambda: stand.page.chooser.table.model().rowCount() == 1)
    stand.wait(lambda: stand.key(Qt.Key.Key_Return))
    stand.wait(lambda: stand.key(Qt.Key.Key_A))
    stand.wait(lambda: stand.key(Qt.Key.Key_W))  # Wi-Fi passed: its own key makes it a fail
    assert {t.code: t.outcome.value for t in stand.hand.tests}["WIFI"] == "FAIL"
    stand.wait(lambda: stand.key(Qt.Key.Key_W))
    stand.key(Qt.Key.Key_F4)
    stand.until(stand.page.unit.battery.percent.hasFocus)
    QApplication.processEvents()
    stand.type("91")
    stand.wait(lambda: stand.key(Qt.Key.Key_Return))
    assert stand.hand.battery is not None and stand.hand.battery.percent == 91
    stand.wait(lambda: stand.key(Qt.Key.Key_L, _CTRL))
    stand.wait(lambda: stand.key(Qt.Key.Key_E, _CTRL))  # nobody said how: the methods are offered with keys
    stand.until(stand.page.ask.isVisible)
    stand.wait(lambda: stand.key(Qt.Key.Key_2))
    assert stand.hand.erasure is not None
    stand.key(Qt.Key.Key_F10)
    stand.until(stand.page.ask.isVisible)
    stand.key(Qt.Key.Key_1)  # the screen
    stand.until(lambda: "SCRATCH" in stand.page.ask.buttons)
    stand.key(Qt.Key.Key_1)  # a scratch
    stand.until(lambda: "3" in stand.page.ask.buttons)
    stand.wait(lambda: stand.key(Qt.Key.Key_1))  # a light one
    assert [(d.zone, d.kind, d.severity) for _, d in stand.hand.defects] == [("SCREEN", "SCRATCH", 1)]
    unit_id = stand.hand.row.id
    stand.wait(lambda: stand.key(Qt.Key.Key_F12))
    assert stand.unit is None
    assert stand.results[-1].code == "bench.ready"
    assert desk.read(lambda c: units.unit(c, unit_id)).state == "ready"


def test_a_whole_unit_is_graded_by_clicks_only(stand: Standing) -> None:
    page = stand.page
    stand.scan(IMEIS[0])
    stand.scan(f"BMD:MODEL:{PHONE}")
    stand.wait(lambda: stand.click(page.unit.checklist.all_pass))
    stand.click(page.unit.battery.keypad)
    for digit in ("8", "8"):
        stand.click(page.keypad.keys[digit])
    stand.wait(lambda: stand.click(page.keypad.keys["OK"]))
    stand.wait(lambda: stand.click(page.unit.locks.all_off))
    page.unit.erasure.method.set_value("BLANCCO")
    stand.wait(lambda: stand.click(page.unit.erasure.erased))
    stand.wait(lambda: stand.click(page.unit.accessories.grid.chips["BOX"]))
    assert [(a.code, a.present) for a in stand.hand.accessories] == [("BOX", True)]
    stand.wait(lambda: stand.click(page.unit.accessories.grid.chips["BOX"]))
    assert [(a.code, a.present) for a in stand.hand.accessories] == [("BOX", False)]
    page.unit.defects.picture.zone_chosen.emit("BACK")
    stand.click(page.ask.buttons["DENT"])
    stand.wait(lambda: stand.click(page.ask.buttons["1"]))
    stand.wait(lambda: stand.click(page.unit.defects.rows[0].remove))
    assert stand.hand.defects == ()
    stand.wait(lambda: stand.click(page.unit.work.labour))
    assert stand.hand.labour_minutes == 5
    stand.wait(lambda: stand.click(page.unit.grade.buttons["EXCELLENT"]))
    assert stand.hand.grade == "EXCELLENT"
    stand.wait(lambda: stand.click(page.bar.done))
    assert stand.results[-1].code == "bench.ready"


def test_a_refused_scan_says_why_and_what_to_do(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:TEST:BOOT:PASS")
    refused = stand.scan(IMEIS[1])
    assert not refused.ok
    assert IMEIS[0] in stand.page.line.result.text()
    assert "DONE" in stand.page.status.todo.words
    assert stand.hand.row.model_code == PHONE


def test_an_unclear_scan_is_asked_about_and_the_answer_counts(stand: Standing) -> None:
    asked = stand.scan("123456789012")
    assert asked.kinds
    assert stand.page.ask.isVisible()
    stand.place.desk.clock.advance(seconds=2)  # type: ignore[attr-defined]
    stand.wait(lambda: stand.key(Qt.Key.Key_1))
    assert stand.results[-1].kind is asked.kinds[0]


@pytest.mark.slow
def test_another_grade_than_the_suggested_one_asks_for_its_reason_in_place(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    grade = stand.page.unit.grade
    stand.wait(lambda: stand.click(grade.buttons["FAIR"]))
    assert grade.asking and grade.reason.hasFocus()
    stand.key(Qt.Key.Key_Escape)
    assert not grade.asking and stand.page.hasFocus()
    stand.wait(lambda: stand.click(grade.buttons["FAIR"]))
    stand.type("bent frame")
    stand.wait(lambda: stand.key(Qt.Key.Key_Return))
    assert stand.hand.grade == "FAIR"
    assert not grade.asking
    assert stand.page.hasFocus()


def test_undo_takes_the_last_step_back_and_f1_lists_the_keys(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:BATTERY:88")
    listed = {line.keys for line in in_force(stand.place.window)}
    assert {"F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F12", "A", "W", "1", "Ctrl+Z"} <= listed
    stand.wait(lambda: stand.key(Qt.Key.Key_Z, _CTRL))
    assert stand.hand.battery is None
    assert stand.page.unit.battery.percent.number() is None


@pytest.mark.slow
def test_hold_asks_why_and_remembers_the_reasons_given(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    stand.key(Qt.Key.Key_F8)
    stand.until(stand.page.ask.isVisible)
    stand.click(stand.page.ask.line)
    stand.type("smells of smoke")
    stand.wait(lambda: stand.key(Qt.Key.Key_Return))
    assert stand.unit is None
    stand.scan(IMEIS[1])
    stand.key(Qt.Key.Key_F8)
    stand.until(lambda: "smells of smoke" in stand.page.ask.buttons)
    stand.wait(lambda: stand.key(Qt.Key.Key_1))
    assert stand.unit is None
    assert stand.results[-1].code == "bench.held_by_person"


def test_two_scanners_have_a_unit_each_and_a_chip_turns_from_one_to_the_other(stand: Standing) -> None:
    stand.scan(IMEIS[0])
    assert not stand.page.status.seats.isVisible()
    stand.wait(lambda: stand.place.scan("BMD:OP:OWNER", "B>"))
    stand.wait(lambda: stand.place.scan(IMEIS[1], "B>"))
    assert stand.hand.identifiers[0].value == IMEIS[1]
    chip = next(b for b in stand.page.status.seats.findChildren(QAbstractButton) if not b.isChecked())
    stand.click(chip)
    stand.until(lambda: stand.hand.identifiers[0].value == IMEIS[0])
    assert stand.place.seat.name == ""


def test_a_redraw_keeps_the_focus_and_what_is_half_typed(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    box = stand.page.unit.battery.percent
    stand.key(Qt.Key.Key_F4)
    stand.until(box.hasFocus)
    QApplication.processEvents()
    stand.type("8")
    stand.scan("BMD:TEST:BOOT:PASS")
    assert box.hasFocus()
    stand.type("7")
    stand.wait(lambda: stand.key(Qt.Key.Key_Return))
    assert stand.hand.battery is not None and stand.hand.battery.percent == 87
    assert stand.page.hasFocus()


def test_a_letter_typed_into_a_field_is_no_test(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    field = stand.page.unit.erasure.certificate
    field.setFocus()
    before = len(stand.results)
    stand.type("w1a")
    stand.until(lambda: not stand.place.bridge.pending)
    assert field.text() == "w1a"
    assert len(stand.results) == before
    stand.page.setFocus()
    stand.wait(lambda: stand.key(Qt.Key.Key_B))
    assert [t.code for t in stand.hand.tests] == ["BLUETOOTH"]


@pytest.mark.slow
def test_a_measured_value_is_written_beside_its_test(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    panel = stand.page.unit.checklist.panel
    assert panel is not None
    field = panel.rows["CHARGE_CURRENT"].value
    assert field is not None
    field.setFocus()
    stand.type("1500")
    stand.wait(lambda: stand.key(Qt.Key.Key_Return))
    assert [(t.code, str(t.value)) for t in stand.hand.tests] == [("CHARGE_CURRENT", "1500")]


@pytest.mark.slow
def test_an_unknown_model_begins_as_a_draft(stand: Standing) -> None:
    stand.scan(IMEIS[0])
    stand.key(Qt.Key.Key_F3)
    stand.until(stand.page.chooser.isVisible)
    stand.type("Fairphone 5")
    stand.wait(lambda: stand.key(Qt.Key.Key_N, _CTRL))
    assert stand.hand.row.title == "Fairphone 5"


def test_repeat_gives_the_next_unit_model_accessories_and_labour_in_one_step(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ACC:BOX:YES", "BMD:LABOUR:7", "BMD:DONE")
    stand.scan(IMEIS[1])
    stand.wait(lambda: stand.key(Qt.Key.Key_R, _CTRL))
    assert stand.hand.row.model_code == PHONE
    assert (stand.hand.labour_minutes, [a.code for a in stand.hand.accessories]) == (7, ["BOX"])
    assert stand.hand.tests == () and stand.hand.erasure is None
    stand.wait(lambda: stand.key(Qt.Key.Key_Z, _CTRL))
    assert stand.hand.row.model_code is None
    assert (stand.hand.labour_minutes, stand.hand.accessories) == (0, ())


@pytest.mark.slow
def test_the_label_of_the_last_unit_can_be_asked_for_with_an_empty_hand(
    stand: Standing, qtbot: QtBot
) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    unit_id = stand.hand.row.id
    stand.scan("BMD:DONE")
    with qtbot.waitSignal(stand.page.label_asked) as asked:
        stand.key(Qt.Key.Key_F6)
    assert asked.args == [unit_id]


@pytest.mark.slow
@pytest.mark.usefixtures("dressed")
def test_the_smallest_window_holds_the_bench_however_long_the_words(stand: Standing) -> None:
    window = stand.place.window
    window.resize(1024, 640)
    company.add_operator(stand.place.desk, "ANA", "Ana " * 40, "operator")
    stand.scan("BMD:BATCH:" + "VERY-LONG-BATCH-" * 3, "F2LX29384HG7", "BMD:MODEL:" + PHONE)
    stand.scan("BMD:DEFECT:SCREEN:CRACK:3", "BMD:DONE")
    stand.scan("BMD:NOSUCHCARD:" + "W" * 200)
    stand.scan("F2LX29384HG7")
    assert (window.width(), window.height()) == (1024, 640)
    assert stand.page.minimumSizeHint().width() <= stand.page.width()
    assert stand.page.minimumSizeHint().height() <= stand.page.height()


@pytest.mark.slow
def test_a_fault_sends_the_unit_to_repair(stand: Standing, desk: Desk) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    unit_id = stand.hand.row.id
    stand.key(Qt.Key.Key_F9)
    stand.until(stand.page.ask.line.hasFocus)
    stand.type("no sound")
    stand.wait(lambda: stand.key(Qt.Key.Key_Return))
    assert stand.results[-1].ok
    assert desk.read(lambda c: units.unit(c, unit_id)).state == "in_repair"


def test_a_number_typed_without_enter_is_recorded_before_done(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    stand.key(Qt.Key.Key_F4)
    stand.until(stand.page.unit.battery.percent.hasFocus)
    QApplication.processEvents()
    stand.type("83")
    stand.key(Qt.Key.Key_F12)
    stand.until(lambda: len(stand.results) == 4)
    assert [r.code for r in stand.results[-2:]] == ["bench.battery", "bench.held"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_next_unit_scanned_right_after_done_is_not_the_one_that_is_done(
    stand: Standing, key: Qt.Key
) -> None:
    """A press that is shown first and sent 100 ms later would come behind the scan."""
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    stand.key(key, _CTRL)
    stand.place.scan(IMEIS[1])
    stand.until(lambda: len(stand.results) == 4)
    assert [(r.code, r.scan) for r in stand.results[-2:]] == [
        ("bench.held", "BMD:DONE"),
        ("bench.received_loose", IMEIS[1]),
    ]
    stand.until(lambda: stand.unit is not None)


@pytest.mark.slow
def test_a_certificate_without_its_method_is_not_lost(stand: Standing) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    field = stand.page.unit.erasure.certificate
    stand.click(field)
    stand.type("C-99")
    stand.key(Qt.Key.Key_Return)
    stand.until(stand.page.ask.isVisible)
    stand.wait(lambda: stand.click(stand.page.ask.buttons["NSYS"]))
    erasure = stand.hand.erasure
    assert erasure is not None and (erasure.method, erasure.certificate) == ("NSYS", "C-99")


@pytest.mark.slow
def test_a_dropped_photo_belongs_to_the_unit_and_anything_else_is_said(
    stand: Standing, tmp_path: Path
) -> None:
    stand.scan(IMEIS[0], f"BMD:MODEL:{PHONE}")
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkCyan)
    picture.save(str(tmp_path / "front.png"))
    (tmp_path / "notes.txt").write_text("no photo")
    stand.wait(lambda: stand.page.unit.photos.dropped.emit([tmp_path / "front.png"]))
    assert len(stand.hand.photos) == 1
    stand.page.unit.photos.dropped.emit([tmp_path / "notes.txt"])
    stand.until(lambda: stand.place.window.banners.banners)
