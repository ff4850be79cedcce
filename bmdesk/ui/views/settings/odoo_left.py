"""What Odoo lacks of the orders that left since a day: counted, listed, and sent when a person says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.odoo.sales import orders_left
from bmdesk.services.odoo.sales.orders_left import Lack, Left, LeftOrder
from bmdesk.texts import Failure, locale, msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace

_FIT = Fit(
    widths={"order": 100, "market": 70, "left": 100, "total": 110, "lacks": 140, "follows": 170},
    grows={"order": 140, "left": 130, "total": 150, "lacks": 200},
    gives_way=("market",),
    stretches=("follows",),
)
_USUAL = timedelta(days=30)
"""So far back is looked first."""


class OrdersLeftDialog(QDialog):
    """Looks as soon as it opens, and again for another day. Nothing is sent before a yes."""

    def __init__(self, parent: QWidget, workplace: Workplace) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("odoo_left_page.title"))
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(px(940), screen.width() - 60), min(px(640), screen.height() - 60))
        self._workplace = workplace
        self.found: Left | None = None
        self.since = QLineEdit()
        self.since.setMaxLength(10)
        self.since.setPlaceholderText(t("orders_page.day_shape"))
        self.since.setMaximumWidth(px(160))
        self.form = Form()
        self.look_button = ShortcutButton(msg("odoo_left_page.look"), "Ctrl+R")
        self.send_button = ShortcutButton(
            msg("odoo_left_page.send"), "Ctrl+Return", icon="sync", kind="primary"
        )
        self.boxes = {lack: QCheckBox() for lack in Lack}
        self.said = PlainLabel("", "note", wrap=True)
        self.outcome = PlainLabel("", wrap=True)
        self.outcome.set_tone(Tone.OK)
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("odoo_left_page.title"))
        self.table.setModel(self.model)
        Fitting(self.table, _FIT)
        self.empty = EmptyState("sync", "")
        self.table.set_empty(self.empty)
        self._build()
        self.look_button.clicked.connect(self.look)
        self.send_button.clicked.connect(self.send)
        for box in self.boxes.values():
            box.toggled.connect(lambda _: self._choose())
        self.since.setText(locale.day(workplace.desk.clock.now().astimezone().date() - _USUAL))
        self.since.setFocus()
        self.look()

    def look(self) -> None:
        """Count what left since the day that stands there."""
        day = _day(self.since.text())
        self.form.show_errors({} if day is not None else {"since": t("orders_page.not_a_day")})
        if day is None:
            self._show_none(t("orders_page.not_a_day"))
            return
        self.look_button.setEnabled(False)
        self._workplace.read(
            orders_left.look, day, then=self._show, failed=self._refused, key=(id(self), "left")
        )

    def chosen(self) -> tuple[LeftOrder, ...]:
        """What would be sent."""
        lacks = {lack for lack, box in self.boxes.items() if box.isChecked()}
        return self.found.of(lacks) if self.found is not None else ()

    def send(self) -> None:
        """Ask, then queue what is chosen."""
        chosen = self.chosen()
        if chosen:
            Confirm(
                self,
                t("odoo_left_page.question", count=len(chosen)),
                _happens(chosen),
                t("odoo_left_page.send"),
                lambda _: self._send(chosen),
            ).open()

    # ---------------------------------------------------------------- what came of it

    def _show(self, found: Left) -> None:
        self.look_button.setEnabled(True)
        self.found = found
        for lack, count in found.counts().items():
            box = self.boxes[lack]
            words = t("odoo.left.count", what=render(lack.words), count=locale.number(count))
            box.setText(words)
            box.setAccessibleName(words)
            box.setEnabled(count > 0)
            if not count:
                box.setChecked(False)
        said = []
        if found.busy:
            said.append(t("odoo.left.busy", count=found.busy))
        if not found.invoices:
            said.append(t("odoo.left.no_invoices"))
        if found.held:
            said.append(t("odoo.left.held"))
        self.said.setText("\n".join(said))
        self.said.setVisible(bool(said))
        self._choose()

    def _refused(self, failure: Failure) -> None:
        self.look_button.setEnabled(True)
        self._show_none(refusal_words(failure))

    def _show_none(self, words: str) -> None:
        self.found = None
        for lack, box in self.boxes.items():
            box.setText(render(lack.words))
            box.setAccessibleName(render(lack.words))
            box.setEnabled(False)
        self.said.hide()
        self.empty.set_words(words)
        self._choose()

    def _choose(self) -> None:
        """The list and the button are of what is ticked; with nothing ticked the list shows all that was found."""
        chosen, found = self.chosen(), self.found
        self.model.set_rows(chosen or (found.orders if found is not None else ()))
        self.send_button.setEnabled(bool(chosen))
        if found is not None:
            none = t("odoo.left.none", since=locale.day(found.since))
            self.empty.set_words(none)

    def _send(self, chosen: Sequence[LeftOrder]) -> None:
        self._workplace.write(
            orders_left.queue, self._workplace.actor, chosen, then=self._sent, button=self.send_button
        )

    def _sent(self, queued: int) -> None:
        self.outcome.setText(t("odoo.left.queued", count=queued))
        self.outcome.show()
        self.look()

    # ---------------------------------------------------------------- how it is put together

    def _build(self) -> None:
        row = QWidget()
        mark(row, kind="clear")
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.since)
        line.addWidget(self.look_button)
        line.addStretch()
        row.setFocusProxy(self.since)
        self.since.setAccessibleName(t("odoo_left_page.since"))
        self.form.add("since", t("odoo_left_page.since"), row)
        lacks = QHBoxLayout()
        for box in self.boxes.values():
            lacks.addWidget(box)
        lacks.addStretch()
        sheet = Card()
        sheet.add(self.table, 1)
        close = QPushButton(t("sync_page.close"))
        close.clicked.connect(self.accept)
        end = QHBoxLayout()
        end.addWidget(self.outcome, 1)
        end.addStretch()
        end.addWidget(self.send_button)
        end.addWidget(close)
        for button in (self.look_button, self.send_button, close):
            button.setAutoDefault(False)
        needs(self.send_button, self._workplace, Right.ACCOUNTS)
        self.since.returnPressed.connect(self.look)
        self.outcome.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(t("odoo_left_page.title"), "title"))
        column.addWidget(PlainLabel(t("odoo_left_page.note"), "note", wrap=True))
        column.addWidget(self.form)
        column.addLayout(lacks)
        column.addWidget(self.said)
        column.addWidget(sheet, 1)
        column.addLayout(end)


def _happens(chosen: Sequence[LeftOrder]) -> str:
    invoices = sum(one.invoiced and one.lack is not Lack.PAYMENT for one in chosen)
    return t("odoo_left_page.happens_invoices", count=invoices) if invoices else t("odoo_left_page.happens")


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("odoo.left.head_order"), lambda one: one.number, width=100),
        Column(t("odoo.left.head_market"), lambda one: one.market, width=70),
        Column(t("odoo.left.head_left"), lambda one: locale.day(one.left_on), width=100),
        Column(
            t("odoo.left.head_total"),
            lambda one: locale.money(one.total, one.currency),
            number=True,
            width=110,
        ),
        Column(t("odoo.left.head_lacks"), lambda one: render(one.lack.words), width=140),
        Column(
            t("odoo.left.head_follows"),
            lambda one: broken(render(one.follows), 200),
            hint=lambda one: render(one.follows),
            stretch=True,
        ),
    )


def _day(text: str) -> date | None:
    try:
        return locale.read_day(text.strip())
    except ValueError:
        return None
