"""A value of these types needs no second check."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bmdesk.domain.identifiers import (
    Ean,
    Identifier,
    IdentifierKind,
    Imei,
    NotAnEan,
    NotAnImei,
    NotASerial,
    Serial,
    ean_holds,
    identify,
    is_ulid,
    luhn_holds,
    new_ulid,
    sku_key,
)
from bmdesk.texts import render

GOOD = "356938035643809"


def with_check_digit(body: str, holds: Callable[[str], bool]) -> str:
    return next(body + digit for digit in "0123456789" if holds(body + digit))


imeis = (
    st.text("0123456789", min_size=14, max_size=14)
    .filter(lambda body: body.strip("0"))
    .map(lambda body: with_check_digit(body, luhn_holds))
)


@given(imeis)
def test_fifteen_digits_whose_check_digit_holds_are_an_imei(digits: str) -> None:
    assert Imei.parse(digits).digits == digits
    assert identify(digits) == Identifier(IdentifierKind.IMEI, digits)


@given(imeis, st.integers(0, 14), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_never_an_imei_and_never_a_serial(digits: str, place: int, other: str) -> None:
    assume(digits[place] != other)
    wrong = digits[:place] + other + digits[place + 1 :]
    with pytest.raises(NotAnImei):
        identify(wrong)
    with pytest.raises(NotASerial):
        Serial.parse(wrong)


@given(imeis, st.integers(0, 13))
def test_two_swapped_digits_are_never_an_imei(digits: str, place: int) -> None:
    first, second = digits[place], digits[place + 1]
    assume(first != second and {first, second} != {"0", "9"})  # Luhn cannot see 09 for 90
    with pytest.raises(NotAnImei):
        Imei.parse(digits[:place] + second + first + digits[place + 2 :])


@pytest.mark.parametrize(
    "printed",
    [
        "35 693803 564380 9",
        "35-693803-564380-9",
        "35693803/564380/9",
        f"IMEI: {GOOD}",
        f"IMEI1:{GOOD}",
        f"imei 2 {GOOD}",
    ],
)
def test_an_imei_may_be_typed_as_it_is_printed(printed: str) -> None:
    assert Imei.parse(printed).digits == GOOD


@pytest.mark.parametrize("text", ["3569380356438012", f"{GOOD}/01", f"{GOOD} / 01", "35-693803-564380-9-01"])
def test_an_imei_with_software_version_says_that_the_imei_is_wanted(text: str) -> None:
    with pytest.raises(NotAnImei) as error:
        identify(text)
    assert "*#06#" in render(error.value.reason)


def test_the_zeros_of_a_board_without_imei_are_no_imei() -> None:
    with pytest.raises(NotAnImei):
        Imei.parse("0" * 15)


@pytest.mark.parametrize(
    "text", ["", "abc", "35693803564380", "３５６９３８０３５６４３８０９", "²" * 15, "x" * 10_000]
)
def test_what_is_no_imei_says_why_in_words(text: str) -> None:
    with pytest.raises(NotAnImei) as error:
        Imei.parse(text)
    assert all(render(part) for part in (error.value.title, error.value.happened, error.value.todo))
    assert len(render(error.value.happened)) < 200


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("c39xk1abc2d3", "C39XK1ABC2D3"),
        (" R58M123 ", "R58M123"),
        ("S/N: pf0x-1/2", "PF0X-1/2"),
        ("SN12345", "SN12345"),
    ],
)
def test_a_serial_is_kept_in_one_spelling(text: str, serial: str) -> None:
    assert Serial.parse(text).text == serial
    assert Serial.parse(serial).text == serial


@pytest.mark.parametrize(
    "text",
    [
        "000000",
        "11111",
        "123456789",
        "0123456789",
        "N/A",
        "unknown",
        "None",
        "To be filled by O.E.M.",
        "XXXXXXX",
        "Default string",
        "ABCDEF",
        "A1",
        "A1" * 16,
        "C39 XYZ 1",
        "C39;XYZ",
        "Ä12345",
        GOOD,
    ],
)
def test_placeholders_and_prose_are_no_serials(text: str) -> None:
    with pytest.raises(NotASerial) as error:
        Serial.parse(text)
    assert render(error.value.happened)


@given(st.text())
def test_identify_answers_or_says_why(text: str) -> None:
    try:
        found = identify(text)
    except (NotAnImei, NotASerial) as error:
        assert render(error.happened)  # noqa: PT017 - an answer is as good as a reason here
    else:
        assert identify(found.value) == found


@given(st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
def test_an_ean_holds_by_its_check_digit_alone(body: str) -> None:
    assume(body.strip("0"))
    digits = with_check_digit(body, ean_holds)
    assert Ean.parse(digits).digits == digits
    with pytest.raises(NotAnEan):
        Ean.parse(body + str((int(digits[-1]) + 1) % 10))


@pytest.mark.parametrize("text", ["4006381333931", "036000291452", "96385074", "10012345678902"])
def test_real_product_codes_are_read(text: str) -> None:
    assert Ean.parse(text).digits == text


@pytest.mark.parametrize("text", ["", "400638133393", "4006381333930", "4006381 333931", "00000000", "abc"])
def test_what_is_no_product_code_is_refused(text: str) -> None:
    with pytest.raises(NotAnEan) as error:
        Ean.parse(text)
    assert render(error.value.happened)


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10), st.integers(0, 2**48 - 1))
def test_keys_sort_by_the_time_they_were_made(now: int, randomness: bytes, later: int) -> None:
    key = new_ulid(now, randomness)
    assert is_ulid(key)
    if later > now:
        assert new_ulid(later, bytes(10)) > key


def test_a_key_is_the_one_of_the_standard() -> None:
    assert new_ulid(1469918176385, bytes(10)) == "01ARYZ6S410000000000000000"
    assert not is_ulid("8" + "0" * 25)
    assert not is_ulid("01aryz6s410000000000000000")
    with pytest.raises(ValueError, match="80 bits"):
        new_ulid(0, b"short")


def test_case_and_blanks_make_no_second_sku() -> None:
    assert sku_key(" iph13-128-Good ") == sku_key("IPH13-128-GOOD")
