"""Products, stock and orders from the company's Odoo: what and since when, how far it is, and what was left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.services.goods.receiving import SOURCES, source_text
from bmdesk.services.odoo import import_runs
from bmdesk.services.odoo.import_runs import ORDERS, PRODUCTS, STOCK, Asked, Import, LeftOut, Wishes
from bmdesk.texts import Failure, locale, msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import moment, refusal_words
from bmdesk.ui.workplace import Workplace

LOOK_MS = 1000
MOST_LINES = 1000
"""So many lines of the report are shown; the command line has them all."""

_TONES = {"running": Tone.INFO, "paused": Tone.WARN, "done": Tone.OK, "cancelled": Tone.NEUTRAL}


@dataclass(frozen=True, slots=True)
class Standing:
    """The last import and what it left out; None before the first."""

    one: Import | None
    left_out: tuple[LeftOut, ...] = ()


class OdooImportDialog(QDialog):
    """Closed, the import goes on; opened again it shows how far it is."""

    def __init__(self, parent: QWidget, workplace: Workplace) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("odoo_import_page.title"))
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(860, screen.width() - 60), min(720, screen.height() - 60))
        self._workplace = workplace
        self._drawn: Standing | None = None
        self.products = QCheckBox(t("odoo_import_page.products"))
        self.stock = QCheckBox(t("odoo_import_page.stock"))
        self.orders = QCheckBox(t("odoo_import_page.orders"))
        self.since = QLineEdit()
        self.source = ChoiceBox(
            t("odoo_import_page.source"),
            [
                ("", t("odoo_import_page.source_later")),
                *((one, render(source_text(one))) for one in SOURCES),
            ],
        )
        self.form = Form()
        self.start_button = ShortcutButton(msg("odoo_import_page.start"), "Ctrl+Return", icon="download")
        self.pause_button = QPushButton(t("odoo_import_page.pause"))
        self.resume_button = QPushButton(t("odoo_import_page.resume"))
        self.cancel_button = QPushButton(t("odoo_import_page.cancel"))
        self.state = Pill()
        self.asked = PlainLabel("", "note")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(t("odoo_import_page.progress"))
        self.seen = PlainLabel("", "note", wrap=True)
        self.parts = PlainLabel("", "note", wrap=True)
        self.problem = PlainLabel("", wrap=True)
        self.run_card, self.report_card = Card(t("odoo_import_page.last")), Card()
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("odoo_import_page.left_out_table"))
        self.table.setModel(self.model)
        self._clock = QTimer(self, interval=LOOK_MS)
        self._build()
        self._connect()
        self._read()

    def start(self) -> None:
        """Begin an import of what is chosen."""
        since = _day(self.since.text()) if self.since.text().strip() else None
        wrong = {}
        if self.since.text().strip() and since is None:
            wrong["since"] = t("orders_page.not_a_day")
        boxes = {PRODUCTS: self.products, STOCK: self.stock, ORDERS: self.orders}
        chosen = [name for name, box in boxes.items() if box.isChecked()]
        if not chosen:
            wrong["what"] = t("odoo_import_page.nothing_chosen")
        self.form.show_errors(wrong)
        if wrong:
            return
        begin = datetime(since.year, since.month, since.day).astimezone() if since is not None else None
        place = self._workplace
        place.write(
            import_runs.start,
            place.actor,
            Wishes(tuple(chosen), begin, self.source.value()),
            then=self._go_on,
            failed=self._not_started,
            button=self.start_button,
        )

    def pause(self) -> None:
        """Go no further for now."""
        self._move(import_runs.pause, self._said)

    def resume(self) -> None:
        """Go on where it stood."""
        self._move(import_runs.resume, self._go_on)

    def cancel(self) -> None:
        """Give it up; what was taken stays."""
        self._move(import_runs.cancel, self._said)

    # -- reading

    def _read(self) -> None:
        self._workplace.read(
            _standing,
            then=self._show,
            failed=self._workplace.window.show_failure,
            key=(id(self), "standing"),
        )

    def _show(self, found: Standing) -> None:
        one, syncing = found.one, self._workplace.syncing
        ours = syncing is not None and syncing.is_importing
        under_way = one is not None and not one.has_ended
        (self._clock.start if under_way else self._clock.stop)()
        running = one is not None and one.state == "running"
        self.start_button.setEnabled(not under_way and syncing is not None)
        self.pause_button.setVisible(running)
        # One that runs and that nobody here goes on with: whoever did so may be gone.
        self.resume_button.setVisible(under_way and not ours)
        self.cancel_button.setVisible(under_way)
        if found == self._drawn:
            return
        self._drawn = found
        self.run_card.setVisible(one is not None)
        self.report_card.setVisible(bool(found.left_out))
        self.model.set_rows(found.left_out)
        if one is None:
            return
        self.report_card.set_title(t("odoo_import_page.left_out", count=one.left_out))
        self.state.show_words(render(import_runs.state_text(one.state)), _TONES.get(one.state, Tone.NEUTRAL))
        self.asked.setText(t("odoo_import_page.asked", at=moment(one.asked_at), operator=one.asked_by))
        self.bar.setVisible(under_way)
        self.bar.setRange(0, 100 if one.state == "paused" or one.percent is not None else 0)
        self.bar.setValue(one.percent or 0)
        mark(self.bar, tone="accent" if running else "warn")
        self.seen.setText(
            t("odoo_import_page.seen", seen=one.seen, count=one.count, new=one.new, known=one.known)
        )
        self.parts.setVisible(bool(one.parts))
        self.parts.setText("\n".join(render(import_runs.part_text(part)) for part in one.parts))
        told = " ".join(render(text) for text in (one.problem, one.todo) if text is not None)
        self.problem.setVisible(bool(told))
        self.problem.setText(broken(told, 600))
        self.problem.set_tone(Tone.WARN if one.asks else Tone.BAD)

    # -- what a person does

    def _move(self, act: Callable[..., Asked], then: Callable[[Asked], object]) -> None:
        one = self._drawn.one if self._drawn is not None else None
        if one is not None:
            self._workplace.write(act, self._workplace.actor, one.id, then=then)

    def _go_on(self, asked: Asked) -> None:
        syncing = self._workplace.syncing
        if syncing is not None:
            syncing.odoo_import(asked.id)
        self._read()

    def _said(self, _asked: Asked) -> None:
        self._read()

    def _not_started(self, failure: Failure) -> None:
        self.form.show_errors({"what": refusal_words(failure)})

    # -- how it is put together

    def _build(self) -> None:
        for box in (self.products, self.stock, self.orders):
            box.setChecked(True)
        what = QWidget()
        mark(what, kind="clear")
        row = QHBoxLayout(what)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.products)
        row.addWidget(self.stock)
        row.addWidget(self.orders)
        row.addStretch()
        self.since.setMaxLength(10)
        self.since.setPlaceholderText(t("orders_page.day_shape"))
        self.form.add("what", t("odoo_import_page.what"), what)
        self.form.add("since", t("odoo_import_page.since"), self.since, t("odoo_import_page.since_note"))
        self.form.add("source", t("odoo_import_page.source"), self.source)
        wishes = Card(t("odoo_import_page.wishes"))
        wishes.add(PlainLabel(t("odoo_import_page.note"), "note", wrap=True))
        wishes.add(self.form)
        line = QHBoxLayout()
        line.addStretch()
        line.addWidget(self.start_button)
        wishes.add(line)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.state)
        head.addWidget(self.asked)
        head.addStretch()
        for button in (self.pause_button, self.resume_button, self.cancel_button):
            button.hide()
            head.addWidget(button)
        self.run_card.add(head)
        for widget in (self.bar, self.seen, self.parts, self.problem):
            self.run_card.add(widget)
        self.table.setMinimumHeight(220)
        self.report_card.add(self.table)
        area = ScrollColumn()
        for card in (wishes, self.run_card, self.report_card):
            area.column.addWidget(card)
        area.column.addStretch(1)
        self.run_card.hide()
        self.report_card.hide()
        close = QPushButton(t("orders_page.close"))
        close.clicked.connect(self.accept)
        end = QHBoxLayout()
        end.addStretch()
        end.addWidget(close)
        for button in (self.start_button, self.pause_button, self.resume_button, self.cancel_button, close):
            button.setAutoDefault(False)
            if button is not close:
                needs(button, self._workplace, Right.ACCOUNTS)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(t("odoo_import_page.title"), "title"))
        column.addWidget(area, 1)
        column.addLayout(end)
        self.products.setFocus()

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.start)
        self.pause_button.clicked.connect(self.pause)
        self.resume_button.clicked.connect(self.resume)
        self.cancel_button.clicked.connect(self.cancel)
        self._clock.timeout.connect(self._read)
        self._workplace.bridge.changed.connect(lambda _: self._read())


def _standing(desk: Desk) -> Standing:
    found = import_runs.listed(desk)
    if not found:
        return Standing(None)
    return Standing(found[0], import_runs.left_out(desk, found[0].id, MOST_LINES))


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            t("odoo_import_page.column_what"),
            lambda one: render(import_runs.stage_text(one.stage)),
            width=110,
        ),
        Column(t("odoo_import_page.column_name"), lambda one: broken(one.name, 120), width=220),
        Column(
            t("odoo_import_page.column_reason"),
            lambda one: broken(render(one.reason), 400),
            hint=lambda one: render(one.reason),
            stretch=True,
        ),
    )


def _day(text: str) -> date | None:
    try:
        return locale.read_day(text)
    except ValueError:
        return None
