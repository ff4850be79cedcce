"""When something is wrong: known troubles with cause and step, the log, crash reports, a report to send; and what runs
while nobody looks.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout

from bmdesk.domain.changes import Change
from bmdesk.services import support_bundle, troubles
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.services.support_bundle import Bundle
from bmdesk.services.syncing.sync_health import Level
from bmdesk.services.troubles import Found
from bmdesk.system import crashes, machine
from bmdesk.system.autostart import Autostart
from bmdesk.system.crashes import Report
from bmdesk.system.paths import DataDir
from bmdesk.texts import msg, render, t
from bmdesk.ui.long_work import beside
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.settings.fields import switch_editor
from bmdesk.ui.views.settings.notice import Notice
from bmdesk.ui.views.settings.program_log import ProgramLogDialog
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import Source, machine_setting
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace


class SupportSection(Section):
    """Looks only when asked: finding troubles reads many rows."""

    reloads_on: frozenset[Change] = frozenset()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.data = DataDir(workplace.desk.photos.folder.parent)
        self.autostart = Autostart(self.data)
        self.found: list[Notice] = []
        self.column.addWidget(self._troubles_card())
        self.column.addWidget(self._report_card())
        background = self.card(t("settings.support.background"), t("settings.support.background_note"))
        self.keep_syncing = self.field(
            background,
            msg("settings.support.keep_syncing"),
            machine_setting(workplace.machine, machine.KEEP_SYNCING),
            switch_editor(t("settings.on")),
        )
        self.starts = self.field(
            background, msg("settings.support.autostart"), self._autostart(), switch_editor(t("settings.on"))
        )
        self.column.addStretch(1)

    def load(self) -> None:
        super().load()
        folder = self.data.crashes
        self.workplace.bridge.read(
            lambda: crashes.kept(folder), then=self._show_crashes, key=(id(self), "crashes")
        )

    def look(self) -> None:
        """Look for the known troubles, and say each that is there."""
        self.look_button.setEnabled(False)
        syncing = self.workplace.syncing
        has_secret = syncing.has_secret if syncing is not None else lambda _secret: True
        self.workplace.read(
            troubles.found,
            has_secret,
            then=self._show_found,
            failed=self._not_found,
            key=(id(self), "troubles"),
        )

    def show_log(self) -> ProgramLogDialog:
        """Open the program's log."""
        dialog = ProgramLogDialog(self.workplace, self.data)
        dialog.open()
        return dialog

    def write_report(self, file: Path) -> None:
        """Write the report for support to this file."""
        self.report_button.setEnabled(False)
        desk = self.workplace.desk
        beside(
            self,
            self.workplace,
            lambda: support_bundle.write_from(desk, self.data, file),
            self._was_written,
            ended=lambda: self.report_button.setEnabled(True),
        )

    # -- what is shown

    def _show_found(self, found: tuple[Found, ...]) -> None:
        self.look_button.setEnabled(True)
        self.verdict.setText("" if found else t("settings.support.no_trouble"))
        self.verdict.set_tone(None if found else Tone.OK)
        for notice in self.found:
            self.notices.removeWidget(notice)
            notice.deleteLater()
        self.found = []
        for one in found:
            notice = Notice()
            tone = Tone.BAD if one.level is Level.ERROR else Tone.WARN
            why = t("settings.support.why", happened=one.happened, cause=one.trouble.cause)
            title, step = one.trouble.title, one.trouble.step
            head = t("trouble.of_account", title=title, account=one.account) if one.account else render(title)
            todo = (
                t("settings.support.todo_more", todo=one.todo, step=step)
                if one.todo is not None
                else render(step)
            )
            notice.show_words(tone, head, why, todo)
            self.notices.addWidget(notice)
            self.found.append(notice)

    def _not_found(self, failure: Exception) -> None:
        self.look_button.setEnabled(True)
        self.workplace.bridge.failure.emit(failure)

    def _show_crashes(self, reports: list[Report]) -> None:
        self.crashes_label.setText(t("settings.support.crashes", count=len(reports)))
        self.crashes_label.setVisible(bool(reports))
        self.forget_button.setVisible(bool(reports))

    def _forget_crashes(self) -> None:
        folder = self.data.crashes

        def forget() -> list[Report]:
            for report in crashes.kept(folder):
                crashes.delete(report)
            return crashes.kept(folder)

        self.workplace.bridge.read(forget, then=self._show_crashes, key=(id(self), "crashes"))

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, t("settings.support.report"), "bmdesk-report.zip", t("settings.support.zip_files")
        )
        if name:
            self.write_report(Path(name))

    def _was_written(self, bundle: Bundle) -> None:
        self.workplace.say_written(bundle.file)

    # -- how it is put together

    def _troubles_card(self) -> Card:
        card = Card(t("settings.support.troubles"))
        card.add(PlainLabel(t("settings.support.troubles_note"), "note", wrap=True))
        self.look_button = QPushButton(t("settings.support.look"))
        self.look_button.clicked.connect(self.look)
        self.verdict = PlainLabel("", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.look_button)
        row.addWidget(self.verdict, 1)
        self.notices = QVBoxLayout()
        self.notices.setSpacing(8)
        card.add(row)
        card.add(self.notices)
        return card

    def _report_card(self) -> Card:
        card = Card(t("settings.support.report_card"))
        card.add(PlainLabel(t("settings.support.report_note"), "note", wrap=True))
        self.log_button = QPushButton(t("settings.support.show_log"))
        self.log_button.clicked.connect(self.show_log)
        self.report_button = QPushButton(t("settings.support.report"))
        self.report_button.clicked.connect(self._ask_file)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.log_button)
        row.addWidget(self.report_button)
        row.addStretch()
        self.crashes_label = PlainLabel("", wrap=True)
        self.forget_button = QPushButton(t("settings.support.forget"))
        self.forget_button.clicked.connect(self._forget_crashes)
        below = QHBoxLayout()
        below.setSpacing(10)
        below.addWidget(self.crashes_label, 1)
        below.addWidget(self.forget_button)
        self.crashes_label.hide()
        self.forget_button.hide()
        card.add(row)
        card.add(below)
        return card

    def _autostart(self) -> Source:
        """The desktop's own entry, as a setting like the others."""
        entry = self.autostart

        def put(_: Desk, value: str) -> Saved:
            if value == "true":
                entry.turn_on()
            else:
                entry.turn_off()
            return Saved("autostart", frozenset({Change.SETTINGS}))

        return Source(
            "autostart",
            msg("settings.support.autostart_note"),
            "false",
            lambda _: "true" if entry.is_on() else "false",
            put,
            lambda desk: put(desk, "false"),
            ("true", "false"),
        )
