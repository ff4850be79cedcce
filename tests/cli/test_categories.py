"""`bmdesk categories`, as a script calls it, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk
from tests.desks import PHONE

PHONES = "2"


@pytest.fixture(scope="module")
def _marketplace() -> Iterator[Simulator]:
    with Simulator(token="good-token", limits=False) as running:
        yield running


@pytest.fixture
def market(
    _marketplace: Simulator, stocked: Bmdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """A marketplace whose tree was read."""
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "good-token")
    _marketplace.reset()
    assert stocked("config", "set", "backmarket.url", _marketplace.url).code == 0
    assert stocked("config", "set", "backmarket.contact", "it@shop.example").code == 0
    said = stocked("categories", "refresh", "--json")
    assert (said.code, said.json["leaves"], said.json["complete"]) == (0, 6, True), said.err
    return _marketplace


def test_the_tree_is_searched_and_shown(stocked: Bmdesk, market: Simulator) -> None:
    (found,) = stocked("categories", "list", "--search", "phones smart", "--leaves", "--json").json
    assert (found["id"], found["marketplace_id"], found["leaf"], found["products"]) == (2, 102, True, 0)
    assert found["path"] == ["Phones", "Smartphones", "Smartphones"]
    shown = stocked("categories", "show", PHONES, "--json").json
    colour = next(one for one in shown["asks"] if one["field"] == "color")
    assert (colour["type"], colour["required"]) == ("choice", True) and "Green" in colour["allowed"]
    assert "Midnight" in stocked("categories", "show", PHONES).out
    listed = stocked("categories", "list").out
    assert "    Smartphones" in listed and "Consoles" in listed
    assert "gone: 0" in stocked("categories", "refresh").out
    assert market.ledger.writes() == []


def test_products_are_mapped_and_what_they_lack_is_listed(stocked: Bmdesk, market: Simulator) -> None:
    before = stocked("categories", "check", "--json")
    assert (before.code, {one["code"] for one in before.json}) == (1, {"no_leaf"})

    said = stocked("categories", "map", PHONE, "--leaf", PHONES)
    assert (said.code, "now: 1" in said.out) == (0, True), said.err
    assert stocked("categories", "map", "--category", "phone", "--leaf", PHONES).code == 0
    assert stocked("categories", "check").code == 0
    (leaf,) = stocked("categories", "list", "--search", "smartphones", "--leaves", "--json").json
    assert leaf["products"] == 2

    market.control(attribute={"category": 2, "field": "color", "allowed": ["Black"], "required": True})
    market.control(attribute={"category": 2, "field": "sim", "allowed": ["Nano"], "required": True})
    stocked("categories", "refresh")
    lacks = stocked("categories", "check", PHONE, "--json").json
    assert [(one["code"], one["field"], one["given"]) for one in lacks] == [
        ("attribute_illegal", "color", "Midnight"),
        ("attribute_missing", "sim", None),
    ]
    assert "Black" in stocked("categories", "check", PHONE).out
    told = stocked(
        "categories", "map", "--leaf", PHONES, "--value", "color:Midnight=Black", "--attribute", "sim==Nano"
    )
    assert (told.code, "Kept: 2" in told.out) == (0, True)
    assert stocked("categories", "check", PHONE, "--json").json == []
    assert stocked("categories", "map", PHONE, "--nothing").code == 0
    assert stocked("categories", "check", PHONE).code == 1


def test_what_cannot_be_is_said_in_one_line(stocked: Bmdesk, market: Simulator) -> None:
    for words in (
        ("map", PHONE, "--leaf", "1"),
        ("map", "NOBODY", "--leaf", PHONES),
        ("map", "--leaf", PHONES, "--attribute", "color=nonsense"),
        ("map", "--leaf", PHONES, "--value", "color:Graphite=Mauve"),
        ("show", "77"),
        ("check", "NOBODY"),
    ):
        said = stocked("categories", *words)
        assert (said.code, said.out, len(said.err.strip().splitlines())) == (1, "", 1), words


def test_a_mapping_needs_products_and_one_place(stocked: Bmdesk) -> None:
    for words in (
        (PHONE,),
        ("--leaf", PHONES),
        (PHONE, "--nothing", "--leaf", PHONES),
        ("--category", "phone", "--nothing"),
        ("--leaf", PHONES, "--value", "color"),
        ("--leaf", PHONES, "--value", "color=Black"),
    ):
        said = stocked("categories", "map", *words)
        assert (said.code, said.out) == (2, ""), words
