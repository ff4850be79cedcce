"""Rules that are switched to automatic: their prices go out without a preview, under every bound that holds for others.

A price whose floor nobody knows waits for a person. Looked at on a schedule (the reading "prices" of an account), and
where a unit comes in that lifts a listing's floor (`lifting`): a rule that is being edited writes nothing before it was
saved.
"""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.services.desk import Desk
from bmdesk.services.prices import simulation
from bmdesk.services.prices.applying import AUTOMATIC, Applied, write_rows
from bmdesk.services.prices.simulation import KeepGoing

NOTHING = Applied("", 0)


def reprice(
    desk: Desk,
    account_id: str,
    keep_going: KeepGoing | None = None,
    *,
    selection: Sequence[str] | None = None,
) -> Applied:
    """Let every listing, or these, have its price by the rules that are switched to automatic. Costs nothing where
    none is.
    """
    rules = desk.read(desk.policies).pricing.rules
    if not any(rule.automatic for rule in rules):
        return NOTHING
    found = simulation.simulate(desk, account_id, selection=selection, keep_going=keep_going)
    rows = [row for row in found.rows if row.automatic and row.writes and row.unknown is None]
    if found.stopped or not rows:
        return NOTHING
    going = None if keep_going is None else (lambda _done, _total: keep_going())
    return write_rows(desk, account_id, "", AUTOMATIC, found.rules_version, rows, going)
