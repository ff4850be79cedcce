"""How an order stands at the company's Odoo, in words. Nothing where no Odoo is to know of it."""

from __future__ import annotations

from bmdesk.domain.effects import EffectState
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.sales import orders_agreed
from bmdesk.services.orders.order_shown import AtOdoo
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import odoo, odoo_orders
from bmdesk.store.queries.odoo_orders import SALE
from bmdesk.texts import msg


def read(connection: Connection, company: str, order_id: str, number: int) -> AtOdoo | None:
    """The order with this id, and its number at Back Market."""
    account = odoo_account.of(connection, company)
    if account is None:
        return None
    row = odoo.records(connection, account.id, SALE, [order_id]).get(order_id)
    effect = odoo_orders.unfinished(connection, order_id)
    if row is None and effect is None:
        return None
    name = "" if row is None else orders_agreed.read(row.base).name or f"#{number}"
    state = EffectState(effect.state) if effect is not None else EffectState.DONE
    problem = failure_of(effect.problem) if effect is not None else None
    if state is EffectState.PARKED:
        words = msg("order.odoo.doubt_of", name=name) if name else msg("order.odoo.doubt")
    elif state is EffectState.DONE:
        words = msg("order.odoo.stands", name=name)
    else:
        words = msg("order.odoo.waits_of", name=name) if name else msg("order.odoo.waits")
    return AtOdoo(
        name=name,
        state=state,
        words=words,
        why=problem.happened if problem is not None else None,
        todo=problem.todo if problem is not None else None,
    )
