"""What bmdesk wrote down when it was wrong: one file a bug in the data folder, told of at the next start.

A bug that a person was told of, in a window that went on and was closed as usual, is not told again. Everything written
passes `masked`. Keeping a report never raises: it is the last thing that still works.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import platform
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bmdesk
from bmdesk.system.logs import masked

RUN = f"{os.getpid()}{secrets.token_hex(4)}"
"""This run of bmdesk: in a container every process has the same number."""

MOST_KEPT = 20
_MOST_CHARACTERS = 60_000
_NEW, _TOLD, _FATAL = ".new.txt", ".txt", ".fatal"
_EMPTY_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Report:
    """One bug as it was written down."""

    file: Path
    at: datetime
    text: str

    @property
    def error(self) -> str:
        """The line that names the error."""
        lines = [line for line in self.text.splitlines() if line.strip()]
        return lines[-1].strip()[:300] if lines else ""


def keep(folder: Path, error: BaseException) -> Path | None:
    """Write this bug down, to be told of at the next start; None where that did not work. Never raises."""
    try:
        now = datetime.now(UTC)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = f"bmdesk {bmdesk.__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        trace = "".join(traceback.format_exception(error))[-_MOST_CHARACTERS:]
        file = folder / f"{now:%Y%m%d-%H%M%S-%f}-{RUN}{_NEW}"
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(masked(f"{head}{now:%Y-%m-%dT%H:%M:%SZ}\n\n{trace}"))
        _forget_old(folder)
    except Exception:  # noqa: BLE001 - the last resort must not raise
        return None
    return file


def untold(folder: Path) -> list[Report]:
    """Bugs of which nobody was told in peace: bmdesk ended by them, or without being closed. The newest first."""
    found = [*_files(folder, _NEW), *(file for file in _files(folder, _FATAL) if _size(file))]
    return sorted(filter(None, map(_read, found)), key=lambda report: report.at, reverse=True)


def kept(folder: Path) -> list[Report]:
    """All reports, the newest first."""
    told = [file for file in _files(folder, _TOLD) if not file.name.endswith(_NEW)]
    return sorted(
        [*untold(folder), *filter(None, map(_read, told))], key=lambda report: report.at, reverse=True
    )


def told(folder: Path, *, of_run: str | None = None) -> None:
    """A person knows of these (all, or those of one run): they are not told again. Never raises."""
    for file in [*_files(folder, _NEW), *_files(folder, _FATAL)]:
        own = file.name.split(".", 1)[0].endswith(f"-{of_run}")
        if (of_run is None or own) and _size(file):
            stem = file.name.removesuffix(_NEW).removesuffix(_FATAL)
            with contextlib.suppress(OSError):
                file.rename(file.with_name(stem + _TOLD))


def delete(report: Report) -> None:
    """Forget this report. Never raises."""
    with contextlib.suppress(OSError):
        report.file.unlink(missing_ok=True)


def watch(folder: Path) -> Callable[[], None]:
    """From now on a crash below Python (a segmentation fault) leaves its trace too. What comes back ends that."""
    if faulthandler.is_enabled():  # somebody else (a test runner) listens already
        return lambda: None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget_empty(folder)
        path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{RUN}{_FATAL}"
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8")
        faulthandler.enable(file)
    except OSError:
        return lambda: None

    def end() -> None:
        faulthandler.disable()
        file.close()
        with contextlib.suppress(OSError):
            if not _size(path):
                path.unlink()

    return end


def _read(file: Path) -> Report | None:
    try:
        at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        with file.open(encoding="utf-8", errors="replace") as source:
            return Report(file, at, masked(source.read(_MOST_CHARACTERS)))
    except OSError:
        return None


def _files(folder: Path, ending: str) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.name.endswith(ending))
    except OSError:
        return []


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _forget_old(folder: Path) -> None:
    for file in _files(folder, _TOLD)[:-MOST_KEPT]:
        with contextlib.suppress(OSError):
            file.unlink()


def _forget_empty(folder: Path) -> None:
    """Of processes that were killed, or of a machine that lost its power: nothing stands in them."""
    before = (datetime.now(UTC) - _EMPTY_FOR).timestamp()
    for file in _files(folder, _FATAL):
        with contextlib.suppress(OSError):
            if not _size(file) and file.stat().st_mtime < before:
                file.unlink()
