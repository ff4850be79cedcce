"""The tabs above the orders: what is to be done, each with how many orders wait for it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QSizePolicy

from bmdesk.services.orders.order_view import Tab
from bmdesk.texts import locale, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.orders.words import tab_words
from bmdesk.ui.widgets.segmented import Segment, Segmented

TABS = tuple(tab for tab in Tab if tab is not Tab.ENDED)
FIRST = (Tab.CONFLICTS, Tab.TO_ACCEPT, Tab.TO_PICK, Tab.TO_PACK, Tab.PACKED)
"""Where a person is needed most: the room opens at the first of these with an order in it."""


class Tabs(Segmented):
    """Redrawn only when a number changes; the focus stays where it is."""

    def __init__(self) -> None:
        super().__init__(t("orders_page.tabs"), small=True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._shown: tuple[str, ...] = ()
        self.show_counts({})

    @property
    def tab(self) -> Tab:
        """The tab on screen."""
        return Tab(self.value() or Tab.ALL)

    def show_counts(self, counts: Mapping[Tab, int]) -> None:
        """How many orders each has; a tab that is not counted shows none."""
        segments = [
            Segment(
                tab.value,
                f"{words} {locale.number(counts[tab])}" if counts.get(tab) else words,
                tone=_tone(tab, counts),
            )
            for tab, words in tab_words().items()
        ]
        shown = tuple(segment.words for segment in segments)
        if shown == self._shown:
            return
        self._shown = shown
        value = self.value()
        self.set_segments(segments)
        self.set_value(value or Tab.ALL)


def _tone(tab: Tab, counts: Mapping[Tab, int]) -> Tone | None:
    return Tone.BAD if tab is Tab.CONFLICTS and counts.get(tab) else None
