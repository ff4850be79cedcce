"""One batch: what it is, and the supplier's list held against what was scanned."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QTabWidget, QToolButton, QVBoxLayout, QWidget

from bmdesk.domain.commands import SetBatch
from bmdesk.services.goods import receiving
from bmdesk.services.goods.expected import ArrivedUnit, ExpectedPlan, StateLine
from bmdesk.services.goods.receiving import Batch, BatchState, source_text
from bmdesk.texts import Failure, Text, msg, render, t
from bmdesk.ui.label_printing import print_and_say
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind, spelled
from bmdesk.ui.theme import mark, set_icon
from bmdesk.ui.views.receiving.difference import write_difference
from bmdesk.ui.views.receiving.expected_import import preview_of
from bmdesk.ui.views.receiving.words import state_tone, state_words
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.import_dialog import ImportDialog
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import day, moment, money, sentence
from bmdesk.ui.workplace import Workplace

_TABS = ("missing", "found", "unexpected", "duplicate")


class BatchView(QWidget):
    """`back_asked` on Esc; `edit_asked(batch)` for the form."""

    back_asked = Signal()
    edit_asked = Signal(object)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.workplace = workplace
        self.batch: Batch | None = None
        self.state: BatchState | None = None
        self.import_dialog: ImportDialog | None = None
        self.setAcceptDrops(True)
        self.tables: dict[str, DataTable] = {}
        self.empties: dict[str, EmptyState] = {}
        self.models: dict[str, RowsModel] = {}
        self._build()

    def show_batch(self, batch: Batch) -> None:
        """Show this batch from now on."""
        fresh = self.batch is None or self.batch.id != batch.id
        self.batch = batch
        self._draw()
        if fresh:
            self.tabs.setCurrentIndex(0)
        self.load()

    def load(self) -> None:
        """Ask for the batch and for its list against the scans."""
        if self.batch is not None:
            self.workplace.read(receiving.batch, self.batch.id, then=self._show, key=(id(self), "batch"))
            self.workplace.read(
                receiving.batch_state, self.batch.id, then=self._show_state, key=(id(self), "state")
            )

    def read_list(self, file: Path) -> None:
        """Read a supplier's list and show what it would do; a file that is no list is said in a banner."""
        self._say(t("imports.reading", file=file.name[:80]))
        self.workplace.bridge.read(
            receiving.read_expected, file, then=self._preview, failed=self._unread, key=(id(self), "list")
        )

    def export(self, file: Path) -> None:
        """Write the difference for the supplier."""
        if self.state is not None:
            self.workplace.bridge.read(write_difference, self.state, file, then=self.workplace.say_written)

    def write_card(self, file: Path) -> None:
        """The card that opens this batch at a bench."""
        from bmdesk.domain.cards import card_text
        from bmdesk.reports.cards import PrintedCard, write_cards_pdf  # draws: not before somebody asks

        if self.batch is None:
            return
        words = " · ".join(part for part in (self.batch.code, self.batch.supplier) if part)
        card = PrintedCard(card_text(SetBatch(self.batch.code)), words[:80], msg("cards.group_batches"))
        self.workplace.bridge.read(
            write_cards_pdf, [card], file, then=lambda _: self.workplace.say_written(file)
        )

    def print_labels(self) -> None:
        """Print the label of the chosen unit; where none is chosen, those of all that have arrived."""
        name = _TABS[self.tabs.currentIndex()]
        rows = [self.models[name].row(number) for number in self.tables[name].chosen_rows()]
        if not rows and self.state is not None:
            rows = [*self.state.found, *self.state.unexpected]
        units = list(dict.fromkeys(row.unit_id for row in rows if row is not None and row.unit_id))
        if len(units) > 1:
            question = t("batches.labels_question", count=len(units))
            happens, yes = t("batches.labels_happens"), t("batches.labels")
            Confirm(
                self, question, happens, yes, lambda _: print_and_say(self.workplace, "unit", units)
            ).open()
        elif units:
            print_and_say(self.workplace, "unit", units)
        else:
            self.workplace.window.say(Tone.WARN, t("batches.no_labels"), for_ms=5000)

    def print_bin(self) -> None:
        """Print the label of the place where the batch lies."""
        if self.batch is not None and self.batch.warehouse:
            print_and_say(self.workplace, "bin", [f"{self.batch.warehouse}/{self.batch.bin}"])

    def receive_now(self) -> None:
        """From now on the bench receives into this batch."""
        if self.batch is not None and self.batch.closed_at is None:
            self.workplace.perform(SetBatch(self.batch.code))
            self.workplace.window.show_room("bench")

    def close_or_reopen(self) -> None:
        """A closed batch takes no more units; opened again, it does."""
        if self.batch is not None:
            service = receiving.reopen_batch if self.batch.closed_at else receiving.close_batch
            self.workplace.write(service, self.batch.id, then=lambda _: self.load())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.import_button.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.read_list(files[0])

    # -- answers

    def _show(self, batch: Batch) -> None:
        self.batch = batch
        self._draw()

    def _show_state(self, state: BatchState) -> None:
        self.state = state
        for name, rows in (
            ("missing", state.missing),
            ("found", state.found),
            ("unexpected", state.unexpected),
            ("duplicate", state.duplicate),
        ):
            self.models[name].set_rows(rows)
            none = _nothing(name) if state.listed or name == "unexpected" else t("batches.no_list_short")
            self.empties[name].set_words(none)
            self.tabs.setTabText(_TABS.index(name), f"{_tab_words(name)}  {len(rows)}")
        self.export_button.setEnabled(state.listed or bool(state.unexpected))
        self._say("" if state.listed else t("batches.no_list"))

    def _preview(self, plan: ExpectedPlan) -> None:
        if self.batch is None:
            return
        self._say("")
        preview = preview_of(plan, self.batch.code, self.workplace.actor)
        self.import_dialog = ImportDialog(self, self.workplace, preview)
        self.import_dialog.imported.connect(lambda _: self.load())
        self.import_dialog.open()

    def _unread(self, failure: Failure) -> None:
        self._say("")
        self.workplace.window.show_failure(failure)

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _draw(self) -> None:
        batch = self.batch
        if batch is None:
            return
        self.title.setText(batch.code)
        self.title.setToolTip(hint(batch.code))
        self.pill.show_words(state_words(batch), state_tone(batch))
        cost = t("batches.cost_each", cost=money(batch.unit_cost)) if batch.unit_cost else ""
        vat = render(Text(f"vat.{batch.vat_scheme}"))
        place = f"{batch.warehouse}/{batch.bin}" if batch.warehouse else ""
        opened = t("batches.opened_on", day=day(batch.opened_at))
        parts = (
            sentence(render(source_text(batch.source))),
            batch.supplier,
            cost,
            vat,
            place,
            opened,
            batch.preset.model_code,
        )
        self.facts.setText(" · ".join(part for part in parts if part))
        self.note.setText(batch.note)
        self.note.setVisible(bool(batch.note))
        self.bin_button.setVisible(bool(place))
        self.asked.setVisible(batch.incomplete)
        is_open = batch.closed_at is None
        self.receive.setEnabled(is_open)
        self.import_button.setEnabled(is_open)
        with QSignalBlocker(self.close_button):
            self.close_button.setText(t("batches.close") if is_open else t("batches.reopen"))
            self.close_button.setToolTip("F8")

    # -- how it is put together

    def _build(self) -> None:
        self.back = ShortcutButton(msg("batches.back"), "Alt+Left", icon="chevron-left", kind="flat")
        self.back.clicked.connect(self.back_asked)
        self.receive = ShortcutButton(msg("batches.receive_now"), "Ctrl+R", icon="scan", kind="primary")
        self.receive.clicked.connect(self.receive_now)
        self.edit = ShortcutButton(msg("batches.change"), "F2", icon="edit")
        self.edit.clicked.connect(lambda: self.edit_asked.emit(self.batch))
        self.import_button = ShortcutButton(msg("batches.import.ask"), "Ctrl+I", icon="upload")
        self.import_button.clicked.connect(self._ask_list)
        self.export_button = ShortcutButton(msg("batches.export"), "Ctrl+E", icon="download")
        self.export_button.clicked.connect(self._ask_export)
        self.card_button = ShortcutButton(msg("batches.card"), "Ctrl+P", icon="printer")
        self.card_button.clicked.connect(self._ask_card)
        self.labels_button = ShortcutButton(msg("batches.labels"), "F6", icon="printer")
        self.labels_button.clicked.connect(self.print_labels)
        self.bin_button = QToolButton()
        self.bin_button.setAccessibleName(t("batches.bin_label"))
        self.bin_button.setToolTip(f"{t('batches.bin_label')}  {spelled('Shift+F6')}")
        set_icon(self.bin_button, "printer", "muted", 18)
        self.bin_button.clicked.connect(self.print_bin)
        bind(self.bin_button, "Shift+F6", msg("batches.bin_label"), self.print_bin)
        self.close_button = ShortcutButton(msg("batches.close"))
        self.close_button.clicked.connect(self.close_or_reopen)
        bind(self, "F8", msg("batches.close_or_reopen"), self.close_or_reopen)
        self.title = PlainLabel("", "big", wrap=True)
        self.pill = Pill()
        self.facts = PlainLabel("", wrap=True)
        self.note = PlainLabel("", "note", wrap=True)
        self.asked = PlainLabel(t("batches.incomplete_note"), wrap=True)
        self.asked.set_tone(Tone.WARN)
        self.said = PlainLabel("", "note", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title, 1)
        head.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.back)
        top.addStretch()
        top.addWidget(self.edit)
        top.addWidget(self.card_button)
        top.addWidget(self.close_button)
        top.addWidget(self.receive)
        about = Card()
        about.add(head)
        known = QHBoxLayout()
        known.setSpacing(8)
        known.addWidget(self.facts, 1)
        known.addWidget(self.bin_button, 0, Qt.AlignmentFlag.AlignTop)
        about.add(known)
        for widget in (self.note, self.asked):
            about.add(widget)
        self.tabs = QTabWidget()
        for name in _TABS:
            self._add_tab(name)
        listed = Card(t("batches.list"))
        listed.add_action(self.labels_button)
        listed.add_action(self.export_button)
        listed.add_action(self.import_button)
        listed.add(self.said)
        listed.add(self.tabs, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(about)
        column.addWidget(listed, 1)

    def _add_tab(self, name: str) -> None:
        table = DataTable(_tab_words(name))
        if name == "unexpected":
            model = RowsModel(_arrived_columns(), table, key=lambda unit: unit.unit_id)
        else:
            lines = _line_columns(why=name == "duplicate")
            model = RowsModel(lines, table, key=lambda row: (row.line, row.identifier))
        table.setModel(model)
        self.empties[name] = EmptyState("receiving", _nothing(name))
        table.set_empty(self.empties[name])
        table.opened.connect(lambda row: self._open_unit(model.row(row)))
        self.tables[name], self.models[name] = table, model
        self.tabs.addTab(table, _tab_words(name))

    def _open_unit(self, row: StateLine | ArrivedUnit | None) -> None:
        if row is not None and row.unit_id:
            self.workplace.show_unit(row.unit_id)

    def _ask_list(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, t("batches.import.ask"), "", t("imports.tables"))
        if name:
            self.read_list(Path(name))

    def _ask_export(self) -> None:
        code = _file_name(self.batch.code if self.batch else "")
        name, _ = QFileDialog.getSaveFileName(self, t("batches.export"), f"{code}.xlsx", t("imports.tables"))
        if name:
            self.export(Path(name))

    def _ask_card(self) -> None:
        code = _file_name(self.batch.code if self.batch else "")
        name, _ = QFileDialog.getSaveFileName(self, t("batches.card"), f"{code}.pdf", t("settings.pdf_files"))
        if name:
            self.write_card(Path(name))


def _tab_words(name: str) -> str:
    return {
        "missing": t("batches.tab.missing"),
        "found": t("batches.tab.found"),
        "unexpected": t("batches.tab.unexpected"),
        "duplicate": t("batches.tab.duplicate"),
    }[name]


def _nothing(name: str) -> str:
    return {
        "missing": t("batches.none.missing"),
        "found": t("batches.none.found"),
        "unexpected": t("batches.none.unexpected"),
        "duplicate": t("batches.none.duplicate"),
    }[name]


def _line_columns(*, why: bool) -> tuple[Column, ...]:
    columns = (
        Column(t("imports.line"), lambda row: str(row.line), number=True, width=64),
        Column(t("batches.column.identifier"), lambda row: row.identifier, identifier=True),
        Column(t("batches.column.model"), lambda row: row.model, hint=lambda row: row.model, stretch=True),
        Column(t("batches.column.grade"), lambda row: row.grade, width=110),
        Column(t("batches.column.cost"), lambda row: money(row.cost), number=True, width=110),
    )
    reason = Column(t("batches.column.why"), lambda row: render(row.why) if row.why else "", width=230)
    return (*columns, reason) if why else columns


def _arrived_columns() -> tuple[Column, ...]:
    return (
        Column(t("batches.column.identifier"), lambda row: row.identifier, identifier=True),
        Column(t("batches.column.model"), lambda row: row.title, hint=lambda row: row.title, stretch=True),
        Column(
            t("batches.column.arrived_at"),
            lambda row: moment(row.arrived_at),
            width=160,
        ),
    )


def _file_name(code: str) -> str:
    """A batch's code as a file may be called."""
    kept = "".join(ch if ch.isalnum() or ch in "-_" else "-" for ch in code)[:60]
    return kept or "batch"
