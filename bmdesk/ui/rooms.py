"""Which rooms the window has, in the order of the rail. A new room is one line here and one folder in `views`.

The pages are imported when their room is first entered: the frame paints without them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bmdesk.domain.rights import Right
from bmdesk.system.paths import DataDir
from bmdesk.ui.main_window import MainWindow, Room

if TYPE_CHECKING:
    from bmdesk.ui.workplace import Workplace


EXPLAINED_AT = {
    "dashboard": "owner#dashboard", "bench_figures": "owner#bench", "bench": "operator", "units": "operator#units",
    "receiving": "operator#receiving", "orders": "supervisor#orders", "pick": "packer#pick",
    "pack": "packer#pack", "customers": "supervisor#customers", "warranties": "supervisor#warranties",
    "products": "owner#products", "catalogue": "owner#catalogue", "listings": "owner#listings",
    "linking": "owner#linking", "prices": "owner#prices", "sync": "supervisor#sync", "settings": "owner#settings",
    "help": "tour",
}  # fmt: skip
"""Where help explains each room."""


def register(
    window: MainWindow, workplace: Callable[[], Workplace | None], print_label: Callable[[str], object]
) -> None:
    """Add every room to the window; `workplace` answers once the store is open, before any room is entered."""

    def here() -> Workplace:
        place = workplace()
        assert place is not None, "rooms are entered only after the store is open"
        return place

    # The digits go by the order of the rail; rooms that are entered less often have letters.
    for room in (
        Room(
            "dashboard",
            "window.room.dashboard",
            "chart",
            lambda: _dashboard(here()),
            "Ctrl+D",
            right=Right.FIGURES,
        ),
        Room(
            "bench_figures",
            "window.room.bench_figures",
            "clock",
            lambda: _bench_figures(here()),
            "Ctrl+Shift+D",
            right=Right.FIGURES,
        ),
        Room("bench", "window.room.bench", "scan", lambda: _bench(here(), print_label), "Ctrl+1"),
        Room("units", "window.room.units", "units", lambda: _units(here()), "Ctrl+2"),
        Room("receiving", "window.room.receiving", "receiving", lambda: _receiving(here()), "Ctrl+3"),
        Room("orders", "window.room.orders", "orders", lambda: _orders(here()), "Ctrl+4"),
        Room("pick", "window.room.pick", "pick", lambda: _pick(here()), "Ctrl+5"),
        Room("pack", "window.room.pack", "pack", lambda: _pack(here()), "Ctrl+6"),
        Room("customers", "window.room.customers", "customers", lambda: _customers(here()), "Ctrl+7"),
        Room("warranties", "window.room.warranties", "warranties", lambda: _warranties(here()), "Ctrl+8"),
        Room("products", "window.room.products", "tag", lambda: _products(here()), "Ctrl+9"),
        Room("catalogue", "window.room.catalogue", "folder", lambda: _catalogue(here()), "Ctrl+Shift+K"),
        Room("listings", "window.room.listings", "listings", lambda: _listings(here()), "Ctrl+0"),
        Room(
            "prices",
            "window.room.prices",
            "prices",
            lambda: _prices(here()),
            "Ctrl+Shift+R",
            right=Right.PRICES,
        ),
        Room("linking", "window.room.linking", "link", lambda: _linking(here()), "Ctrl+Shift+L"),
        Room("sync", "window.room.sync", "sync", lambda: _sync(here()), "Ctrl+Shift+S"),
        Room("settings", "window.room.settings", "settings", lambda: _settings(here()), "Ctrl+,"),
        Room("help", "window.room.help", "help", lambda: _help(here()), "Ctrl+F1"),
    ):
        window.add_room(replace(room, help=EXPLAINED_AT.get(room.key, "")))


def welcome(
    workplace: Workplace, data: DataDir, then: Callable[[], object], demo: Callable[[], object]
) -> None:
    """The first start: company, time zone, first operator. `then` runs when it is done, `demo` when it is asked for."""
    from bmdesk.ui.views.welcome import WelcomeDialog

    dialog = WelcomeDialog(workplace, data)
    dialog.demo_asked.connect(demo)
    dialog.finished.connect(lambda _code: then())
    dialog.open()


def _dashboard(place: Workplace) -> QWidget:
    from bmdesk.ui.views.dashboard import DashboardPage

    return DashboardPage(place)


def _bench_figures(place: Workplace) -> QWidget:
    from bmdesk.ui.views.bench_figures import BenchFiguresPage

    return BenchFiguresPage(place)


def _bench(place: Workplace, print_label: Callable[[str], object]) -> QWidget:
    from bmdesk.ui.views.bench import BenchPage

    page = BenchPage(place)
    page.label_asked.connect(print_label)
    return page


def _units(place: Workplace) -> QWidget:
    from bmdesk.ui.views.units import UnitsPage

    return UnitsPage(place)


def _receiving(place: Workplace) -> QWidget:
    from bmdesk.ui.views.receiving import ReceivingPage

    return ReceivingPage(place)


def _orders(place: Workplace) -> QWidget:
    from bmdesk.ui.views.orders import OrdersPage

    return OrdersPage(place)


def _pick(place: Workplace) -> QWidget:
    from bmdesk.ui.views.pick import PickPage

    return PickPage(place)


def _pack(place: Workplace) -> QWidget:
    from bmdesk.ui.views.pack import PackPage

    return PackPage(place)


def _customers(place: Workplace) -> QWidget:
    from bmdesk.ui.views.customers import CustomersPage

    return CustomersPage(place)


def _warranties(place: Workplace) -> QWidget:
    from bmdesk.ui.views.warranties import WarrantiesPage

    return WarrantiesPage(place)


def _products(place: Workplace) -> QWidget:
    from bmdesk.ui.views.products import ProductsPage

    return ProductsPage(place)


def _catalogue(place: Workplace) -> QWidget:
    from bmdesk.ui.views.catalogue import CataloguePage

    return CataloguePage(place)


def _listings(place: Workplace) -> QWidget:
    from bmdesk.ui.views.listings import ListingsPage

    return ListingsPage(place)


def _prices(place: Workplace) -> QWidget:
    from bmdesk.ui.views.prices import PricesPage

    return PricesPage(place)


def _linking(place: Workplace) -> QWidget:
    from bmdesk.ui.views.linking import LinkingPage

    return LinkingPage(place)


def _sync(place: Workplace) -> QWidget:
    from bmdesk.ui.views.sync import SyncPage

    return SyncPage(place)


def _settings(place: Workplace) -> QWidget:
    from bmdesk.ui.views.settings import SettingsPage

    return SettingsPage(place)


def _help(place: Workplace) -> QWidget:
    from bmdesk.ui.views.help import HelpPage

    return HelpPage(place)
