"""The scanner: a field that says what a scan is taken for, and how scans are told from typing and from each other."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from bmdesk.domain.cards import card_text
from bmdesk.domain.scan import AmbiguousScan, CommandScan, UnreadableScan, clean, route
from bmdesk.domain.scanned import Scan
from bmdesk.system import machine
from bmdesk.texts import Text, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.settings.fields import line_editor
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import machine_setting
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace


class ScannerSection(Section):
    """A test scan does nothing but tell what it is."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        test = Card(t("settings.scanner.test"))
        test.add(PlainLabel(t("settings.scanner.test_note"), "note", wrap=True))
        self.test = QLineEdit()
        self.test.setMaxLength(600)
        self.test.setPlaceholderText(t("settings.scanner.test_hint"))
        self.test.setAccessibleName(t("settings.scanner.test"))
        self.test.returnPressed.connect(lambda: self.try_scan(self.test.text()))
        self.answer = PlainLabel("", "heading", wrap=True)
        self.detail = PlainLabel("", "note", wrap=True)
        for widget in (self.test, self.answer, self.detail):
            test.add(widget)
        self.column.addWidget(test)
        card = self.card(t("settings.scanner.card"), t("settings.scanner.note"))
        for key, label, unit in (
            (machine.SCANNER_PREFIXES, msg("settings.scanner.prefixes"), ""),
            (machine.SCANNER_PORT, msg("settings.scanner.port"), ""),
            (machine.SCANNER_GAP_MS, msg("settings.scanner.gap"), t("settings.unit.ms")),
        ):
            self.field(card, label, machine_setting(workplace.machine, key), line_editor(), unit)
        self.column.addStretch(1)

    def try_scan(self, text: str) -> None:
        """Say what this text would be taken for at the bench."""
        self.test.setText(clean(text))
        scan = route(text)
        self.test.selectAll()
        if isinstance(scan, UnreadableScan):
            self.answer.setText(render(scan.reason))
            self.answer.set_tone(Tone.BAD)
        elif isinstance(scan, AmbiguousScan):
            kinds = tuple(Text(f"kind.{kind.value}") for kind in scan.kinds)
            self.answer.setText(t("settings.scanner.unclear", kinds=kinds))
            self.answer.set_tone(Tone.WARN)
        else:
            self.answer.setText(t("settings.scanner.is", kind=Text(f"kind.{scan.kind.value}")))
            self.answer.set_tone(Tone.OK)
        self.detail.setText(t("settings.scanner.read", text=_read(scan)))


def _read(scan: Scan) -> str:
    return card_text(scan.command) if isinstance(scan, CommandScan) else scan.text
