"""Files that come from elsewhere, and files of our own that come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Bmdesk
from tests.desks import IMEIS, PHONE

STOCK = f"""identifier,model,grade,battery,cost,bin
{IMEIS[1]},{PHONE},GOOD,88,210.50,MAIN/A-7
{IMEIS[2]},{PHONE},FAIR,85,,B-2
SN-0042-X,GS22,GOOD,90,100,
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_can_be_imported_elsewhere_and_here_it_changes_nothing(
    stocked: Bmdesk, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "stock.csv").write_text(STOCK, "utf-8")
    assert stocked("units", "import", "stock.csv").code == 0
    assert stocked("units", "export", "--blocker", "earlier_evidence", f"out.{kind}").code == 0
    assert stocked("units", "import", f"out.{kind}", "--json").json["unchanged"] == 3
    elsewhere = ("--data", "other")
    assert stocked(*elsewhere, "catalog", "import", "catalogue.csv").code == 0
    assert stocked(*elsewhere, "units", "import", f"out.{kind}").code == 0
    for identifier in (IMEIS[1], IMEIS[2], "SN-0042-X"):
        here = stocked("units", "show", identifier, "--json").json
        there = stocked(*elsewhere, "units", "show", identifier, "--json").json
        for name in ("identifiers", "sku", "grade", "state", "location", "battery"):
            assert here[name] == there[name]
        assert here["stays"][0]["cost"] == there["stays"][0]["cost"]


def test_a_list_without_a_batch_opens_the_one_its_file_is_called_after(
    stocked: Bmdesk, tmp_path: Path
) -> None:
    (tmp_path / "LOT 7.csv").write_text(f"identifier,model\n{IMEIS[1]},{PHONE}\n", "utf-8")
    assert stocked("batches", "expected", "import", "LOT 7.csv", "--preview").code == 0
    assert stocked("batches", "list", "--json").json[0]["code"] == "B1"
    first = stocked("batches", "expected", "import", "LOT 7.csv", "--json").json
    assert (first["batch"], first["added"]) == ("LOT 7", 1)
    again = stocked("batches", "expected", "import", "LOT 7.csv")
    assert "LOT 7" in again.out and "unchanged 1" in again.out
    assert [b["code"] for b in stocked("batches", "list", "--json").json] == ["LOT 7", "B1"]


def test_a_batch_that_was_named_must_be_there(stocked: Bmdesk, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(f"identifier\n{IMEIS[1]}\n", "utf-8")
    assert stocked("batches", "expected", "import", "list.csv", "--batch", "NOPE").code == 1
