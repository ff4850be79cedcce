"""The pack gate: may the unit in hand leave for this line, and if not, why, in words a packer reads from two metres.

Pure. It asks again everything that could have become wrong since the unit was listed: a reservation is a promise, not a
proof. What it finds is named; some of it a supervisor may overrule for this one parcel, the rest nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bmdesk.domain.allocation import steps_better
from bmdesk.domain.gate import Blocker, Level
from bmdesk.domain.grading import SCALE, grade_text
from bmdesk.domain.identifiers import Identifier, IdentifierKind, luhn_holds
from bmdesk.domain.inspection import LockKind, Outcome, TestResult
from bmdesk.texts import Text, msg

BOOT = "BOOT"
"""The test of the checklists that a device starts."""


@dataclass(frozen=True, slots=True)
class Promised:
    """What the line sold. `grade`, `variant_id` and `product` are empty where they are not known (an unlinked listing).

    `vat_scheme`: of the other units of the order, or empty. `registered`: the identifier that the marketplace has for
    this line already and never gives up, or empty.
    """

    line_id: str
    order_number: str
    sku_text: str
    variant_id: str
    grade: str
    new_battery: bool
    product: str = ""
    vat_scheme: str = ""
    registered: str = ""


@dataclass(frozen=True, slots=True)
class InHand:
    """The unit as it is now. `reserved_for`: the line that has it, or empty; `parcel`: the order number on whose parcel
    it already is, or empty. `gate`: what the quality gate says today. `boot`: its newest BOOT test; the *_on dates are
    days of the company's zone. `chosen`: a person named it for that line, knowing what was sold.
    """

    state_ready: bool
    """Ready, or reserved for a line: the gate let it through, and it is not somewhere else."""
    variant_id: str
    grade: str
    new_battery: bool
    identifiers: tuple[Identifier, ...]
    needs_imei: bool
    has_boot: bool
    """Whether the checklist of its category knows a BOOT test."""
    boot: TestResult | None
    boot_on: date | None
    reserved_for: str
    parcel: str
    gate: tuple[Blocker, ...]
    product: str = ""
    vat_scheme: str = ""
    chosen: bool = False
    serves: bool = True
    """Whether its warehouse serves the account of this order."""


@dataclass(frozen=True, slots=True)
class PackRules:
    """`boot_days`: a BOOT test older than this must be made again; 0 asks for none. `better`: see allocation.Rules.
    `swaps`: whether another unit may take the place of the reserved one at all.
    """

    boot_days: int = 30
    better: int = 0
    swaps: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why this unit may not leave for this line. `may_override`: a supervisor's word for this parcel is enough."""

    code: str
    may_override: bool
    params: tuple[tuple[str, object], ...] = ()
    key: str = ""
    """What exactly a supervisor's word is for: another trouble that came up later needs another word."""

    @property
    def about(self) -> str:
        """The key, which is the code where that says enough."""
        return self.key or self.code

    @property
    def title(self) -> Text:
        return msg(f"pack.{self.code}.title", **dict(self.params))

    @property
    def todo(self) -> Text:
        return msg(f"pack.{self.code}.action", **dict(self.params))


def refusals(unit: InHand, line: Promised, rules: PackRules, today: date) -> list[Refusal]:
    """Every reason, the gravest first; empty: it may leave. Those that nobody can overrule come before the others."""
    found = [*_identity(unit, line), *_promise(unit, line, rules), *_evidence(unit, rules, today)]
    return sorted(found, key=lambda refusal: refusal.may_override)


def best_grade(one: str, other: str) -> str:
    """The better of two promises; a grade that is not on the scale promises nothing."""
    known = [grade for grade in (one, other) if grade in SCALE]
    return min(known, key=SCALE.index, default=one or other)


def sent_identifier(identifiers: Sequence[Identifier], *, needs_imei: bool) -> Identifier | None:
    """The one identifier that is registered at the marketplace: a valid IMEI before a serial; None where there is none.

    A phone's IMEI is mandatory there, so a phone is never sent with its serial alone.
    """
    imei = next((i for i in identifiers if i.kind is IdentifierKind.IMEI and _holds(i)), None)
    if imei is not None or needs_imei:
        return imei
    return next((i for i in identifiers if i.kind is IdentifierKind.SERIAL), None)


def _holds(identifier: Identifier) -> bool:
    digits = identifier.value
    return len(digits) == 15 and digits.isascii() and digits.isdecimal() and luhn_holds(digits)


def _identity(unit: InHand, line: Promised) -> Iterator[Refusal]:
    """What nobody may overrule: it could never be corrected, or is somebody else's."""
    if unit.parcel and unit.parcel != line.order_number:
        yield Refusal("on_other_parcel", may_override=False, params=(("order", unit.parcel),))
    elif unit.parcel:
        yield Refusal("packed_already", may_override=False, params=(("order", unit.parcel),))
    if sent_identifier(unit.identifiers, needs_imei=unit.needs_imei) is None:
        code = "no_imei" if unit.needs_imei else "no_identifier"
        yield Refusal(code, may_override=False)
    if line.registered and line.registered.upper() not in {one.value.upper() for one in unit.identifiers}:
        yield Refusal("other_identifier", may_override=False, params=(("registered", line.registered),))


def _promise(unit: InHand, line: Promised, rules: PackRules) -> Iterator[Refusal]:
    sku = (("sku", line.sku_text),)
    if unit.reserved_for and unit.reserved_for != line.line_id:
        yield Refusal("reserved_elsewhere", may_override=False)
    elif not unit.reserved_for:
        yield from _swap(unit, line, rules)
    if not unit.state_ready:
        yield Refusal("not_ready", may_override=False)
    if line.variant_id and unit.variant_id != line.variant_id:
        # The same product in another colour may be agreed with the customer, before somebody holds it over the box;
        # another product is a mistake.
        same = bool(line.product) and unit.product == line.product
        agreed = same and unit.chosen and unit.reserved_for == line.line_id
        yield Refusal("other_model" if same else "other_product", may_override=agreed, params=sku)
    if line.grade:
        steps = steps_better(unit.grade, line.grade)
        grades = (("grade", _grade(unit.grade)), ("sold", grade_text(line.grade)))
        if steps < 0:
            yield Refusal("grade_below", may_override=True, params=grades)
        # The reserved one was chosen under the rule of that day; a swap is judged by today's.
        elif steps > rules.better and unit.reserved_for != line.line_id:
            yield Refusal("grade_above", may_override=True, params=grades)
    if line.new_battery and not unit.new_battery:
        yield Refusal("no_new_battery", may_override=True)


def _swap(unit: InHand, line: Promised, rules: PackRules) -> Iterator[Refusal]:
    """What a unit that was not chosen for this line must bring."""
    if not line.variant_id:  # nobody knows what was sold: only a person may have chosen, by assigning a unit
        yield Refusal("goods_unknown", may_override=False, params=(("sku", line.sku_text),))
    if not rules.swaps:
        yield Refusal("not_the_reserved", may_override=True)
    if not unit.serves:
        yield Refusal("other_account", may_override=True)
    if line.vat_scheme and unit.vat_scheme != line.vat_scheme:  # one VAT type is told for the whole order
        yield Refusal("other_vat", may_override=False)


def _grade(grade: str) -> Text:
    return grade_text(grade) if grade else msg("pack.no_grade")


def _evidence(unit: InHand, rules: PackRules, today: date) -> Iterator[Refusal]:
    for blocker in unit.gate:
        required = blocker.level is Level.REQUIRED
        if required or blocker.code in _ASKED_ANEW:
            # A lock makes the device worthless for its buyer: no word of a supervisor opens it.
            never = blocker.code.startswith("lock_") or blocker.code in _NEVER
            may = not (required and never)
            words = (("reason", blocker.title), ("action", blocker.action))
            yield Refusal("gate", may_override=may, params=words, key=f"gate:{blocker.code}")
    if not unit.has_boot or rules.boot_days <= 0:
        return
    if unit.boot is None or unit.boot.outcome is Outcome.NA:
        yield Refusal("boot_missing", may_override=True)
    elif unit.boot.outcome is Outcome.FAIL:
        yield Refusal("boot_failed", may_override=False)
    elif unit.boot_on is None or (today - unit.boot_on).days > rules.boot_days:
        days = (today - unit.boot_on).days if unit.boot_on else 0
        yield Refusal("boot_old", may_override=True, params=(("days", days), ("most", rules.boot_days)))


_NEVER = frozenset({"identifier", "identifier_imei", "erasure", "not_for_sale", "repair"})
"""Blockers of the quality gate that no override passes: another one's data, no identity, a word against selling."""

_ASKED_ANEW = frozenset({"tests_old", *(f"lock_{kind.value.lower()}_on" for kind in LockKind)})
"""What a policy may only warn of when it is listed, and a supervisor sees before it leaves."""
