"""Units as people look for them: a list that pages through a million, and everything known of one.

Reads only. What changes a unit is services.grading.bench and its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bmdesk.domain import grading
from bmdesk.domain import scan as router
from bmdesk.domain.battery import retest_due
from bmdesk.domain.gate import REQUIREMENTS, Blocker, codes_of
from bmdesk.domain.identifiers import Identifier, IdentifierKind, is_ulid
from bmdesk.domain.money import Money
from bmdesk.domain.unit import State
from bmdesk.domain.working_time import local_day
from bmdesk.services.desk import Desk
from bmdesk.services.goods import unit_detail
from bmdesk.services.goods.unit_detail import UnitDetail
from bmdesk.services.grading import judgement
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import batches, people, unit_lists, units
from bmdesk.store.queries.unit_lists import ListRow, Narrow
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row
from bmdesk.system.tabular import Cell, write_table
from bmdesk.texts import Failure

MOST = 100
"""Units on one page, at most."""

LISTED = "listed"
"""Not a stored state: a ready unit whose carrying listing was last read online, with a quantity."""

STATES = (*(state.value for state in State), LISTED)
"""What the filter by state takes."""

BLOCKERS = frozenset(code for requirement in REQUIREMENTS for code in codes_of(requirement))
"""What the filter by blocker takes: a requirement of the gate, or one of the codes that its blockers have."""

_EXPORT_PAGE = 500
_RETEST_MOST = 1000


class UnknownUnit(Failure):
    """No unit has this id or identifier. Params: `given`."""

    code = "units.unknown"


class UnknownBlocker(Failure):
    """The gate knows no such reason to filter by. Params: `given`, `known`."""

    code = "units.unknown_blocker"


class UnknownState(Failure):
    """No such state to filter by. Params: `given`, `known`."""

    code = "units.unknown_state"


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What a list is narrowed by; an empty field narrows nothing.

    `search`: an identifier by its beginning or end, a SKU or model code by its beginning, words of the model's name.
    `batch` is a batch's code, `bin` a `WAREHOUSE/BIN`, a bin or a warehouse, `blocker` a blocker's code;
    a requirement's code stands for all its blockers (a lock that is on or was not checked).
    """

    search: str = ""
    state: str = ""
    grade: str = ""
    blocker: str = ""
    batch: str = ""
    bin: str = ""
    category: str = ""
    retest: bool = False


ALL = UnitFilter()


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of a list. `batch` is the batch's code, `row.location` is `WAREHOUSE/BIN`."""

    row: UnitRow
    batch: str
    battery_at: datetime | None
    created_at: datetime
    identifiers: tuple[Identifier, ...]
    blockers: tuple[Blocker, ...]

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def identifier(self) -> str:
        """The first identifier, IMEI before serial number; empty for a unit without one."""
        return self.identifiers[0].value if self.identifiers else ""

    @property
    def held(self) -> bool:
        """Whether a blocker keeps it from being listed."""
        return judgement.stops(list(self.blockers))


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a list, newest unit first. `next` goes into `after` for the page that follows; empty at the end."""

    lines: tuple[UnitLine, ...]
    next: str


@dataclass(frozen=True, slots=True)
class RetestLine:
    """A unit whose battery reading is too old. `due_on` is the company's day on which it became so."""

    unit: UnitLine
    read_at: datetime
    due_on: date


def list_units(
    desk: Desk, chosen: UnitFilter = ALL, *, after: str = "", offset: int = 0, limit: int = MOST
) -> Page:
    """A page of units, newest first: those after the unit id `after`, `offset` of them left out (for jumps).

    At most MOST units. Raises UnknownState, UnknownBlocker.
    """
    most = max(1, min(limit, MOST))

    def work(connection: Connection) -> Page:
        narrows = _narrows(connection, desk, chosen)
        if narrows is None:
            return Page((), "")
        ids = unit_lists.page(connection, desk.company, narrows, after, max(0, offset), most + 1)
        lines = _lines(connection, ids[:most])
        return Page(lines, ids[most - 1] if len(ids) > most else "")

    return desk.read(work)


def count_units(desk: Desk, chosen: UnitFilter = ALL) -> int:
    """How many units the list holds; a search that finds more than 50,000 is counted as that.

    Raises UnknownState, UnknownBlocker.
    """

    def work(connection: Connection) -> int:
        narrows = _narrows(connection, desk, chosen)
        return 0 if narrows is None else unit_lists.count(connection, desk.company, narrows)

    return desk.read(work)


def bins(desk: Desk) -> tuple[str, ...]:
    """Every place of the company as `WAREHOUSE/BIN`, sorted for people."""
    found = desk.read(lambda connection: people.locations(connection, desk.company))
    return tuple(f"{warehouse}/{bin_}" for _, warehouse, bin_ in found)


def show_unit(desk: Desk, id_or_identifier: str) -> UnitDetail:
    """Everything known of one unit, found by its id or any identifier of it. Raises UnknownUnit."""

    def work(connection: Connection) -> UnitDetail:
        unit_id = _find(connection, desk, id_or_identifier)
        today = desk.today(desk.policies(connection), desk.clock.now())
        return unit_detail.read(connection, unit_id, today)

    return desk.read(work)


def retest_list(desk: Desk, limit: int = _RETEST_MOST) -> tuple[RetestLine, ...]:
    """Units in stock whose battery must be read again, the oldest reading first.

    Only those whose price as new, in whole units of its currency, is at least the setting `battery.retest_above`.
    """

    def work(connection: Connection) -> tuple[RetestLine, ...]:
        policies = desk.policies(connection)
        moments = _too_old(connection, desk, policies)
        ids = unit_lists.retest_ids(connection, desk.company, moments, _above(policies), limit)
        found = []
        for line in _lines(connection, ids):
            assert line.battery_at is not None, "the list is of readings"
            due = retest_due(
                local_day(line.battery_at, policies.timezone), policies.battery(line.row.category)
            )
            assert due is not None, "categories whose readings do not age are left out"
            found.append(RetestLine(line, line.battery_at, due))
        return tuple(found)

    return desk.read(work)


def export_units(
    desk: Desk,
    path: Path,
    chosen: UnitFilter = ALL,
    progress: Callable[[int], bool] = lambda done: True,
    *,
    only: Sequence[str] | None = None,
) -> int:
    """Write the list to a .csv or .xlsx file, newest unit first; how many units.

    The file appears whole or not at all. `only`: just these of the list, by their ids. `progress` is told the units
    done and answers False to stop with what is there.

    Raises UnknownState, UnknownBlocker, TableFormatUnknown, FileNotWritten.
    """
    written = 0

    def all_rows() -> Iterator[list[Cell]]:
        nonlocal written
        after, named = "", sorted(only, reverse=True) if only is not None else None
        while named is None or named:
            these = named[:_EXPORT_PAGE] if named is not None else None
            ids, rows = desk.read(
                lambda c, after=after, these=these: _export_page(c, desk, chosen, after, these)  # type: ignore[misc]
            )
            yield from rows
            written += len(rows)
            if not progress(written):
                return
            if named is not None:
                named = named[_EXPORT_PAGE:]
            elif len(ids) < _EXPORT_PAGE:
                return
            else:
                after = ids[-1]

    _check(chosen)
    write_table(path, _EXPORT_HEADERS, all_rows())
    return written


def line_of(row: ListRow) -> UnitLine:
    """A stored row as the line of a list."""
    blockers = tuple(judgement.from_row(b) for b in row.blockers)
    return UnitLine(row.unit, row.batch, row.battery_at, row.created_at, row.identifiers, blockers)


def _narrows(connection: Connection, desk: Desk, chosen: UnitFilter) -> list[Narrow] | None:
    """The conditions of this filter; None when it can hold no unit at all."""
    _check(chosen)
    company, narrows = desk.company, []
    if chosen.state == LISTED:
        narrows.append(unit_lists.listed(company))
    elif chosen.state:
        narrows.append(unit_lists.in_state(company, chosen.state))
    if chosen.grade in grading.SCALE:
        narrows.append(unit_lists.of_grade(company, chosen.grade))
    elif chosen.grade:
        own = desk.policies(connection).grade_map.resolve(chosen.grade)
        narrows.append(unit_lists.of_own_grade(company, own.code if own is not None else chosen.grade))
    if chosen.blocker:
        narrows.append(unit_lists.blocked_by(company, codes_of(chosen.blocker)))
    if chosen.batch:
        batch = batches.by_code(connection, company, chosen.batch)
        if batch is None:
            return None
        narrows.append(unit_lists.of_batch(company, batch["id"]))
    if chosen.bin:
        places = unit_lists.places_named(connection, company, chosen.bin)
        if not places:
            return None
        narrows.append(unit_lists.at_places(company, places))
    if chosen.category:
        narrows.append(unit_lists.of_category(company, chosen.category))
    if chosen.search.strip():
        narrows.append(unit_lists.found_by(company, chosen.search[:100]))
    if chosen.retest:
        policies = desk.policies(connection)
        moments = _too_old(connection, desk, policies)
        narrows.append(unit_lists.to_retest(company, moments, _above(policies)))
    return narrows


def _check(chosen: UnitFilter) -> None:
    if chosen.state and chosen.state not in STATES:
        raise UnknownState(given=chosen.state[:40], known=", ".join(STATES))
    if chosen.blocker and chosen.blocker not in BLOCKERS:
        raise UnknownBlocker(given=chosen.blocker[:40], known=", ".join(REQUIREMENTS))


def _too_old(connection: Connection, desk: Desk, policies: Policies) -> list[tuple[str, datetime]]:
    """For each category whose readings age: the moment before which a reading is due for another."""
    today = desk.today(policies, desk.clock.now())
    moments = []
    for category in unit_lists.categories(connection, desk.company):
        days = policies.battery(category).retest_days
        if days > 0:
            # A reading of this local day is due today; so are all before it.
            newest = datetime.combine(today - timedelta(days=days - 1), time(), policies.timezone)
            moments.append((category, newest))
    return moments


def _above(policies: Policies) -> int:
    return int(policies.settings["battery.retest_above"]) * 100


def _lines(connection: Connection, ids: list[str]) -> tuple[UnitLine, ...]:
    return tuple(line_of(row) for row in unit_lists.rows(connection, ids))


def _find(connection: Connection, desk: Desk, given: str) -> str:
    wanted = given.strip()
    if is_ulid(wanted.upper()):
        row = units.find_unit(connection, desk.company, wanted.upper())
        if row is not None:
            return row.id
    for value in router.lookup_keys(wanted):
        unit_id = units.by_identifier(connection, desk.company, value)
        if unit_id is not None:
            return unit_id
    raise UnknownUnit(given=router.clean(given)[:60])


_EXPORT_HEADERS = (
    "id", "imei", "imei2", "serial", "sku", "model_code", "brand", "model", "storage", "colour", "category",
    "grade", "own_grade", "state", "warehouse", "bin", "battery", "battery_at", "blockers", "batch", "source",
    "supplier", "cost", "currency", "vat_scheme", "arrived_at", "labour_minutes", "changed_at",
)  # fmt: skip


def _export_page(
    connection: Connection, desk: Desk, chosen: UnitFilter, after: str, only: list[str] | None
) -> tuple[list[str], list[list[Cell]]]:
    narrows = _narrows(connection, desk, chosen)
    if narrows is None:
        return [], []
    if only is not None:
        narrows.append(unit_lists.among(desk.company, only))
    ids = unit_lists.page(connection, desk.company, narrows, after, 0, _EXPORT_PAGE)
    stays = unit_lists.present_stays(connection, ids)
    return ids, [_export_row(line, stays.get(line.id, {})) for line in _lines(connection, ids)]


def _export_row(line: UnitLine, stay: Row) -> list[Cell]:
    row = line.row
    names = {identifier.kind: identifier.value for identifier in line.identifiers}
    cost = None
    if stay.get("cost_minor") is not None:
        cost = Money(stay["cost_minor"], stay["cost_currency"] or "EUR").amount
    return [
        row.id,
        *(names.get(kind, "") for kind in (IdentifierKind.IMEI, IdentifierKind.IMEI2, IdentifierKind.SERIAL)),
        *(row.sku, row.model_code, row.brand, row.model, row.storage, row.colour, row.category),
        *(row.grade, row.own_grade, row.state, row.warehouse, row.bin),
        *(row.battery_percent, line.battery_at, ", ".join(b.code for b in line.blockers), line.batch),
        *(stay.get("source"), stay.get("supplier"), cost, stay.get("cost_currency"), stay.get("vat_scheme")),
        *(stay.get("arrived_at"), stay.get("labour_minutes"), row.changed_at),
    ]
