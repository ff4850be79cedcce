"""Units graded elsewhere: taken over as they are, never over what was seen here."""

from __future__ import annotations

from pathlib import Path

from bmdesk.domain import history
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import receiving, units_import
from bmdesk.services.goods.receiving import BatchForm
from bmdesk.services.goods.units_import import UnitsReport
from bmdesk.store.queries import inspections, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, PHONE, Bench

OWNER = Actor("OWNER", "owner", "office")
HEADING = "identifier,model,grade,battery,cost,bin"
GOOD = f"{IMEIS[0]},{PHONE},GOOD,88 %,210.50,A-07"


def bring(desk: Desk, tmp_path: Path, *lines: str, name: str = "old-stock.csv") -> UnitsReport:
    path = tmp_path / name
    path.write_text("\n".join((HEADING, *lines)), "utf-8")
    return units_import.import_units(desk, OWNER, path)


def unit(desk: Desk, identifier: str = IMEIS[0]) -> UnitRow:
    unit_id = desk.read(lambda c: units.by_identifier(c, desk.company, identifier))
    assert unit_id is not None
    return desk.read(lambda c: units.unit(c, unit_id))


def told(desk: Desk, row: UnitRow) -> list[str]:
    return [history.what(line["canonical"]).code for line in desk.read(lambda c: units.history(c, row.id))]


def test_a_unit_graded_elsewhere_is_ready_and_says_so(desk: Desk, tmp_path: Path) -> None:
    report = bring(desk, tmp_path, GOOD)
    assert (report.added, report.ready, report.held, len(report.errors)) == (1, 1, 0, 0)
    row = unit(desk)
    assert (row.state, row.grade, row.sku, row.battery_percent, row.location) == (
        "ready", "GOOD", f"{PHONE}-GOOD", 88, "MAIN/A-07",
    )  # fmt: skip
    stay = desk.read(lambda c: units.stay(c, row.id, 1))
    assert stay is not None
    assert (stay["cost_minor"], stay["earlier_evidence"]) == (21050, "old-stock.csv, 2026-01-15")
    reading = desk.read(lambda c: inspections.battery(c, stay["id"]))
    assert reading is not None and reading.method == "earlier evidence"
    warned = desk.read(lambda c: units.blockers(c, row.id))
    assert [b["code"] for b in warned if b["level"] == "warning"] == ["earlier_evidence"]


def test_what_is_bad_elsewhere_is_bad_here(desk: Desk, tmp_path: Path) -> None:
    report = bring(desk, tmp_path, f"{IMEIS[0]},{PHONE},GOOD,71,,", f"{IMEIS[1]},{PHONE},,90,,")
    assert (report.ready, report.held) == (0, 2)
    assert "battery_low" in [b["code"] for b in desk.read(lambda c: units.blockers(c, unit(desk).id))]


def test_the_same_file_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    bring(desk, tmp_path, GOOD)
    before = unit(desk)
    again = bring(desk, tmp_path, GOOD, name="copy.csv")
    assert (again.added, again.changed, again.unchanged, again.changes) == (0, 0, 1, frozenset())
    assert unit(desk) == before


def test_a_changed_value_is_taken_over_with_a_line_in_the_history(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    bring(desk, tmp_path, GOOD)
    clock.advance(days=1)
    report = bring(desk, tmp_path, f"{IMEIS[0]},,FAIR,79,,B-01")
    assert (report.changed, report.held) == (1, 1)
    row = unit(desk)
    assert (row.grade, row.sku, row.battery_percent, row.location) == (
        "FAIR",
        f"{PHONE}-FAIR",
        79,
        "MAIN/B-01",
    )
    assert told(desk, row) == ["history.first_seen", "history.imported", "history.import_changed"]


def test_what_was_inspected_here_is_not_overwritten(at_bench: Bench, tmp_path: Path) -> None:
    at_bench.ready_unit()
    report = bring(at_bench.desk, tmp_path, f"{IMEIS[0]},,FAIR,50,,")
    assert [e.reason.code for e in report.errors] == ["units_import.inspected_here"]
    assert unit(at_bench.desk).battery_percent == 92


def test_a_unit_taken_up_at_the_bench_stands_on_its_own_inspection(at_bench: Bench, tmp_path: Path) -> None:
    bring(at_bench.desk, tmp_path, GOOD)
    at_bench.good(IMEIS[0], "BMD:TEST:BOOT:PASS")
    assert [e.reason.code for e in bring(at_bench.desk, tmp_path, GOOD).errors] == ["units_import.not_now"]
    at_bench.good("BMD:DONE")
    assert [e.reason.code for e in bring(at_bench.desk, tmp_path, GOOD).errors] == [
        "units_import.inspected_here"
    ]


def test_an_expected_unit_may_come_by_file(desk: Desk, tmp_path: Path) -> None:
    receiving.open_batch(desk, BatchForm("B1", "purchase"))
    path = tmp_path / "list.csv"
    path.write_text(f"identifier\n{IMEIS[0]}\n", "utf-8")
    receiving.import_expected(desk, "B1", path)
    assert bring(desk, tmp_path, GOOD).added == 1
    assert unit(desk).state == "ready"


def test_every_bad_line_is_named_and_the_good_ones_go_in(desk: Desk, tmp_path: Path) -> None:
    report = bring(
        desk,
        tmp_path,
        GOOD,
        "356938035643808,,,,,",
        f"{IMEIS[1]},NO-SUCH,,,,",
        f"{IMEIS[1]},,SUPERB,,,",
        f"{IMEIS[1]},,,101,,",
        f"{IMEIS[1]},,,,abc,",
        f"{IMEIS[1]},,,,,A 1",
        f"{IMEIS[0]},,,,,",
        ",,,,,X",
    )
    assert report.added == 1
    assert [(e.line, e.column) for e in report.errors] == [
        (3, "identifier"), (4, "model"), (5, "grade"), (6, "battery"), (7, "cost"), (8, "bin"),
        (9, "identifier"), (10, "identifier"),
    ]  # fmt: skip


def test_the_preview_says_what_would_change_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    bring(desk, tmp_path, GOOD)
    path = tmp_path / "next.csv"
    path.write_text(f"{HEADING}\n{IMEIS[0]},,FAIR,,,\n{IMEIS[1]},{PHONE},GOOD,90,,\n", "utf-8")
    plan = units_import.preview(desk, units_import.read_units(path))
    assert (plan.to_add, plan.to_change) == (1, 1)
    assert plan.planned[0].changes == (("grade", "GOOD", "FAIR"),)
    assert unit(desk).grade == "GOOD"
