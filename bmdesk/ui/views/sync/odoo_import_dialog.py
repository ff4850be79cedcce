"""Products, stock and orders from the company's Odoo: what and since when, how far it is, and what was left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.services.goods.receiving import SOURCES, source_text
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.import_runs import ORDERS, PRODUCTS, STOCK, Asked, Import, LeftOut, Wishes
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.cards_dialog import CardsDialog
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.import_run import ImportRun
from bmdesk.ui.widgets.inputs import ChoiceBox, DayBox, begin_of
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import moment, refusal_words
from bmdesk.ui.workplace import Workplace

LOOK_MS = 1000
MOST_LINES = 1000
"""So many lines of the report are shown; the command line has them all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The last import and what it left out; None before the first."""

    one: Import | None
    left_out: tuple[LeftOut, ...] = ()


class OdooImportDialog(CardsDialog):
    """Closed, the import goes on; opened again it shows how far it is."""

    def __init__(self, parent: QWidget, workplace: Workplace) -> None:
        super().__init__(parent, t("odoo_import_page.title"), 860)
        self._workplace = workplace
        self._drawn: Standing | None = None
        self.products = QCheckBox(t("odoo_import_page.products"))
        self.stock = QCheckBox(t("odoo_import_page.stock"))
        self.orders = QCheckBox(t("odoo_import_page.orders"))
        self.since = DayBox()
        self.source = ChoiceBox(
            t("odoo_import_page.source"),
            [
                ("", t("odoo_import_page.source_later")),
                *((one, render(source_text(one))) for one in SOURCES),
            ],
        )
        self.form = Form()
        self.start_button = ShortcutButton(msg("odoo_import_page.start"), "Ctrl+Return", icon="download")
        self.start_button.setAutoDefault(False)
        needs(self.start_button, workplace, Right.ACCOUNTS)
        self.run = ImportRun(workplace, Right.ACCOUNTS)
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
        since = self.since.day()
        wrong = {}
        if since is None and self.since.text().strip():
            wrong["since"] = t("orders_page.not_a_day")
        boxes = {PRODUCTS: self.products, STOCK: self.stock, ORDERS: self.orders}
        chosen = [name for name, box in boxes.items() if box.isChecked()]
        if not chosen:
            wrong["what"] = t("odoo_import_page.nothing_chosen")
        self.form.show_errors(wrong)
        if wrong:
            return
        begin = begin_of(since) if since is not None else None
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
        self.start_button.setEnabled(not under_way and syncing is not None)
        if found != self._drawn:
            self._drawn = found
            self._draw(found)
        # One that runs and that nobody here goes on with: whoever did so may be gone.
        self.run.resume_button.setVisible(under_way and not ours)

    def _draw(self, found: Standing) -> None:
        one = found.one
        self.run_card.setVisible(one is not None)
        self.report_card.setVisible(bool(found.left_out))
        self.model.set_rows(found.left_out)
        if one is None:
            return
        self.report_card.set_title(t("odoo_import_page.left_out", count=one.left_out))
        seen = t("odoo_import_page.seen", seen=one.seen, count=one.count, new=one.new, known=one.known)
        self.run.show_run(
            one,
            t("odoo_import_page.asked", at=moment(one.asked_at), operator=one.asked_by),
            [seen, *(render(import_runs.part_text(part)) for part in one.parts)],
            Tone.WARN if one.asks else Tone.BAD,
        )

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
        self.run_card.add(self.run)
        self.table.setMinimumHeight(220)
        self.report_card.add(self.table)
        self.run_card.hide()
        self.report_card.hide()
        self.show_cards(wishes, self.run_card, self.report_card)
        self.products.setFocus()

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.start)
        self.run.pause_button.clicked.connect(self.pause)
        self.run.resume_button.clicked.connect(self.resume)
        self.run.cancel_button.clicked.connect(self.cancel)
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
