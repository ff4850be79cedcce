"""Labels: which printer, how each kind looks at its real size, what waits for the printer, the cards to cut out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from bmdesk.domain.changes import Change
from bmdesk.reports.company_cards import write_company_cards
from bmdesk.reports.printing import SystemPrinter, list_printers
from bmdesk.reports.zpl_printer import NAME
from bmdesk.services import printing
from bmdesk.services.desk import Desk
from bmdesk.services.printing import PrintJob, Standing
from bmdesk.system import machine
from bmdesk.texts import msg, render, t
from bmdesk.ui.views.settings.fields import choice_editor, line_editor, switch_editor
from bmdesk.ui.views.settings.label_preview import LabelPreview
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import company_setting, machine_setting
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import Workplace

_MOST_LINES = 8


class LabelSection(Section):
    """The preview follows kind and size as soon as they are chosen; the queue shows itself while it is not empty."""

    reloads_on: frozenset[Change] = frozenset()  # asking the print service again and again would take seconds

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._printers = [
            ("", t("settings.labels.default_printer")),
            (NAME, t("settings.labels.network_printer")),
        ]
        self.preview = LabelPreview(workplace)
        self._build_fields(workplace)
        self._build_queue()
        self.column.addWidget(self.preview)
        self._build_cards()
        self.column.addStretch(1)
        workplace.bridge.changed.connect(self._changed)

    def load(self) -> None:
        # The list of printers first: a chosen printer must be on offer when its name is shown.
        self.workplace.bridge.read(list_printers, then=self._offer, key=(id(self), "printers"))
        self.preview.draw()
        self._ask_queue()

    def write_cards(self, file: Path) -> None:
        """Write the command cards of this company."""
        self.workplace.read(write_company_cards, file, then=lambda _: self.workplace.say_written(file))

    def try_now(self) -> None:
        """Try the printer again at once."""
        self.workplace.write(printing.try_now, button=self.retry)

    def cancel_all(self) -> None:
        """Print nothing of what waits."""
        self.workplace.write(printing.cancel_all, button=self.cancel)

    # -- what is shown

    def _changed(self, changes: frozenset[Change]) -> None:
        if Change.PRINTING in changes and self.isVisible():
            self._ask_queue()

    def _ask_queue(self) -> None:
        def look(desk: Desk) -> tuple[list[PrintJob], Standing]:
            return printing.waiting(desk), printing.standing(desk)

        self.workplace.read(look, then=self._show_queue, key=(id(self), "queue"))

    def _show_queue(self, found: tuple[list[PrintJob], Standing]) -> None:
        jobs, standing = found
        words = [t("printing.wait", count=standing.count)] if jobs else []
        if standing.problem is not None and jobs:
            words = [t("printing.wait_at", printer=jobs[0].printer, reason=standing.problem), *words]
        words += [render(one.title) for one in jobs[:_MOST_LINES]]
        if len(jobs) > _MOST_LINES:
            words.append(t("printing.more", count=len(jobs) - _MOST_LINES))
        self.waiting.setText("\n".join(words))
        self.queue_card.setVisible(bool(jobs))

    def _offer(self, printers: tuple[SystemPrinter, ...]) -> None:
        choices = [*self._printers, *((p.name, p.description or p.name) for p in printers)]
        chosen = self.workplace.machine.get(machine.LABEL_PRINTER)
        if chosen and chosen not in {name for name, _ in choices}:
            choices.append((chosen, t("settings.labels.gone", name=chosen)))
        self.printer.editor.widget.set_choices(choices)  # type: ignore[attr-defined]
        super().load()

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, t("settings.labels.write_cards"), "cards.pdf", t("settings.pdf_files")
        )
        if name:
            self.write_cards(Path(name))

    # -- how it is put together

    def _build_fields(self, workplace: Workplace) -> None:
        card = self.card(t("settings.labels.card"))
        settings = workplace.machine
        words = msg("settings.labels.printer")
        self.printer = self.field(
            card,
            words,
            machine_setting(settings, machine.LABEL_PRINTER),
            choice_editor(render(words), self._printers),
        )
        self.address = self.field(
            card,
            msg("settings.labels.network"),
            machine_setting(settings, machine.LABEL_NETWORK),
            line_editor("192.168.1.50:9100"),
        )
        words = msg("settings.labels.dpi")
        self.dpi = self.field(
            card,
            words,
            machine_setting(settings, machine.LABEL_DPI),
            choice_editor(render(words), [("203", "203"), ("300", "300"), ("600", "600")]),
            t("settings.unit.dpi"),
        )
        self.label_size = self.field(
            card,
            msg("settings.labels.size"),
            company_setting("label.size"),
            line_editor("62x29"),
            t("settings.unit.mm"),
        )
        self.label_size.kept.connect(self.preview.draw)
        self.after_done = self.field(
            card,
            msg("settings.labels.after_done"),
            machine_setting(settings, machine.LABEL_AFTER_DONE),
            switch_editor(t("settings.on")),
        )

    def _build_queue(self) -> None:
        self.queue_card = Card(t("settings.labels.waiting"))
        self.retry = ShortcutButton(msg("settings.labels.try_now"), "Ctrl+R", icon="refresh")
        self.retry.clicked.connect(self.try_now)
        self.cancel = ShortcutButton(msg("settings.labels.cancel"), "Ctrl+Backspace", icon="cross")
        self.cancel.clicked.connect(self.cancel_all)
        self.queue_card.add_action(self.cancel)
        self.queue_card.add_action(self.retry)
        self.waiting = PlainLabel("", wrap=True)
        self.queue_card.add(self.waiting)
        self.queue_card.hide()
        self.column.addWidget(self.queue_card)

    def _build_cards(self) -> None:
        self.cards_button = ShortcutButton(msg("settings.labels.write_cards"), "Ctrl+P", icon="download")
        self.cards_button.clicked.connect(self._ask_file)
        sheet = Card(t("settings.labels.cards"))
        sheet.add(PlainLabel(t("settings.labels.cards_note"), "note", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self.cards_button)
        row.addStretch()
        sheet.add(row)
        self.column.addWidget(sheet)
