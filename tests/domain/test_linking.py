"""What a seller's SKU and a listing's title tell, and which variant a listing may sell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain import linking
from bmdesk.domain.linking import Candidate, Matcher, Offered


@pytest.mark.parametrize(
    ("sku", "code", "grade", "battery"),
    [
        ("iP12Pro.128gb.gold.Vgood", "iP12Pro.128gb.gold", "EXCELLENT", False),
        ("iPXR.White.64GB.Stallone", "iPXR.White.64GB", "NOT_FOR_SALE", False),
        ("iPXR.Coral.128GB.Mint", "iPXR.Coral.128GB", "EXCELLENT", False),
        ("MBP13.2017.VGood.Silver", "MBP13.2017.Silver", "EXCELLENT", False),
        ("XP12-64-BLK-VERY_GOOD", "XP12-64-BLK", "EXCELLENT", False),
        ("XP12-64-BLK-VERY GOOD", "XP12-64-BLK", "EXCELLENT", False),
        ("XP12-64-BLK-GOOD-NB", "XP12-64-BLK", "GOOD", True),
        ("XP12 64 CORRECT", "XP12 64", "FAIR", False),
        ("FAIRPHONE4-128", "FAIRPHONE4-128", "", False),
        ("Fair", "Fair", "", False),
    ],
)
def test_a_seller_s_sku_is_taken_apart(sku: str, code: str, grade: str, battery: bool) -> None:
    assert linking.sku_parts(sku) == linking.SkuParts(code, grade, battery)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("iPhone 12 Pro 128GB - Gold - Unlocked", ("Apple", "iPhone 12 Pro", "128 GB", "Gold")),
        ("iPhone 13 Pro Max 1000GB - Alpine Green - Unlocked", ("Apple", "iPhone 13 Pro Max", "1 TB", "Alpine Green")),
        ("Samsung Galaxy S22 128GB - Green", ("Samsung", "Galaxy S22", "128 GB", "Green")),
        ("MacBook Pro (2018) - Core i7 - 16GB SSD 256 QWERTY", ("Apple", "MacBook Pro (2018)", "256 GB", "")),
        ("Fairphone 4 128 GB", ("Fairphone", "4", "128 GB", "")),
    ],
)  # fmt: skip
def test_a_title_tells_brand_model_storage_and_colour(title: str, told: tuple[str, ...]) -> None:
    found = linking.parsed(title)

    assert (found.brand, found.model, found.storage, found.colour) == told


@pytest.mark.parametrize(
    ("one", "other"), [("GS22-128-GRN", "gs22.128GB.grn"), ("A 1TB", "a-1000gb"), ("Gray", "grey")]
)
def test_codes_of_different_fashions_compare_equal(one: str, other: str) -> None:
    assert linking.squashed(one) == linking.squashed(other)


BLACK = Candidate("v1", "IP13-128-BLK", "Apple", "iPhone 13", "128 GB", "Midnight", "p-1")
GREEN = Candidate("v2", "IP13-128-GRN", "Apple", "iPhone 13", "128 GB", "Green", "")


def test_the_same_product_in_the_same_grade_comes_first() -> None:
    offered = Offered("X9", "iPhone 13 128GB - Green - Unlocked", "VERY_GOOD", False, "P-1")

    first, second = Matcher([BLACK, GREEN]).suggest(offered)

    assert (first.sku_text, first.reason.code) == ("IP13-128-BLK-EXCELLENT", "linking.same_product")
    assert (second.sku_text, second.reason.code) == ("IP13-128-GRN-EXCELLENT", "linking.same_title")
    assert linking.unambiguous([first, second]) == first


def test_two_equal_suggestions_are_left_to_a_person() -> None:
    twin = Candidate("v3", "IP13-128-BLK2", "Apple", "iPhone 13", "128 GB", "Midnight", "p-1")

    found = Matcher([BLACK, twin]).suggest(Offered("X9", "", "GOOD", False, "p-1"))

    assert len(found) == 2 and linking.unambiguous(found) is None


def test_a_sku_that_spells_another_grade_is_left_to_a_person() -> None:
    found = Matcher([BLACK]).suggest(Offered("X9.VGood", "", "GOOD", False, "p-1"))

    assert found[0].grade == "GOOD" and found[0].contradiction is not None
    assert linking.unambiguous(found) is None


def test_what_is_below_sale_grade_sells_nothing_of_ours() -> None:
    assert Matcher([BLACK]).suggest(Offered("X9", "", "STALLONE", False, "p-1")) == ()


@given(st.text(max_size=80), st.text(max_size=120))
def test_no_text_from_outside_breaks_the_reading(sku: str, title: str) -> None:
    parts = linking.sku_parts(sku)
    assert len(parts.code) <= len(sku) + 2
    told = linking.parsed(title)
    assert told.model
    Matcher([BLACK]).suggest(Offered(sku, title, "GOOD", False, ""))
    linking.our_parts(sku.casefold())
