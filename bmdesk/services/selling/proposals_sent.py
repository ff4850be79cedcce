"""A proposal on its way: what its row says, what the marketplace answered, and the product_id when it comes.

Called by whoever sends new listings and whoever reads listings; what people do with proposals is `proposals`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bmdesk.domain.effects import StockOf
from bmdesk.domain.linking import LINKED
from bmdesk.domain.proposals import State
from bmdesk.services import wants
from bmdesk.services.selling import listings_made
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import catalogue, listings, proposals, sync_log
from bmdesk.store.queries.proposals import ProposalRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, msg


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A listing as it was just read. `product_id` is empty while the marketplace reviews its product."""

    listing_id: str
    sku_key: str
    product_id: str
    quantity: int | None


def columns(connection: Connection, account_id: str, sku_id: str) -> Mapping[str, str]:
    """What a person confirmed to be sent of the product with the listing of this SKU; empty: nothing is proposed."""
    row = proposals.of_sku(connection, account_id, sku_id)
    if row is None or row.state != State.ASKED.value:
        return {}
    found: Mapping[str, str] = (row.confirmed or {}).get("columns", {})
    return found


def is_awaited(connection: Connection, account_id: str, variant_id: str, sku_id: str) -> bool:
    """Whether a listing of this SKU must wait for the marketplace to have the product: until then its row would be
    refused, or propose it once more. As soon as the product is known the listings of all its SKUs are wanted.
    """
    row = proposals.proposal(connection, account_id, variant_id)
    if row is None:
        return False
    return row.state == State.REVIEW.value or (row.state == State.ASKED.value and row.sku_id != sku_id)


def taken(tx: Tx, account_id: str, sku_id: str) -> bool:
    """The task took the row without errors: the product is in review, unless it is known by now. False: no proposal."""
    row = proposals.of_sku(tx.connection, account_id, sku_id)
    if row is not None:
        _move(tx, row, State.REVIEW)
        sync_log.log(tx, account_id, "info", msg("proposals.log_review", sku=_sku(tx, row)))
    return row is not None


def refused(tx: Tx, account_id: str, sku_id: str, problem: Failure) -> None:
    """The row had errors, or its task ended badly."""
    row = proposals.of_sku(tx.connection, account_id, sku_id)
    if row is not None:
        _move(tx, row, State.REFUSED, problem)


def read_back(tx: Tx, account_id: str, read: Sequence[ReadBack]) -> None:
    """Listings were read: those of proposals bring their product_id, and are ours to manage when they appear."""
    rows = proposals.under_way(tx.connection, account_id, [one.sku_key for one in read]) if read else {}
    for one in read:
        row = rows.get(one.sku_key)
        if row is None or row.sku_id is None:
            continue
        if row.state == State.REVIEW.value and row.confirmed:
            _take_over(tx, row, row.sku_id, one)
        elif row.state == State.ASKED.value and not one.product_id:
            # Somebody else's listing, of a product that waits as ours would: nobody handed it over.
            _move(tx, row, State.REVIEW)
            proposals.save(tx, account_id, row.variant_id, confirmed=None)
        if one.product_id:
            variant = catalogue.variant(tx.connection, row.variant_id)
            if not variant.backmarket_product_id:
                catalogue.save_variant(
                    tx, variant.id, model_code=variant.model_code, backmarket_product_id=one.product_id
                )
            _move(tx, row, State.KNOWN)
            wants.want(tx, *(StockOf(one) for one in proposals.skus_of(tx.connection, row.variant_id)))
            known = msg("proposals.log_known", sku=_sku(tx, row), product_id=one.product_id)
            sync_log.log(tx, account_id, "info", known)


def _take_over(tx: Tx, row: ProposalRow, sku_id: str, one: ReadBack) -> None:
    """It was not there when the task ended: the marketplace made it when it took the product."""
    listing = listings.listing(tx.connection, one.listing_id)
    if listing.made_here or listing.link != LINKED or listing.sku_id != sku_id:
        return
    listings_made.take_over(tx, listing.id, sku_id, one.quantity, row.confirmed)


def _move(tx: Tx, row: ProposalRow, state: State, problem: Failure | None = None) -> None:
    kept = keep_failure(problem)
    proposals.save(tx, row.account_id, row.variant_id, state=state.value, since=tx.now, problem=kept)


def _sku(tx: Tx, row: ProposalRow) -> str:
    return catalogue.sku(tx.connection, row.sku_id or "").text
