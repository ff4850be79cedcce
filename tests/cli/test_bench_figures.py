"""The bench's figures for scripts and spreadsheets: one document, one table."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from bmdesk.cli.bench_figures import document
from bmdesk.cli.output import plain
from bmdesk.reports import bench_files
from bmdesk.services import settings
from bmdesk.services.figures import bench, dashboard
from bmdesk.system.clock import FixedClock
from tests.cli.conftest import Bmdesk
from tests.desks import IMEIS, Bench


def test_a_script_asks_how_the_bench_worked(bmdesk: Bmdesk, tmp_path: Path) -> None:
    file = tmp_path / "bench.csv"
    answer = bmdesk("bench-figures", "--period", "7d", "--json", "--csv", str(file))
    assert answer.code == 0
    assert answer.json["cards"]["units"] == {"value": 0, "before": 0, "change": None}
    assert answer.json["in_house"] == 0 and len(answer.json["ages"]) == 5
    assert file.read_text("utf-8-sig").startswith("what,from,to,operator,name,value")
    assert bmdesk("bench-figures").code == 0
    assert bmdesk("bench-figures", "--operator", "owner", "--json").json["operator"] == "OWNER"
    assert "NOBODY" in bmdesk("bench-figures", "--operator", "NOBODY").err
    assert "7d" in bmdesk("bench-figures", "--period", "fortnight").err


def test_document_and_table_say_the_same(at_bench: Bench, clock: FixedClock) -> None:
    settings.put(at_bench.desk, "company.timezone", "Pacific/Auckland")
    clock.set(datetime(2026, 1, 15, 20, tzinfo=UTC))  # there it is the next day
    at_bench.ready_unit(IMEIS[0])
    shown = bench.snapshot(at_bench.desk, dashboard.chosen(at_bench.desk, "today"))
    said = json.loads(json.dumps(plain(document(shown))))
    table = {(row[0], row[3] or row[4]): row[5] for row in bench_files.rows(shown)}
    assert said["operators"][0] == {
        "code": "OWNER", "name": "Owner", "units": 1, "hours": 1, "units_an_hour": 1.0, "time_a_unit": 10, "held": 0,
    }  # fmt: skip
    assert table["operator_time", "OWNER"] == 10 == said["cards"]["time_a_unit"]["value"]
    assert table["age", "0-6 days"] == said["ages"][0]["units"] == 1
    assert {row[1] for row in bench_files.rows(shown)} == {"2026-01-16"}
    assert table["grade", "EXCELLENT"] == said["grades"]["EXCELLENT"] == 1
