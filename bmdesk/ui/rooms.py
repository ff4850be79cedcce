"""Which rooms the window has, in the order of the rail. A new room is one line here and one folder in `views`.

The pages are imported when their room is first entered: the frame paints without them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bmdesk.system.paths import DataDir
from bmdesk.ui.main_window import MainWindow, Room

if TYPE_CHECKING:
    from bmdesk.ui.workplace import Workplace


def register(
    window: MainWindow, workplace: Callable[[], Workplace | None], print_label: Callable[[str], object]
) -> None:
    """Add every room to the window; `workplace` answers once the store is open, before any room is entered."""

    def here() -> Workplace:
        place = workplace()
        assert place is not None, "rooms are entered only after the store is open"
        return place

    window.add_room(Room("bench", "window.room.bench", "scan", lambda: _bench(here(), print_label), "Ctrl+1"))
    window.add_room(Room("units", "window.room.units", "units", lambda: _units(here()), "Ctrl+2"))
    window.add_room(
        Room("receiving", "window.room.receiving", "receiving", lambda: _receiving(here()), "Ctrl+3")
    )
    window.add_room(Room("products", "window.room.products", "tag", lambda: _products(here()), "Ctrl+4"))
    window.add_room(Room("listings", "window.room.listings", "listings", lambda: _listings(here()), "Ctrl+5"))
    window.add_room(Room("linking", "window.room.linking", "link", lambda: _linking(here()), "Ctrl+6"))
    window.add_room(Room("sync", "window.room.sync", "sync", lambda: _sync(here()), "Ctrl+7"))
    window.add_room(Room("settings", "window.room.settings", "settings", lambda: _settings(here()), "Ctrl+8"))


def welcome(
    workplace: Workplace, data: DataDir, then: Callable[[], object], demo: Callable[[], object]
) -> None:
    """The first start: company, time zone, first operator. `then` runs when it is done, `demo` when it is asked for."""
    from bmdesk.ui.views.welcome import WelcomeDialog

    dialog = WelcomeDialog(workplace, data)
    dialog.demo_asked.connect(demo)
    dialog.finished.connect(lambda _code: then())
    dialog.open()


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


def _products(place: Workplace) -> QWidget:
    from bmdesk.ui.views.products import ProductsPage

    return ProductsPage(place)


def _listings(place: Workplace) -> QWidget:
    from bmdesk.ui.views.listings import ListingsPage

    return ListingsPage(place)


def _linking(place: Workplace) -> QWidget:
    from bmdesk.ui.views.linking import LinkingPage

    return LinkingPage(place)


def _sync(place: Workplace) -> QWidget:
    from bmdesk.ui.views.sync import SyncPage

    return SyncPage(place)


def _settings(place: Workplace) -> QWidget:
    from bmdesk.ui.views.settings import SettingsPage

    return SettingsPage(place)
