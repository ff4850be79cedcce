"""An address as people write it. Outside text: the lines are for plain labels."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from bmdesk.domain.customers import Person
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel


def written(person: Person) -> list[str]:
    """As on a parcel, then how to reach who lives there; a line for what is known."""
    place = f"{person.postcode} {person.city}".strip()
    company = person.company if person.company != person.name else ""
    lines = (
        person.name,
        company,
        person.street,
        person.street2,
        place,
        person.country,
        person.phone,
        person.email,
    )
    return [line for line in lines if line]


def broken_lines(words: str) -> str:
    """Line for line, with places to break in long words."""
    return "\n".join(broken(line, 200) for line in words.split("\n"))


class AddressLabel(PlainLabel):
    """The lines of an address. A long one never widens its room."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(broken_lines("\n".join(lines)), wrap=True, selectable=True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
