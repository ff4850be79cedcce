"""The row of the CSV that proposes a product with its listing, as far as it is known; and everything that it lacks.

Reads only. Who asks for it to be sent is `proposals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bmdesk.domain import proposals as rules
from bmdesk.domain.categories import Answer
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

_PAGE = 500

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

    `prices`: in the markets asked for, the primary one among them. `cells`: exactly the row; `product`: those of them
    that describe the product. Both are meaningless while it lacks something. `kept`: what a person said of it, None
    where everything is only suggested.
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


def built(
    connection: Connection,
    view: AccountSnapshot,
    products: Sequence[ProductOfVariant],
    markets: Sequence[str],
) -> list[Built]:
    """These products as they would be proposed to this account now, with prices in these markets."""
    account_id = view.account.id
    known = category_check.known_of(connection, account_id)
    kept = proposals.of_account(connection, account_id)
    rows: dict[str, VariantRow] = {}
    for page in _pages(products):
        rows |= catalogue.by_keys(connection, view.company, [one.model_code_key for one in page])
    skus = _skus(connection, view, products)
    chosen = {
        one.variant_id: _sku(skus.get(one.variant_id, []), row.grade if row is not None else "")
        for one, row in ((one, kept.get(one.variant_id)) for one in products)
    }
    suggestions = Suggestions.of(connection, view, [sku.id for sku, _ in chosen.values() if sku is not None])
    return [
        _built(
            view,
            known,
            suggestions,
            markets,
            one,
            rows[one.model_code_key],
            kept.get(one.variant_id),
            *chosen[one.variant_id],
        )
        for one in products
    ]


def _skus(
    connection: Connection, view: AccountSnapshot, products: Sequence[ProductOfVariant]
) -> dict[str, list[SkuToPropose]]:
    """The SKUs that may go along, those with most in stock first."""
    found = [
        sku
        for page in _pages(products)
        for sku in proposals.unlisted_skus(connection, view.account.id, [one.variant_id for one in page])
    ]
    counts = stock.counts(connection, view.policies, view.account, [one.id for one in found], view.now)
    by_variant: dict[str, list[SkuToPropose]] = {}
    for one in sorted(found, key=lambda one: -counts[one.id][0].quantity):
        by_variant.setdefault(one.variant_id, []).append(one)
    return by_variant


def _pages(products: Sequence[ProductOfVariant]) -> Iterator[Sequence[ProductOfVariant]]:
    return (products[start : start + _PAGE] for start in range(0, len(products), _PAGE))


def _built(
    view: AccountSnapshot,
    known: Known,
    suggestions: Suggestions,
    markets: Sequence[str],
    one: ProductOfVariant,
    variant: VariantRow,
    kept: ProposalRow | None,
    sku: SkuToPropose | None,
    grade: str,
) -> Built:
    leaf, answers = known.leaf(one), known.answers(one)
    sheet = suggested(one, answers, kept.sheet if kept is not None else Sheet())
    text = sku.text if sku is not None else f"{variant.model_code}-{grade}"
    market = view.settings.primary_market
    prices = suggestions.product_prices(variant, grade, sku.id if sku is not None else None, markets)
    price = next((p for p in prices if p.market == market), None)
    new = suggestions.new_price(variant, market)
    lacks = [*category_check.lacks_of(known, one, answers)]

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
        product = _product(view, one, answers, sheet, str(leaf.marketplace_id), f"{new.money.amount:f}")
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


def suggested(one: ProductOfVariant, answers: Sequence[Answer], sheet: Sheet) -> Sheet:
    """The sheet, with title and description made of what is known where nobody wrote any.

    The names are those of the leaf's own questions: they come in the language of the account's primary market.
    """
    description = sheet.description
    if not description:
        lines = [one.title, *(f"{a.attribute.name}: {a.theirs}" for a in answers if a.theirs)]
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
    one: ProductOfVariant,
    answers: Sequence[Answer],
    sheet: Sheet,
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
    for answer in answers:
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
) -> Sequence[ProductOfVariant]:
    """The products meant: those of these model codes, or all that the marketplace does not know, and those that were
    proposed to it.
    """
    if codes is not None:
        return categories.named(connection, company, codes)
    proposed = proposals.of_account(connection, account_id)
    return [
        one
        for one in categories.variants(connection, company)
        if not one.backmarket_product_id or one.variant_id in proposed
    ]
