"""`bmdesk listings`, called as a script calls it."""

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
    """One ready phone, its listing as a pull brought it, and one of somebody else's fashion."""
    assert stocked("accounts", "add").code == 0
    with make_scope(Path(os.environ["BMDESK_DATA"]), "default", "default", Outside()).session() as session:
        found = read_listing(
            session.desk, SKU, "EXCELLENT", 5, {"fr-fr": 39900}, remote_id="u-1", listing_number=77
        )
        read_listing(session.desk, "gs22.Vgood", "VERY_GOOD", 1, {"fr-fr": 20000}, remote_id="u-2")
        read_listing(
            session.desk,
            "iPX.Silver.64GB.Good",
            "GOOD",
            remote_id="u-3",
            title="iPhone X 64GB - Silver - Unlocked",
        )
        link_all(session.desk, found)
    return stocked


def test_the_list_tells_ours_theirs_and_each_market(shop: Bmdesk) -> None:
    row = next(one for one in shop("listings", "list", "--json").json if one["sku"] == SKU)

    assert (row["grade"], row["quantity"], row["remote_quantity"], row["managed"]) == ("EXCELLENT", 1, 5, [])
    market = row["markets"]["fr-fr"]
    assert (market["price"], market["currency"], market["state"]) == ("399.00", "EUR", "online")
    assert row["why"] and isinstance(market["why"], list)
    assert SKU in shop("listings", "list").out


def test_nothing_is_handed_over_without_a_yes(shop: Bmdesk) -> None:
    refused = shop("listings", "manage", "--all")

    assert refused.code == 1 and "--yes" in refused.err
    assert shop("listings", "list", "--json").json[-1]["managed"] == []

    assert shop("listings", "manage", "77", "--yes").code == 0
    row = next(one for one in shop("listings", "list", "--json").json if one["sku"] == SKU)
    assert row["managed"] == ["stock", "price", "content"]


def test_listings_are_handed_back_paused_and_resumed(shop: Bmdesk) -> None:
    assert shop("listings", "manage", "--all", "--yes", "--stock").code == 0
    assert shop("listings", "pause", "u-1").code == 0
    row = next(one for one in shop("listings", "list", "--json").json if one["sku"] == SKU)
    assert (row["managed"], row["paused"], row["quantity"]) == (["stock"], True, 0)

    assert shop("listings", "resume", SKU).code == 0
    assert shop("listings", "unmanage", "--all").code == 0
    row = next(one for one in shop("listings", "list", "--json").json if one["sku"] == SKU)
    assert (row["managed"], row["paused"], row["quantity"]) == ([], False, 1)


def test_open_listings_are_linked_one_by_one_or_where_it_is_certain(shop: Bmdesk) -> None:
    open_ = shop("listings", "link", "--json").json
    assert [one["sure"] for one in open_] == ["GS22-EXCELLENT", None]

    assert shop("listings", "link", "--all").code == 1
    assert shop("listings", "link", "--all", "--yes").code == 0
    assert shop("listings", "link", "--make-products", "--category", "phone").code == 0
    assert shop("listings", "link", "--json").json == []
    assert shop("listings", "link", "u-3", "--nothing").code == 0
    assert shop("listings", "unlink", "u-3").code == 0
    assert shop("listings", "link", "u-3", "NO-SUCH-GOOD").code == 1


def test_the_preview_changes_nothing(shop: Bmdesk) -> None:
    shown = shop("listings", "preview", "--json").json

    assert shown["changes"]["stock"] == 1
    assert shown["digest"] == shop("listings", "preview", "--json").json["digest"]
    assert shop("listings", "manage").code == 2
