"""The ways to ship a listing, market by market: shipper_1 to shipper_3 with price and delay, null takes one away."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from bmdesk.simulator.answers import Refused
from bmdesk.simulator.markets import currency_of, money
from bmdesk.simulator.records import Listing
from bmdesk.simulator.shippers import SHIPPERS

MOST = 3
_LONGEST_DELAY = 24 * 60
Way = dict[str, Any]
Asked = dict[int, Way | None]


def asked(body: dict[str, Any], market: str, *, real: bool) -> Asked:
    """What a write wants by number; a Refused with 400 names the first field that is wrong."""
    found: Asked = {}
    for at in range(1, MOST + 1):
        name = f"shipper_{at}"
        if name not in body:
            continue
        shipper = body[name]
        if shipper in (None, ""):
            found[at] = None
            continue
        if not isinstance(shipper, str) or (not real and shipper not in SHIPPERS):
            raise Refused(400, f"{name}: {shipper!r} is no shipper")
        found[at] = {
            "shipping_price": money(_price(body, at, market), currency_of(market)),
            "shipping_delay": _delay(body, at),
            "shipper": shipper,
            "shipper_display": body.get(f"shipper_display_{at}") or shipper,
            "country_code": market,
        }
    return found


def told(listing: Listing, wanted: Asked, market: str) -> tuple[list[Way], list[str]]:
    """The listing's ways with these, and what the answer says of each."""
    here: list[Way | None] = [way for way in listing.shippings if way["country_code"] == market]
    here += [None] * (MOST - len(here))
    said = []
    for at, way in wanted.items():
        had, here[at - 1] = here[at - 1], way
        name = (way or had or {}).get("shipper", "")
        what = "deleted" if way is None else "updated" if had else "created"
        if way is not None or had is not None:
            said.append(f"Shipping method {at} ({name}) {what}")
    others = [way for way in listing.shippings if way["country_code"] != market]
    return [*others, *(way for way in here if way is not None)], said


def _price(body: dict[str, Any], at: int, market: str) -> Decimal:
    name = f"shipping_price_{at}"
    given = str(body.get(name, "")).strip()
    places = 0 if currency_of(market) == "JPY" else 2
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", given, re.ASCII) or Decimal(given) != round(
        Decimal(given), places
    ):
        raise Refused(400, f"{name}: a price in {currency_of(market)}, or 0")
    return Decimal(given)


def _delay(body: dict[str, Any], at: int) -> int:
    given = body.get(f"shipping_delay_{at}")
    if isinstance(given, bool) or not str(given).isdecimal() or not 0 < int(str(given)) <= _LONGEST_DELAY:
        raise Refused(400, f"shipping_delay_{at}: a number of hours")
    return int(str(given))
