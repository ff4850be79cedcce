"""GET of the category tree and of its branches; and what the hand behind the curtain changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.tree import CHOICE, TEXT, Attribute, Category
from bmdesk.simulator.world import World


def tree(world: World, _call: Call) -> Answer:
    """GET /ws/category/tree. In mode real the leaves come without their attributes.

    No answer of a live server is known here. The contract has a call of its own for the attributes of one leaf, so a
    reader must be able to do without them in the tree.
    """
    return Answer(200, [_document(world, one, bare=world.real) for one in world.tree])


def branch(world: World, _call: Call, category_id: str) -> Answer:
    """GET /ws/category/tree/{id}: this category and what is below it, with all attributes."""
    found = _find(world, category_id)
    if found is None:
        raise Refused(404, "Category not found", "not_found")
    return Answer(200, _document(world, found, bare=False))


def set_attribute(
    world: World,
    *,
    category: int,
    field: str,
    name: str = "",
    kind: int | None = None,
    allowed: Sequence[str] = (),
    required: bool = False,
) -> dict[str, Any]:
    """The leaf asks this from now on; an attribute of the same field is replaced."""
    leaf = _find(world, category)
    if leaf is None or leaf.below:
        raise ValueError(f"{category} is no leaf")
    made = Attribute(
        field,
        name or field,
        (CHOICE if allowed else TEXT) if kind is None else kind,
        required,
        tuple(allowed),
    )
    others = [one for one in leaf.attributes if one.field != field]
    leaf.attributes = [*others, made]
    return _attribute(world, made)


def drop(world: World, category: int) -> bool:
    """The category, and what is below it, is no longer there; nor is what then holds nothing."""

    def without(nodes: list[Category]) -> list[Category]:
        kept = []
        for one in nodes:
            was_leaf, one.below = not one.below, without(one.below)
            if one.number != category and (was_leaf or one.below):
                kept.append(one)
        return kept

    if _find(world, category) is None:
        raise ValueError(f"no category {category}")
    world.tree = without(world.tree)
    return True


def _find(world: World, number: object) -> Category | None:
    return next((one for root in world.tree for one in root.all() if str(one.number) == str(number)), None)


def _document(world: World, one: Category, *, bare: bool) -> dict[str, Any]:
    return {
        "category_id": one.number,
        "category_name": one.name,
        "marketplace_category_id": one.marketplace_number,
        "is_leaf": not one.below,
        "childrens": [_document(world, child, bare=bare) for child in one.below],
        "attributes": [] if bare else [_attribute(world, each) for each in one.attributes],
    }


def _attribute(world: World, one: Attribute) -> dict[str, Any]:
    allowed = (", " if world.real else ",").join(one.allowed)
    return {
        "field": one.field,
        "field_name": one.name,
        "type": one.kind,
        "allowed_values": None if world.real and not one.allowed else allowed,
        "required": one.required,
    }
