"""The tree of categories over HTTP into a real store; what of ours goes where in it, and what is missing then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bmdesk.connectors.backmarket.import_categories import TreeRead
from bmdesk.connectors.failures import ServerTrouble, UnreadableAnswer
from bmdesk.domain.categories import Kind
from bmdesk.services import company
from bmdesk.services.desk import Actor
from bmdesk.services.goods import catalog
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.services.grading.refusals import NotAllowed as NoRight
from bmdesk.services.selling import categories, category_check
from bmdesk.services.selling.categories import (
    NotALeaf,
    NotAllowed,
    UnknownAttribute,
    UnknownCategory,
    UnknownSource,
)
from bmdesk.store.queries import categories as rows
from bmdesk.sync import market_reading
from bmdesk.texts import render
from tests.desks import PHONE, TABLET
from tests.markets import OWNER, Shop

PHONES, TABLETS, ROOT = 2, 4, 1


def refresh(shop: Shop, most: int = 10_000, **wanted: Any) -> TreeRead:
    """One reading, stopped after so many answers."""
    shop.meet()
    before = len(shop.market.ledger.requests)

    def goes_on() -> bool:
        return len(shop.market.ledger.requests) - before < most

    return market_reading.categories(shop.desk, shop.tools, "default", goes_on, **wanted)


def asked(shop: Shop, leaf: int = PHONES) -> dict[str, categories.AskedView]:
    return {one.attribute.field: one for one in categories.shown(shop.desk, shop.account, leaf)[1]}


def lacks(shop: Shop, *codes: str) -> list[tuple[str, str, str]]:
    found = category_check.check(shop.desk, shop.account, codes or None)
    return [(one.model_code, one.code.value, one.attribute.field if one.attribute else "") for one in found]


def belongs(shop: Shop, *codes: str, leaf: int | None = PHONES) -> int:
    return categories.map_products(shop.desk, OWNER, shop.account, leaf, codes).count


# ---------------------------------------------------------------- the tree


def test_the_tree_is_kept_with_what_its_leaves_ask(shop: Shop) -> None:
    done = refresh(shop)

    assert (done.categories, done.leaves, done.new, done.gone, done.left) == (18, 6, 18, 0, 0)
    assert [entry["path"] for entry in shop.market.ledger.requests] == ["/ws/category/tree"]
    (phones,) = categories.listed(shop.desk, shop.account, "smartph", leaves=True)
    assert (phones.path, phones.row.category_id, phones.row.marketplace_id) == (
        ("Phones", "Smartphones", "Smartphones"),
        PHONES,
        102,
    )
    colour = asked(shop)["color"].attribute
    assert (colour.kind, colour.required, "Midnight" in colour.allowed) == (Kind.CHOICE, True, True)
    assert phones.attributes == len(asked(shop)) == 6
    assert [one.row.depth for one in categories.listed(shop.desk, shop.account)[:3]] == [0, 1, 2]
    assert refresh(shop).new == 0, "reading it again changes nothing"
    assert done.attributes == refresh(shop).attributes
    assert shop.market.ledger.writes() == []


def test_what_changed_there_changes_here_and_what_is_gone_is_said(shop: Shop) -> None:
    refresh(shop)
    belongs(shop, PHONE)
    shop.market.control(
        attribute={"category": PHONES, "field": "color", "allowed": ["Red"], "required": True}
    )
    shop.market.control(drop_category=TABLETS)

    done = refresh(shop)

    assert (done.categories, done.gone) == (15, 3)
    assert asked(shop)["color"].attribute.allowed == ("Red",)
    gone = {
        one.row.category_id for one in categories.listed(shop.desk, shop.account) if one.row.missing_since
    }
    assert gone == {3, 1004, TABLETS}
    assert lacks(shop, PHONE) == [(PHONE, "attribute_illegal", "color")]
    with pytest.raises(UnknownCategory):
        belongs(shop, TABLET, leaf=TABLETS)
    shop.market.reset()
    assert (refresh(shop).gone, len(categories.listed(shop.desk, shop.account))) == (0, 18)


def test_a_tree_without_attributes_is_asked_branch_by_branch_and_goes_on(shop: Shop) -> None:
    shop.market.world.real = True

    first = refresh(shop, most=3)

    assert (first.leaves, first.left) == (6, 4)
    shop.advance(minutes=1)
    assert [one["path"] for one in shop.market.ledger.requests] == [
        "/ws/category/tree", "/ws/category/tree/1", "/ws/category/tree/3",
    ]  # fmt: skip
    again = refresh(shop, older_than=timedelta(hours=1))
    assert (again.left, len(shop.market.ledger.requests)) == (0, 8), "only what was missing"
    assert asked(shop)["color"].attribute.allowed[:2] == ("Black", "Midnight")
    assert asked(shop)["screen_size"].attribute.allowed == ()
    shop.advance(minutes=1)
    refresh(shop)
    assert len(shop.market.ledger.requests) == 8 + 7, "all of it once more"


def test_a_failure_leaves_what_was_read(shop: Shop) -> None:
    shop.market.world.real = True
    shop.market.fault("500", "GET /ws/category/tree/*", skip=1)
    with pytest.raises(ServerTrouble):
        refresh(shop)
    assert asked(shop) and not asked(shop, TABLETS)
    shop.market.clear()
    shop.market.world.tree = []
    with pytest.raises(UnreadableAnswer):
        refresh(shop)
    assert not any(one.row.missing_since for one in categories.listed(shop.desk, shop.account))


def test_twenty_in_ten_seconds_are_kept(shop: Shop) -> None:
    """The simulator blocks whoever asks a twenty-first time."""
    shop.market.world.real = True
    shop.market.control(limits=True)
    for _ in range(5):
        refresh(shop)
        shop.advance(seconds=0.01)
    assert shop.market.ledger.document()["rate"] == {"429s": 0}
    assert len(shop.market.ledger.requests) == 5 * 7


# ---------------------------------------------------------------- what of ours goes where


def test_a_product_with_its_variants_belongs_to_a_leaf_and_lacks_what_it_lacks(shop: Shop) -> None:
    refresh(shop)
    assert lacks(shop, PHONE) == [(PHONE, "no_leaf", "")]
    assert belongs(shop, PHONE.lower()) == 1
    assert lacks(shop, PHONE) == []
    assert categories.listed(shop.desk, shop.account, "smart", leaves=True)[0].products == 1

    assert belongs(shop, TABLET, leaf=TABLETS) == 1
    (missing,) = category_check.check(shop.desk, shop.account, [TABLET])
    assert missing.given == "Space Grey" and "Space Gray" in render(missing.reason)
    categories.rename_value(shop.desk, OWNER, shop.account, TABLETS, "color", "Space Grey", "Space Gray")
    assert lacks(shop, TABLET) == []
    categories.rename_value(shop.desk, OWNER, shop.account, TABLETS, "color", "space-grey", "")
    assert lacks(shop, TABLET) == [(TABLET, "attribute_illegal", "color")]
    assert belongs(shop, TABLET, leaf=None) == 1
    assert lacks(shop, TABLET) == [(TABLET, "no_leaf", "")]


def test_what_of_ours_answers_can_be_said(shop: Shop) -> None:
    refresh(shop)
    belongs(shop, PHONE)
    shop.market.control(
        attribute=[
            {"category": PHONES, "field": "finish", "allowed": ["Matt", "Gloss"], "required": True},
            {"category": PHONES, "field": "maker", "required": True},
            {"category": PHONES, "field": "screen_size", "kind": 0, "required": True},
        ]
    )
    refresh(shop)
    assert [field for _, _, field in lacks(shop, PHONE)] == ["finish", "maker", "screen_size"]

    def choose(field: str, source: str) -> None:
        categories.choose_source(shop.desk, OWNER, shop.account, PHONES, field, source)

    choose("Finish", "=Matt")
    choose("maker", "Brand")
    one = catalog.variant(shop.desk, PHONE)
    catalog.save_variant(shop.desk, one.id, replace(catalog.form_of(one), attributes=(("Display", "6.1"),)))
    choose("screen_size", "display")
    assert lacks(shop, PHONE) == []
    assert (asked(shop)["maker"].source, asked(shop)["finish"].source) == ("brand", "=Matt")
    known = shop.desk.read(lambda c: category_check.known_of(c, shop.account))
    (product,) = shop.desk.read(lambda c: rows.named(c, shop.desk.company, [PHONE]))
    said = {one.attribute.field: one.theirs for one in known.answers(product) if one.theirs}
    assert said == {
        "color": "Midnight", "storage": "128 GB", "finish": "Matt", "maker": "Apple", "screen_size": "6.1",
    }  # fmt: skip
    choose("finish", "")
    assert [field for _, _, field in lacks(shop, PHONE)] == ["finish"]
    with pytest.raises(UnknownSource):
        choose("maker", "nonsense")
    with pytest.raises(NotAllowed):
        choose("finish", "=Velvet")
    with pytest.raises(UnknownAttribute):
        choose("nothing", "brand")


def test_a_whole_category_of_ours_can_be_put_somewhere(shop: Shop) -> None:
    refresh(shop)
    belongs(shop, PHONE)
    done = categories.map_category(shop.desk, OWNER, shop.account, PHONES, "phone")
    assert done.count == 1, "the other phone; what has a leaf keeps it"
    assert categories.map_category(shop.desk, OWNER, shop.account, PHONES, "phone").count == 0
    assert {code for code, what, _ in lacks(shop) if what == "no_leaf"} == {TABLET, "PS5-825-WHT"}


def test_what_cannot_be_is_refused_and_changes_nothing(shop: Shop) -> None:
    refresh(shop)
    with pytest.raises(UnknownVariant):
        belongs(shop, PHONE, "NOBODY")
    with pytest.raises(NotALeaf):
        belongs(shop, PHONE, leaf=ROOT)
    with pytest.raises(UnknownCategory):
        belongs(shop, PHONE, leaf=77)
    company.add_operator(shop.desk, "PAT", "Pat", "packer")
    with pytest.raises(NoRight):
        categories.map_products(shop.desk, Actor("PAT", "packer", "bench-1"), shop.account, PHONES, [PHONE])
    assert lacks(shop, PHONE) == [(PHONE, "no_leaf", "")]


def test_a_leaf_that_nobody_read_is_said(shop: Shop) -> None:
    shop.market.world.real = True
    refresh(shop, most=1)
    belongs(shop, PHONE)
    assert lacks(shop, PHONE) == [(PHONE, "leaf_unread", "")]
