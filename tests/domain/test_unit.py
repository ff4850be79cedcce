"""The life of a unit: what may follow what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.unit import (
    IN_HOUSE,
    MOVES,
    PROMISED,
    GoneReason,
    IllegalMove,
    State,
    gone_text,
    move,
    state_text,
)
from bmdesk.texts import render


def test_an_illegal_move_names_both_states() -> None:
    with pytest.raises(IllegalMove) as refused:
        move(State.SHIPPED, State.READY)
    said = render(refused.value.happened)
    assert "shipped" in said
    assert "ready" in said
    assert render(refused.value.title)
    assert render(refused.value.todo)


def test_every_state_has_its_moves_and_its_words() -> None:
    assert set(MOVES) == set(State)
    assert len({render(state_text(state)) for state in State}) == len(State)
    assert len({render(gone_text(reason)) for reason in GoneReason}) == len(GoneReason)


def test_staying_where_one_is_is_no_move() -> None:
    assert [move(state, state) for state in State] == list(State)


@given(st.sampled_from(State), st.sampled_from(State))
def test_a_move_gives_the_new_state_or_refuses(before: State, after: State) -> None:
    if after == before or after in MOVES[before]:
        assert move(before, after) is after
    else:
        with pytest.raises(IllegalMove):
            move(before, after)


def test_only_a_ready_unit_can_be_promised_and_a_promised_one_ships_only_when_packed() -> None:
    assert {state for state in State if State.RESERVED in MOVES[state]} == {State.READY, State.PACKED}
    assert {state for state in PROMISED if State.SHIPPED in MOVES[state]} == {State.PACKED}


def test_a_promised_unit_cannot_go_into_inspection_or_repair() -> None:
    assert PROMISED <= IN_HOUSE
    for state in PROMISED:
        assert not MOVES[state] & {State.INSPECTING, State.IN_REPAIR, State.GONE}


def test_from_every_state_a_unit_can_still_leave_the_house() -> None:
    for start in State:
        reached, border = {start}, {start}
        while border:
            border = {after for state in border for after in MOVES[state]} - reached
            reached |= border
        assert State.GONE in reached
