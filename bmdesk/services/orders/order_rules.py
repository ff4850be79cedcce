"""What the settings say about orders: which unit is taken, by when it must leave, what packing asks, the fee."""

from __future__ import annotations

from bmdesk.domain.allocation import Rules
from bmdesk.domain.packing import PackRules
from bmdesk.domain.working_time import Calendar
from bmdesk.services.policies import Policies


def allocation(policies: Policies, market: str) -> Rules:
    """Which units may be reserved for an order of this market."""
    by_market = policies.settings["orders.warehouses"]
    places = by_market.get(market) or by_market.get("", ())
    return Rules(better=policies.settings["orders.better_grade"], warehouses=places)


def calendar(policies: Policies) -> Calendar:
    """When the seller ships."""
    settings = policies.settings
    return Calendar(policies.timezone, settings["calendar.weekdays"], settings["calendar.holidays"])


def packing(policies: Policies) -> PackRules:
    """What the pack gate asks beyond the quality gate."""
    settings = policies.settings
    return PackRules(settings["pack.boot_days"], settings["orders.better_grade"], settings["pack.swaps"])


def fee_share(policies: Policies) -> int:
    """The marketplace's share of a price, in hundredths of a percent."""
    return int(policies.settings["orders.fee_percent"] * 100)
