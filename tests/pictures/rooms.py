"""A filled store, the real window on it, and the way to everything that it can show.

    with filled(folder) as data, house(data, Look("de", Scheme.DARK, (1024, 640), 150)) as window:
        for scene in window.scenes():
            for shown in window.show(scene):   # the window, and the dialog over it
                shown.grab().save(...)

A scene that cannot be shown on this store raises NotShown: nothing is left out in silence. Scenes look and write
nothing; only packing takes an order into its hand, and that comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QLocale, QTranslator

from bmdesk.services.session import open_session
from bmdesk.system import machine as m
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import language, use_language
from bmdesk.ui.application import Application, make_application
from bmdesk.ui.theme import Scheme, Theme
from tests.pictures.filled_store import filled
from tests.pictures.open_window import LARGE, SMALL, Look, NotShown, OpenWindow, Scene
from tests.pictures.scenes import linking, listings, orders, prices, products, settings, sync, units, window

SCENES: tuple[Scene, ...] = (
    *window.AT_THE_BENCH,
    *units.SCENES,
    *orders.SCENES,
    *products.SCENES,
    *listings.SCENES,
    *prices.SCENES,
    *listings.MISTAKES_AND_BOXES,
    *linking.SCENES,
    *sync.SCENES,
)

DIALOGS: tuple[Scene, ...] = (*settings.DIALOGS, *window.DIALOGS)
"""Over the settings, after each of their sections."""

LAST: tuple[Scene, ...] = (*orders.PACK, *window.LOCKED)
"""What a scan leads to stays in the store: at the end, the same for whoever opens the window next."""


class House(OpenWindow):
    """The open window, and everything there is to look at in it."""

    def scenes(self) -> Iterator[Scene]:
        """Everything there is to look at, room by room."""
        yield from SCENES
        led = {scene.room for scene in (*SCENES, *LAST)} | {"settings"}
        for room in self.window.rooms:  # one that nobody thought of here is looked at all the same
            if room.key not in led:
                yield Scene(room.key, room.key)
        for entry in self.enter("settings").entries:
            yield Scene(f"settings-{entry.key}", "settings", partial(settings.show_section, entry.key))
        yield from DIALOGS
        yield from LAST


@contextmanager
def house(data: DataDir, look: Look) -> Iterator[House]:
    """The window on this folder, in this look, its owner signed in; closed at the end."""
    before = language()
    use_language(look.language)
    machine = MachineSettings(data.settings)
    machine.set(m.LOOK, str(look.scheme))
    machine.set(m.TEXT_SIZE, look.percent)
    machine.reset(m.WINDOW_GEOMETRY)
    qt = make_application(machine, data.root / "look")
    made = House(Application(lambda: open_session(data), machine, data), look)
    try:
        made.open()
        yield made
    finally:
        made.close()
        use_language(before)
        QLocale.setDefault(QLocale(before))
        for words in qt.findChildren(QTranslator):
            qt.removeTranslator(words)
            words.deleteLater()
        Theme.now()._cache = None  # its folder goes with the store
        Theme.apply(qt, Scheme.LIGHT, percent=100)


__all__ = ["LARGE", "SMALL", "House", "Look", "NotShown", "Scene", "filled", "house"]
