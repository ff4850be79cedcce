"""A card does what is printed on it, or says what is wrong with it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.cards import (
    LOCK_KINDS,
    MOST_CYCLES,
    MOST_MINUTES,
    OUTCOMES,
    AddDefect,
    AddLabour,
    AddPart,
    AddPhoto,
    AllPass,
    Also,
    BadCard,
    Command,
    Confirm,
    Done,
    Hold,
    NextUnit,
    Override,
    PutAway,
    RecordAccessory,
    RecordBattery,
    RecordErasure,
    RecordLock,
    RecordTest,
    SetBatch,
    SetGrade,
    SetModel,
    Undo,
    card_text,
    parse_card,
)
from bmdesk.texts import render

_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
codes = st.text(_letters, min_size=1, max_size=32)
_printable = st.characters(codec="utf-8").filter(str.isprintable)
lines = (
    st.text(_printable, min_size=1, max_size=64)
    .map(str.strip)
    .filter(lambda text: text and "BMD:" not in text.upper())
)
fields = lines.map(lambda text: text.replace(":", "-"))
_places = st.text(_letters + "-", min_size=1, max_size=32)
commands = st.one_of(
    st.builds(SetBatch, lines),
    st.builds(SetModel, lines),
    st.builds(PutAway, _places.filter(lambda text: text[0] not in "_-"), _places),
    st.builds(RecordTest, codes, st.sampled_from(OUTCOMES), st.none() | lines),
    st.builds(RecordBattery, st.integers(0, 100), st.none() | st.integers(0, MOST_CYCLES)),
    st.builds(AddDefect, codes, codes, st.integers(1, 3)),
    st.builds(RecordAccessory, codes, st.booleans()),
    st.just(RecordErasure()),
    st.builds(RecordErasure, fields, st.none() | lines),
    st.builds(
        RecordLock,
        st.just(LOCK_KINDS) | st.sampled_from(LOCK_KINDS).map(lambda kind: (kind,)),
        st.booleans(),
        st.none() | lines,
    ),
    st.builds(AddPart, codes, st.none() | st.decimals(0, 999_999, places=2)),
    st.builds(AddLabour, st.integers(0, MOST_MINUTES)),
    st.builds(AddPhoto, lines),
    st.builds(SetGrade, codes.filter(lambda text: text[0] != "_"), st.none() | lines),
    st.builds(Hold, lines),
    st.builds(Override, lines),
    st.sampled_from([AllPass(), Also(), Done(), Undo(), Confirm(), NextUnit()]),
)


@given(commands)
def test_what_is_printed_is_what_is_read(command: Command) -> None:
    assert parse_card(card_text(command)) == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("BMD:BATCH:LOT-7", SetBatch("LOT-7")),
        ("bmd:done", Done()),
        ("BMD:BIN:main/a-01", PutAway("MAIN", "A-01")),
        ("BMD:BIN:MAIN/-", PutAway("MAIN", "-")),
        ("BMD:test:screen:fail:line: 3 px", RecordTest("SCREEN", "FAIL", "line: 3 px")),
        ("BMD:BATTERY:87", RecordBattery(87)),
        ("BMD:BATTERY:87%:412", RecordBattery(87, 412)),
        ("BMD:DEFECT:BACK:SCRATCH:2", AddDefect("BACK", "SCRATCH", 2)),
        ("BMD:ACC:CHARGER:no", RecordAccessory("CHARGER", present=False)),
        ("BMD:ERASED", RecordErasure()),
        ("BMD:ERASED:", RecordErasure()),
        ("BMD:ERASED:Blancco:a:b", RecordErasure("Blancco", "a:b")),
        ("BMD:LOCK:ALL:OFF", RecordLock(("ACTIVATION", "MDM", "SIM", "BLACKLIST"), on=False)),
        ("BMD:LOCK:SIM:ON:settings", RecordLock(("SIM",), on=True, method="settings")),
        ("BMD:PART:BATTERY:12,50", AddPart("BATTERY", Decimal("12.5"))),
        ("BMD:GRADE:not for sale:bent", SetGrade("NOT_FOR_SALE", "bent")),
        ("BMD:GRADE:b+", SetGrade("B+")),
        ("BMD:HOLD:waits for: screen", Hold("waits for: screen")),
        ("BMD:NEXT", NextUnit()),
    ],
)
def test_the_last_field_takes_the_rest_and_case_does_not_matter(text: str, command: Command) -> None:
    assert parse_card(text) == command


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("BMD:BATTERY:101", "BATTERY"),
        ("BMD:BATTERY:-1", "BATTERY"),
        ("BMD:BATTERY:٨٠", "BATTERY"),
        ("BMD:BATTERY:", "BATTERY"),
        ("BMD:BATTERY:80:many", "BATTERY"),
        ("BMD:DEFECT:BACK:SCRATCH:4", "DEFECT"),
        ("BMD:DEFECT:BACK:SCRATCH", "DEFECT"),
        ("BMD:DEFECT:BACK:SCRATCH:1:2", "DEFECT"),
        ("BMD:TEST:SCREEN", "TEST"),
        ("BMD:TEST:SCREEN:MAYBE", "TEST"),
        ("BMD:TEST::PASS", "TEST"),
        ("BMD:TEST:../../x:PASS", "TEST"),
        ("BMD:ACC:CHARGER:MAYBE", "ACC"),
        ("BMD:LOCK:FRP:OFF", "LOCK"),
        ("BMD:ERASED::cert", "ERASED"),
        ("BMD:LABOUR:1441", "LABOUR"),
        ("BMD:PART:SCREEN:1e9", "PART"),
        ("BMD:PART:SCREEN:-5", "PART"),
        ("BMD:BIN:MAIN", "BIN"),
        ("BMD:BIN:../etc/x", "BIN"),
        ("BMD:GRADE:", "GRADE"),
        ("BMD:HOLD:", "HOLD"),
        ("BMD:HOLD:" + "x" * 1000, "HOLD"),
        ("BMD:DANCE", "DANCE"),
    ],
)
def test_a_bad_card_names_itself_and_what_is_expected(text: str, word: str) -> None:
    with pytest.raises(BadCard) as error:
        parse_card(text)
    assert word in render(error.value.problem)
    assert len(render(error.value.happened)) < 250
    assert render(error.value.title) != render(error.value.todo)


@pytest.mark.parametrize(
    "text", ["BMD:DONEBMD:DONE", "BMD:HOLD:no boxbmd:done", "BMD:DONE:356938035643809", "DONE", "", "BMD:"]
)
def test_what_hangs_on_a_card_is_not_swallowed(text: str) -> None:
    with pytest.raises(BadCard):
        parse_card(text)


@given(st.text())
def test_any_text_is_a_command_or_a_bad_card(rest: str) -> None:
    try:
        command = parse_card("BMD:" + rest)
    except BadCard as bad:
        assert render(bad.happened)  # noqa: PT017 - a command is as good as a reason here
    else:
        assert parse_card(card_text(command)) == command
