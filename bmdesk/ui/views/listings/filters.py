"""The row of filters above the listings."""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.services.selling.listing_view import ListingFilter
from bmdesk.texts import t
from bmdesk.ui.widgets.filter_bar import FilterBar


class ListingFilters(FilterBar):
    """What is managed, how it stands, how much is left, where."""

    def __init__(self) -> None:
        super().__init__(
            {
                "managed": t("listings_page.filter_managed"),
                "state": t("listings_page.filter_state"),
                "level": t("listings_page.filter_level"),
                "market": t("listings_page.filter_market"),
            }
        )
        self.offer(
            "managed",
            [
                ("yes", t("listings_page.filter_yes")),
                ("no", t("listings_page.filter_no")),
                ("stock", t("listings_page.filter_stock")),
                ("price", t("listings_page.filter_price")),
                ("content", t("listings_page.filter_content")),
            ],
        )
        self.offer(
            "state",
            [
                ("problem", t("listings_page.filter_problem")),
                ("unlinked", t("listings_page.filter_unlinked")),
                ("paused", t("listings_page.filter_paused")),
                ("online", t("listings_page.filter_online")),
                ("offline", t("listings_page.filter_offline")),
            ],
        )
        self.offer("level", [("low", t("listings_page.filter_low")), ("out", t("listings_page.filter_out"))])

    def offer_markets(self, markets: Sequence[str]) -> None:
        """The markets of the account."""
        self.offer("market", [(market, market) for market in markets])

    def narrowed(self, words: str) -> ListingFilter:
        """The filter with these words to search for."""
        return ListingFilter(words=words, **self.values())
