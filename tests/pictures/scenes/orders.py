"""Orders, from the pick list to the parcel, and who bought: customers and warranties."""

from __future__ import annotations

from functools import partial
from typing import Any

from bmdesk.demo import parcels
from bmdesk.services.orders import order_view
from bmdesk.services.orders.order_view import OrderFilter, Tab
from tests.pictures.open_window import OpenWindow, Scene, first


def _order_tab(tab: str, _house: OpenWindow, page: Any) -> None:
    page.show_tab(Tab(tab))


def _order(house: OpenWindow, page: Any) -> Any:
    page.show_tab(Tab.ALL)
    house.settle()
    page.open_order(first(house, page.table).id)
    house.settle()
    return page.detail.seen


def _of_line(act: str, house: OpenWindow, page: Any) -> None:
    seen = _order(house, page)
    order, line = seen.order.row, seen.order.lines[0]
    args = {"assign": (line,), "unassign": (line, "no unit", "356938035643809")}
    getattr(page.acts, act)(*args.get(act, (order.number, line)))


def _new_list(house: OpenWindow, page: Any) -> None:
    from bmdesk.ui.views.pick.new_list import NewList

    # In the story everything is on a list already.
    NewList(page, order_view.page(house.place.desk, OrderFilter(tab=Tab.ALL)).rows, lambda _: None).open()


def _customer(house: OpenWindow, page: Any) -> None:
    page.open_customer(first(house, page.table).id)


def _pack_order(house: OpenWindow, _page: Any) -> None:
    for code in parcels.next_to_pack(house.place.desk)[:1]:
        house.application.scanner.scanned.emit(code, "")
        house.settle()


def _pack_refused(house: OpenWindow, _page: Any) -> None:
    house.application.scanner.scanned.emit(parcels.a_held_device(house.place.desk), "")


SCENES: tuple[Scene, ...] = (
    *(
        Scene(f"orders-{tab}", "orders", partial(_order_tab, tab))
        for tab in ("to_accept", "to_pack", "shipped", "conflicts", "all")
    ),
    Scene("orders-sheet", "orders", _order),
    Scene("orders-parcels", "orders", lambda _h, page: page.open_parcels(), dialog=True),
    Scene("orders-import", "orders", lambda _h, page: page.open_import(), dialog=True),
    *(
        Scene(f"orders-{act}", "orders", partial(_of_line, act), dialog=True)
        for act in ("assign", "unassign", "cancel", "refund")
    ),
    Scene("pick", "pick"),
    Scene("pick-new", "pick", _new_list, dialog=True),
    Scene("customers", "customers"),
    Scene("customers-sheet", "customers", _customer),
    Scene("warranties", "warranties"),
)

PACK: tuple[Scene, ...] = (
    Scene("pack", "pack"),
    Scene("pack-refused", "pack", _pack_refused),
    Scene("pack-order", "pack", _pack_order),
)
