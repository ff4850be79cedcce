"""What the simulator knows nothing about: empty answers in the shape of the contract."""

from __future__ import annotations

from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.world import World


def empty_page(_world: World, _call: Call) -> Answer:
    return Answer(200, {"count": 0, "next": None, "previous": None, "results": []})


def no_care_folders(world: World, _call: Call) -> Answer:
    """The contract's `next` is a text here; live servers send null."""
    nothing = None if world.real else ""
    return Answer(200, {"count": 0, "next": nothing, "previous": nothing, "results": []})


def backbox_data(world: World, call: Call) -> Answer:
    """GET /ws/listings_bi, twice an hour for each market."""
    if not world.limits.admits_bi(world.clock.seconds(), call.market):
        raise Refused(429, "Too many calls", "rate_limited")
    return empty_page(world, call)


def empty_cursor_page(_world: World, _call: Call) -> Answer:
    return Answer(200, {"next": None, "results": []})


def empty_list(_world: World, _call: Call, *_: str) -> Answer:
    return Answer(200, [])


def nothing_there(_world: World, _call: Call, *_: str) -> Answer:
    """There are no buyback orders, deliveries or care folders, so none has this number."""
    raise Refused(404, "Not found", "not_found")
