"""A parcel's number: what is none is refused, what is one is sent as the carrier writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.parcels import (
    MOVES,
    OTHER,
    SHIPPERS,
    BadParcelNumber,
    Carrier,
    ParcelState,
    parcel_number,
    suggested_shipper,
)
from bmdesk.texts import Text

NONE: frozenset[str] = frozenset()


def number(text: str, *devices: str, carriers: tuple[Carrier, ...] = ()) -> str:
    return parcel_number(text, device_identifiers=frozenset(devices), carriers=carriers)


@pytest.mark.parametrize(
    ("given_", "sent"),
    [
        (" rr 123456785 gb ", "RR123456785GB"),
        ("1z999aa10123456784", "1Z999AA10123456784"),
        ("JJD000390007882823478", "JJD000390007882823478"),
        ("%007110015501842374801136276", "15501842374801"),
    ],
)
def test_it_is_sent_upper_case_and_without_blanks(given_: str, sent: str) -> None:
    assert number(given_) == sent


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        ("https://www.royalmail.com/track/RR123456785GB", "parcel.bad_url"),
        ("www.ups.com", "parcel.bad_url"),
        ("", "parcel.bad_characters"),
        ("RR123456785GÜ", "parcel.bad_characters"),
        ("TEST", "parcel.bad_placeholder"),
        ("0000000000", "parcel.bad_placeholder"),
        ("123456789", "parcel.bad_placeholder"),
        ("RR123456784GB", "parcel.bad_check_digit"),
        ("1Z999AA10123456785", "parcel.bad_check_digit"),
        ("356938035643809", "parcel.bad_imei"),
        ("ABC", "parcel.bad_unknown"),
    ],
)
def test_what_is_no_number_is_named(given_: str, reason: str) -> None:
    with pytest.raises(BadParcelNumber) as refused:
        number(given_)
    said = dict(refused.value.params)["reason"]
    assert isinstance(said, Text)
    assert said.code == reason


def test_a_device_in_the_parcel_is_not_its_number_and_a_shape_does_not_mend_a_check_digit() -> None:
    anything = (Carrier("x", "DHL", ".*"),)
    with pytest.raises(BadParcelNumber):
        number("F2LXK0AAHG7F12", "F2LXK0AAHG7F12")
    with pytest.raises(BadParcelNumber):
        number("RR123456784GB", carriers=anything)
    assert number("ABC", carriers=anything) == "ABC"


@given(st.text(max_size=80))
def test_whatever_is_scanned_becomes_a_plain_number_or_is_refused(text: str) -> None:
    try:
        sent = number(text)
    except BadParcelNumber:
        return
    assert sent.isascii()
    assert sent.isalnum()
    assert sent == sent.upper()
    assert 6 <= len(sent) <= 60
    assert number(sent) == sent, "reading it again changes nothing"


@given(st.sampled_from(("RR123456785GB", "123456789012", "QX99")), st.text(max_size=20))
def test_the_carrier_that_is_told_is_always_one_of_the_contract(given_: str, default: str) -> None:
    for carriers in ((), (Carrier("x", "DHL"),), (Carrier("x", "DHL", "QX.*"), Carrier("y", "UPS"))):
        assert suggested_shipper(given_, carriers, default) in SHIPPERS


def test_an_unknown_carrier_is_other() -> None:
    assert suggested_shipper("123456789012", (), "My cousin") == OTHER
    assert suggested_shipper("123456789012", (), "DHL Express") == "DHL Express"


def test_no_parcel_leaves_the_end_of_its_life() -> None:
    assert not MOVES[ParcelState.UNDONE]
    assert all(ParcelState.UNDONE not in after for before, after in MOVES.items() if before != "packed")
