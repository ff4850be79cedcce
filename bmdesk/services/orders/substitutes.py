"""What comes nearest to a sold piece for which no unit is left, and what would be earned with each.

The same model in a better grade first, then the same in another colour (the customer must agree), then what is on its
way. The margin is price minus what the unit cost minus the marketplace's share; in other currencies by the dated rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bmdesk.domain.allocation import margin
from bmdesk.domain.grading import grade_text
from bmdesk.domain.money import Money
from bmdesk.services import rates
from bmdesk.services.desk import Desk
from bmdesk.services.orders import order_board, order_refusals, order_rules
from bmdesk.services.policies import Policies
from bmdesk.services.rates import Rate
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, nearest_units, order_progress, orders, stock
from bmdesk.store.queries.nearest_units import Near
from bmdesk.store.queries.orders import LineRow
from bmdesk.texts import Text, msg

MOST = 5
"""Of each kind, at most."""


class Kind(StrEnum):
    """What stands in, the nearest first."""

    BETTER_GRADE = "better_grade"
    OTHER_COLOUR = "other_colour"
    INCOMING = "incoming"


@dataclass(frozen=True, slots=True)
class Substitute:
    """A unit that could stand in. `margin` None: price, cost or a rate is not known. `may_take`: it can be assigned
    now; what is on its way cannot.
    """

    kind: Kind
    unit_id: str
    identifier: str
    words: Text
    title: str
    grade: str
    where: str
    cost: Money | None
    margin: Money | None
    may_take: bool
    arrived_at: datetime | None


def nearest(desk: Desk, line_id: str) -> list[Substitute]:
    """The nearest units for this line, each kind by its margin. Empty where nobody knows what it sold.

    Raises UnknownLine.
    """

    def work(connection: Connection) -> list[Substitute]:
        line = orders.line(connection, line_id)
        if line is None or accounts.account(connection, line.account_id).company_id != desk.company:
            raise order_refusals.UnknownLine(given=line_id[:40])
        sku = order_board.sku_sold(connection, desk.company, line)
        if sku is None or sku.pieces is not None:
            return []
        policies = desk.policies(connection)
        where = stock.pool(connection, desk.company, line.account_id)
        known = rates.newest(connection, desk.company)
        price = price_of_piece(connection, line)
        found: list[Substitute] = []
        for kind, rows in (
            (Kind.BETTER_GRADE, nearest_units.better(connection, where, sku, desk.clock.now())),
            (Kind.OTHER_COLOUR, nearest_units.other_colour(connection, where, sku, desk.clock.now())),
            (Kind.INCOMING, nearest_units.incoming(connection, where, sku)),
        ):
            shown = [_shown(kind, row, price, policies, known) for row in rows]
            found += sorted(shown, key=_best_first)[:MOST]
        return found

    return desk.read(work)


def price_of_piece(connection: Connection, line: LineRow) -> Money | None:
    """What one piece of the line was sold for: the line's price is its total."""
    currency = order_progress.order(connection, line.order_id)["currency"]
    if line.price_minor is None or not currency:
        return None
    return Money(line.price_minor // max(1, line.quantity), currency)


def _shown(
    kind: Kind, row: Near, price: Money | None, policies: Policies, known: Mapping[str, Rate]
) -> Substitute:
    cost = Money(row.cost_minor, row.cost_currency) if row.cost_minor is not None else None
    paid = converted(cost, price.currency, known) if cost is not None and price is not None else None
    earned = margin(price, paid, order_rules.fee_share(policies))
    grade = grade_text(row.grade) if row.grade else "-"
    words = msg(f"order.substitute_{kind.value}", title=row.title, grade=grade)
    return Substitute(
        kind=kind,
        unit_id=row.unit_id,
        identifier=row.identifier,
        words=words,
        title=row.title,
        grade=row.grade,
        where=row.location,
        cost=cost,
        margin=earned,
        may_take=kind is not Kind.INCOMING,
        arrived_at=row.arrived_at,
    )


def converted(amount: Money, currency: str, known: Mapping[str, Rate]) -> Money | None:
    """The amount in another currency by the newest rates; None where one of the two has none."""
    if amount.currency == currency:
        return amount
    before, after = known.get(amount.currency), known.get(currency)
    if before is None or after is None or not before.rate:
        return None
    whole = amount.amount / before.rate * after.rate
    # Minor units of the target: a yen has no cents.
    step = Money(1, currency).amount
    return Money(int((whole / step).quantize(Decimal(1), ROUND_HALF_UP)), currency)


def _best_first(one: Substitute) -> tuple[bool, int, str]:
    return one.margin is None, -(one.margin.minor if one.margin else 0), one.unit_id
