"""The cards of a unit's sheet, each made from what is known; a card that has nothing to say is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bmdesk.domain.gate import Level
from bmdesk.domain.inspection import Checklist, Coded, Outcome, lock_text, outcome_text
from bmdesk.services.desk import Desk
from bmdesk.services.goods import receiving, units
from bmdesk.services.goods.unit_detail import Inspection, Stay, UnitDetail
from bmdesk.services.selling import listing_view
from bmdesk.texts import Text, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.units.timeline import Moment, Timeline
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import Facts, broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.words import NOTHING, day, grade_words, hours, moment, money, sentence, told_first

_HASH = 8
_OUTCOME_TONES = {Outcome.PASS: Tone.OK, Outcome.FAIL: Tone.BAD, Outcome.NA: Tone.NEUTRAL}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A unit with the checklist that has the words for its codes."""

    unit: UnitDetail
    checklist: Checklist | None
    way: tuple[Text, ...] = ()
    """Where it stands on its way to the marketplace; nothing without an account there."""

    def test(self, code: str) -> str:
        """A test in words."""
        found = self.checklist.test(code) if self.checklist else None
        return found.title if found else code

    def zone(self, code: str) -> str:
        """A zone in words."""
        return next(
            (z.title for z in (self.checklist.zones if self.checklist else ()) if z.code == code), code
        )

    def called(self, code: str, *lists: str) -> str:
        """A code of one of these lists of the checklist in words."""
        for name in lists:
            known: Iterable[Coded] = getattr(self.checklist, name, ())
            found = next((coded.title for coded in known if coded.code == code), "")
            if found:
                return found
        return code


def read_sheet(desk: Desk, unit_id: str) -> Sheet:
    """One unit and the words for it. Reader thread. Raises UnknownUnit."""
    unit = units.show_unit(desk, unit_id)
    checklist = desk.read(lambda connection: desk.policies(connection).checklist(unit.row.category))
    return Sheet(unit, checklist, listing_view.way_to_market(desk, unit.id))


def blockers(sheet: Sheet) -> QWidget | None:
    """Why it is not listed, each with what clears it."""
    found = sheet.unit.blockers
    if not found:
        return None
    card = Card(t("units_page.blockers", count=len(found)))
    for blocker in told_first(found):
        required = blocker.level is Level.REQUIRED
        line = QHBoxLayout()
        line.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(PlainLabel(broken(render(blocker.title), 300), wrap=True))
        words.addWidget(PlainLabel(broken(render(blocker.action), 300), "note", wrap=True))
        pill = Pill(
            t("units_page.blocks") if required else t("units_page.warns"), Tone.BAD if required else Tone.WARN
        )
        line.addLayout(words, 1)
        line.addWidget(pill)
        card.add(line)
    return card


def market(sheet: Sheet) -> QWidget | None:
    """Where it stands on its way to the marketplace."""
    if not sheet.way:
        return None
    card = Card(t("units_page.at_market"))
    for line in sheet.way:
        card.add(PlainLabel(broken(render(line), 400), wrap=True))
    return card


def standing(sheet: Sheet) -> QWidget | None:
    """Where it lies, what it is, how it was graded, how its battery is."""
    unit, row = sheet.unit, sheet.unit.row
    facts = Facts()
    facts.add(t("units_page.fact_location"), row.location)
    facts.add(t("units_page.fact_sku"), row.sku or "")
    facts.add(t("units_page.fact_model_code"), row.model_code or "")
    facts.add(t("units_page.fact_hold"), row.hold_reason, Tone.WARN)
    facts.add(t("units_page.fact_grade"), grade_words(row.grade, row.own_grade))
    looked = unit.last_inspection
    if looked is not None:
        _add_grading(facts, looked)
    if unit.battery is not None:
        reading = unit.battery
        parts = [f"{reading.percent} %"]
        if reading.cycles is not None:
            parts.append(t("units_page.cycles", count=reading.cycles))
        if reading.full_mah and reading.design_mah:
            parts.append(f"{reading.full_mah} / {reading.design_mah} mAh")
        facts.add(t("units_page.fact_battery"), ", ".join(parts))
        facts.add(
            t("units_page.fact_battery_read"),
            t("units_page.how_and_when", method=_method(reading.method), at=moment(reading.at)),
        )
    order = unit.work_order
    if order is not None:
        facts.add(t("units_page.fact_fault"), order.fault, Tone.WARN)
        facts.add(t("units_page.fact_technician"), order.technician)
        facts.add(t("units_page.fact_waiting_for"), order.waiting_for)
    if unit.warranties:
        newest = unit.warranties[0]
        named = {"until": str(newest.ends_on), "order": str(newest.order)}
        words = t("units_page.warranty_until" if newest.runs else "units_page.warranty_over", **named)
        facts.add(t("units_page.fact_warranty"), words, None if newest.runs else Tone.WARN)
    facts.add(t("units_page.fact_changed"), moment(row.changed_at))
    return _card(t("units_page.standing"), facts)


def inspection(sheet: Sheet) -> QWidget | None:
    """Tests and defects of the last look during this stay."""
    looked = sheet.unit.last_inspection
    if looked is None or not (looked.tests or looked.defects):
        return None
    facts = Facts(150)
    for defect in looked.defects:
        words = t(
            "units_page.defect",
            kind=sheet.called(defect.kind, "defects"),
            severity=t(f"grading.severity_{defect.severity}"),
        )
        facts.add(sheet.zone(defect.zone), words, Tone.WARN)
    for result in looked.tests:
        if result.outcome is not Outcome.PASS or result.value is not None:
            words = render(outcome_text(result.outcome))
            if result.value is not None:
                words = f"{words} · {result.value:f}"
            facts.add(sheet.test(result.code), words, _OUTCOME_TONES[result.outcome])
    passed = [sheet.test(r.code) for r in looked.tests if r.outcome is Outcome.PASS and r.value is None]
    facts.add(t("units_page.passed", count=len(passed)), ", ".join(passed))
    title = t("units_page.inspection", number=looked.number, operator=looked.operator or NOTHING)
    return _card(title, facts)


def proofs(sheet: Sheet) -> QWidget | None:
    """Locks, erasure, accessories."""
    facts = Facts(150)
    for lock in sheet.unit.locks:
        words = t("units_page.lock_on") if lock.on else t("units_page.lock_off")
        how = t("units_page.how_and_when", method=_method(lock.method), at=day(lock.at))
        facts.add(render(lock_text(lock.kind)), f"{words} · {how}", Tone.BAD if lock.on else Tone.OK)
    erasure = sheet.unit.erasure
    if erasure is not None:
        method = sheet.called(erasure.method, "erasure_methods")
        how = t("units_page.how_and_when", method=method, at=day(erasure.at))
        facts.add(t("units_page.fact_erased"), how, Tone.OK)
        facts.add(t("units_page.fact_certificate"), erasure.certificate)
    for item in sheet.unit.accessories:
        facts.add(
            sheet.called(item.code, "accessories"),
            t("units_page.there") if item.present else t("units_page.not_there"),
            None if item.present else Tone.WARN,
        )
    return _card(t("units_page.proofs"), facts)


def work(sheet: Sheet) -> QWidget | None:
    """Parts put in and minutes worked during this stay."""
    facts = Facts(150)
    for part in sheet.unit.parts:
        cost = money(part.cost)
        facts.add(
            sheet.called(part.code, "parts"),
            " · ".join(word for word in (cost, part.operator, day(part.at)) if word),
        )
    stay = sheet.unit.stay
    if stay is not None and stay.labour_minutes:
        facts.add(t("units_page.fact_labour"), hours(stay.labour_minutes))
    return _card(t("units_page.work"), facts)


def stays(sheet: Sheet) -> QWidget | None:
    """Each time through the house, the present one first."""
    if not sheet.unit.stays:
        return None
    card = Card(t("units_page.stays", count=len(sheet.unit.stays)))
    for stay in sorted(sheet.unit.stays, key=lambda stay: -stay.number):
        if len(sheet.unit.stays) > 1:
            card.add(PlainLabel(t("units_page.stay_number", number=stay.number), "caption"))
        card.add(_stay(stay))
    return card


BEFORE_PHOTOS: tuple[Callable[[Sheet], QWidget | None], ...] = (blockers, market, standing)
AFTER_PHOTOS: tuple[Callable[[Sheet], QWidget | None], ...] = (inspection, proofs, work, stays)


def timeline() -> Timeline:
    """The empty line of a unit's life."""
    return Timeline(t("units_page.history_name"))


def moments(unit: UnitDetail) -> list[Moment]:
    """The unit's life, newest first."""
    damaged = {link.seq for link in unit.breaks}
    return [
        Moment(
            sentence=render(line.what)[:600],
            note=" · ".join(word for word in (moment(line.at), line.operator, line.station) if word),
            digest=line.hash[:_HASH],
            whole=line.seq not in damaged,
        )
        for line in reversed(unit.history)
    ]


def _add_grading(facts: Facts, looked: Inspection) -> None:
    if looked.suggested and looked.suggested != looked.grade:
        facts.add(t("units_page.fact_suggested"), grade_words(looked.suggested))
    facts.add(t("units_page.fact_grade_reason"), looked.reason)
    facts.add(t("units_page.fact_graded_by"), looked.graded_by)
    check = looked.second_check
    if check is None:
        return
    if check.agreed is None:
        facts.add(t("units_page.fact_second_check"), t("units_page.second_check_due"), Tone.WARN)
    else:
        words = t(
            "units_page.second_check_agreed" if check.agreed else "units_page.second_check_differs",
            operator=check.second_operator,
            grade=grade_words(check.second_grade),
        )
        facts.add(t("units_page.fact_second_check"), words, None if check.agreed else Tone.WARN)


def _stay(stay: Stay) -> Facts:
    facts = Facts()
    facts.add(t("units_page.fact_arrived"), moment(stay.arrived_at))
    facts.add(t("units_page.fact_left"), moment(stay.left_at))
    facts.add(t("units_page.fact_batch"), stay.batch)
    facts.add(t("units_page.fact_source"), sentence(render(receiving.source_text(stay.source))))
    facts.add(t("units_page.fact_supplier"), stay.supplier)
    facts.add(t("units_page.fact_cost"), money(stay.cost) or t("units_page.cost_unknown"))
    facts.add(t("units_page.fact_vat"), t(f"vat.{stay.vat_scheme}"))
    facts.add(t("units_page.fact_evidence"), stay.earlier_evidence)
    if stay.new_battery:
        facts.add(t("units_page.fact_battery"), t("units_page.new_battery"))
    return facts


def _card(title: str, facts: Facts) -> Card | None:
    if facts.empty:
        facts.deleteLater()
        return None
    card = Card(title)
    card.add(facts)
    return card


def _method(code: str) -> str:
    """A method as it was recorded; codes in capitals read as words."""
    return code.replace("_", " ").capitalize() if code.isupper() else code
