"""The lines of an order on its sheet: what was sold, which units it gets or left with, what may be done with it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from bmdesk.domain.orders import LineAction
from bmdesk.domain.rights import Right
from bmdesk.services.orders.order_shown import LineDetail, OrderDetail, StepShown, UnitOfLine
from bmdesk.texts import locale, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, set_icon
from bmdesk.ui.views.orders.actions import Actions
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.words import NOTHING, grade_tone, grade_words, moment, money, order_tone, order_words, sentence
from bmdesk.ui.workplace import Workplace

TAKES_BACK = frozenset({LineAction.REFUND, LineAction.CANCEL})
_STEP_TONES = {"asked": Tone.WARN, "done": Tone.OK, "failed": Tone.BAD}


def lines(order: OrderDetail, workplace: Workplace, acts: Actions) -> Card | None:
    """Each line with its units and its buttons; cancelling comes last."""
    if not order.lines:
        return None
    card = Card(t("orders_page.goods_title", count=order.row.pieces))
    for number, line in enumerate(order.lines):
        if number:
            rule = QFrame()
            mark(rule, kind="line")
            card.add(rule)
        card.add(_line(order, line, workplace, acts))
    return card


def act(acts: Actions, order: OrderDetail, line: LineDetail, action: LineAction) -> None:
    """Do this with this line of this order."""
    match action:
        case LineAction.ASSIGN:
            acts.assign(line)
        case LineAction.CANCEL:
            acts.cancel(order.row.number, line)
        case LineAction.REFUND:
            acts.refund(order.row.number, line)
        case LineAction.ACCEPT:
            acts.accept_line(order.row.id, line.id)


def _line(order: OrderDetail, line: LineDetail, workplace: Workplace, acts: Actions) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 2, 0, 2)
    column.setSpacing(6)
    head = QHBoxLayout()
    head.setSpacing(8)
    title = line.title or line.sku_text or NOTHING
    pieces = f"{line.quantity} × {title}" if line.quantity > 1 else title
    head.addWidget(PlainLabel(broken(pieces, 220), wrap=True), 1)
    head.addWidget(PlainLabel(money(line.price), "heading"), 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(head)
    pills = QHBoxLayout()
    pills.setSpacing(6)
    pills.addWidget(Pill(order_words(line.state), order_tone(line.state)))
    if line.grade:
        pills.addWidget(Pill(grade_words(line.grade), grade_tone(line.grade) or Tone.NEUTRAL))
    if not line.ours:
        pills.addWidget(Pill(t("orders_page.line_not_ours"), Tone.NEUTRAL))
    pills.addStretch()
    column.addLayout(pills)
    column.addWidget(PlainLabel(broken(_skus(line), 300), "note", wrap=True, selectable=True))
    for unit in line.units:
        column.addWidget(_unit(line, unit, workplace, acts))
    if line.missing and line.ours and LineAction.ASSIGN in line.actions:
        missing = PlainLabel(t("orders_page.missing", count=line.missing), wrap=True)
        missing.set_tone(Tone.BAD)
        column.addWidget(missing)
    if not line.units and line.remote_identifier:
        column.addWidget(
            PlainLabel(t("orders_page.theirs", identifier=line.remote_identifier[:60]), "note", wrap=True)
        )
    if line.refunded is not None:
        column.addWidget(PlainLabel(t("orders_page.refunded_part", amount=money(line.refunded)), "note"))
    for step in line.steps:
        column.addWidget(_step(step, acts))
    if line.actions:
        column.addLayout(_buttons(order, line, acts))
    return holder


def _skus(line: LineDetail) -> str:
    said = [line.sku_text]
    if line.our_sku and line.our_sku != line.sku_text:
        said.append(t("orders_page.our_sku", sku=line.our_sku))
    return "\n".join(part for part in said if part)


def _unit(line: LineDetail, unit: UnitOfLine, workplace: Workplace, acts: Actions) -> QWidget:
    holder = QFrame()
    mark(holder, kind="well")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    head = QHBoxLayout()
    head.setSpacing(6)
    head.addWidget(PlainLabel(broken(unit.identifier or NOTHING, 60), "code", selectable=True))
    if unit.grade and unit.grade != line.grade:
        head.addWidget(Pill(grade_words(unit.grade), grade_tone(unit.grade) or Tone.NEUTRAL))
    head.addStretch()
    show = _small(t("orders_page.show_unit", identifier=unit.identifier[:40]), "enter")
    show.clicked.connect(lambda *_: workplace.show_unit(unit.unit_id))
    head.addWidget(show)
    if unit.state == "reserved" and LineAction.ASSIGN in line.actions:
        give_back = _small(t("orders_page.unassign_this", identifier=unit.identifier[:40]), "undo")
        give_back.clicked.connect(lambda *_: acts.unassign(line, unit.unit_id, unit.identifier))
        head.addWidget(give_back)
    column.addLayout(head)
    said = [_unit_state(unit.state), unit.location if unit.state == "reserved" else ""]
    if unit.warranty_until:
        said.append(t("orders_page.warranty_until", day=locale.day(date.fromisoformat(unit.warranty_until))))
    column.addWidget(PlainLabel(" · ".join(part for part in said if part), "note", wrap=True))
    if unit.override:
        override = PlainLabel(
            t("orders_page.override", reason=broken(unit.override, 200), by=unit.override_by),
            "note",
            wrap=True,
        )
        override.set_tone(Tone.WARN)
        column.addWidget(override)
    return holder


def _unit_state(state: str) -> str:
    return {
        "reserved": t("orders_page.unit_reserved"),
        "packed": t("orders_page.unit_packed"),
        "shipped": t("orders_page.unit_shipped"),
    }.get(state, state)


def _step(step: StepShown, acts: Actions) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    amount = f" {money(step.amount)}" if step.amount is not None else ""
    said = t(
        "orders_page.step",
        what=f"{sentence(render(step.title))}{amount}",
        reason=render(step.reason),
        by=step.asked_by or NOTHING,
        at=moment(step.asked_at),
    )
    if step.looked_for:
        said = f"{said} {t('orders_page.step_looked_for')}"
    words = PlainLabel(broken(said, 400), wrap=True)
    words.set_tone(_STEP_TONES.get(step.state))
    row.addWidget(words, 1)
    if step.state != "asked":
        return holder
    if step.in_doubt:
        for label, did in ((t("orders_page.it_happened"), True), (t("orders_page.it_did_not"), False)):
            button = QPushButton(label)
            button.clicked.connect(lambda _=False, did=did: acts.happened(step, did=did))
            needs(button, acts.workplace, Right.CANCEL)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    elif not step.sent:
        withdraw = QPushButton(t("orders_page.withdraw"))
        withdraw.clicked.connect(lambda *_: acts.withdraw(step))
        needs(withdraw, acts.workplace, Right.CANCEL)
        row.addWidget(withdraw, 0, Qt.AlignmentFlag.AlignTop)
    return holder


def _buttons(order: OrderDetail, line: LineDetail, acts: Actions) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    offered = {
        LineAction.ACCEPT: t("orders_page.accept"),
        LineAction.ASSIGN: t("orders_page.assign"),
        LineAction.REFUND: t("orders_page.refund"),
        LineAction.CANCEL: t("orders_page.cancel"),
    }
    for action, words in offered.items():
        if action not in line.actions:
            continue
        button = QPushButton(words)
        button.setAccessibleName(f"{words}: {line.title[:80] or line.sku_text}")
        if action is LineAction.CANCEL:
            row.addStretch()
            mark(button, kind="danger")
        button.clicked.connect(lambda _=False, action=action: act(acts, order, line, action))
        if action in TAKES_BACK:
            needs(button, acts.workplace, Right.CANCEL)
        row.addWidget(button)
    if LineAction.CANCEL not in line.actions:
        row.addStretch()
    return row


def _small(words: str, icon: str) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(words)
    button.setToolTip(words)
    set_icon(button, icon, "muted", 16)
    return button
