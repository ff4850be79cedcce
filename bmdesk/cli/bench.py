"""`bmdesk bench`: the bench without a window. One scan a line, one JSON line a scan, each on disk before it is said."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import json_line
from bmdesk.texts import Failure, Text, msg, t

app = new_app(help=t("cli.help_bench"))

_LONGEST_LINE = 65_536
_PHOTO = "BMD:PHOTO:"


class ScriptUnreadable(Failure):
    """The script cannot be read. Params: `file`, `reason` (a Text)."""

    code = "cli.script_unreadable"


@app.command(help=t("cli.help_bench"))
def bench(
    ctx: typer.Context,
    script: Annotated[str, typer.Option(help=t("cli.help_bench_script"))],
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    seat: Annotated[str | None, typer.Option(help=t("cli.help_bench_seat"))] = None,
    resume: Annotated[bool, typer.Option("--resume", help=t("cli.help_bench_resume"))] = False,
) -> None:
    source = open_script(script)
    folder = Path.cwd() if script == "-" else Path(script).absolute().parent
    with source, scope(ctx).session() as session:
        from bmdesk.services import company
        from bmdesk.services.grading import bench as service
        from bmdesk.services.grading.script_seats import script_seat

        person = company.operator(session.desk, operator)
        with script_seat(session.data, session.desk.station, seat) as name:
            here = service.Seat(name, script=True, fallback=person.code)
            if not resume:
                service.fresh_seat(session.desk, here)
            for line, refusal in lines_of(source):
                if refusal is not None:
                    _answer(line, "unreadable", ok=False, message=refusal, unit=None, todo=None)
                    continue
                result = service.scan(session.desk, here, _rooted(line, folder))
                _answer(line, result.kind.value, result.ok, result.message, result.unit, result.todo)


def open_script(script: str) -> IO[bytes]:
    if script == "-":
        return sys.stdin.buffer
    from bmdesk.system.durable import why

    try:
        return Path(script).open("rb")
    except OSError as error:
        raise ScriptUnreadable(file=script[:200], reason=why(error)) from None


def lines_of(source: IO[bytes]) -> Iterator[tuple[str, Text | None]]:
    """Each line that is not blank, with the reason why it cannot even be looked at, if there is one."""
    first = True
    while raw := source.readline(_LONGEST_LINE):
        cut = not raw.endswith(b"\n") and len(raw) == _LONGEST_LINE
        while cut and (more := source.readline(_LONGEST_LINE)) and not more.endswith(b"\n"):
            pass
        if first:
            raw, first = raw.removeprefix(b"\xef\xbb\xbf"), False
        try:
            line = raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            yield raw.decode("utf-8", "replace").rstrip("\r\n")[:520], msg("cli.not_utf8")
            continue
        if line.strip():
            yield (line[:520], msg("cli.line_too_long", limit=_LONGEST_LINE)) if cut else (line, None)


def _rooted(line: str, folder: Path) -> str:
    """A photo's path is the script's: a relative one begins where the script lies."""
    text = line.strip()
    if not text.upper().startswith(_PHOTO):
        return line
    return _PHOTO + str(folder / text[len(_PHOTO) :].strip())


def _answer(line: str, kind: str, ok: bool, message: Text, unit: str | None, todo: Text | None) -> None:
    answer = {
        "scan": line,
        "kind": kind,
        "ok": ok,
        "message": message,
        "unit": unit,
        "code": message.code,
        "todo": todo,
    }
    print(json_line(answer), flush=True)
