"""Who acts when a command changes something: a badge's code given on the command line."""

from __future__ import annotations

from bmdesk.services import company
from bmdesk.services.company import UnknownOperator
from bmdesk.services.desk import Actor, Desk


def actor(desk: Desk, code: str) -> Actor:
    """The operator with this code, acting from a script. Raises UnknownOperator, for a badge switched off too."""
    person = company.operator(desk, code)
    if not person.active:
        raise UnknownOperator(code=person.code)
    return Actor(person.code, person.role, desk.station, "script")
