"""Which pricelists wait to be made right at Odoo, while the company sends its prices there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bmdesk.domain.effects import Direction, Kind, PricelistOf, pricelist_lane
from bmdesk.store.engine import Connection
from bmdesk.store.queries import outbox, people, pricelists
from bmdesk.store.transaction import Tx

PRICES = "odoo.prices.direction"
"""The setting: out, or off."""

_PRODUCT = "product"


def follow(
    tx: Tx,
    account_id: str,
    cells: Collection[tuple[str, str]],
    relisted: Collection[str],
    agreed: Iterable[tuple[str, str]],
) -> None:
    """What changed of prices. `account_id`: of the company's Odoo. `cells`: listings and markets whose price was
    written; `relisted`: listings that may sell another SKU now; `agreed`: records that got one there.
    """
    if not sends(tx.connection, tx.company):
        return
    found = pricelists.of_cells(tx.connection, cells)
    if relisted:
        # Which SKU it sold before nobody says any more: every list of its account may have lost a price.
        accounts = pricelists.accounts_of(tx.connection, relisted)
        known = pricelists.standing(tx.connection, account_id)
        found |= pricelists.of_accounts(tx.connection, accounts)
        found |= {one for one in known if one.account_id in accounts}
    variants = [local_id for kind, local_id in agreed if kind == _PRODUCT]
    found |= pricelists.of_variants(tx.connection, variants)
    want(tx, account_id, found)


def want_all(tx: Tx, account_id: str) -> None:
    """Every pricelist: those that have a price, and those that stand there, if prices are sent at all."""
    if sends(tx.connection, tx.company):
        known = pricelists.standing(tx.connection, account_id)
        want(tx, account_id, pricelists.of_company(tx.connection, tx.company) | known)


def want(tx: Tx, account_id: str, lists: Iterable[PricelistOf]) -> None:
    """One line in the outbox for each of these, however often it is asked for."""
    for key, one in sorted((one.key, one) for one in lists):
        outbox.want(tx, account_id, Kind.PRICELIST, key=key, lane=pricelist_lane(key), market=one.market[:10])


def sends(connection: Connection, company_id: str) -> bool:
    """Whether pricelists follow there."""
    return people.setting(connection, company_id, PRICES) == Direction.OUT.value
