"""Which store speaks for a token on this machine, and whether a store still lies on the machine that it works on.

Two stores that send quantities with one token would each undo what the other said. A claim (a file named by a hash of
host and token, in a folder of this person on this machine) refuses the second one. Across machines nobody can tell
here: a copied store pauses until a person confirms, and a second writer is noticed at the marketplace.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import platformdirs

from bmdesk.domain.identifiers import new_ulid
from bmdesk.store.alone import Hold
from bmdesk.store.engine import Place
from bmdesk.store.opening import Store
from bmdesk.store.queries import accounts
from bmdesk.store.transaction import Tx
from bmdesk.system.durable import FileNotWritten, replacing, why
from bmdesk.texts import Failure, msg

_LONGEST = 20_000
_PATIENCE_S = 5.0
_MACHINE = "machine"


class ClaimedElsewhere(Failure):
    """Another store on this machine uses this token. Params: `place`, `host`, `since` (ISO 8601)."""

    code = "account.claimed_elsewhere"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who claimed a token. `file` is empty for a store on a server."""

    store: str
    file: str
    shown: str
    since: str


def claim(token: str, host: str, store_id: str, place: Place, now: datetime) -> None:
    """From now on this store speaks for this token at this host; again and again is fine.

    `token` and `host` as the account's Endpoint has them, so that one token is not two. The claim of a store that is
    gone is void. Raises ClaimedElsewhere, FileNotWritten.
    """
    with _folder() as folder:
        file = folder / _name(token, host)
        found = _read(file)
        if found is not None and _is_same(found, store_id, place):
            return
        if found is not None and _stands(found):
            raise ClaimedElsewhere(place=found.shown, host=host, since=found.since)
        _write(file, _of(store_id, place, now))


def holder(token: str, host: str, store_id: str, place: Place) -> ClaimedElsewhere | None:
    """Who else speaks for the token now, None where nobody does. Claims nothing. Raises FileNotWritten."""
    with _folder() as folder:
        found = _read(folder / _name(token, host))
        if found is None or _is_same(found, store_id, place) or not _stands(found):
            return None
        return ClaimedElsewhere(place=found.shown, host=host, since=found.since)


def take_over(token: str, host: str, store_id: str, place: Place, now: datetime) -> None:
    """A person says that this store speaks for the token from now on, whoever did before. Raises FileNotWritten."""
    with _folder() as folder:
        _write(folder / _name(token, host), _of(store_id, place, now))


def release(token: str, host: str, store_id: str, place: Place) -> None:
    """Let the token go, if this store has it. Raises FileNotWritten."""
    with _folder() as folder:
        file = folder / _name(token, host)
        found = _read(file)
        if found is not None and _is_same(found, store_id, place):
            file.unlink(missing_ok=True)


def machine_id() -> str:
    """A name of this machine that stays the same for years and tells nothing about it. Raises FileNotWritten."""
    return hashlib.sha256(f"bmdesk {_given_id() or _own_id()}".encode()).hexdigest()[:32]


def note_machine(store: Store, machine: str | None = None) -> None:
    """This store works on this machine (or on the one named) from now on."""
    name = machine or machine_id()
    store.write("", lambda tx: note_machine_in(tx, name))


def note_machine_in(tx: Tx, machine: str) -> None:
    """`note_machine` as a part of a larger change; `machine` from `machine_id`."""
    accounts.set_info(tx, _MACHINE, machine)


def is_other_machine(store: Store, machine: str | None = None) -> bool:
    """Whether this store was copied here from another machine. False while nobody noted a machine.

    A store on a server has no machine that it works on: there only one process syncs at a time.
    """
    noted = store.info(_MACHINE) if store.place.file is not None else ""
    return bool(noted) and noted != (machine or machine_id())


def _name(token: str, host: str) -> str:
    return hashlib.sha256(f"{host.lower()}\n{token}".encode()).hexdigest()


def _of(store_id: str, place: Place, now: datetime) -> Claim:
    file = str(place.file.absolute()) if place.file is not None else ""
    return Claim(store_id, file, place.shown, now.isoformat(timespec="seconds"))


def _is_same(found: Claim, store_id: str, place: Place) -> bool:
    if found.store != store_id:
        return False
    if place.file is None or not found.file:
        return True  # one database has many addresses
    # The same id in another file is a copy. Of a store that was moved the old file is gone, and so its claim is void.
    return Path(found.file) == place.file.absolute()


def _stands(found: Claim) -> bool:
    """Whether the store that claimed is still there. A file that cannot be read may yet be: its owner decides."""
    if not found.file:
        return True
    file = Path(found.file)
    if not file.is_file():
        return False
    return accounts.id_in_file(file) in {found.store, None}


@contextmanager
def _folder() -> Iterator[Path]:
    """The folder of claims, ours alone for a moment."""
    folder = _place()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FileNotWritten(path=str(folder), reason=why(error)) from error
    end = time.monotonic() + _PATIENCE_S
    while (hold := Hold.take(folder / "lock")) is None:
        if time.monotonic() > end:
            raise FileNotWritten(path=str(folder), reason=msg("account.claims_busy"))
        time.sleep(0.02)
    try:
        yield folder
    finally:
        hold.close()


def _place() -> Path:
    named = os.environ.get("BMDESK_CLAIMS")
    return Path(named).absolute() if named else platformdirs.user_state_path("bmdesk-claims", appauthor=False)


def _read(file: Path) -> Claim | None:
    """The claim in this file; None where there is none or where it is damaged, which binds nobody."""
    try:
        with file.open("rb") as source:
            body = json.loads(source.read(_LONGEST))
        found = Claim(**body)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return found if all(isinstance(value, str) for value in asdict(found).values()) else None


def _write(file: Path, found: Claim) -> None:
    with replacing(file) as target:
        target.write(json.dumps(asdict(found), ensure_ascii=False, sort_keys=True).encode())


def _given_id() -> str:
    """The id that the operating system gave this machine, or nothing."""
    if sys.platform == "win32":  # pragma: no cover
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""
    try:
        return Path("/etc/machine-id").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _own_id() -> str:
    """An id made here, for systems that have none."""
    with _folder() as folder:
        file = folder / _MACHINE
        try:
            known = file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            known = ""
        if not known:
            known = new_ulid(time.time_ns() // 1_000_000, os.urandom(10))
            with replacing(file) as target:
                target.write(known.encode())
        return known
