"""Labels on the command line: every kind, to a file, in ZPL, to a printer that is off, and the templates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Bmdesk
from tests.desks import IMEIS
from tests.reports.zebra import code128_text, free_port, parse, zebra


def test_labels_for_a_printer_that_is_off_wait_in_the_queue_and_are_printed_on_retry(
    stocked: Bmdesk,
) -> None:
    port = free_port()
    off = stocked("labels", "print", IMEIS[0], "--printer", f"zpl:127.0.0.1:{port}")
    assert off.code == 0
    assert "1 label waits" in off.out
    (job,) = stocked("labels", "queue", "--json").json
    assert (job["name"], job["printer"], job["attempts"]) == (IMEIS[0], f"127.0.0.1:{port}", 1)
    with zebra(port) as printer:
        assert stocked("labels", "retry").code == 0
    assert [code128_text(one.said("BC")[0]) for one in printer.labels] == [IMEIS[0]]
    assert stocked("labels", "queue", "--json").json == []
    assert stocked("labels", "cancel", job["id"]).code == 1


@pytest.mark.slow
def test_every_kind_of_label_is_written_in_zpl(stocked: Bmdesk) -> None:
    for kind, name, text in (
        ("unit", IMEIS[0], IMEIS[0]),
        ("bin", "main/-", "BMD:BIN:MAIN/-"),
        ("badge", "owner", "BMD:OP:OWNER"),
        ("card", "bmd:done", "BMD:DONE"),
    ):
        said = stocked("labels", "print", name, "--kind", kind, "--zpl")
        assert said.code == 0, said.err
        (label,) = parse(said.out)
        assert code128_text(label.said("BC")[0]) == text
    for kind, name in (
        ("bin", "MAIN/NOWHERE"),
        ("badge", "NOBODY"),
        ("card", "BMD:NONSENSE"),
        ("order", "99999999"),
    ):
        assert stocked("labels", "print", name, "--kind", kind, "--zpl").code == 1


@pytest.mark.slow
def test_an_own_template_holds_until_it_is_reset(stocked: Bmdesk, tmp_path: Path) -> None:
    document = stocked("labels", "templates", "show", "badge").json
    document["size"] = "100x54"
    (tmp_path / "badge.json").write_text(json.dumps(document), "utf-8")
    assert stocked("labels", "templates", "save", "badge", str(tmp_path / "badge.json")).code == 0
    (own,) = (one for one in stocked("labels", "templates", "list", "--json").json if one["own"])
    assert own == {"kind": "badge", "size": "100x54", "own": True}
    (tmp_path / "badge.json").write_text("{", "utf-8")
    assert stocked("labels", "templates", "save", "badge", str(tmp_path / "badge.json")).code == 1
    (tmp_path / "badge.json").write_text(json.dumps({**document, "kind": "bin"}), "utf-8")
    assert stocked("labels", "templates", "save", "badge", str(tmp_path / "badge.json")).code == 1
    assert stocked("labels", "templates", "reset", "badge").code == 0
    assert not any(one["own"] for one in stocked("labels", "templates", "list", "--json").json)
