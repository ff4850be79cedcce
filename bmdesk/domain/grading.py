"""From defects to a suggested grade, with the reasons. Rules are data (`GradingRules`); this module only
applies them.

Monotone by construction: every rule can only lower the best possible grade, and a rule that matches a
severity matches every heavier one, so neither a further nor a heavier defect ever raises the grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bmdesk.domain.battery import BatteryReading
from bmdesk.domain.inspection import Checklist, Defect, PartRecord
from bmdesk.texts import Text, msg

PREMIUM, EXCELLENT, GOOD, FAIR, NOT_FOR_SALE = "PREMIUM", "EXCELLENT", "GOOD", "FAIR", "NOT_FOR_SALE"
SCALE = (PREMIUM, EXCELLENT, GOOD, FAIR, NOT_FOR_SALE)
"""Back Market's grades from best to worst, and bmdesk's own word for what may not be sold."""


@dataclass(frozen=True, slots=True)
class CapRule:
    """A defect that matches allows `cap` at best. "*" matches anything; `count` defects of at least
    `severity` must match.
    """

    zone: str
    kind: str
    severity: int
    cap: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class GradingRules:
    """One version of the rules. `premium_battery`: percent below which Premium is out of reach."""

    version: int
    rules: tuple[CapRule, ...]
    premium_battery: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the rules allow at best.

    `grade` is what DONE would confirm; it is never Premium, because Premium is a promise that a person makes:
    `premium_possible` says that GRADE:PREMIUM needs no reason.
    """

    grade: str
    premium_possible: bool
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class OwnGrade:
    """A grade name of the seller and what it means at Back Market (one of SCALE)."""

    code: str
    title: str
    maps_to: str


@dataclass(frozen=True, slots=True)
class GradeMap:
    """The seller's grade names, valid from a day on."""

    version: int
    valid_from: date | None
    grades: tuple[OwnGrade, ...]

    def resolve(self, code: str) -> OwnGrade | None:
        """The seller's grade (or Back Market's own name) for a scanned code, or None when nobody knows it."""
        wanted = grade_key(code)
        for own in self.grades:
            if grade_key(own.code) == wanted:
                return own
        if wanted in SCALE:
            return OwnGrade(wanted, wanted.replace("_", " ").capitalize(), wanted)
        return None


def suggest(
    defects: Sequence[Defect],
    battery: BatteryReading | None,
    parts: Sequence[PartRecord],
    rules: GradingRules,
    checklist: Checklist | None = None,
) -> Suggestion:
    """The best grade these defects allow, and why it is no better, worst first.

    One reason for each defect, by the hardest rule that it meets, one for each rule on the number of
    defects that lowered the grade further, and what keeps a flawless device from Premium. `checklist` gives
    zones and defects their words, and says whether there is a battery at all; without it codes are shown.
    """
    caps = _caps(defects, rules)
    reasons = [_reason(rule, defect, checklist) for rule, defect in caps]
    lowest = max((SCALE.index(rule.cap) for rule, _ in caps), default=0)
    if lowest == 0:
        reasons += _short_of_premium(battery, parts, rules, checklist)
    return Suggestion(
        grade=SCALE[max(lowest, SCALE.index(EXCELLENT))],
        premium_possible=not reasons,
        reasons=tuple(reasons),
    )


def is_better(one: str, other: str) -> bool:
    """Whether the first of two grades of SCALE promises more."""
    return SCALE.index(one) < SCALE.index(other)


def grade_text(grade: str) -> Text:
    """One of SCALE in words."""
    return msg(f"grade.{grade.lower()}")


def _caps(defects: Sequence[Defect], rules: GradingRules) -> list[tuple[CapRule, Defect | None]]:
    """The rules that lower the grade with the defect each speaks of (None: their number), hardest first."""
    found: list[tuple[CapRule, Defect | None]] = []
    explained: set[int] = set()
    lowering = [rule for rule in rules.rules if rule.cap != PREMIUM]
    # At one cap the rules on single defects go first: "scratch on the screen" tells more than "3 defects".
    for rule in sorted(lowering, key=lambda r: (-SCALE.index(r.cap), r.count > 1)):
        met = [at for at, defect in enumerate(defects) if _matches(rule, defect)]
        if len(met) < rule.count or explained.issuperset(met):
            continue
        if rule.count > 1:
            found.append((rule, None))
        else:
            found += [(rule, defects[at]) for at in met if at not in explained]
        explained.update(met)
    return found


def _matches(rule: CapRule, defect: Defect) -> bool:
    return (
        rule.zone in ("*", defect.zone)
        and rule.kind in ("*", defect.kind)
        and defect.severity >= rule.severity
    )


def _reason(rule: CapRule, defect: Defect | None, checklist: Checklist | None) -> Text:
    severity = msg(f"grading.severity_{min(max((defect or rule).severity, 1), 3)}")
    if defect is None:
        return msg("grading.many", count=rule.count, severity=severity, grade=grade_text(rule.cap))
    zone, kind = defect.zone, defect.kind
    if checklist is not None:
        zone = next((z.title for z in checklist.zones if z.code == zone), zone)
        kind = next((k.title for k in checklist.defects if k.code == kind), kind)
    return msg("grading.defect", kind=kind, zone=zone, severity=severity, grade=grade_text(rule.cap))


def _short_of_premium(
    battery: BatteryReading | None,
    parts: Sequence[PartRecord],
    rules: GradingRules,
    checklist: Checklist | None,
) -> list[Text]:
    reasons = []
    if checklist is None or checklist.has_battery:
        if battery is None:
            reasons.append(msg("grading.premium_battery_unknown", needed=rules.premium_battery))
        elif battery.percent < rules.premium_battery:
            reasons.append(
                msg("grading.premium_battery", percent=battery.percent, needed=rules.premium_battery)
            )
    words = {p.code: p.title for p in checklist.parts} if checklist else {}
    foreign = dict.fromkeys(part.code for part in parts if not part.genuine)
    return reasons + [msg("grading.premium_part", part=words.get(code, code)) for code in foreign]


def grade_key(code: str) -> str:
    """Under this a grade name is compared: a space, a hyphen and a low line are one, as are capitals and not."""
    return code.strip().upper().replace(" ", "_").replace("-", "_")
