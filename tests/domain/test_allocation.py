"""Which unit a sold piece gets: never one below what was sold, never one twice, one VAT scheme an order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.allocation import Candidate, Rules, Wanted, fits, margin, plan, steps_better
from bmdesk.domain.grading import SCALE
from bmdesk.domain.money import Money

DAY = datetime(2026, 6, 1, tzinfo=UTC)


def unit(name: str, grade: str = "GOOD", **facts: object) -> Candidate:
    values: dict[str, object] = {
        "sku_id": "s", "variant_id": "v", "new_battery": False, "warehouse": "MAIN", "arrived_at": DAY,
        "vat_scheme": "regular",
    }  # fmt: skip
    return Candidate(name, grade=grade, **{**values, **facts})  # type: ignore[arg-type]


def line(name: str = "l", grade: str = "GOOD", pieces: int = 1, *, new_battery: bool = False) -> Wanted:
    return Wanted(name, "v", grade, new_battery, pieces)


_GRADES = st.sampled_from(SCALE)
_UNITS = st.lists(
    st.builds(
        lambda n, grade, battery, place, days, scheme, variant: unit(
            f"u{n}",
            grade,
            new_battery=battery,
            warehouse=place,
            arrived_at=DAY + timedelta(days=days),
            vat_scheme=scheme,
            variant_id=variant,
        ),
        st.integers(min_value=0, max_value=999),
        _GRADES,
        st.booleans(),
        st.sampled_from(["MAIN", "NORTH", ""]),
        st.integers(min_value=0, max_value=30),
        st.sampled_from(["regular", "margin"]),
        st.sampled_from(["v", "w"]),
    ),
    max_size=12,
    unique_by=lambda one: one.unit_id,
)
_LINES = st.lists(
    st.builds(
        lambda n, variant, grade, battery, pieces: Wanted(f"l{n}", variant, grade, battery, pieces),
        st.integers(min_value=0, max_value=99),
        st.sampled_from(["v", "w"]),
        _GRADES,
        st.booleans(),
        st.integers(min_value=1, max_value=3),
    ),
    max_size=4,
    unique_by=lambda one: one.line_id,
)
_RULES = st.builds(
    Rules, st.integers(min_value=0, max_value=2), st.sampled_from([(), ("NORTH",), ("MAIN", "NORTH")])
)


@given(_LINES, _UNITS, _RULES, st.sampled_from(["", "regular", "margin"]))
def test_a_plan_keeps_every_promise(
    lines: list[Wanted], units: list[Candidate], rules: Rules, scheme: str
) -> None:
    found = plan(lines, units, rules, scheme)
    known = {one.unit_id: one for one in units}
    wanted = {one.line_id: one for one in lines}
    given_out = [name for names in found.units.values() for name in names]
    assert len(given_out) == len(set(given_out)), "no unit twice"
    for name, names in found.units.items():
        assert all(fits(known[one], wanted[name], rules.better) for one in names)
    assert len({known[one].vat_scheme for one in given_out} | ({scheme} if scheme else set())) <= 1
    for one in lines:
        assert len(found.units.get(one.line_id, ())) + found.short.get(one.line_id, 0) == one.pieces


@given(_UNITS, _GRADES, st.integers(min_value=0, max_value=3))
def test_no_unit_is_below_what_was_sold(units: list[Candidate], grade: str, better: int) -> None:
    for one in units:
        if fits(one, line(grade=grade), better):
            assert SCALE.index(one.grade) <= SCALE.index(grade)
            assert one.variant_id == "v"


@given(_LINES, _UNITS, _RULES)
def test_the_same_units_in_another_order_make_the_same_plan(
    lines: list[Wanted], units: list[Candidate], rules: Rules
) -> None:
    assert plan(lines, units, rules) == plan(lines, units[::-1], rules)


def test_the_oldest_goes_first_and_a_new_battery_is_kept_for_who_paid_for_it() -> None:
    old, young = unit("old"), unit("young", arrived_at=DAY + timedelta(days=1))
    fresh = unit("fresh", new_battery=True, arrived_at=DAY - timedelta(days=9))
    assert plan([line()], [young, fresh, old], Rules()).units == {"l": ("old",)}
    assert plan([line(new_battery=True)], [young, fresh, old], Rules()).units == {"l": ("fresh",)}
    assert plan([line(new_battery=True)], [young, old], Rules()).short == {"l": 1}


def test_a_better_one_goes_only_by_rule_and_only_where_no_exact_one_is() -> None:
    better, exact = unit("better", "EXCELLENT"), unit("exact", arrived_at=DAY + timedelta(days=3))
    assert plan([line()], [better], Rules()).short == {"l": 1}
    assert plan([line()], [better], Rules(better=1)).units == {"l": ("better",)}
    assert plan([line()], [better, exact], Rules(better=1)).units == {"l": ("exact",)}


def test_the_warehouse_of_the_rule_comes_before_the_older_unit() -> None:
    near, far = unit("near", warehouse="NORTH", arrived_at=DAY + timedelta(days=9)), unit("far")
    assert plan([line()], [far, near], Rules(warehouses=("NORTH",))).units == {"l": ("near",)}


def test_an_order_has_one_vat_scheme_and_says_so_where_that_leaves_it_short() -> None:
    regular, margins = unit("r"), [unit("m1", vat_scheme="margin"), unit("m2", vat_scheme="margin")]
    found = plan([line(pieces=2)], [regular, *margins], Rules())
    assert set(found.units["l"]) == {"m1", "m2"}, "the scheme that fulfils more"
    short = plan([line(pieces=2)], [regular, margins[0]], Rules())
    assert (short.short, short.mixed_vat) == ({"l": 1}, frozenset({"l"}))
    assert plan([line()], margins, Rules(), "regular").mixed_vat == frozenset({"l"})


@pytest.mark.parametrize(
    ("grade", "sold", "steps"), [("GOOD", "FAIR", 1), ("FAIR", "GOOD", -1), ("", "GOOD", -99)]
)
def test_steps_between_grades(grade: str, sold: str, steps: int) -> None:
    assert steps_better(grade, sold) == steps


def test_the_margin_is_what_is_left_after_the_unit_and_the_share() -> None:
    price, cost = Money(10_000, "EUR"), Money(6_000, "EUR")
    assert margin(price, cost, 1_050) == Money(2_950, "EUR")
    assert margin(price, None, 1_000) is None
    assert margin(price, Money(6_000, "GBP"), 1_000) is None
