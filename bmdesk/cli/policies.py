"""`bmdesk policies`: checklists, grading, gate, grade names and second checks as documents to read and edit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import Failure, msg, t

app = new_app(help=t("cli.help_policies"))

Name = Annotated[str, typer.Argument(help=t("cli.help_policy_name"))]
By = Annotated[str, typer.Option("--operator", help=t("cli.help_policy_operator"))]

_LONGEST = 2_000_000


class DocumentUnreadable(Failure):
    """The file with the document cannot be read. Params: `file`, `reason` (a Text)."""

    code = "cli.document_unreadable"


@app.command("list", help=t("cli.help_policies_list"))
def list_(
    ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False
) -> None:
    from bmdesk.services import policy_documents

    with scope(ctx).session() as session:
        documents = {name: policy_documents.document(session.desk, name) for name in policy_documents.READERS}
    own = {name for name, body in documents.items() if _rules(body) != _rules(policy_documents.shipped(name))}
    if json:
        as_json([{"name": n, "version": body["version"], "own": n in own} for n, body in documents.items()])
        return
    rows = [
        (name, body["version"], t("cli.policy_own") if name in own else t("cli.policy_shipped"))
        for name, body in documents.items()
    ]
    table((t("cli.column_name"), t("cli.column_version"), t("cli.column_origin")), rows)


@app.command(help=t("cli.help_policies_show"))
def show(ctx: typer.Context, name: Name) -> None:
    from bmdesk.services import policy_documents

    with scope(ctx).session() as session:
        as_json(policy_documents.document(session.desk, name))


@app.command(help=t("cli.help_policies_save"))
def save(
    ctx: typer.Context,
    name: Name,
    file: Annotated[str, typer.Argument(help=t("cli.help_policy_file"))],
    operator: By = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services import policy_documents
    from bmdesk.services.grading import bench

    text = text_of(file)
    with scope(ctx).session(reassess=False) as session:
        document = policy_documents.parse_document(name, text)
        version = policy_documents.save_document(session.desk, actor(session.desk, operator), name, document)
        bench.reassess(session.desk)
    say(msg("cli.policy_saved", name=name, version=version))


@app.command(help=t("cli.help_policies_reset"))
def reset(ctx: typer.Context, name: Name, operator: By = "OWNER") -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services import policy_documents
    from bmdesk.services.grading import bench

    with scope(ctx).session(reassess=False) as session:
        version = policy_documents.reset_document(session.desk, actor(session.desk, operator), name)
        bench.reassess(session.desk)
    say(msg("cli.policy_reset", name=name, version=version))


def _rules(body: dict[str, Any]) -> dict[str, Any]:
    """The document without what only counts its versions."""
    return {key: value for key, value in body.items() if key not in {"version", "own"}}


def text_of(file: str) -> str:
    """What this file (`-`: standard input) holds. Raises DocumentUnreadable."""
    from bmdesk.system.durable import why

    try:
        if file == "-":
            content = sys.stdin.buffer.read(_LONGEST)
        else:
            with Path(file).open("rb") as source:
                content = source.read(_LONGEST)
        return content.decode("utf-8-sig")
    except OSError as error:
        raise DocumentUnreadable(file=file[:200], reason=why(error)) from None
    except UnicodeDecodeError:
        raise DocumentUnreadable(file=file[:200], reason=msg("cli.reason_not_utf8")) from None
