"""A company's own label templates: versions of a document, kept where its policies are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bmdesk.domain.changes import Change
from bmdesk.domain.label_template import KINDS, BadTemplate, Template
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.company import Saved
from bmdesk.services.desk import Actor, Desk
from bmdesk.store.queries import people
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, msg

_MOST_BYTES = 200_000


class TemplateUnreadable(Failure):
    """The file is no JSON document of a sensible size. Params: `file`."""

    code = "label.template_unreadable"


def own(desk: Desk, kind: str) -> Template | None:
    """The newest own template of this kind, or None where the one that comes with bmdesk holds."""
    body = desk.read(lambda connection: people.policy(connection, desk.company, _name(kind)))
    return Template.parse(body) if body else None


def own_document(desk: Desk, kind: str) -> dict[str, Any] | None:
    """The same as a document."""
    return desk.read(lambda connection: people.policy(connection, desk.company, _name(kind))) or None


def save(desk: Desk, actor: Actor, kind: str, document: Any) -> Saved:
    """Use this template from now on, at all stations. Raises BadTemplate, NotAllowed."""
    template = Template.parse(document)
    if template.kind != kind:
        raise BadTemplate(where="kind", reason=msg("label.template_one_of", allowed=kind))
    return _add(desk, actor, kind, document)


def save_file(desk: Desk, actor: Actor, kind: str, file: Path) -> Saved:
    """The same from a file. Raises TemplateUnreadable too."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise ValueError
        document = json.loads(raw.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise TemplateUnreadable(file=str(file)[:200]) from None
    return save(desk, actor, kind, document)


def reset(desk: Desk, actor: Actor, kind: str) -> Saved:
    """Back to the template that comes with bmdesk."""
    return _add(desk, actor, kind, {})


def _add(desk: Desk, actor: Actor, kind: str, document: dict[str, Any]) -> Saved:
    if kind not in KINDS:
        raise BadTemplate(where="kind", reason=msg("label.template_one_of", allowed=", ".join(KINDS)))

    rights.require(desk, Right.SETTINGS, actor)

    def work(tx: Tx) -> None:
        version = people.policy_version(tx.connection, tx.company, _name(kind)) + 1
        people.add_policy(tx, _name(kind), version, document, actor.code)

    desk.write(work)
    return Saved(kind, frozenset({Change.SETTINGS}))


def _name(kind: str) -> str:
    return f"label_{kind}"
