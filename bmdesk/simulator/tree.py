"""The tree of categories that the account sees: three levels, and at its leaves what a new product must say of itself.

Records only. All of it is made up in the shape of the contract; the numbers of the leaves are those of `records`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bmdesk.simulator.records import CONSOLES, HEADPHONES, LAPTOPS, SMARTPHONES, TABLETS, WATCHES

DECIMAL, INTEGER, TEXT, CHOICE = 0, 1, 2, 3
_COLOURS = (
    "Black", "Midnight", "White", "Silver", "Space Gray", "Blue", "Green", "Red", "Gold", "Purple", "Pink",
)  # fmt: skip
_SIZES = ("32 GB", "64 GB", "128 GB", "256 GB", "512 GB", "1 TB")


@dataclass(slots=True)
class Attribute:
    """What the leaf asks. `allowed`: the only answers to a choice."""

    field: str
    name: str
    kind: int = TEXT
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(slots=True)
class Category:
    """A node; one without others below is a leaf."""

    number: int
    name: str
    below: list[Category] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)

    @property
    def marketplace_number(self) -> int:
        """What a product names its leaf by. What is no leaf has one below zero."""
        return -self.number if self.below else 100 + self.number

    def all(self) -> Iterator[Category]:
        """This one and all below it."""
        yield self
        for child in self.below:
            yield from child.all()


def standard() -> list[Category]:
    """The tree as an account begins with it."""
    colour = Attribute("color", "Colour", CHOICE, required=True, allowed=_COLOURS)
    storage = Attribute("storage", "Storage", CHOICE, required=True, allowed=_SIZES)
    memory = Attribute("memory", "Memory (RAM)", CHOICE, allowed=("4 GB", "8 GB", "16 GB", "32 GB"))
    screen = Attribute("screen_size", "Screen size (inches)", DECIMAL)
    network = Attribute("unlocked", "Network", CHOICE, allowed=("Unlocked", "AT&T", "Verizon", "T Mobile"))
    year = Attribute("year_date_release", "Year of release", INTEGER)
    keyboard = Attribute(
        "keyboard", "Keyboard", CHOICE, required=True, allowed=("AZERTY", "QWERTY", "QWERTZ")
    )
    processor = Attribute("processor_type", "Processor", TEXT, required=True)
    return [
        _branch(1, "Phones", SMARTPHONES, "Smartphones", [colour, storage, memory, screen, network, year]),
        _branch(3, "Tablets", TABLETS, "Tablets", [colour, storage, screen, network]),
        _branch(
            5, "Computers", LAPTOPS, "Laptops", [storage, memory, keyboard, processor, screen, colour, year]
        ),
        _branch(
            7, "Watches", WATCHES, "Smartwatches", [colour, Attribute("case_size", "Case (mm)", INTEGER)]
        ),
        _branch(9, "Gaming", CONSOLES, "Consoles", [colour, storage]),
        _branch(11, "Audio", HEADPHONES, "Headphones", [colour]),
    ]


def _branch(root: int, name: str, leaf: int, leaf_name: str, attributes: list[Attribute]) -> Category:
    last = Category(leaf, leaf_name, attributes=attributes)
    return Category(root, name, [Category(1000 + leaf, leaf_name, [last])])
