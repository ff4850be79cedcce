"""Prices: the matrix, one price explained, what would change, and the rules."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.pictures.open_window import OpenWindow, Scene


def _prices(tab: str, house: OpenWindow, page: Any) -> Any:
    page.show_tab(tab)
    house.wait(lambda: page.seen is not None and not page.feed.is_busy)
    house.settle()
    return page


def _price(house: OpenWindow, page: Any) -> None:
    _prices("matrix", house, page).matrix.table.choose_first()
    page.matrix.open_price()
    house.wait(lambda: page.matrix.sheet.seen is not None)


def _price_by_hand(house: OpenWindow, page: Any) -> None:
    _price(house, page)
    page.matrix.sheet.acts.ask_price()


def _price_rules(part: str, house: OpenWindow, page: Any) -> None:
    rules = _prices("rules", house, page).rules
    rules.close_form()
    rules.show_part(part)
    house.wait(lambda: not rules.impact.is_waiting)


def _price_rule(house: OpenWindow, page: Any) -> None:
    _price_rules("rules", house, page)
    page.rules.edit(0)


SCENES: tuple[Scene, ...] = (
    *(Scene(f"prices-{tab}", "prices", partial(_prices, tab)) for tab in ("matrix", "changes", "history")),
    Scene("prices-sheet", "prices", _price),
    Scene("prices-by-hand", "prices", _price_by_hand, dialog=True),
    *(
        Scene(f"prices-rules-{part}", "prices", partial(_price_rules, part))
        for part in ("rules", "shares", "commissions", "vat")
    ),
    Scene("prices-rule", "prices", _price_rule),
)
