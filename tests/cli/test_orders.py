"""`bmdesk orders`: what scripts read, and what a person decides, with the exit codes of all commands."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk
from tests.cli.test_sync import _marketplace, handed_over, market
from tests.desks import IMEIS
from tests.markets import FIRST
from tests.retold import take_world, world_of

__all__ = ["_marketplace", "market"]


Sold = tuple[str, str]

_kept: dict[tuple[str, str], tuple[Path, bytes, Sold]] = {}


def sold(bmdesk: Bmdesk, market: Simulator, how: str = "by_hand") -> Sold:
    """One unit, one order, read; the numbers of the order and of its line. Lived through once, then taken over."""
    data, name = Path(os.environ["BMDESK_DATA"]), (market.url, how)
    if name not in _kept:
        numbers = _sold(bmdesk, market, how)
        folder = Path(tempfile.mkdtemp(dir=data.parent.parent))
        _kept[name] = shutil.copytree(data, folder / "data"), world_of(market), numbers
        return numbers
    folder, world, numbers = _kept[name]
    shutil.rmtree(data)
    shutil.copytree(folder, data)
    take_world(market, world)
    return numbers


def _sold(bmdesk: Bmdesk, market: Simulator, how: str) -> Sold:
    handed_over(bmdesk)
    bmdesk("sync", "--once")
    bmdesk("config", "set", "backmarket.orders", how)
    number = market.order(FIRST)
    assert bmdesk("sync", "--once").code == 0
    return str(number), str(market.order_state(number)["lines"][0]["id"])


def test_an_order_is_one_document_with_its_units(stocked: Bmdesk, market: Simulator) -> None:
    order, line = sold(stocked, market)
    found = stocked("orders", "show", order, "--json").json
    assert set(found) >= {
        "order_id", "market", "state", "remote_state", "ship_by", "customer", "lines", "tracking", "conflicts",
    }  # fmt: skip
    assert (str(found["order_id"]), found["state"], found["conflicts"]) == (order, "to_accept", [])
    (one,) = found["lines"]
    assert set(one) >= {"id", "sku", "grade", "quantity", "price", "currency", "state", "units"}
    assert (str(one["id"]), one["sku"], one["quantity"]) == (line, FIRST, 1)
    (unit,) = one["units"]
    assert (unit["identifier"], unit["warranty_until"]) == (IMEIS[0], None)
    assert FIRST in stocked("orders", "show", order).out


def test_the_list_is_narrowed_by_state_and_words(stocked: Bmdesk, market: Simulator) -> None:
    order, _ = sold(stocked, market)
    for words in ((), ("--state", "to_accept"), ("--search", IMEIS[0]), ("--search", order)):
        assert [str(one["order_id"]) for one in stocked("orders", "list", *words, "--json").json] == [order]
    assert stocked("orders", "list", "--state", "shipped", "--json").json == []
    assert stocked("orders", "list", "--state", "nonsense").code == 2
    assert order in stocked("orders", "list").out


def test_accepting_needs_a_unit_and_says_so(stocked: Bmdesk, market: Simulator) -> None:
    order, _ = sold(stocked, market)
    done = stocked("orders", "accept", order, "--json")
    assert (done.code, done.json["count"]) == (0, 1)
    stocked("sync", "--once")
    assert stocked("orders", "show", order, "--json").json["state"] == "accepted"
    assert stocked("orders", "accept", order).code == 1
    other = str(market.order(FIRST))
    stocked("sync", "--once")
    assert [c["code"] for c in stocked("orders", "show", other, "--json").json["conflicts"]] == ["no_unit"]
    refused = stocked("orders", "accept", other)
    assert refused.code == 1
    assert "No unit" in refused.err
    assert (
        stocked("orders", "list", "--state", "conflicts", "--json").json[0]["conflicts"][0]["code"]
        == "no_unit"
    )
    assert stocked("orders", "resolve", other, "--way", "not-ours").code == 0
    assert stocked("orders", "list", "--state", "conflicts", "--json").json == []


def test_cancelling_says_what_it_costs_and_refunding_wants_a_yes(stocked: Bmdesk, market: Simulator) -> None:
    order, line = sold(stocked, market, "automatic")
    assert stocked("orders", "refund", order, "--line", line, "--reason", "withdrawal").code == 2
    assert stocked("orders", "cancel", order, "--line", line, "--reason", "nonsense").code == 1
    said = stocked("orders", "cancel", order, "--line", line, "--reason", "stock")
    assert said.code == 0
    assert "counts it against you" in said.out
    assert stocked("orders", "withdraw", order, "--line", line).code == 0
    done = stocked("orders", "refund", order, "--line", line, "--reason", "withdrawal", "--yes", "--json")
    assert done.code == 0
    stocked("sync", "--once")
    found = stocked("orders", "show", order, "--json").json
    assert (found["state"], found["lines"][0]["steps"][-1]["state"]) == ("refunded", "done")


def test_lines_are_taken_over_after_switching(stocked: Bmdesk, market: Simulator) -> None:
    order, line = sold(stocked, market, "read")
    assert stocked("orders", "accept", order).code == 1
    assert stocked("orders", "take-over", "--json").json[0]["suggested"] is True
    stocked("config", "set", "backmarket.orders", "by_hand")
    assert stocked("orders", "take-over", "--all", "--json").json == {"taken_over": 1}
    assert stocked("orders", "show", order, "--json").json["lines"][0]["units"]
    assert stocked("orders", "show", "12").code == 1
    assert stocked("orders", "assign", order, "--line", line, "--unit", IMEIS[0]).code == 0


def test_what_waits_to_be_sent_names_its_order(stocked: Bmdesk, market: Simulator) -> None:
    order, _ = sold(stocked, market, "automatic")
    steps = [one for one in stocked("outbox", "list", "--json").json if one["kind"] == "accept"]
    assert [(str(one["order_id"]), one["sku"]) for one in steps] == [(order, "")]
    (told,) = [line for line in stocked("outbox", "list").out.splitlines() if "Accept the order" in line]
    assert order in told


def test_an_order_that_is_only_shown_says_so(stocked: Bmdesk, market: Simulator) -> None:
    order, line = sold(stocked, market, "read")
    assert "only shown" in stocked("orders", "show", order).out
    assert stocked("orders", "show", order, "--json").json["handled"] is False
    stocked("config", "set", "backmarket.orders", "by_hand")
    assert stocked("orders", "take-over", "--line", line).code == 0
    assert "only shown" not in stocked("orders", "show", order).out


def test_several_lines_are_not_called_pieces_of_the_first(stocked: Bmdesk, market: Simulator) -> None:
    market.add_listing("CASE-1", grade="GOOD", quantity=5, prices={"fr-fr": 9})
    handed_over(stocked)
    number = market.control(order={"lines": [[FIRST, 1], ["CASE-1", 1]]})["order"]
    stocked("sync", "--once")
    (row,) = [line for line in stocked("orders", "list").out.splitlines() if str(number) in line]
    assert "and 1 more" in row and "2 x" not in row


def test_doctor_says_how_many_orders_need_a_decision_and_everything_that_sync_says(
    stocked: Bmdesk, market: Simulator
) -> None:
    sold(stocked, market, "automatic")
    market.order(FIRST)
    stocked("sync", "--once")
    said = {one["code"]: one for one in stocked("doctor", "--json").json["findings"]}
    assert said["doctor.orders_wait"]["ok"] and "decision: 1." in said["doctor.orders_wait"]["title"]
    assert "doctor.orders_ok" not in said


def test_a_paper_of_the_order_is_written_to_a_file(
    stocked: Bmdesk, market: Simulator, tmp_path: Path
) -> None:
    order, _ = sold(stocked, market)
    file = tmp_path / "note.pdf"
    assert stocked("orders", "paper", order, "--out", str(file), "--json").json["kind"] == "delivery_note"
    assert file.read_bytes().startswith(b"%PDF")
    missing = stocked("orders", "paper", order, "--kind", "label", "--out", str(tmp_path / "label.pdf"))
    assert (missing.code, len(missing.err.splitlines())) == (1, 1)
    assert not (tmp_path / "label.pdf").exists()
