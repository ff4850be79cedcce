"""Products, and their place in the marketplace's catalogue."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.pictures.open_window import OpenWindow, Scene, first


def _product(act: str, house: OpenWindow, page: Any) -> None:
    row = first(house, page.table)
    if act == "edit":
        page.edit(row)
    else:
        getattr(page, act)()


def _placed(house: OpenWindow, page: Any) -> None:
    house.wait(lambda: page.model.rowCount() > 0)
    places = [page.model.row(number) for number in range(page.model.rowCount())]
    phone = next((n for n, row in enumerate(places) if row.way.value == "chosen"), 0)
    page.table.choose_row(phone)
    house.settle()
    page.open_row()
    house.settle()


def _of_placed(act: str, house: OpenWindow, page: Any) -> None:
    _placed(house, page)
    if act == "answer":
        page.panel.answer()
    else:
        getattr(page.acts, act)()


SCENES: tuple[Scene, ...] = (
    Scene("products", "products"),
    Scene("products-new", "products", lambda _h, page: page.new(), dialog=True),
    Scene("products-edit", "products", partial(_product, "edit"), dialog=True),
    Scene("products-count", "products", partial(_product, "count"), dialog=True),
    Scene("catalogue", "catalogue"),
    Scene("catalogue-sheet", "catalogue", _placed),
    *(
        Scene(f"catalogue-{act}", "catalogue", partial(_of_placed, act), dialog=True)
        for act in ("choose_leaf", "edit_sheet", "propose", "answer")
    ),
)
