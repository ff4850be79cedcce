"""The row of filters above the listings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bmdesk.services.listing_view import ListingFilter
from bmdesk.texts import msg, t
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton


class FilterBar(QWidget):
    """`changed` fires when a person chose another filter. An empty value filters nothing."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        offered = {
            "managed": (
                t("listings_page.filter_managed"),
                [
                    ("yes", t("listings_page.filter_yes")),
                    ("no", t("listings_page.filter_no")),
                    ("stock", t("listings_page.filter_stock")),
                    ("price", t("listings_page.filter_price")),
                    ("content", t("listings_page.filter_content")),
                ],
            ),
            "state": (
                t("listings_page.filter_state"),
                [
                    ("problem", t("listings_page.filter_problem")),
                    ("unlinked", t("listings_page.filter_unlinked")),
                    ("paused", t("listings_page.filter_paused")),
                    ("online", t("listings_page.filter_online")),
                    ("offline", t("listings_page.filter_offline")),
                ],
            ),
            "level": (
                t("listings_page.filter_level"),
                [("low", t("listings_page.filter_low")), ("out", t("listings_page.filter_out"))],
            ),
            "market": (t("listings_page.filter_market"), []),
        }
        self.boxes: dict[str, ChoiceBox] = {}
        for name, (title, choices) in offered.items():
            box = ChoiceBox(title)
            box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.set_choices([("", title), *choices])
            box.currentIndexChanged.connect(self._changed)
            self.boxes[name] = box
            row.addWidget(box, 1)
        self.clear_button = ShortcutButton(msg("units_page.clear_filters"), "Alt+C", kind="flat")
        row.addWidget(self.clear_button)

    def offer_markets(self, markets: Sequence[str]) -> None:
        """The markets of the account."""
        box = self.boxes["market"]
        box.set_choices([("", box.accessibleName()), *((market, market) for market in markets)])

    def narrowed(self, words: str) -> ListingFilter:
        """The filter with these words to search for."""
        chosen = {name: box.value() for name, box in self.boxes.items()}
        return ListingFilter(words=words, **chosen)

    def set_values(self, **values: str) -> None:
        """Choose exactly these."""
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.set_value(values.get(name, ""))
            box.blockSignals(False)
        self._changed()

    @property
    def in_words(self) -> str:
        """The chosen values, in the order of the boxes."""
        return ", ".join(box.currentText() for box in self.boxes.values() if box.value())

    def _changed(self) -> None:
        for box in self.boxes.values():
            mark(box, chosen=bool(box.value()))
        self.changed.emit()
