"""`bmdesk outbox`: each entry with what happened and what to do, and a person's word about it."""

from __future__ import annotations

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk
from tests.cli.test_sync import _marketplace, handed_over, market

__all__ = ["_marketplace", "market"]

KEYS = {
    "id", "kind", "lane", "state", "attempts", "next_at", "title", "hint", "happened", "sku", "market", "request_id",
    "change",
}  # fmt: skip


def test_the_outbox_lists_what_waits_in_words(stocked: Bmdesk, market: Simulator) -> None:
    handed_over(stocked)
    rows = stocked("outbox", "list", "--json").json
    assert {row["kind"] for row in rows} == {"stock", "price"}
    assert all(set(row) >= KEYS and row["title"] and row["hint"] and row["happened"] for row in rows)
    assert stocked("outbox", "list", "--state", "done", "--json").json == []
    assert "Waiting" in stocked("outbox", "list", "--state", "pending,parked").out


def test_put_aside_retried_and_cancelled_by_the_end_of_its_id(stocked: Bmdesk, market: Simulator) -> None:
    handed_over(stocked)
    stock = next(r["id"] for r in stocked("outbox", "list", "--json").json if r["kind"] == "stock")

    def state() -> str:
        return str(stocked("outbox", "show", stock, "--json").json["state"])

    assert stocked("outbox", "park", stock[-8:]).code == 0
    assert state() == "parked"
    assert "Retry sends it" in stocked("outbox", "show", stock[-8:]).out
    assert stocked("sync", "--once", "--json").json["parked"] == 1
    assert stocked("outbox", "retry", stock).code == 0
    assert state() == "pending"
    assert stocked("outbox", "cancel", stock, "--json").json["done"][0]["id"] == stock
    assert state() == "cancelled"


def test_what_cannot_be_done_is_said_for_each(stocked: Bmdesk, market: Simulator) -> None:
    handed_over(stocked)
    stock = stocked("outbox", "list", "--json").json[0]["id"]
    said = stocked("outbox", "cancel", stock, "NOTTHERE", "--json")
    assert said.code == 1
    assert [one["id"] for one in said.json["done"]] == [stock]
    assert [one["id"] for one in said.json["refused"]] == ["NOTTHERE"]
    assert stocked("outbox", "show", "NOTTHERE").code == 1
    assert stocked("outbox", "retry", stock, "--operator", "NOBODY").code == 1
