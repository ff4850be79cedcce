"""`bmdesk listings lint` and `ignore`, called as a script calls them."""

from __future__ import annotations

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
    """A listing of the phone that is ready, too dear; another that names two devices; both without a comment."""
    assert stocked("accounts", "add").code == 0
    with make_scope(Path(os.environ["BMDESK_DATA"]), "default", "default", Outside()).session() as session:
        desk = session.desk
        dear = read_listing(desk, SKU, "EXCELLENT", 1, {"fr-fr": 39901}, most=39900, listing_number=77)
        read_listing(
            desk,
            "iPX.Silver.256GB.Good",
            "GOOD",
            remote_id="u-2",
            title="iPhone X 64GB - Silver - Unlocked",
        )
        link_all(desk, dear)
    return stocked


def test_each_mistake_is_a_document_and_errors_end_with_one(shop: Bmdesk) -> None:
    said = shop("listings", "lint", "--json")

    assert said.code == 1
    assert [(one["listing_id"], one["sku"], one["code"], one["severity"]) for one in said.json] == [
        (77, SKU, "price_above_max", "error"),
        ("u-2", "iPX.Silver.256GB.Good", "sku_title_mismatch", "error"),
        (77, SKU, "missing_comment", "warning"),
    ]
    first = said.json[0]
    assert (first["market"], first["fix"], first["ignored"]) == ("fr-fr", "set_price", None)
    assert "399.01" in first["evidence"]
    assert said.json[1]["fix"] is None and said.json[1]["market"] is None


def test_people_get_a_table_with_the_whole_evidence(shop: Bmdesk) -> None:
    said = shop("listings", "lint")

    assert said.code == 1
    assert "price_above_max" in said.out and "storage: SKU 256" in " ".join(said.out.split())
    assert "Errors: 2, warnings: 1, ignored: 0." in said.out


def test_what_is_ignored_with_a_reason_is_no_error_any_more(shop: Bmdesk) -> None:
    assert shop("listings", "ignore", "77", "price_above_max").code == 1
    assert shop("listings", "ignore", "77", "price_above_max", "--reason", "on its way").code == 0
    assert shop("listings", "ignore", "u-2", "sku_title_mismatch", "--reason", "named so").code == 0

    left = shop("listings", "lint", "--json")
    assert (left.code, [one["code"] for one in left.json]) == (0, ["missing_comment"])
    known = shop("listings", "lint", "--ignored", "--json").json
    assert [one["ignored"]["reason"] for one in known] == ["on its way", "named so"]

    assert shop("listings", "ignore", "77", "price_above_max", "--end", "--market", "fr-fr").code == 0
    assert shop("listings", "lint").code == 1


def test_what_is_not_there_is_not_ignored(shop: Bmdesk) -> None:
    assert shop("listings", "ignore", "77", "too_dear", "--reason", "x").code == 2
    said = shop("listings", "ignore", "77", "below_cost", "--reason", "x")
    assert said.code == 1 and "below_cost" in said.err


def test_an_account_without_listings_is_clean(bmdesk: Bmdesk) -> None:
    assert bmdesk("accounts", "add").code == 0
    said = bmdesk("listings", "lint", "--json")
    assert (said.code, said.json) == (0, [])
    assert "Listings: 0" in bmdesk("listings", "lint").out


def test_what_ends_a_mistake_is_shown_and_done_after_a_yes(shop: Bmdesk) -> None:
    number, comment = "77", "missing_comment"
    said = shop("listings", "fix", number, comment, "--market", "fr-fr")
    assert said.code == 1 and "does not manage" in said.err
    assert shop("listings", "manage", number, "--content", "--yes").code == 0

    shown = shop("listings", "fix", number, comment, "--json")
    assert shown.code == 0
    (one,) = shown.json
    assert (one["code"], one["way"], one["market"], one["old"]) == (comment, "write", "fr-fr", "")
    assert one["new"] and one["listing_id"] == 77
    asked = shop("listings", "fix", number, comment)
    assert asked.code == 1 and "--yes" in asked.err
    done = shop("listings", "fix", number, comment, "--yes")
    assert done.code == 0 and "dealt with: 1" in done.out

    other = shop("listings", "fix", "u-2", "sku_title_mismatch", "--yes")
    assert other.code == 1 and "Linking" in other.err
    assert shop("listings", "fix", number, "too_dear").code == 2
