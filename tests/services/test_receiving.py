"""Receiving as stories: batches born at the bench, lists that come twice, devices under two numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bmdesk.services.desk import Desk
from bmdesk.services.goods import receiving
from bmdesk.services.goods.receiving import BadBatch, BatchForm, Preset, UnknownBatch
from bmdesk.services.grading.refusals import BatchClosed
from bmdesk.store.queries import units
from bmdesk.store.transaction import Row
from bmdesk.system.tabular import ColumnsMissing, write_table
from tests.desks import IMEIS, PHONE, Bench

LOT = BatchForm("LOT-7", "lease", "Fleet GmbH", "180.50", "EUR", "regular", "MAIN", "A-01")
SERIAL = "F2LXK3ABCD12"


def csv(tmp_path: Path, *lines: str, heading: str = "identifier,model_code,grade,cost,currency") -> Path:
    path = tmp_path / "list.csv"
    path.write_text("\n".join((heading, *lines)), "utf-8")
    return path


def stay(desk: Desk, unit_id: str) -> Row:
    found = desk.read(lambda c: units.stay(c, unit_id, units.unit(c, unit_id).stay_number))
    assert found is not None
    return found


def told(desk: Desk, unit_id: str) -> list[str]:
    from bmdesk.domain import history

    return [history.what(line["canonical"]).code for line in desk.read(lambda c: units.history(c, unit_id))]


def test_every_unit_of_a_batch_knows_how_it_was_bought(at_bench: Bench) -> None:
    receiving.open_batch(
        at_bench.desk, replace(LOT, preset=Preset(PHONE, (("BOX", True),), "BLANCCO", "", "12"))
    )
    unit = at_bench.good("BMD:BATCH:LOT-7", IMEIS[0]).unit or ""
    came = stay(at_bench.desk, unit)
    assert (came["source"], came["supplier"], came["vat_scheme"]) == ("lease", "Fleet GmbH", "regular")
    assert (came["cost_minor"], came["cost_currency"], came["labour_minutes"]) == (18050, "EUR", 12)
    row = at_bench.desk.read(lambda c: units.unit(c, unit))
    assert (row.model_code, row.location) == (PHONE, "MAIN/A-01")


def test_what_is_said_late_fills_the_units_that_came_before_and_overwrites_nothing(at_bench: Bench) -> None:
    desk = at_bench.desk
    at_bench.good("BMD:BATCH:B1", f"BMD:MODEL:{PHONE}")
    early = at_bench.good(IMEIS[0], "BMD:TEST:BOOT:PASS", "BMD:DONE").unit or ""
    batch = receiving.batch(desk, "b1")
    assert batch.incomplete
    saved = receiving.change_batch(desk, batch.id, replace(LOT, code="B1"))
    assert saved.filled == 1
    assert (stay(desk, early)["source"], stay(desk, early)["cost_minor"]) == ("lease", 18050)
    assert told(desk, early)[-1] == "history.batch_said"
    again = receiving.change_batch(desk, batch.id, replace(LOT, code="B1", source="purchase", unit_cost="99"))
    assert again.filled == 0
    assert (stay(desk, early)["source"], stay(desk, early)["cost_minor"]) == ("lease", 18050)


def test_a_closed_batch_takes_no_more_units_until_it_is_opened_again(at_bench: Bench) -> None:
    batch = receiving.open_batch(at_bench.desk, LOT)
    receiving.close_batch(at_bench.desk, batch.id)
    assert at_bench.scan("BMD:BATCH:LOT-7").code == "refused.batch_closed.happened"
    receiving.reopen_batch(at_bench.desk, batch.id)
    at_bench.good("BMD:BATCH:LOT-7")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (replace(LOT, code=" "), "code"),
        (replace(LOT, source="found"), "source"),
        (replace(LOT, source=""), "source"),
        (replace(LOT, vat_scheme="none"), "vat_scheme"),
        (replace(LOT, unit_cost="-1"), "unit_cost"),
        (replace(LOT, currency="EURO"), "currency"),
        (replace(LOT, bin="A 01"), "bin"),
        (replace(LOT, preset=Preset("NO-SUCH")), "model_code"),
        (replace(LOT, preset=Preset(labour_minutes="ten")), "labour_minutes"),
    ],
)
def test_a_batch_that_does_not_hold_names_its_field(desk: Desk, form: BatchForm, field: str) -> None:
    with pytest.raises(BadBatch) as refused:
        receiving.open_batch(desk, form)
    assert refused.value.field == field
    assert not receiving.list_batches(desk)


def test_a_batch_code_is_taken_whatever_its_capitals(desk: Desk) -> None:
    receiving.open_batch(desk, LOT)
    with pytest.raises(BadBatch):
        receiving.open_batch(desk, replace(LOT, code="lot-7"))


def test_a_batch_saved_unchanged_is_the_same_batch(desk: Desk) -> None:
    receiving.open_batch(desk, replace(LOT, preset=Preset(PHONE, (("BOX", True),), "BLANCCO", "SEEN", "5")))
    batch = receiving.batch(desk, "LOT-7")
    receiving.change_batch(desk, batch.id, receiving.form_of(batch))
    assert receiving.batch(desk, "LOT-7") == batch


def test_the_list_is_held_against_the_scans(at_bench: Bench, tmp_path: Path) -> None:
    desk = at_bench.desk
    at_home = at_bench.ready_unit(IMEIS[3])
    batch = receiving.open_batch(desk, LOT)
    path = csv(
        tmp_path,
        f"{IMEIS[0]},{PHONE},GOOD,150.00,EUR",
        f"{IMEIS[1]},,,,",
        f"{IMEIS[1]},,,,",
        f"{IMEIS[3]},,,,",
        "356938035643808,,,,",
    )
    report = receiving.import_expected(desk, "LOT-7", path)
    assert (report.added, report.duplicates, [e.line for e in report.errors]) == (4, 2, [6])
    at_bench.good("BMD:BATCH:LOT-7")
    found = at_bench.good(IMEIS[0], "BMD:TEST:BOOT:PASS", "BMD:DONE").unit or ""
    stranger = at_bench.good(IMEIS[2]).unit
    state = receiving.batch_state(desk, batch.id)
    assert [line.unit_id for line in state.found] == [found]
    assert [line.identifier for line in state.missing] == [IMEIS[1]]
    assert [u.unit_id for u in state.unexpected] == [stranger]
    assert [(line.line, line.why.code if line.why else "") for line in state.duplicate] == [
        (4, "receiving.listed_twice"),
        (5, "receiving.in_house"),
    ]
    assert state.duplicate[1].unit_id == at_home
    assert stay(desk, found)["cost_minor"] == 15000  # the line's cost, not the batch's
    listed = receiving.list_batches(desk)[0]
    assert (listed.arrived, listed.expected) == (2, 4)
    assert (listed.found, listed.unexpected) == (1, 1)
    assert receiving.batch(desk, "LOT-7") == listed


def test_the_same_list_again_changes_nothing_and_a_corrected_one_changes_its_line(
    desk: Desk, tmp_path: Path
) -> None:
    receiving.open_batch(desk, LOT)
    path = csv(tmp_path, f"{IMEIS[0]},{PHONE},GOOD,150,EUR", f"{IMEIS[1]},,,,", f"{IMEIS[1]},,,,")
    assert receiving.import_expected(desk, "LOT-7", path).added == 3
    again = receiving.import_expected(desk, "lot-7", path)
    assert (again.added, again.changed, again.unchanged, again.changes) == (0, 0, 3, frozenset())
    corrected = csv(tmp_path, f"{IMEIS[0]},{PHONE},FAIR,140,EUR")
    assert receiving.import_expected(desk, "LOT-7", corrected).changed == 1


def test_an_expected_device_is_found_before_it_comes(desk: Desk, tmp_path: Path) -> None:
    receiving.open_batch(desk, LOT)
    receiving.import_expected(desk, "LOT-7", csv(tmp_path, f"{IMEIS[0]},{PHONE},,,"))
    unit_id = desk.read(lambda c: units.by_identifier(c, desk.company, IMEIS[0])) or ""
    row = desk.read(lambda c: units.unit(c, unit_id))
    assert (row.state, row.model_code) == ("expected", PHONE)
    assert told(desk, unit_id) == ["history.first_seen", "history.expected"]


def test_a_list_of_serials_meets_devices_scanned_by_imei(at_bench: Bench, tmp_path: Path) -> None:
    desk = at_bench.desk
    batch = receiving.open_batch(desk, LOT)
    receiving.import_expected(desk, "LOT-7", csv(tmp_path, f"{SERIAL},{PHONE},,133,EUR"))
    promised = desk.read(lambda c: units.by_identifier(c, desk.company, SERIAL)) or ""
    unit = at_bench.good("BMD:BATCH:LOT-7", IMEIS[0], "BMD:ALSO", SERIAL).unit or ""
    assert unit != promised
    state = receiving.batch_state(desk, batch.id)
    assert [line.unit_id for line in state.found] == [unit] and not state.unexpected
    assert (receiving.batch(desk, "LOT-7").found, receiving.batch(desk, "LOT-7").unexpected) == (1, 0)
    assert stay(desk, unit)["cost_minor"] == 13300
    assert desk.read(lambda c: units.unit(c, unit)).model_code == PHONE
    assert desk.read(lambda c: units.unit(c, promised)).state == "gone"
    at_bench.good("BMD:UNDO")
    assert desk.read(lambda c: units.by_identifier(c, desk.company, SERIAL)) == promised
    assert [line.identifier for line in receiving.batch_state(desk, batch.id).missing] == [SERIAL]


def test_a_number_of_a_device_that_is_here_stays_its_own(at_bench: Bench) -> None:
    at_bench.ready_unit(IMEIS[1])
    at_bench.good(IMEIS[0], "BMD:ALSO")
    assert at_bench.scan(IMEIS[1]).code == "refused.identifier_taken.happened"


def test_a_model_nobody_knows_is_said_and_its_line_kept(desk: Desk, tmp_path: Path) -> None:
    receiving.open_batch(desk, LOT)
    report = receiving.import_expected(
        desk, "LOT-7", csv(tmp_path, f"{IMEIS[0]},iPhone 99", heading="identifier,model")
    )
    assert (report.added, [w.line for w in report.warnings]) == (1, [2])


def test_a_workbook_is_a_list_as_well(desk: Desk, tmp_path: Path) -> None:
    receiving.open_batch(desk, LOT)
    path = tmp_path / "list.xlsx"
    write_table(path, ("Identifier", "Cost"), ((IMEIS[0], "120.50"), (IMEIS[1], None)))
    assert receiving.import_expected(desk, "LOT-7", path).added == 2


def test_a_list_without_its_column_or_its_batch_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(ColumnsMissing):
        receiving.read_expected(csv(tmp_path, "1", heading="imei"))
    with pytest.raises(UnknownBatch):
        receiving.import_expected(desk, "NONE", csv(tmp_path, f"{IMEIS[0]},,,,"))
    batch = receiving.open_batch(desk, LOT)
    receiving.close_batch(desk, batch.id)
    with pytest.raises(BatchClosed):
        receiving.import_expected(desk, "LOT-7", csv(tmp_path, f"{IMEIS[0]},,,,"))
