"""Bringing a backup back from the window: a word typed, the window closed, the store replaced, the outcome said.

A restore wants the store alone, this window's own connections included. So the window leaves first; what is shown
meanwhile stands by itself and touches no store.
"""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.services.backup_plan import Kept
from bmdesk.services.backups import restore_store
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import moment, refusal_words
from bmdesk.ui.workplace import Workplace


def begin_restore(workplace: Workplace, archive: Path) -> Restoring | None:
    """Close the window, then replace the store; bmdesk ends afterwards and is started anew by a person. None where the
    window would not close.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return None
    app.setQuitOnLastWindowClosed(False)  # the window goes, the restore stays
    desk = workplace.desk
    if not workplace.window.close():
        app.setQuitOnLastWindowClosed(True)
        return None
    desk.store.close()  # whoever closes windows has done so already; a restore wants to be sure
    restoring = Restoring(DataDir(desk.photos.folder.parent), archive)
    restoring.start()
    return restoring


class RestoreQuestion(QDialog):
    """Says what is lost from sight and asks for the word; `accepted` fires only when it was typed."""

    def __init__(self, parent: QWidget, found: Kept, *, is_ours: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("settings.store.restore"))
        self.setModal(True)
        self.setMinimumWidth(px(520))
        word = t("settings.restore.word")
        self.word = QLineEdit()
        self.word.setMaxLength(40)
        self.word.setPlaceholderText(word)
        self.word.setAccessibleName(t("settings.restore.type", word=word))
        self.yes = QPushButton(t("settings.restore.yes"))
        mark(self.yes, kind="danger")
        self.yes.setEnabled(False)
        self.yes.clicked.connect(self.accept)
        answers = Answers(self, self.yes)
        self.no = answers.no
        self.no.setDefault(True)
        self.word.textChanged.connect(lambda typed: self.yes.setEnabled(typed.strip() == word))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(
            PlainLabel(t("settings.restore.question", file=found.file.name[:80]), "heading", wrap=True)
        )
        if not is_ours:
            other = PlainLabel(t("settings.restore.other_store"), wrap=True)
            other.set_tone(Tone.BAD)
            column.addWidget(other)
        column.addWidget(PlainLabel(t("settings.restore.made", at=moment(found.made_at)), wrap=True))
        column.addWidget(PlainLabel(t("settings.restore.happens"), wrap=True))
        column.addWidget(PlainLabel(t("settings.restore.type", word=word), wrap=True))
        column.addWidget(self.word)
        column.addLayout(answers)
        self.word.setFocus()


class Restoring(QDialog):
    """Replaces the store of this folder on a thread of its own. `ended(whole, failure or None)` when that is over."""

    ended = Signal(bool, object)

    def __init__(self, data: DataDir, file: Path) -> None:
        super().__init__()
        self.setWindowTitle(t("settings.store.restore"))
        self.setMinimumWidth(px(520))
        self._data = data
        self._file = file
        self.running = False
        self.said = PlainLabel(t("settings.restore.running", file=file.name[:80]), wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.leave = QPushButton(t("settings.restore.leave"))
        mark(self.leave, kind="primary")
        self.leave.setEnabled(False)
        self.leave.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(PlainLabel(t("settings.store.restore"), "title"))
        column.addWidget(self.said)
        column.addLayout(row)
        self.ended.connect(self._show)

    def start(self) -> None:
        """Show and begin. Nobody may use the store any more."""
        self.running = True
        self.show()
        threading.Thread(target=self._run, name="bmdesk-restore", daemon=False).start()

    def reject(self) -> None:
        if not self.running:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.running:
            event.ignore()  # half a restore would be worse than waiting
            return
        event.accept()
        QApplication.quit()

    def _run(self) -> None:
        failure: Failure | None = None
        whole = False
        try:
            restore_store(self._data, self._file)
            whole = True
        except Failure as refused:
            failure = refused
        finally:  # a bug goes to the crash report; the person must be able to leave all the same
            self.ended.emit(whole, failure)

    def _show(self, whole: bool, failure: Failure | None) -> None:
        self.running = False
        self.bar.hide()
        if whole:
            self.said.setText(t("settings.restore.done", file=self._file.name[:80]))
            self.said.set_tone(Tone.OK)
        elif failure is None:
            self.said.setText(t("settings.restore.crashed"))
            self.said.set_tone(Tone.BAD)
        else:
            self.said.setText(refusal_words(failure))
            self.said.set_tone(Tone.BAD)
        self.leave.setEnabled(True)
        self.leave.setFocus()
