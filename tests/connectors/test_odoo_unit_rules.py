"""What bmdesk decides about a lot before it asks Odoo anything: whose value counts, which unit was refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bmdesk.connectors.odoo.failures import OdooRejected
from bmdesk.connectors.odoo.records import apart
from bmdesk.connectors.odoo.units.lot_values import compare
from bmdesk.services.odoo.units.units_seen import Value
from bmdesk.services.odoo.units.units_there import with_sent, without_sent


@pytest.mark.parametrize(
    ("ours", "theirs", "before", "decided"),
    [
        ("GOOD", "GOOD", "FAIR", "agreed"),
        ("GOOD", "FAIR", "FAIR", "write"),
        ("GOOD", "FAIR", "GOOD", "theirs"),
        ("GOOD", "FAIR", "PREMIUM", "theirs"),
        (None, "FAIR", "FAIR", "write"),
        ("GOOD", None, "FAIR", "theirs"),
    ],
)
def test_only_what_was_left_there_is_overwritten(
    ours: Value, theirs: Value, before: Value, decided: str
) -> None:
    verdict = compare({"f": ours}, {"f": theirs}, {"values": {"f": before}}, made_here=True)
    assert ("f" in verdict.write, "f" in verdict.theirs) == (decided == "write", decided == "theirs")
    assert verdict.agreed == {"f": before if decided == "theirs" else ours}


@pytest.mark.parametrize(
    ("theirs", "made_here", "written"), [(None, False, True), ("FAIR", False, False), ("FAIR", True, True)]
)
def test_where_nothing_is_remembered_only_an_empty_field_or_our_own_lot_is_written(
    theirs: Value, made_here: bool, written: bool
) -> None:
    verdict = compare({"f": "GOOD"}, {"f": theirs}, None, made_here=made_here)
    assert (verdict.write == {"f": "GOOD"}, verdict.theirs == {"f": theirs}) == (written, not written)
    assert ("f" in verdict.agreed) is written


def test_what_was_on_its_way_there_is_ours_until_both_agree_anew() -> None:
    agreed = {"values": {"f": "GOOD"}}
    base = with_sent(with_sent(agreed, {"f": "FAIR"}), {"f": "PREMIUM"})
    assert with_sent(base, {"f": "FAIR"}) == base, "sent again it is noted once"
    for theirs in ("GOOD", "FAIR", "PREMIUM"):
        assert compare({"f": "EXCELLENT"}, {"f": theirs}, base, made_here=False).write == {"f": "EXCELLENT"}
    assert compare({"f": "EXCELLENT"}, {"f": "FAIR"}, without_sent(base), made_here=False).theirs == {
        "f": "FAIR"
    }
    assert without_sent(base) == agreed


def rejected() -> OdooRejected:
    return OdooRejected(remote="Odoo", reason="no")


def test_those_that_are_refused_are_found_and_the_others_are_done() -> None:
    done: list[int] = []
    bad: list[int] = []
    calls = 0

    def act(some: Sequence[int]) -> None:
        nonlocal calls
        calls += 1
        if not {137, 138, 400}.isdisjoint(some):
            raise rejected()
        done.extend(some)

    apart(range(500), act, lambda one, _: bad.append(one))
    assert sorted(bad) == [137, 138, 400] and sorted([*done, *bad]) == list(range(500))
    assert calls < 60


def test_where_all_are_refused_it_is_not_asked_for_each() -> None:
    bad: list[int] = []
    calls = 0

    def act(some: Sequence[int]) -> None:
        nonlocal calls
        calls += 1
        raise rejected()

    apart(range(500), act, lambda one, _: bad.append(one))
    assert sorted(bad) == list(range(500))
    assert calls < 60
