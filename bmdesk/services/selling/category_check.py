"""What keeps our products from being made at the marketplace as far as its categories go: no leaf, a question that a
leaf asks and nobody answers, an answer that it does not take. Listed before anything is uploaded.

Reads only. What is sent for a product that has none of these says `Known.answers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.domain import categories as rules
from bmdesk.domain.categories import Answer, LeafAttribute, Trouble
from bmdesk.domain.identifiers import sku_key
from bmdesk.services.desk import Desk
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, categories
from bmdesk.store.queries.categories import CategoryRow, ProductOfVariant
from bmdesk.texts import Text, msg

_SHOWN = 12
"""Allowed values that a reason names."""


class Code(StrEnum):
    """What is wrong."""

    NO_LEAF = "no_leaf"
    LEAF_GONE = "leaf_gone"
    LEAF_UNREAD = "leaf_unread"
    ATTRIBUTE_MISSING = "attribute_missing"
    ATTRIBUTE_ILLEGAL = "attribute_illegal"
    PART_MISSING = "part_missing"
    PART_ILLEGAL = "part_illegal"
    NO_PRICE = "no_price"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is wrong with one product. `attribute`, `given`: where it is about an attribute; `part`: where it
    is about what the product model asks of every product (domain.proposals.Part).
    """

    code: Code
    variant_id: str
    model_code: str
    title: str
    category_id: int | None
    leaf: str
    reason: Text
    attribute: LeafAttribute | None = None
    given: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """All that an account has read and a person has chosen, for many products."""

    tree: Mapping[int, CategoryRow]
    asked: Mapping[int, Sequence[LeafAttribute]]
    leaf_of: Mapping[str, int]
    sources: Mapping[tuple[int, str], str]
    renamed: Mapping[tuple[int, str], Mapping[str, str]]

    def leaf(self, one: ProductOfVariant) -> CategoryRow | None:
        """Where the product goes; None where nobody said so."""
        category_id = self.leaf_of.get(one.product_id)
        return self.tree.get(category_id) if category_id is not None else None

    def answers(self, one: ProductOfVariant) -> tuple[Answer, ...]:
        """What this product says to each question of its leaf, troubles included; none where it has no leaf."""
        category_id = self.leaf_of.get(one.product_id)
        if category_id is None:
            return ()
        facts = facts_of(one)
        return tuple(
            rules.answer(
                asked,
                facts,
                self.sources.get((category_id, asked.field), ""),
                self.renamed.get((category_id, asked.field), {}),
            )
            for asked in self.asked.get(category_id, ())
        )


def check(desk: Desk, account_id: str, codes: Sequence[str] | None = None) -> tuple[Lack, ...]:
    """What is wrong with these products (None: those yet to be made at the marketplace, and those with a leaf).

    In the order of model codes; nothing for a product that may be uploaded. Raises UnknownVariant.
    """

    def work(connection: Connection) -> list[Lack]:
        if all(one.id != account_id for one in accounts.of_company(connection, desk.company)):
            return []
        known = known_of(connection, account_id)
        return [
            lack
            for one in _products(connection, desk.company, account_id, codes)
            for lack in lacks_of(known, one, known.answers(one))
        ]

    return tuple(desk.read(work))


def known_of(connection: Connection, account_id: str) -> Known:
    """Read once for many products."""
    return Known(
        {row.category_id: row for row in categories.tree(connection, account_id)},
        categories.attributes_in_use(connection, account_id),
        categories.leaves_of_products(connection, account_id),
        categories.sources(connection, account_id),
        categories.renamed(connection, account_id),
    )


def facts_of(one: ProductOfVariant) -> dict[str, str]:
    """What we know of a product, by name. What its variant says itself counts before an attribute of the same name."""
    own = {
        "brand": one.brand,
        "model": one.model,
        "category": one.category,
        "storage": one.storage,
        "colour": one.colour,
        "model_code": one.model_code,
        "ean": one.ean,
        "weight": str(one.weight_g or ""),
    }
    return {**one.attributes, **{name: value for name, value in own.items() if value}}


def _products(
    connection: Connection, company: str, account_id: str, codes: Sequence[str] | None
) -> Iterable[ProductOfVariant]:
    if codes is None:
        return categories.variants(connection, company, account_id=account_id)
    found = {one.model_code_key: one for one in categories.named(connection, company, codes)}
    for code in codes:
        if sku_key(code) not in found:
            raise UnknownVariant(given=code[:40])
    return found.values()


def lacks_of(known: Known, one: ProductOfVariant, answers: Sequence[Answer]) -> Iterable[Lack]:
    """What is wrong with this product as far as its leaf goes; `answers`: its own to the questions of its leaf."""
    row = known.leaf(one)
    leaf = row.name if row is not None else ""

    def lack(code: Code, reason: Text, attribute: LeafAttribute | None = None, given: str = "") -> Lack:
        number = row.category_id if row is not None else None
        return Lack(code, one.variant_id, one.model_code, one.title, number, leaf, reason, attribute, given)

    if row is None:
        yield lack(Code.NO_LEAF, msg("categories.lacks_leaf", product=f"{one.brand} {one.model}"))
    elif row.missing_since is not None or not row.is_leaf:
        yield lack(Code.LEAF_GONE, msg("categories.leaf_gone", leaf=leaf))
    elif row.attributes_at is None:
        yield lack(Code.LEAF_UNREAD, msg("categories.leaf_unread", leaf=leaf))
    else:
        for said in answers:
            if said.trouble is not None:
                code = Code.ATTRIBUTE_MISSING if said.trouble is Trouble.MISSING else Code.ATTRIBUTE_ILLEGAL
                yield lack(code, _reason(said, said.trouble), said.attribute, said.ours)


def _reason(said: Answer, trouble: Trouble) -> Text:
    name, given = said.attribute.name, said.ours[:60]
    match trouble:
        case Trouble.MISSING if said.source:
            return msg("categories.missing_value", attribute=name, source=said.source)
        case Trouble.MISSING:
            return msg("categories.missing", attribute=name)
        case Trouble.NOT_ALLOWED:
            allowed = said.attribute.allowed
            more = ", …" if len(allowed) > _SHOWN else ""
            shown = ", ".join(allowed[:_SHOWN]) + more
            return msg("categories.illegal", attribute=name, given=given, known=shown)
        case Trouble.NOT_A_NUMBER:
            return msg("categories.no_number", attribute=name, given=given)
        case Trouble.TOO_LONG:
            return msg("categories.too_long", attribute=name, most=rules.LONGEST)
