"""What a person does to one price: chooses one, takes the price to win, lets the rules count again, settles who writes.

Asks and calls the services; whether it may be is theirs to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from bmdesk.domain.backbox import Box
from bmdesk.domain.changes import Change
from bmdesk.domain.money import Money, NotMoney
from bmdesk.domain.rights import Right
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.prices import choosing
from bmdesk.services.prices.simulation import PriceRow, Why
from bmdesk.texts import Text, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.views.prices.words import market_named, number_words, shown_price
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.asking import Asking, Values
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import money, refusal_words
from bmdesk.ui.workplace import Workplace


@dataclass(frozen=True, slots=True)
class _Done:
    """A price was chosen or given back; what to know of it."""

    notes: tuple[Text, ...]
    changes: frozenset[Change] = frozenset({Change.LISTINGS})


class SheetActs(QWidget):
    """Buttons with keys; those that make no sense for this price are hidden."""

    def __init__(self, page: QWidget, workplace: Workplace) -> None:
        super().__init__(page)
        mark(self, kind="clear")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._page, self._workplace = page, workplace
        self._account = ""
        self._row: PriceRow | None = None
        self._box: Box | None = None
        self.by_hand = self._button(msg("prices_page.by_hand"), "H", "edit", self.ask_price)
        self.take = self._button(msg("prices_page.take"), "W", "star", self.take_to_win)
        self.rules = self._button(msg("prices_page.release"), "R", "undo", self.release)
        self.theirs = self._button(msg("prices_page.theirs"), "T", "user", self.keep_theirs)
        self.ours = self._button(msg("prices_page.ours"), "O", "check", self.keep_ours)
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        grid.addWidget(self.theirs, 0, 0)
        grid.addWidget(self.ours, 0, 1)
        grid.addWidget(self.rules, 1, 1)
        grid.addWidget(self.take, 2, 0, 1, 2)

    def show_price(self, account_id: str, row: PriceRow, box: Box | None) -> None:
        """Offer what makes sense for this price."""
        self._account, self._row, self._box = account_id, row, box
        to_win = box.to_win if box is not None else None
        chosen = row.chosen.price if row.chosen is not None else None
        self.take.setVisible(to_win is not None and to_win != chosen)
        against = row.chosen is not None or row.foreign is not None
        self.rules.setVisible(against)
        self._grid.addWidget(self.by_hand, 1, 0, 1, 1 if against else 2)
        for button in (self.theirs, self.ours):
            button.setVisible(row.foreign is not None)

    def ask_price(self) -> None:
        """A price of a person's own, from now on."""
        row = self._row
        shown = shown_price(row) if row is not None else None
        if row is None or shown is None:
            return
        currency = shown.currency

        def check(values: Values) -> dict[str, str]:
            try:
                Money.parse(values["price"], currency)
            except NotMoney as failure:
                return {"price": refusal_words(failure)}
            return {}

        asking = Asking(
            self._page,
            t("prices_page.by_hand"),
            t("prices_page.by_hand_note", sku=row.sku or row.our_sku, market=market_named(row.market)),
            t("prices_page.by_hand_yes"),
            lambda values: self._choose(Money.parse(values["price"], currency), Why.HAND),
            check,
        )
        field = asking.words(
            "price", t("prices_page.price_in", currency=currency), number_words(shown), longest=16
        )
        field.selectAll()
        asking.open()

    def take_to_win(self) -> None:
        """The price that wins the BackBox, as it was last read."""
        if self._box is not None and self._box.to_win is not None:
            self._choose(self._box.to_win, Why.BACKBOX)

    def release(self) -> None:
        """The rules count again."""
        self._call(choosing.release, then=t("prices_page.released"))

    def keep_theirs(self) -> None:
        """What else wrote there stays: it is the chosen price from now on."""
        self._ask(t("prices_page.theirs"), t("prices_page.theirs_note"), choosing.theirs)

    def keep_ours(self) -> None:
        """Our price is written over it."""
        self._ask(t("prices_page.ours"), t("prices_page.ours_note"), choosing.ours)

    def _choose(self, price: Money, why: Why) -> None:
        self._call(choosing.choose, price, why, then=t("prices_page.chosen", price=money(price)))

    def _ask(self, title: str, note: str, service: Callable[..., Any]) -> None:
        row = self._row
        if row is None or row.foreign is None:
            return
        words = t("prices_page.foreign_note", price=money(row.foreign))
        Confirm(
            self._page, title, f"{words}\n\n{note}", title, lambda _: self._call(service, then=title)
        ).open()

    def _call(self, service: Callable[..., Any], *args: Any, then: str) -> None:
        row = self._row
        if row is None:
            return

        def work(desk: Desk, actor: Actor) -> _Done:
            done = service(desk, actor, self._account, row.listing_id, row.market, *args)
            return _Done(tuple(getattr(done, "notes", ())))

        def say(done: _Done) -> None:
            notes = [render(note) for note in done.notes]
            self._workplace.window.say(Tone.WARN if notes else Tone.OK, then, *notes, for_ms=8000)

        self._workplace.write(
            work,
            self._workplace.actor,
            then=say,
        )

    def _button(self, words: Text, keys: str, icon: str, act: Callable[[], object]) -> ShortcutButton:
        button = ShortcutButton(words, keys, icon=icon)
        button.clicked.connect(lambda _=False: act())
        needs(button, self._workplace, Right.PRICES)
        button.give_way()
        return button
