"""The one place where the price changes that a listing shall have in a market; every change can be taken back.

A run is one occasion: a preview that a person confirmed, rules that are switched to automatic, a file, a choice, the
taking back of another run. Only listings whose prices bmdesk manages are changed, and nothing where a second writer's
price waits for a person. What is sent follows in the outbox, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress, in_pages
from bmdesk.services.prices import simulation
from bmdesk.services.prices.making import Applied, Making, NewPrice, Seen, refusal, set_rows
from bmdesk.services.prices.simulation import PriceRow, Why
from bmdesk.services.prices.wanted import NO_CHOICE
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.store.engine import Connection
from bmdesk.store.queries import prices
from bmdesk.store.queries.prices import ChangeRow, RunRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

__all__ = [
    "Applied",
    "NewPrice",
    "NoSuchRun",
    "PreviewChanged",
    "Run",
    "RunChange",
    "apply",
    "changes",
    "refusal",
    "runs",
    "set_prices",
    "undo",
]

PAGE = 40
"""Prices per transaction, each with its effect: a scan at the bench waits no longer than that."""

AUTOMATIC, CONFIRMED, PUBLISHED, UNDONE = "automatic", "confirmed", "publish", Why.UNDO.value


class NoSuchRun(Failure):
    """No prices of this account changed with this id. Params: `run`."""

    code = "prices.no_such_run"


class AlreadyUndone(Failure):
    """This run was taken back before. No params."""

    code = "prices.already_undone"


@dataclass(frozen=True, slots=True)
class Run:
    """An occasion on which prices changed. `why` in words is `why_text`."""

    id: str
    at: datetime
    by: str
    why: str
    count: int
    rules_version: int
    undone: bool

    @property
    def why_text(self) -> Text:
        return msg(f"prices.run.{self.why}")


@dataclass(frozen=True, slots=True)
class RunChange:
    """One price before a run and after it."""

    listing_id: str
    sku: str
    market: str
    before: Money | None
    after: Money | None


def apply(
    desk: Desk,
    actor: Actor,
    account_id: str,
    confirmed: str,
    *,
    only: Collection[tuple[str, str]] | None = None,
    selection: Sequence[str] | None = None,
    market: str = "",
    progress: Progress | None = None,
) -> Applied:
    """Let these listings have the prices of the simulation just shown; `confirmed` is its digest.

    `only`: of what it showed these (listing, market) alone. Raises PreviewChanged, NotAllowed.
    """
    rights.require(desk, Right.PRICES, actor)
    shown = simulation.simulate(desk, account_id, selection=selection, market=market)
    if shown.digest != confirmed:
        raise PreviewChanged
    rows = [
        row for row in shown.rows if row.writes and (only is None or (row.listing_id, row.market) in only)
    ]
    return write_rows(desk, account_id, actor.code, CONFIRMED, shown.rules_version, rows, progress)


def write_rows(
    desk: Desk,
    account_id: str,
    by: str,
    why: str,
    rules_version: int,
    rows: Sequence[PriceRow],
    progress: Progress | None = None,
) -> Applied:
    """These rows' new prices as one run, page by page; a crash between two pages leaves whole prices and their run."""
    work = Making(desk, account_id, by, why, rules_version)

    def page(part: Sequence[PriceRow]) -> None:
        work.add(
            [NewPrice(row.listing_id, row.market, row.new, row.new_min, seen=Seen.of(row)) for row in part]
        )

    finished = in_pages(rows, page, progress, PAGE)
    return work.done(stopped=not finished)


def set_prices(
    desk: Desk,
    account_id: str,
    by: str,
    why: str,
    wanted: Sequence[NewPrice],
    progress: Progress | None = None,
) -> Applied:
    """Exactly these prices as one run. The caller has looked at floors and ceilings."""
    version = desk.read(desk.policies).pricing.version
    work = Making(desk, account_id, by, why, version)
    finished = in_pages(wanted, work.add, progress, PAGE)
    return work.done(stopped=not finished)


def set_in(
    tx: Tx, account_id: str, by: str, why: str, rules_version: int, wanted: Sequence[NewPrice]
) -> Applied:
    """The same within a transaction (at most PAGE prices)."""
    done, problems = set_rows(tx, account_id, wanted)
    run_id = ""
    if done:
        run_id = prices.add_run(tx, account_id, by=by, why=why, rules_version=rules_version)
        prices.add_changes(tx, run_id, done)
    return Applied(run_id, len(done), tuple(problems))


def runs(desk: Desk, account_id: str, limit: int = 50) -> tuple[Run, ...]:
    """The last occasions on which prices changed, newest first."""
    return tuple(_run(row) for row in desk.read(lambda c: prices.runs(c, account_id, limit)))


def changes(desk: Desk, account_id: str, run_id: str) -> tuple[RunChange, ...]:
    """All that changed with a run. Raises NoSuchRun."""

    def work(connection: Connection) -> tuple[RunChange, ...]:
        _known(connection, account_id, run_id)
        rows = prices.changes_of(connection, run_id)
        names: dict[str, str] = {}
        ids = sorted({row.listing_id for row in rows})
        for start in range(0, len(ids), 500):
            names.update(prices.names(connection, ids[start : start + 500]))
        return tuple(
            RunChange(
                row.listing_id,
                names.get(row.listing_id, row.listing_id),
                row.market,
                _money(row.before_minor, row.currency),
                _money(row.after_minor, row.currency),
            )
            for row in rows
        )

    return desk.read(work)


def undo(desk: Desk, actor: Actor, account_id: str, run_id: str, progress: Progress | None = None) -> Applied:
    """Give every listing of a run the price back that it had before it, where nobody changed it since.

    A price that is outside of what the rules allow by now is left out and named, its lowest one is lifted to the floor.
    What automatic rules would write again by themselves stays taken back until somebody lets the rules count again;
    where no price stood before there is none to stay, which `notes` say.
    One that was stopped, or that could do nothing, goes on when it is asked for again.
    Raises NoSuchRun, AlreadyUndone, NotAllowed.
    """
    rights.require(desk, Right.PRICES, actor)

    def begin(connection: Connection) -> tuple[RunRow, list[ChangeRow]]:
        row = _known(connection, account_id, run_id)
        if row.undone_by is not None:
            raise AlreadyUndone
        return row, prices.changes_of(connection, run_id)

    run, rows = desk.read(begin)
    ids = sorted({row.listing_id for row in rows})
    now = {
        (one.listing_id, one.market): one for one in simulation.simulate(desk, account_id, selection=ids).rows
    }
    problems: list[tuple[str, Text]] = []
    back: list[NewPrice] = []
    held = again = 0
    for row in rows:
        here = now.get((row.listing_id, row.market))
        if here is not None and _is_back(row, here):
            continue
        said = _not_back(row, here)
        if here is None or said is not None:
            name = here.sku if here is not None else row.listing_id
            problems.append((name, said or msg("prices.not_managed")))
            continue
        one = _brought_back(row, here)
        if _would_return(run, row, here):
            if one.price is not None:
                one, held = replace(one, chosen=_hold(one.price, desk, actor)), held + 1
            elif here.automatic:
                again += 1
        back.append(one)
    version = desk.read(desk.policies).pricing.version
    work = Making(desk, account_id, actor.code, UNDONE, version, undoing=(run_id, len(back)))
    finished = in_pages(back, work.add, progress, PAGE)
    notes = [msg("prices.stays_taken_back", count=held)] if held else []
    if again:
        notes.append(msg("prices.comes_again", count=again))
    return work.done(stopped=not finished, problems=problems, notes=tuple(notes))


def _is_back(row: ChangeRow, here: PriceRow) -> bool:
    """Whether an undo that was stopped took this one back already."""
    wanted = here.wanted.minor if here.wanted is not None else None
    return wanted == row.before_minor != row.after_minor


def _not_back(row: ChangeRow, here: PriceRow | None) -> Text | None:
    """Why this price is not taken back, or None."""
    if here is None or not here.managed:
        return msg("prices.not_managed")
    if (here.wanted.minor if here.wanted is not None else None) != row.after_minor:
        return msg("prices.changed_since", market=row.market)
    price, currency = _money(row.before_minor, row.currency), currency_of(row.market)
    if price is not None and price.currency != currency:
        return msg("prices.other_currency.happened", price=price, currency=currency, market=row.market)
    if price is not None and here.floor is not None and price.minor < here.floor.minor:
        return msg("prices.below_floor_now", price=price, floor=here.floor)
    if price is not None and here.top is not None and price.minor > here.top.minor:
        return msg("prices.above_top_now", price=price, top=here.top)
    return None


def _brought_back(row: ChangeRow, here: PriceRow) -> NewPrice:
    """What stood there before the run; its lowest price not below the floor of now."""
    minimum = row.before_min_minor
    if minimum is not None and here.floor is not None:
        minimum = max(minimum, here.floor.minor)
    return NewPrice(
        row.listing_id,
        row.market,
        _money(row.before_minor, row.currency),
        _money(minimum, row.currency),
        _choice_before(row),
        Seen.of(here),
    )


def _choice_before(row: ChangeRow) -> Row:
    """What was chosen before, by whom and when; a market of which nothing was known had no choice."""
    if not row.before:
        return NO_CHOICE
    at = row.before.get("chosen_at")
    return {**row.before, "chosen_at": datetime.fromisoformat(at) if at else None}


def _would_return(run: RunRow, row: ChangeRow, here: PriceRow) -> bool:
    """Whether automatic rules would write again what is taken back now."""
    by_rules = run.why == AUTOMATIC or (run.why in (CONFIRMED, PUBLISHED) and here.automatic)
    return by_rules and row.before.get("chosen_minor") is None


def _hold(price: Money, desk: Desk, actor: Actor) -> Row:
    return {
        "chosen_minor": price.minor,
        "chosen_currency": price.currency,
        "chosen_why": Why.UNDO.value,
        "chosen_at": desk.clock.now(),
        "chosen_by": actor.code,
    }


def _known(connection: Connection, account_id: str, run_id: str) -> RunRow:
    row = prices.run(connection, account_id, run_id)
    if row is None:
        raise NoSuchRun(run=run_id[:40])
    return row


def _run(row: RunRow) -> Run:
    undone = row.undone_by is not None
    return Run(row.id, row.at, row.by, row.why, row.count, row.rules_version, undone)


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None or not currency else Money(minor, currency)
