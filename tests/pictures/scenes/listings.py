"""Listings: the list and its sheet, their markets, their mistakes, and the price to win."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.pictures import files
from tests.pictures.open_window import OpenWindow, Scene, first


def _listing(house: OpenWindow, page: Any) -> None:
    page.open_listing(first(house, page.table).listing.id)


def _of_listing(act: str, house: OpenWindow, page: Any) -> None:
    row = first(house, page.table)
    ids = [row.listing.id]
    if act == "choose_carrier":
        page.acts.choose_carrier(row)
    elif act == "pause_in_market":
        page.acts.pause_in_market(ids, on=True)
    elif act == "switch_all":
        page.acts.switch_all()
    else:
        getattr(page.acts, act)(ids)


def _of_markets(act: str, house: OpenWindow, page: Any) -> None:
    from bmdesk.ui.views.listings import publish_actions

    row = first(house, page.table)
    getattr(publish_actions, act)(page.acts, [row.listing.id])
    house.settle()
    if act == "publish":
        for box in page.acts.dialog.boxes.values():
            box.setChecked(True)
        house.settle()


def _mistakes(kind: str, house: OpenWindow, page: Any) -> Any:
    page.show_tab("mistakes")
    house.wait(lambda: page.mistakes.found is not None)
    page.mistakes.show_kind(kind)
    first(house, page.mistakes.table)
    return page.mistakes


def _fix(house: OpenWindow, page: Any) -> None:
    tab = _mistakes("open", house, page)
    tab.table.selectAll()
    tab.acts.fix()
    house.wait(lambda: tab.acts.dialog is not None)


def _ignore(house: OpenWindow, page: Any) -> None:
    _mistakes("open", house, page).acts.ignore()


def _boxes(house: OpenWindow, page: Any) -> Any:
    page.show_tab("boxes")
    first(house, page.boxes.table)
    return page.boxes


def _take(house: OpenWindow, page: Any) -> None:
    tab = _boxes(house, page)
    tab.table.selectAll()
    tab.take()


SCENES: tuple[Scene, ...] = (
    Scene("listings", "listings", lambda _h, page: page.show_tab("all")),
    Scene("listings-sheet", "listings", _listing),
    *(
        Scene(f"listings-file-{name}", "listings", partial(files.shown_over_listings, name), dialog=True)
        for name in ("listings", "template", "mangled")
    ),
    Scene("listings-which", "listings", lambda _h, page: page.ask_which_unit(), dialog=True),
    *(
        Scene(f"listings-{act}", "listings", partial(_of_listing, act), dialog=True)
        for act in ("hand_over", "hand_back", "pause", "pause_in_market", "switch_all", "choose_carrier")
    ),
    *(
        Scene(f"listings-{act}", "listings", partial(_of_markets, act), dialog=True)
        for act in ("publish", "take_offline", "texts")
    ),
)

MISTAKES_AND_BOXES: tuple[Scene, ...] = (
    Scene("listings-mistakes", "listings", partial(_mistakes, "open")),
    Scene("listings-ignored", "listings", partial(_mistakes, "ignored")),
    Scene("listings-fix", "listings", _fix, dialog=True),
    Scene("listings-ignore", "listings", _ignore, dialog=True),
    Scene("listings-boxes", "listings", _boxes),
    Scene("listings-take", "listings", _take, dialog=True),
)
