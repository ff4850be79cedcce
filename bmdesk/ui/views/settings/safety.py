"""Data safety: backups that make themselves, those there are and how one is brought back, and how long customers' data
are kept.

When a backup is due and which may go is services.backup_plan; erasing is services.privacy.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QPushButton

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import backup_plan
from bmdesk.services.backup_plan import Kept, Standing
from bmdesk.services.backups import BackupReport
from bmdesk.services.desk import Desk
from bmdesk.system import machine as m
from bmdesk.system.paths import DataDir
from bmdesk.texts import msg, t
from bmdesk.ui.long_work import beside
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.settings.fields import line_editor
from bmdesk.ui.views.settings.restore import RestoreQuestion, Restoring, begin_restore
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import company_setting, machine_setting
from bmdesk.ui.views.settings.store import shown_size
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import ROW_HEIGHT, DataTable
from bmdesk.ui.words import moment
from bmdesk.ui.workplace import Workplace

_ROWS = 7


class SafetySection(Section):
    """Whoever opens it sees at once how old the newest backup is."""

    reloads_on: frozenset[Change] = frozenset({Change.SETTINGS})
    _progress = Signal(int, int)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._stop = threading.Event()
        self._possible = True
        self.question: RestoreQuestion | None = None
        self.restoring: Restoring | None = None
        self.column.addWidget(self._backups_card())
        self._plan_card()
        private = self.card(t("settings.safety.private"), t("settings.safety.private_note"))
        self.months = self.field(
            private,
            msg("settings.safety.months"),
            company_setting("privacy.keep_months"),
            line_editor(),
            t("settings.safety.unit_months"),
        )
        needs(self.months, workplace, Right.PERSONAL_DATA)
        self.column.addStretch(1)
        self._progress.connect(self._show_progress)
        workplace.window.closing.connect(self._stop.set)

    def load(self) -> None:
        super().load()
        machine = self.workplace.machine

        def look(desk: Desk) -> tuple[Standing, tuple[Kept, ...]]:
            found = backup_plan.standing(desk, _data(desk), machine)
            return found, backup_plan.listed(desk, found.plan)

        self.workplace.read(look, then=self._show, key=(id(self), "backups"))

    def back_up(self) -> None:
        """Make today's backup now, on a thread of its own: scans and lists go on."""
        self._stop.clear()
        self._show_running(running=True)
        desk, machine = self.workplace.desk, self.workplace.machine

        def write() -> BackupReport:
            data = _data(desk)
            return backup_plan.run(desk, data, backup_plan.plan(desk, data, machine), self._told)

        beside(self, self.workplace, write, self._was_written, ended=self._has_ended)

    def ask_restore(self) -> None:
        """Bring the chosen backup back: a word is typed, then the PIN, then the window closes."""
        row = self.table.currentIndex().row()
        if not 0 <= row < self.model.rowCount():
            return
        chosen = self.model.row(row)
        assert isinstance(chosen, Kept)
        self.workplace.read(backup_plan.looked_at, chosen.file, then=self._ask)

    def _ask(self, found: tuple[Kept, bool]) -> None:
        kept, is_ours = found
        self.question = RestoreQuestion(self, kept, is_ours=is_ours)
        self.question.accepted.connect(lambda: self._prove(kept.file))
        self.question.open()

    def _prove(self, file: Path) -> None:
        # Not from within the answer of the bridge: the window closes, and the bridge with it.
        self.workplace.with_pin(Right.RESTORE, lambda: QTimer.singleShot(0, lambda: self._restore(file)))

    def _restore(self, file: Path) -> None:
        self.restoring = begin_restore(self.workplace, file)

    def _told(self, done: int, total: int) -> bool:
        self._progress.emit(done, total)
        return not self._stop.is_set()

    def _show(self, found: tuple[Standing, tuple[Kept, ...]]) -> None:
        standing, kept = found
        self.model.set_rows(kept)
        if self.table.currentIndex().row() < 0 and kept:
            self.table.selectRow(0)
        self.table.setFixedHeight(ROW_HEIGHT * (1 + min(len(kept), _ROWS)) + 2)
        self.table.setVisible(bool(kept))
        self.restore_button.setVisible(bool(kept))
        self._possible = standing.plan.possible
        self.now_button.setEnabled(self._possible and not self._running)
        words, tone = _standing_words(standing)
        self.verdict.setText(words)
        self.verdict.set_tone(tone)
        self.disk.setText(t("settings.safety.same_disk") if standing.same_disk else "")
        self.disk.setVisible(standing.same_disk and standing.plan.possible)
        self.place.setText(str(standing.plan.folder))

    def _show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _show_running(self, *, running: bool) -> None:
        self._running = running
        self.now_button.setEnabled(self._possible and not running)
        self.cancel.setVisible(running)
        self.bar.setVisible(running)
        self.bar.setRange(0, 0)

    def _has_ended(self) -> None:
        self._show_running(running=False)

    def _was_written(self, report: BackupReport) -> None:
        words = t("settings.store.written", file=report.file.name, photos=report.photos)
        self.workplace.window.say(Tone.OK, words, str(report.file), for_ms=10_000)
        self.load()

    def _backups_card(self) -> Card:
        card = Card(t("settings.safety.backups"))
        self.verdict = PlainLabel("", wrap=True)
        self.disk = PlainLabel("", "note", wrap=True)
        self.place = PlainLabel("", "note", wrap=True, selectable=True)
        self.model = RowsModel(_columns(), self, key=lambda row: row.file)
        self.table = DataTable(t("settings.safety.backups"))
        self.table.setModel(self.model)
        self.table.hide()
        self.table.opened.connect(lambda _: self.ask_restore())
        self.now_button = ShortcutButton(
            msg("settings.store.backup_now"), "Ctrl+B", icon="download", kind="primary"
        )
        self.now_button.clicked.connect(self.back_up)
        self.restore_button = ShortcutButton(msg("settings.safety.restore"), icon="upload", kind="danger")
        self.restore_button.clicked.connect(self.ask_restore)
        self.restore_button.hide()
        needs(self.restore_button, self.workplace, Right.RESTORE)
        self.cancel = QPushButton(t("ui.cancel"))
        self.cancel.clicked.connect(self._stop.set)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.now_button)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        row.addStretch()
        row.addWidget(self.restore_button)
        for shown in (self.verdict, self.disk, self.table, self.place):
            card.add(shown)
        card.add(row)
        self._show_running(running=False)
        return card

    def _plan_card(self) -> None:
        card = self.card(t("settings.safety.plan"), t("settings.safety.plan_note"))
        machine = self.workplace.machine
        self.at = self.field(
            card,
            msg("settings.safety.at"),
            machine_setting(machine, m.BACKUP_AT, Right.SETTINGS),
            line_editor(),
        )
        self.folder = self.field(
            card,
            msg("settings.safety.folder"),
            machine_setting(machine, m.BACKUP_FOLDER, Right.SETTINGS),
            line_editor(t("settings.safety.beside")),
        )
        self.days = self.field(
            card,
            msg("settings.safety.days"),
            machine_setting(machine, m.BACKUP_DAYS, Right.SETTINGS),
            line_editor(),
        )
        self.weeks = self.field(
            card,
            msg("settings.safety.weeks"),
            machine_setting(machine, m.BACKUP_WEEKS, Right.SETTINGS),
            line_editor(),
        )
        choose = QPushButton(t("settings.safety.choose"))
        choose.clicked.connect(self._choose)
        # Another folder takes everything out of the house, and a low number lets older backups go.
        for widget in (self.at, self.folder, self.days, self.weeks, choose):
            needs(widget, self.workplace, Right.SETTINGS)
        card.add_action(choose)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, t("settings.safety.choose"), self.folder.editor.read()
        )
        if folder:
            self.folder.editor.show(folder)
            self.folder.keep()


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("settings.safety.column_made"), lambda row: moment(row.made_at), width=170),
        Column(t("settings.safety.column_size"), lambda row: shown_size(row.size), number=True, width=110),
        Column(t("settings.safety.column_photos"), lambda row: str(row.photos), number=True, width=90),
        Column(t("settings.safety.column_file"), lambda row: row.file.name[:120], stretch=True),
    )


def _standing_words(standing: Standing) -> tuple[str, Tone]:
    if not standing.plan.possible:
        return t("settings.safety.on_server"), Tone.NEUTRAL
    if standing.age is None:
        return t("settings.safety.none"), Tone.BAD
    if standing.late:
        return t("settings.safety.late", count=standing.age.days), Tone.BAD
    if standing.age < timedelta(days=1):
        return t("settings.safety.fresh"), Tone.OK
    return t("settings.safety.days_old", count=standing.age.days), Tone.OK


def _data(desk: Desk) -> DataDir:
    return DataDir(desk.photos.folder.parent)
