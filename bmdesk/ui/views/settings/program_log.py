"""The program's own log in a window: by level, by words, each entry in full under the list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from bmdesk.services import program_log
from bmdesk.services.program_log import ProgramLine
from bmdesk.system.paths import DataDir
from bmdesk.texts import t
from bmdesk.ui.long_work import beside
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.log_levels import LogLevels
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import log_tone, log_words, moment
from bmdesk.ui.workplace import Workplace


class ProgramLogDialog(QDialog):
    """Reads when it opens, and again when asked; level and words choose from what was read."""

    def __init__(self, workplace: Workplace, data: DataDir) -> None:
        super().__init__(workplace.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("program_log.title"))
        screen = workplace.window.size()
        self.resize(min(1100, screen.width() - 60), min(720, screen.height() - 60))
        self._workplace, self._data = workplace, data
        self.levels = LogLevels()
        self.search = SearchBox(t("program_log.search"))
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("program_log.title"))
        self.table.setModel(self.model)
        self.table.set_empty(EmptyState("history", t("program_log.empty")))
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(t("program_log.details"))
        self.details.setMaximumHeight(px(170))
        self._lines: tuple[ProgramLine, ...] = ()
        again = self._again = QPushButton(t("program_log.again"))
        copy = QPushButton(t("program_log.copy"))
        close = QPushButton(t("window.ended.close"))
        again.clicked.connect(self.ask)
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.accept)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.levels)
        head.addStretch()
        head.addWidget(self.search)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(again)
        foot.addWidget(copy)
        foot.addStretch()
        foot.addWidget(close)
        for button in (again, copy, close):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(t("program_log.title"), "title", wrap=True))
        column.addWidget(PlainLabel(t("program_log.note"), "note", wrap=True))
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.details)
        column.addLayout(foot)
        self.levels.chosen.connect(lambda _: self.choose())
        self.search.searched.connect(lambda _: self.choose())
        self.table.current_changed.connect(self._show_line)
        self.table.setFocus()
        self.ask()

    def ask(self) -> None:
        """Read what stands in the log now."""
        place, data, desk = self._workplace, self._data, self._workplace.desk
        self._again.setEnabled(False)
        beside(
            self,
            place,
            lambda: program_log.read(desk, data),
            self._take,
            ended=lambda: self._again.setEnabled(True),
        )

    def choose(self) -> None:
        """Show what the level and the words leave of it."""
        self.details.clear()
        self.model.reset(program_log.only(self._lines, self.levels.wanted, self.search.text().strip()))

    def _take(self, lines: tuple[ProgramLine, ...]) -> None:
        self._lines = lines
        self.choose()

    def _show_line(self, number: int) -> None:
        line = self.model.row(number)
        self.details.setPlainText(
            "" if line is None else f"{line.at.isoformat()}  {line.source}\n{line.text}"
        )

    def _copy(self) -> None:
        lines = [self.model.row(number) for number in range(self.model.rowCount())]
        said = "\n".join(
            f"{one.at.isoformat()} {one.level} {one.source}: {one.text}" for one in lines if one is not None
        )
        QApplication.clipboard().setText(said)


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("sync_page.column_at"), lambda e: moment(e.at), width=160),
        Column(
            t("sync_page.column_level"),
            lambda e: log_words(e.level),
            pill=lambda e: log_tone(e.level) or Tone.NEUTRAL,
            width=104,
        ),
        Column(t("program_log.source"), lambda e: e.source, width=200),
        Column(t("sync_page.column_text"), lambda e: e.first[:400], stretch=True),
    )
