"""The README's pictures, from the real program on the demo's story: `python -m tests.pictures.readme [FOLDER]`.

Without a folder those of resources/pictures are replaced; nothing else is touched.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

from bmdesk.demo import parcels
from bmdesk.services.orders.order_view import Tab
from bmdesk.ui.theme import Scheme
from tests.pictures.rooms import House, Look, filled, house
from tests.processes import ROOT

PICTURES = ROOT / "resources" / "pictures"
UNITS = 60
"""A whole day: fewer look like a quiet one."""
SIZE = (1280, 800)
LARGEST = 300_000


def _bench(_house: House) -> None: ...


def _done(window: House) -> None:
    window.application.scanner.scanned.emit("BMD:DONE", "")


def _all_orders(window: House) -> None:
    window.enter("orders").show_tab(Tab.ALL)


def _packed(window: House) -> None:
    for code in parcels.next_to_pack(window.place.desk)[:1]:
        window.application.scanner.scanned.emit(code, "")


def _price(window: House) -> None:
    """A price with what it leaves over, explained beside the others."""
    page = window.enter("prices")
    page.show_tab("matrix")
    window.wait(lambda: page.seen is not None and not page.feed.is_busy)
    window.settle()
    row = max(page.seen.rows, key=lambda row: (row.margin_new is not None, row.quantity))
    page.matrix.table.go_to(row.listing_id, row.market)
    page.matrix.open_price()
    window.wait(lambda: page.matrix.sheet.seen is not None)


SHOTS: tuple[tuple[str, Scheme, str, Callable[[House], object]], ...] = (
    ("bench-dark", Scheme.DARK, "bench", _bench),
    ("bench-light", Scheme.LIGHT, "bench", _bench),
    ("dashboard-light", Scheme.LIGHT, "dashboard", _bench),
    ("listings-light", Scheme.LIGHT, "listings", _bench),
    ("orders-light", Scheme.LIGHT, "orders", _all_orders),
    ("prices-light", Scheme.LIGHT, "prices", _price),
    ("pack-proven", Scheme.LIGHT, "pack", _packed),
    ("pace-light", Scheme.LIGHT, "bench", _done),
)
"""In this order: what a scan leads to stays in the store."""


def draw(folder: Path) -> list[Path]:
    """Write all of them there; each is small enough to be looked at over a slow line."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["BMDESK_CLAIMS"] = str(Path(temporary) / "claims")
        with filled(Path(temporary) / "data", UNITS) as data:
            for scheme in (Scheme.DARK, Scheme.LIGHT):
                with house(data, Look(scheme=scheme, size=SIZE)) as window:
                    for name, wanted, room, lead in SHOTS:
                        if wanted is scheme:
                            window.enter(room)
                            lead(window)
                            window.settle()
                            window.settle()
                            window.window.banners.clear()
                            # The story's clock ran ahead while it was told; that says nothing of bmdesk.
                            window.window.set_status(clock="")
                            made.append(_write(window.window.grab().toImage(), folder / f"{name}.png"))
    return made


def _write(image: QImage, file: Path) -> Path:
    assert image.convertToFormat(QImage.Format.Format_RGB888).save(str(file), "PNG", 0)  # type: ignore[call-overload]
    size = file.stat().st_size
    assert size < LARGEST, f"{file.name} is {size} bytes"
    return file


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for file in draw(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES):
        print(f"{file} {file.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
