"""Where an order stands follows from its lines; what may be done with a line follows from where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.orders import (
    NAMES_A_UNIT,
    OPEN,
    REASONS,
    TARGET,
    WAYS,
    Conflict,
    LineAction,
    LineState,
    Remote,
    Step,
    Way,
    condition_grade,
    line_actions,
    line_state,
    order_state,
    reason_text,
    state_text,
    step_text,
    undoing,
    way_text,
)
from bmdesk.texts import render

_STATES = st.sampled_from(list(LineState))


@pytest.mark.parametrize(
    ("remote", "state"),
    [
        (0, "waiting"), (8, "waiting"), (9, "waiting"), (1, "to_accept"), (2, "accepted"), (3, "shipped"),
        (4, "cancelled"), (5, "refunded"), (6, "refunded"), (7, "unpaid"), (99, "waiting"),
    ],
)  # fmt: skip
def test_every_number_of_the_marketplace_has_one_state_here(remote: int, state: str) -> None:
    assert line_state(remote).value == state


def test_a_new_line_of_an_order_that_nobody_paid_is_unpaid() -> None:
    assert line_state(Remote.NEW, order_state=8) is LineState.UNPAID


@given(st.lists(_STATES, min_size=1))
def test_an_order_stands_where_its_least_advanced_open_line_does(states: list[LineState]) -> None:
    found = order_state(states)
    assert found in states
    waiting = [state for state in OPEN if state in states]
    assert found is waiting[0] if waiting else found not in OPEN


@given(st.lists(_STATES, min_size=1))
def test_it_makes_no_difference_in_which_order_the_lines_stand(states: list[LineState]) -> None:
    assert order_state(states) is order_state(states[::-1])


def test_an_order_of_which_a_part_left_has_left() -> None:
    assert order_state([LineState.CANCELLED, LineState.SHIPPED]) is LineState.SHIPPED
    assert order_state([]) is LineState.WAITING


@pytest.mark.parametrize(
    ("condition", "grade"),
    [
        (9, "PREMIUM"),
        (10, "EXCELLENT"),
        (12, "FAIR"),
        (1, "EXCELLENT"),
        (4, "NOT_FOR_SALE"),
        (77, ""),
        (None, ""),
    ],
)
def test_what_was_promised_is_read_from_its_condition(condition: int | None, grade: str) -> None:
    assert condition_grade(condition) == grade


@given(_STATES, st.booleans())
def test_what_cannot_be_taken_back_is_not_offered(state: LineState, whole: bool) -> None:
    step = undoing(state, whole=whole)
    if step is Step.REFUND_PART:
        assert state is LineState.SHIPPED
        assert not whole
    if step is not None and step in TARGET:
        assert TARGET[step] in (4, 5, 6)
    if state in (LineState.WAITING, LineState.CANCELLED, LineState.REFUNDED, LineState.UNPAID):
        assert step is None


@given(_STATES)
def test_while_a_step_is_asked_for_no_second_one_is_offered(state: LineState) -> None:
    assert set(line_actions(state, asked=True)) <= {LineAction.ASSIGN}


def test_every_conflict_has_a_way_out_and_everything_has_words() -> None:
    assert set(WAYS) == set(Conflict)
    assert all(ways and len(set(ways)) == len(ways) for ways in WAYS.values())
    assert {way for ways in WAYS.values() for way in ways} == set(Way)
    assert set(Way) >= NAMES_A_UNIT
    for words in (
        *map(way_text, Way), *map(state_text, LineState), *map(step_text, Step), *map(reason_text, REASONS),
    ):  # fmt: skip
        assert render(words)
