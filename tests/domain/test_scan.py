"""The router: what was scanned, never wrongly, never with an exception."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bmdesk.domain.cards import Command, Done, card_text
from bmdesk.domain.identifiers import ean_holds, luhn_holds
from bmdesk.domain.scan import (
    LONGEST,
    BadgeScan,
    CommandScan,
    Expected,
    Kind,
    clean,
    lookup_keys,
    route,
    same_scan_again,
)
from bmdesk.domain.tracking import s10_holds, ups_holds
from bmdesk.texts import render
from tests.domain.test_cards import commands
from tests.domain.test_identifiers import imeis, with_check_digit

IMEI, OTHER_IMEI = "356938035643809", "490154203237518"
EAN, S10, UPS = "4006381333931", "RR123456785GB", "1Z999AA10123456784"

expectations = st.sampled_from(Expected)
knowledge = st.frozensets(st.sampled_from(Kind))
digits = st.text("0123456789", min_size=1, max_size=40)
noise = st.text("0123456789ABZ]CdBMD:/-_. &é\"'(è\r\n\t\x00\ufeff", max_size=60)
bodies = st.text("0123456789", min_size=8, max_size=8)
s10s = st.builds(
    lambda letters, body, country: (
        with_check_digit(letters + body, lambda head: s10_holds(head + country)) + country
    ),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    bodies,
    st.sampled_from(["GB", "FR", "DE", "ES", "NL", "CN"]),
)
upses = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=15, max_size=15).map(
    lambda body: with_check_digit("1Z" + body, ups_holds)
)
eans = (
    st.text("0123456789", min_size=12, max_size=12)
    .filter(lambda b: b.strip("0"))
    .map(lambda body: with_check_digit(body, ean_holds))
)


@given(st.text() | noise | digits, expectations, knowledge)
@example("\ud800", Expected.ANY, frozenset())
@example("]C1" * 50, Expected.ANY, frozenset())
def test_any_text_gets_an_answer_and_a_refusal_gets_a_reason(
    text: str, expected: Expected, known: frozenset[Kind]
) -> None:
    scan = route(text, expected, known)
    assert scan.text == clean(text)[:LONGEST]
    if scan.kind is Kind.UNREADABLE:
        assert render(scan.reason)
    if scan.kind is Kind.AMBIGUOUS:
        assert len(set(scan.kinds)) >= 2


@given(noise | digits | imeis, expectations, knowledge)
def test_no_answer_carries_a_number_that_does_not_hold(
    text: str, expected: Expected, known: frozenset[Kind]
) -> None:
    scan = route(text, expected, known)
    if scan.kind is Kind.IMEI:
        assert luhn_holds(scan.imei.digits)
        assert len(scan.imei.digits) == 15
    if scan.kind is Kind.EAN:
        assert ean_holds(scan.ean.digits)
    if scan.kind is Kind.SERIAL:
        assert not (scan.serial.text.isdecimal() and len(scan.serial.text) == 15)


@given(imeis, st.sampled_from(["{}", "{}\r\n", "]C1{}", "]d2{}\t", "\x00{}", "\ufeff{}\n", " IMEI: {} "]))
def test_an_imei_is_an_imei_whatever_the_scanner_adds(number: str, dress: str) -> None:
    scan = route(dress.format(number))
    assert scan.kind is Kind.IMEI
    assert scan.imei.digits == number


@given(imeis, st.integers(0, 14), st.sampled_from("0123456789"), expectations, knowledge)
def test_one_wrong_digit_never_passes_for_a_device(
    number: str, place: int, other: str, expected: Expected, known: frozenset[Kind]
) -> None:
    assume(number[place] != other)
    wrong = number[:place] + other + number[place + 1 :]
    assert route(wrong, expected, known - {Kind.SKU, Kind.TRACKING}).kind in (
        (Kind.TRACKING, Kind.SKU) if expected is Expected.TRACKING else (Kind.UNREADABLE,)
    )


@given(imeis, st.integers(0, 13), expectations)
def test_two_swapped_digits_never_pass_for_an_imei(number: str, place: int, expected: Expected) -> None:
    first, second = number[place], number[place + 1]
    assume(first != second and {first, second} != {"0", "9"})
    swapped = number[:place] + second + first + number[place + 2 :]
    assert route(swapped, expected).kind is not Kind.IMEI


@given(imeis, imeis, expectations, st.sampled_from(["", " ", "\r\n", "\t", "]C1", "/"]))
def test_two_imeis_in_one_scan_are_noticed(first: str, second: str, expected: Expected, between: str) -> None:
    assert _is_stuck(first + between + second, expected)


@given(imeis, eans, expectations)
def test_an_imei_and_a_product_code_in_one_scan_are_noticed(
    number: str, ean: str, expected: Expected
) -> None:
    assert _is_stuck(number + ean, expected)
    assert _is_stuck(ean + number, expected)


@given(eans, eans, expectations)
def test_two_product_codes_in_one_scan_are_noticed(first: str, second: str, expected: Expected) -> None:
    assert _is_stuck(first + second, expected)


@given(imeis, st.sampled_from([S10, UPS, "JJD01460001234567890", "C39XK1ABC2D3"]), expectations)
def test_an_imei_beside_another_code_is_noticed(number: str, other: str, expected: Expected) -> None:
    assert _is_stuck(number + other, expected)
    assert _is_stuck(other + number, expected)


@pytest.mark.parametrize(
    "text",
    [
        "BMD:DONEBMD:DONE",
        IMEI + "BMD:DONE",
        "BMD:HOLD:no box" + IMEI,
        "BMD:HOLD:no box\r" + IMEI,
        "C39AB12345\r\nC39AB12346",
        "C39AB12345\tC39AB12346",
        "C39AB12345C39AB12345",
        "BIN:MAIN/A-01\r" + IMEI,
        "BIN:MAIN/A-01" + IMEI,
        f"IMEI1: {IMEI} IMEI2: {OTHER_IMEI}",
        S10 + S10,
        UPS + UPS,
        IMEI[:-1] + "8C39XK1ABC2D3",
        IMEI + "AB123",
        (IMEI[:-1] + "8") * 2,
        "BMD:OP:ANNA\rBMD:DONE",
    ],
)
def test_two_scans_in_one_are_said_to_be_two(text: str) -> None:
    assert _is_stuck(text, Expected.ANY)


def _is_stuck(text: str, expected: Expected) -> bool:
    scan = route(text, expected)
    return scan.kind is Kind.UNREADABLE and scan.reason.code == "scan.stuck_together"


@given(commands, expectations, knowledge)
def test_every_printed_card_is_its_command(
    command: Command, expected: Expected, known: frozenset[Kind]
) -> None:
    scan = route(card_text(command), expected, known)
    assert scan == CommandScan(card_text(command), command)


def test_a_scanner_with_caps_lock_reads_cards_all_the_same() -> None:
    assert route("bmd:done") == CommandScan("bmd:done", Done())
    assert route("bmd:op:anna") == BadgeScan("bmd:op:anna", "ANNA")


@pytest.mark.parametrize("text", ["BMD:OP:", "BMD:OP", "BMD:OP:a b", "BMD:OP:" + "x" * 60])
def test_a_bad_badge_says_how_a_badge_reads(text: str) -> None:
    assert "BMD:OP:" in _refusal(text)


def test_a_bad_card_says_what_is_expected() -> None:
    assert "1440" in _refusal("BMD:LABOUR:9999")


def _refusal(text: str) -> str:
    scan = route(text)
    assert scan.kind is Kind.UNREADABLE
    return render(scan.reason)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"(-ç"_à"(-\'"_àç', IMEI),
        ('\'àà-"_&"""ç"&', EAN),
        ('"(§ç"!à"(§\'"!àç', IMEI),
        ('C"çXK&QBCéD"', "C39XK1ABC2D3"),
        ("B?DMDONE", "BMD:DONE"),
        ("b,dMdone", "BMD:DONE"),
        ("B?DMBQTTERYM_è", "BMD:BATTERY:87"),
        ("BMDÖBATTERYÖ87", "BMD:BATTERY:87"),
        ("BMDÑDONE", "BMD:DONE"),
        ("BMDçDONE", "BMD:DONE"),
        ("BMD;DONE", "BMD:DONE"),
    ],
)
def test_a_wrong_keyboard_layout_is_named_with_what_was_meant(typed: str, meant: str) -> None:
    scan = route(typed)
    assert scan.kind is Kind.UNREADABLE
    assert scan.reason.code == "scan.wrong_layout"
    assert meant in render(scan.reason)


@given(s10s | upses, expectations)
def test_parcel_numbers_with_check_digit_are_known_anywhere(number: str, expected: Expected) -> None:
    scan = route(number.lower() + "\n", expected)
    assert scan.kind is Kind.TRACKING
    assert scan.number == number


@given(s10s, st.integers(2, 10), st.sampled_from("0123456789"), expectations)
def test_a_wrong_digit_in_a_postal_number_is_noticed(
    number: str, place: int, other: str, expected: Expected
) -> None:
    assume(number[place] != other and expected is not Expected.SKU)
    assume("5" not in (number[10], other if place == 10 else number[10]))  # S10 gives 5 to two remainders
    wrong = number[:place] + other + number[place + 1 :]
    assert route(wrong, expected).kind is Kind.UNREADABLE


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(2, 15), expectations)
def test_two_swapped_digits_in_a_ups_number_are_noticed(body: str, place: int, expected: Expected) -> None:
    number = with_check_digit("1Z" + body, ups_holds)
    first, second = number[place], number[place + 1]
    assume(first != second)  # and not the last two, which count alike
    swapped = number[:place] + second + first + number[place + 2 :]
    assert route(swapped, expected).kind is Kind.UNREADABLE


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        (EAN, Expected.ANY, Kind.EAN),
        ("036000291452", Expected.ANY, Kind.EAN),
        ("4006381333930", Expected.ANY, Kind.UNREADABLE),
        ("96385074", Expected.ANY, Kind.AMBIGUOUS),
        ("96385074", Expected.ORDER, Kind.ORDER),
        ("48213377", Expected.ORDER, Kind.ORDER),
        ("48213377", Expected.ANY, Kind.AMBIGUOUS),
        ("48213377", Expected.DEVICE, Kind.SERIAL),
        ("48213377", Expected.TRACKING, Kind.TRACKING),
        ("4821337712", Expected.ANY, Kind.AMBIGUOUS),
        ("4821337712", Expected.TRACKING, Kind.TRACKING),
        ("15501234567890", Expected.TRACKING, Kind.TRACKING),
        ("JJD01460001234567890", Expected.ANY, Kind.TRACKING),
        ("3SABCD1234567", Expected.TRACKING, Kind.TRACKING),
        ("Q33Z39J5LC9Z", Expected.TRACKING, Kind.AMBIGUOUS),
        (IMEI, Expected.TRACKING, Kind.AMBIGUOUS),
        (IMEI[:-1], Expected.DEVICE, Kind.UNREADABLE),
        (IMEI[:-1] + "01", Expected.DEVICE, Kind.UNREADABLE),
        (IMEI + "01", Expected.DEVICE, Kind.UNREADABLE),
        ("c39xk1abc2d3", Expected.ANY, Kind.SERIAL),
        ("03-27450123-4567890", Expected.DEVICE, Kind.SERIAL),
        ("BIN:main/a-01", Expected.ANY, Kind.BIN),
        ("MAIN/A-01", Expected.BIN, Kind.BIN),
        ("MAIN/A-01", Expected.ANY, Kind.AMBIGUOUS),
        ("BIN:MAIN", Expected.ANY, Kind.UNREADABLE),
        ("IPH13-128-GOOD", Expected.SKU, Kind.SKU),
        ("https://track.example/1Z999AA10123456784", Expected.TRACKING, Kind.UNREADABLE),
        ("www.example.com", Expected.ANY, Kind.UNREADABLE),
        ("MLPF3ZD/A", Expected.DEVICE, Kind.UNREADABLE),
        ("89049032005008882600033472134561", Expected.DEVICE, Kind.UNREADABLE),
        ("N/A", Expected.DEVICE, Kind.UNREADABLE),
        ("hello there", Expected.ANY, Kind.UNREADABLE),
        ("\x00\r\n", Expected.ANY, Kind.UNREADABLE),
        ("A1" * 300, Expected.ANY, Kind.UNREADABLE),
        ("\x00" * 5000 + IMEI, Expected.ANY, Kind.UNREADABLE),
    ],
)
def test_shape_and_expectation_decide_or_a_person_is_asked(text: str, expected: Expected, kind: Kind) -> None:
    assert route(text, expected).kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("96385074", Kind.ORDER),
        ("96385074", Kind.EAN),
        ("48213377", Kind.SERIAL),
        ("4821337712", Kind.TRACKING),
        ("MAIN/A-01", Kind.BIN),
        ("IPH13-128-GOOD", Kind.SKU),
        ("iph13 128 / good & cheap", Kind.SKU),
        (IMEI, Kind.TRACKING),
    ],
)
def test_what_the_store_knows_settles_the_question(text: str, kind: Kind) -> None:
    assert route(text, known=frozenset({kind})).kind is kind


def test_what_the_store_knows_makes_no_wrong_number_right() -> None:
    assert route(IMEI[:-1] + "8", known=frozenset({Kind.IMEI, Kind.SERIAL})).kind is Kind.UNREADABLE
    assert route("RR123456786GB", known=frozenset({Kind.TRACKING})).kind is Kind.UNREADABLE


def test_the_unit_at_hand_is_no_tracking_number() -> None:
    assert route(IMEI, Expected.TRACKING, frozenset({Kind.IMEI})).kind is Kind.IMEI


def test_two_known_kinds_are_settled_by_what_is_expected_or_asked() -> None:
    both = frozenset({Kind.ORDER, Kind.SERIAL})
    assert route("48213377", Expected.ORDER, both).kind is Kind.ORDER
    asked = route("48213377", Expected.ANY, both)
    assert asked.kind is Kind.AMBIGUOUS
    assert set(asked.kinds) == both


@given(st.text() | noise)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once) <= LONGEST + 1
    once.encode()


@given(imeis)
def test_the_store_is_asked_under_every_spelling(number: str) -> None:
    assert number in lookup_keys(f"IMEI: {number[:2]} {number[2:8]} {number[8:14]} {number[14]}")
    assert "C39XK1" in lookup_keys("s/n: c39xk1\r")
    assert lookup_keys("BMD:DONE") == ()


def test_a_trigger_held_too_long_is_one_scan() -> None:
    at = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    moment = timedelta(milliseconds=700)
    assert same_scan_again(IMEI, at, f"]C1{IMEI}\r", at + moment / 2, moment)
    assert not same_scan_again(IMEI, at, IMEI, at + moment * 2, moment)
    assert not same_scan_again(IMEI, at, OTHER_IMEI, at, moment)
    assert not same_scan_again(IMEI, at, IMEI, at - moment, moment)  # a clock that jumped back proves nothing
