"""Can a window open here? Asked before Qt is touched, because Qt aborts the process where it cannot.

Knows Linux's ways to have no screen and the Debian package of each library that Qt wants. Imports no PySide6
itself: the command line must be able to say what is missing on a machine where Qt cannot even be loaded.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bmdesk.texts import Failure

_T = TypeVar("_T")

# Debian's and Ubuntu's names. Qt's own message may name the wrong library, the loader's never does.
PACKAGES: Mapping[str, str] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libOpenGL.so.0": "libopengl0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libwayland-client.so.0": "libwayland-client0",
    "libnss3.so": "libnss3",
}

_NAMED_LIBRARY = re.compile(r"(lib[\w.+-]+?\.so(?:\.\d+)*)")


class NoDisplay(Failure):
    """There is no screen to open a window on. No parameters."""

    code = "display.none"


class DisplayRefused(Failure):
    """A screen is named, but does not answer. Parameter: display."""

    code = "display.refused"


class LibraryMissing(Failure):
    """A library of the system is missing. Parameters: library, install (the line that installs it)."""

    code = "display.library_missing"


class QtMissing(Failure):
    """The Python package PySide6-Essentials is not there or is broken. Parameter: detail (the loader's own
    words).
    """

    code = "display.qt_missing"


def trouble_opening_a_window(environ: Mapping[str, str] | None = None) -> Failure | None:
    """None if a window can open, else the reason. Call it before QApplication is made; never raises."""
    env = os.environ if environ is None else environ
    if not sys.platform.startswith("linux"):
        return _trouble_importing("PySide6.QtWidgets")
    platform = env.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform in ("", "xcb") and not (platform == "" and env.get("WAYLAND_DISPLAY")):
        if not env.get("DISPLAY"):
            return NoDisplay()
        return (
            _trouble_importing("PySide6.QtWidgets")
            or _trouble_loading_xcb()
            or _trouble_connecting(env["DISPLAY"])
        )
    return _trouble_importing("PySide6.QtWidgets")


def with_qt(work: Callable[[], _T]) -> _T:
    """Run `work`, which imports PySide6 (labels, pictures, the window). Raises LibraryMissing or QtMissing
    instead of ImportError.
    """
    try:
        return work()
    except ImportError as error:
        if (failure := failure_for(error)) is not None:
            raise failure from error
        raise


def failure_for(error: ImportError | OSError) -> Failure | None:
    """The Failure that this loader's error amounts to; None if it has nothing to do with Qt or its
    libraries.
    """
    said = str(error)
    named = _NAMED_LIBRARY.search(said)
    if named and "cannot open shared object" in said:
        return LibraryMissing(library=named.group(1), install=install_line(named.group(1)))
    module = getattr(error, "name", None) or ""
    if "PySide6" in said or module.startswith(("PySide6", "shiboken6")):
        return QtMissing(detail=said[:300])
    return None


def install_line(library: str) -> str:
    """The command that installs the package of this library on Debian or Ubuntu."""
    package = PACKAGES.get(library)
    if package is None:
        return f"apt-file search {library}"
    return f"sudo apt-get install {package}"


def _trouble_importing(module: str) -> Failure | None:
    try:
        importlib.import_module(module)
    except ImportError as error:
        return failure_for(error) or QtMissing(detail=str(error)[:300])
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
            except OSError as error:
                return failure_for(error) or QtMissing(detail=str(error)[:300])
            return None
    return None


def _trouble_connecting(display: str) -> Failure | None:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return failure_for(error)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    try:
        return DisplayRefused(display=display) if xcb.xcb_connection_has_error(connection) else None
    finally:
        xcb.xcb_disconnect(connection)
