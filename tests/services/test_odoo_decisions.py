"""Everything there is to choose at Odoo, each thing once."""

from __future__ import annotations

from bmdesk.services.desk import Desk
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import GRADE, Candidate, Choice, Kind
from bmdesk.services.odoo.decisions import Decision, Option, decisions, kept
from bmdesk.sync import odoo_setup
from bmdesk.sync.odoo_setup import Said
from tests.odoo.surveys import OWN_GRADES, SURVEY

MARGIN = Candidate(3, "Margin EU")
OFFERS = {Kind.TAX: (Candidate(1, "19%"), Candidate(2, "7%")), Kind.POSITION: (MARGIN,)}


def of(found: tuple[Decision, ...], kind: Kind, local: str) -> Decision:
    return next(one for one in found if (one.kind, one.local) == (kind, local))


def test_a_tax_and_a_fiscal_position_are_one_decision_and_are_taken_back_together(desk: Desk) -> None:
    choices.keep(desk, None, [Choice(Kind.POSITION, "margin", MARGIN)])
    found = decisions(choices.read(desk), OFFERS)
    assert [(one.kind, one.local) for one in found] == [(Kind.TAX, "margin"), (Kind.TAX, "regular")]
    margin, regular = found
    assert margin.meant == Option(Kind.POSITION, MARGIN) and margin.costs is None and not margin.guessed
    assert regular.meant is None and regular.costs is not None
    assert [option.kind for option in margin.options] == [Kind.TAX, Kind.TAX, Kind.POSITION]
    choices.keep(desk, None, margin.for_(margin.options[0]))
    assert of(kept(choices.read(desk)), Kind.TAX, "margin").meant == Option(Kind.TAX, Candidate(1, "19%"))
    choices.keep(desk, None, margin.for_(None))
    assert of(kept(choices.read(desk)), Kind.TAX, "margin").meant is None


def test_what_was_chosen_and_is_gone_is_undecided_again(desk: Desk) -> None:
    choices.keep(desk, None, [Choice(Kind.TAX, "regular", Candidate(9, "old"))])
    gone = of(decisions(choices.read(desk), OFFERS), Kind.TAX, "regular")
    assert gone.meant is None and gone.costs is not None
    still = of(kept(choices.read(desk)), Kind.TAX, "regular")
    assert still.meant is not None and still.meant.candidate.name == "old"


def test_another_place_for_the_grade_makes_its_values_open_again(desk: Desk) -> None:
    good = OWN_GRADES.values[1]
    elsewhere = Choice(Kind.GRADE, GRADE, Candidate(0, "Grade", key="property:Grade"))
    choices.keep(desk, None, [elsewhere, Choice(Kind.GRADE_VALUE, "GOOD", good)])
    assert odoo_setup.planned_from(desk, "Blue", SURVEY, Said({})).decisions[-1].kind is Kind.GRADE

    picked: tuple[Choice, ...] = (Choice(Kind.GRADE, GRADE, OWN_GRADES.candidate),)
    plan = odoo_setup.planned_from(desk, "Blue", SURVEY, Said({}, picked=picked))
    assert of(plan.decisions, Kind.GRADE_VALUE, "GOOD").meant is None, "the same name in another place"

    picked = (*picked, Choice(Kind.GRADE_VALUE, "GOOD", good), Choice(Kind.GRADE_VALUE, "FAIR", MARGIN))
    plan = odoo_setup.planned_from(desk, "Blue", SURVEY, Said({}, picked=picked))
    assert of(plan.decisions, Kind.GRADE_VALUE, "GOOD").meant == Option(Kind.GRADE_VALUE, good)
    assert of(plan.decisions, Kind.GRADE_VALUE, "FAIR").meant is None, "what is not offered is no choice"
    choices.keep(desk, None, plan.choices)
    again = odoo_setup.planned_from(desk, "Blue", SURVEY, Said({}))
    assert of(again.decisions, Kind.GRADE_VALUE, "GOOD").meant == Option(Kind.GRADE_VALUE, good)
    assert not again.choices
