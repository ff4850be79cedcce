"""The window as it comes up, at the bench, and what may stand over any of its rooms."""

from __future__ import annotations

from typing import Any

from bmdesk.system.crashes import Report
from bmdesk.texts import msg
from tests.pictures.open_window import OpenWindow, Scene


def _keys(house: OpenWindow, _page: Any) -> None:
    house.window.cheat_sheet.open()


def _banners(house: OpenWindow, _page: Any) -> None:
    from bmdesk.domain.rights import Right, right_text, role_text, who_may
    from bmdesk.services.grading.refusals import NotAllowed
    from bmdesk.ui.palette import Tone

    what, role = right_text(Right.RESTORE), role_text("packer")
    house.window.show_failure(NotAllowed(what=what, role=role, needed=who_may(Right.RESTORE)))
    house.window.say(Tone.OK, "OK", "fine")


def _pin(house: OpenWindow, _page: Any) -> None:
    from bmdesk.ui.widgets.pin_dialog import PinDialog

    PinDialog(house.place, msg("right.restore"), lambda: None, lambda: None).open()


def _new_pin(house: OpenWindow, _page: Any) -> None:
    from bmdesk.ui.views.settings.new_pin import NewPinDialog

    NewPinDialog(house.window, "Ana Moreira", lambda _: None).open()


def _welcome(house: OpenWindow, _page: Any) -> None:
    from bmdesk.ui.views.welcome import WelcomeDialog

    dialog = WelcomeDialog(house.place, house.application.data)
    dialog.demo_asked.connect(lambda: None)
    dialog.open()


def _crash(house: OpenWindow, _page: Any) -> None:
    from bmdesk.ui.crash import CrashDialog

    CrashDialog(ValueError("something odd"), house.application.data.logs / "bmdesk.log", house.window).open()


def _last_crash(house: OpenWindow, _page: Any) -> None:
    from bmdesk.ui.last_crash import LastCrashDialog

    at = house.place.desk.clock.now()
    report = Report(house.application.data.crashes / "crash.txt", at, "Traceback: something odd")
    LastCrashDialog(house.application.data.crashes, [report], house.window).open()


def _locked(house: OpenWindow, _page: Any) -> None:
    house.window.lock()


AT_THE_BENCH: tuple[Scene, ...] = (
    Scene("bench", "bench"),
    Scene("window-keys", "bench", _keys),
    Scene("window-banners", "bench", _banners),
)

DIALOGS: tuple[Scene, ...] = (
    Scene("window-pin", "settings", _pin, dialog=True),
    Scene("window-new-pin", "settings", _new_pin, dialog=True),
    Scene("window-crash", "settings", _crash, dialog=True),
    Scene("window-last-crash", "settings", _last_crash, dialog=True),
    Scene("window-welcome", "settings", _welcome, dialog=True),
)

LOCKED: tuple[Scene, ...] = (Scene("window-locked", "bench", _locked),)
