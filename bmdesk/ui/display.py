"""Can a window open here? Asked before Qt is touched, because Qt aborts the process where it cannot.

Knows Linux's ways to have no screen; which libraries Qt wants is known to `system.qt_libraries`. Imports no PySide6
before it is clear that it can be loaded.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bmdesk.system.qt_libraries import LibrariesMissing, require_libraries
from bmdesk.texts import Failure


class NoDisplay(Failure):
    """There is no screen to open a window on. No parameters."""

    code = "display.none"


class DisplayRefused(Failure):
    """A screen is named, but does not answer. Parameter: display."""

    code = "display.refused"


class QtMissing(Failure):
    """The Python package PySide6-Essentials is not there or is broken. Parameter: detail (the loader's own
    words).
    """

    code = "display.qt_missing"


def trouble_opening_a_window(environ: Mapping[str, str] | None = None) -> Failure | None:
    """None if a window can open, else the reason. Call it before QApplication is made; never raises."""
    env = os.environ if environ is None else environ
    x_window = _goes_to_x(env)
    display = env.get("DISPLAY", "")
    if x_window and not display:
        return NoDisplay()
    try:
        require_libraries(window=x_window)
    except LibrariesMissing as missing:
        return missing
    trouble = _trouble_importing("PySide6.QtWidgets")
    if trouble is None and x_window:
        trouble = _trouble_loading_xcb() or _trouble_connecting(display)
    return trouble


def _goes_to_x(env: Mapping[str, str]) -> bool:
    """Whether Qt would open its window on an X server."""
    if not sys.platform.startswith("linux"):
        return False
    platform = env.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    return platform == "xcb" or (platform == "" and not env.get("WAYLAND_DISPLAY"))


def _trouble_importing(module: str) -> Failure | None:
    try:
        importlib.import_module(module)
    except ImportError as error:
        return QtMissing(detail=str(error)[:300])
    return None


def _trouble_loading_xcb() -> Failure | None:
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return None
    home = Path(next(iter(spec.submodule_search_locations)))
    for plugin in (home / "Qt/plugins/platforms/libqxcb.so", home / "plugins/platforms/libqxcb.so"):
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:  # the loader names the library; Qt's own message may name a wrong one
                return QtMissing(detail=str(error)[:300])
            return None
    return None


def _trouble_connecting(display: str) -> Failure | None:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return QtMissing(detail=str(error)[:300])
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    try:
        return DisplayRefused(display=display) if xcb.xcb_connection_has_error(connection) else None
    finally:
        xcb.xcb_disconnect(connection)
