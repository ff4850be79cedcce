"""Which system libraries Qt needs on Linux, and which of them are not there.

Asked before Qt is imported, because Qt itself names only the first one it misses, sometimes the wrong one,
and may end the process. Knows nothing of displays, windows or what will be drawn.
"""

from __future__ import annotations

import ctypes
import sys

from bmdesk.texts import Failure

# Library file -> Debian package, for drawing without a window (pictures, labels, PDF).
DRAWING = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# What a window on X needs on top of that.
X_WINDOW = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


class LibrariesMissing(Failure):
    """System libraries are not installed. Parameters: `libraries` (file names), `packages` (for one apt
    line)."""

    code = "device.libraries_missing"


def require_libraries(*, window: bool = False) -> None:
    """Raise LibrariesMissing, naming every missing library at once and the line that installs them."""
    wanted = {**DRAWING, **X_WINDOW} if window else DRAWING
    missing = missing_libraries(wanted)
    if missing:
        raise LibrariesMissing(
            libraries=", ".join(missing), packages=" ".join(dict.fromkeys(wanted[name] for name in missing))
        )


def missing_libraries(wanted: dict[str, str]) -> tuple[str, ...]:
    """Those of the wanted library files that cannot be loaded. Always empty off Linux, where Qt brings its
    own."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(name for name in wanted if not _loads(name))


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
