"""What a simulation comes to, as a few figures beside each other."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bmdesk.services.prices.simulation import Totals
from bmdesk.texts import locale, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import NOTHING, money


class Figures(Flow):
    """`show_totals(...)`; None empties it. Wraps where it is narrow."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: dict[str, PlainLabel] = {}
        for key, caption in (
            ("raised", t("prices_page.raised")),
            ("lowered", t("prices_page.lowered")),
            ("none", t("prices_page.without")),
            ("broken", t("prices_page.broken")),
            ("before", t("prices_page.margin_before")),
            ("after", t("prices_page.margin_after")),
        ):
            self.add(self._figure(key, caption))
        self.show_totals(None)

    def show_totals(self, totals: Totals | None) -> None:
        """Draw these."""
        if totals is None:
            for key in self._labels:
                self._say(key, NOTHING)
            return
        self._say("raised", locale.number(totals.raised))
        self._say("lowered", locale.number(totals.lowered))
        self._say("none", locale.number(totals.no_price), Tone.WARN if totals.no_price else None)
        self._say("broken", locale.number(totals.broken), Tone.BAD if totals.broken else None)
        more = totals.margin_new.minor - totals.margin_now.minor
        tone = None if not more else Tone.OK if more > 0 else Tone.BAD
        self._say("before", money(totals.margin_now))
        self._say("after", money(totals.margin_new), tone)

    def _say(self, key: str, words: str, tone: Tone | None = None) -> None:
        self._labels[key].setText(words)
        self._labels[key].set_tone(tone)

    def _figure(self, key: str, caption: str) -> QWidget:
        holder = QWidget()
        mark(holder, kind="clear")
        value = PlainLabel(NOTHING, "title")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 18, 2)
        column.setSpacing(0)
        column.addWidget(PlainLabel(caption, "caption"))
        column.addWidget(value)
        self._labels[key] = value
        return holder
