"""What was read of the company's Odoo and left aside, and why; of a product that both sides changed a person says whose
value counts.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.odoo import left_aside
from bmdesk.services.odoo.left_aside import Aside, Decided
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px
from bmdesk.ui.views.sync.words import short, since
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, moment, refusal_words
from bmdesk.ui.workplace import Workplace

_FIT = Fit(
    widths={"what": 110, "name": 170, "here": 150, "there": 150, "why": 240, "at": 110},
    grows={"name": 240, "here": 210, "there": 210},
    gives_way=("at",),
    stretches=("why",),
)


class OdooAsideDialog(QDialog):
    """Reads as it opens, and after each word."""

    def __init__(self, parent: QWidget, workplace: Workplace) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("odoo.aside.title"))
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(px(1040), screen.width() - 60), min(px(600), screen.height() - 60))
        self.workplace = workplace
        self.outcome = PlainLabel("", wrap=True)
        self.outcome.hide()
        self.todo = PlainLabel("", "note", wrap=True)
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("odoo.aside.title"), multi=True)
        self.table.setModel(self.model)
        Fitting(self.table, _FIT)
        self.empty = EmptyState("sync", t("odoo.aside.none"))
        self.table.set_empty(self.empty)
        self.ours_button = QPushButton(t("odoo.aside.ours"))
        self.theirs_button = QPushButton(t("odoo.aside.theirs"))
        self.close_button = QPushButton(t("sync_page.close"))
        self._build()
        self.ours_button.clicked.connect(lambda: self.decide(theirs=False))
        self.theirs_button.clicked.connect(lambda: self.decide(theirs=True))
        self.close_button.clicked.connect(self.accept)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._choose())
        self._choose()
        self.read()

    def read(self) -> None:
        """Show what is left aside now."""
        self.workplace.read(left_aside.listed, then=self._show, key=(id(self), "aside"))

    def decide(self, *, theirs: bool) -> None:
        """Ask, then let the chosen ones be so."""
        chosen = self.chosen()
        if not chosen:
            return
        Confirm(
            self,
            _question(chosen, theirs=theirs),
            t("odoo.aside.happens_theirs") if theirs else t("odoo.aside.happens_ours"),
            t("odoo.aside.theirs") if theirs else t("odoo.aside.ours"),
            lambda _: self._decide(chosen, theirs=theirs),
        ).open()

    def chosen(self) -> list[Aside]:
        """Those of the chosen rows that both sides changed."""
        return [one for one in self.table.chosen() if one.fields]

    def _decide(self, chosen: list[Aside], *, theirs: bool) -> None:
        self.workplace.write(
            _decided,
            self.workplace.actor,
            chosen,
            theirs,
            then=self._said,
            button=self.theirs_button if theirs else self.ours_button,
        )

    def _said(self, what: Decided) -> None:
        lines = [t("odoo.aside.decided", count=what.done)] if what.done else []
        lines += [refusal_words(one) for one in what.refused]
        self.outcome.setText("\n".join(lines))
        self.outcome.set_tone(Tone.BAD if what.refused else Tone.OK)
        self.outcome.show()
        self.read()

    def _show(self, found: tuple[Aside, ...]) -> None:
        self.model.reset(found)
        self.table.choose_first()
        self._choose()

    def _choose(self) -> None:
        rows, may = self.table.chosen(), bool(self.chosen())
        for button in (self.ours_button, self.theirs_button):
            button.setEnabled(may)
        self.todo.setText("\n".join(dict.fromkeys(_todo(one) for one in rows[:3])))
        self.todo.setVisible(bool(rows))

    def _build(self) -> None:
        sheet = Card()
        sheet.add(self.table, 1)
        end = QHBoxLayout()
        end.addWidget(self.ours_button)
        end.addWidget(self.theirs_button)
        end.addStretch()
        end.addWidget(self.close_button)
        for button in (self.ours_button, self.theirs_button):
            button.setAutoDefault(False)
            needs(button, self.workplace, Right.QUEUE)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(t("odoo.aside.title"), "title"))
        column.addWidget(PlainLabel(t("odoo.aside.note"), "note", wrap=True))
        column.addWidget(self.outcome)
        column.addWidget(sheet, 1)
        column.addWidget(self.todo)
        column.addLayout(end)


def _decided(desk: Desk, actor: Actor, chosen: list[Aside], theirs: bool) -> Decided:
    return left_aside.decide(desk, actor, chosen, theirs=theirs)


def _question(chosen: list[Aside], *, theirs: bool) -> str:
    one, count = chosen[0], len(chosen)
    product, said = short(one.name, 80), _said(one, here=not theirs)
    if theirs:
        many = t("odoo.aside.question_theirs_many", count=count)
        return many if count > 1 else t("odoo.aside.question_theirs", product=product, said=said)
    many = t("odoo.aside.question_ours_many", count=count)
    return many if count > 1 else t("odoo.aside.question_ours", product=product, said=said)


def _todo(one: Aside) -> str:
    todo = t("odoo.aside.choose") if one.fields else render(one.todo)
    return broken(f"{render(one.reason)} {todo}", 600)


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("odoo.aside.head_what"), lambda one: render(one.what), width=110),
        Column(
            t("odoo.aside.head_name"),
            lambda one: short(one.name, 120),
            hint=lambda one: short(one.name),
            width=170,
        ),
        Column(t("odoo.aside.head_here"), lambda one: _said(one, here=True), hint=_both, width=150),
        Column(t("odoo.aside.head_there"), lambda one: _said(one, here=False), hint=_both, width=150),
        Column(
            t("odoo.aside.head_why"),
            lambda one: broken(render(one.reason), 300),
            hint=lambda one: render(one.reason),
            stretch=True,
        ),
        Column(
            t("odoo.aside.head_at"), lambda one: since(one.at), hint=lambda one: moment(one.at), width=110
        ),
    )


def _said(one: Aside, *, here: bool) -> str:
    return ", ".join(short(both.here if here else both.there, 60) or "–" for both in one.fields) or NOTHING


def _both(one: Aside) -> str:
    return "\n".join(f"{render(both.name)}: {both.here or '–'} → {both.there or '–'}" for both in one.fields)
