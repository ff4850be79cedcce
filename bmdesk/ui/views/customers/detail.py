"""One customer on a sheet: how to reach them, what they bought, which devices they have, covered until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QToolButton, QVBoxLayout

from bmdesk.domain.customers import Person
from bmdesk.domain.money import Money
from bmdesk.domain.orders import LineState
from bmdesk.domain.rights import Right
from bmdesk.services import privacy, privacy_file
from bmdesk.services.orders import customers
from bmdesk.services.orders.customers import Detail, DeviceOf, OrderOf
from bmdesk.services.privacy import Erased
from bmdesk.texts import msg, t
from bmdesk.ui.long_work import beside
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, set_icon
from bmdesk.ui.widgets.address import AddressLabel, written
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.detail_sheet import DetailSheet, cleared
from bmdesk.ui.widgets.facts import Facts, broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import NOTHING, day, moment, money, order_tone, order_words
from bmdesk.ui.workplace import Workplace

WIDTH = 440
_MOST = 60
"""Orders and devices that one sheet shows; a dealer may have bought hundreds."""


class DetailPanel(DetailSheet):
    """`show_one(id)` of a customer."""

    order_asked = Signal(str, int)  # id and number
    seen: Detail | None

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "customers", msg("customers_page.back"), WIDTH)
        self.asking: Confirm | None = None
        self._facts = QVBoxLayout()
        self._head.add(self._facts)

    def _reading(self) -> tuple[object, ...]:
        return customers.detail, self.open_id

    def _draw(self, seen: Detail) -> tuple[Card | None, ...]:
        gone = seen.customer.erased_at
        nameless = (
            t("customers_page.no_name") if gone is None else t("customers_page.erased_on", day=day(gone))
        )
        self.title.setText(broken(seen.customer.name or nameless, 120))
        facts = Facts(90)
        facts.add(t("customers_page.column_email"), seen.customer.email)
        facts.add(t("customers_page.column_phone"), seen.customer.phone)
        facts.add(t("customers_page.column_country"), seen.customer.country)
        facts.add(t("customers_page.column_last"), moment(seen.customer.last_at))
        cleared(self._facts).addWidget(facts)
        return (
            self._orders(seen.orders),
            self._devices(seen.devices),
            self._addresses(seen.addresses),
            self._their_data() if gone is None else None,
        )

    def _orders(self, orders: Sequence[OrderOf]) -> Card | None:
        if not orders:
            return None
        card = Card(t("customers_page.orders_title", count=len(orders)))
        for number, one in enumerate(orders[:_MOST]):
            _rule(card, number)
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(PlainLabel(str(one.number), "heading"))
            head.addWidget(PlainLabel(" · ".join(filter(None, (day(one.created_at), one.market))), "note"), 1)
            jump = _small(t("customers_page.show_order", number=one.number), "enter")
            jump.clicked.connect(lambda _=False, one=one: self.order_asked.emit(one.id, one.number))
            head.addWidget(jump)
            card.add(head)
            price = (
                Money(one.price_minor, one.currency) if one.price_minor is not None and one.currency else None
            )
            stands = QHBoxLayout()
            stands.setSpacing(8)
            stands.addWidget(PlainLabel(money(price)), 1)
            state = LineState(one.state)
            stands.addWidget(Pill(order_words(state), order_tone(state)))
            card.add(stands)
        _more(card, len(orders))
        return card

    def _devices(self, devices: Sequence[DeviceOf]) -> Card | None:
        if not devices:
            return None
        card = Card(t("customers_page.devices_title", count=len(devices)))
        for number, one in enumerate(devices[:_MOST]):
            _rule(card, number)
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(PlainLabel(broken(one.title or NOTHING, 120), wrap=True), 1)
            if one.warranty_until is not None:
                head.addWidget(_warranty(one.warranty_until), 0, Qt.AlignmentFlag.AlignTop)
            jump = _small(t("customers_page.show_unit", identifier=one.identifier), "enter")
            jump.clicked.connect(lambda _=False, one=one: self.workplace.show_unit(one.unit_id))
            head.addWidget(jump, 0, Qt.AlignmentFlag.AlignTop)
            card.add(head)
            card.add(
                PlainLabel(
                    f"{one.identifier or NOTHING} · {t('customers_page.of_order', number=one.order_number)}",
                    "note",
                    selectable=True,
                )
            )
        _more(card, len(devices))
        return card

    def _addresses(self, addresses: Sequence[Person]) -> Card | None:
        if not addresses:
            return None
        card = Card(t("customers_page.addresses_title", count=len(addresses)))
        for number, one in enumerate(addresses[:_MOST]):
            _rule(card, number)
            words = "\n".join(written(one))
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(AddressLabel(written(one)), 1)
            copy = _small(t("customers_page.copy_address"), "document")
            copy.clicked.connect(lambda _=False, words=words: self._copy(words))
            row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
            card.add(row)
        _more(card, len(addresses))
        return card

    def export(self, file: Path) -> None:
        """Write all that is known of this person to a file, to give to them."""
        place, customer_id = self.workplace, self.open_id
        place.with_pin(
            Right.PERSONAL_DATA,
            lambda: place.read(
                privacy_file.export,
                place.actor,
                customer_id,
                file,
                then=lambda done: place.say_written(done.file),
                failed=place.window.show_failure,
            ),
        )

    def ask_erase(self) -> None:
        """Ask first: what goes, what stays, and that it is for good."""
        seen = self.seen
        if seen is None:
            return
        who = broken(seen.customer.name or t("customers_page.no_name"), 80)
        happens = t("customers_page.erase_happens", orders=len(seen.orders), devices=len(seen.devices))
        self.asking = Confirm(
            self,
            t("customers_page.erase_question", name=who),
            happens,
            t("customers_page.erase_yes"),
            lambda _: self._erase(seen.customer.id),
            danger=True,
        )
        self.asking.open()

    def _erase(self, customer_id: str) -> None:
        place = self.workplace

        def erase() -> None:
            # All papers are looked through: on the writer's thread scans would wait for that.
            desk, actor = replace(place.desk, through=place.bridge.run), place.actor
            self.erase_button.setEnabled(False)
            beside(
                self,
                place,
                lambda: privacy.erase(desk, actor, customer_id),
                self._was_erased,
                ended=lambda: self.erase_button.setEnabled(True),
            )

        place.with_pin(Right.PERSONAL_DATA, erase)

    def _was_erased(self, done: Erased) -> None:
        self.workplace.bridge.announce(done.changes)
        words = t("customers_page.erased", orders=done.orders, papers=done.papers)
        self.workplace.window.say(Tone.OK, words, t("customers_page.erased_note"), for_ms=10_000)
        self.closed.emit()

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, t("customers_page.export"), "customer.zip", t("customers_page.export_files")
        )
        if name:
            self.export(Path(name))

    def _their_data(self) -> Card:
        card = Card(t("customers_page.data_title"))
        card.add(PlainLabel(t("customers_page.data_note"), "note", wrap=True))
        self.export_button = ShortcutButton(msg("customers_page.export"), icon="download")
        self.export_button.clicked.connect(self._ask_file)
        self.erase_button = ShortcutButton(msg("customers_page.erase"), icon="trash", kind="danger")
        self.erase_button.clicked.connect(self.ask_erase)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.export_button, self.erase_button):
            needs(button, self.workplace, Right.PERSONAL_DATA)
            row.addWidget(button)
        row.addStretch()
        card.add(row)
        return card

    def _copy(self, words: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self.workplace.window.say(Tone.OK, t("customers_page.copied"), for_ms=2500)


def _warranty(until: date) -> Pill:
    runs = until >= datetime.now().astimezone().date()
    code = (
        t("customers_page.warranty_until", day=until)
        if runs
        else t("customers_page.warranty_over", day=until)
    )
    return Pill(code, Tone.OK if runs else Tone.NEUTRAL)


def _small(words: str, icon: str) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(words)
    button.setToolTip(words)
    set_icon(button, icon, "muted", 16)
    return button


def _rule(card: Card, number: int) -> None:
    if number:
        rule = QFrame()
        mark(rule, kind="line")
        card.add(rule)


def _more(card: Card, total: int) -> None:
    if total > _MOST:
        card.add(PlainLabel(t("customers_page.first_of", most=_MOST, count=total), "note"))
