"""Where the icons and fonts lie: in a checkout, in an installed wheel, in a bundled application."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def resources() -> Path:
    """The folder that holds `icons/` and `fonts/`. Raises FileNotFoundError if the installation is broken."""
    package = Path(__file__).resolve().parents[1]
    bundle = Path(getattr(sys, "_MEIPASS", package))
    for folder in (package / "resources", package.parent / "resources", bundle / "resources"):
        if (folder / "icons").is_dir():
            return folder
    raise FileNotFoundError("resources/icons")


def icon_file(name: str) -> Path:
    """The SVG file of this icon. Raises FileNotFoundError for a name that was never drawn."""
    path = resources() / "icons" / f"{name}.svg"
    if not path.is_file():
        raise FileNotFoundError(f"no icon named {name}")
    return path
