"""A seller's own grade names, from the map to the list."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.conftest import CLEAN_PHONE, Bmdesk
from tests.desks import IMEIS


def mapped(stocked: Bmdesk, folder: Path, *more: tuple[str, str, str]) -> Any:
    """Save these grade names beside bmdesk's own."""
    document = stocked("policies", "show", "grade_map").json
    document["grades"] += [dict(zip(("code", "title", "maps_to"), one, strict=True)) for one in more]
    (folder / "map.json").write_text(json.dumps(document), "utf-8")
    return stocked("policies", "save", "grade_map", "map.json")


def test_a_plus_and_poor_are_scanned_kept_and_found(
    stocked: Bmdesk, script: Callable[..., str], tmp_path: Path
) -> None:
    saved = mapped(stocked, tmp_path, ("A+", "Like new", "EXCELLENT"), ("POOR", "Poor", "NOT_FOR_SALE"))
    assert saved.code == 0, saved.err
    steps = [IMEIS[1], *CLEAN_PHONE[1:2], *CLEAN_PHONE[3:-1]]
    said = stocked("bench", "--script", script(*steps, "BMD:GRADE:a+", "BMD:DONE")).lines
    assert said[-1]["ok"] and "Like new" in said[-1]["message"]
    said = stocked("bench", "--script", script(IMEIS[2], "BMD:GRADE:POOR:bent", "BMD:DONE")).lines
    assert said[-1]["ok"]
    for asked, found in (("A+", [IMEIS[1]]), ("a+", [IMEIS[1]]), ("POOR", [IMEIS[2]]), ("B", [])):
        units = stocked("units", "list", "--grade", asked, "--json").json
        assert [unit["identifier"] for unit in units] == found
    assert len(stocked("units", "list", "--grade", "EXCELLENT", "--json").json) == 2


def test_two_names_that_a_card_cannot_tell_apart_are_refused(stocked: Bmdesk, tmp_path: Path) -> None:
    saved = mapped(stocked, tmp_path, ("A-1", "One", "GOOD"), ("A_1", "Other", "FAIR"))
    assert (saved.code, saved.err.count("\n")) == (1, 1)
