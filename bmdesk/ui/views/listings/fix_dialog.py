"""What would end the chosen mistakes, each with what stands there and what would be written: nothing else is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.listing_findings import code_text
from bmdesk.services.selling.listing_fixes import Plan, Plans
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.views.listings.words import code_of, value_words
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING

_FIT = Fit(
    widths={"sku": 170, "market": 70, "code": 170, "what": 300, "old": 100, "new": 110},
    gives_way=("code",),
    grows={"sku": 240, "code": 220, "old": 120, "new": 150},
    stretches=("what",),
)


class FixDialog(QDialog):
    """Enter does it, Esc does nothing; `then` runs on yes."""

    def __init__(self, parent: QWidget, plans: Plans, then: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.plans = plans
        count, left = len(plans.written), len(plans.plans) - len(plans.written)
        title = t("mistakes.fix_title", count=count)
        self.setWindowTitle(title)
        self.setModal(True)
        room = parent.window().size()
        self.resize(
            min(1080, room.width() - 60), min(300 + 34 * min(len(plans.plans), 10), room.height() - 60)
        )
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(title)
        self.table.setModel(self.model)
        Fitting(self.table, _FIT)
        self.model.set_rows(sorted(plans.plans, key=lambda one: one.act is None))
        note = PlainLabel(t("mistakes.fix_left", count=left) if left else t("mistakes.fix_note"), wrap=True)
        note.set_tone(Tone.WARN if left else None)
        self.yes = QPushButton(t("mistakes.fix_yes", count=count))
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.accept)
        self.accepted.connect(then)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(title, "heading", wrap=True))
        column.addWidget(note)
        column.addWidget(self.table, 1)
        column.addLayout(Answers(self, self.yes))
        self.yes.setFocus()


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            t("listings_page.column_sku"),
            lambda p: p.seen.finding.sku[:200],
            hint=lambda p: p.seen.listing.title[:500],
        ),
        Column(t("listings_page.column_market"), _market),
        Column(t("lint.column_code"), lambda p: render(code_text(p.seen.finding.code))),
        Column(
            t("mistakes.column_what"),
            lambda p: render(p.what)[:300],
            hint=lambda p: render(p.what)[:600],
            tone=lambda p: None if p.act is not None else Tone.WARN,
            stretch=True,
        ),
        Column(t("mistakes.column_old"), _old, number=True, hint=_old),
        Column(t("mistakes.column_new"), _new, number=True, hint=_new),
    )


def _market(one: Plan) -> str:
    market = one.seen.finding.market
    return code_of(market) if market else t("mistakes.every_market")


def _old(one: Plan) -> str:
    return value_words(one.old)[:200] if one.act is not None else NOTHING


def _new(one: Plan) -> str:
    return value_words(one.new)[:200] if one.act is not None else NOTHING
