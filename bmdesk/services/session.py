"""One data folder, opened: settings of the machine, logs, store, photos, and the desk of one company.

The window, the command line and scripts begin here, each with a session of its own; all see one store.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bmdesk.domain.identifiers import new_ulid
from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.figures import rebuilding
from bmdesk.services.grading import bench
from bmdesk.store.engine import Place
from bmdesk.store.opening import Store, open_store
from bmdesk.store.photos import Photos
from bmdesk.system import machine as machine_file
from bmdesk.system.clock import Clock, SystemClock
from bmdesk.system.logs import start_logging
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir


@dataclass(frozen=True)
class Session:
    """What a process works with. Close it, or use it in a `with`; dying instead loses nothing acknowledged."""

    data: DataDir
    machine: MachineSettings
    store: Store
    desk: Desk

    def close(self) -> None:
        """Leave the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_session(
    data: DataDir,
    company_code: str = company.DEFAULT_COMPANY,
    clock: Clock | None = None,
    *,
    reassess: bool = True,
) -> Session:
    """Open this folder, making or migrating the store where needed, for this company.

    `reassess`: units whose date has come are judged anew, and figures that are behind are made, a page of each.
    Raises DataFolderUnusable, a StoreFailure, UnknownCompany.
    """
    data.prepare()
    start_logging(data.logs)
    ticking = clock or SystemClock()
    machine = MachineSettings(data.settings)
    fresh_id = new_ulid(int(ticking.now().timestamp() * 1000), os.urandom(10))
    store = open_store(place_of(data, machine), ticking.now, data.backups, fresh_id)
    try:
        station = machine.get(machine_file.STATION)
        desk = company.open_desk(store, Photos(data.photos), ticking, station, company_code, local_zone())
        if reassess:
            bench.reassess(desk)
            rebuilding.catch_up(desk)
    except BaseException:
        store.close()
        raise
    return Session(data, machine, store, desk)


def place_of(data: DataDir, machine: MachineSettings) -> Place:
    """Where the store of this folder lies: the address the machine was given, else the file in the folder."""
    url = machine.get(machine_file.STORE_URL)
    return Place.of_url(url) if url else Place.of_file(data.store)


def local_zone() -> str:
    """The time zone of this machine by its IANA name, UTC where it cannot be told; a fresh company begins with it."""
    named = os.environ.get("TZ", "").lstrip(":")
    if not named:
        try:
            named = str(Path("/etc/localtime").readlink()).partition("zoneinfo/")[2]
        except OSError:
            named = ""
    try:
        return ZoneInfo(named).key if named else "UTC"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
