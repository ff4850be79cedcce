"""How long things take here, beside what they are measured against. Figures for a person; nothing is asserted.

python -m tests.timings [--json FILE] [--quick]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.timings import (
    catalogue,
    dashboard,
    installed,
    market,
    million,
    odoo,
    order_lists,
    orders,
    prices,
    scans,
    trouble,
    window,
)
from tests.timings.figures import Figure, NotHere, table

PARTS: tuple[Callable[[Path, bool], list[Figure]], ...] = (
    scans.measure,
    window.measure,
    installed.measure,
    order_lists.measure,
    trouble.measure,
    dashboard.measure,
    million.measure,
    market.measure,
    orders.measure,
    prices.measure,
    catalogue.measure,
    odoo.measure,
)
"""The long ones last."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.timings")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look while developing")
    chosen = parser.parse_args()
    figures: list[Figure] = []
    for part in PARTS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                measured = part(Path(folder), chosen.quick)
            except NotHere as lacking:
                print(f"{part.__module__} is skipped: {lacking}", file=sys.stderr)
                continue
            except (
                subprocess.SubprocessError
            ) as failed:  # no display, a missing library: the rest is still told
                print(f"{part.__module__} could not be measured: {failed}", file=sys.stderr)
                continue
        print(table(measured), flush=True)  # at once: whoever ends it sooner has what there is
        figures += measured
        if chosen.json:
            chosen.json.write_text(json.dumps([figure.as_json() for figure in figures], indent=2), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
