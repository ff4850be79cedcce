"""`bmdesk pack`: one JSON line a scan with the refusal's code; every line read is exit 0."""

from __future__ import annotations

from collections.abc import Callable

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk
from tests.cli.test_orders import sold
from tests.cli.test_sync import _marketplace, market
from tests.desks import IMEIS

__all__ = ["_marketplace", "market"]


def test_every_line_is_answered_with_its_code_and_the_call_ends_well(
    stocked: Bmdesk, script: Callable[..., str]
) -> None:
    call = stocked(
        "pack", "--script", script(IMEIS[0], "BMD:CONFIRM", b"\xff\xfe", "BMD:DONE", "123456789012345678")
    )
    assert call.code == 0, call.err
    assert [line["ok"] for line in call.lines] == [False] * 5
    assert [line["code"] for line in call.lines] == [
        "pack.not_bought.happened",
        "pack.nothing_in_hand.happened",
        "cli.not_utf8",
        "refused.not_for_packing.happened",
        "pack.unknown_device.happened",
    ]
    assert all(line["message"] and "{" not in line["message"] for line in call.lines)
    assert call.lines[0]["stage"] == "unit"


def test_a_missing_script_is_said_in_one_line(stocked: Bmdesk) -> None:
    call = stocked("pack", "--script", "nowhere.txt")
    assert (call.code, call.out, len(call.err.splitlines())) == (1, "", 1)


def test_empty_lists_are_answered_too(stocked: Bmdesk) -> None:
    assert stocked("pick", "list", "--json").json["stops"] == []
    assert stocked("warranties", "list", "--json").json == []
    assert stocked("parcels", "list", "--json").json == []
    assert stocked("parcels", "hand-over", "--json").json["manifests"] == []
    assert "No packed parcel waits" in stocked("parcels", "hand-over").out
    assert stocked("parcels", "delivered", "RR123456785GB").code == 1


def test_carriers_are_kept_checked_and_forgotten(stocked: Bmdesk) -> None:
    kept = stocked(
        "parcels",
        "carriers",
        "put",
        "local",
        "DHL",
        "--shape",
        "QX[0-9]+",
        "--url",
        "https://x.example/{number}",
    )
    assert kept.code == 0, kept.err
    assert [one["code"] for one in stocked("parcels", "carriers", "list", "--json").json] == ["local"]
    refused = stocked("parcels", "carriers", "put", "other", "Nobody & Sons")
    assert (refused.code, len(refused.err.splitlines())) == (1, 1)
    assert stocked("parcels", "carriers", "remove", "local").code == 0
    assert stocked("parcels", "carriers", "remove", "local").code == 1


def test_what_is_wrong_with_a_parcel_number_has_a_code_of_its_own(
    stocked: Bmdesk, market: Simulator, script: Callable[..., str]
) -> None:
    sold(stocked, market, "automatic")
    stocked("sync", "--once")
    lines = (IMEIS[0], "https://x.example/AA123456785GB", "AA123456784GB", "PENDING")
    said = stocked("pack", "--script", script(*lines)).lines
    assert [one["reason"] for one in said] == [
        None,
        "parcel.bad_url",
        "parcel.bad_check_digit",
        "parcel.bad_placeholder",
    ]
    assert {one["code"] for one in said[1:]} == {"parcel.bad_number.happened"}
