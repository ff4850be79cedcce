"""The batch that something from Odoo is received in, whoever brings it."""

from __future__ import annotations

from bmdesk.services.goods import receiving
from bmdesk.services.goods.receiving import BatchForm
from bmdesk.services.policies import Policies
from bmdesk.store.transaction import Row, Tx


def still_open(tx: Tx, policies: Policies, code: str, source: str) -> Row:
    """The open batch of this code, opened where there is none; where a person has closed it, another one with a number.

    `source`: of receiving.SOURCES, "" for not said. Raises BadBatch.
    """
    batch, number = receiving.opened_in(tx, policies, BatchForm(code, source)), 1
    while batch["closed_at"] is not None:
        number += 1
        batch = receiving.opened_in(tx, policies, BatchForm(f"{code} {number}", source))
    return batch
