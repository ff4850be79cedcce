"""Policy documents (JSON objects) read into the types that the rules use.

Every mistake is named by its place (`tests[3].minimum`) with what should stand there (domain.document). Knows nothing
of where documents lie. The prices' document, which is a book of rules, is read in domain.prices.reading.
"""

from __future__ import annotations

import re

from bmdesk.domain.battery import BatteryPolicy
from bmdesk.domain.cards import GRADE_CODE
from bmdesk.domain.document import CATEGORY, Object, Value, all_different
from bmdesk.domain.gate import ALWAYS_REQUIRED, REQUIREMENTS, CategoryPolicy, GatePolicy, Level
from bmdesk.domain.grading import SCALE, CapRule, GradeMap, GradingRules, OwnGrade, grade_key
from bmdesk.domain.inspection import Checklist, Coded, LockKind, Test, Zone
from bmdesk.domain.second_check import CheckShares
from bmdesk.texts import msg

CATEGORIES = ("phone", "tablet", "laptop", "watch", "console", "audio")
"""The categories that bmdesk brings a checklist for; a seller's own may be added."""

SIDES = ("front", "back", "edge")
_DAYS = 3650


def read_checklist(obj: object, language: str = "en") -> Checklist:
    """A checklist with its titles in this language, or in English where they are not translated. Raises
    BadPolicy.
    """
    top = Object("checklist", "", obj)
    read = Checklist(
        category=top.at("category").pattern(CATEGORY, msg("policy.expected_category")),
        version=top.at("version").whole(1, 1_000_000),
        tests=tuple(_test(o, language) for o in top.at("tests").objects(1)),
        zones=tuple(_zone(o, language) for o in top.at("zones").objects(1)),
        defects=_coded(top.at("defects"), language),
        accessories=_coded(top.at("accessories"), language),
        parts=_coded(top.at("parts"), language),
        erasure_methods=_coded(top.at("erasure_methods"), language),
        locks=tuple(LockKind(v.choice([k.value for k in LockKind])) for v in top.at("locks").items()),
        has_battery=top.at("has_battery").flag(),
        needs_imei=top.at("needs_imei").flag(),
        own=top.at("own", False).flag(),
    )
    top.close()
    for name, codes in (
        ("tests", [test.code for test in read.tests]),
        ("zones", [zone.code for zone in read.zones]),
        ("locks", [lock.value for lock in read.locks]),
        ("tests.key", [test.key for test in read.tests if test.key]),
    ):
        all_different("checklist", name, codes)
    return read


def read_grading(obj: object) -> GradingRules:
    """The rules that cap the grade. Raises BadPolicy."""
    top = Object("grading", "", obj)
    rules = GradingRules(
        version=top.at("version").whole(1, 1_000_000),
        rules=tuple(_cap_rule(o) for o in top.at("rules").objects(0)),
        premium_battery=top.at("premium_battery").whole(0, 100),
    )
    top.close()
    return rules


def read_gate(obj: object) -> GatePolicy:
    """The gate by category; "*" must be there. Raises BadPolicy."""
    top = Object("gate", "", obj)
    policy = GatePolicy(
        version=top.at("version").whole(1, 1_000_000),
        categories=top.at("categories").mapping(_category_policy, needs_rest=True),
    )
    top.close()
    return policy


def read_grade_map(obj: object) -> GradeMap:
    """The seller's grade names. Raises BadPolicy."""
    top = Object("grade_map", "", obj)
    read = GradeMap(
        version=top.at("version").whole(1, 1_000_000),
        valid_from=top.at("valid_from", None).day(),
        grades=tuple(_own_grade(o) for o in top.at("grades").objects(1)),
    )
    top.close()
    all_different("grade_map", "grades", [grade_key(grade.code) for grade in read.grades])
    return read


def read_second_check(obj: object) -> CheckShares:
    """The shares of a second person's check. Raises BadPolicy."""
    top = Object("second_check", "", obj)
    shares = CheckShares(
        version=top.at("version").whole(1, 1_000_000),
        grades=top.at("grades").mapping(_percent),
        operators=top.at("operators", {}).mapping(lambda value: value.mapping(_percent)),
    )
    top.close()
    return shares


def _test(o: Object, language: str) -> Test:
    test = Test(
        code=o.at("code").code(),
        title=o.at("title").title(language),
        required=o.at("required", True).flag(),
        measured=o.at("measured", False).flag(),
        unit=o.at("unit", "").text(0, 12),
        minimum=o.at("minimum", None).number(),
        maximum=o.at("maximum", None).number(),
        grades=frozenset(v.choice(SCALE) for v in o.at("grades", []).items()),
        key=o.at("key", "").pattern(re.compile(r"[A-Z0-9]?"), msg("policy.expected_key")),
    )
    o.close()
    if not test.measured and (test.minimum is not None or test.maximum is not None):
        o.at("measured", False).fail(msg("policy.expected_measured"))
    if test.minimum is not None and test.maximum is not None and test.minimum > test.maximum:
        o.at("maximum").fail(msg("policy.expected_at_least", low=test.minimum))
    return test


def _zone(o: Object, language: str) -> Zone:
    zone = Zone(
        code=o.at("code").code(),
        title=o.at("title").title(language),
        side=o.at("side").choice(SIDES),
        outline=tuple(point.point() for point in o.at("outline").items(3)),
    )
    o.close()
    return zone


def _coded(value: Value, language: str) -> tuple[Coded, ...]:
    read = []
    for o in value.objects(0):
        read.append(Coded(o.at("code").code(), o.at("title").title(language)))
        o.close()
    all_different(value.document, value.place, [item.code for item in read])
    return tuple(read)


def _cap_rule(o: Object) -> CapRule:
    rule = CapRule(
        zone=o.at("zone", "*").code(rest=True),
        kind=o.at("kind", "*").code(rest=True),
        severity=o.at("severity", 1).whole(1, 3),
        cap=o.at("cap").choice(SCALE),
        count=o.at("count", 1).whole(1, 1000),
    )
    o.close()
    return rule


def _category_policy(value: Value) -> CategoryPolicy:
    o = value.object()
    battery = o.at("battery").object()
    policy = CategoryPolicy(
        levels=o.at("levels").mapping(_level, keys=REQUIREMENTS),
        battery=BatteryPolicy(
            minimum=dict(battery.at("minimum").mapping(_percent, keys=("*", *SCALE))),
            new_minimum=battery.at("new_minimum").whole(0, 100),
            retest_days=battery.at("retest_days").whole(0, _DAYS),
        ),
        test_max_age_days=o.at("test_max_age_days").whole(0, _DAYS),
        photos_minimum=o.at("photos_minimum", {}).mapping(
            lambda photos: photos.whole(0, 50), keys=("*", *SCALE)
        ),
    )
    battery.close()
    o.close()
    return policy


def _level(value: Value) -> Level:
    level = Level(value.choice([level.value for level in Level]))
    if level is not Level.REQUIRED and value.place.rpartition(".")[2] in ALWAYS_REQUIRED:
        value.fail(msg("policy.expected_required"))
    return level


def _own_grade(o: Object) -> OwnGrade:
    grade = OwnGrade(
        code=o.at("code").pattern(GRADE_CODE, msg("policy.expected_grade_code")),
        title=o.at("title").text(1, 60),
        maps_to=o.at("maps_to").choice(SCALE),
    )
    o.close()
    return grade


def _percent(value: Value) -> int:
    return value.whole(0, 100)
