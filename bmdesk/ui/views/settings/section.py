"""What a section of the settings is that has cards of single settings."""

from __future__ import annotations

from bmdesk.texts import Text
from bmdesk.ui.views.settings.fields import Editor, FieldCard, SettingField
from bmdesk.ui.views.settings.sources import Source
from bmdesk.ui.widgets import section
from bmdesk.ui.workplace import Workplace


class Section(section.Section):
    """Its cards are loaded with it."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.cards: list[FieldCard] = []

    def load(self) -> None:
        for card in self.cards:
            card.load()

    def card(self, title: str = "", note: str = "") -> FieldCard:
        """A new card of settings at the end of the column."""
        made = FieldCard(title, note)
        self.cards.append(made)
        self.column.addWidget(made)
        return made

    def field(
        self, card: FieldCard, label: Text, source: Source, editor: Editor, unit: str = ""
    ) -> SettingField:
        """A setting at the end of this card."""
        return card.add_field(SettingField(self.workplace, label, source, editor, unit=unit))
