"""`bmdesk doctor`: each part and setting, ok or what to do. Exits 1 when anything is wrong; `--bundle FILE` exits 0."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli.context import Scope, scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say
from bmdesk.texts import Failure, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.health import Finding, Probe
    from bmdesk.system.machine import MachineSettings

app = new_app(help=t("cli.help_doctor"))


class NotWell(Failure):
    """The doctor found something wrong. Params: `count`."""

    code = "doctor.not_well"


@app.command(help=t("cli.help_doctor"))
def doctor(
    ctx: typer.Context,
    bundle: Annotated[Path | None, typer.Option("--bundle", help=t("cli.help_bundle"))] = None,
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.services import health

    here = scope(ctx)
    if bundle is not None:
        _bundle(here, bundle, json=json)
        return
    found = health.doctor(here.data, here.company, probes=_probes(here))
    wrong = sum(not finding.ok for finding in found)
    if json:
        as_json(
            {
                "ok": not wrong,
                "findings": [
                    {"part": f.part, "ok": f.ok, "title": f.title, "todo": f.todo, "code": f.title.code}
                    for f in found
                ],
            }
        )
    else:
        for finding in found:
            todo = f" {render(finding.todo)}" if finding.todo else ""
            mark = t("doctor.mark_ok") if finding.ok else t("doctor.mark_wrong")
            say(f"{mark}  {render(finding.title)}{todo}")
    if wrong:
        raise NotWell(count=wrong)


def _bundle(here: Scope, file: Path, *, json: bool) -> None:
    """A report for whoever helps; what is wrong stands in it, so writing it is a success."""
    from bmdesk.services.support_bundle import write_bundle

    made = write_bundle(here.data, file.absolute(), here.company, probes=_probes(here))
    if json:
        as_json({"file": made.file, "parts": made.parts, "complete": made.complete})
        return
    say(t("cli.bundle_written", file=str(made.file), count=len(made.parts)))
    if not made.complete:
        say(t("cli.bundle_without_store"))


def _probes(here: Scope) -> list[Probe]:
    return [lambda _machine: _display(here), _printer, _photo_folder, _scanner_port]


def _display(here: Scope) -> Finding:
    from bmdesk.services.health import Finding

    trouble = here.outside.display_trouble()
    if trouble is None:
        return Finding("display", ok=True, title=msg("doctor.display_ok"))
    # A server that only runs scripts has no screen, and nothing is wrong with it.
    headless = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return Finding("display", ok=headless, title=trouble.happened, todo=trouble.todo)


def _printer(machine: MachineSettings) -> Finding | None:
    from bmdesk.reports.zpl_printer import NAME, Address, BadAddress
    from bmdesk.services.health import Finding
    from bmdesk.system.machine import LABEL_NETWORK, LABEL_PRINTER

    name = machine.get(LABEL_PRINTER)
    if not name:
        return None
    if name == NAME:  # whether it answers, its queue says
        address = machine.get(LABEL_NETWORK)
        try:
            Address.parse(address)
        except BadAddress as bad:
            return Finding("label_printer", ok=False, title=bad.happened, todo=bad.todo)
        return Finding("label_printer", ok=True, title=msg("doctor.printer_ok", printer=address))
    try:
        from bmdesk.reports.printing import list_printers

        known = [printer.name for printer in list_printers()]
    except ImportError as error:
        return Finding(
            "label_printer", ok=False, title=msg("doctor.printing_broken", reason=str(error)[:200])
        )
    if name in known:
        return Finding("label_printer", ok=True, title=msg("doctor.printer_ok", printer=name))
    shown = ", ".join(known) or "-"
    todo = msg("doctor.printer_todo", known=shown)
    return Finding("label_printer", False, msg("doctor.printer_unknown", printer=name), todo)


def _photo_folder(machine: MachineSettings) -> Finding | None:
    from bmdesk.services.health import Finding
    from bmdesk.system.machine import PHOTO_FOLDER

    folder = machine.get(PHOTO_FOLDER)
    if not folder:
        return None
    if Path(folder).is_dir() and os.access(folder, os.R_OK):
        return Finding("photo_folder", ok=True, title=msg("doctor.photo_folder_ok", folder=folder))
    todo = msg("doctor.photo_folder_todo")
    return Finding("photo_folder", False, msg("doctor.photo_folder_gone", folder=folder), todo)


def _scanner_port(machine: MachineSettings) -> Finding | None:
    from bmdesk.services.health import Finding
    from bmdesk.system.machine import SCANNER_PORT

    port = machine.get(SCANNER_PORT)
    if not port:
        return None
    from serial.tools.list_ports import comports

    known = [found.device for found in comports()]
    if port in known or (port.startswith("/") and Path(port).exists()):
        return Finding("scanner_port", ok=True, title=msg("doctor.port_ok", port=port))
    todo = msg("doctor.port_todo", known=", ".join(known) or "-")
    return Finding("scanner_port", False, msg("doctor.port_gone", port=port), todo)
