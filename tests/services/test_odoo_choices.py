"""What is chosen at Odoo: guessed only where one thing fits, kept by who may, and said where it is open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import Candidate, Choice, Kind, NotHere, NotThere, Offers
from bmdesk.store.queries import people
from bmdesk.texts import render

STOCK = Candidate(8, "WH/Stock", also="WH", usual=True)
SHELF = Candidate(9, "WH/Stock/Shelf")
BERLIN = Candidate(20, "BER/Stock", also="BERLIN", usual=True)
BANK = Candidate(6, "Bank", also="BNK1")
FULL = Candidate(1, "19%", usual=True)
NONE = Candidate(3, "0% Exports")
MARGIN = Candidate(4, "Differenzbesteuerung §25a")
LETTERS = [Candidate(0, "Excellent", key="a"), Candidate(0, "Good", key="b")]


def guessed(desk: Desk, offers: Offers, *said: Choice) -> dict[tuple[Kind, str], int]:
    found = choices.guesses(choices.read(desk), offers, said)
    assert all(one.guessed for one in found)
    return {(one.kind, one.local): one.meant.id for one in found if one.meant is not None}


def left(desk: Desk, offers: Offers) -> list[tuple[Kind, str]]:
    found = choices.undecided(choices.read(desk), offers)
    assert all(render(one.costs).startswith("Undecided: ") for one in found)
    return [(one.kind, one.local) for one in found]


def test_one_warehouse_is_the_one_there_and_of_several_those_called_alike(desk: Desk) -> None:
    assert guessed(desk, {Kind.LOCATION: [STOCK, SHELF]}) == {(Kind.LOCATION, "MAIN"): 8}
    assert guessed(desk, {Kind.LOCATION: [STOCK, BERLIN]}) == {}
    desk.write(lambda tx: people.location_id(tx, "Berlin", "A1"))
    assert guessed(desk, {Kind.LOCATION: [STOCK, BERLIN]}) == {(Kind.LOCATION, "Berlin"): 20}
    assert guessed(desk, {Kind.LOCATION: [STOCK]}) == {}, "two warehouses are not one location"


def test_a_rate_of_zero_is_not_taken_for_the_margin_scheme(desk: Desk) -> None:
    assert guessed(desk, {Kind.TAX: [FULL, NONE]}) == {(Kind.TAX, "regular"): 1}
    named = guessed(desk, {Kind.TAX: [FULL, NONE, MARGIN], Kind.POSITION: []})
    assert named == {(Kind.TAX, "margin"): 4, (Kind.TAX, "regular"): 1}
    assert left(desk, {Kind.TAX: [FULL, NONE]}) == [(Kind.TAX, "margin"), (Kind.TAX, "regular")]


def test_a_fiscal_position_stands_for_a_tax_and_the_other_way_round(desk: Desk) -> None:
    offers: Offers = {Kind.TAX: [FULL, NONE], Kind.POSITION: [Candidate(2, "Used goods")]}
    position = choices.wanted(choices.read(desk), offers, Kind.POSITION, ["margin=used goods"])
    choices.keep(desk, None, position)
    assert left(desk, offers) == [(Kind.TAX, "regular")]
    choices.keep(desk, None, choices.wanted(choices.read(desk), offers, Kind.TAX, ["MARGIN=3"]))
    rows = choices.read(desk).rows
    assert rows[Kind.POSITION] == {} and rows[Kind.TAX]["margin"].remote_id == 3


def test_one_journal_is_that_of_all_payment_methods(desk: Desk) -> None:
    assert guessed(desk, {Kind.JOURNAL: [BANK]}) == {(Kind.JOURNAL, "*"): 6}
    two: Offers = {Kind.JOURNAL: [BANK, Candidate(7, "PayPal")]}
    assert guessed(desk, two) == {} and left(desk, two) == [(Kind.JOURNAL, "*")]
    choices.keep(desk, None, choices.wanted(choices.read(desk), two, Kind.JOURNAL, ["*=bnk1"]))
    assert left(desk, two) == []


def test_a_person_chooses_by_number_or_name_and_takes_it_back(desk: Desk) -> None:
    offers: Offers = {Kind.LOCATION: [STOCK, SHELF, Candidate(30, "Twice"), Candidate(31, "Twice")]}
    now = choices.read(desk)
    for there in ("9", "wh/stock/shelf"):
        [one] = choices.wanted(now, offers, Kind.LOCATION, [f"main={there}"])
        assert (one.local, one.meant) == ("MAIN", SHELF)
    for odd in ("MAIN=77", "MAIN=Nowhere", "MAIN=Twice"):
        with pytest.raises(NotThere) as raised:
            choices.wanted(now, offers, Kind.LOCATION, [odd])
        assert "(" in render(raised.value.happened)
    with pytest.raises(NotHere, match="odoo"):
        choices.wanted(now, offers, Kind.LOCATION, ["MOON=8"])
    choices.keep(desk, None, choices.wanted(now, offers, Kind.LOCATION, ["MAIN=9"]))
    assert left(desk, offers) == [] and guessed(desk, offers) == {}
    choices.keep(desk, None, choices.wanted(now, offers, Kind.LOCATION, ["MAIN="]))
    assert left(desk, offers) == [(Kind.LOCATION, "MAIN")]


def test_what_is_gone_there_is_open_again_and_what_was_not_shown_is_not(desk: Desk) -> None:
    choices.keep(desk, None, [Choice(Kind.LOCATION, "MAIN", SHELF)])
    assert left(desk, {Kind.LOCATION: [STOCK]}) == [(Kind.LOCATION, "MAIN")]
    assert left(desk, {}) == []


def test_the_sellers_own_grades_are_found_by_their_names(desk: Desk) -> None:
    place = Candidate(0, "My grade", key="x_studio_grade")
    offers: Offers = {Kind.GRADE: [place], Kind.GRADE_VALUE: LETTERS}
    assert left(desk, {Kind.GRADE: []}) == [], "bmdesk's own field needs no choice"
    said = Choice(Kind.GRADE, choices.GRADE, place)
    found = choices.guesses(choices.read(desk), offers, [said])
    choices.keep(desk, None, [said, *found])
    rows = choices.read(desk).rows
    assert {local: row.name for local, row in rows[Kind.GRADE_VALUE].items()} == {
        "EXCELLENT": "a",
        "GOOD": "b",
    }
    assert left(desk, offers) == [(Kind.GRADE_VALUE, "PREMIUM"), (Kind.GRADE_VALUE, "FAIR")]
    assert left(desk, {Kind.GRADE: []}) == [(Kind.GRADE, choices.GRADE)]


def test_only_who_may_keep_accounts_keeps_choices(desk: Desk) -> None:
    packer = Actor("P1", "packer", desk.station)
    with pytest.raises(NotAllowed):
        choices.keep(desk, packer, [Choice(Kind.LOCATION, "MAIN", STOCK)])
    with pytest.raises(NotAllowed):
        choices.keep(replace(desk, worker=packer), None, [Choice(Kind.LOCATION, "MAIN", STOCK)])
    assert choices.read(desk).rows[Kind.LOCATION] == {}
