"""`bmdesk catalog count` and `counted`: a script says how many cases lie there."""

from __future__ import annotations

from tests.cli.conftest import Bmdesk
from tests.desks import PHONE


def test_a_count_is_listed_and_ends_with_units(stocked: Bmdesk) -> None:
    assert stocked("catalog", "counted", "--json").json == []
    asked = stocked("catalog", "count", "GS22", "25")
    assert asked.code == 1 and "--grade" in asked.err
    assert stocked("catalog", "count", "GS22", "25", "--grade", "good").code == 0
    assert stocked("catalog", "count", "gs22", "24", "--json").json == {"sku": "GS22-GOOD", "pieces": 24}
    (row,) = stocked("catalog", "counted", "--json").json
    assert (row["sku"], row["pieces"], row["grade"]) == ("GS22-GOOD", 24, "GOOD")
    assert "GS22-GOOD" in stocked("catalog", "counted").out
    assert stocked("catalog", "count", "GS22", "units").code == 0
    assert stocked("catalog", "counted", "--json").json == []


def test_nonsense_and_products_with_units_are_refused(stocked: Bmdesk) -> None:
    assert stocked("catalog", "count", "GS22", "many", "--grade", "GOOD").code == 1
    refused = stocked("catalog", "count", PHONE, "3")
    assert refused.code == 1 and "units" in refused.err
    assert stocked("catalog", "count", "NOBODY", "3").code == 1
