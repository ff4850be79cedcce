"""Editing a copy of a policy document: gate, grading rules, grade names, checklists, second check, prices, comments.

A copy is a row with a version; saving one raises the company's policy stamp, so that every unit is judged anew, unless
the document has no say in that.
"""

from __future__ import annotations

import json
from typing import Any

from bmdesk.domain.document import BadPolicy
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.policies import NOT_JUDGED, READERS, shipped
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people, unit_lists
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, msg

__all__ = [
    "READERS",
    "PolicyNotJson",
    "UnknownPolicy",
    "document",
    "parse_document",
    "reset_document",
    "save_document",
    "shipped",
    "units_affected",
]

PRICING = "pricing"
"""The rules of prices: whoever may confirm prices may change them."""


class UnknownPolicy(Failure):
    """No document has this name. Params: `name`, `known`."""

    code = "policy.unknown"


class PolicyNotJson(Failure):
    """The text given for a document is not JSON. Params: `name`, `line`."""

    code = "policy.not_json"


def document(desk: Desk, name: str) -> dict[str, Any]:
    """The document in force as a JSON object, for a person to look at or edit a copy. Raises UnknownPolicy."""
    _known(name)
    own = desk.read(lambda connection: people.policy(connection, desk.company, name))
    return own or shipped(name)


def save_document(desk: Desk, actor: Actor, name: str, body: object) -> int:
    """Save an edited copy as the next version; units are judged anew. Raises UnknownPolicy, BadPolicy."""
    rights.require(desk, Right.PRICES if name == PRICING else Right.SETTINGS, actor)
    _known(name)
    if not isinstance(body, dict):
        raise BadPolicy(document=name, place="-", expected=msg("policy.expected_object"))
    if name.startswith("checklist."):
        body = {**body, "own": True, "category": name.removeprefix("checklist.")}

    def work(tx: Tx) -> int:
        version: int = (
            max(people.policy_version(tx.connection, tx.company, name), shipped(name)["version"]) + 1
        )
        final = {**body, "version": version}
        READERS[name](final)
        people.add_policy(tx, name, version, final, actor.code)
        people.raise_stamp(tx, judged=name not in NOT_JUDGED)
        return version

    return desk.write(work)


def reset_document(desk: Desk, actor: Actor, name: str) -> int:
    """Go back to bmdesk's own document, as a new version (the old copies stay). Raises UnknownPolicy."""
    _known(name)
    return save_document(desk, actor, name, shipped(name))


def units_affected(desk: Desk, most: int = 10_000) -> int:
    """How many units the next change of a policy will have judged anew; counted no further than `most` and one."""

    def work(connection: Connection) -> int:
        stamp = desk.policies(connection).stamp + 1
        return unit_lists.count_due(connection, desk.company, stamp, desk.clock.now(), most + 1)

    return desk.read(work)


def parse_document(name: str, text: str) -> object:
    """The JSON object in this text. Raises PolicyNotJson with the line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise PolicyNotJson(name=name, line=error.lineno) from None


def _known(name: str) -> None:
    if name not in READERS:
        raise UnknownPolicy(name=name[:60], known=", ".join(READERS))
