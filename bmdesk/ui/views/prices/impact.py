"""What edited rules would change, counted anew while somebody types: totals, and the ten greatest changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from bmdesk.domain.document import BadPolicy
from bmdesk.services.prices.simulation import PriceRow, Simulation
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.views.prices.feed import Feed
from bmdesk.ui.views.prices.figures import Figures
from bmdesk.ui.views.prices.words import market_title, number_words
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, money, refusal_words

WAIT_MS = 400
"""After the last key: a word is typed quicker than a catalogue is counted."""
_GREATEST = 10


class Impact(Card):
    """`count(account, document)` after each change; `counted` when an answer is drawn."""

    counted = Signal()

    def __init__(self, run: LongRun) -> None:
        super().__init__(t("prices_page.impact"))
        self._feed = Feed(run)
        self._asked: tuple[str, dict[str, Any]] | None = None
        self.seen: Simulation | None = None
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self.stop_button = ShortcutButton(msg("prices_page.stop"), "Ctrl+.", icon="cross", kind="flat")
        self.stop_button.hide()
        self.add_action(self.stop_button)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        mark(self.bar, tone="accent")
        self.bar.hide()
        self.said = PlainLabel(t("prices_page.impact_note"), "note", wrap=True)
        self.figures = Figures()
        self.model = RowsModel(_columns(), self, key=lambda row: (row.listing_id, row.market))
        self.table = DataTable(t("prices_page.greatest"))
        self.table.setModel(self.model)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # what tells SKUs apart stands at their end
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for part in (self.said, self.figures, PlainLabel(t("prices_page.greatest"), "caption")):
            self.add(part)
        self.add(self.table, 1)
        self.add(self.bar)
        self._wait.timeout.connect(self._ask)
        self._feed.found.connect(self._show)
        self._feed.failed.connect(self._refused)
        self._feed.busy.connect(self._turn)
        self.stop_button.clicked.connect(self.stop)

    def count(self, account_id: str, document: dict[str, Any]) -> None:
        """Count soon what this document comes to; whatever was asked before is not wanted any more."""
        self._asked = account_id, document
        self._feed.stop()
        self._wait.start()

    def stop(self) -> None:
        """Do not wait for it."""
        self._wait.stop()
        self._feed.stop()

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self._wait.isActive() or self._feed.is_busy

    def _ask(self) -> None:
        if self._asked is not None and self._asked[0]:
            self._feed.ask(*self._asked)

    def _show(self, found: Simulation) -> None:
        self.seen = found
        self._say(t("prices_page.impact_note"), None)
        self.figures.show_totals(found.totals)
        self.model.set_rows(greatest(found))
        self.counted.emit()

    def _refused(self, failure: Failure) -> None:
        if isinstance(failure, BadPolicy):
            place, expected = str(failure.params["place"]), failure.params["expected"]
            self._say(t("prices_page.not_yet", place=place, expected=expected), Tone.WARN)
        else:
            self._say(refusal_words(failure), Tone.BAD)
        self.counted.emit()

    def _say(self, words: str, tone: Tone | None) -> None:
        self.said.setText(words)
        self.said.set_tone(tone)

    def _turn(self, on: bool) -> None:
        self.bar.setVisible(on)
        self.stop_button.setVisible(on)


def greatest(found: Simulation) -> list[PriceRow]:
    """The ten prices that would move the most for what they are."""
    moved = [row for row in found.rows if row.changes]
    return sorted(moved, key=_moves, reverse=True)[:_GREATEST]


def _moves(row: PriceRow) -> Decimal:
    if row.new is None or row.present is None or not row.present.minor:
        return Decimal(0)
    return abs(Decimal(row.new.minor) / row.present.minor - 1)


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            t("prices_page.sku"),
            lambda r: f"{r.sku or r.our_sku}",
            hint=lambda r: f"{r.sku}\n{r.title}",
            stretch=True,
        ),
        Column(t("prices_page.market"), lambda r: market_title(r.market).split(" ")[0], width=52),
        # Its currency stands beside the new price: there is little room.
        Column(
            t("prices_page.now"),
            lambda r: number_words(r.present),
            number=True,
            hint=lambda r: money(r.present),
            width=76,
        ),
        Column(
            t("prices_page.after"),
            lambda r: money(r.new) or NOTHING,
            number=True,
            tone=lambda _: Tone.INFO,
            width=104,
        ),
    )
