"""Ways to ship by market: at most three each, with a price in the market's currency and the hours it takes."""

from __future__ import annotations

from typing import Any

from bmdesk.domain.listing_shipping import SHIPPERS
from bmdesk.domain.markets import MARKETS
from bmdesk.texts import render, t
from bmdesk.ui.theme import px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.document_section import DocumentSection, number_or_text
from bmdesk.ui.widgets.edit_table import EditColumn, EditTable
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace


class ListingShippingSection(DocumentSection):
    """A line for each way; lines of one market stand together when they are saved."""

    judges = False

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "listing_shipping")
        self._body: dict[str, Any] = {}
        card = Card(t("settings.listing_shipping.card"))
        card.add(PlainLabel(t("settings.listing_shipping.note"), "note", wrap=True))
        markets = tuple(
            (one.locale, f"{one.locale} · {render(one.country)} · {one.currency}") for one in MARKETS
        )
        self.table = EditTable(
            t("settings.listing_shipping.card"),
            (
                EditColumn("market", t("settings.listing_shipping.market"), 250, markets),
                EditColumn(
                    "shipper",
                    t("settings.listing_shipping.shipper"),
                    choices=tuple((name, name) for name in SHIPPERS),
                ),
                EditColumn("price", t("settings.listing_shipping.price"), 110),
                EditColumn("delay_hours", t("settings.listing_shipping.delay"), 130),
            ),
            {"market": MARKETS[0].locale, "shipper": "UPS", "price": "0", "delay_hours": "48"},
        )
        self.table.setMinimumHeight(px(320))
        self.table.changed.connect(self.touched)
        card.add(self.table, 1)
        self.add_footer(card.body)
        self.column.addWidget(card, 1)

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        self.table.set_rows(
            [
                {**way, "market": market, "delay_hours": str(way.get("delay_hours", ""))}
                for market, ways in body["markets"].items()
                if market != "note"
                for way in ways
            ]
        )

    def body(self) -> dict[str, Any]:
        markets: dict[str, list[dict[str, object]]] = {}
        for row in self.table.rows():
            way = {"shipper": row["shipper"], "price": str(row["price"]).strip()}
            hours = number_or_text(str(row["delay_hours"]).strip())
            markets.setdefault(row["market"], []).append({**way, "delay_hours": hours})
        return {**self._body, "markets": markets}

    def show_wrong(self, place: str) -> None:
        # markets.fr-fr[1].price
        inside = place.removeprefix("markets.")
        market, _, rest = inside.partition("[")
        number, _, key = rest.partition("].")
        mine = [at for at, row in enumerate(self.table.rows()) if row["market"] == market]
        at = int(number) if number.isdigit() else 0
        if at < len(mine):
            self.table.show_wrong(mine[at], key or "shipper")
