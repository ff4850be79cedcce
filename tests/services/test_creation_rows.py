"""The rows that make listings go into the marketplace's own template: bmdesk reads them there as they were meant."""

from __future__ import annotations

import pytest

from bmdesk.domain import upload_template
from bmdesk.domain.money import Money
from bmdesk.domain.upload_template import Wish, read_template
from bmdesk.services.selling.creation_rows import COLUMNS, csv_text, listing_cells

EAN = "0194252707227"
PRODUCT = "123e4567-e89b-12d3-a456-426614174000"


@pytest.mark.parametrize("grade", ["PREMIUM", "EXCELLENT", "GOOD", "FAIR"])
def test_what_is_written_is_read_as_it_was_meant(grade: str) -> None:
    assert set(COLUMNS) < set(upload_template.COLUMNS)
    rows = [
        listing_cells("IP13-128", grade, Money(45_050, "EUR"), new_battery=True, ean=EAN, product_id=""),
        listing_cells("IP13-256", grade, Money(60_000, "JPY"), new_battery=False, ean="", product_id=PRODUCT),
    ]
    found = read_template(csv_text(rows).encode())
    assert found.faults == ()
    assert [(one.sku, one.quantity, one.grade, str(one.price), one.currency) for one in found.wishes] == [
        ("IP13-128", 0, grade, "450.50", "EUR"),
        ("IP13-256", 0, grade, "60000", "JPY"),
    ]
    assert [told(one) for one in found.wishes] == [(True, EAN, ""), (False, "", PRODUCT)]


def told(one: Wish) -> tuple[bool, str, str]:
    return one.new_battery, one.ean, one.product_id
