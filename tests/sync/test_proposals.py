"""A product that the marketplace does not know is proposed: nothing before a preview, exactly what it showed, its
answer at the product, and its product_id as soon as the listing is read with one.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from bmdesk.domain.proposals import Sheet, State
from bmdesk.services import company
from bmdesk.services.desk import Actor
from bmdesk.services.goods import catalog
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.services.grading.refusals import NotAllowed as NoRight
from bmdesk.services.selling import (
    categories,
    category_filling,
    category_view,
    proposals,
    proposals_file,
)
from bmdesk.services.selling.categories import NotAllowed
from bmdesk.services.selling.category_filling import AnsweredForAll, NoLeaf
from bmdesk.services.selling.category_view import Way
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.services.selling.proposals import BadSheet, Proposed, UnderWay
from bmdesk.store.queries import accounts
from bmdesk.sync import market_reading
from bmdesk.texts import render
from tests.desks import PHONE, TABLET
from tests.markets import FIRST, OWNER, SECOND, Shop

PHONES = 2
EAN = "0194252707227"
IMAGES = ("https://shop.example/front.jpg", "https://shop.example/back.jpg")


@pytest.fixture
def ready(shop: Shop) -> Shop:
    """The phone has a leaf, a weight and a picture: it lacks nothing. Nothing of it is in stock."""
    shop.market.control(known_products_only=True)
    market_reading.categories(shop.desk, shop.tools, "default", lambda: True)
    categories.map_products(shop.desk, OWNER, shop.account, PHONES, [PHONE])
    one = catalog.variant(shop.desk, PHONE)
    catalog.save_variant(shop.desk, one.id, replace(catalog.form_of(one), weight_g="174"))
    proposals.save(shop.desk, OWNER, shop.account, PHONE, Sheet(images=IMAGES))
    return shop


def of(shop: Shop, code: str = PHONE) -> Proposed:
    (found,) = proposals.listed(shop.desk, shop.account, [code])
    return found


def propose(shop: Shop, *codes: str) -> int:
    named = codes or (PHONE,)
    shown = proposals.preview(shop.desk, shop.account, named)
    return proposals.propose(shop.desk, OWNER, shop.account, named, shown.digest).count


def test_what_is_missing_is_listed_before_anything_is_sent(shop: Shop) -> None:
    found = of(shop, TABLET)
    assert found.state is State.DRAFT and found.built.kept is None
    assert [(one.code.value, one.part) for one in found.lacks] == [
        ("no_leaf", ""), ("part_missing", "ean"), ("part_missing", "weight"), ("part_missing", "image_1"),
    ]  # fmt: skip
    assert all(render(one.reason) for one in found.lacks)
    assert found.built.sheet.title == "Apple iPad 9 64 GB Space Grey"
    shown = proposals.preview(shop.desk, shop.account, [TABLET])
    assert (shown.rows, [one.built.variant.model_code for one in shown.lacking]) == ((), [TABLET])
    assert proposals.propose(shop.desk, OWNER, shop.account, [TABLET], shown.digest).count == 0
    shop.sync()
    assert of(shop, TABLET).state is State.DRAFT and shop.market.ledger.writes() == []


def test_exactly_the_rows_of_the_preview_are_sent(ready: Shop) -> None:
    shown = proposals.preview(ready.desk, ready.account, [PHONE])
    (one,) = shown.rows
    assert one.built.cells == {
        "sku": SECOND, "quantity": "0", "price": one.built.cells["price"], "grade": "GOOD", "currency": "EUR",
        "new_battery": "false", "ean": EAN, "product_id": "", "category_id": "102", "brand": "Apple",
        "title": "Apple iPhone 13 128 GB Midnight",
        "description": "Apple iPhone 13 128 GB Midnight\nColour: Midnight\nStorage: 128 GB",
        "price_new": "800.00", "weight": "174", "image1": IMAGES[0], "image2": IMAGES[1],
        "color": "Midnight", "storage": "128 GB", "memory": "", "screen_size": "", "unlocked": "",
        "year_date_release": "",
    }  # fmt: skip
    assert shown.columns[:8] == (
        "sku",
        "quantity",
        "price",
        "grade",
        "currency",
        "new_battery",
        "ean",
        "product_id",
    )
    assert propose(ready) == 1
    assert of(ready).state is State.ASKED and not of(ready).is_open
    ready.sync()
    taken = ready.market.world.proposals[EAN]
    assert taken.fields == {name: one.built.cells.get(name, "") for name in taken.fields}
    assert (taken.sku, taken.grade, str(taken.changes["price"])) == (SECOND, "GOOD", one.built.cells["price"])
    assert taken.changes["quantity"] == 0 and shown.csv.count("\n") == 4, (
        "a head, and one row with two line breaks"
    )


def test_it_waits_for_the_review_and_takes_its_product_id_over(ready: Shop) -> None:
    propose(ready)
    ready.sync()
    ready.sync()
    found = of(ready)
    assert (found.state, found.problem, ready.open()) == (State.REVIEW, None, [])
    with pytest.raises(UnderWay):
        proposals.save(ready.desk, OWNER, ready.account, PHONE, Sheet())
    assert propose(ready) == 0, "it is not sent twice"
    approved = ready.market.control(approve=SECOND)["approve"]
    ready.sync()
    assert of(ready).state is State.KNOWN
    assert catalog.variant(ready.desk, PHONE).backmarket_product_id == approved["product_id"]
    made = ready.listed(SECOND)
    assert made.made_here and made.manage_stock and made.manage_price
    assert ready.cell(SECOND, "fr-fr").wanted_minor == ready.cell(SECOND, "fr-fr").price_minor
    assert ready.market.ledger.count("propose") == 1


def test_a_live_marketplace_may_show_the_listing_before_its_product(ready: Shop) -> None:
    ready.market.world.real = True
    propose(ready)
    ready.sync()
    ready.sync()
    assert of(ready).state is State.REVIEW
    assert ready.listed(SECOND).manage_stock
    assert catalog.variant(ready.desk, PHONE).backmarket_product_id == ""
    approved = ready.market.control(approve=EAN)["approve"]
    ready.sync()
    assert of(ready).state is State.KNOWN
    assert catalog.variant(ready.desk, PHONE).backmarket_product_id == approved["product_id"]


def test_a_rejected_one_is_said_and_can_be_proposed_anew(ready: Shop) -> None:
    ready.market.world.real = True
    propose(ready)
    ready.sync()
    ready.market.control(reject=EAN)
    for _ in range(3):
        ready.advance(hours=2)
        ready.sync()
    found = of(ready)
    assert found.state is State.REJECTED and found.problem is not None and found.is_open
    assert "rejected" in render(found.problem)


def test_the_error_of_a_row_stands_at_its_product_and_mended_it_goes_again(ready: Shop) -> None:
    ready.market.control(
        attribute={"category": PHONES, "field": "color", "allowed": ["Black"], "required": True}
    )
    propose(ready)
    ready.sync()
    ready.sync()
    found = of(ready)
    assert found.state is State.REFUSED and found.problem is not None
    assert "color" in render(found.problem) and "Midnight" in render(found.problem)
    market_reading.categories(ready.desk, ready.tools, "default", lambda: True)
    assert [one.code.value for one in of(ready).lacks] == ["attribute_illegal"]
    categories.rename_value(ready.desk, OWNER, ready.account, PHONES, "color", "Midnight", "Black")
    assert propose(ready) == 1
    ready.sync()
    ready.sync()
    assert of(ready).state is State.REVIEW
    assert ready.market.world.proposals[EAN].fields["color"] == "Black"


def test_a_lost_answer_never_proposes_twice(ready: Shop) -> None:
    propose(ready)
    ready.hasty()
    ready.market.fault("after effect", "POST /ws/listings")
    ready.sync()
    ready.market.clear()
    ready.market.control(approve=SECOND)
    ready.settle()
    assert ready.market.ledger.count("propose") == 1
    assert of(ready).state is State.KNOWN


def test_what_was_shown_is_what_may_be_proposed(ready: Shop) -> None:
    shown = proposals.preview(ready.desk, ready.account, [PHONE])
    proposals.save(ready.desk, OWNER, ready.account, PHONE, Sheet("Another title", images=IMAGES))
    with pytest.raises(PreviewChanged):
        proposals.propose(ready.desk, OWNER, ready.account, [PHONE], shown.digest)
    company.add_operator(ready.desk, "PAT", "Pat", "packer")
    again = proposals.preview(ready.desk, ready.account, [PHONE]).digest
    with pytest.raises(NoRight):
        proposals.propose(ready.desk, Actor("PAT", "packer", "bench-1"), ready.account, [PHONE], again)
    with pytest.raises(UnknownVariant):
        proposals.preview(ready.desk, ready.account, ["NOBODY"])
    ready.sync()
    assert ready.market.ledger.writes() == []


def test_two_people_who_propose_the_same_send_it_once(ready: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = proposals.preview(ready.desk, ready.account, [PHONE])
    proposals.propose(ready.desk, OWNER, ready.account, [PHONE], shown.digest)
    ready.sync()
    monkeypatch.setattr(proposals, "preview", lambda *_: shown)  # read before the other was done
    with pytest.raises(PreviewChanged):
        proposals.propose(ready.desk, OWNER, ready.account, [PHONE], shown.digest)


def test_one_that_was_not_sent_yet_can_be_taken_back(ready: Shop) -> None:
    propose(ready)
    assert proposals.take_back(ready.desk, OWNER, ready.account, [PHONE]).count == 1
    ready.sync()
    assert of(ready).state is State.DRAFT and ready.market.ledger.writes() == []
    assert of(ready).built.sheet.images == IMAGES


def test_a_sheet_says_its_grade_and_the_stock_says_it_where_nobody_does(ready: Shop) -> None:
    ready.ready()
    assert of(ready).built.grade == "EXCELLENT"
    proposals.save(ready.desk, OWNER, ready.account, PHONE, Sheet(images=IMAGES, grade="fair"))
    assert (of(ready).built.grade, of(ready).built.sku) == ("FAIR", f"{PHONE}-FAIR")
    for wrong in (Sheet(grade="POOR"), Sheet("x" * 201), Sheet(images=("https://a.example/x",) * 7)):
        with pytest.raises(BadSheet):
            proposals.save(ready.desk, OWNER, ready.account, PHONE, wrong)


def test_a_template_of_one_s_own_names_its_columns(ready: Shop) -> None:
    ready.put("backmarket.proposal_columns", "title=product_title, weight=weight_g")
    cells = of(ready).built.cells
    assert (cells["product_title"], cells["weight_g"]) == ("Apple iPhone 13 128 GB Midnight", "174")
    assert not {"title", "weight"} & set(cells)


def test_an_attribute_called_like_a_part_is_that_column_and_its_answer_counts(ready: Shop) -> None:
    ready.market.control(
        attribute={"category": PHONES, "field": "brand", "allowed": ["APPLE"], "required": True}
    )
    market_reading.categories(ready.desk, ready.tools, "default", lambda: True)
    assert of(ready).built.cells["brand"] == "APPLE"


def test_a_file_of_sheets_is_written_filled_in_compared_and_kept(ready: Shop, tmp_path: Path) -> None:
    file = tmp_path / "sheets.csv"
    assert proposals_file.write(ready.desk, ready.account, file) == 4
    plan = proposals_file.read(ready.desk, ready.account, file)
    assert (plan.planned, plan.unchanged, len(plan.errors), plan.ignored) == ((), 4, 0, ())
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig")), delimiter=separator(file)))
    tablet = next(row for row in rows if row["model_code"] == TABLET)
    assert "EAN" in tablet["lacks"]
    tablet |= {
        "ean": "4006381333931",
        "weight_g": "490",
        "image_1": IMAGES[0],
        "title": "iPad (9th generation)",
    }
    filled = tmp_path / "filled.csv"
    with filled.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(tablet))
        writer.writeheader()
        writer.writerows([tablet, {**tablet, "model_code": "NOBODY"}, {**rows[0], "ean": "123"}])
    plan = proposals_file.read(ready.desk, ready.account, filled)
    (one,) = plan.planned
    assert {change.field for change in one.changes} == {"title", "images", "ean", "weight_g"}
    assert [(error.line, error.column) for error in plan.errors] == [(3, "model_code"), (4, "ean")]
    assert of(ready, TABLET).built.kept is None
    report = proposals_file.apply(ready.desk, OWNER, ready.account, plan)
    assert (report.changed, len(report.errors)) == (1, 2)
    assert [lack.code.value for lack in of(ready, TABLET).lacks] == ["no_leaf"]
    assert of(ready, TABLET).built.sheet.title == "iPad (9th generation)"
    assert proposals_file.read(ready.desk, ready.account, filled).unchanged == 1


def separator(file: Path) -> str:
    return max(",;\t", key=file.read_text("utf-8-sig").splitlines()[0].count)


def test_what_a_leaf_asks_is_answered_right_there(ready: Shop) -> None:
    ready.market.control(
        attribute=[
            {"category": PHONES, "field": "finish", "allowed": ["Matt", "Gloss"], "required": True},
            {"category": PHONES, "field": "color", "allowed": ["Black", "Blue"], "required": True},
            {"category": PHONES, "field": "maker", "required": True},
        ]
    )
    market_reading.categories(ready.desk, ready.tools, "default", lambda: True)
    categories.choose_source(ready.desk, OWNER, ready.account, PHONES, "maker", "=Apple")
    assert {one.attribute.field: one.name for one in category_filling.asked(ready.desk, ready.account, PHONE)} == {
        "storage": "storage", "memory": "memory", "screen_size": "screen_size", "unlocked": "unlocked",
        "year_date_release": "year_date_release", "finish": "finish", "color": "colour", "maker": "=Apple",
    }  # fmt: skip

    def fill(field: str, value: str) -> None:
        category_filling.fill(ready.desk, OWNER, ready.account, PHONE, field, value)

    fill("finish", "Matt")
    fill("color", "Blue")
    assert of(ready).lacks == ()
    row = catalog.variant(ready.desk, PHONE)
    assert (row.attributes, row.colour) == ({"finish": "Matt"}, "Blue")
    with pytest.raises(NotAllowed):
        fill("finish", "Velvet")
    with pytest.raises(AnsweredForAll):
        fill("maker", "Samsung")
    with pytest.raises(NoLeaf):
        category_filling.fill(ready.desk, OWNER, ready.account, TABLET, "color", "Black")
    fill("finish", "")
    assert [one.code.value for one in of(ready).lacks] == ["attribute_missing"]


def test_products_are_shown_where_they_go_or_most_likely_belong(ready: Shop) -> None:
    found = {one.product.model_code: one for one in category_view.placed(ready.desk, ready.account)}
    said = {code: (one.way, one.leaf.row.name if one.leaf else "") for code, one in found.items()}
    assert said == {
        PHONE: (Way.CHOSEN, "Smartphones"), "GS22-128-GRN": (Way.SUGGESTED, "Smartphones"),
        TABLET: (Way.SUGGESTED, "Tablets"), "PS5-825-WHT": (Way.SUGGESTED, "Consoles"),
    }  # fmt: skip
    assert found[PHONE].lacks == 0 and found[TABLET].lacks == 4
    tree = category_view.tree(ready.desk, ready.account)
    assert (len(tree.leaves), tree.unread, tree.read_at) == (6, 0, ready.clock.now())
    ready.market.control(drop_category=PHONES)
    market_reading.categories(ready.desk, ready.tools, "default", lambda: True)
    found = {one.product.model_code: one for one in category_view.placed(ready.desk, ready.account)}
    assert found["GS22-128-GRN"].way is Way.NONE


def test_what_comes_in_during_the_review_proposes_nothing_again_and_is_offered_after_it(ready: Shop) -> None:
    ready.desk.write(lambda tx: accounts.set_account(tx, ready.account, creates=True))
    propose(ready)
    ready.sync()
    ready.sync()
    first = ready.ready(2)
    ready.spent(20_000)
    ready.regrade(first[0])
    for _ in range(3):
        ready.advance(minutes=20)
        ready.sync()
    assert (ready.market.ledger.count("propose"), ready.market.ledger.count("create")) == (1, 0)
    assert of(ready).state is State.REVIEW and ready.open() == []
    ready.market.control(approve=SECOND)
    ready.settle()
    assert {one["sku"]: one["quantity"] for one in ready.market.listings()} == {FIRST: 1, SECOND: 1}
    assert ready.market.ledger.count("propose") == 1
