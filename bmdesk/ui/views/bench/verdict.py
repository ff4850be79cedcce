"""The verdict: the grade that the rules suggest and why, the grade a person confirms, and what still blocks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bmdesk.domain.commands import SetGrade
from bmdesk.domain.gate import Blocker, Level
from bmdesk.domain.grading import OwnGrade
from bmdesk.services.grading.bench_view import UnitInHand
from bmdesk.texts import msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import are_words_large, mark, px, set_pixmap
from bmdesk.ui.views.bench.roomy import RoomyButton
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.scroll import scrolling
from bmdesk.ui.words import grade_tone, grade_words, told_first

_REASON_HEIGHT = 72
_LONGEST_ACTION = 96


class GradeCard(Card):
    """`told(SetGrade)`. When a grade needs a reason, the page says so and the card asks for it in place."""

    told = Signal(object)
    settled = Signal()  # the reason was given or given up: the keyboard may go back to the page

    def __init__(self) -> None:
        super().__init__(t("bench_page.grade"))
        self._pending = ""
        self._grades: tuple[OwnGrade, ...] = ()
        self._shown: tuple[object, ...] | None = None
        self.status = Pill()
        self.add_action(self.status)
        self.suggested = PlainLabel("", "huge")
        self.suggested.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.reasons = PlainLabel("", "note", wrap=True)
        self.reasons.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = scrolling(self.reasons)
        area.setFixedHeight(px(_REASON_HEIGHT))
        self._stack = QStackedWidget()
        self._stack.setFixedHeight(px(_REASON_HEIGHT))
        self._stack.addWidget(area)
        self._stack.addWidget(self._made_reason())
        self.buttons: dict[str, RoomyButton] = {}
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        self.add(self.suggested)
        self.add(self._stack)
        self.add(self._grid)

    def offer(self, grades: Sequence[OwnGrade]) -> None:
        """The seller's own grades, as buttons with the keys Alt+1, Alt+2 and so on."""
        if tuple(grades) == self._grades:
            return
        self._grades = tuple(grades)
        for button in self.buttons.values():
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = {}
        beside = 1 if are_words_large() else 2
        for number, grade in enumerate(grades):
            key = f"Alt+{number + 1}" if number < 9 else ""
            button = RoomyButton(
                msg("bench_page.as_it_is", words=grade.title.replace("&", "&&")),
                key,
                meaning=msg("bench_page.key_grade", grade=grade.title),
            )
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, code=grade.code: self._press(code))
            place, last = number % beside, number + 1 == len(grades)
            self._grid.addWidget(button, number // beside, place, 1, beside - place if last else 1)
            self.buttons[grade.code] = button
        self._shown = None

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place."""
        wanted = (unit.row.id, unit.suggestion, unit.grade, unit.own_grade, unit.waits_for_second_person)
        if wanted == self._shown:
            return
        if self._shown is None or self._shown[0] != unit.row.id:
            self.give_up()
        self._shown = wanted
        grade = unit.grade or unit.suggestion.grade
        self.suggested.setText(grade_words(grade))
        self.suggested.set_tone(grade_tone(grade))
        lines = [f"·  {render(reason)}" for reason in unit.suggestion.reasons]
        if unit.suggestion.premium_possible:
            lines.append(t("bench_page.premium_possible"))
        self.reasons.setText("\n".join(lines) or t("bench_page.no_reasons"))
        if unit.waits_for_second_person:
            self.status.show_words(t("bench_page.second_person"), Tone.WARN)
        elif unit.grade:
            self.status.show_words(t("bench_page.confirmed"), Tone.OK)
        else:
            self.status.show_words(t("bench_page.suggested"), Tone.NEUTRAL)
        self._show_chosen(unit.own_grade if unit.grade else "")

    def ask_reason(self, grade: str) -> None:
        """This grade differs from the suggestion: why? Asked where the reasons stand."""
        self._pending = grade
        title = next((own.title for own in self._grades if own.code == grade), grade)
        self._why.setText(t("bench_page.why_grade", grade=title))
        self.reason.clear()
        self._stack.setCurrentIndex(1)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def give_up(self) -> None:
        """No reason after all."""
        if self._stack.currentIndex() == 1:
            self._stack.setCurrentIndex(0)
            self._pending = ""
            self.settled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.asking:
            self.give_up()
        else:
            super().keyPressEvent(event)

    @property
    def asking(self) -> bool:
        """Whether a reason is asked for now."""
        return self._stack.currentIndex() == 1

    def _made_reason(self) -> QWidget:
        holder = QWidget()
        mark(holder, kind="clear")
        self._why = PlainLabel("", "note")
        self._why.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(t("bench_page.grade_reason"))
        self.reason.setAccessibleName(t("bench_page.grade_reason"))
        self.reason.setMaxLength(300)
        self.reason.returnPressed.connect(self._give_reason)
        ok = QPushButton(t("bench_page.ok"))
        ok.clicked.connect(self._give_reason)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.reason, 1)
        row.addWidget(ok)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._why)
        column.addLayout(row)
        column.addStretch()
        return holder

    def _press(self, code: str) -> None:
        self._show_chosen(str(self._shown[3]) if self._shown and self._shown[2] else "")
        self.give_up()
        self.told.emit(SetGrade(code))

    def _give_reason(self) -> None:
        words = " ".join(self.reason.text().split())
        if words:
            grade = self._pending
            self.give_up()
            self.told.emit(SetGrade(grade, words))

    def _show_chosen(self, own: str) -> None:
        for code, button in self.buttons.items():
            button.setChecked(code == own)


class BlockersCard(Card):
    """Why the unit may not be listed, each with what clears it; what is required stands out from what warns."""

    def __init__(self) -> None:
        super().__init__(t("bench_page.blockers"))
        self._shown: tuple[Blocker, ...] | None = None
        self.count = Pill()
        self.add_action(self.count)
        holder = QWidget()
        mark(holder, kind="clear")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(8)
        self.none = _BlockerRow()
        self.none.show_words("check", Tone.OK, t("bench_page.no_blockers"), t("bench_page.no_blockers_note"))
        self._column.addWidget(self.none)
        self._column.addStretch()
        self.rows: list[_BlockerRow] = []
        self.add(scrolling(holder), 1)

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place."""
        if unit.blockers == self._shown:
            return
        self._shown = unit.blockers
        while len(self.rows) < len(unit.blockers):
            row = _BlockerRow()
            self.rows.append(row)
            self._column.insertWidget(len(self.rows), row)
        for row, blocker in zip(self.rows, told_first(unit.blockers), strict=False):
            required = blocker.level is Level.REQUIRED
            tone = Tone.BAD if required else Tone.WARN
            row.show_words(
                "warning" if required else "info", tone, render(blocker.title), render(blocker.action)
            )
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(unit.blockers))
        self.none.setVisible(not unit.blockers)
        required_left = sum(1 for b in unit.blockers if b.level is Level.REQUIRED)
        self.count.setVisible(bool(unit.blockers))
        if required_left:
            self.count.show_words(t("bench_page.to_clear", count=required_left), Tone.BAD)
        else:
            self.count.show_words(t("bench_page.only_warnings"), Tone.WARN)


class _BlockerRow(QWidget):
    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._now: tuple[str, Tone, str, str] | None = None
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.title = PlainLabel("", "", wrap=True)
        self.action = PlainLabel("", "note", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.action)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.picture)
        row.addLayout(words, 1)

    def show_words(self, picture: str, tone: Tone, title: str, action: str) -> None:
        wanted = (picture, tone, title, action)
        if wanted != self._now:
            self._now = wanted
            set_pixmap(self.picture, picture, str(tone), 18)
            cut = (
                action
                if len(action) <= _LONGEST_ACTION
                else action[:_LONGEST_ACTION].rsplit(" ", 1)[0] + " …"
            )
            self.title.setText(title)
            self.action.setText(cut)
            self.setToolTip(hint(action) if cut != action else "")
            self.setAccessibleName(f"{title} {action}")
