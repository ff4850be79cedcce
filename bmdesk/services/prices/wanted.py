"""The columns of a price that shall stand at the marketplace: what is wanted, and from what the day's change counts."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bmdesk.domain.money import Money
from bmdesk.domain.working_time import local_day
from bmdesk.services.prices.facts import began_with
from bmdesk.services.selling import account_settings
from bmdesk.store.queries import accounts, people
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.transaction import Row, Tx

NO_CHOICE: Row = {
    "chosen_minor": None,
    "chosen_currency": "",
    "chosen_why": "",
    "chosen_at": None,
    "chosen_by": "",
}
"""The columns of a price that nobody chose against the rules."""


def wanted_values(
    tx: Tx, row: ListingRow, old: MarketRow | None, price: Money | None, minimum: Money | None
) -> Row:
    """The columns of a listing's market for a price that shall stand there from now on; None: no price of ours."""
    values: Row = {
        "wanted_minor": price.minor if price is not None else None,
        "wanted_currency": price.currency if price is not None else "",
        "wanted_min_minor": minimum.minor if minimum is not None else None,
        "wanted_at": tx.now if price is not None else None,
    }
    if old is None:
        # No price was ever read here, so there is none that both sides had.
        return values
    # Where the price is written on a later day, it counts from what stands there then
    # (connectors/backmarket/price_judgement).
    values |= day_values(tx, old, began_with(old, backpricer=_moves(tx, row, old)))
    fresh = not row.manage_price or old.wanted_minor is None
    values["base_minor"] = old.price_minor if fresh else old.base_minor
    values["sent"] = [] if fresh else old.sent
    return values


def day_values(tx: Tx, old: MarketRow, began: int | None) -> Row:
    """The columns from which this day's greatest change counts; nothing where something of this day set them before."""
    today = local_day(tx.now, ZoneInfo(people.company(tx.connection, tx.company).timezone)).isoformat()
    return {} if old.day_on == today else {"day_on": today, "day_minor": began}


def _moves(tx: Tx, row: ListingRow, old: MarketRow) -> bool:
    """Whether the marketplace moves this account's prices; asked only where the answer counts."""
    if old.base_minor is None or old.price_minor == old.base_minor:
        return False
    account = accounts.account(tx.connection, row.account_id)
    return account_settings.backpricer(tx.connection, tx.company, account.name)
