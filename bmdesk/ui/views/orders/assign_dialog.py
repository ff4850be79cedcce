"""Which unit? Its identifier is scanned or typed, or one of those that would do is chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.scan import clean
from bmdesk.services.goods import units
from bmdesk.services.goods.unit_detail import UnitDetail
from bmdesk.services.orders import substitutes
from bmdesk.services.orders.order_shown import LineDetail
from bmdesk.services.orders.substitutes import Substitute
from bmdesk.texts import Failure, t
from bmdesk.ui.theme import mark
from bmdesk.ui.views.orders.offered import SubstituteRow
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.growing_dialog import GrowingDialog
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace, is_badge

_MOST = 6


class AssignDialog(GrowingDialog):
    """`then(unit id)` once a unit is named. The service says whether it may be."""

    def __init__(
        self,
        parent: QWidget,
        workplace: Workplace,
        title: str,
        line: LineDetail,
        then: Callable[[str], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(min(600, parent.window().width() - 80))
        self._workplace, self._then = workplace, then
        self.field = QLineEdit()
        self.field.setMaxLength(100)
        self.form = Form()
        self.form.add("unit", t("orders_page.identifier"), self.field, t("orders_page.identifier_note"))
        self.yes = QPushButton(title)
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self._look)
        self._offered = QVBoxLayout()
        self._offered.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, "heading", wrap=True))
        column.addWidget(PlainLabel(broken(line.title or line.sku_text, 200), wrap=True))
        column.addWidget(self.form)
        column.addLayout(self._offered)
        column.addLayout(Answers(self, self.yes))
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        workplace.read(substitutes.nearest, line.id, then=self._offer, failed=self._none, key=id(self))

    def take_scan(self, text: str) -> bool:
        """A scan is the answer; a badge signs in."""
        if is_badge(text):
            return False
        self.field.setText(clean(text))
        self._look()
        return True

    def _look(self) -> None:
        given = self.field.text().strip()
        if not given:
            self.form.show_errors({"unit": t("orders_page.identifier_needed")})
            return
        self._workplace.read(units.show_unit, given, then=self._found, failed=self._refused)

    def _found(self, unit: UnitDetail) -> None:
        self._choose(unit.id)

    def _choose(self, unit_id: str) -> None:
        self.accept()
        self._then(unit_id)

    def _refused(self, failure: Failure) -> None:
        self.form.show_errors({"unit": refusal_words(failure)})

    def _none(self, _failure: Failure) -> None:
        """What would do is only an offer: without it the unit is scanned."""

    def _offer(self, found: tuple[Substitute, ...]) -> None:
        chosen = [one for one in found if one.may_take][:_MOST]
        if chosen:
            self._offered.addWidget(PlainLabel(t("orders_page.would_do"), "caption"))
        for one in chosen:
            row = SubstituteRow(one)
            row.asked.connect(self._choose)
            self._offered.addWidget(row)
