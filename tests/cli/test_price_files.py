"""Prices as files on the command line: rates and rules, shown before they count."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import SKU, Bmdesk
from tests.domain.test_upload_template import EXAMPLE, LINE, cell, template


def test_rates_come_from_a_file_and_one_that_moves_far_needs_a_word(bmdesk: Bmdesk, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("currency;rate\nGBP;0,86\nSEK;11.2\n", "utf-8")
    shown = bmdesk("prices", "rates", "import", "rates.csv", "--preview")
    assert (shown.code, bmdesk("prices", "rates", "list", "--json").json["rates"]) == (0, [])
    assert "GBP" in shown.out and "2" in shown.out
    assert bmdesk("prices", "rates", "import", "rates.csv").code == 0

    file.write_text("currency;rate\nGBP;86\nSEK;11.3\n", "utf-8")
    refused = bmdesk("prices", "rates", "import", "rates.csv")
    assert refused.code == 1
    assert "--far" in refused.err and "GBP" in refused.err
    listed = bmdesk("prices", "rates", "list", "--json").json
    now = {rate["currency"]: rate for rate in listed["rates"] if rate["in_force"]}
    assert (listed["base"], now["GBP"]["rate"], now["SEK"]["rate"]) == ("EUR", "0.86", "11.3")
    assert now["SEK"]["source"] == "rates.csv"
    taken = bmdesk("prices", "rates", "import", "rates.csv", "--far", "--json")
    assert taken.code == 0
    assert (taken.json["added"], taken.json["unchanged"]) == (1, 1)
    assert "GBP" in bmdesk("prices", "rates", "list").out


def test_rules_go_out_and_come_back_as_the_next_version(bmdesk: Bmdesk, tmp_path: Path) -> None:
    assert bmdesk("prices", "rules", "export", "rules.json").code == 0
    assert bmdesk("prices", "rules", "export", "rules.csv").code == 0
    for name in ("rules.json", "rules.csv"):
        same = bmdesk("prices", "rules", "import", name, "--json")
        assert (same.code, same.json["changes"], same.json["version"]) == (0, [], None)

    body = json.loads((tmp_path / "rules.json").read_text("utf-8"))
    body["rules"] = [{"id": "de", "scope": {"market": "de-de"}, "multiplier": "1.03"}]
    (tmp_path / "rules.json").write_text(json.dumps(body), "utf-8")
    asked = bmdesk("prices", "rules", "import", "rules.json")
    assert asked.code == 1
    assert "de" in asked.out and "--yes" in asked.err
    preview = bmdesk("prices", "rules", "import", "rules.json", "--preview", "--json").json
    assert (preview["added"], preview["version"]) == (1, None)
    taken = bmdesk("prices", "rules", "import", "rules.json", "--yes", "--json")
    assert (taken.code, taken.json["version"]) == (0, 2)
    bad = tmp_path / "bad.csv"
    bad.write_text("kind,id,share\nrule,a,7\n", "utf-8")
    refused = bmdesk("prices", "rules", "import", "bad.csv", "--yes")
    assert refused.code == 1
    assert "2" in refused.err


def test_a_price_list_is_taken_as_one_run_that_undo_takes_back(shop: Bmdesk, tmp_path: Path) -> None:
    rules = tmp_path / "rules.csv"
    rules.write_text(
        "kind,id,category,grade,share,cost_floor\nshare,,*,EXCELLENT,0.5,\nrule,all,,,,no\n", "utf-8"
    )
    shown = shop("prices", "rules", "import", "rules.csv", "--preview", "--json").json
    assert shown["prices"]["changes"] == 1, "of the one linked listing"
    assert shop("prices", "rules", "import", "rules.csv", "--yes").code == 0
    assert shop("listings", "manage", "77", "--price", "--yes").code == 0
    assert shop("prices", "export", "prices.xlsx").code == 0
    same = shop("prices", "import", "prices.xlsx", "--json")
    assert (same.code, same.json["prices"], same.json["run"]) == (0, [], None)

    (tmp_path / "list.csv").write_text(f"sku;price\n{SKU};389,90\nNOPE;1\n", "utf-8")
    asked = shop("prices", "import", "list.csv", "--market", "fr-fr")
    assert asked.code == 1 and "--yes" in asked.err
    done = shop("prices", "import", "list.csv", "--market", "fr-fr", "--yes", "--json")
    assert (done.code, done.json["changed"], done.json["prices"][0]["new"]) == (1, 1, "389.90 EUR")
    assert [error["line"] for error in done.json["errors"]] == [3]
    assert shop("prices", "undo", done.json["run"], "--json").json["count"] == 1


def test_listings_go_out_and_come_back_with_a_way_back(shop: Bmdesk, tmp_path: Path) -> None:
    assert shop("listings", "export", "listings.csv").code == 0
    same = shop("listings", "import", "listings.csv", "--json")
    assert (same.code, same.json["changes"], same.json["undo"]) == (0, [], None)
    (tmp_path / "change.csv").write_text("listing;manage_stock\nu-1;yes\nu-9;yes\n", "utf-8")
    asked = shop("listings", "import", "change.csv")
    assert asked.code == 1 and "--yes" in asked.err and "manage_stock" in asked.out
    done = shop("listings", "import", "change.csv", "--yes", "--json")
    assert (done.code, done.json["changed"], [e["line"] for e in done.json["errors"]]) == (1, 1, [3])
    assert done.json["would_write"]
    undo = Path(done.json["undo"])
    assert undo.parent == tmp_path
    assert shop("listings", "import", str(undo), "--yes").code == 0
    rows = shop("listings", "list", "--json").json
    assert not any(row["managed"] for row in rows)


def test_a_mangled_template_is_refused_and_a_whole_one_tells_what_it_would_do(
    shop: Bmdesk, tmp_path: Path
) -> None:
    path = tmp_path / "template.csv"
    path.write_bytes(template(EXAMPLE, cell(sku=SKU, grade="EXCELLENT")))
    shown = shop("listings", "import", "template.csv", "--preview", "--json").json
    assert (shown["examples"], [row["line"] for row in shown["lines"]]) == (1, [5])
    path.write_bytes(template(EXAMPLE, LINE).replace(b";", b","))
    refused = shop("listings", "import", "template.csv", "--yes")
    assert refused.code == 1
    assert "Line 1" in refused.err and "UTF-8" in refused.err
