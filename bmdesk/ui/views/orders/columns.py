"""The columns of the list of orders."""

from __future__ import annotations

from bmdesk.domain.orders import TO_FULFIL
from bmdesk.services.orders.order_view import OrderRow
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.orders.words import (
    LONGEST,
    conflict_words,
    ship_by_tone,
    ship_by_words,
)
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import NOTHING, moment, money, order_tone, order_words

FIT = Fit(
    widths={
        "number": 96,
        "market": 70,
        "customer": 150,
        "goods": 220,
        "pieces": 62,
        "price": 104,
        "ship_by": 164,
        "state": 148,
        "conflict": 116,
    },
    gives_way=(
        "market",
        "price",
        "pieces",
        "customer",
        "conflict",
    ),  # number, goods, time and state always stay
    stretches=("goods", "customer"),
    grows={"number": 130, "customer": 220, "price": 130, "ship_by": 190, "state": 160, "conflict": 140},
)


def order_columns() -> tuple[Column, ...]:
    """Each reads a services.orders.order_view.OrderRow."""
    return (
        Column(t("orders_page.column_number"), lambda r: str(r.number)),
        Column(t("orders_page.column_market"), lambda r: r.market or NOTHING),
        Column(
            t("orders_page.column_customer"),
            lambda r: r.customer[:LONGEST] or NOTHING,
            hint=lambda r: r.customer[:500],
        ),
        Column(t("orders_page.column_goods"), _goods, hint=lambda r: r.title[:500], stretch=True),
        Column(t("orders_page.column_pieces"), lambda r: str(r.pieces), number=True),
        Column(t("orders_page.column_price"), lambda r: money(r.price) or NOTHING, number=True),
        Column(
            t("orders_page.column_ship_by"),
            _ship_by,
            pill=lambda r: ship_by_tone(r.ship_by, overdue=r.overdue) if _waits(r) else None,
            hint=lambda r: moment(r.ship_by),
        ),
        Column(
            t("orders_page.column_state"), lambda r: order_words(r.state), pill=lambda r: order_tone(r.state)
        ),
        Column(
            t("orders_page.column_conflict"), conflict_words, pill=lambda r: Tone.BAD, hint=conflict_words
        ),
    )


def _goods(row: OrderRow) -> str:
    title = row.title[:LONGEST] or NOTHING
    return title if row.ours else t("orders_page.not_ours", goods=title)


def _waits(row: OrderRow) -> bool:
    return row.ship_by is not None and (row.overdue or row.state in TO_FULFIL)


def _ship_by(row: OrderRow) -> str:
    return ship_by_words(row.ship_by, overdue=row.overdue) if _waits(row) else NOTHING
