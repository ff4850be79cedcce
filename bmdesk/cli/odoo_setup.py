"""`bmdesk odoo setup`: what will be done in Odoo, a question, the doing, and what is left for a person to decide."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.asking import ask
from bmdesk.cli.context import scope
from bmdesk.cli.output import as_json, complain, complain_of, say, table
from bmdesk.texts import Failure, msg, t

if TYPE_CHECKING:
    from bmdesk.connectors.odoo.setting_up.setup_steps import Done, Step
    from bmdesk.services.odoo.choices import Candidate, Undecided
    from bmdesk.sync.odoo_setup import Administrator, Plan, Said

_COMMAND = "bmdesk odoo setup"
_MOST = 30
"""So many products or candidates of a kind are shown."""

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Pairs = list[str] | None


class NoAdminSecret(Failure):
    """The administrator's name without a password or key on standard input. No params."""

    code = "cli.odoo_no_admin_secret"


def setup(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("cli.help_odoo_dry_run"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_odoo_yes"))] = False,
    admin_user: Annotated[str, typer.Option(help=t("cli.help_odoo_admin_user"))] = "",
    admin_stdin: Annotated[bool, typer.Option("--admin-stdin", help=t("cli.help_odoo_admin_stdin"))] = False,
    location: Annotated[Pairs, typer.Option(help=t("cli.help_odoo_location"))] = None,
    journal: Annotated[Pairs, typer.Option(help=t("cli.help_odoo_journal"))] = None,
    tax: Annotated[Pairs, typer.Option(help=t("cli.help_odoo_tax"))] = None,
    fiscal_position: Annotated[Pairs, typer.Option(help=t("cli.help_odoo_position"))] = None,
    carrier: Annotated[Pairs, typer.Option(help=t("cli.help_odoo_carrier"))] = None,
    grade_field: Annotated[str, typer.Option(help=t("cli.help_odoo_grade_field"))] = "",
    grade_value: Annotated[Pairs, typer.Option(help=t("cli.help_odoo_grade_value"))] = None,
    track: Annotated[list[int] | None, typer.Option(help=t("cli.help_odoo_track"))] = None,
    track_all: Annotated[bool, typer.Option("--track-all", help=t("cli.help_odoo_track_all"))] = False,
    rights: Annotated[bool, typer.Option("--rights/--no-rights", help=t("cli.help_odoo_rights"))] = True,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.odoo.choices import Kind
    from bmdesk.sync import odoo_connection, odoo_setup
    from bmdesk.system.secrets import Secrets

    given = {
        Kind.LOCATION: location,
        Kind.JOURNAL: journal,
        Kind.TAX: tax,
        Kind.POSITION: fiscal_position,
        Kind.CARRIER: carrier,
        Kind.GRADE_VALUE: grade_value,
    }
    said = odoo_setup.Said(
        {kind: pairs for kind, pairs in given.items() if pairs},
        grade_field.strip(),
        frozenset(track or ()),
        track_all,
        rights,
    )
    with scope(ctx).session(reassess=False) as session:
        desk = session.desk
        who = actor(desk, operator)
        endpoint = odoo_connection.endpoint_of(desk, Secrets(session.data.root))
        with odoo_setup.opened(endpoint, _administrator(admin_user, from_stdin=admin_stdin)) as wizard:
            plan = wizard.look(desk, said)
            if not json:
                _show(plan, said)
            done: tuple[Done, ...] = ()
            if not plan.is_empty and not dry_run:
                ask(yes=yes, command=_COMMAND, question=t("cli.odoo_setup_ask"))
                done = wizard.carry_out(desk, who, plan, _progress)
        left = odoo_setup.undecided(desk, plan)
    if json:
        as_json(_document(plan, done, left, was_done=not dry_run))
    else:
        _show_done(plan, done, left, dry_run=dry_run)
    if any(one.failure is not None for one in done):
        raise typer.Exit(1)


def _administrator(user: str, *, from_stdin: bool) -> Administrator | None:
    """Raises NoAdminSecret."""
    from bmdesk.cli.secret import read_secret
    from bmdesk.sync.odoo_setup import Administrator

    if not user:
        return None
    secret = read_secret(user) if from_stdin or sys.stdin.isatty() else ""
    if not secret:
        raise NoAdminSecret
    return Administrator(user, secret)


def _progress(number: int, total: int, step: Step) -> None:
    complain(msg("cli.odoo_setup_progress", done=number, total=total, what=step.says))


# ------------------------------------------------------------------------------ in words


def _show(plan: Plan, said: Said) -> None:
    say(msg("cli.odoo_setup_company", company=plan.company, user=plan.survey.operator))
    for remark in plan.taken:
        complain_of(remark)
    if plan.survey.unread:
        say(msg("cli.odoo_setup_unread", user=plan.survey.operator, models=", ".join(plan.survey.unread)))
    if plan.is_empty:
        say(msg("cli.odoo_setup_all_there"))
    else:
        say(msg("cli.odoo_setup_will"))
        for step in plan.steps:
            say(msg("cli.odoo_setup_step" if step.may else "cli.odoo_setup_step_not_yours", what=step.says))
        for choice in plan.choices:
            say(msg("cli.odoo_setup_step", what=choice.says))
    _show_untracked(plan, said)


def _show_untracked(plan: Plan, said: Said) -> None:
    if said.track_all:
        return
    left = [one for one in plan.survey.untracked if one.id not in said.track]
    if not left:
        return
    say(msg("cli.odoo_setup_untracked", count=len(left)))
    heads = (t("cli.head_odoo_product"), t("cli.head_odoo_name"), t("cli.head_odoo_on_hand"))
    table(heads, [(one.id, one.name, f"{one.on_hand:g}") for one in left[:_MOST]])


def _show_done(plan: Plan, done: Sequence[Done], left: Sequence[Undecided], *, dry_run: bool) -> None:
    for one in done:
        if one.failure is not None:
            complain(msg("cli.odoo_setup_not_done", what=one.step.says))
            complain_of(one.failure)
    if len(done) < len(plan.steps) and not dry_run:
        complain(msg("cli.odoo_setup_broken_off", count=len(plan.steps) - len(done)))
    if dry_run:
        say(msg("cli.odoo_setup_dry"))
    elif not plan.is_empty:
        changed = sum(one.changed for one in done)
        say(msg("cli.odoo_setup_done", count=changed, choices=str(len(plan.choices))))
    for kind in dict.fromkeys(one.kind for one in left):
        for open_one in left:
            if open_one.kind is kind:
                say(open_one.costs)
        offered = plan.offers.get(kind, ())
        if offered:
            say(msg("cli.odoo_setup_candidates", candidates=_listed(offered)))


def _listed(offered: Sequence[Candidate]) -> str:
    shown = [f"{one.name} ({one.id or one.key})" for one in offered[:_MOST]]
    return ", ".join(shown) + (" …" if len(offered) > _MOST else "")


# ------------------------------------------------------------------------------ as a document


def _document(
    plan: Plan, done: Sequence[Done], left: Sequence[Undecided], *, was_done: bool
) -> dict[str, Any]:
    became = {(one.step.kind, one.step.key): one for one in done}
    return {
        "company": {"id": plan.survey.company, "name": plan.company},
        "user": plan.survey.operator,
        "done": was_done,
        "steps": [
            {
                "kind": step.kind,
                "key": step.key,
                "says": step.says,
                "allowed": step.may,
                **_became(became.get((step.kind, step.key))),
            }
            for step in plan.steps
        ],
        "choices": [
            {
                "kind": one.kind,
                "here": one.local,
                "id": None if one.meant is None else one.meant.id,
                "name": None if one.meant is None else one.meant.kept,
                "guessed": one.guessed,
            }
            for one in plan.choices
        ],
        "field_conflicts": [_failure(one) for one in plan.taken],
        "untracked": [
            {"id": one.id, "name": one.name, "tracking": one.tracking, "on_hand": f"{one.on_hand:g}"}
            for one in plan.survey.untracked
        ],
        "undecided": [{"kind": one.kind, "here": one.local, "costs": one.costs} for one in left],
        "candidates": {
            kind: [{"id": one.id, "name": one.name, "key": one.kept} for one in offered]
            for kind, offered in plan.offers.items()
        },
        "unread": plan.survey.unread,
    }


def _became(one: Done | None) -> dict[str, Any]:
    if one is None:
        return {"changed": False, "failure": None}
    return {"changed": one.changed, "failure": None if one.failure is None else _failure(one.failure)}


def _failure(one: Failure) -> dict[str, Any]:
    return {"code": one.code, "title": one.title, "happened": one.happened, "todo": one.todo}
