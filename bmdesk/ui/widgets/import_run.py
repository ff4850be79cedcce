"""An import that reads page after page from another system: how it stands, how far it is, and what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.import_runs import Import
from bmdesk.services.orders.history_import import History
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.workplace import Workplace

UNDER_WAY = frozenset({"running", "paused"})
_TONES = {"running": Tone.INFO, "paused": Tone.WARN, "done": Tone.OK, "cancelled": Tone.NEUTRAL}
Run: TypeAlias = History | Import


class ImportBar(QProgressBar):
    """How far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextVisible(False)
        self.setAccessibleName(t("import_run.progress"))

    def show_run(self, run: Run) -> None:
        paused = run.state == "paused"
        self.setRange(0, 100 if paused or run.percent is not None else 0)
        self.setValue(run.percent or 0)
        mark(self, tone="warn" if paused else "accent")


class ImportRun(QWidget):
    """One import. Whoever shows it connects its buttons."""

    def __init__(self, workplace: Workplace, right: Right) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.state, self.words = Pill(), PlainLabel()
        self.pause_button = QPushButton(t("import_run.pause"))
        self.resume_button = QPushButton(t("import_run.resume"))
        self.cancel_button = QPushButton(t("import_run.cancel"))
        self.bar = ImportBar()
        self.notes = PlainLabel("", "note", wrap=True)
        self.problem = PlainLabel("", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.state)
        head.addWidget(self.words)
        head.addStretch()
        for button in (self.pause_button, self.resume_button, self.cancel_button):
            button.setAutoDefault(False)
            needs(button, workplace, right)
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addLayout(head)
        for widget in (self.bar, self.notes, self.problem):
            column.addWidget(widget)

    def show_run(self, run: Run, words: str, notes: Sequence[str], tone: Tone = Tone.BAD) -> None:
        """`words`: which one it is; `notes`: what it met, a line each; `tone`: that of its problem."""
        under_way = run.state in UNDER_WAY
        self.state.show_words(render(import_runs.state_text(run.state)), _TONES.get(run.state, Tone.NEUTRAL))
        self.words.setText(words)
        self.pause_button.setVisible(run.state == "running")
        self.resume_button.setVisible(run.state == "paused")
        self.cancel_button.setVisible(under_way)
        self.bar.setVisible(under_way)
        self.bar.show_run(run)
        self.notes.setText("\n".join(notes))
        told = " ".join(render(text) for text in (run.problem, run.todo) if text is not None)
        self.problem.setVisible(bool(told))
        self.problem.setText(broken(told, 600))
        self.problem.set_tone(tone)
