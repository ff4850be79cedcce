"""Is everything all right: each unit's history, the store and its photos; and what to do where it is not.

Looks and says; mends nothing. What only the window, printers and scanners can tell comes in as `probes`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import bmdesk
from bmdesk.domain.history import ChainBreak, verify
from bmdesk.services import backup_plan, company, settings, troubles
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.services.odoo import odoo_health
from bmdesk.services.odoo.odoo_health import OdooHealth
from bmdesk.services.orders import order_view
from bmdesk.services.selling import accounts
from bmdesk.services.session import Session, open_session, place_of
from bmdesk.services.shipping import parcels
from bmdesk.services.syncing import sync_status
from bmdesk.store import integrity
from bmdesk.store.engine import Connection
from bmdesk.store.opening import CHECK_AT_ONCE_BYTES, Store, check_file
from bmdesk.store.photos import Photos
from bmdesk.store.queries import unit_lists, units
from bmdesk.store.schema import SCHEMA
from bmdesk.system import program, secrets
from bmdesk.system.clock import Clock, SystemClock
from bmdesk.system.durable import why
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, Text, msg

Progress = Callable[[int, int], bool]
"""Told (done, total; 0 where nobody knows) in units or photos; answers False to stop."""

_PAGE = 500
_MOST_SHOWN = 100
_FREE_BYTES = 500 * 2**20
_DUE_MOST = 1000
_CLOCK_TOLERANCE_S = 120


class StoreNotWhole(Failure):
    """Something in the store is not as bmdesk wrote it. Params: `count`, `place`."""

    code = "health.not_whole"


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """A unit whose history was changed from outside, and where."""

    unit: str
    breaks: tuple[ChainBreak, ...]


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What became of checking every unit's history. `orphans`: histories whose unit is gone from its table."""

    units: int
    entries: int
    broken: tuple[BrokenChain, ...]
    orphans: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.broken and not self.orphans


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What became of checking the whole store. `problems` are the database's own words."""

    place: str
    schema: str
    generation: str
    problems: tuple[str, ...]
    chains: ChainReport
    photos: int
    photos_missing: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return self.faults == 0

    @property
    def faults(self) -> int:
        """How many things are wrong."""
        chains = len(self.chains.broken) + len(self.chains.orphans)
        return chains + len(self.problems) + len(self.photos_missing)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor. `todo` beside an `ok` is a hint, not a fault."""

    part: str
    ok: bool
    title: Text
    todo: Text | None = None


Probe = Callable[[MachineSettings], Finding | None]
"""Looks at one thing outside of the store; None when there is nothing to look at."""


def check_chains(desk: Desk, progress: Progress = lambda done, total: True) -> ChainReport:
    """Verify the history of every unit in the store, of all companies, a page at a time while others work."""
    after, looked, entries = "", 0, 0
    broken: list[BrokenChain] = []
    while True:
        page = desk.read(lambda connection, after=after: _page_of_chains(connection, after))  # type: ignore[misc]
        if not page:
            break
        for unit_id, count, breaks in page:
            entries += count
            if breaks and len(broken) < _MOST_SHOWN:
                broken.append(BrokenChain(unit_id, breaks))
        after = page[-1][0]
        looked += len(page)
        if not progress(looked, 0):
            break
    return ChainReport(looked, entries, tuple(broken), tuple(desk.read(units.orphans)))


def check_large(store: Store) -> None:
    """Look at every page of a store too large to be checked on opening; seconds a gigabyte. Raises StoreDamaged."""
    file = store.place.file
    if file is not None and file.stat().st_size > CHECK_AT_ONCE_BYTES:
        check_file(file, whole=True)


def check_store(desk: Desk, progress: Progress = lambda done, total: True) -> StoreReport:
    """Check pages, links, every history and that each photo is there. Others may go on working."""
    problems = tuple(integrity.problems(desk.store))
    chains = check_chains(desk, progress)
    looked, missing = _photos(desk)
    return StoreReport(
        place=desk.store.place.shown,
        schema=SCHEMA,
        generation=desk.store.info("generation"),
        problems=problems,
        chains=chains,
        photos=looked,
        photos_missing=missing,
    )


def doctor(
    data: DataDir,
    company_code: str = company.DEFAULT_COMPANY,
    clock: Clock | None = None,
    probes: Sequence[Probe] = (),
) -> list[Finding]:
    """Look at every part, also where the store cannot be opened. Never raises for what is wrong with the machine."""
    found = [_program()]
    try:
        data.prepare()
        found.append(Finding("data", ok=True, title=msg("doctor.data_ok", path=str(data.root))))
    except Failure as failure:
        found.append(_from_failure("data", failure))
    found += [_disk(data), *_machine(data), _secrets()]
    machine = MachineSettings(data.settings)
    try:
        with open_session(data, company_code, clock or SystemClock(), reassess=False) as session:
            found += _inside(session)
    except Failure as failure:
        shown = place_of(data, machine).shown
        found.append(Finding("store", ok=False, title=failure.happened, todo=failure.todo))
        found.append(Finding("store_place", ok=True, title=msg("doctor.store_place", place=shown)))
    for probe in probes:
        try:
            finding = probe(machine)
        except Failure as failure:
            finding = _from_failure("device", failure)
        if finding is not None:
            found.append(finding)
    return found


def _page_of_chains(connection: Connection, after: str) -> list[tuple[str, int, tuple[ChainBreak, ...]]]:
    heads = units.heads(connection, after, _PAGE)
    entries = units.entries(connection, [unit_id for unit_id, _, _ in heads]) if heads else {}
    return [
        (unit_id, count, tuple(verify(unit_id, entries[unit_id], head, count)))
        for unit_id, count, head in heads
    ]


def _photos(desk: Desk) -> tuple[int, tuple[str, ...]]:
    looked, after = 0, ""
    missing: list[str] = []
    while True:
        hashes = desk.read(lambda c, after=after: unit_lists.photo_hashes(c, after, _PAGE))  # type: ignore[misc]
        if not hashes:
            return looked, tuple(missing)
        looked += len(hashes)
        missing += _missing(desk.photos, hashes)[: _MOST_SHOWN - len(missing)]
        after = hashes[-1]


def _missing(photos: Photos, hashes: Sequence[str]) -> list[str]:
    return [sha256 for sha256 in hashes if not photos.path(sha256).is_file()]


def _from_failure(part: str, failure: Failure) -> Finding:
    return Finding(part, ok=False, title=failure.happened, todo=failure.todo)


def _program() -> Finding:
    title = msg(
        "doctor.program_installed" if program.is_installed() else "doctor.program_source",
        version=bmdesk.__version__,
        folder=str(program.folder()),
    )
    return Finding("program", ok=True, title=title)


def _disk(data: DataDir) -> Finding:
    try:
        free = shutil.disk_usage(data.root if data.root.is_dir() else data.root.anchor).free
    except OSError as error:
        return Finding("disk", ok=False, title=msg("doctor.disk_unknown", reason=why(error)))
    megabytes = free // 2**20
    if free < _FREE_BYTES:
        return Finding("disk", False, msg("doctor.disk_low", megabytes=megabytes), msg("doctor.disk_todo"))
    return Finding("disk", ok=True, title=msg("doctor.disk_ok", megabytes=megabytes))


def _machine(data: DataDir) -> Iterator[Finding]:
    notices = MachineSettings(data.settings).notices
    for notice in notices:
        yield Finding("machine", ok=False, title=notice, todo=msg("doctor.machine_todo"))
    if not notices:
        yield Finding("machine", ok=True, title=msg("doctor.machine_ok"))


def _secrets() -> Finding:
    if secrets.keyring_present():
        return Finding("secrets", ok=True, title=msg("doctor.keyring_ok"))
    return Finding("secrets", True, msg("doctor.keyring_none"), msg("doctor.keyring_todo"))


def _inside(session: Session) -> Iterator[Finding]:
    """What only an open store can tell."""
    desk = session.desk
    yield Finding("store", ok=True, title=msg("doctor.store_ok", place=desk.store.place.shown, schema=SCHEMA))
    yield _clock(desk)
    yield from _settings(desk)
    looked, missing = _photos(desk)
    if missing:
        yield Finding(
            "photos", False, msg("doctor.photos_missing", count=len(missing)), msg("doctor.photos_todo")
        )
    else:
        yield Finding("photos", ok=True, title=msg("doctor.photos_ok", count=looked))
    yield _backups(session)
    yield _due(desk)
    yield _orders(desk)
    odoo = odoo_health.read(desk, lambda name: bool(secrets.Secrets(session.data.root).get(name)))
    yield from _sync(session, odoo)
    if odoo is not None:
        yield from _odoo(odoo)
    yield from _troubles(desk, odoo)


def _clock(desk: Desk) -> Finding:
    now, behind = desk.clock.now(), bench.seconds_behind(desk)
    if behind > _CLOCK_TOLERANCE_S:
        title = msg("doctor.clock_back", now=now, last=now + timedelta(seconds=behind))
        return Finding("clock", ok=False, title=title, todo=msg("doctor.clock_todo"))
    return Finding("clock", ok=True, title=msg("doctor.clock_ok", now=now))


def _settings(desk: Desk) -> Iterator[Finding]:
    bad = 0
    names = settings.names(desk)
    for name in names:
        spec, value = settings.setting(name), settings.get(desk, name)
        try:
            spec.read(value)
        except ValueError:
            bad += 1
            title = msg("doctor.setting_bad", name=name, value=value[:60])
            yield Finding("settings", False, title, msg("doctor.setting_todo", expected=spec.expected))
    if not bad:
        yield Finding("settings", ok=True, title=msg("doctor.settings_ok", count=len(names)))


def _backups(session: Session) -> Finding:
    """How old the newest backup of the plan is; a fresh store has none yet, and that is no fault."""
    found = backup_plan.standing(session.desk, session.data, session.machine)
    folder = str(found.plan.folder)
    if not found.plan.possible:
        return Finding("backup", True, msg("doctor.backup_server"), msg("doctor.backup_server_todo"))
    if found.age is None:
        return Finding(
            "backup", True, msg("doctor.backup_none"), msg("doctor.backup_none_todo", folder=folder)
        )
    title = msg("doctor.backup_age", count=max(0, found.age.days), folder=folder)
    if found.late:
        return Finding("backup", False, title, msg("doctor.backup_todo", folder=folder))
    return Finding("backup", True, title, msg("doctor.backup_same_disk") if found.same_disk else None)


def _due(desk: Desk) -> Finding:
    now = desk.clock.now()
    stamp = desk.read(lambda connection: desk.policies(connection).stamp)
    due = desk.read(lambda connection: unit_lists.count_due(connection, desk.company, stamp, now, _DUE_MOST))
    if due:
        return Finding("reassess", True, msg("doctor.due", count=due), msg("doctor.due_todo"))
    return Finding("reassess", ok=True, title=msg("doctor.due_none"))


def _orders(desk: Desk) -> Finding:
    """What a person must decide or ask about. Work that waits is nothing wrong."""
    stuck = order_view.counts(desk)[order_view.Tab.CONFLICTS]
    overdue, late = order_view.overdue(desk), len(parcels.late(desk))
    if stuck or overdue or late:
        title = msg("doctor.orders_wait", conflicts=stuck, overdue=overdue, late=late)
        return Finding("orders", True, title, msg("doctor.orders_todo"))
    return Finding("orders", ok=True, title=msg("doctor.orders_ok"))


def _sync(session: Session, odoo: OdooHealth | None) -> Iterator[Finding]:
    """Tokens of the accounts, and what syncing has to say, the gravest first; what is Odoo's alone has its own."""
    kept = secrets.Secrets(session.data.root)
    known = [view.row for view in accounts.listed(session.desk) if view.row.active]
    if not known and odoo is None:
        yield Finding("sync", ok=True, title=msg("doctor.sync_none"))
        return
    lacking = [row for row in known if not kept.get(accounts.secret_of(session.desk, row.name))]
    for row in lacking:
        todo = msg("doctor.token_todo", secret=accounts.secret_of(session.desk, row.name))
        # One that never worked is being set up; one that did has lost its token.
        new = row.last_success_at is None
        yield Finding("token", ok=new, title=msg("doctor.token_missing", account=row.name), todo=todo)
    if known and not lacking:
        yield Finding("token", ok=True, title=msg("doctor.token_ok"))
    found = sync_status.status(session.desk)  # tokens have their own finding
    concerns = [one for one in found.concerns if odoo is None or not odoo.says(one)]
    if not concerns:
        yield Finding("sync", ok=True, title=msg("doctor.sync_ok", who=found.who))
        return
    for one in concerns:
        if troubles.of_concern(one) is not None:
            continue  # said below, with its cause
        title = msg("doctor.sync_concerns", happened=one.happened)
        yield Finding("sync", ok=one.level is not sync_status.Level.ERROR, title=title, todo=one.todo)


def _odoo(odoo: OdooHealth) -> Iterator[Finding]:
    """Each with its cause and its step."""
    if not odoo.has_key:
        # One that never worked is being set up; one that did has lost its key.
        todo = msg("doctor.odoo_no_key_todo", secret=odoo.secret)
        yield Finding("odoo", ok=odoo.is_new, title=msg("doctor.odoo_no_key"), todo=todo)
    if odoo.waits is not None:
        title = msg("doctor.odoo_waits", until=odoo.until, happened=odoo.waits.happened)
        todo = msg("doctor.odoo_waits_todo", todo=odoo.waits.todo)
        yield Finding("odoo", ok=not odoo.is_grave, title=title, todo=todo)
    if odoo.has_key and odoo.key_ends is not None:
        yield Finding("odoo", ok=True, title=odoo.key_ends.happened, todo=odoo.key_ends.todo)
    if odoo.diverged:
        title = msg("doctor.odoo_diverged", count=odoo.diverged)
        yield Finding("odoo", ok=True, title=title, todo=msg("doctor.odoo_diverged_todo"))
    if odoo.parked > odoo.diverged:
        title = msg("doctor.odoo_parked", count=odoo.parked - odoo.diverged)
        yield Finding("odoo", ok=True, title=title, todo=msg("doctor.odoo_parked_todo"))
    if odoo.has_key and odoo.waits is None and odoo.key_ends is None and not odoo.parked:
        yield Finding("odoo", ok=True, title=msg("doctor.odoo_ok"))


def _troubles(desk: Desk, odoo: OdooHealth | None) -> Iterator[Finding]:
    """Each known trouble that is there now, with its cause and its step."""
    # What blocks Odoo may be the sign of a trouble that marketplaces have; its cause would be told wrongly.
    blocked = odoo.waits.happened if odoo is not None and odoo.waits is not None else None
    there = [one for one in troubles.found(desk) if blocked is None or one.happened != blocked]
    if not there:
        known = msg("doctor.troubles_none", count=len(troubles.TROUBLES))
        yield Finding("troubles", ok=True, title=known)
    for one in there:
        why_and_step = {"cause": one.trouble.cause, "step": one.trouble.step}
        todo = (
            msg("doctor.trouble_todo", **why_and_step)
            if one.todo is None
            else msg("doctor.trouble_todo_more", todo=one.todo, **why_and_step)
        )
        named = one.trouble.title
        if one.account:
            named = msg("trouble.of_account", title=named, account=one.account)
        title = msg("doctor.trouble", title=named, happened=one.happened)
        ok = one.level is not sync_status.Level.ERROR
        yield Finding(f"trouble.{one.trouble.code}", ok=ok, title=title, todo=todo)
