"""The marketplace's categories as an account last read them, and what of ours goes where: a product to its leaf, an
attribute of ours to an attribute of the leaf, a value of ours to an allowed one.

All of it is a person's choice; what fits by its name needs none. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bmdesk.domain import categories as rules
from bmdesk.domain.categories import ALWAYS, LeafAttribute
from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, categories
from bmdesk.store.queries.categories import CategoryRow, ProductOfVariant
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure

OURS = ("brand", "model", "category", "storage", "colour", "model_code", "ean", "weight")
"""What every product of ours says, besides the attributes that it has."""

_LONGEST_SOURCE = 60


class UnknownCategory(Failure):
    """No category of this account has this number. Params: `given`."""

    code = "categories.unknown"


class NotALeaf(Failure):
    """Products belong to leaves only. Params: `name`, `given`."""

    code = "categories.not_a_leaf"


class UnknownAttribute(Failure):
    """The leaf asks nothing of this name. Params: `given`, `leaf`, `known`."""

    code = "categories.unknown_attribute"


class UnknownSource(Failure):
    """Nothing of ours is called so. Params: `given`, `known`."""

    code = "categories.unknown_source"


class NotAllowed(Failure):
    """The leaf does not take this value. Params: `given`, `attribute`, `known`."""

    code = "categories.not_allowed"


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category with the names above it, its own last; how many `attributes` it asks for, `products` of ours in it."""

    row: CategoryRow
    path: tuple[str, ...]
    attributes: int
    products: int


@dataclass(frozen=True, slots=True)
class AskedView:
    """What a leaf asks, with what a person chose for it. `renamed`: our values (bare) as they are called there."""

    attribute: LeafAttribute
    source: str
    renamed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mapped:
    """How many products were given a leaf."""

    count: int
    changes: frozenset[Change] = frozenset({Change.CATALOGUE})


def listed(desk: Desk, account_id: str, words: str = "", *, leaves: bool = False) -> tuple[CategoryView, ...]:
    """Categories in the order of the tree whose path (or number) holds every word; `leaves`: only those."""

    wanted = words.casefold().split()[:8]
    return tuple(
        one
        for one in desk.read(lambda connection: views(connection, desk.company, account_id))
        if (one.row.is_leaf or not leaves) and all(word in _searched(one) for word in wanted)
    )


def shown(desk: Desk, account_id: str, category_id: int) -> tuple[CategoryView, tuple[AskedView, ...]]:
    """One category and what it asks. Raises UnknownCategory."""

    def work(connection: Connection) -> tuple[CategoryView, tuple[AskedView, ...]]:
        there = views(connection, desk.company, account_id)
        view = next((one for one in there if one.row.category_id == category_id), None)
        if view is None:
            raise UnknownCategory(given=str(category_id))
        chosen, renamed = (
            categories.sources(connection, account_id),
            categories.renamed(connection, account_id),
        )
        asked = categories.attributes(connection, account_id, category_id)
        return view, tuple(
            AskedView(
                one, chosen.get((category_id, one.field), ""), renamed.get((category_id, one.field), {})
            )
            for one in asked
        )

    return desk.read(work)


def map_products(
    desk: Desk, actor: Actor, account_id: str, category_id: int | None, codes: Sequence[str]
) -> Mapped:
    """The products of these model codes (all variants of each) belong to this leaf; to none (None).

    Raises UnknownVariant, UnknownCategory, NotALeaf; then nothing is changed.
    """
    rights.require(desk, Right.LINKS, actor)

    def work(tx: Tx) -> Mapped:
        _check_account(tx.connection, tx.company, account_id)
        if category_id is not None:
            _leaf(tx.connection, account_id, category_id)
        products = dict.fromkeys(one.product_id for one in _named(tx, codes))
        for product_id in products:
            categories.map_product(tx, account_id, product_id, category_id, actor.code)
        return Mapped(len(products))

    return desk.write(work)


def map_category(desk: Desk, actor: Actor, account_id: str, category_id: int, ours: str) -> Mapped:
    """Every product in this category of ours that has no leaf yet belongs to this one.

    Raises UnknownCategory, NotALeaf.
    """
    rights.require(desk, Right.LINKS, actor)

    def work(tx: Tx) -> Mapped:
        _check_account(tx.connection, tx.company, account_id)
        _leaf(tx.connection, account_id, category_id)
        found = categories.products_without_leaf(tx.connection, tx.company, account_id, ours)
        for product_id in found:
            categories.map_product(tx, account_id, product_id, category_id, actor.code)
        return Mapped(len(found))

    return desk.write(work)


def choose_source(
    desk: Desk, actor: Actor, account_id: str, category_id: int, field: str, source: str
) -> None:
    """This of ours answers the leaf's attribute: a name of ours, or `=` and a fixed answer; empty: what fits by itself.

    Raises UnknownCategory, NotALeaf, UnknownAttribute, UnknownSource, NotAllowed.
    """
    rights.require(desk, Right.LINKS, actor)

    def work(tx: Tx) -> None:
        _check_account(tx.connection, tx.company, account_id)
        asked = _asked(tx.connection, account_id, category_id, field)
        chosen = " ".join(source.split())
        if chosen.startswith(ALWAYS):
            _check_value(asked, chosen[len(ALWAYS) :].strip())
        elif chosen:
            known = {*OURS, *categories.attribute_names(tx.connection, tx.company)}
            chosen = chosen.lower()
            if chosen not in known:
                raise UnknownSource(given=chosen[:40], known=", ".join(sorted(known)))
        if len(chosen) > _LONGEST_SOURCE:
            raise UnknownSource(given=chosen[:40], known=", ".join(OURS))
        categories.set_source(tx, account_id, category_id, asked.field, chosen)

    desk.write(work)


def rename_value(
    desk: Desk, actor: Actor, account_id: str, category_id: int, field: str, ours: str, theirs: str
) -> None:
    """Our value is called `theirs` at this attribute of the leaf; empty: as it is.

    Raises UnknownCategory, NotALeaf, UnknownAttribute, NotAllowed.
    """
    rights.require(desk, Right.LINKS, actor)

    def work(tx: Tx) -> None:
        _check_account(tx.connection, tx.company, account_id)
        asked = _asked(tx.connection, account_id, category_id, field)
        value = theirs.strip()
        if value:
            _check_value(asked, value)
        key = rules.bare(ours)[:200]
        if not key:
            raise NotAllowed(given=ours[:40], attribute=asked.name, known="-")
        categories.rename(tx, account_id, category_id, asked.field, key, value)

    desk.write(work)


def views(connection: Connection, company: str, account_id: str) -> tuple[CategoryView, ...]:
    """The whole tree in this snapshot."""
    _check_account(connection, company, account_id)
    rows = categories.tree(connection, account_id)
    by_id = {row.category_id: row for row in rows}
    asked = categories.how_many_asked(connection, account_id)
    mapped = categories.how_many_mapped(connection, account_id)
    return tuple(
        CategoryView(row, _path(row, by_id), asked.get(row.category_id, 0), mapped.get(row.category_id, 0))
        for row in rows
    )


def _path(row: CategoryRow, by_id: Mapping[int, CategoryRow]) -> tuple[str, ...]:
    """The names from the top down. One that is gone may hang below what hangs below it: each stands once."""
    names: list[str] = []
    seen: set[int] = set()
    at: CategoryRow | None = row
    while at is not None and at.category_id not in seen:
        seen.add(at.category_id)
        names.append(at.name)
        at = by_id.get(at.parent_id) if at.parent_id is not None else None
    return tuple(reversed(names))


def _searched(one: CategoryView) -> str:
    return " ".join((*one.path, str(one.row.category_id), str(one.row.marketplace_id or ""))).casefold()


def _check_account(connection: Connection, company: str, account_id: str) -> None:
    """What another company reads is nobody's here."""
    if all(one.id != account_id for one in accounts.of_company(connection, company)):
        raise UnknownCategory(given="-")


def _leaf(connection: Connection, account_id: str, category_id: int) -> CategoryRow:
    row = categories.category(connection, account_id, category_id)
    if row is None or row.missing_since is not None:
        raise UnknownCategory(given=str(category_id))
    if not row.is_leaf:
        raise NotALeaf(given=str(category_id), name=row.name)
    return row


def _asked(connection: Connection, account_id: str, category_id: int, field: str) -> LeafAttribute:
    """By its field, or by its name."""
    row = _leaf(connection, account_id, category_id)
    found = categories.attributes(connection, account_id, category_id)
    wanted = field.strip()
    by_field = [one for one in found if one.field == wanted]
    by_name = [one for one in found if rules.bare(wanted) in {rules.bare(one.field), rules.bare(one.name)}]
    for one in (*by_field, *by_name):
        return one
    known = ", ".join(one.field for one in found)
    raise UnknownAttribute(given=wanted[:40], leaf=row.name, known=known or "-")


def _check_value(asked: LeafAttribute, value: str) -> None:
    if not value or rules.fits(asked, value) is not None:
        known = ", ".join(asked.allowed[:40]) or asked.kind.name.lower()
        raise NotAllowed(given=value[:40], attribute=asked.name, known=known)


def _named(tx: Tx, codes: Sequence[str]) -> list[ProductOfVariant]:
    found = categories.named(tx.connection, tx.company, codes)
    there = {one.model_code_key for one in found}
    for code in codes:
        if sku_key(code) not in there:
            raise UnknownVariant(given=code[:40])
    return found
