"""Cells that several imports read in the same way."""

from __future__ import annotations

import pytest

from bmdesk.domain.money import Money
from bmdesk.services.lines import BadCell, amount
from bmdesk.texts import render


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12", 1200), ("12.5", 1250), ("12,50", 1250), ("0.99", 99), ("1000", 100000), ("1 000,00", 100000),
        ("1,234.50", 123450), ("1.234,50", 123450), ("1000,00", 100000),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written_in_either_country(text: str, minor: int) -> None:
    assert amount(text, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize("text", ["1,000", "1.000", "12,500", "999.000", " 1,000 ", "+1,000"])
def test_an_amount_that_can_be_a_thousand_or_a_fraction_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadCell) as refused:
        amount(text, "EUR")
    assert refused.value.reason.code == "files.two_ways"
    assert text.strip() in render(refused.value.reason)
