"""`bmdesk prices`, called as a script calls them: explained, simulated, written, chosen against, taken back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bmdesk.cli.context import Outside, make_scope
from tests.cli.conftest import SKU, Bmdesk
from tests.listed import link_all, read_listing


@pytest.fixture
def shop(stocked: Bmdesk) -> Bmdesk:
    """A ready phone, listed in France, its price handed over."""
    assert stocked("accounts", "add", "--markets", "fr-fr,de-de").code == 0
    with make_scope(Path(os.environ["BMDESK_DATA"]), "default", "default", Outside()).session() as session:
        link_all(
            session.desk, read_listing(session.desk, SKU, "EXCELLENT", 1, {"fr-fr": 62400}, listing_number=77)
        )
    assert stocked("listings", "manage", SKU, "--price", "--yes").code == 0
    return stocked


def rules(shop: Bmdesk, tmp_path: Path, *given: dict[str, object]) -> str:
    """A file with the rules in force and these."""
    assert shop("prices", "rules", "export", "rules.json").code == 0
    body = json.loads((tmp_path / "rules.json").read_text("utf-8"))
    body["rules"] = [*body["rules"], *given]
    (tmp_path / "rules.json").write_text(json.dumps(body), "utf-8")
    return "rules.json"


def test_a_price_is_explained_step_by_step(shop: Bmdesk) -> None:
    said = shop("prices", "explain", SKU.lower(), "--market", "de-de")
    assert said.code == 0
    assert "78 % of the new price 800.00 EUR" in said.out
    assert f"{SKU} in de-de: 624.00 EUR" in said.out

    found = shop("prices", "explain", SKU, "--json").json
    assert (found["market"], found["price"], found["present"]) == ("fr-fr", "624.00 EUR", "624.00 EUR")
    assert len(found["steps"]) >= 2
    assert shop("prices", "explain", "NOBODY").code == 1


def test_other_rules_are_tried_without_counting(shop: Bmdesk, tmp_path: Path) -> None:
    file = rules(shop, tmp_path, {"id": "less", "multiplier": "0.9"})
    tried = shop("prices", "simulate", "--rules", file, "--json").json
    assert (tried["changes"], tried["writes"], tried["lowered"]) == (2, 2, 1)
    assert {row["market"]: row["new"] for row in tried["rows"]} == {
        "fr-fr": "561.60 EUR",
        "de-de": "561.60 EUR",
    }
    now = shop("prices", "simulate", "--json").json
    assert now["writes"] == 0
    assert "would change" in shop("prices", "simulate").out


def test_what_is_shown_is_written_and_taken_back(shop: Bmdesk, tmp_path: Path) -> None:
    file = rules(shop, tmp_path, {"id": "less", "multiplier": "0.9"})
    assert shop("prices", "rules", "import", file, "--yes").code == 0
    done = shop("prices", "apply", "--yes", "--json").json
    assert (done["count"], done["problems"]) == (2, [])
    assert shop("prices", "apply", "--yes").out.strip().endswith("Nothing had to be changed.")

    (run,) = shop("prices", "history", "--json").json
    assert (run["id"], run["why"], run["count"]) == (done["run"], "confirmed", 2)
    changed = {
        one["market"]: (one["before"], one["after"])
        for one in shop("prices", "history", run["id"], "--json").json
    }
    assert changed["fr-fr"] == ("624.00 EUR", "561.60 EUR")
    assert SKU in shop("prices", "history", run["id"]).out
    assert shop("prices", "undo", run["id"], "--json").json["count"] == 2
    assert shop("prices", "undo", run["id"]).code == 1
    assert "preview confirmed (taken back)" in shop("prices", "history").out


def test_rules_go_back_to_an_earlier_version(shop: Bmdesk, tmp_path: Path) -> None:
    file = rules(shop, tmp_path, {"id": "less", "multiplier": "0.9"})
    assert shop("prices", "rules", "import", file, "--yes").code == 0
    assert [one["in_force"] for one in shop("prices", "versions", "--json").json] == [True, False]
    assert shop("prices", "restore", "1").code == 0
    assert shop("prices", "simulate", "--json").json["writes"] == 0
    assert shop("prices", "versions").code == 0
    assert shop("prices", "restore", "99").code == 1


def test_a_price_by_hand_stays_until_the_rules_count_again(shop: Bmdesk) -> None:
    assert shop("prices", "set", SKU, "599.50", "--market", "de-de").code == 0
    assert shop("prices", "explain", SKU, "--market", "de-de", "--json").json["price"] == "599.50 EUR"
    assert shop("prices", "set", SKU, "599.50 GBP", "--market", "de-de").code == 1
    assert "624.00" in shop("prices", "release", SKU, "--market", "de-de").out
    assert "count already" in shop("prices", "release", SKU, "--market", "de-de").out
    for said in ("theirs", "ours"):
        assert shop("prices", said, SKU, "--market", "de-de").code == 1
