"""Policy documents: every shipped one reads, and every broken one says where it is broken."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.document import BadPolicy
from bmdesk.domain.gate import REQUIREMENTS, Level
from bmdesk.domain.grading import SCALE
from bmdesk.domain.inspection import LockKind, Outcome, judge
from bmdesk.domain.listing_documents import read_content, read_listing_minimum, read_listing_shipping
from bmdesk.domain.policy import (
    CATEGORIES,
    read_checklist,
    read_gate,
    read_grade_map,
    read_grading,
    read_second_check,
)
from bmdesk.domain.prices.reading import read_pricing
from bmdesk.texts import render

RESOURCES = Path(__file__).parents[2] / "resources"
READERS: dict[str, Callable[[object], object]] = {
    **{f"checklists/{category}": read_checklist for category in CATEGORIES},
    "policies/grading": read_grading,
    "policies/gate": read_gate,
    "policies/grade_map": read_grade_map,
    "policies/second_check": read_second_check,
    "policies/pricing": read_pricing,
    "policies/content": read_content,
    "policies/listing_shipping": read_listing_shipping,
    "policies/listing_minimum": read_listing_minimum,
}


def document(name: str) -> Any:
    return json.loads((RESOURCES / f"{name}.json").read_text("utf-8"))


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value inside a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in inside:
        yield (*path, name)
        yield from places(member, (*path, name))


def spoilt(name: str, path: tuple[str | int, ...], value: object) -> Any:
    whole = document(name)
    at = whole
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return whole


def refused(reader: Callable[[object], object], given: object) -> BadPolicy:
    with pytest.raises(BadPolicy) as raised:
        reader(given)
    for text in (raised.value.title, raised.value.happened, raised.value.todo):
        assert render(text)
    return raised.value


@pytest.mark.parametrize("name", READERS)
def test_every_shipped_document_reads(name: str) -> None:
    assert READERS[name](document(name))


def test_no_document_is_shipped_that_nobody_reads() -> None:
    shipped = [path.relative_to(RESOURCES).with_suffix("") for path in RESOURCES.glob("[cp]*/*.json")]
    assert sorted(str(path) for path in shipped) == sorted(READERS)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_clean_device_passes_by_allpass_without_any_measured_value(category: str) -> None:
    checklist = read_checklist(document(f"checklists/{category}"))
    assert checklist.category == category
    assert checklist.test("BOOT") is not None
    for test in checklist.tests:
        if test.required:
            assert judge(test, Outcome.PASS, None) is Outcome.PASS
            assert test.key or test.grades


def test_phones_are_asked_for_their_imei_and_all_locks() -> None:
    phone = read_checklist(document("checklists/phone"))
    assert phone.needs_imei
    assert set(phone.locks) == set(LockKind)
    assert "BATTERY" in [part.code for part in phone.parts]


def test_the_shipped_gate_knows_every_requirement_in_every_category() -> None:
    gate = read_gate(document("policies/gate"))
    assert set(gate.categories) == {"*", *CATEGORIES}
    for policy in gate.categories.values():
        assert set(policy.levels) == set(REQUIREMENTS)
        assert policy.levels["photos"] is policy.levels["accessories"] is Level.OFF
        assert policy.battery.minimum["PREMIUM"] == 90
    assert gate.of("phone").battery.minimum["*"] == 80
    assert gate.of("drone") == gate.of(None) == gate.categories["*"]


def test_the_shipped_rules_speak_of_zones_and_defects_that_exist() -> None:
    checklists = [read_checklist(document(f"checklists/{category}")) for category in CATEGORIES]
    zones = {"*"} | {zone.code for checklist in checklists for zone in checklist.zones}
    kinds = {"*"} | {kind.code for checklist in checklists for kind in checklist.defects}
    for rule in read_grading(document("policies/grading")).rules:
        assert rule.zone in zones
        assert rule.kind in kinds


def test_the_shipped_grade_names_are_the_marketplaces() -> None:
    grade_map = read_grade_map(document("policies/grade_map"))
    assert [grade.maps_to for grade in grade_map.grades] == list(SCALE)


def test_titles_come_in_the_language_asked_for_and_else_in_english() -> None:
    whole = document("checklists/phone")
    whole["tests"][0]["title"]["fr"] = "Démarre"
    read = read_checklist(whole, "fr")
    assert read.tests[0].title == "Démarre"
    assert read.tests[1].title == read_checklist(whole).tests[1].title


MISTAKES: list[tuple[str, tuple[str | int, ...], object, str]] = [
    ("checklists/phone", ("category",), "Phone!", "category"),
    ("checklists/phone", ("version",), True, "version"),
    ("checklists/phone", ("tests",), [], "tests"),
    ("checklists/phone", ("tests", 3, "code"), "wi:fi", "tests[3].code"),
    ("checklists/phone", ("tests", 3, "key"), "XY", "tests[3].key"),
    ("checklists/phone", ("tests", 3, "title"), {"fr": "Boutons"}, "tests[3].title"),
    ("checklists/phone", ("tests", 3, "grades"), ["POOR"], "tests[3].grades[0]"),
    ("checklists/phone", ("tests", 3, "minimum"), 5, "tests[3].measured"),
    ("checklists/phone", ("tests", 25, "maximum"), 1, "tests[25].maximum"),
    ("checklists/phone", ("tests", 25, "minimum"), "many", "tests[25].minimum"),
    ("checklists/phone", ("tests", 4, "requird"), False, "tests[4].requird"),
    ("checklists/phone", ("tests", 1, "code"), "BOOT", "tests"),
    ("checklists/phone", ("tests", 1, "key"), "1", "tests.key"),
    ("checklists/phone", ("zones", 0, "side"), "inside", "zones[0].side"),
    ("checklists/phone", ("zones", 0, "outline"), [[0, 0], [1, 1]], "zones[0].outline"),
    ("checklists/phone", ("zones", 0, "outline", 1), [0, 1.5], "zones[0].outline[1]"),
    ("checklists/phone", ("defects", 1, "code"), "SCRATCH", "defects"),
    ("checklists/phone", ("locks", 1), "PIN", "locks[1]"),
    ("checklists/phone", ("has_battery",), 1, "has_battery"),
    ("policies/grading", ("rules", 0, "severity"), 4, "rules[0].severity"),
    ("policies/grading", ("rules", 0, "cap"), "BAD", "rules[0].cap"),
    ("policies/grading", ("premium_battery",), 101, "premium_battery"),
    ("policies/gate", ("categories", "phone", "levels", "wifi"), "off", "categories.phone.levels.wifi"),
    ("policies/gate", ("categories", "phone", "levels", "hold"), "off", "categories.phone.levels.hold"),
    ("policies/gate", ("categories", "phone", "levels", "photos"), "maybe", "categories.phone.levels.photos"),
    (
        "policies/gate",
        ("categories", "phone", "battery", "minimum", "*"),
        800,
        "categories.phone.battery.minimum.*",
    ),
    (
        "policies/gate",
        ("categories", "phone", "battery", "retest_days"),
        -1,
        "categories.phone.battery.retest_days",
    ),
    ("policies/gate", ("categories",), {}, "categories.*"),
    ("policies/grade_map", ("valid_from",), "31.03.2026", "valid_from"),
    ("policies/grade_map", ("grades", 0, "maps_to"), "STALLONE", "grades[0].maps_to"),
    ("policies/grade_map", ("grades", 0, "code"), "GOOD", "grades"),
    ("policies/second_check", ("grades", "*"), 101, "grades.*"),
    ("policies/second_check", ("operators",), {"ANA": {"GOOD": "all"}}, "operators.ANA.GOOD"),
    ("policies/pricing", ("shares", "*", "GOOD"), "69", "shares.*.GOOD"),
    ("policies/pricing", ("shares", "*", "GOOD"), "0.04", "shares.*.GOOD"),
    ("policies/pricing", ("shares", "*", "GOOD"), None, "shares.*.GOOD"),
    ("policies/pricing", ("shares",), {"*": {"NOT_FOR_SALE": "0.5"}}, "shares.*.NOT_FOR_SALE"),
    ("policies/pricing", ("shares",), {"phone": {}}, "shares.*"),
    ("policies/content", ("warranty_months",), 11, "warranty_months"),
    ("policies/content", ("comments", "fr", "GOOD"), "x" * 501, "comments.fr.GOOD"),
    ("policies/content", ("comments", "fr", "GOOD"), "\u001b[31mred", "comments.fr.GOOD"),
    ("policies/content", ("comments",), {"*": {}, "France": {}}, "comments.France"),
]


@pytest.mark.parametrize(("name", "path", "value", "place"), MISTAKES, ids=[place for *_, place in MISTAKES])
def test_a_mistake_is_named_by_its_place(
    name: str, path: tuple[str | int, ...], value: object, place: str
) -> None:
    failure = refused(READERS[name], spoilt(name, path, value))
    assert failure.params["place"] == place
    assert place in render(failure.happened)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("checklists/watch", marks=pytest.mark.slow),
        *(name for name in READERS if name.startswith("p")),
    ],
)
def test_whatever_entry_is_missing_or_nonsense_is_found_or_has_a_default(name: str) -> None:
    broken: list[object] = [None, -1, [[]], {"?": 1}, "\u0000"]
    for path in places(document(name)):
        for nonsense in broken:
            try:
                READERS[name](spoilt(name, path, nonsense))
            except BadPolicy as failure:
                assert render(failure.happened)  # noqa: PT017  (any other exception fails the test)


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_object_at_all_is_refused(name: str) -> None:
    broken: list[object] = [None, [], "text", 5, {}]
    for nonsense in broken:
        assert refused(READERS[name], nonsense).params["place"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(list(READERS)), st.data(), json_values)
def test_no_document_however_broken_is_a_crash(name: str, data: st.DataObject, value: object) -> None:
    paths = list(places(document(name)))
    try:
        READERS[name](spoilt(name, data.draw(st.sampled_from(paths)), value))
    except BadPolicy as failure:
        said = render(failure.happened)
        assert said


def test_a_note_may_stand_anywhere_and_changes_nothing() -> None:
    whole = document("policies/gate")
    noted = copy.deepcopy(whole)
    noted["note"] = noted["categories"]["phone"]["note"] = noted["categories"]["phone"]["levels"]["note"] = (
        "why"
    )
    assert read_gate(noted) == read_gate(whole)
