"""Proposed products: their sheets, what was confirmed of them, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from bmdesk.domain.proposals import Sheet, State
from bmdesk.store.tables import catalogue as g
from bmdesk.store.tables import listings as l
from bmdesk.store.tables import proposals as t
from bmdesk.store.transaction import Row, Tx


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal, all columns of its table."""

    account_id: str
    variant_id: str
    title: str
    description: str
    images: list[str]
    grade: str
    state: str
    since: datetime
    by: str
    sku_id: str | None
    confirmed: Row | None
    problem: Any

    @property
    def sheet(self) -> Sheet:
        """What a person said of the product."""
        return Sheet(self.title, self.description, tuple(self.images), self.grade)


_P = t.proposal.c
_PROPOSAL = select(*(_P[one.name] for one in fields(ProposalRow)))
_UNDER_WAY = (State.ASKED.value, State.REVIEW.value)


def of_account(connection: Connection, account_id: str) -> dict[str, ProposalRow]:
    """Every proposal of this account, by variant."""
    rows = connection.execute(_PROPOSAL.where(_P.account_id == account_id))
    return {row[1]: ProposalRow(*row) for row in rows}


def proposal(connection: Connection, account_id: str, variant_id: str) -> ProposalRow | None:
    """The proposal of this variant, or None."""
    here = and_(_P.account_id == account_id, _P.variant_id == variant_id)
    row = connection.execute(_PROPOSAL.where(here)).first()
    return ProposalRow(*row) if row else None


def of_sku(connection: Connection, account_id: str, sku_id: str) -> ProposalRow | None:
    """The proposal that is under way with the listing of this SKU, or None."""
    here = and_(_P.account_id == account_id, _P.sku_id == sku_id, _P.state.in_(_UNDER_WAY))
    row = connection.execute(_PROPOSAL.where(here)).first()
    return ProposalRow(*row) if row else None


def under_way(connection: Connection, account_id: str, sku_keys: Sequence[str]) -> dict[str, ProposalRow]:
    """Proposals whose listing has one of these SKUs (case-folded, at most 500) and that wait for a word, by SKU."""
    query = select(g.sku.c.text_key, *(_P[one.name] for one in fields(ProposalRow))).join(
        g.sku, g.sku.c.id == _P.sku_id
    )
    mine = query.where(_P.account_id == account_id, _P.state.in_(_UNDER_WAY), g.sku.c.text_key.in_(sku_keys))
    return {row[0]: ProposalRow(*row[1:]) for row in connection.execute(mine)}


def save(tx: Tx, account_id: str, variant_id: str, **values: Any) -> None:
    """Make the proposal, or change these columns of it."""
    here = and_(_P.account_id == account_id, _P.variant_id == variant_id)
    if proposal(tx.connection, account_id, variant_id) is not None:
        tx.connection.execute(update(t.proposal).where(here).values(**values))
        return
    row = {"account_id": account_id, "variant_id": variant_id, "title": "", "description": "", "images": []}
    fresh = {"grade": "", "state": State.DRAFT.value, "since": tx.now, "by": ""}
    tx.connection.execute(insert(t.proposal), [{**row, **fresh, **values}])


def gone_listings(connection: Connection, account_id: str) -> set[str]:
    """SKUs of proposals in review all of whose listings are no longer there."""
    there = func.count().filter(l.listing.c.missing_since.is_(None))
    query = (
        select(_P.sku_id)
        .join(l.listing, and_(l.listing.c.sku_id == _P.sku_id, l.listing.c.account_id == _P.account_id))
        .where(_P.account_id == account_id, _P.state == State.REVIEW.value)
        .group_by(_P.sku_id)
        .having(there == 0)
    )
    return set(connection.execute(query).scalars())


def skus_of(connection: Connection, variant_id: str) -> list[str]:
    """Every SKU of this variant."""
    return list(connection.execute(select(g.sku.c.id).where(g.sku.c.variant_id == variant_id)).scalars())


@dataclass(frozen=True, slots=True)
class SkuToPropose:
    """A SKU that may go along with a proposal: none of its variant's listings is there. `text`: as the CSV names it."""

    id: str
    variant_id: str
    grade: str
    new_battery: bool
    text: str


def unlisted_skus(connection: Connection, account_id: str, variant_ids: Sequence[str]) -> list[SkuToPropose]:
    """SKUs of these variants (at most 500) that no listing of the account sells, by their text."""
    s = g.sku.c
    listed = select(l.listing.c.sku_id).where(
        l.listing.c.account_id == account_id,
        l.listing.c.sku_id.is_not(None),
        or_(l.listing.c.missing_since.is_(None), l.listing.c.manage_stock),
    )
    query = select(s.id, s.variant_id, s.grade, s.new_battery, s.text)
    mine = query.where(s.variant_id.in_(variant_ids), s.id.not_in(listed))
    return [SkuToPropose(*row) for row in connection.execute(mine.order_by(s.text_key))]
