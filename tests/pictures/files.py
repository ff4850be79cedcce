"""Files of rates, rules, prices and listings over the rooms in which they are imported."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bmdesk.domain.upload_template import COLUMNS
from bmdesk.services.files import listings_file, prices_file
from bmdesk.system.tabular import read_table, write_table

_RATES = "currency;rate;date\nGBP;87,1;\nSEK;112,4;\nUSD;1.09;2026-01-05\nPLN;4,26;\nEURO;1;\nJPY;163.2;2031-01-01\n"
_RULES = (
    "kind,id,category,product,sku,grade,market,share,multiplier,daily_percent,note\n"
    "share,,*,,,PREMIUM,,0.87,,,\nshare,,*,,,EXCELLENT,,0.8,,,\nshare,,*,,,GOOD,,0.7,,,\nshare,,laptop,,,GOOD,,0.5,,,\n"
    'rule,germany,,,,,de-de,,1.03,,"Customers there pay more, and send more back"\nrule,slowly,,,,,,,,10,\n'
)
_TEMPLATE = (
    ";".join(COLUMNS),
    ";".join(["Required"] * 4 + ["Optional"] * 13 + ["Required"] * 2),
    "IP6-64-SIL-B3;10;399.00;PREMIUM, EXCELLENT, VERY_GOOD, GOOD, FAIR, STALLONE;EUR;;;;;;;;;;False;;;888462064149;",
    "2-Mar;1;1,234;GOOD;EUR;;;;;;;;;;False;;;8.88462E+11;",
)


def shown_over_prices(name: str, house: Any, page: Any) -> None:
    """What this file would do, over Settings → Prices."""
    section = page.show_section("prices")
    house.settle()
    with tempfile.TemporaryDirectory() as folder:
        if name == "rates":
            section.rates.import_file(_file(folder, "rates-2026-11.csv", _RATES))
        elif name == "rules":
            section.files.import_rules(_file(folder, "rules.csv", _RULES))
        else:
            section.files.import_prices(_dearer(house, section.files.account.id, Path(folder)))
        house.wait(house.dialogs)


def shown_over_listings(name: str, house: Any, page: Any) -> None:
    """What this file would do, over the Listings room."""
    house.wait(lambda: page.account.now is not None)
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder) / "all.csv"
        listings_file.export_listings(house.place.desk, page.account.id, exported)
        rows = [row.cells for row in read_table(exported)]
        if name == "listings":
            lines = [
                (row["listing"], row["sku"], "yes" if row["manage_stock"] == "no" else "no")
                for row in rows[:12]
            ]
            path = Path(folder) / "listings.csv"
            write_table(path, ("listing", "sku", "manage_stock"), lines)
        else:
            heading, required, example, *_ = _TEMPLATE
            wished = [
                f"{row['sku']};2;{399 + at}.00;{row['grade']};EUR;;;;;;;;;;False;;;0194252707227;"
                for at, row in enumerate(rows[:8])
            ]
            words = "\n".join((heading, required, example, *wished, *_TEMPLATE[3:])) + "\n"
            path = _file(
                folder, "listing-template.csv", words.replace(";", ",") if name == "mangled" else words
            )
        page.files.import_listings(path)
        house.wait(house.dialogs)


def _dearer(house: Any, account_id: str, folder: Path) -> Path:
    """All prices, each a little other than it stands."""
    exported, changed = folder / "all.csv", folder / "prices-friday.csv"
    prices_file.export_prices(house.place.desk, account_id, exported)
    rows = [row.cells for row in read_table(exported) if row.cells["price"]]
    prices = [str(round(float(row["price"]) + (at % 4) * 7.5, 2)) for at, row in enumerate(rows)]
    lines = [(row["sku"], row["market"], price) for row, price in zip(rows, prices, strict=True)]
    write_table(changed, ("sku", "market", "price"), lines)
    return changed


def _file(folder: str, name: str, words: str) -> Path:
    path = Path(folder) / name
    path.write_text(words, "utf-8")
    return path
