"""Products made from listings: what a seller lists and bmdesk does not know yet becomes a draft in Products.

A listing tells brand, model, storage and colour in its title and the grade by itself; a person checks the drafts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bmdesk.domain import linking as rules
from bmdesk.domain.changes import Change
from bmdesk.domain.grading import NOT_FOR_SALE
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.variant_form import BadVariant, VariantForm, check
from bmdesk.services.lines import Progress, in_pages
from bmdesk.services.selling import linking
from bmdesk.services.selling.link_list import LINKED, offered
from bmdesk.store.queries import catalogue, listing_lists, sync_log
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of listings: products that are new (drafts), listings that were linked, and what was not."""

    products: int
    linked: int
    problems: tuple[tuple[str, Text], ...] = ()
    stopped: bool = False
    changes: frozenset[Change] = frozenset({Change.LISTINGS, Change.CATALOGUE})


def make_product(
    desk: Desk,
    actor: Actor,
    account_id: str,
    listing_ids: Sequence[str],
    category: str,
    progress: Progress | None = None,
) -> Made:
    """Make a product (a draft), its variant and SKU of each of these listings that is not linked, and link it.

    Listings of one product in several grades share a variant. A listing whose grade is unknown or below sale makes
    none and is named in `problems`; so is one whose SKU or title makes no product.
    """
    products = linked = 0
    problems: list[tuple[str, Text]] = []

    def page(ids: Sequence[str]) -> None:
        nonlocal products, linked

        def work(tx: Tx) -> tuple[int, int, list[tuple[str, Text]]]:
            rows = [r for r in listing_lists.chosen(tx.connection, account_id, ids) if r.link != LINKED]
            made, wrong, targets = 0, [], []
            for row in rows:
                done = _variant(tx, row, category)
                if isinstance(done, Text):
                    wrong.append((row.sku_text, done))
                    continue
                variant, new = done
                sku = catalogue.sku_id(tx, variant, rules.named_grade(offered(row)), row.new_battery)
                made += new
                targets.append((row, sku))
            linking.link_to(tx, account_id, targets)
            if targets:
                said = msg("linking.log_made", products=made, linked=len(targets), operator=actor.code)
                sync_log.log(tx, account_id, "info", said)
            return made, len(targets), wrong

        made, number, wrong = desk.write(work)
        products, linked = products + made, linked + number
        problems.extend(wrong)

    finished = in_pages(list(dict.fromkeys(listing_ids)), page, progress)
    return Made(products, linked, tuple(problems[:500]), stopped=not finished)


def _variant(tx: Tx, row: ListingRow, category: str) -> tuple[VariantRow, bool] | Text:
    """The variant that this listing sells and whether it is new; or why there is none."""
    grade = rules.named_grade(offered(row))
    if grade == NOT_FOR_SALE:
        return msg("linking.below_sale_grade")
    if not grade:
        return msg("linking.no_grade")
    if row.product_id:
        same = listing_lists.variant_of_product(tx.connection, tx.company, row.product_id)
        if same is not None:
            return catalogue.variant(tx.connection, same), False
    code = rules.sku_parts(row.sku_text).code
    told = rules.parsed(row.title)
    form = VariantForm(
        model_code=code,
        brand=told.brand,
        model=told.model,
        category=category,
        storage=told.storage,
        colour=told.colour,
        backmarket_product_id=row.product_id,
    )
    try:
        checked = check(form, "EUR")
    except BadVariant as bad:
        return bad.happened
    there = catalogue.by_model_code(tx.connection, tx.company, checked.model_code)
    if there is not None:
        other = there.backmarket_product_id
        if other and row.product_id and other.casefold() != row.product_id.casefold():
            return msg("linking.code_of_another", model_code=there.model_code, model=there.title)
        return there, False
    product = catalogue.product_id(tx, checked.brand, checked.model, checked.category)
    values = {**checked.values, "draft": True}
    made = catalogue.save_variant(tx, None, product_id=product, model_code=checked.model_code, **values)
    return catalogue.variant(tx.connection, made), True
