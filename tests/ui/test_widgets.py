"""What the rooms are built of: each small thing keeps its one promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bmdesk.texts import msg, use_language
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import BoundKey, spelled
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.cheat_sheet import together
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.device_picture import DevicePicture, ZoneMark
from bmdesk.ui.widgets.doughnut import Doughnut, Slice
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.growing_dialog import GrowingDialog
from bmdesk.ui.widgets.hourly_chart import HourlyChart
from bmdesk.ui.widgets.inputs import ChoiceBox, NumberBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scan_line import ScanLine
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.thumbnail_strip import Photo, ThumbnailStrip

IMEI = "356938035643809"
Shown = Callable[[QWidget], None]


@dataclass(frozen=True)
class Zone:
    code: str
    title: str
    side: str
    outline: tuple[tuple[float, float], ...]


def box(code: str, side: str, left: float, top: float, right: float, bottom: float) -> Zone:
    return Zone(code, code.title(), side, ((left, top), (right, top), (right, bottom), (left, bottom)))


ZONES = (
    box("SCREEN", "front", 0.1, 0.1, 0.9, 0.9),
    box("CAMERA", "front", 0.4, 0.1, 0.6, 0.2),
    box("BACK", "back", 0.05, 0.05, 0.95, 0.95),
    box("EDGE_LEFT", "edge", 0.0, 0.04, 0.04, 0.96),
)


@pytest.fixture
def show(dressed: QApplication, qtbot: QtBot) -> Shown:
    def shown(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()

    return shown


def test_a_zone_is_chosen_by_click_and_by_arrow_keys(show: Shown) -> None:
    picture = DevicePicture("Defects")
    chosen: list[str] = []
    picture.zone_chosen.connect(chosen.append)
    picture.show_device("phone", ZONES)
    picture.show_marks({"SCREEN": ZoneMark(2, 1), "NOWHERE": ZoneMark(1, 3)})
    picture.resize(320, 280)
    show(picture)
    picture.setFocus()
    QTest.mouseClick(
        picture, Qt.MouseButton.LeftButton, pos=picture._polygon(ZONES[1]).boundingRect().center().toPoint()
    )
    QTest.keyClick(picture, Qt.Key.Key_Down)
    QTest.keyClick(picture, Qt.Key.Key_Return)
    QTest.keyClick(picture, Qt.Key.Key_Right)
    QTest.keyClick(picture, Qt.Key.Key_Space)
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert chosen == ["CAMERA", "SCREEN", "BACK"]


def test_a_thin_edge_can_still_be_hit(show: Shown) -> None:
    picture = DevicePicture("Defects")
    picture.show_device("phone", ZONES)
    picture.resize(220, 190)
    show(picture)
    assert picture._polygon(ZONES[3]).boundingRect().width() >= 9


def test_a_segment_is_chosen_by_its_key_and_shows_it(show: Shown) -> None:
    grades = Segmented("Grade", [Segment("GOOD", "Good", "G"), Segment("FAIR", "Fair", "F")])
    chosen: list[str] = []
    grades.chosen.connect(chosen.append)
    show(grades)
    grades.set_value("FAIR")
    assert (grades.value(), chosen) == ("FAIR", [])
    QTest.keyClick(grades, Qt.Key.Key_G)
    assert (grades.value(), chosen) == ("GOOD", ["GOOD"])
    grades.set_value("")
    assert grades.value() == ""


def test_a_number_is_replaced_by_typing_and_not_by_the_wheel(show: Shown, qtbot: QtBot) -> None:
    holder = QWidget()
    other = QLineEdit(holder)
    number = NumberBox("Battery", 0, 100, " %", holder)
    number.setValue(87)
    show(holder)
    other.setFocus()
    number.setFocus()
    qtbot.wait(10)
    QTest.keyClicks(number, "92")
    assert number.value() == 92
    assert number.accessibleName() == "Battery"


def test_new_choices_keep_what_was_chosen(show: Shown) -> None:
    choice = ChoiceBox("State", [("a", "A"), ("b", "B")])
    show(choice)
    choice.set_value("b")
    choice.set_choices([("c", "C"), ("b", "B")])
    assert choice.value() == "b"


def test_a_search_waits_for_the_last_key(show: Shown, qtbot: QtBot) -> None:
    search = SearchBox()
    said: list[str] = []
    search.searched.connect(said.append)
    show(search)
    QTest.keyClicks(search, "3569")
    assert said == []
    qtbot.waitUntil(lambda: said == ["3569"])
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert said == ["3569", ""]


def test_a_line_typed_by_hand_is_entered_once_and_a_scan_is_not_entered_again(show: Shown) -> None:
    line = ScanLine()
    entered: list[str] = []
    line.entered.connect(entered.append)
    show(line)
    line.field.setFocus()
    line.show_scan(IMEI)
    line.show_result("<i>in hand</i>", Tone.OK)
    QTest.keyClick(line.field, Qt.Key.Key_Return)
    assert entered == []
    QTest.keyClicks(line.field, "ABC123")
    QTest.keyClick(line.field, Qt.Key.Key_Return)
    QTest.keyClick(line.field, Qt.Key.Key_Return)
    assert entered == ["ABC123"]
    assert line.result.textFormat() == Qt.TextFormat.PlainText


def test_a_button_shows_its_key_and_obeys_it(show: Shown, qtbot: QtBot) -> None:
    holder = QWidget()
    button = ShortcutButton(msg("ui.cancel"), "F9", icon="check", kind="primary", parent=holder)
    presses: list[bool] = []
    button.clicked.connect(lambda: presses.append(True))
    show(holder)
    QTest.keyClick(holder.windowHandle(), Qt.Key.Key_F9)
    assert len(presses) == 1
    assert button.keys == "F9"
    button.setEnabled(False)
    QTest.keyClick(holder.windowHandle(), Qt.Key.Key_F9)
    assert len(presses) == 1


def test_an_identifier_is_never_cut(show: Shown) -> None:
    columns = [Column("IMEI", str, identifier=True), Column("Model", lambda row: "x" * 60, stretch=True)]
    table = DataTable("units", multi=True)
    model = RowsModel(columns, table)
    model.set_rows([IMEI, "1" * 17])
    table.setModel(model)
    table.resize(340, 200)
    show(table)
    assert table.columnWidth(0) > table.fontMetrics().horizontalAdvance("0" * 17)
    assert table.rowHeight(0) == 34


def test_a_table_is_worked_by_keys_alone(show: Shown) -> None:
    table = DataTable("units", multi=True)
    model = RowsModel([Column("Number", str)], table)
    model.set_rows(list(range(50)))
    table.setModel(model)
    opened: list[int] = []
    moved: list[int] = []
    table.opened.connect(opened.append)
    table.current_changed.connect(moved.append)
    show(table)
    table.choose_row(3)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert opened == [4]
    assert moved[-1] == 5
    assert table.chosen() == [4, 5]
    filled: list[QMenu] = []
    table.set_menu(filled.append)
    QTest.keyClick(table, Qt.Key.Key_Menu)
    assert len(filled) == 1


def test_an_empty_table_says_what_to_do(show: Shown) -> None:
    table = DataTable("batches")
    model = RowsModel([Column("Number", str)], table)
    empty = EmptyState("box", "Nothing yet", action="Begin", on_action=lambda: None)
    table.setModel(model)
    table.set_empty(empty)
    show(table)
    assert empty.isVisible()
    model.set_rows([1])
    assert not empty.isVisible()


def test_a_form_goes_to_the_first_wrong_field(show: Shown) -> None:
    form = Form()
    first, second = QLineEdit(), QLineEdit()
    form.add("a", "Name", first)
    form.add("b", "Cost", second)
    show(form)
    form.show_errors({"b": "<b>Not a number</b>"})
    assert second.hasFocus()
    assert second.property("wrong") is True
    form.show_errors({})
    assert second.property("wrong") is False
    assert first.accessibleName() == "Name"


def test_choices_that_only_get_other_words_stay_where_tab_finds_them(show: Shown) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    choices = Segmented("Tabs", [Segment("a", "A"), Segment("b", "B")])
    after = QLineEdit()
    column.addWidget(choices)
    column.addWidget(after)
    show(window)
    choices.setFocus()
    choices.set_value("a")
    choices.set_segments([Segment("a", "A 1"), Segment("b", "B 2")])
    assert choices.value() == ""
    focused = choices.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "A 1", "the focus stays too"
    QTest.keyClick(window, Qt.Key.Key_Tab)
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_a_question_that_has_more_to_say_later_shows_all_of_it(show: Shown, qtbot: QtBot) -> None:
    dialog = GrowingDialog()
    dialog.setMinimumWidth(400)
    notice, said = QWidget(), PlainLabel("Asking", wrap=True)
    QVBoxLayout(notice).addWidget(said)
    QVBoxLayout(dialog).addWidget(notice)
    show(dialog)
    said.setText("What happens then cannot be undone. " * 20)
    qtbot.waitUntil(lambda: said.height() >= said.heightForWidth(said.width()) > 40, timeout=2000)


def test_a_dangerous_question_wants_a_reason_and_is_not_answered_by_enter_alone(
    show: Shown, qtbot: QtBot
) -> None:
    window = QWidget()
    show(window)
    answers: list[str] = []
    question = Confirm(window, "Hold it?", "It waits.", "Hold", answers.append, reason="Reason", danger=True)
    question.open()
    qtbot.waitUntil(question.isVisible)
    assert not question.yes.isEnabled()
    QTest.keyClick(question.reason, Qt.Key.Key_Return)
    assert question.isVisible()
    QTest.keyClicks(question.reason, "scratch")
    QTest.keyClick(question.reason, Qt.Key.Key_Return)
    assert answers == ["scratch"], "whoever gave a reason has looked twice"
    other = Confirm(window, "Hold it?", "It waits.", "Hold", answers.append, danger=True)
    other.open()
    qtbot.waitUntil(other.isVisible)
    QTest.keyClick(other, Qt.Key.Key_Return)
    assert answers == ["scratch"]


def test_photos_are_drawn_when_they_arrive_and_a_broken_one_breaks_nothing(
    show: Shown, bridge: Bridge, qtbot: QtBot
) -> None:
    strip = ThumbnailStrip(bridge)
    strip.show_photos(
        [Photo("good", "front.png", picture), Photo("bad", "broken.png", lambda: b"no picture")]
    )
    show(strip)
    qtbot.waitUntil(lambda: all(item.data(int(Qt.ItemDataRole.UserRole) + 1) for item in strip._items()))
    removed: list[str] = []
    strip.removal_asked.connect(removed.append)
    strip._list.setCurrentRow(0)
    QTest.keyClick(strip._list, Qt.Key.Key_Delete)
    assert removed == ["good"]
    strip.show_photos([])
    assert not strip._list.isVisible()


def test_the_slow_chart_library_is_not_loaded_before_it_is_needed(show: Shown) -> None:
    chart = HourlyChart("Units an hour")
    show(chart)
    assert chart._plot is None
    chart.show_hours([(8, 9), (9, 14), (10, 18)], target=15)
    chart.show_hours([], target=None)
    assert "8: 9" not in chart.accessibleName()


def test_a_ring_without_numbers_is_drawn_too(show: Shown) -> None:
    ring = Doughnut("Grades")
    ring.show_slices([Slice("A", 0, "ok")], "0", "graded")
    show(ring)
    ring.show_slices([Slice("A", 5, "ok"), Slice("B", 1, "bad")], "6", "graded")
    ring.grab()
    assert ring.accessibleName() == "Grades: A 5, B 1"


def picture() -> bytes:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def test_a_column_is_hidden_before_anything_in_it_is_cut(qapp: QApplication, qtbot: QtBot) -> None:
    table = DataTable("units")
    qtbot.addWidget(table)
    model = RowsModel(
        [
            Column("SKU", lambda row: row[0], width=80),
            Column("Name", lambda row: row[1], width=100),
            Column("Why", lambda row: row[2], stretch=True),
        ]
    )
    table.setModel(model)
    widths = {"sku": 80, "name": 100, "why": 120}
    fit = Fit(widths, gives_way=("sku",), stretches=("why",), grows={"sku": 400, "name": 200})
    Fitting(table, fit)
    model.set_rows([("IP13-128-MID-EXCELLENT-NB", "iPhone", "Battery 71 %")])
    table.resize(900, 200)
    table.show()
    wanted = table.fontMetrics().horizontalAdvance("IP13-128-MID-EXCELLENT-NB")
    qtbot.waitUntil(lambda: table.columnWidth(0) > wanted)
    assert table.columnWidth(2) > 400
    table.resize(380, 200)
    qtbot.waitUntil(lambda: table.isColumnHidden(0))
    table.resize(900, 200)
    qtbot.waitUntil(lambda: not table.isColumnHidden(0))


def test_keys_that_do_the_same_share_a_line() -> None:
    lines = [BoundKey("F12", "Done"), BoundKey("F8", "Hold"), BoundKey("Ctrl+Return", "Done")]
    assert together(lines) == [BoundKey("F12\nCtrl+Return", "Done"), BoundKey("F8", "Hold")]


@pytest.mark.parametrize(("language", "name"), [("en", "Enter"), ("de", "Eingabe")])
def test_the_enter_key_is_called_as_people_call_it(language: str, name: str, dressed: QApplication) -> None:
    use_language(language)
    assert (spelled("Return"), spelled("Ctrl+Return").rpartition("+")[2], spelled("F2")) == (name, name, "F2")


@pytest.mark.parametrize(("width", "both"), [(1000, False), (1400, True)])
def test_what_is_open_stands_beside_its_list_or_takes_the_whole_room(
    width: int, both: bool, dressed: QApplication, qtbot: QtBot
) -> None:
    room, listed, detail, filters = QWidget(), QWidget(), QWidget(), QWidget()
    sides = SideBySide(listed, detail, 440, gives_way=True, of_list=(filters,))
    detail.hide()
    column = QVBoxLayout(room)
    column.addWidget(filters)
    column.addWidget(sides, 1)
    qtbot.addWidget(room)
    room.resize(width, 600)
    room.show()
    sides.open_detail()
    assert detail.isVisible()
    assert (listed.isVisible(), filters.isVisible()) == (both, both)
    sides.close_detail()
    assert listed.isVisible() and filters.isVisible()


@pytest.mark.parametrize(("at", "taken"), [("no", False), ("yes", True), ("field", True)])
def test_enter_answers_what_has_the_focus_and_cancel_is_never_taken_for_yes(
    at: str, taken: bool, dressed: QApplication, qtbot: QtBot
) -> None:
    dialog, field, yes = QDialog(), QLineEdit(), QPushButton("Hand over")
    yes.setDefault(True)
    yes.clicked.connect(dialog.accept)
    answers = Answers(dialog, yes)
    column = QVBoxLayout(dialog)
    column.addWidget(field)
    column.addLayout(answers)
    qtbot.addWidget(dialog)
    dialog.open()
    focused = {"no": answers.no, "yes": yes, "field": field}[at]
    focused.setFocus()
    QTest.keyClick(focused, Qt.Key.Key_Return)
    assert (dialog.result() == QDialog.DialogCode.Accepted) is taken
    assert not dialog.isVisible()
