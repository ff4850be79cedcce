"""Our products with the leaf that each goes to: chosen by a person, suggested by what was chosen before, or none.

Reads only; choosing is `categories`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bmdesk.domain.categories import bare
from bmdesk.domain.proposals import State
from bmdesk.services.desk import Desk
from bmdesk.services.selling import categories, proposals
from bmdesk.services.selling.categories import CategoryView
from bmdesk.services.selling.proposals import Proposed
from bmdesk.store.engine import Connection
from bmdesk.store.queries import categories as queries
from bmdesk.store.queries.categories import ProductOfVariant

_CALLED = {"phone": "smartphone", "audio": "headphone"}
"""Of our categories, those whose own word would find others (headphones) or none."""


class Way(StrEnum):
    """How a product came to its leaf."""

    CHOSEN = "chosen"
    SUGGESTED = "suggested"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Placed:
    """A product with its leaf (None where there is none, not even a suggested one) and its proposal."""

    product: ProductOfVariant
    way: Way
    leaf: CategoryView | None
    proposal: Proposed

    @property
    def goes_nowhere(self) -> bool:
        """Whether somebody must choose a leaf: the marketplace does not have the product, and it has none."""
        return self.way is not Way.CHOSEN and self.proposal.state is not State.KNOWN

    @property
    def lacks(self) -> int:
        """How many things keep it from being proposed."""
        return len(self.proposal.lacks)


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree of an account as last read. `read_at` None: never. `unread`: leaves nobody asked about yet."""

    leaves: tuple[CategoryView, ...]
    categories: int
    read_at: datetime | None
    unread: int


def tree(desk: Desk, account_id: str) -> Tree:
    """The leaves to choose from, and how old the reading is."""
    there = [one for one in categories.listed(desk, account_id) if one.row.missing_since is None]
    leaves = tuple(one for one in there if one.row.is_leaf)
    read = max((one.row.read_at for one in there), default=None)
    return Tree(leaves, len(there), read, sum(one.row.attributes_at is None for one in leaves))


def placed(desk: Desk, account_id: str) -> tuple[Placed, ...]:
    """Every product that is no draft, by our category and code; those that the marketplace has come last."""
    return desk.read(lambda connection: _placed(connection, desk, account_id))


def _placed(connection: Connection, desk: Desk, account_id: str) -> tuple[Placed, ...]:
    there = categories.views(connection, desk.company, account_id)
    leaves = {one.row.category_id: one for one in there if one.row.is_leaf}
    products = queries.variants(connection, desk.company)
    chosen = queries.leaves_of_products(connection, account_id)
    likely = _likely(products, chosen, leaves)
    proposed = proposals.of_products(connection, desk, account_id, products)
    rows = [_place(one, its, chosen, likely, leaves) for one, its in zip(products, proposed, strict=True)]
    return tuple(sorted(rows, key=_order))


def _order(one: Placed) -> tuple[bool, str, str]:
    known = one.proposal.state is State.KNOWN
    return known, one.product.category, one.product.model_code_key


def _likely(
    found: Sequence[ProductOfVariant], chosen: Mapping[str, int], leaves: Mapping[int, CategoryView]
) -> Mapping[str, CategoryView]:
    """The leaf to which most products of each of our categories go, else the one that is called like it."""
    counted: dict[str, Counter[int]] = {one.category: Counter() for one in found}
    for one in found:
        if one.product_id in chosen:
            counted[one.category][chosen[one.product_id]] += 1
    likely = {}
    for category, counts in counted.items():
        usual = leaves.get(counts.most_common(1)[0][0]) if counts else None
        leaf = usual or _called(category, leaves)
        if leaf is not None and leaf.row.missing_since is None:
            likely[category] = leaf
    return likely


def _place(
    one: ProductOfVariant,
    proposal: Proposed,
    chosen: Mapping[str, int],
    likely: Mapping[str, CategoryView],
    leaves: Mapping[int, CategoryView],
) -> Placed:
    if one.product_id in chosen:
        return Placed(one, Way.CHOSEN, leaves.get(chosen[one.product_id]), proposal)
    leaf = likely.get(one.category)
    return Placed(one, Way.SUGGESTED if leaf is not None else Way.NONE, leaf, proposal)


def _called(category: str, leaves: Mapping[int, CategoryView]) -> CategoryView | None:
    """The one leaf whose name says our category: `phone` is in `Smartphones`."""
    word = _CALLED.get(category, bare(category))
    found = [one for one in leaves.values() if word and word in bare(one.row.name)]
    return found[0] if len(found) == 1 else None
