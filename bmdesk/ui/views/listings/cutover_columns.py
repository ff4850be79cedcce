"""The columns of the cut-over preview: what changes, what would be made, what a person should know."""

from __future__ import annotations

from bmdesk.domain.listing_reasons import aspect_text
from bmdesk.services.selling.management_preview import CreateRow, MarketTotal, PreviewRow
from bmdesk.texts import Text, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.listings.words import value_words
from bmdesk.ui.words import NOTHING, money, sentence


def cutover_columns() -> dict[str, tuple[Column, ...]]:
    """Each reads a row of services.selling.management_preview; by the tab in which they stand."""
    market = Column(t("listings_page.column_market"), _market, width=110)
    sku = Column(t("listings_page.column_sku"), lambda r: r.sku[:200], hint=_names, width=220)
    what = Column(t("listings_page.column_what"), _what, width=84)
    why = Column(t("listings_page.column_why"), _why, hint=_why, stretch=True)
    now = Column(t("listings_page.column_now"), _old, hint=_old, width=124)
    new = Column(
        t("listings_page.column_new"),
        _new,
        hint=_new,
        tone=lambda _: Tone.INFO,
        width=124,
    )
    return {
        "changes": (market, sku, what, now, new, why),
        "totals": _total_columns(),
        "problems": (
            market,
            sku,
            what,
            Column(t("listings_page.column_problem"), _problem, hint=_problem, stretch=True),
        ),
        "new": (
            sku,
            Column(t("listings_page.column_title"), lambda r: r.title, hint=lambda r: r.title, stretch=True),
            Column(t("listings_page.column_quantity"), lambda r: str(r.quantity), number=True, width=70),
            Column(t("listings_page.column_markets"), _prices, hint=_priced, width=300),
        ),
    }


def _total_columns() -> tuple[Column, ...]:
    def number(title: str, field: str, tone: Tone | None = None) -> Column:
        return Column(
            title,
            lambda r: str(getattr(r, field)),
            number=True,
            width=150,
            tone=lambda r: tone if getattr(r, field) else None,
        )

    def name(total: MarketTotal) -> str:
        return total.market

    return (
        Column(t("listings_page.column_market"), name, stretch=True),
        number(t("listings_page.column_online"), "online"),
        number(t("listings_page.column_new_prices"), "prices"),
        number(t("listings_page.column_new_texts"), "contents"),
        number(t("listings_page.column_no_price"), "no_price", Tone.WARN),
    )


def _market(row: PreviewRow | CreateRow) -> str:
    if isinstance(row, CreateRow):
        return t("listings_page.new_listing")
    return row.market or t("listings_page.common")


def _names(row: PreviewRow | CreateRow) -> str:
    return f"{row.sku}\n{row.title}"[:600]


def _old(row: PreviewRow) -> str:
    return value_words(row.old)


def _new(row: PreviewRow) -> str:
    return value_words(row.new)


def _what(row: PreviewRow | CreateRow) -> str:
    return "" if isinstance(row, CreateRow) else sentence(render(aspect_text(row.aspect)))


def _why(row: PreviewRow) -> str:
    said: list[Text] = [one for one in (row.problem, *row.notes, row.reason) if one is not None]
    return sentence(" · ".join(render(one) for one in said))


def _problem(row: PreviewRow | CreateRow) -> str:
    return sentence(render(row.problem)) if row.problem is not None else ""


def _prices(row: CreateRow) -> str:
    said = ", ".join(f"{one.market} {money(one.money) or NOTHING}" for one in row.prices)
    notes = dict.fromkeys(render(note) for one in row.prices for note in one.notes)
    return " · ".join((said, *notes))


def _priced(row: CreateRow) -> str:
    """Market by market, each with what to know of its price."""
    return "\n".join(
        " · ".join((f"{one.market} {money(one.money) or NOTHING}", *(render(note) for note in one.notes)))
        for one in row.prices
    )
