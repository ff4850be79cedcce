"""The store: where it lies, how large it is, its backup; and how a backup is brought back."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QProgressBar, QPushButton

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import backup_plan, rights
from bmdesk.services.backup_plan import Kept
from bmdesk.services.backups import BackupReport, backup_store
from bmdesk.services.desk import Desk
from bmdesk.services.health import StoreReport, check_store
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, locale, msg, t
from bmdesk.ui.long_work import beside
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.settings.restore import RestoreQuestion, Restoring, begin_restore
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import Workplace


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What is shown of a store. `size`: bytes on disk, None where a server keeps it."""

    place: str
    size: int | None
    photos: str
    generation: str


class StoreSection(Section):
    """A backup runs beside the bench: scans go on while it is written."""

    reloads_on: frozenset[Change] = frozenset()
    _progress = Signal(int, int)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._stop, self._leaving = threading.Event(), threading.Event()
        self.restoring: Restoring | None = None
        card = Card(t("settings.store.card"))
        self.labels: dict[str, PlainLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        for row, (name, words) in enumerate(
            (
                ("place", t("settings.store.place")),
                ("size", t("settings.store.size")),
                ("photos", t("settings.store.photos")),
                ("generation", t("settings.store.generation")),
            )
        ):
            grid.addWidget(PlainLabel(words, "note"), row, 0, Qt.AlignmentFlag.AlignTop)
            self.labels[name] = PlainLabel("", wrap=True, selectable=True)
            grid.addWidget(self.labels[name], row, 1)
        grid.setColumnStretch(1, 1)
        card.add(grid)
        self.column.addWidget(card)
        self.column.addWidget(self._backup_card())
        self.column.addWidget(self._check_card())
        self.restore_button = ShortcutButton(msg("settings.restore.ask"), icon="upload", kind="danger")
        self.restore_button.clicked.connect(self._ask_archive)
        needs(self.restore_button, workplace, Right.RESTORE)
        line = QHBoxLayout()
        line.addWidget(self.restore_button)
        line.addStretch()
        back = Card(t("settings.store.restore"))
        back.add(PlainLabel(t("settings.store.restore_note"), "note", wrap=True))
        back.add(line)
        self.column.addWidget(back)
        self.column.addStretch(1)
        self._progress.connect(self._show_progress)
        for ends in (self._stop, self._leaving):
            workplace.window.closing.connect(ends.set)

    def load(self) -> None:
        self.workplace.read(_facts, then=self._show, key=(id(self), "facts"))

    def back_up(self, file: Path) -> None:
        """Write a backup to this file, on a thread of its own: scans and lists go on."""
        self._stop.clear()
        self._show_running(running=True)
        desk = self.workplace.desk
        beside(
            self,
            self.workplace,
            lambda: self._write(desk, file),
            self._was_written,
            ended=lambda: self._show_running(running=False),
        )

    def _write(self, desk: Desk, file: Path) -> BackupReport:
        rights.require(desk, Right.SETTINGS)  # all that is known of everybody, to wherever it is said

        def progress(done: int, total: int) -> bool:
            self._progress.emit(done, total)
            return not self._stop.is_set()

        return backup_store(DataDir(desk.photos.folder.parent), file, desk.clock, progress)

    def _show(self, facts: StoreFacts) -> None:
        size = t("settings.store.on_server") if facts.size is None else shown_size(facts.size)
        for name, words in (
            ("place", facts.place),
            ("size", size),
            ("photos", facts.photos),
            ("generation", facts.generation),
        ):
            self.labels[name].setText(words)

    def _show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _show_running(self, *, running: bool) -> None:
        self.backup_button.setEnabled(not running)
        self.cancel.setVisible(running)
        self.bar.setVisible(running)
        self.bar.setRange(0, 0)

    def _was_written(self, report: BackupReport) -> None:
        words = t("settings.store.written", file=report.file.name, photos=report.photos)
        self.workplace.window.say(Tone.OK, words, str(report.file), for_ms=10_000)

    def _ask_file(self) -> None:
        now = self.workplace.desk.clock.now()
        name, _ = QFileDialog.getSaveFileName(
            self,
            t("settings.store.backup_now"),
            f"bmdesk-{now:%Y-%m-%d}.zip",
            t("settings.store.backup_files"),
        )
        if name:
            self.back_up(Path(name))

    def _backup_card(self) -> Card:
        card = Card(t("settings.store.backup"))
        card.add(PlainLabel(t("settings.store.backup_note"), "note", wrap=True))
        self.backup_button = ShortcutButton(
            msg("settings.store.copy_now"), "Ctrl+B", icon="download", kind="primary"
        )
        self.backup_button.clicked.connect(self._ask_file)
        needs(self.backup_button, self.workplace, Right.SETTINGS)
        self.cancel = QPushButton(t("ui.cancel"))
        self.cancel.clicked.connect(self._stop.set)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.backup_button)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        row.addStretch()
        card.add(row)
        self._show_running(running=False)
        return card

    def restore(self, archive: Path) -> None:
        """Close the window, then replace the store; bmdesk ends afterwards and is started anew by a person."""
        self.restoring = begin_restore(self.workplace, archive)

    def _ask_archive(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, t("settings.store.restore"), "", t("settings.store.backup_files")
        )
        if name:
            self.workplace.read(backup_plan.looked_at, Path(name), then=self._ask)

    def _ask(self, found: tuple[Kept, bool]) -> None:
        kept, is_ours = found
        question = RestoreQuestion(self, kept, is_ours=is_ours)
        question.accepted.connect(lambda: self._prove(kept.file))
        question.open()

    def _prove(self, archive: Path) -> None:
        # Not from within the answer of the bridge: the window closes, and the bridge with it.
        self.workplace.with_pin(Right.RESTORE, lambda: QTimer.singleShot(0, lambda: self.restore(archive)))

    def check(self) -> None:
        """Read the whole store and every chain of history, behind the window."""
        self.check_button.setEnabled(False)
        self.verdict.set_tone(None)
        self.verdict.setText(t("settings.store.checking"))
        desk = self.workplace.desk
        beside(
            self,
            self.workplace,
            lambda: check_store(desk, lambda _done, _total: not self._leaving.is_set()),
            self._was_checked,
            failed=self._was_not_checked,
            ended=lambda: self.check_button.setEnabled(True),
        )

    def _was_checked(self, report: StoreReport) -> None:
        wrong = [
            *report.problems,
            *(broken.unit for broken in report.chains.broken),
            *report.chains.orphans,
            *report.photos_missing,
        ]
        if wrong:
            shown = ", ".join(one[:60] for one in wrong[:5])
            self.verdict.setText(t("settings.store.broken", count=len(wrong), shown=shown))
        else:
            words = t(
                "settings.store.whole",
                units=report.chains.units,
                entries=report.chains.entries,
                photos=report.photos,
            )
            self.verdict.setText(words)
        self.verdict.set_tone(Tone.BAD if wrong else Tone.OK)

    def _was_not_checked(self, failure: Failure) -> None:
        self.verdict.setText("")
        self.workplace.window.show_failure(failure)

    def _check_card(self) -> Card:
        card = Card(t("settings.store.check"))
        card.add(PlainLabel(t("settings.store.check_note"), "note", wrap=True))
        self.check_button = ShortcutButton(msg("settings.store.check_now"), "Ctrl+K", icon="search")
        self.check_button.clicked.connect(self.check)
        self.verdict = PlainLabel("", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.check_button)
        row.addWidget(self.verdict, 1)
        card.add(row)
        return card


def shown_size(size: int) -> str:
    """Bytes as a person reads them."""
    if size < 1_000_000:
        return t("settings.store.kilobytes", size=locale.number(size / 1000, 0))
    return t("settings.store.megabytes", size=locale.number(size / 1_000_000, 1))


def _facts(desk: Desk) -> StoreFacts:
    place = desk.store.place
    size = None
    if place.file is not None:
        sides = [place.file, place.file.with_name(place.file.name + "-wal")]
        size = sum(side.stat().st_size for side in sides if side.exists())
    return StoreFacts(place.shown, size, str(desk.photos.folder), desk.store.info("generation") or "1")
