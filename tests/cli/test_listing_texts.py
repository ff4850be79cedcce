"""`bmdesk listings publish`, `offline` and `texts`, called as a script calls them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bmdesk.cli.context import Outside, make_scope
from tests.cli.conftest import Bmdesk
from tests.desks import PHONE
from tests.listed import link_all, read_listing

SKU = f"{PHONE}-EXCELLENT"


@pytest.fixture
def shop(stocked: Bmdesk) -> Bmdesk:
    """One ready phone and its listing, handed over."""
    assert stocked("accounts", "add", "--markets", "fr-fr, de-de").code == 0
    with make_scope(Path(os.environ["BMDESK_DATA"]), "default", "default", Outside()).session() as session:
        found = read_listing(
            session.desk, SKU, "EXCELLENT", 5, {"fr-fr": 39900}, remote_id="u-1", listing_number=77
        )
        link_all(session.desk, found)
    assert stocked("listings", "manage", "77", "--yes").code == 0
    return stocked


def test_a_script_sees_what_publishing_would_do_and_needs_a_yes(shop: Bmdesk) -> None:
    (row,) = shop("listings", "publish", "77", "--market", "de-de", "--json").json
    assert (row["sku"], row["market"], row["warranty_months"]) == (SKU, "de-de", 12)
    assert "Geprüft" in row["comment"]
    refused = shop("listings", "publish", "77", "--market", "de-de")
    assert refused.code == 1 and "--yes" in refused.err
    assert shop("listings", "publish", "77", "--market", "de-de", "--yes").code == 0
    assert shop("listings", "publish", "77").code == 2, "which markets must be said"


def test_offline_is_said_in_the_words_of_what_the_marketplace_can_do(shop: Bmdesk) -> None:
    said = shop("listings", "offline", "77", "--market", "fr-fr", "--yes")
    assert said.code == 0 and "no switch" in said.out
    (row,) = shop("listings", "offline", "77", "--json").json
    assert row["quantity"] == 5 and "0" in str(row["happens"])
    assert shop("listings", "offline", "77").code == 1
    assert shop("listings", "offline", "77", "--yes").code == 0


def test_texts_are_shown_applied_and_taken_back(shop: Bmdesk, tmp_path: Path) -> None:
    body = shop("policies", "show", "content").json
    body["comments"]["fr"]["EXCELLENT"] = "Testé. Batterie à {battery} % au moins."
    body["warranty"] = {"fr": {"*": 24}}
    file = tmp_path / "content.json"
    file.write_text(json.dumps(body), "utf-8")
    assert shop("policies", "save", "content", str(file)).code == 0

    row = next(one for one in shop("listings", "texts", "--json").json if one["market"] == "fr-fr")
    assert row["new"]["comment"] == "Testé. Batterie à 88 % au moins." and row["new"]["warranty_months"] == 24
    only = shop("listings", "texts", "--market", "fr-fr", "--only", "warranty", "--json").json
    assert [one["new"]["comment"] for one in only] == [row["old"]["comment"]]
    assert shop("listings", "texts", "--apply").code == 1
    assert shop("listings", "texts", "--only", "colour").code == 2
    done = shop("listings", "texts", "77", "--apply", "--yes", "--json").json
    assert done["count"] >= 1
    runs = shop("listings", "texts-runs", "--json").json
    assert (runs[0]["id"], runs[0]["why"], runs[0]["undone"]) == (done["run"], "preview", False)
    assert shop("listings", "texts-undo", done["run"]).code == 0
    assert shop("listings", "texts-runs", "--json").json[0]["why"] == "undo"
    assert shop("listings", "texts-undo", done["run"]).code == 1
    assert shop("listings", "texts-runs").code == 0 and shop("listings", "texts").code == 0
