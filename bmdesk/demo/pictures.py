"""The demo without a screen: the real window, drawn offscreen, led through its rooms, photographed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QApplication

from bmdesk.demo import parcels
from bmdesk.demo.story import Told
from bmdesk.reports.label_words import label_of, template_of
from bmdesk.reports.labels import label_image
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.application import Application, make_application
from bmdesk.ui.theme import Theme

SIZE = (1440, 900)
PATIENCE_S = 60.0
SETTLED_S = 0.4


class NotDrawn(RuntimeError):
    """The window did not get as far as the story needs: a bug."""


def draw(told: Told, data: DataDir, out: Path) -> list[Path]:
    """Open the window on the told story, sign Ana in, and photograph every room in light, some in dark too."""
    machine = MachineSettings(data.settings)
    qt = make_application(machine, data.root / "look")
    application = Application(lambda: told.session, machine, data)
    application.window.feedback.sounds = False
    application.window.feedback.flashes = False
    pictures: list[Path] = []

    def shoot(name: str) -> None:
        settle(application)
        picture = out / f"{name}.png"
        application.window.grab().save(str(picture))
        pictures.append(picture)

    try:
        application.window.resize(*SIZE)
        application.start()
        wait(lambda: application.window.locked)
        application.window.badge_typed.emit("ANA")
        wait(lambda: not application.window.locked)
        for scheme in ("light", "dark"):
            Theme.apply(qt, scheme)
            application.window.show_room("bench")
            shoot(f"bench-{scheme}")
            application.window.show_room("units")
            shoot(f"units-{scheme}")
            application.window.show_room("listings")
            shoot(f"listings-{scheme}")
            application.window.show_room("orders")
            shoot(f"orders-{scheme}")
        Theme.apply(qt, "light")
        for room in (
            "receiving",
            "pick",
            "customers",
            "warranties",
            "products",
            "linking",
            "sync",
            "settings",
        ):
            application.window.show_room(room)
            shoot(room)
        application.window.show_room("pack")
        application.scanner.scanned.emit(parcels.a_held_device(told.session.desk), "")
        shoot("pack-refused")
        for code in parcels.next_to_pack(told.session.desk):
            application.scanner.scanned.emit(code, "")
            shoot("pack-proven")
        application.window.show_room("bench")
        application.scanner.scanned.emit("BMD:DONE", "")
        shoot("bench-done-light")
        application.window.badge_typed.emit("SAM")  # what a supervisor looks at
        wait(lambda: application.window.rail.is_offered("dashboard"))
        for scheme in ("light", "dark"):
            Theme.apply(qt, scheme)
            application.window.show_room("dashboard")
            shoot(f"dashboard-{scheme}")
        Theme.apply(qt, "light")
        prices = application.window.show_room("prices")
        wait(lambda: getattr(prices, "seen", None) is not None)
        shoot("prices")
        for room in ("bench_figures", "help"):
            application.window.show_room(room)
            shoot(room)
        label = out / "label.png"
        desk = told.session.desk
        label_image(label_of(desk, told.example), template_of(desk, "unit"), dpi=300).save(str(label))
        pictures.append(label)
    finally:
        application.session = None  # the caller closes the store
        application.window.close()
        QCoreApplication.processEvents()
    return pictures


def wait(until: Callable[[], bool]) -> None:
    """Let the window live until this holds. Raises NotDrawn when it does not within a minute."""
    limit = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > limit:
            raise NotDrawn("the window is stuck")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def settle(application: Application) -> None:
    """Let the page's questions be answered and its drawings finish."""
    quiet = time.monotonic() + SETTLED_S
    while time.monotonic() < quiet or application.bridge.pending:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if time.monotonic() > quiet + PATIENCE_S:
            raise NotDrawn("the window does not come to rest")
