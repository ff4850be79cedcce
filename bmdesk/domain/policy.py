"""Policy documents (JSON objects) read into the types that the rules use.

Every mistake is named by its place (`tests[3].minimum`) with what should stand there; an unknown key is a
mistake too, because a misspelt limit would else silently be no limit. Knows nothing of where documents lie.
`note` is allowed in every object and means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn, TypeVar

from bmdesk.domain.battery import BatteryPolicy
from bmdesk.domain.cards import GRADE_CODE
from bmdesk.domain.content import (
    LONGEST_COMMENT,
    LONGEST_WARRANTY,
    SHORTEST_WARRANTY,
    ContentPolicy,
)
from bmdesk.domain.gate import ALWAYS_REQUIRED, REQUIREMENTS, CategoryPolicy, GatePolicy, Level
from bmdesk.domain.grading import NOT_FOR_SALE, SCALE, CapRule, GradeMap, GradingRules, OwnGrade, grade_key
from bmdesk.domain.inspection import Checklist, Coded, LockKind, Test, Zone
from bmdesk.domain.pricing import LARGEST_SHARE, SMALLEST_SHARE, PricingPolicy
from bmdesk.domain.second_check import CheckShares
from bmdesk.texts import Failure, Text, msg

T = TypeVar("T")

CATEGORIES = ("phone", "tablet", "laptop", "watch", "console", "audio")
"""The categories that bmdesk brings a checklist for; a seller's own may be added."""

SIDES = ("front", "back", "edge")
_FOR_SALE = tuple(grade for grade in SCALE if grade != NOT_FOR_SALE)
_DAYS = 3650


class BadPolicy(Failure):
    """A policy document that cannot be used. Params: `document`, `place`, `expected` (a Text)."""

    code = "policy.bad"


def read_checklist(obj: object, language: str = "en") -> Checklist:
    """A checklist with its titles in this language, or in English where they are not translated. Raises
    BadPolicy.
    """
    top = _Object("checklist", "", obj)
    read = Checklist(
        category=top.at("category").pattern(_CATEGORY, msg("policy.expected_category")),
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
        _all_different("checklist", name, codes)
    return read


def read_grading(obj: object) -> GradingRules:
    """The rules that cap the grade. Raises BadPolicy."""
    top = _Object("grading", "", obj)
    rules = GradingRules(
        version=top.at("version").whole(1, 1_000_000),
        rules=tuple(_cap_rule(o) for o in top.at("rules").objects(0)),
        premium_battery=top.at("premium_battery").whole(0, 100),
    )
    top.close()
    return rules


def read_gate(obj: object) -> GatePolicy:
    """The gate by category; "*" must be there. Raises BadPolicy."""
    top = _Object("gate", "", obj)
    policy = GatePolicy(
        version=top.at("version").whole(1, 1_000_000),
        categories=top.at("categories").mapping(_category_policy, needs_rest=True),
    )
    top.close()
    return policy


def read_grade_map(obj: object) -> GradeMap:
    """The seller's grade names. Raises BadPolicy."""
    top = _Object("grade_map", "", obj)
    read = GradeMap(
        version=top.at("version").whole(1, 1_000_000),
        valid_from=top.at("valid_from", None).day(),
        grades=tuple(_own_grade(o) for o in top.at("grades").objects(1)),
    )
    top.close()
    _all_different("grade_map", "grades", [grade_key(grade.code) for grade in read.grades])
    return read


def read_second_check(obj: object) -> CheckShares:
    """The shares of a second person's check. Raises BadPolicy."""
    top = _Object("second_check", "", obj)
    shares = CheckShares(
        version=top.at("version").whole(1, 1_000_000),
        grades=top.at("grades").mapping(_percent),
        operators=top.at("operators", {}).mapping(lambda value: value.mapping(_percent)),
    )
    top.close()
    return shares


def read_pricing(obj: object) -> PricingPolicy:
    """The shares of the new price; "*" must be there. Raises BadPolicy."""
    top = _Object("pricing", "", obj)
    policy = PricingPolicy(
        version=top.at("version").whole(1, 1_000_000),
        shares=top.at("shares").mapping(lambda value: value.mapping(_share, keys=_FOR_SALE), needs_rest=True),
    )
    top.close()
    return policy


def read_content(obj: object) -> ContentPolicy:
    """Warranty, and comments by market or language; "*" must be there. Raises BadPolicy."""
    top = _Object("content", "", obj)
    policy = ContentPolicy(
        version=top.at("version").whole(1, 1_000_000),
        warranty_months=top.at("warranty_months").whole(SHORTEST_WARRANTY, LONGEST_WARRANTY),
        comments=top.at("comments").mapping(
            lambda value: value.mapping(_comment, keys=_FOR_SALE), needs_rest=True
        ),
    )
    for market in policy.comments:
        if market != "*" and not _MARKET.fullmatch(market):
            top.at("comments").object().at(market).fail(msg("policy.expected_market"))
    top.close()
    return policy


def _test(o: _Object, language: str) -> Test:
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


def _zone(o: _Object, language: str) -> Zone:
    zone = Zone(
        code=o.at("code").code(),
        title=o.at("title").title(language),
        side=o.at("side").choice(SIDES),
        outline=tuple(point.point() for point in o.at("outline").items(3)),
    )
    o.close()
    return zone


def _coded(value: _Value, language: str) -> tuple[Coded, ...]:
    read = []
    for o in value.objects(0):
        read.append(Coded(o.at("code").code(), o.at("title").title(language)))
        o.close()
    _all_different(value.document, value.place, [item.code for item in read])
    return tuple(read)


def _cap_rule(o: _Object) -> CapRule:
    rule = CapRule(
        zone=o.at("zone", "*").code(rest=True),
        kind=o.at("kind", "*").code(rest=True),
        severity=o.at("severity", 1).whole(1, 3),
        cap=o.at("cap").choice(SCALE),
        count=o.at("count", 1).whole(1, 1000),
    )
    o.close()
    return rule


def _category_policy(value: _Value) -> CategoryPolicy:
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


def _level(value: _Value) -> Level:
    level = Level(value.choice([level.value for level in Level]))
    if level is not Level.REQUIRED and value.place.rpartition(".")[2] in ALWAYS_REQUIRED:
        value.fail(msg("policy.expected_required"))
    return level


def _own_grade(o: _Object) -> OwnGrade:
    grade = OwnGrade(
        code=o.at("code").pattern(GRADE_CODE, msg("policy.expected_grade_code")),
        title=o.at("title").text(1, 60),
        maps_to=o.at("maps_to").choice(SCALE),
    )
    o.close()
    return grade


def _percent(value: _Value) -> int:
    return value.whole(0, 100)


def _share(value: _Value) -> Decimal:
    share = value.number()
    if share is None or not SMALLEST_SHARE <= share <= LARGEST_SHARE:
        value.fail(msg("policy.expected_share", low=SMALLEST_SHARE, high=LARGEST_SHARE))
    return share


def _comment(value: _Value) -> str:
    words = value.text(1, LONGEST_COMMENT)
    if not words.replace("\n", " ").isprintable():
        value.fail(msg("policy.expected_words"))
    return words.strip()


def _all_different(document: str, place: str, codes: list[str]) -> None:
    for at, code in enumerate(codes):
        if code in codes[:at]:
            raise BadPolicy(document=document, place=place, expected=msg("policy.expected_once", given=code))


# What a card can carry (BMD:TEST:<code>:PASS): no colon, no space.
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_]{0,31}")
_MARKET = re.compile(r"[a-z]{2}(-[a-z]{2})?")
_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class _Value:
    """One value of a document with its place; every reading either gives the type asked for or raises
    BadPolicy.
    """

    document: str
    place: str
    value: object

    def fail(self, expected: Text) -> NoReturn:
        raise BadPolicy(document=self.document, place=self.place or "-", expected=expected)

    def text(self, shortest: int, longest: int) -> str:
        if not isinstance(self.value, str) or not shortest <= len(self.value) <= longest:
            self.fail(msg("policy.expected_text", low=shortest, high=longest))
        return self.value

    def pattern(self, pattern: re.Pattern[str], expected: Text) -> str:
        if not isinstance(self.value, str) or not pattern.fullmatch(self.value):
            self.fail(expected)
        return self.value

    def code(self, *, rest: bool = False) -> str:
        if rest and self.value == "*":
            return "*"
        return self.pattern(_CODE, msg("policy.expected_code"))

    def title(self, language: str) -> str:
        titles = self.object().members
        for words in (titles.get(language), titles.get("en")):
            if isinstance(words, str) and 0 < len(words) <= 80:
                return words
        return self.fail(msg("policy.expected_title"))

    def whole(self, low: int, high: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not low <= self.value <= high:
            self.fail(msg("policy.expected_whole", low=low, high=high))
        return self.value

    def number(self) -> Decimal | None:
        """A number, or the text of one: JSON's own numbers may have been floats."""
        if self.value is None:
            return None
        text = str(self.value)
        if isinstance(self.value, bool) or not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", text):
            self.fail(msg("policy.expected_number"))
        return Decimal(text)

    def point(self) -> tuple[float, float]:
        match self.value:
            case [int() | float() as x, int() | float() as y] if 0 <= x <= 1 and 0 <= y <= 1:
                return float(x), float(y)
        return self.fail(msg("policy.expected_point"))

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.fail(msg("policy.expected_flag"))
        return self.value

    def choice(self, allowed: tuple[str, ...] | list[str]) -> str:
        if self.value not in allowed or not isinstance(self.value, str):
            self.fail(msg("policy.expected_choice", allowed=", ".join(allowed)))
        return self.value

    def day(self) -> date | None:
        if self.value is None:
            return None
        try:
            return date.fromisoformat(self.text(10, 10))
        except ValueError:
            self.fail(msg("policy.expected_day"))

    def items(self, fewest: int = 0) -> list[_Value]:
        if not isinstance(self.value, list) or not fewest <= len(self.value) <= 1000:
            self.fail(msg("policy.expected_list", low=fewest))
        return [_Value(self.document, f"{self.place}[{at}]", value) for at, value in enumerate(self.value)]

    def object(self) -> _Object:
        return _Object(self.document, self.place, self.value)

    def objects(self, fewest: int) -> Iterator[_Object]:
        return (item.object() for item in self.items(fewest))

    def mapping(
        self, read: Callable[[_Value], T], *, keys: tuple[str, ...] = (), needs_rest: bool = False
    ) -> Mapping[str, T]:
        """All members by name; `keys` are the names allowed (none given: any)."""
        inside = self.object()
        if needs_rest and "*" not in inside.members:
            inside.at("*")
        if unknown := [name for name in inside.members if keys and name not in keys and name != "note"]:
            inside.unknown(unknown[0], keys)
        return {name: read(inside.at(name)) for name in inside.members if name != "note"}


class _Object:
    """One JSON object that remembers which members were read, so that `close` finds the unknown ones."""

    def __init__(self, document: str, place: str, value: object) -> None:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise BadPolicy(document=document, place=place or "-", expected=msg("policy.expected_object"))
        self.document = document
        self.place = place
        self.members: dict[str, object] = value
        self._asked: list[str] = []

    def at(self, name: str, default: object = ...) -> _Value:
        self._asked.append(name)
        value = self.members.get(name, default)
        if value is ...:
            raise BadPolicy(
                document=self.document, place=self._inside(name), expected=msg("policy.expected_member")
            )
        return _Value(self.document, self._inside(name), value)

    def close(self) -> None:
        for name in self.members:
            if name not in self._asked and name != "note":
                self.unknown(name, tuple(self._asked))

    def unknown(self, name: str, allowed: tuple[str, ...]) -> NoReturn:
        expected = msg("policy.expected_known", allowed=", ".join(dict.fromkeys(allowed)))
        raise BadPolicy(document=self.document, place=self._inside(name[:40]), expected=expected)

    def _inside(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name
