"""The row of the CSV that proposes a product with its listing, as far as it is known; and everything that it lacks.

Reads only. Who asks for it to be sent is `proposals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bmdesk.domain import proposals as rules
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.proposals import COLUMNS, IMAGES, Facts, Part, Sheet, Wrong
from bmdesk.services.prices.suggesting import MarketPrice, Suggestions
from bmdesk.services.selling import category_check, creation_rows, stock
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.category_check import Code, Known, Lack
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue, categories, proposals
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.queries.categories import ProductOfVariant
from bmdesk.store.queries.proposals import ProposalRow, SkuToPropose
from bmdesk.texts import Text, msg

USUAL_GRADE = "GOOD"
"""Of the listing that goes along, where nothing of the product is in stock and nobody said another."""


_PARTS = {
    Part.EAN: msg("proposals.part_ean"),
    Part.CATEGORY: msg("proposals.part_category"),
    Part.TITLE: msg("proposals.part_title"),
    Part.DESCRIPTION: msg("proposals.part_description"),
    Part.BRAND: msg("proposals.part_brand"),
    Part.NEW_PRICE: msg("proposals.part_new_price"),
    Part.WEIGHT: msg("proposals.part_weight"),
}


@dataclass(frozen=True, slots=True)
class Built:
    """A product as it would be proposed. `sku_id` None: the SKU is made when the row is confirmed.

    `cells`: exactly the row; `product`: those of them that describe the product. Both are meaningless while it lacks
    something. `kept`: what a person said of it, None where everything is only suggested.
    """

    variant: VariantRow
    kept: ProposalRow | None
    sheet: Sheet
    leaf: str
    sku: str
    sku_id: str | None
    grade: str
    prices: tuple[MarketPrice, ...]
    lacks: tuple[Lack, ...]
    cells: Mapping[str, str]
    product: Mapping[str, str]


def built(connection: Connection, view: AccountSnapshot, products: Sequence[ProductOfVariant]) -> list[Built]:
    """These products (at most 500) as they would be proposed to this account now."""
    account_id = view.account.id
    known = category_check.known_of(connection, account_id)
    kept = proposals.of_account(connection, account_id)
    rows = catalogue.by_keys(connection, view.company, [one.model_code_key for one in products])
    skus = _skus(connection, view, [one.variant_id for one in products])
    suggestions = Suggestions.of(connection, view, [sku.id for some in skus.values() for sku in some])
    return [
        _built(
            view,
            known,
            suggestions,
            one,
            rows[one.model_code_key],
            kept.get(one.variant_id),
            skus.get(one.variant_id, []),
        )
        for one in products
    ]


def _skus(
    connection: Connection, view: AccountSnapshot, variant_ids: Sequence[str]
) -> dict[str, list[SkuToPropose]]:
    """The SKUs that may go along, those with most in stock first."""
    found = proposals.unlisted_skus(connection, view.account.id, variant_ids)
    counts = stock.counts(connection, view.policies, view.account, [one.id for one in found], view.now)
    by_variant: dict[str, list[SkuToPropose]] = {}
    for one in sorted(found, key=lambda one: -counts[one.id][0].quantity):
        by_variant.setdefault(one.variant_id, []).append(one)
    return by_variant


def _built(
    view: AccountSnapshot,
    known: Known,
    suggestions: Suggestions,
    one: ProductOfVariant,
    variant: VariantRow,
    kept: ProposalRow | None,
    skus: Sequence[SkuToPropose],
) -> Built:
    category_id = known.leaf_of.get(one.product_id)
    leaf = known.tree.get(category_id) if category_id is not None else None
    sheet = suggested(known, one, category_id, kept.sheet if kept is not None else Sheet())
    sku, grade = _sku(skus, sheet.grade)
    text = sku.text if sku is not None else f"{variant.model_code}-{grade}"
    market = view.settings.primary_market
    prices = suggestions.product_prices(variant, grade, sku.id if sku is not None else None)
    price = next((p for p in prices if p.market == market), None)
    new = suggestions.new_price(variant, market)
    lacks = [*category_check.lacks_of(known, one)]

    def lack(code: Code, reason: Text, part: str = "") -> None:
        number, name = (leaf.category_id, leaf.name) if leaf is not None else (None, "")
        lacks.append(Lack(code, one.variant_id, one.model_code, one.title, number, name, reason, part=part))

    for part, wrong in rules.wrong_parts(sheet, Facts(one.ean, one.brand, one.weight_g or 0)):
        lack(Code.PART_MISSING if wrong is Wrong.MISSING else Code.PART_ILLEGAL, _reason(part, wrong), part)
    if new.money is None and new.reason is not None:
        lack(Code.PART_MISSING, new.reason, Part.NEW_PRICE)
    elif price is None or price.money is None:
        lack(Code.NO_PRICE, (price.reason if price else None) or msg("create.no_price"))
    if leaf is not None and leaf.marketplace_id is None:
        lack(Code.LEAF_GONE, msg("proposals.leaf_without_number", leaf=leaf.name))
    cells: dict[str, str] = {}
    product: dict[str, str] = {}
    if (
        not lacks
        and leaf is not None
        and price is not None
        and price.money is not None
        and new.money is not None
    ):
        product = _product(
            view, known, one, sheet, leaf.category_id, str(leaf.marketplace_id), f"{new.money.amount:f}"
        )
        listing = creation_rows.listing_cells(
            text,
            grade,
            price.money,
            new_battery=sku is not None and sku.new_battery,
            ean=one.ean,
            product_id="",
        )
        cells = {**product, **listing}
        product = {name: value for name, value in product.items() if name not in listing}
    sku_id = sku.id if sku is not None else None
    path = leaf.name if leaf is not None else ""
    return Built(variant, kept, sheet, path, text, sku_id, grade, prices, tuple(lacks), cells, product)


def suggested(known: Known, one: ProductOfVariant, category_id: int | None, sheet: Sheet) -> Sheet:
    """The sheet, with title and description made of what is known where nobody wrote any.

    The names are those of the leaf's own questions: they come in the language of the account's primary market.
    """
    description = sheet.description
    if not description:
        said = known.answers(one, category_id) if category_id is not None else ()
        lines = [one.title, *(f"{a.attribute.name}: {a.theirs}" for a in said if a.theirs)]
        description = "\n".join(line for line in lines if line)[: rules.LONGEST_DESCRIPTION]
    return Sheet(sheet.title or one.title[: rules.LONGEST_TITLE], description, sheet.images, sheet.grade)


def _sku(skus: Sequence[SkuToPropose], grade: str) -> tuple[SkuToPropose | None, str]:
    """The SKU whose listing goes along, and its grade; None: one that nobody has yet."""
    fit = [one for one in skus if grade in ("", one.grade)]
    plain = [one for one in fit if not one.new_battery]
    for one in (*plain, *fit):
        return one, one.grade
    return None, grade or USUAL_GRADE


def _product(
    view: AccountSnapshot,
    known: Known,
    one: ProductOfVariant,
    sheet: Sheet,
    category_id: int,
    number: str,
    new_price: str,
) -> dict[str, str]:
    """What describes the product, by column. An attribute of the leaf that is called like a part of the product model
    is that column, and its own answer counts, where there is one.
    """
    said: dict[Part, str] = {
        Part.CATEGORY: number,
        Part.TITLE: sheet.title,
        Part.DESCRIPTION: sheet.description,
        Part.BRAND: one.brand,
        Part.NEW_PRICE: new_price,
        Part.WEIGHT: str(one.weight_g or ""),
        **dict(zip(IMAGES, sheet.images, strict=False)),
    }
    names = dict(one.split("=", 1) for one in view.settings.proposal_columns)
    cells = {names.get(part, COLUMNS[part]): value for part, value in said.items()}
    if Part.EAN in names:
        cells[names[Part.EAN]] = one.ean
    for answer in known.answers(one, category_id):
        if answer.theirs or answer.attribute.field not in cells:
            cells[answer.attribute.field] = answer.theirs
    return cells


def part_text(part: Part) -> Text:
    """How a part is called."""
    if part in IMAGES:
        return msg("proposals.part_image", number=IMAGES.index(part) + 1)
    return _PARTS[part]


def _reason(part: Part, wrong: Wrong) -> Text:
    most = {Part.EAN: rules.LONGEST_EAN, Part.TITLE: rules.LONGEST_TITLE, Part.BRAND: rules.LONGEST_BRAND}
    longest = rules.LONGEST_DESCRIPTION if part is Part.DESCRIPTION else most.get(part, rules.LONGEST_IMAGE)
    match wrong:
        case Wrong.MISSING if part is Part.IMAGE_1:
            return msg("proposals.no_image")
        case Wrong.TOO_LONG:
            return msg("proposals.part_too_long", part=part_text(part), most=longest)
        case Wrong.MISSING:
            return msg("proposals.part_missing", part=part_text(part))
        case Wrong.NOT_AN_EAN:
            return msg("proposals.part_not_an_ean", part=part_text(part))
        case Wrong.NOT_HTTPS:
            return msg("proposals.part_not_https", part=part_text(part))
        case Wrong.TOO_LIGHT:
            return msg("proposals.part_too_light", part=part_text(part))
        case Wrong.TWICE:
            return msg("proposals.part_twice", part=part_text(part))


def products(
    connection: Connection, company: str, account_id: str, codes: Iterable[str] | None
) -> Iterable[Sequence[ProductOfVariant]]:
    """Pages of the products meant: those of these model codes (at most 500), or all that the marketplace does not know,
    and those that were proposed to it.
    """
    if codes is not None:
        yield categories.variants(connection, company, codes=dict.fromkeys(sku_key(one) for one in codes))
        return
    proposed = proposals.of_account(connection, account_id)
    after = ""
    while True:
        page = categories.variants(connection, company, after=after)
        wanted = [one for one in page if not one.backmarket_product_id or one.variant_id in proposed]
        if wanted:
            yield wanted
        if not page:
            return
        after = page[-1].model_code_key
