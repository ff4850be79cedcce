"""Linking listings to products."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from tests.pictures.open_window import OpenWindow, Scene, first


def _link_tab(number: int, house: OpenWindow, page: Any) -> None:
    page.switch.findChildren(QWidget)[number].click()
    house.settle()


def _of_link(act: str, house: OpenWindow, page: Any) -> None:
    _link_tab(0, house, page)
    first(house, page.table)
    house.settle()
    if act == "confirm_sure":
        house.wait(page.sure_button.isEnabled)
        page.sure_button.click()
    else:
        getattr(page.answers, act)()


SCENES: tuple[Scene, ...] = (
    *(Scene(f"linking-{number}", "linking", partial(_link_tab, number)) for number in range(4)),
    *(
        Scene(f"linking-{act}", "linking", partial(_of_link, act), dialog=True)
        for act in ("search_sku", "make_product", "confirm_sure")
    ),
)
