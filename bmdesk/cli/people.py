"""Who acts when a command changes something: a badge's code given on the command line, and a PIN where one is set for
what cannot be taken back.
"""

from __future__ import annotations

from dataclasses import replace

from bmdesk.domain.rights import Right, right_text
from bmdesk.services import company, rights
from bmdesk.services.company import UnknownOperator
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.rights import PinNeeded


def actor(desk: Desk, code: str) -> Actor:
    """The operator with this code, acting from a script. Raises UnknownOperator, for a badge switched off too."""
    person = company.operator(desk, code)
    if not person.active:
        raise UnknownOperator(code=person.code)
    # A PIN keeps people at one screen apart. Whoever may run commands here can read the store's file: asking each time
    # would only seem to protect it. The role still counts; and see `proven`.
    return Actor(person.code, person.role, desk.station, "script", proven=True)


def proven(desk: Desk, code: str, right: Right) -> Actor:
    """The same, with the PIN asked for where this person has one: for what opens people's data, or ends them, a
    terminal that somebody left open is not enough. A script gives the PIN on standard input.

    Raises UnknownOperator, NotAllowed, PinNeeded, PinWrong, PinWaits.
    """
    who = actor(desk, code)
    if rights.asks_pin(desk, replace(who, proven=False), right):
        from bmdesk.cli.secret import read_secret

        pin = read_secret("PIN").strip()
        if not pin:  # nobody is there to ask: no try is counted
            raise PinNeeded(what=right_text(right))
        rights.prove(desk, who.code, pin)
    return who
