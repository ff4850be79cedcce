"""`bmdesk sync`: once, for ever, or only what would be written; and the word that this machine is the one."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, complain, complain_of, say, table
from bmdesk.texts import Failure, msg, render, t

if TYPE_CHECKING:
    from bmdesk.connectors.http import Exchange
    from bmdesk.services.session import Session
    from bmdesk.sync.engine import Report
    from bmdesk.sync.manner import KindCount
    from bmdesk.sync.opening import Syncing, Tools

app = new_app(help=t("cli.help_sync"))

_WIDTH = 4
_PASSES = 5
_PATIENCE_S = 120.0
_STOPPED = 130
_LOOK_S, _LOOK_AGAIN_S = 60.0, 3600.0


class NothingToSync(Failure):
    """The company has no account that is switched on. No params."""

    code = "cli.no_account"


class AllPaused(Failure):
    """Every account waits for a person. Params: `reasons` (Texts)."""

    code = "cli.all_paused"


@app.command(help=t("cli.help_sync"))
def sync(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help=t("cli.help_sync_once"))] = False,
    watch: Annotated[bool, typer.Option("--watch", help=t("cli.help_sync_watch"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("cli.help_sync_dry_run"))] = False,
    confirm_machine: Annotated[
        bool, typer.Option("--confirm-machine", help=t("cli.help_sync_confirm_machine"))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    if sum((once, watch, dry_run, confirm_machine)) != 1:
        raise typer.BadParameter(t("cli.sync_choose_one"))
    if json and (watch or confirm_machine):
        raise typer.BadParameter(t("cli.sync_no_document"))
    with scope(ctx).session(reassess=False) as session:
        if confirm_machine:
            _confirm(session)
        elif dry_run:
            _dry_run(session, json=json)
        elif watch:
            _watch(session)
        else:
            _once(session, json=json)


# ---------------------------------------------------------------- once


def _once(session: Session, *, json: bool) -> None:
    from bmdesk.sync.opening import Syncing

    with asked_to_stop() as stop, _progress() as observe:
        tools = tools_of(session, stop.wait, observe)
        _check_accounts(session, tools, paused=True)
        with Syncing.begin(session.desk, tools) as syncing:
            # What stopped an account may only be known since a moment: a copied store was paused just now.
            _check_accounts(session, tools, paused=True)
            total = _passes(syncing, stop)
    _answer(total, json=json)
    if stop.is_set():
        complain(msg("cli.sync_stopped"))
        raise typer.Exit(_STOPPED)


def _passes(syncing: Syncing, stop: threading.Event) -> Report:
    """Runs until nothing is due. One does it, but for units that change hands between accounts."""
    from dataclasses import replace

    from bmdesk.sync.manner import Manner

    manner = Manner(everything=True, width=_WIDTH, keep_going=lambda: not stop.is_set())
    begun = time.monotonic()
    report = syncing.run(manner)
    total = report
    for _ in range(_PASSES - 1):
        if stop.is_set() or not report.done or not syncing.has_more():
            break
        report = syncing.run(manner)
        total = replace(
            report,
            pulled=total.pulled + report.pulled,
            done=total.done + report.done,
            failed=total.failed + report.failed,
            problems=total.problems + report.problems,
            kinds=_together(total.kinds, report.kinds),
        )
    return replace(total, elapsed_s=time.monotonic() - begun)


def _together(earlier: Sequence[KindCount], now: Sequence[KindCount]) -> tuple[KindCount, ...]:
    """What both runs did, and what is left after the last."""
    found = {(one.account, one.kind): one.left(0, 0, 0) for one in earlier}
    for one in now:
        known = found.get((one.account, one.kind))
        found[one.account, one.kind] = one if known is None else one.after(known)
    return tuple(found[key] for key in sorted(found))


def _answer(report: Report, *, json: bool) -> None:
    problems = _distinct(report.problems)
    if json:
        as_json(
            {
                "pulled": report.pulled,
                "done": report.done,
                "failed": report.failed,
                "uncertain": report.uncertain,
                "parked": report.parked,
                "pending": report.pending,
                "elapsed_s": round(report.elapsed_s, 3),
                "problems": [_problem(one) for one in problems],
                "kinds": [asdict(one) for one in report.kinds],
            }
        )
        return
    _say_report(report)


def _say_report(report: Report) -> None:
    say(
        msg(
            "cli.sync_done",
            pulled=report.pulled,
            done=report.done,
            failed=report.failed,
            seconds=round(report.elapsed_s, 1),
        )
    )
    if report.pending or report.uncertain or report.parked:
        say(msg("cli.sync_left", pending=report.pending, uncertain=report.uncertain, parked=report.parked))
    for one in _distinct(report.problems):
        complain_of(one)


def _distinct(problems: Sequence[Failure]) -> list[Failure]:
    """The same trouble at ten listings is said once."""
    return list({(one.title, one.happened, one.todo): one for one in problems}.values())


def _problem(failure: Failure) -> dict[str, Any]:
    return {"title": failure.title, "happened": failure.happened, "todo": failure.todo}


# ---------------------------------------------------------------- for ever


def _watch(session: Session) -> None:
    from bmdesk.sync.opening import SyncedElsewhere
    from bmdesk.sync.worker import Worker

    with asked_to_stop() as stop:

        def rest(seconds: float) -> None:
            worker.rest(seconds)

        tools = tools_of(session, rest, None)
        _check_accounts(session, tools, paused=False, companies=True)
        ended_by: list[BaseException] = []

        def failed(failure: Failure) -> None:
            if isinstance(failure, SyncedElsewhere):
                ended_by.append(failure)
                stop.set()
            else:
                complain_of(failure)

        def crashed(bug: BaseException) -> None:
            ended_by.append(bug)
            stop.set()

        def told(report: Report) -> None:
            if report.pulled or report.done or report.failed or report.problems:
                _say_report(report)
                sys.stdout.flush()

        worker = Worker(session.desk, tools, told, failed, crashed, width=_WIDTH)
        say(msg("cli.sync_watches"))
        sys.stdout.flush()
        worker.start()
        try:
            # In pieces, because Windows delivers Ctrl+C only between two waits.
            look_at = time.monotonic() + _LOOK_S
            while not stop.wait(0.5):
                if time.monotonic() >= look_at:
                    look_at = time.monotonic() + _look_after(session, stop)
        finally:
            worker.stop(_PATIENCE_S)
        if ended_by:
            raise ended_by[0]


def _look_after(session: Session, stop: threading.Event) -> float:
    """Make the backup that is due, erase whom nobody needs to know any more; in how many seconds to look again."""
    from bmdesk.services.caretaking import look_after

    done = look_after(session.desk, session.data, session.machine, lambda: not stop.is_set())
    for failure in done.failures:
        complain_of(failure)
    if done.backup is not None:
        say(msg("cli.backed_up", file=str(done.backup.file), photos=done.backup.photos))
        sys.stdout.flush()
    return _LOOK_AGAIN_S if done.failures else _LOOK_S


# ---------------------------------------------------------------- what would be written


def _dry_run(session: Session, *, json: bool) -> None:
    from bmdesk.domain.effects import kind_text
    from bmdesk.sync.dry_run import dry_run
    from bmdesk.sync.opening import opener

    with asked_to_stop() as stop, _progress() as observe:
        tools = tools_of(session, stop.wait, observe)
        _check_accounts(session, tools, paused=False)
        found = dry_run(session.desk, opener(session.desk, tools), lambda: not stop.is_set())
    if json:
        writes = [
            {
                "kind": one.kind.value,
                "sku": one.sku,
                "market": one.market,
                "old": one.old,
                "new": one.new,
                "problem": one.problem,
            }
            for one in found.writes
        ]
        as_json({"writes": writes, "problems": [_problem(one) for one in _distinct(found.problems)]})
    else:
        heads = (
            t("cli.column_kind"),
            t("cli.column_sku"),
            t("cli.column_market"),
            t("cli.column_old"),
            t("cli.column_new"),
            t("cli.column_reason"),
        )
        if found.writes:
            rows = [
                (kind_text(one.kind), one.sku, one.market, one.old, one.new, one.problem)
                for one in found.writes
            ]
            table(heads, rows)
        kept = sum(one.problem is not None for one in found.writes)
        say(msg("cli.sync_would_write", count=len(found.writes) - kept, kept=kept))
        for problem in _distinct(found.problems):
            complain_of(problem)
    if stop.is_set():
        complain(msg("cli.sync_stopped"))
        raise typer.Exit(_STOPPED)


def _confirm(session: Session) -> None:
    from bmdesk.services import companies
    from bmdesk.services.selling import accounts
    from bmdesk.sync import opening

    waiting = [
        view.row.name
        for desk in companies.desks(session.desk)
        for view in accounts.listed(desk)
        if view.row.pause_reason == accounts.OTHER_MACHINE
    ]
    opening.confirm_machine(session.desk)
    if waiting:
        say(msg("cli.machine_confirmed", accounts=", ".join(waiting)))
    else:
        say(msg("cli.machine_was_fine"))


# ---------------------------------------------------------------- ground


def tools_of(
    session: Session, rest: Callable[[float], object], observe: Callable[[Exchange], None] | None
) -> Tools:
    from bmdesk.connectors.backmarket.connector import Manners
    from bmdesk.sync.opening import Tools
    from bmdesk.system.secrets import Secrets

    def waits(seconds: float) -> None:
        rest(seconds)

    return Tools(Secrets(session.data.root), Manners(width=_WIDTH, observe=observe), waits)


def _check_accounts(session: Session, tools: Tools, *, paused: bool, companies: bool = False) -> None:
    """That there is an account which could be read. Raises NothingToSync, AllPaused, or why none can be opened.

    `paused`: it also counts whether one of them may go on now. `companies`: those of all companies count.
    """
    from bmdesk.services.companies import desks
    from bmdesk.services.selling import accounts
    from bmdesk.sync import opening

    rows = []
    for desk in desks(session.desk) if companies else [session.desk]:
        accounts.ensure(desk)
        rows += [(desk, view.row) for view in accounts.listed(desk) if view.row.active]
    if not rows:
        raise NothingToSync
    if paused:
        reasons = (row.pause_reason for _, row in rows if row.pause_reason)
        waiting = tuple(dict.fromkeys(accounts.pause_words(reason) for reason in reasons))
        rows = [(desk, row) for desk, row in rows if not row.pause_reason]
        if not rows:
            raise AllPaused(reasons=waiting)
    troubles: list[Failure] = []
    for desk, row in rows:
        try:
            opening.endpoint_of(desk, row, tools.secrets)
        except Failure as failure:
            troubles.append(failure)
    if len(troubles) == len(rows):
        raise troubles[0]


@contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl+C set: the call under way is finished. A second Ctrl+C ends at once."""
    asked = threading.Event()

    def ask(signal_number: int, _frame: object) -> None:
        if asked.is_set() and signal_number == signal.SIGINT:
            raise KeyboardInterrupt
        asked.set()

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, ask) for number in numbers]
    try:
        yield asked
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _progress() -> Iterator[Callable[[Exchange], None] | None]:
    """On a terminal, a line that counts calls while they are made; nowhere else."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    calls = 0
    with Console(stderr=True, highlight=False, markup=False).status(t("cli.sync_runs", calls=0)) as line:

        def observe(_exchange: Exchange) -> None:
            nonlocal calls
            calls += 1
            line.update(render(msg("cli.sync_runs", calls=calls)))

        yield observe
