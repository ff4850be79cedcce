"""Products that the seller proposes in a row of a CSV: checked as the contract's product model says, then in review
until the hand behind the curtain approves or rejects them.

No live answer of it is known here. The contract's listing has a product_id always, so in mode strict the listing of a
proposed product is not there before the approval; in mode real it is there at once, offline and without product_id.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from bmdesk.simulator.answers import Refused
from bmdesk.simulator.eans import is_ean
from bmdesk.simulator.records import Proposal
from bmdesk.simulator.tree import CHOICE, DECIMAL, INTEGER, Attribute, Category
from bmdesk.simulator.world import World

IMAGES = tuple(f"image{number}" for number in range(1, 7))
LONGEST = {"title": 200, "description": 20_000, "brand": 100, **dict.fromkeys(IMAGES, 1000)}
_LONGEST_EAN = 13
_LONGEST_ANSWER = 200


def is_one(world: World, row: dict[str, str]) -> bool:
    """Whether this row describes a product that the catalogue does not have. What it says of one that is there changes
    nothing.
    """
    if not (row.get("title") or row.get("category_id")):
        return False
    listing = world.find_by_sku(row["sku"])
    if listing is not None:
        return listing.product.in_review
    return world.find_product(product_id=row.get("product_id", ""), ean=row.get("ean", "")) is None


def read(world: World, row: dict[str, str]) -> dict[str, str]:
    """What the row says of its product; a Refused "field: reason" names the first that the product model forbids."""
    ean = row.get("ean", "")
    if not is_ean(ean) or len(ean) > _LONGEST_EAN:
        raise Refused(400, f"ean: an EAN of at most {_LONGEST_EAN} digits is required")
    leaf = _leaf(world, row.get("category_id", ""))
    for name in ("title", "description", "brand", "image1"):
        if not row.get(name):
            raise Refused(400, f"{name}: required")
    for name, most in LONGEST.items():
        if len(row.get(name, "")) > most:
            raise Refused(400, f"{name}: at most {most} characters")
    for name in IMAGES:
        if row.get(name) and not _is_address(row[name]):
            raise Refused(400, f"{name}: an https address")
    if _number(row.get("price_new", "")) is None or Decimal(row["price_new"]) <= 0:
        raise Refused(400, "price_new: a price above zero")
    weight = row.get("weight", "")
    if not re.fullmatch(r"\d{1,9}", weight, re.ASCII) or int(weight) <= 1:
        raise Refused(400, "weight: whole grams, more than 1")
    for one in leaf.attributes:
        _check(one, row.get(one.field.lower(), ""))
    known = {"ean", "category_id", "title", "description", "brand", "price_new", "weight", *IMAGES}
    return {
        name: row.get(name, "") for name in (*sorted(known), *(one.field.lower() for one in leaf.attributes))
    }


def propose(world: World, row: dict[str, str], grade: str, changes: dict[str, Any], market: str) -> Proposal:
    """Put it into review; a row of the same EAN that comes before the verdict describes it anew."""
    fields = read(world, row)
    known = world.proposals.get(fields["ean"])
    if known is not None and known.sku.lower() != row["sku"].lower():
        raise Refused(400, f"ean: in review with the SKU {known.sku}")
    price = Decimal(fields["price_new"])
    if known is None:
        leaf = _leaf(world, fields["category_id"])
        product = world.add_product(
            title=fields["title"], category=leaf.number, brand=fields["brand"], new_price=price
        )
        product.in_review = True
        known = Proposal(product, fields, row["sku"], grade, changes, market)
        world.proposals[fields["ean"]] = known
    known.product.title, known.product.brand, known.product.new_price = (
        fields["title"],
        fields["brand"],
        price,
    )
    known.fields, known.grade, known.changes, known.market = fields, grade, changes, market
    return known


def approve(world: World, reference: str) -> dict[str, str]:
    """The product belongs to the catalogue, and its listing to the seller; {sku, ean, product_id}."""
    ean, one = _find(world, reference)
    del world.proposals[ean]
    one.product.in_review, one.product.ean = False, ean
    world.know_ean(one.product)
    listing = world.find_by_sku(one.sku)
    if listing is None:
        listing = world.add_listing(one.sku, one.product, one.grade)
        for name, value in one.changes.items():
            common = name in {"quantity", "grade", "new_battery"}
            world.write(listing, name, value, market=None if common else one.market, request=None)
    world.record("approve", None, listing=listing, new=one.product.product_id)
    return {"sku": one.sku, "ean": ean, "product_id": one.product.product_id}


def reject(world: World, reference: str) -> bool:
    """There will be no such product; a listing of it is gone."""
    ean, one = _find(world, reference)
    del world.proposals[ean]
    listing = world.find_by_sku(one.sku)
    if listing is not None and listing.product is one.product:
        world.remove_listing(listing)
    world.record("reject", None, sku=one.sku, ean=ean)
    return True


def state(one: Proposal) -> dict[str, Any]:
    """What `GET /__state` says of it."""
    return {"sku": one.sku, "grade": one.grade, **one.fields}


def _find(world: World, reference: str) -> tuple[str, Proposal]:
    """By EAN or SKU."""
    for ean, one in world.proposals.items():
        if reference.lower() in {ean, one.sku.lower()}:
            return ean, one
    raise ValueError(f"no proposal {reference}")


def _leaf(world: World, number: str) -> Category:
    """A product names its leaf by the marketplace's own number."""
    for root in world.tree:
        for one in root.all():
            if not one.below and str(one.marketplace_number) == number:
                return one
    raise Refused(400, "category_id: the marketplace_category_id of a leaf")


def _check(one: Attribute, given: str) -> None:
    name = one.field.lower()
    if not given:
        if one.required:
            raise Refused(400, f"{name}: required by the category")
        return
    if len(given) > _LONGEST_ANSWER:
        raise Refused(400, f"{name}: at most {_LONGEST_ANSWER} characters")
    if one.kind == CHOICE and one.allowed and given not in one.allowed:
        raise Refused(400, f"{name}: {given[:40]!r} is not one of {', '.join(one.allowed)}")
    number = _number(given)
    if (one.kind == DECIMAL and number is None) or (
        one.kind == INTEGER and (number is None or number != number.to_integral_value())
    ):
        raise Refused(400, f"{name}: a number")


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", text)
