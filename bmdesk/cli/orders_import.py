"""`bmdesk [--account A] orders import`: orders by hand, by a range of dates, or one that was set aside."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.output import as_json, complain, say, table
from bmdesk.texts import Failure, msg, render, t

if TYPE_CHECKING:
    from bmdesk.cli.context import Scope
    from bmdesk.services.orders.history_import import History
    from bmdesk.services.session import Session
    from bmdesk.sync.importing import Imported
    from bmdesk.sync.opening import Tools

_OLDEST = datetime(2014, 1, 1, tzinfo=UTC)  # Back Market was founded then
_STOPPED = 130


class BadDate(Failure):
    """This is no date. Params: `given`."""

    code = "cli.bad_import_date"


def import_(
    ctx: typer.Context,
    since: Annotated[str, typer.Option(metavar="D", help=t("cli.help_orders_since"))] = "",
    until: Annotated[str, typer.Option(metavar="D", help=t("cli.help_orders_until"))] = "",
    state: Annotated[int | None, typer.Option(help=t("cli.help_orders_import_state"))] = None,
    again: Annotated[str, typer.Option(metavar="ID", help=t("cli.help_orders_again"))] = "",
    aside: Annotated[bool, typer.Option("--aside", help=t("cli.help_orders_aside"))] = False,
    pause: Annotated[bool, typer.Option("--pause", help=t("cli.help_orders_pause"))] = False,
    resume: Annotated[bool, typer.Option("--resume", help=t("cli.help_orders_resume"))] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help=t("cli.help_orders_cancel_import"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    ranged = bool(since or until or state is not None)
    if sum((ranged, bool(again), aside, pause, resume, cancel)) > 1:
        raise typer.BadParameter(t("cli.orders_import_choose_one"))
    with scope(ctx).session(reassess=False) as session:
        if aside:
            _list_aside(session, scope(ctx), json=json)
            return
        if pause or cancel:
            _stop(session, scope(ctx), operator, give_up=cancel)
            return
        done, stopped = _run(
            session, scope(ctx), (since, until, state) if ranged else None, again, resume, operator
        )
    if json:
        as_json(
            {
                "seen": done.seen,
                "new": done.new,
                "updated": done.updated,
                "quarantined": done.quarantined,
                "pages": done.pages,
                "complete": done.complete,
                "problem": done.problem,
            }
        )
    else:
        counted = {"seen": done.seen, "new": done.new, "updated": done.updated}
        say(msg("cli.orders_imported", **counted, quarantined=done.quarantined, pages=done.pages))
        if done.problem is not None:
            complain(done.problem)
    if stopped:
        complain(msg("cli.orders_import_stopped"))
        raise typer.Exit(_STOPPED)


def add_to(group: typer.Typer) -> None:
    """Put the command into its group."""
    group.command("import", help=t("cli.help_orders_import"))(import_)


def _run(
    session: Session,
    where: Scope,
    ranged: tuple[str, str, int | None] | None,
    again: str,
    resume: bool,
    operator: str,
) -> tuple[Imported, bool]:
    """What came in, and whether somebody stopped it."""
    from bmdesk.cli.people import actor
    from bmdesk.cli.sync import asked_to_stop, tools_of
    from bmdesk.services.orders import history_import
    from bmdesk.sync import importing

    desk, account = session.desk, where.account
    with asked_to_stop() as stop:
        tools: Tools = tools_of(session, stop.wait, None)

        def goes_on() -> bool:
            return not stop.is_set()

        if again:
            return importing.again(desk, tools, account, again), False
        if ranged is not None:
            begin, end = _moments(session, *ranged[:2])
            who = actor(desk, operator)
            done = importing.between(desk, tools, who, account, begin, end, ranged[2], goes_on, _teller())
        elif resume:
            one = _under_way(session, account)
            if one.state == "paused":
                history_import.resume(desk, actor(desk, operator), one.id)
            done = importing.follow(desk, tools, account, one.id, goes_on, _teller())
        else:
            done = importing.now(desk, tools, account, goes_on)
        return done, stop.is_set()


def _list_aside(session: Session, where: Scope, *, json: bool) -> None:
    from bmdesk.services.selling import accounts
    from bmdesk.store.kept import text_of
    from bmdesk.store.queries import orders

    account = accounts.the_account(session.desk, where.account).id
    found = session.desk.read(lambda c: orders.quarantined(c, [account]))
    rows = [(one["remote_id"], text_of(one["reason"]), one["at"]) for one in found if one["kind"] == "order"]
    if json:
        as_json([{"order_id": _number(given), "reason": reason, "at": at} for given, reason, at in rows])
        return
    table((t("cli.column_id"), t("cli.column_reason"), t("cli.column_created")), rows)


def _number(given: str) -> int | str:
    """Back Market's number as everywhere else; what came without one has another key."""
    return int(given) if given.isdecimal() else given


def _stop(session: Session, where: Scope, operator: str, *, give_up: bool) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.orders import history_import

    one = _under_way(session, where.account)
    who = actor(session.desk, operator)
    if give_up:
        history_import.cancel(session.desk, who, one.id)
        say(msg("cli.orders_import_cancelled", seen=one.seen))
    else:
        history_import.pause(session.desk, who, one.id)
        say(msg("cli.orders_import_paused", seen=one.seen))


def _under_way(session: Session, account: str) -> History:
    from bmdesk.services.orders import history_import
    from bmdesk.services.selling import accounts

    found = history_import.of_account(session.desk, accounts.the_account(session.desk, account).id)
    for one in found:
        if one.state in ("running", "paused"):
            return one
    raise history_import.NotUnderWay


def _moments(session: Session, since: str, until: str) -> tuple[datetime, datetime]:
    """The range; a day given as its end is part of it."""
    from bmdesk.sync.importing import local

    now = session.desk.clock.now()
    begin = local(session.desk, _read(since)) if since else _OLDEST
    end = _read(until) if until else now
    if until and len(until.strip()) == len("2026-01-31"):
        end += timedelta(days=1)
    return begin, local(session.desk, end) if until else now


def _read(given: str) -> datetime:
    try:
        return datetime.fromisoformat(given.strip())
    except ValueError:
        raise BadDate(given=given[:40]) from None


def _teller() -> Callable[[History], None]:
    """On a terminal, how far it is; nowhere else."""
    if not sys.stderr.isatty():
        return lambda _history: None

    def told(one: History) -> None:
        far = msg("cli.orders_import_far", seen=one.seen, count=one.count, percent=one.percent or 0)
        print(f"\r{render(far)}", end="", file=sys.stderr, flush=True)

    return told
