"""Labels and printers: which printer, which size, how a label looks at its real size, and the cards of the bench."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel

from bmdesk.domain.changes import Change
from bmdesk.reports.company_cards import write_company_cards
from bmdesk.reports.labels import LabelSize, SizeUnreadable, UnitLabel, label_image, print_labels
from bmdesk.reports.printing import SystemPrinter, list_printers
from bmdesk.system import machine
from bmdesk.texts import msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.settings.fields import choice_editor, line_editor, switch_editor
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import company_setting, machine_setting
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import Workplace


class LabelSection(Section):
    """The preview follows the size as soon as it is kept."""

    reloads_on: frozenset[Change] = frozenset()  # asking the print service again and again would take seconds

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        card = self.card(t("settings.labels.card"))
        self._default_printer = ("", t("settings.labels.default_printer"))
        words = msg("settings.labels.printer")
        self.printer = self.field(
            card,
            words,
            machine_setting(workplace.machine, machine.LABEL_PRINTER),
            choice_editor(render(words), [self._default_printer]),
        )
        self.label_size = self.field(
            card,
            msg("settings.labels.size"),
            company_setting("label.size"),
            line_editor("62x29"),
            t("settings.unit.mm"),
        )
        self.label_size.kept.connect(self.preview)
        self.after_done = self.field(
            card,
            msg("settings.labels.after_done"),
            machine_setting(workplace.machine, machine.LABEL_AFTER_DONE),
            switch_editor(t("settings.on")),
        )
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.test = ShortcutButton(msg("settings.labels.test"), "Ctrl+T", icon="printer")
        self.test.clicked.connect(self._print_test)
        shown = Card(t("settings.labels.preview"))
        shown.add_action(self.test)
        shown.add(PlainLabel(t("settings.labels.preview_note"), "note", wrap=True))
        shown.add(self.picture)
        self.column.addWidget(shown)
        self.cards_button = ShortcutButton(msg("settings.labels.write_cards"), "Ctrl+P", icon="download")
        self.cards_button.clicked.connect(self._ask_file)
        sheet = Card(t("settings.labels.cards"))
        sheet.add(PlainLabel(t("settings.labels.cards_note"), "note", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self.cards_button)
        row.addStretch()
        sheet.add(row)
        self.column.addWidget(sheet)
        self.column.addStretch(1)

    def load(self) -> None:
        # The list of printers first: a chosen printer must be on offer when its name is shown.
        self.workplace.bridge.read(list_printers, then=self._offer, key=(id(self), "printers"))
        self.workplace.read(self.label_size.source.get, then=self.preview, key=(id(self), "size"))

    def preview(self, size: str) -> None:
        """Draw a sample label of this size, as large as it will be."""
        try:
            measured = LabelSize.parse(size)
        except SizeUnreadable:
            return
        picture = QPixmap.fromImage(label_image(_sample(), measured))
        screen = self.screen()
        dots = screen.physicalDotsPerInch() if screen is not None else 96.0
        width = round(measured.width / 25.4 * (dots if 60 <= dots <= 400 else 96.0))
        self.picture.setPixmap(picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))
        self.picture.setAccessibleName(t("settings.labels.preview"))

    def write_cards(self, file: Path) -> None:
        """Write the command cards of this company."""
        self.workplace.read(write_company_cards, file, then=lambda _: self.workplace.say_written(file))

    def _offer(self, printers: tuple[SystemPrinter, ...]) -> None:
        choices = [self._default_printer, *((p.name, p.description or p.name) for p in printers)]
        chosen = self.workplace.machine.get(machine.LABEL_PRINTER)
        if chosen and chosen not in {name for name, _ in choices}:
            choices.append((chosen, t("settings.labels.gone", name=chosen)))
        self.printer.editor.widget.set_choices(choices)  # type: ignore[attr-defined]
        super().load()

    def _print_test(self) -> None:
        printer = self.workplace.machine.get(machine.LABEL_PRINTER)
        try:
            size = LabelSize.parse(self.label_size.editor.read())
        except SizeUnreadable as bad:
            self.workplace.window.show_failure(bad)
            return
        self.workplace.bridge.read(
            print_labels,
            [_sample()],
            printer,
            size,
            then=lambda _: self.workplace.window.say(Tone.OK, t("settings.labels.sent"), for_ms=4000),
        )

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, t("settings.labels.write_cards"), "cards.pdf", t("settings.pdf_files")
        )
        if name:
            self.write_cards(Path(name))


def _sample() -> UnitLabel:
    return UnitLabel(
        identifier="356938035643809",
        sku="IP13-128-BLK-GOOD",
        title="iPhone 13 128 GB Midnight",
        grade=t("grade.good"),
        battery=92,
        batch=t("settings.labels.sample_batch"),
    )
