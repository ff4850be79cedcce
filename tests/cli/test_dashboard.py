"""The figures of the dashboard for scripts and spreadsheets: one document, one table, and never a formula."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bmdesk.cli.dashboard import document
from bmdesk.cli.output import plain
from bmdesk.reports import dashboard_files
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.figures import dashboard
from bmdesk.services.selling import accounts
from bmdesk.store.queries import sync_log
from bmdesk.system.clock import FixedClock
from bmdesk.system.tabular import read_table
from bmdesk.texts import msg
from tests.cli.conftest import Bmdesk
from tests.listed import read_listing
from tests.sales import Sales


def test_a_script_asks_for_a_period_and_gets_a_document_or_a_file(bmdesk: Bmdesk, tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    answer = bmdesk("dashboard", "--period", "7d", "--json", "--csv", str(file))
    assert answer.code == 0
    assert answer.json["cards"]["orders"] == {"value": 0, "before": 0, "change": None, "line": [0] * 7}
    assert file.read_text("utf-8-sig").startswith("what,from,to,market,name,value")
    assert bmdesk("dashboard", "--from", "2026-02-03", "--to", "2026-02-01").code == 1
    assert "atlantis" in bmdesk("dashboard", "--market", "atlantis").err
    assert "7d" in bmdesk("dashboard", "--period", "fortnight").err


def test_document_and_table_say_the_same_and_a_market_is_no_formula(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    sold = Sales(desk)
    for days in (0, 1, 8, 9, 10):
        sold.order(clock.now() - timedelta(days=days), ("shipped", 2, 12_345), market="=cmd()")
    shown = dashboard.snapshot(desk, dashboard.chosen(desk, "7d"))
    said = json.loads(json.dumps(plain(document(shown))))
    file = tmp_path / "figures.csv"
    dashboard_files.write_sheet(shown, file)
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))

    assert said["cards"]["revenue"]["value"] == "246.90" and said["cards"]["products"]["value"] == 4
    assert said["cards"]["revenue"]["change"] == "-0.333"
    assert rows[0]["value"] == "246.90" and rows[0]["change"] == "-0.333"
    markets = {row["market"] for row in rows if row["what"] == "market"}
    assert markets == {"'=cmd()"}
    line = [row["value"] for row in rows if row["what"] == "line" and row["name"] == "orders"]
    assert line == [str(one) for one in said["cards"]["orders"]["line"]] and len(line) == 7


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_happened_lately_is_in_the_file_as_on_screen_and_runs_nothing(
    desk: Desk, clock: FixedClock, tmp_path: Path, kind: str
) -> None:
    account = accounts.add(desk).id
    listing = read_listing(desk, "SKU-1", markets={"fr-fr": 30_000})
    said = msg("bench_figures_page.against", change="=HYPERLINK(1)\n", before="x")
    for what, about in ((msg("sync.clock_skew", minutes=4), None), (said, listing)):
        desk.write(partial(sync_log.log, account_id=account, level="info", text=what, listing_id=about))
    settings.put(desk, "company.timezone", "Europe/Berlin")
    shown = dashboard.snapshot(desk, dashboard.chosen(desk, "7d"))
    file = tmp_path / f"figures.{kind}"
    dashboard_files.write_sheet(shown, file)
    feed = [row.cells for row in read_table(file) if row.cells["what"] == "feed"]
    assert [row["name"] for row in feed] == ["listing", "reading"]
    assert feed[1]["value"].endswith("4 minutes") and feed[0]["from"].endswith("+01:00")
    if kind == "csv":
        assert "'=HYPERLINK(1) · before x" in file.read_text("utf-8-sig")
    else:
        cells = [cell for row in load_workbook(file)["bmdesk"].iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
