"""A dialog that shows what would happen to listings, row by row, and does exactly that when a person says so.

What a room asks in such a dialog is its own; here it is read beside the window, shown, confirmed by what was shown, and
shown anew where something changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.texts import Failure, Text, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace

_SEEN_HEIGHT = 160
_LONGEST = 900


def with_problems(words: str, problems: int) -> str:
    """A summary, and how many were left out where some were."""
    return f"{words} · {t('listings_page.with_reason', count=problems)}" if problems else words


class PreviewDialog(QDialog):
    """`confirmed(result)` after it was done. Subclasses say the words, and answer what stands below them."""

    confirmed = Signal(object)
    loaded = Signal()

    changed_since: tuple[type[Failure], ...] = ()
    """What is raised where the preview is no longer true."""
    right = Right.MANAGEMENT
    note: Text
    yes_words: Text
    running: Text
    """What the run says while it lasts."""

    def __init__(
        self,
        parent: QWidget,
        workplace: Workplace,
        run: LongRun,
        account_id: str,
        ids: Sequence[str],
        markets: Sequence[str],
    ) -> None:
        super().__init__(parent)
        self.shown: Any = None
        self.workplace, self.run = workplace, run
        self.account_id, self.ids = account_id, list(ids)
        self.setWindowTitle(self.title())
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(1080, room.width() - 60), min(740, room.height() - 60))
        self._build(self.choices(markets))
        self.run.told.connect(self._tell)
        self.load()

    # -- what subclasses say

    def title(self) -> str:
        """What is done, and to how many."""
        raise NotImplementedError

    def choices(self, markets: Sequence[str]) -> Sequence[QWidget]:
        """What can be chosen, in one line above the table; whatever changes there calls `load`."""
        raise NotImplementedError

    def columns(self) -> Sequence[Column]:
        """The columns of the table."""
        raise NotImplementedError

    def ask(self, desk: Desk) -> Any:
        """The preview of what is chosen now. Reader thread."""
        raise NotImplementedError

    def missing(self) -> str:
        """What must be chosen before anything can be shown; "" where nothing is missing."""
        return ""

    def rows_of(self, shown: Any) -> Sequence[Any]:
        """The rows of the table."""
        raise NotImplementedError

    def summary(self, shown: Any) -> tuple[str, Tone | None]:
        """What all of it comes to."""
        raise NotImplementedError

    def told(self, row: Any) -> Sequence[tuple[str, str]]:
        """The row under the keyboard in full: (caption, words)."""
        raise NotImplementedError

    def may_go(self, shown: Any) -> bool:
        """Whether there is anything to confirm."""
        raise NotImplementedError

    def work(self, desk: Desk, shown: Any, progress: Any) -> Any:
        """Do exactly what was shown."""
        raise NotImplementedError

    # -- how it goes

    def load(self) -> None:
        """Read the preview; until it is here nothing can be confirmed."""
        self.shown = None
        self.yes.setEnabled(False)
        lacking = self.missing()
        if lacking:
            self._say(lacking, None)
            self._model.set_rows([])
            self._tell_row(-1)
            self.bar.hide()
            return
        self._say(t("listings_page.reading_preview"), Tone.NEUTRAL)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.run.read(self.ask, then=self._show, failed=self._unread, key=(id(self), "preview"))

    def confirm(self) -> None:
        """Do exactly what is shown."""
        shown = self.shown
        if shown is None or self.run.running:
            return

        def work(desk: Desk, progress: Any) -> Any:
            return self.work(desk, shown, progress)

        def begin() -> None:
            if self.run.run(render(self.running), work, then=self._done, failed=self._refused):
                self._rest(resting=True)

        self.workplace.with_pin(self.right, begin, self._refused)

    def reject(self) -> None:
        """While it runs: stop after the page under way. Else: close."""
        if self.run.running and not self._what.isEnabled():
            self.run.stop()
        else:
            super().reject()

    def _show(self, shown: Any) -> None:
        self.shown = shown
        self.bar.hide()
        self._say(*self.summary(shown))
        rows = list(self.rows_of(shown))
        self._model.set_rows(rows)
        if rows:
            self.table.choose_row(0)
        self._tell_row(0 if rows else -1)
        self.yes.setEnabled(self.may_go(shown))
        if self.yes.isEnabled():
            self.yes.setFocus()
        self.loaded.emit()

    def _tell_row(self, number: int) -> None:
        row = self._model.row(number) if number >= 0 else None
        found = list(self.told(row)) if row is not None else []
        for at, (caption, words) in enumerate(self._seen):
            there = at < len(found) and bool(found[at][1])
            caption.setVisible(there)
            words.setVisible(there)
            if there:
                caption.setText(found[at][0])
                words.setText(broken(found[at][1], _LONGEST))

    def _say(self, words: str, tone: Tone | None) -> None:
        self.words.setText(words)
        self.words.set_tone(tone)

    def _unread(self, failure: Failure) -> None:
        self.bar.hide()
        self._say(refusal_words(failure), Tone.BAD)

    def _refused(self, failure: Failure) -> None:
        self._rest(resting=False)
        self.said.setText(refusal_words(failure))
        self.said.set_tone(Tone.BAD)
        self.said.show()
        if isinstance(failure, self.changed_since):
            self.said.setText(t("listings_page.look_again"))
            self.said.set_tone(Tone.WARN)
            self.load()

    def _done(self, done: Any) -> None:
        self._rest(resting=False)
        self.accept()
        self.confirmed.emit(done)

    def _rest(self, *, resting: bool) -> None:
        self._what.setEnabled(not resting)
        self.yes.setEnabled(not resting and self.shown is not None)
        self.bar.setVisible(resting)
        if resting:
            self.said.hide()
            self.bar.setRange(0, 0)

    def _tell(self, done: int, total: int) -> None:
        if not self._what.isEnabled():
            self.bar.setRange(0, max(total, 1))
            self.bar.setValue(done)

    # -- how it is put together

    def _build(self, what: Sequence[QWidget]) -> None:
        self._what = QWidget()
        mark(self._what, kind="clear")
        row = QHBoxLayout(self._what)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for widget in what:
            row.addWidget(widget, 1 if isinstance(widget, Flow) else 0)
        if not any(isinstance(widget, Flow) for widget in what):
            row.addStretch(1)
        self.words = PlainLabel("", wrap=True)
        self.said = PlainLabel("", wrap=True)
        self.said.hide()
        self.table = DataTable(self.title())
        self._model = RowsModel(self.columns(), self.table)
        self.table.setModel(self._model)
        self.table.current_changed.connect(self._tell_row)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        mark(self.bar, tone="accent")
        self.yes = QPushButton(render(self.yes_words))
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(self.title(), "title", wrap=True))
        column.addWidget(PlainLabel(render(self.note), "note", wrap=True))
        column.addWidget(self._what)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addWidget(self._pane())
        column.addWidget(self.said)
        column.addLayout(Answers(self, self.yes, self.bar))

    def _pane(self) -> QWidget:
        """The row under the keyboard in full; what does not fit scrolls."""
        area = ScrollColumn()
        area.setFixedHeight(px(_SEEN_HEIGHT))
        self._seen: list[tuple[PlainLabel, PlainLabel]] = []
        for _ in range(4):
            caption, words = PlainLabel("", "caption"), PlainLabel("", wrap=True, selectable=True)
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            area.column.addWidget(caption)
            area.column.addWidget(words)
            self._seen.append((caption, words))
        area.column.addStretch(1)
        return area
