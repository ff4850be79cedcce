"""The tree of categories, and what its leaves ask of a new product, as the marketplace shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bmdesk.connectors.backmarket.reading import SMALL, Reader, clean
from bmdesk.connectors.backmarket.wire import NotAPage
from bmdesk.domain.categories import LONGEST, Kind, LeafAttribute, kind_of

_DEEPEST = 10
_MOST_ATTRIBUTES, _MOST_ALLOWED = 200, 2000


@dataclass(frozen=True, slots=True)
class CategoryWire:
    """One node of the tree. A product names its leaf by `marketplace_category_id`."""

    category_id: int | None
    marketplace_category_id: int | None
    name: str
    is_leaf: bool
    children: tuple[CategoryWire, ...]
    attributes: tuple[LeafAttribute, ...] = ()

    def leaves(self) -> Iterator[CategoryWire]:
        """The leaves below it; itself where it is one."""
        if self.is_leaf:
            yield self
        for child in self.children:
            yield from child.leaves()


def read_categories(data: object) -> tuple[CategoryWire, ...]:
    """The whole tree or one branch of it, however it is wrapped; at least one. Raises NotAPage."""
    if isinstance(data, dict):
        inner = data.get("results", data.get("children", data.get("childrens")))
        data = inner if isinstance(inner, list) and "category_id" not in data else [data]
    if not isinstance(data, list):
        raise NotAPage
    found = tuple(_category(raw, 0) for raw in data if isinstance(raw, dict))
    if not found:
        raise NotAPage
    return found


def _category(raw: Mapping[str, object], depth: int) -> CategoryWire:
    fields = Reader(raw, "category", set())
    inner = raw.get("childrens", raw.get("children"))
    below = inner if isinstance(inner, list) and depth < _DEEPEST else []
    return CategoryWire(
        category_id=fields.whole("category_id"),
        marketplace_category_id=fields.whole("marketplace_category_id"),
        name=clean(str(raw.get("category_name") or ""), 200),
        is_leaf=fields.flag("is_leaf"),
        children=tuple(_category(child, depth + 1) for child in below if isinstance(child, dict)),
        attributes=_attributes(fields),
    )


def _attributes(fields: Reader) -> tuple[LeafAttribute, ...]:
    """By their field, each once; one without a field cannot be answered and is left out."""
    found: dict[str, LeafAttribute] = {}
    for raw in fields.records("attributes", optional=True):
        one = Reader(raw, "category.attributes", set())
        name = one.text("field", LONGEST)
        if name and len(found) < _MOST_ATTRIBUTES:
            number = one.whole("type", most=SMALL)
            found.setdefault(
                name,
                LeafAttribute(
                    field=name,
                    name=one.text("field_name", LONGEST) or name,
                    kind=Kind.TEXT if number is None else kind_of(number),
                    required=one.flag("required"),
                    allowed=_allowed(raw.get("allowed_values")),
                ),
            )
    return tuple(found.values())


def _allowed(value: object) -> tuple[str, ...]:
    """The values between the commas; a list is read too. A value that has a comma itself cannot be told from two."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    kept = (clean(str(part), LONGEST) for part in parts[:_MOST_ALLOWED] if isinstance(part, str | int))
    return tuple(dict.fromkeys(one for one in kept if one))
