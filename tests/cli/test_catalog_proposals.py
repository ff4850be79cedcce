"""`bmdesk catalog proposals`, `propose` and the file of sheets, over real HTTP."""

from __future__ import annotations

import csv
from pathlib import Path

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk
from tests.cli.test_categories import PHONES, _marketplace, market
from tests.desks import PHONE

__all__ = ["_marketplace", "market"]
EAN = "4006381333931"


def test_a_sheet_is_filled_in_by_file_previewed_and_proposed(
    stocked: Bmdesk, market: Simulator, tmp_path: Path
) -> None:
    market.control(known_products_only=True, task_seconds=0)
    assert stocked("categories", "map", PHONE, "--leaf", PHONES).code == 0
    nowhere = stocked("categories", "check", "--nowhere", "--json").json
    assert {one["code"] for one in nowhere} == {"no_leaf"} and PHONE not in {
        one["model_code"] for one in nowhere
    }
    asked = stocked("categories", "check", PHONE, "--product", "--json").json
    assert [one["field"] for one in asked] == ["image_1"]
    (before,) = stocked("catalog", "proposals", PHONE, "--json").json
    assert (before["state"], before["leaf"]) == ("draft", "Smartphones") and before["lacks"]
    refused = stocked("catalog", "propose", PHONE, "--yes", "--json")
    assert (refused.code, refused.json["rows"], refused.json["proposed"]) == (1, [], 0)

    file = tmp_path / "sheets.csv"
    assert stocked("catalog", "proposals-export", str(file), PHONE).code == 0
    head, line = file.read_text("utf-8-sig").splitlines()[0], {}
    with file.open(encoding="utf-8-sig", newline="") as content:
        (line,) = csv.DictReader(content, delimiter=max(",;", key=head.count))
    line |= {"ean": EAN, "weight_g": "174", "new_price": "909", "image_1": "https://shop.example/a.jpg"}
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(line))
        writer.writeheader()
        writer.writerow(line)
    looked = stocked("catalog", "proposals-import", str(file), "--preview", "--json").json
    assert (looked["changed"], looked["errors"]) == (1, [])
    assert stocked("catalog", "proposals", PHONE, "--json").json[0]["images"] == []
    assert stocked("catalog", "proposals-import", str(file)).code == 0
    (ready,) = stocked("catalog", "proposals", PHONE, "--json").json
    assert (ready["lacks"], ready["images"]) == ([], ["https://shop.example/a.jpg"])

    shown = stocked("catalog", "propose", PHONE)
    assert shown.code != 0 and "price_new" in shown.out and "--yes" in shown.err
    assert market.ledger.writes() == []
    assert stocked("catalog", "propose", PHONE, "--yes").code == 0
    assert stocked("sync", "--once").code == 0
    assert stocked("sync", "--once").code == 0
    (sent,) = stocked("catalog", "proposals", PHONE, "--json").json
    assert sent["state"] == "review" and "review" in stocked("catalog", "proposals").out
    product = market.control(approve=EAN)["approve"]["product_id"]
    assert stocked("sync", "--once").code == 0
    (known,) = stocked("catalog", "proposals", PHONE, "--json").json
    assert (known["state"], known["product_id"]) == ("known", product)


def test_a_proposal_that_waits_can_be_taken_back(stocked: Bmdesk, market: Simulator) -> None:
    assert "taken back" in stocked("catalog", "take-back", PHONE).out
    assert stocked("catalog", "propose", "NOBODY").code != 0
