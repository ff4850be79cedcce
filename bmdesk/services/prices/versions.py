"""The versions of the price rules: who saved which when, and going back to one. None is ever overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bmdesk.services import policy_documents
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.policies import shipped
from bmdesk.store.queries import people
from bmdesk.texts import Failure

NAME = policy_documents.PRICING


class NoSuchVersion(Failure):
    """The price rules never had this version. Params: `version`."""

    code = "prices.no_such_version"


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """One version of the rules. `at` is None for the rules that came with bmdesk."""

    version: int
    at: datetime | None
    by: str
    in_force: bool
    rules: int
    note: str


def versions(desk: Desk) -> tuple[RulesVersion, ...]:
    """All versions, newest first; the last is what came with bmdesk."""
    rows = desk.read(lambda c: people.policy_copies(c, desk.company, NAME))
    ours = shipped(NAME)
    found = [
        RulesVersion(row.version, row.at, row.operator, at == 0, _rules(row.body), _note(row.body))
        for at, row in enumerate(rows)
    ]
    return (*found, RulesVersion(ours["version"], None, "", not rows, _rules(ours), _note(ours)))


def document(desk: Desk, version: int) -> dict[str, Any]:
    """The rules of this version as the document that they were saved as. Raises NoSuchVersion."""
    rows = desk.read(lambda c: people.policy_copies(c, desk.company, NAME))
    for row in rows:
        if row.version == version:
            return row.body
    ours = shipped(NAME)
    if ours["version"] == version:
        return ours
    raise NoSuchVersion(version=version)


def restore(desk: Desk, actor: Actor, version: int) -> int:
    """Go back to this version, as a new one; its number. Raises NoSuchVersion, BadPolicy, NotAllowed."""
    return policy_documents.save_document(desk, actor, NAME, document(desk, version))


def _rules(body: dict[str, Any]) -> int:
    return len(body.get("rules", []))


def _note(body: dict[str, Any]) -> str:
    return str(body.get("note", ""))[:200]
