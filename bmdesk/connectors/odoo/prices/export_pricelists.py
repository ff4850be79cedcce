"""Pricelists to Odoo: several in a few calls, each with the prices that stand confirmed when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bmdesk.connectors.base import Done, Dropped, Outcome, Parked, Planned
from bmdesk.connectors.odoo.prices.pricelists import PricelistsAtOdoo
from bmdesk.connectors.odoo.records import Records
from bmdesk.connectors.odoo.session import OdooSession
from bmdesk.domain.effects import REPLAY, Fault, Kind
from bmdesk.domain.money import Money
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.prices import pricelists_truth
from bmdesk.services.odoo.prices.pricelists_there import (
    PricelistDoubt,
    PricelistKnown,
    PricelistResult,
    PricelistRight,
    PricelistThere,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, pricelists
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.pricelists import PRICELIST
from bmdesk.store.transaction import Tx


class PricelistExporter:
    """Implements connectors.base.Exporter for pricelists."""

    kind = Kind.PRICELIST
    replay = REPLAY[Kind.PRICELIST]
    batch = 20

    def __init__(self, desk: Desk, account_id: str, session: Callable[[], OdooSession]) -> None:
        self._desk, self._account, self._session = desk, account_id, session

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        wanted, known = self._desk.read(lambda c: self._wanted(c, [one.key for one in effects]))
        nothing = {key for key, one in wanted.items() if not one.lines and key not in known}
        in_doubt = frozenset(one.key for one in effects if one.fault == Fault.AMBIGUOUS)
        # What never stood there and has no price is no reason to ask; unless an answer was lost.
        asked = [one for key, one in wanted.items() if key not in nothing or key in in_doubt]
        results: dict[str, PricelistResult] = {}
        if asked:
            session = self._session()
            there = PricelistsAtOdoo(Records(session.remote, session.company))
            results = there.make_right(asked, known, in_doubt)
            self._desk.write(lambda tx: self._keep(tx, wanted, known, results))
        return {one.id: _outcome(wanted[one.key], results.get(one.key)) for one in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        wanted = self._desk.read(lambda c: pricelists_truth.read(c, self._account, [effect.key]))[effect.key]
        return Planned(Kind.PRICELIST, "", effect.market, "", _said(wanted))

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        return effects

    def _wanted(
        self, connection: Connection, keys: Sequence[str]
    ) -> tuple[dict[str, PricelistThere], dict[str, PricelistKnown]]:
        return (
            pricelists_truth.read(connection, self._account, keys),
            pricelists_truth.known(connection, self._account, keys),
        )

    def _keep(
        self,
        tx: Tx,
        wanted: Mapping[str, PricelistThere],
        known: Mapping[str, PricelistKnown],
        results: Mapping[str, PricelistResult],
    ) -> None:
        """Remember what both sides have now; of one in doubt only where it stands."""
        for key, result in results.items():
            before = known.get(key)
            lines = dict(before.lines) if before is not None else {}
            if isinstance(result, PricelistRight):
                currency = wanted[key].currency
                lines = {one.variant_id: Money.parse(one.price, currency).minor for one in wanted[key].lines}
            list_id = result.list_id or (before.list_id if before is not None else 0)
            if list_id and before != PricelistKnown(list_id, lines):
                of = wanted[key].of
                odoo.agree(
                    tx,
                    self._account,
                    PRICELIST,
                    pricelists.record_id(of),
                    list_id,
                    {"of": key, "lines": lines},
                )


def _outcome(wanted: PricelistThere, result: PricelistResult | None) -> Outcome:
    match result:
        case PricelistRight(changed=changed, notes=notes):
            return Done({"old": "", "new": _said(wanted)} if changed else None, notes, found=not changed)
        case PricelistDoubt(failure):
            return Parked(Fault.REJECTED, failure)
        case None:
            return Dropped()


def _said(wanted: PricelistThere) -> str:
    return f"{wanted.name} ({len(wanted.lines)})"
