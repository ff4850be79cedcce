"""`bmdesk listings`, called as a script calls it."""

from __future__ import annotations

from tests.cli.conftest import SKU, Bmdesk


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
