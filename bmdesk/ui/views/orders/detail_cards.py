"""The cards of an order beside its lines: what must be decided, parcel and papers, addresses, Odoo, queue, timeline."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from bmdesk.domain.customers import Person
from bmdesk.domain.effects import state_text
from bmdesk.domain.orders import RIGHT_OF_WAY, LineAction, way_text
from bmdesk.domain.parcels import MOVES, ParcelState
from bmdesk.domain.rights import Right
from bmdesk.services.orders.documents import kind_text
from bmdesk.services.orders.order_shown import (
    ConflictShown,
    DocumentShown,
    LineDetail,
    OrderDetail,
    ParcelShown,
)
from bmdesk.services.orders.substitutes import Substitute
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.papers import open_paper, print_paper
from bmdesk.ui.theme import mark, px, set_icon
from bmdesk.ui.views.orders import line_cards
from bmdesk.ui.views.orders.actions import Actions
from bmdesk.ui.views.orders.offered import SubstituteRow
from bmdesk.ui.views.orders.words import event_words, parcel_tone, parcel_words
from bmdesk.ui.widgets.address import AddressLabel, written
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import Facts, broken
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.words import day, effect_tone, moment, sentence
from bmdesk.ui.workplace import Workplace

FIRST_WAY = "first way"
"""The name of the button that a key goes to."""
_LONGEST = 600
_MOST_OFFERED, _MOST_EVENTS = 5, 120


def conflicts(
    order: OrderDetail, offered: Mapping[str, tuple[Substitute, ...]], acts: Actions
) -> Card | None:
    """What a person must decide, with the ways out of it; cancelling comes last."""
    if not order.conflicts:
        return None
    card = Card(t("orders_page.decide_title", count=len(order.conflicts)))
    by_id = {line.id: line for line in order.lines}
    for number, one in enumerate(order.conflicts):
        line = by_id.get(one.line_id or "")
        card.add(_conflict(order, one, line, offered.get(one.line_id or "", ()), acts, first=number == 0))
    return card


def parcel(order: OrderDetail, workplace: Workplace, acts: Actions) -> Card | None:
    """The parcel, where it is, and the papers of the order."""
    one = order.parcel
    if (
        one is None
        and not order.documents
        and not order.row.tracking
        and not any(x.ours for x in order.lines)
    ):
        return None
    card = Card(t("orders_page.parcel_title"))
    if one is not None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel(broken(one.number, 60), "code", selectable=True))
        head.addWidget(Pill(parcel_words(one.state), parcel_tone(one.state)))
        head.addStretch()
        # Only https is ever opened, whoever wrote the address.
        if one.url.startswith("https://"):
            head.addWidget(_link(t("orders_page.follow"), one.url))
        card.add(head)
        facts = Facts(96)
        facts.add(t("orders_page.carrier"), one.shipper)
        facts.add(t("orders_page.packed"), f"{moment(one.packed_at)} · {one.packed_by} · {one.station}")
        facts.add(t("orders_page.told"), moment(one.told_at))
        facts.add(t("orders_page.handed"), moment(one.handed_at))
        facts.add(t("orders_page.delivered"), moment(one.delivered_at))
        card.add(facts)
        card.add(_moves(one, acts))
    elif order.row.tracking:
        facts = Facts(96)
        facts.add(t("orders_page.tracking"), order.row.tracking)
        facts.add(t("orders_page.carrier"), order.shipper)
        facts.add(t("orders_page.shipped"), moment(order.shipped_at))
        card.add(facts)
    for paper in order.documents:
        card.add(_paper(paper, workplace))
    attach = QPushButton(t("orders_page.attach_invoice"))
    set_icon(attach, "upload")
    attach.clicked.connect(lambda *_: acts.attach_invoice(order.row.id))
    row = QHBoxLayout()
    row.addWidget(attach)
    row.addStretch()
    card.add(row)
    return card


def addresses(order: OrderDetail, workplace: Workplace) -> Card | None:
    """Where it goes, and who pays if that is somebody else; or why nobody knows any more."""
    if order.shipping is None and order.billing is None and order.erased_at is None:
        return None
    card = Card(t("orders_page.addresses_title"))
    if order.erased_at is not None:
        card.add(PlainLabel(t("orders_page.erased_on", day=day(order.erased_at)), wrap=True))
        card.add(PlainLabel(t("orders_page.erased_note"), "note", wrap=True))
        return card
    if order.customer_id is not None:
        customer_id = order.customer_id
        jump = QPushButton(t("orders_page.show_customer"))
        set_icon(jump, "user")
        jump.clicked.connect(lambda *_: _show_customer(workplace, customer_id))
        card.add_action(jump)
    if order.shipping is not None:
        card.add(_address(t("orders_page.ships_to"), order.shipping, workplace))
    if order.billing is not None and order.billing != order.shipping:
        card.add(_address(t("orders_page.billed_to"), order.billing, workplace))
    return card


def queue(order: OrderDetail, workplace: Workplace) -> Card | None:
    """What still must reach the marketplace."""
    if not order.effects:
        return None
    card = Card(t("orders_page.queue_title", count=len(order.effects)))
    jump = QPushButton(t("orders_page.to_sync"))
    jump.clicked.connect(lambda *_: workplace.window.show_room("sync"))
    card.add_action(jump)
    for one in order.effects:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel(broken(sentence(render(one.kind)), 120), wrap=True), 1)
        head.addWidget(Pill(sentence(render(one.state)), effect_tone(one.state_code)))
        card.add(head)
        card.add(PlainLabel(broken(render(one.happened), _LONGEST), "note", wrap=True))
        card.add(PlainLabel(broken(render(one.todo), _LONGEST), "note", wrap=True))
    return card


def at_odoo(order: OrderDetail) -> Card | None:
    """How it stands at the company's Odoo, and what a person must look at there."""
    one = order.odoo
    if one is None:
        return None
    card = Card(t("orders_page.odoo_title"))
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(PlainLabel(broken(render(one.words), 200), wrap=True), 1)
    head.addWidget(Pill(sentence(render(state_text(one.state))), effect_tone(one.state)))
    card.add(head)
    for said in (one.why, one.todo):
        if said is not None:
            card.add(PlainLabel(broken(render(said), _LONGEST), "note", wrap=True))
    return card


def timeline(order: OrderDetail) -> Card | None:
    """What happened to this order, newest first."""
    if not order.timeline:
        return None
    card = Card(t("orders_page.timeline_title"))
    for one in order.timeline[: -_MOST_EVENTS - 1 : -1]:
        row = QHBoxLayout()
        row.setSpacing(10)
        at = PlainLabel(event_words(one.at), "note")
        at.setMinimumWidth(px(88))
        at.setToolTip(moment(one.at))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(PlainLabel(broken(sentence(render(one.what)), _LONGEST), wrap=True))
        who = " · ".join(part for part in (one.operator, one.station) if part)
        if who:
            words.addWidget(PlainLabel(broken(who, 120), "note", wrap=True))
        row.addWidget(at, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        card.add(row)
    return card


def _conflict(
    order: OrderDetail,
    one: ConflictShown,
    line: LineDetail | None,
    offered: tuple[Substitute, ...],
    acts: Actions,
    *,
    first: bool,
) -> QWidget:
    frame = QFrame()
    mark(frame, kind="banner", tone=str(Tone.BAD))
    column = QVBoxLayout(frame)
    column.setContentsMargins(12, 10, 12, 12)
    column.setSpacing(6)
    column.addWidget(PlainLabel(broken(render(one.title), 200), "heading", wrap=True))
    if line is not None and len(order.lines) > 1:
        column.addWidget(PlainLabel(broken(line.title or line.sku_text, 160), "note", wrap=True))
    column.addWidget(PlainLabel(broken(render(one.happened), _LONGEST), wrap=True))
    column.addWidget(PlainLabel(broken(render(one.todo), _LONGEST), wrap=True))
    if offered and line is not None:
        column.addWidget(PlainLabel(t("orders_page.would_do"), "caption"))
        for substitute in offered[:_MOST_OFFERED]:
            row = SubstituteRow(substitute)
            row.asked.connect(lambda unit_id, line=line: acts.use(line.id, unit_id))
            column.addWidget(row)
    ways = Flow()
    for number, way in enumerate(one.ways):
        button = QPushButton(sentence(render(way_text(way))))
        button.setAccessibleName(f"{button.text()}: {render(one.title)}")
        if first and number == 0:
            button.setObjectName(FIRST_WAY)
        button.clicked.connect(lambda _=False, way=way: acts.settle(one, way, line))
        if way in RIGHT_OF_WAY:
            needs(button, acts.workplace, RIGHT_OF_WAY[way])
        ways.add(button)
    # Taking it back hurts the seller's figures: it stands behind everything else that may be done.
    for action, words in (
        (LineAction.REFUND, t("orders_page.refund")),
        (LineAction.CANCEL, t("orders_page.cancel")),
    ):
        if line is not None and action in line.actions:
            button = QPushButton(words)
            button.setAccessibleName(f"{words}: {line.title[:80] or line.sku_text}")
            mark(button, kind="danger")
            button.clicked.connect(
                lambda _=False, line=line, action=action: line_cards.act(acts, order, line, action)
            )
            needs(button, acts.workplace, Right.CANCEL)
            ways.add(button)
    column.addWidget(ways)
    return frame


def _moves(one: ParcelShown, acts: Actions) -> QWidget:
    offered = {
        ParcelState.DELIVERED: t("orders_page.arrived"),
        ParcelState.BACK: t("orders_page.came_back"),
        ParcelState.LOST: t("orders_page.lost"),
        ParcelState.UNDONE: t("orders_page.open_again"),
    }
    flow = Flow()
    for state, words in offered.items():
        if state in MOVES[one.state]:
            button = QPushButton(words)
            button.clicked.connect(lambda _=False, state=state: acts.move_parcel(one.id, state))
            flow.add(button)
    return flow


def _paper(paper: DocumentShown, workplace: Workplace) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    title = sentence(render(kind_text(paper.kind)))
    kept = paper.state == "kept"
    said = title if kept else f"{title}: {_paper_state(paper.state)}"
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(PlainLabel(said, wrap=True))
    if paper.problem is not None and not kept:
        words.addWidget(PlainLabel(broken(render(paper.problem), 300), "note", wrap=True))
    elif paper.name:
        words.addWidget(PlainLabel(broken(paper.name, 80), "note", wrap=True))
    row.addLayout(words, 1)
    if kept:
        for label, icon, act in (
            (t("orders_page.open_paper", paper=title), "document", open_paper),
            (t("orders_page.print_paper", paper=title), "printer", print_paper),
        ):
            button = QToolButton()
            button.setAccessibleName(label)
            button.setToolTip(label)
            set_icon(button, icon, "text", 17)
            button.clicked.connect(
                lambda _=False, act=act: act(workplace, paper.id, paper.name or paper.kind)
            )
            row.addWidget(button)
    return holder


def _paper_state(state: str) -> str:
    return t("orders_page.paper_waits") if state == "waiting" else t("orders_page.paper_failed")


def _address(caption: str, person: Person, workplace: Workplace) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    lines = written(person)
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(PlainLabel(caption, "caption"))
    words.addWidget(AddressLabel(lines))
    copy = QToolButton()
    copy.setAccessibleName(f"{t('orders_page.copy_address')}: {caption}")
    copy.setToolTip(t("orders_page.copy_address"))
    set_icon(copy, "document", "muted", 16)
    copy.clicked.connect(lambda *_: _copy(workplace, "\n".join(lines)))
    row.addLayout(words, 1)
    row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
    return holder


def _copy(workplace: Workplace, words: str) -> None:
    QGuiApplication.clipboard().setText(words)
    workplace.window.say(Tone.OK, t("orders_page.copied"), for_ms=2500)


def _link(words: str, url: str) -> QPushButton:
    button = QPushButton(words)
    button.clicked.connect(lambda *_: QDesktopServices.openUrl(QUrl(url)))
    return button


def _show_customer(workplace: Workplace, customer_id: str) -> None:
    found = getattr(workplace.window.show_room("customers"), "open_customer", None)
    if callable(found):
        found(customer_id)
