"""A question to another system that takes a while, and its answer in a table: the dry run, the stock check."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from bmdesk.texts import Failure, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.syncing import Errand
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable

_TICK_MS = 300


class AskingDialog(QDialog):
    """Asks when it is given an errand; stopping or closing it ends the asking. A subclass puts its own buttons into
    `own_buttons` and says in `show_steps` how far it is.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        columns: Sequence[Column],
        fit: Fit,
        size: tuple[int, int],
        *,
        multi: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(px(size[0]), screen.width() - 60), min(px(size[1]), screen.height() - 60))
        self.heading = PlainLabel("", "heading", wrap=True)
        self.note = PlainLabel("", "note", wrap=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.problem = PlainLabel("", wrap=True)
        self.problem.set_tone(Tone.BAD)
        self.problem.hide()
        self.model = RowsModel(columns, self)
        self.table = DataTable(title, multi=multi)
        self.table.setModel(self.model)
        Fitting(self.table, fit)
        self.empty = EmptyState("sync", "")
        self.table.set_empty(self.empty)
        self.stop_button = QPushButton(t("sync_page.dry_stop"))
        self.close_button = QPushButton(t("sync_page.close"))
        mark(self.close_button, kind="primary")
        self.close_button.setDefault(True)
        sheet = Card()
        sheet.add(self.table, 1)
        self.own_buttons = QHBoxLayout()
        buttons = QHBoxLayout()
        buttons.addLayout(self.own_buttons)
        buttons.addStretch()
        buttons.addWidget(self.stop_button)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        for widget in (self.heading, self.note, self.progress, self.problem):
            column.addWidget(widget)
        column.addWidget(sheet, 1)
        column.addLayout(buttons)
        self._errand: Errand | None = None
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._count)
        self.stop_button.clicked.connect(self._stop)
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(lambda _: self._stop())

    def wait_for(self, errand: Errand) -> None:
        """It is under way."""
        self._errand = errand
        errand.crashed.connect(lambda _bug: self.show_crash())
        self._tick.start()

    def ended(self) -> None:
        """It is back."""
        self._tick.stop()
        self._errand = None
        self.progress.hide()
        self.stop_button.hide()

    def show_problems(self, failures: Sequence[Failure]) -> None:
        """In full, one below the other."""
        self.problem.setText("\n".join(_in_full(one) for one in failures))
        self.problem.show()

    def show_crash(self) -> None:
        """A fault of bmdesk's own; the crash report tells the rest."""
        raise NotImplementedError

    def show_steps(self, errand: Errand) -> None:
        """How far it is."""
        raise NotImplementedError

    def _count(self) -> None:
        if self._errand is not None:
            self.show_steps(self._errand)

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        if self._errand is not None:
            self._errand.cancel()


def _in_full(failure: Failure) -> str:
    return broken(f"{render(failure.title)}. {render(failure.happened)} {render(failure.todo)}", 900)
