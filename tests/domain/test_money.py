"""Money is counted in whole minor units, and read only where it is plain what was meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.money import Money, NotMoney
from bmdesk.texts import render


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12,50", 1250),
        ("1 234,50", 123450),
        ("1\u202f234,50", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("-3.10", -310),
        ("0", 0),
        ("12.50000", 1250),
    ],
)
def test_people_write_amounts_in_many_ways(written: str, cents: int) -> None:
    assert Money.parse(written, "eur") == Money(cents, "EUR")


@pytest.mark.parametrize(
    "written",
    ["", "abc", "1e3", "NaN", "Infinity", "1_000", "٣", "12.345", "1,234", "1.2.3", "9" * 40, "--1"],
)
def test_what_is_not_plainly_an_amount_is_refused(written: str) -> None:
    with pytest.raises(NotMoney) as refused:
        Money.parse(written, "EUR")
    assert render(refused.value.happened)


@pytest.mark.parametrize("currency", ["", "EU", "EURO", "€UR", "12E"])
def test_a_currency_has_three_letters(currency: str) -> None:
    with pytest.raises(NotMoney):
        Money.parse("1", currency)


def test_yen_have_no_decimals_and_dinars_three() -> None:
    assert Money.parse("1200", "JPY") == Money(1200, "JPY")
    assert Money.parse("1.234", "KWD") == Money(1234, "KWD")
    with pytest.raises(NotMoney):
        Money.parse("1200.5", "JPY")


def test_three_dimes_are_thirty_cents() -> None:
    dime = Money.parse("0.10", "EUR")
    assert sum(part.minor for part in (dime, dime, dime)) == Money.parse("0.30", "EUR").minor


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_shown_reads_back_as_the_same_amount(minor: int, currency: str) -> None:
    shown = str(Money(minor, currency)).removesuffix(f" {currency}")
    assert Money.parse(shown, currency) == Money(minor, currency)
    assert Decimal(shown) == Money(minor, currency).amount


@given(st.text(max_size=30))
def test_reading_any_text_gives_money_or_a_reason(text: str) -> None:
    try:
        said = str(Money.parse(text, "EUR"))
    except NotMoney as refused:
        said = render(refused.happened)
    assert said
