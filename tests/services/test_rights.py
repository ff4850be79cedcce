"""Roles and PINs: what a badge alone is not enough for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.domain.rights import ASKS_PIN, RIGHTS, ROLES, Right, may
from bmdesk.services import company, policy_documents, rights, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.orders import handling_steps
from bmdesk.services.prices import versions
from bmdesk.services.rights import BadPin, PinNeeded, PinWaits, PinWrong
from bmdesk.services.selling import accounts, management, proposals
from bmdesk.services.setting_table import DEFAULT_ACCOUNT
from bmdesk.services.syncing import outbox
from bmdesk.sync import opening
from bmdesk.system import pins
from bmdesk.system.clock import FixedClock
from bmdesk.texts import render

OWNER = Actor("OWNER", "owner", "office")


def sits(desk: Desk, actor: Actor) -> Desk:
    return replace(desk, worker=actor)


def test_the_owner_may_everything_and_who_packs_only_packs() -> None:
    assert set(RIGHTS) == set(ROLES)
    assert all(may("owner", right) for right in Right)
    assert not any(may(role, right) for role in ("operator", "packer", "") for right in Right)
    assert not may("supervisor", Right.ROLES) and not may("supervisor", Right.RESTORE)
    assert all(may("owner", right) for right in ASKS_PIN)


def test_who_lost_a_role_cannot_go_on_with_it_while_still_signed_in(desk: Desk) -> None:
    company.add_operator(desk, "SUE", "Sue", "supervisor")
    sue = Actor("SUE", "supervisor", "office")
    settings.put(sits(desk, sue), "bench.target_per_hour", "9")

    company.change_operator(desk, "SUE", "Sue", "packer", active=True)

    with pytest.raises(NotAllowed) as refused:
        settings.put(sits(desk, sue), "bench.target_per_hour", "10")
    assert settings.get(desk, "bench.target_per_hour") == "9"
    assert "supervisor" in render(refused.value.happened)


def test_who_packs_does_not_let_a_copied_store_send_again(desk: Desk) -> None:
    company.add_operator(desk, "PIA", "Pia", "packer")
    accounts.add(desk, markets="fr-fr")
    accounts.pause(desk, DEFAULT_ACCOUNT, accounts.OTHER_MACHINE)
    with pytest.raises(NotAllowed):
        opening.confirm_machine(sits(desk, Actor("PIA", "packer", "pack-1")))
    assert accounts.viewed(desk).is_paused
    opening.confirm_machine(sits(desk, OWNER))
    assert not accounts.viewed(desk).is_paused


def test_a_found_badge_of_the_owner_gives_nobody_a_role(desk: Desk) -> None:
    company.add_operator(desk, "MAX", "Max", "packer")
    rights.set_pin(desk, OWNER, "OWNER", "4711")

    with pytest.raises(PinNeeded):
        company.change_operator(sits(desk, OWNER), "MAX", "Max", "owner", active=True)
    with pytest.raises(PinNeeded):
        rights.set_pin(desk, OWNER, "OWNER", "")
    # A name is no danger.
    company.change_operator(sits(desk, OWNER), "MAX", "Maximilian", "packer", active=True)

    rights.prove(desk, "OWNER", "4711")
    company.change_operator(
        sits(desk, replace(OWNER, proven=True)), "MAX", "Maximilian", "owner", active=True
    )
    assert company.operator(desk, "MAX").role == "owner"


def test_five_wrong_pins_and_then_even_the_right_one_waits_a_minute(desk: Desk, clock: FixedClock) -> None:
    rights.set_pin(desk, OWNER, "OWNER", "4711")
    for left in (4, 3, 2, 1):
        with pytest.raises(PinWrong) as wrong:
            rights.prove(desk, "OWNER", "0000")
        assert wrong.value.params["count"] == left
    with pytest.raises(PinWaits):
        rights.prove(desk, "OWNER", "0000")
    with pytest.raises(PinWaits):
        rights.prove(desk, "OWNER", "4711")

    clock.advance(seconds=61)
    rights.prove(desk, "OWNER", "4711")
    with pytest.raises(PinWrong) as wrong:
        rights.prove(desk, "OWNER", "0000")
    assert wrong.value.params["count"] == 4


def test_a_pin_is_kept_so_that_nobody_can_read_it(desk: Desk) -> None:
    kept = pins.hashed("4711")

    assert "4711" not in kept.replace(kept.split(":")[4], "") and pins.fits("4711", kept)
    assert not pins.fits("4712", kept) and not pins.fits("4711", "") and not pins.fits("4711", "x:y")
    assert pins.hashed("4711") != kept
    for bad in ("12", "12ab", "1" * 13, "١٢٣٤"):
        with pytest.raises(BadPin):
            rights.set_pin(desk, OWNER, "OWNER", bad)


@pytest.mark.slow
def test_who_hands_prices_over_or_saves_their_rules_needs_the_right_to_prices(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.add_operator(desk, "SUE", "Sue", "supervisor")
    sue = Actor("SUE", "supervisor", "office")
    rules = policy_documents.document(desk, "pricing")
    policy_documents.save_document(desk, sue, "pricing", rules)
    monkeypatch.setitem(RIGHTS, "supervisor", RIGHTS["supervisor"] - {Right.PRICES})
    account = accounts.add(desk, markets="fr-fr").id
    shown = management.preview(desk, account, [], [Aspect.PRICE])
    tries: list[Callable[[], object]] = [
        lambda: policy_documents.save_document(desk, sue, "pricing", rules),
        lambda: versions.restore(desk, sue, rules["version"]),
        lambda: management.manage(desk, sue, account, [], [Aspect.PRICE], shown.digest),
        lambda: proposals.propose(desk, sue, account, [], "-"),
    ]
    for attempt in tries:
        with pytest.raises(NotAllowed):
            attempt()
    policy_documents.save_document(desk, sue, "content", policy_documents.document(desk, "content"))
    stock = management.preview(desk, account, [], [Aspect.STOCK])
    management.manage(desk, sue, account, [], [Aspect.STOCK], stock.digest)
    monkeypatch.setitem(RIGHTS, "supervisor", frozenset({Right.PRICES}))
    policy_documents.save_document(desk, sue, "pricing", rules)


def test_a_clock_that_was_set_back_asks_for_one_whole_wait_and_no_more(desk: Desk, clock: FixedClock) -> None:
    rights.set_pin(desk, OWNER, "OWNER", "4711")
    for _ in range(rights.TRIES):
        with pytest.raises((PinWrong, PinWaits)):
            rights.prove(desk, "OWNER", "0000")

    clock.advance(days=-365)

    with pytest.raises(PinWaits):
        rights.prove(desk, "OWNER", "4711")
    clock.advance(seconds=59)
    with pytest.raises(PinWaits):
        rights.prove(desk, "OWNER", "4711")
    clock.advance(seconds=2)
    rights.prove(desk, "OWNER", "4711")


@pytest.mark.slow
def test_the_badge_of_an_owner_who_left_works_again_only_by_pin(desk: Desk) -> None:
    company.add_operator(desk, "OLD", "Old", "owner")
    company.change_operator(desk, "OLD", "Old", "owner", active=False)
    rights.set_pin(desk, OWNER, "OWNER", "4711")

    with pytest.raises(PinNeeded):
        company.change_operator(sits(desk, OWNER), "OLD", "Old", "owner", active=True)

    assert not company.operator(desk, "OLD").active


def test_money_is_given_once_more_by_nobodys_word_but_a_supervisors(desk: Desk) -> None:
    packer = Actor("PIA", "packer", "pack-1")
    for answer in (handling_steps.happened, handling_steps.did_not_happen, handling_steps.withdraw):
        with pytest.raises(NotAllowed):
            answer(desk, packer, "any")
    with pytest.raises(NotAllowed):
        outbox.retry(desk, packer, ["any"])
