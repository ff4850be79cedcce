"""The chosen product beside the list: its leaf, what the leaf asks of it, and its proposal with what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from bmdesk.services.desk import Desk
from bmdesk.services.selling import category_filling, proposals
from bmdesk.services.selling.category_filling import Asked
from bmdesk.services.selling.category_view import Placed, Way
from bmdesk.texts import msg, render, t
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import px, set_icon
from bmdesk.ui.views.catalogue.answer_dialog import AnswerDialog
from bmdesk.ui.views.catalogue.words import asked_columns, path_words, state_tone, state_words
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import Facts
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import ROW_HEIGHT, DataTable
from bmdesk.ui.words import moment
from bmdesk.ui.workplace import Workplace

WIDTH = 440
_MOST_ROWS = 9


@dataclass(frozen=True, slots=True)
class Seen:
    """A product as it was drawn."""

    placed: Placed
    asked: tuple[Asked, ...]


class ProductPanel(QWidget):
    """`closed` when the person wants the list back; `shown(model code)` when the product is drawn."""

    closed = Signal()
    shown = Signal(str)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.account_id = ""
        self.seen: Seen | None = None
        self._facts = Facts()
        self.dialog: AnswerDialog | None = None
        self.setMinimumWidth(px(WIDTH))
        self._build()

    def show_product(self, account_id: str, placed: Placed) -> None:
        """Read what its leaf asks and draw it; what was drawn before stays until then."""
        self.account_id = account_id
        self.workplace.read(
            _read,
            account_id,
            placed,
            then=self._show,
            failed=lambda _: self.closed.emit(),
            key=(id(self), "one"),
        )

    def answer(self) -> None:
        """Answer the question under the keyboard, else the first that is not answered well."""
        if self.seen is None or not self.seen.asked:
            return
        row: Asked | None = self.table.under_keyboard() if self.table.hasFocus() else None
        troubled = next(
            (one for one in self.seen.asked if one.answer.trouble is not None), self.seen.asked[0]
        )
        code = self.seen.placed.product.model_code
        self.dialog = AnswerDialog(self, self.workplace, self.account_id, code, row or troubled)
        self.dialog.finished.connect(self._answered)
        self.dialog.open()

    def _answered(self) -> None:
        self.dialog = None
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, seen: Seen) -> None:
        one = seen.placed
        if seen == self.seen:  # a person may be reading or selecting here
            self.shown.emit(one.product.model_code)
            return
        same = self.seen is not None and self.seen.placed.product.variant_id == one.product.variant_id
        self.seen = seen
        self.title.setText(one.product.title)
        self.code.setText(f"{one.product.model_code} · {state_words(one.proposal)}")
        self._show_leaf(one)
        (self.model.set_rows if same else self.model.reset)(seen.asked)
        self._asks.setVisible(bool(seen.asked))
        rows = min(max(len(seen.asked), 1), _MOST_ROWS)
        high = self.table.horizontalHeader().sizeHint().height() + rows * px(ROW_HEIGHT) + 4
        self.table.setFixedHeight(high)
        if seen.asked and not same:
            self.table.choose_row(0)
        self._show_proposal(one)
        self.shown.emit(one.product.model_code)

    def _show_leaf(self, one: Placed) -> None:
        if one.leaf is None:
            words = (
                t("catalogue_page.leaf_gone_note")
                if one.way is Way.CHOSEN
                else t("catalogue_page.no_leaf_note")
            )
        elif one.way is Way.SUGGESTED:
            words = t("catalogue_page.suggested_note", path=path_words(one.leaf))
        else:
            words = path_words(one.leaf)
        self.leaf.setText(words)
        self.leaf.set_tone(None if one.way is Way.CHOSEN and one.leaf is not None else Tone.WARN)

    def _show_proposal(self, one: Placed) -> None:
        proposal, built = one.proposal, one.proposal.built
        self.state.setText(render(proposals.state_text(proposal.state)))
        self.state.set_tone(state_tone(proposal) if not proposal.is_open or proposal.problem else None)
        problem = render(proposal.problem) if proposal.problem is not None else ""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        # What an attribute lacks stands at it, above.
        others = [lack for lack in proposal.lacks if lack.attribute is None] if proposal.is_open else []
        lacks = "\n".join(f"• {render(lack.reason)}" for lack in others)
        self.lacks.setText(lacks)
        self.lacks.setVisible(bool(lacks))
        facts = Facts()
        facts.add(t("proposals.part_title"), built.sheet.title)
        facts.add(t("proposals.part_description"), " · ".join(built.sheet.description.splitlines()))
        facts.add(t("catalogue_page.images"), str(len(built.sheet.images) or "–"))
        facts.add(t("proposals.part_ean"), built.variant.ean or "–")
        facts.add(t("catalogue_page.sku"), built.sku)
        facts.add(t("catalogue_page.product_id"), built.variant.backmarket_product_id)
        facts.add(t("catalogue_page.since"), moment(proposal.since) if not proposal.is_open else "")
        old = self._facts
        self._proposal.body.replaceWidget(old, facts)
        old.hide()
        old.deleteLater()
        self._facts = facts

    def _build(self) -> None:
        back = msg("catalogue_page.back")
        self.title = PlainLabel("", "title", wrap=True)
        self.code = PlainLabel("", "note")
        close = QToolButton()
        close.setAccessibleName(render(back))
        close.setToolTip(render(back))
        set_icon(close, "cross", "muted", 18)
        close.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        head = Card()
        head.add(top)
        head.add(self.code)
        leaf = Card(t("catalogue_page.column_leaf"))
        self.leaf = PlainLabel("", wrap=True)
        leaf.add(self.leaf)
        self._asks = Card(t("catalogue_page.asks"))
        self.answer_button = ShortcutButton(msg("catalogue_page.answer_it"), "Ctrl+G", icon="edit")
        self.answer_button.clicked.connect(self.answer)
        self._asks.add_action(self.answer_button)
        self.model = RowsModel(asked_columns(), self, key=lambda one: one.attribute.field)
        self.table = DataTable(t("catalogue_page.asks"))
        self.table.setModel(self.model)
        self.table.opened.connect(lambda _: self.answer())
        self._asks.add(self.table)
        self._proposal = Card(t("catalogue_page.proposal"))
        self.state = PlainLabel("", "heading", wrap=True)
        self.problem = PlainLabel("", "error", wrap=True, selectable=True)
        self.lacks = PlainLabel("", wrap=True)
        self.lacks.set_tone(Tone.WARN)
        for widget in (self.state, self.problem, self.lacks, self._facts):
            self._proposal.add(widget)
        scroll = ScrollColumn()
        for card in (leaf, self._asks, self._proposal):
            scroll.column.addWidget(card)
        scroll.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(head)
        column.addWidget(scroll, 1)
        bind(self, "Alt+Left", back, self.closed.emit)


def _read(desk: Desk, account_id: str, placed: Placed) -> Seen:
    return Seen(placed, category_filling.asked(desk, account_id, placed.product.model_code))
