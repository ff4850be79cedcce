"""Exchange rates, files of rates, rules and prices, and the way to the room where the rules stand."""

from __future__ import annotations

from bmdesk.domain.rights import Right
from bmdesk.texts import msg, t
from bmdesk.ui.views.settings.price_files import PriceFilesCard
from bmdesk.ui.views.settings.rates import RatesCard
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import Workplace


class PriceSection(Section):
    """`rates` are given here; shares, commissions and rules in the room."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        card = Card(t("settings.prices.room"))
        card.add(PlainLabel(t("settings.prices.room_note"), "note", wrap=True))
        self.room_button = ShortcutButton(msg("settings.prices.to_room"), icon="prices")
        self.room_button.clicked.connect(lambda _=False: workplace.window.show_room("prices"))
        needs(self.room_button, workplace, Right.PRICES)
        card.add_action(self.room_button)
        self.rates = RatesCard(workplace)
        self.files = PriceFilesCard(workplace)
        self.files.taken.connect(self.load)
        self.column.addWidget(card)
        self.column.addWidget(self.rates)
        self.column.addWidget(self.files)
        self.column.addStretch(1)

    def load(self) -> None:
        super().load()
        self.rates.load()
        self.files.load()
