"""The catalogue as stories: files that come twice, files with mistakes, products born at the bench."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog
from bmdesk.services.goods.catalog import BadVariant, VariantForm
from bmdesk.services.goods.variant_form import BY_HAND
from bmdesk.store.queries import catalogue, units
from bmdesk.system.clock import FixedClock
from bmdesk.system.tabular import ColumnsMissing
from bmdesk.texts import render
from tests.desks import PHONE, Bench

HEADING = (
    "model_code,brand,model,category,storage,colour,attr:RAM,ean,"
    "backmarket_product_id,new_price,currency,weight_g"
)
GOOD = (
    "IP14-128-BLU,Apple,iPhone 14,phone,128 GB,Blue,6 GB,0194253408222,bm-1,699.00,EUR,172",
    "MBA-M1-256,Apple,MacBook Air,laptop,256 GB,Grey,8 GB,,,999,,1290",
)


def file(tmp_path: Path, *lines: str, heading: str = HEADING) -> Path:
    path = tmp_path / "catalogue.csv"
    path.write_text("\n".join((heading, *lines)), "utf-8")
    return path


def test_a_second_import_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = file(tmp_path, *GOOD)
    first = catalog.import_catalog(desk, path)
    assert (first.added, first.changed, len(first.errors)) == (2, 0, 0)
    second = catalog.import_catalog(desk, path)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 2)
    assert not second.changes


def test_every_column_is_kept(desk: Desk, tmp_path: Path) -> None:
    catalog.import_catalog(desk, file(tmp_path, *GOOD))
    row = catalog.variant(desk, "ip14-128-blu")
    assert (row.brand, row.model, row.category, row.storage, row.colour) == (
        "Apple", "iPhone 14", "phone", "128 GB", "Blue",
    )  # fmt: skip
    assert (row.attributes, row.ean, row.backmarket_product_id) == ({"ram": "6 GB"}, "0194253408222", "bm-1")
    assert (row.new_price_minor, row.new_price_currency, row.weight_g) == (69900, "EUR", 172)


def test_good_lines_go_in_although_others_are_bad(desk: Desk, tmp_path: Path) -> None:
    report = catalog.import_catalog(
        desk,
        file(
            tmp_path,
            GOOD[0],
            "X-1,Apple,iPhone X,phone,,,,0194253408223,,-5,EUR,heavy",
            ",Apple,iPhone X,phone,,,,,,,,",
            "x-2,Apple,,Smart Phone!,,,,,,,,",
            "ip14-128-BLU,Apple,iPhone 14,phone,,,,,,,,",
        ),
    )
    assert report.added == 1
    assert [(e.line, e.column) for e in report.errors] == [
        (3, "new_price"), (3, "ean"), (3, "weight_g"), (4, "model_code"), (5, "category"), (6, "model_code"),
    ]  # fmt: skip
    assert all(render(e.text).startswith(f"Line {e.line}, ") for e in report.errors)


def test_a_new_product_needs_brand_and_model_but_a_known_one_keeps_them(desk: Desk, tmp_path: Path) -> None:
    report = catalog.import_catalog(desk, file(tmp_path, "NEW-1,,,,,,,,,,,", f"{PHONE},,,,,Black,,,,,,"))
    assert (report.added, report.changed) == (0, 1)
    assert {e.column for e in report.errors} == {"brand", "model", "category"}
    row = catalog.variant(desk, PHONE)
    assert (row.model, row.colour, row.storage) == ("iPhone 13", "Black", "128 GB")


def test_the_preview_says_old_and_new_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    plan = catalog.read_catalog(
        desk, file(tmp_path, GOOD[0], f"{PHONE},Apple,iPhone 13,phone,,,,,,750.00,EUR,")
    )
    assert [p.model_code for p in plan.to_add] == ["IP14-128-BLU"]
    (changed,) = plan.to_change
    assert [(c.field, c.before, c.after) for c in changed.changes] == [
        ("new_price", "800.00 EUR", "750.00 EUR")
    ]
    assert catalog.variant(desk, PHONE).new_price_minor == 80000
    assert not catalog.list_variants(desk, "iPhone 14")


def test_a_stopped_import_keeps_its_pages_and_the_next_one_goes_on(desk: Desk, tmp_path: Path) -> None:
    path = file(tmp_path, *(f"M-{n:03},Apple,iPhone {n},phone,,,,,,,," for n in range(250)))
    stopped = catalog.apply_catalog(desk, catalog.read_catalog(desk, path), lambda done, total: done < 200)
    assert (stopped.cancelled, stopped.added) == (True, 200)
    rest = catalog.import_catalog(desk, path)
    assert (rest.added, rest.unchanged, rest.cancelled) == (50, 200, False)


def test_a_column_nobody_reads_is_said(desk: Desk, tmp_path: Path) -> None:
    path = file(tmp_path, "A-1,Apple,iPhone 1,phone,99", heading="model_code,brand,model,category,new_prise")
    assert catalog.import_catalog(desk, path).ignored == ("new_prise",)


def test_a_file_without_its_columns_is_refused_whole(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(ColumnsMissing):
        catalog.import_catalog(desk, file(tmp_path, "A,B", heading="model_code,brand"))


def test_the_screen_can_clear_what_a_file_cannot(desk: Desk, tmp_path: Path) -> None:
    row = catalog.variant(desk, PHONE)
    form = catalog.form_of(row)
    assert catalog.save_variant(desk, row.id, form).id == row.id
    assert catalog.variant(desk, PHONE) == row
    cleared = VariantForm(PHONE, "Apple", "iPhone 13", "phone")
    catalog.save_variant(desk, row.id, cleared)
    assert (catalog.variant(desk, PHONE).ean, catalog.variant(desk, PHONE).new_price_minor) == ("", None)


def test_a_model_code_names_one_product_whatever_its_capitals(desk: Desk) -> None:
    with pytest.raises(BadVariant) as refused:
        catalog.save_variant(desk, None, VariantForm(PHONE.lower(), "Apple", "iPhone 13", "phone"))
    assert [p.field for p in refused.value.problems] == ["model_code"]


def test_a_model_unknown_at_the_bench_is_a_draft_until_somebody_saves_it(at_bench: Bench) -> None:
    desk = at_bench.desk
    first = catalog.draft_variant(desk, "Fairphone 5 black")
    second = catalog.draft_variant(desk, "Fairphone 5 black")
    assert first.id != second.id
    drafts = catalog.list_variants(desk, drafts=True)
    assert [d.model_code for d in drafts] == ["DRAFT-FAIRPHONE-5-BLACK", "DRAFT-FAIRPHONE-5-BLACK-2"]
    at_bench.good("356938035643809", "BMD:MODEL:DRAFT-FAIRPHONE-5-BLACK", "BMD:ALLPASS")
    catalog.save_variant(
        desk, first.id, VariantForm("FP5-256-BLK", "Fairphone", "5", "phone", "256 GB", "Black")
    )
    assert catalog.count_variants(desk, drafts=True) == 1
    assert catalog.variant(desk, "FP5-256-BLK").id == first.id


def test_a_corrected_category_has_its_units_judged_anew(at_bench: Bench) -> None:
    at_bench.ready_unit()
    row = catalog.variant(at_bench.desk, PHONE)
    catalog.save_variant(at_bench.desk, row.id, VariantForm(PHONE, "Apple", "iPhone 13", "gadget"))
    stamp = at_bench.desk.read(lambda c: at_bench.desk.policies(c).stamp)
    assert at_bench.desk.read(lambda c: units.due(c, at_bench.desk.company, stamp, at_bench.clock.now(), 10))


def test_pages_of_products_follow_one_another(desk: Desk, tmp_path: Path) -> None:
    catalog.import_catalog(
        desk, file(tmp_path, *(f"m-{n:03},Apple,iPod {n},audio,,,,,,,," for n in range(30)))
    )
    seen: list[str] = []
    after = ""
    while page := catalog.list_variants(desk, "iPod", after, 7):
        seen += [row.model_code for row in page]
        after = page[-1].model_code
    assert seen == sorted(seen) and len(seen) == 30 == catalog.count_variants(desk, "iPod")


def test_an_ean_that_lost_its_zero_in_a_spreadsheet_still_finds_its_product(desk: Desk) -> None:
    found = desk.read(lambda c: catalogue.by_ean(c, desk.company, "194252707227"))
    assert [row.model_code for row in found] == [PHONE]


def test_a_new_price_has_its_day_and_its_source(desk: Desk, tmp_path: Path) -> None:
    heading = f"{HEADING},new_price_on,new_price_source"
    said = file(tmp_path, f"{PHONE},,,,,,,,,750.00,EUR,,2026-01-10,apple.com", heading=heading)
    catalog.import_catalog(desk, said)
    row = catalog.variant(desk, PHONE)
    assert (row.new_price_on, row.new_price_source) == ("2026-01-10", "apple.com")
    # Without a word of its own another price is of today, from this file; the same price keeps its day.
    catalog.import_catalog(desk, file(tmp_path, f"{PHONE},,,,,,,,,740.00,EUR,"))
    row = catalog.variant(desk, PHONE)
    assert (row.new_price_on, row.new_price_source) == ("2026-01-15", "catalogue.csv")
    assert catalog.import_catalog(desk, file(tmp_path, f"{PHONE},,,,,,,,,740.00,EUR,")).unchanged == 1
    form = catalog.form_of(row)
    catalog.save_variant(desk, row.id, replace(form, new_price="730", new_price_on="", new_price_source=""))
    row = catalog.variant(desk, PHONE)
    assert (row.new_price_on, row.new_price_source) == ("2026-01-15", BY_HAND)
    catalog.save_variant(desk, row.id, catalog.form_of(row))
    assert catalog.variant(desk, PHONE).new_price_source == BY_HAND
    catalog.save_variant(desk, row.id, replace(catalog.form_of(row), new_price=""))
    row = catalog.variant(desk, PHONE)
    assert (row.new_price_minor, row.new_price_on, row.new_price_source) == (None, "", "")


def test_only_the_day_of_a_price_may_change(desk: Desk, tmp_path: Path) -> None:
    heading = f"{HEADING},new_price_on"
    plan = catalog.read_catalog(
        desk, file(tmp_path, f"{PHONE},,,,,,,,,800.00,EUR,,2025-12-24", heading=heading)
    )
    (changed,) = plan.to_change
    assert [(c.field, c.after) for c in changed.changes] == [("new_price_on", "2025-12-24")]
    catalog.apply_catalog(desk, plan)
    assert catalog.variant(desk, PHONE).new_price_on == "2025-12-24"


@pytest.mark.parametrize("day", ["2026-01-16", "2026-02-30", "yesterday", "15.01.2026"])
def test_a_day_that_is_none_or_still_to_come_is_refused_in_words(
    desk: Desk, tmp_path: Path, day: str
) -> None:
    before = catalog.variant(desk, PHONE)
    heading = f"{HEADING},new_price_on"
    plan = catalog.read_catalog(desk, file(tmp_path, f"{PHONE},,,,,,,,,1,EUR,,{day}", heading=heading))
    assert [(e.column, not plan.planned) for e in plan.errors] == [("new_price_on", True)]
    assert day in render(next(iter(plan.errors)).reason)
    with pytest.raises(BadVariant) as refused:
        catalog.save_variant(desk, before.id, replace(catalog.form_of(before), new_price_on=day))
    assert [p.field for p in refused.value.problems] == ["new_price_on"]
    assert catalog.variant(desk, PHONE) == before


def test_today_is_the_companys_day(desk: Desk, tmp_path: Path) -> None:
    settings.put(desk, "company.timezone", "Pacific/Auckland")
    assert isinstance(desk.clock, FixedClock)
    desk.clock.set(datetime(2026, 1, 15, 20, 0, tzinfo=UTC))
    catalog.import_catalog(desk, file(tmp_path, f"{PHONE},,,,,,,,,750.00,EUR,"))
    assert catalog.variant(desk, PHONE).new_price_on == "2026-01-16"
