"""Which variant here a product of Odoo is: remembered, else by its barcode, else by its code, else a new draft.

Where two could be meant nothing is guessed: the reason goes into the import's report.
"""

from __future__ import annotations

import re

from bmdesk.domain.identifiers import Ean
from bmdesk.domain.linking import parsed
from bmdesk.domain.policy import CATEGORIES
from bmdesk.services.goods.variant_form import MOST_ATTRIBUTES, BadVariant, VariantForm, check
from bmdesk.services.lines import one_line
from bmdesk.services.odoo.takeover.found_there import Outcome, ProductFound, Taken
from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.store.queries import catalogue, odoo, people
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

_STORAGE = frozenset({"storage", "memory", "capacity", "speicher", "speicherplatz", "kapazität", "stockage"})
_COLOUR = frozenset({"color", "colour", "farbe", "couleur", "colore"})
_WORDS = {
    "phone": ("phone", "handy", "mobile", "téléphone"),
    "tablet": ("tablet", "ipad", "tablette"),
    "laptop": ("laptop", "notebook", "macbook", "thinkpad", "computer", "ordinateur"),
    "watch": ("watch", "uhr", "montre"),
    "console": ("console", "konsole", "playstation", "xbox", "nintendo", "switch"),
    "audio": ("audio", "airpods", "headphone", "kopfhörer", "earbuds", "speaker"),
}
_NARROW_FIRST = ("tablet", "watch", "laptop", "console", "audio", "phone")
_MOST_CODES = 1000


def take_product(tx: Tx, account_id: str, found: ProductFound, *, make: bool) -> Taken:
    """Remember which variant this is. `make`: one that nobody knows becomes a draft in Products.

    A text says why it is none; nothing was written then.
    """
    if odoo.by_remote(tx.connection, account_id, PRODUCT, [found.id]):
        return Outcome.KNOWN
    meant = _meant(tx, found)
    if isinstance(meant, Text):
        return meant
    outcome = Outcome.KNOWN
    if meant is None:
        if not make:
            return msg("odoo_import.product_not_here", product=found.name)
        made = _draft(tx, found)
        if isinstance(made, Text):
            return made
        variant_id, outcome = made, Outcome.NEW
    else:
        variant_id = meant.id
        if odoo.records(tx.connection, account_id, PRODUCT, [variant_id]):
            return msg("odoo_import.product_taken", model_code=meant.model_code)
    odoo.agree(tx, account_id, PRODUCT, variant_id, found.id, said_there(found))
    return outcome


def said_there(found: ProductFound) -> Row:
    """What is kept of a product when both sides agree."""
    return {"name": found.name, "code": found.code, "barcode": found.barcode}


def _meant(tx: Tx, found: ProductFound) -> VariantRow | Text | None:
    """The one variant here; None where there is none."""
    by_barcode = catalogue.by_ean(tx.connection, tx.company, found.barcode) if is_ean(found.barcode) else []
    by_code = catalogue.by_model_code(tx.connection, tx.company, found.code) if found.code else None
    if by_code is not None and any(one.id == by_code.id for one in by_barcode):
        return by_code
    if len(by_barcode) > 1:
        codes = ", ".join(one.model_code for one in by_barcode[:5])
        return msg("odoo_import.barcode_shared", barcode=found.barcode, found=codes)
    if by_barcode and by_code is not None:
        other = by_barcode[0].model_code
        return msg("odoo_import.barcode_of_another", barcode=found.barcode, code=found.code, other=other)
    if by_barcode:
        return by_barcode[0]
    if found.namesakes > 1:
        return msg("odoo_import.code_shared", code=found.code, count=found.namesakes)
    return by_code


def is_ean(barcode: str) -> bool:
    """Whether it is one that a product here can have."""
    try:
        Ean.parse(barcode)
    except Failure:
        return False
    return True


def _draft(tx: Tx, found: ProductFound) -> str | Text:
    """The id of the new variant, for a person to look at; or why there can be none."""
    told = parsed(one_line(found.name, 200))
    said = {name.casefold(): value for name, value in found.attributes}
    storage = next((value for name, value in said.items() if name in _STORAGE), told.storage)
    colour = next((value for name, value in said.items() if name in _COLOUR), told.colour)
    others = [(name, value) for name, value in found.attributes if name.casefold() not in _STORAGE | _COLOUR]
    form = VariantForm(
        model_code=found.code or _free_code(tx, found),
        brand=told.brand,
        model=told.model,
        category=category_of(found),
        storage=storage[:40],
        colour=colour[:80],
        attributes=tuple((name[:40], value[:200]) for name, value in others[:MOST_ATTRIBUTES]),
        ean=found.barcode if is_ean(found.barcode) else "",
    )
    try:
        checked = check(form, people.company(tx.connection, tx.company).currency)
    except BadVariant as bad:
        return bad.happened
    product = catalogue.product_id(tx, checked.brand, checked.model, checked.category)
    values = {**checked.values, "draft": True}
    return catalogue.save_variant(tx, None, product_id=product, model_code=checked.model_code, **values)


def category_of(found: ProductFound) -> str:
    """The category that the words of its category there, or else its name, speak of; a phone where none does."""
    for words in (found.category.casefold(), found.name.casefold()):
        for category in _NARROW_FIRST:
            if any(word in words for word in _WORDS[category]):
                return category
    return CATEGORIES[0]


def _free_code(tx: Tx, found: ProductFound) -> str:
    """A model code for a product that has none there; begins with DRAFT-, as those from the bench do."""
    words = " ".join((found.name, *(value for _, value in found.attributes)))
    slug = re.sub(r"[^A-Z0-9]+", "-", words.upper()).strip("-")[:40] or "UNKNOWN"
    code = f"DRAFT-{slug}"
    for number in range(2, _MOST_CODES):
        if catalogue.by_model_code(tx.connection, tx.company, code) is None:
            break
        code = f"DRAFT-{slug}-{number}"
    return code
