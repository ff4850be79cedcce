"""A picture of everything the window can show, in every look: rooms, tabs, sheets and dialogs.

`draw(data, look, folder)` writes one PNG a scene and says what each looks like; `python -m
tests.pictures.matrix FOLDER` draws all looks there, for whoever wants to look at them.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from bmdesk.system.paths import DataDir
from bmdesk.ui.theme import Scheme
from tests.pictures.rooms import LARGE, SMALL, House, Look, Scene, filled, house

LOOKS = tuple(
    Look(language, scheme, size)
    for language, size, scheme in itertools.product(("en", "de"), (LARGE, SMALL), (Scheme.LIGHT, Scheme.DARK))
)
_SAMPLE = 160


@dataclass(frozen=True, slots=True)
class Picture:
    """One scene as a file, and what can be told of it without eyes."""

    scene: str
    look: Look
    file: Path
    colours: int
    lightness: float

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing on it but a surface or two."""
        return self.colours < 8


def draw(data: DataDir, look: Look, folder: Path) -> Iterator[Picture]:
    """Every scene in this look, each written to FOLDER/<look>/<scene>.png. Raises NotShown."""
    here = folder / str(look)
    here.mkdir(parents=True, exist_ok=True)
    with house(data, look) as window:
        window.hurry()
        for scene in window.scenes():
            for number, shown in enumerate(_shown(window, scene)):
                file = here / f"{scene.name}{f'-{number}' if number else ''}.png"
                image = shown.grab().toImage()
                assert image.save(str(file)), file
                yield Picture(file.stem, look, file, *_told(image))


def _shown(window: House, scene: Scene) -> list[QWidget]:
    found = window.show(scene)
    window.settle()  # what the last answer brought is laid out
    for shown in found:
        shown.grab()  # lists read what they are about to paint
    window.settle()
    return found


def _told(image: QImage) -> tuple[int, float]:
    """How many colours, and how light on the whole (0 to 1)."""
    small = image.scaled(
        _SAMPLE,
        _SAMPLE,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    seen = [small.pixelColor(x, y) for x in range(0, _SAMPLE, 2) for y in range(0, _SAMPLE, 2)]
    return len({one.rgb() for one in seen}), sum(one.lightnessF() for one in seen) / len(seen)


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["BMDESK_CLAIMS"] = str(folder / "claims")
    with filled(folder / "data") as data:
        for look in LOOKS:
            print(look, sum(1 for _ in draw(data, look, folder)), "pictures", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
