"""What the marketplace's product model asks of a product that it does not know yet, and whether a sheet answers it.

Pure rules. Which leaf a product belongs to and what that leaf asks is domain.categories.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from bmdesk.domain.identifiers import Ean, NotAnEan

MOST_IMAGES = 6
LONGEST_TITLE, LONGEST_BRAND, LONGEST_IMAGE, LONGEST_EAN = 200, 100, 1000, 13
LONGEST_DESCRIPTION = 5000
"""The contract gives descriptions no end; a person does."""


class Part(StrEnum):
    """What a proposal says of the product, beside what its leaf asks."""

    EAN = "ean"
    CATEGORY = "category"
    TITLE = "title"
    DESCRIPTION = "description"
    BRAND = "brand"
    NEW_PRICE = "new_price"
    WEIGHT = "weight"
    IMAGE_1 = "image_1"
    IMAGE_2 = "image_2"
    IMAGE_3 = "image_3"
    IMAGE_4 = "image_4"
    IMAGE_5 = "image_5"
    IMAGE_6 = "image_6"


IMAGES = (Part.IMAGE_1, Part.IMAGE_2, Part.IMAGE_3, Part.IMAGE_4, Part.IMAGE_5, Part.IMAGE_6)

COLUMNS: Mapping[Part, str] = {
    # The names are those of the contract's product model (openapi.yml, "Table 3 - Product model"): its text on creating
    # products names no columns and refers to a template of the back office, which nobody but a seller can see.
    Part.EAN: "ean",  # also a column of the official listing template
    Part.CATEGORY: "category_id",  # "matches the marketplace_category_id", not the category_id of the tree
    Part.TITLE: "title",
    Part.DESCRIPTION: "description",
    Part.BRAND: "brand",
    Part.NEW_PRICE: "price_new",  # the model's word; in the market's currency, as "some fields depend on the country"
    Part.WEIGHT: "weight",  # whole grams, more than 1
    Part.IMAGE_1: "image1",
    Part.IMAGE_2: "image2",
    Part.IMAGE_3: "image3",
    Part.IMAGE_4: "image4",
    Part.IMAGE_5: "image5",
    Part.IMAGE_6: "image6",
    # An attribute of the leaf stands in the column that its `field` names ("to provide during creation of a product").
}
"""How each part is called in the CSV, where an account's setting `proposal_columns` does not say otherwise."""


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    """A sheet at most; nothing was sent."""
    ASKED = "asked"
    """A person confirmed its row: it waits to be sent, or for the end of its task."""
    REVIEW = "review"
    """The marketplace took it and has not said yet whether it will have it."""
    REFUSED = "refused"
    """The row had errors; nothing is under way."""
    REJECTED = "rejected"
    """The listing that waited for the review is gone there."""
    KNOWN = "known"
    """The marketplace has the product: it has a product_id."""


class Wrong(StrEnum):
    """Why a part cannot be sent."""

    MISSING = "missing"
    NOT_AN_EAN = "not_an_ean"
    TOO_LONG = "too_long"
    NOT_HTTPS = "not_https"
    TOO_LIGHT = "too_light"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a person says of a product that is proposed. `grade`: of the listing that goes with it; "": chosen by stock.

    `images` are https addresses, the first is shown first.
    """

    title: str = ""
    description: str = ""
    images: tuple[str, ...] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What our product says itself. `weight_g` 0: nobody knows."""

    ean: str
    brand: str
    weight_g: int


def wrong_parts(sheet: Sheet, facts: Facts) -> tuple[tuple[Part, Wrong], ...]:
    """What keeps it from being proposed, in the order of a sheet; leaf and prices are others' to judge."""
    found: list[tuple[Part, Wrong | None]] = [
        (Part.EAN, _ean(facts.ean)),
        (Part.BRAND, _text(facts.brand, LONGEST_BRAND)),
        (Part.TITLE, _text(sheet.title, LONGEST_TITLE)),
        (Part.DESCRIPTION, _text(sheet.description, LONGEST_DESCRIPTION)),
        (Part.WEIGHT, _weight(facts.weight_g)),
    ]
    if not sheet.images:
        found.append((Part.IMAGE_1, Wrong.MISSING))
    for place, (part, image) in enumerate(zip(IMAGES, sheet.images, strict=False)):
        found.append((part, Wrong.TWICE if image in sheet.images[:place] else wrong_image(image)))
    return tuple((part, wrong) for part, wrong in found if wrong is not None)


def wrong_image(address: str) -> Wrong | None:
    """Why the marketplace cannot fetch a picture from there; None where it may."""
    if len(address) > LONGEST_IMAGE:
        return Wrong.TOO_LONG
    try:
        parts = urlsplit(address)
    except ValueError:
        return Wrong.NOT_HTTPS
    fine = parts.scheme == "https" and parts.hostname and "." in parts.hostname and parts.path.strip("/")
    return None if fine and address.isprintable() and not re.search(r"\s", address) else Wrong.NOT_HTTPS


def _ean(text: str) -> Wrong | None:
    if not text:
        return Wrong.MISSING
    try:
        return Wrong.TOO_LONG if len(Ean.parse(text).digits) > LONGEST_EAN else None
    except NotAnEan:
        return Wrong.NOT_AN_EAN


def _weight(grams: int) -> Wrong | None:
    if not grams:
        return Wrong.MISSING
    return Wrong.TOO_LIGHT if grams <= 1 else None


def _text(text: str, most: int) -> Wrong | None:
    if not text.strip():
        return Wrong.MISSING
    return Wrong.TOO_LONG if len(text) > most else None
