"""A folder into which a camera or phone drops pictures: each new one is handed over once.

Looks at the folder again and again, which works on every disk and network share. Knows files; refuses to
know which unit a picture belongs to, and never leaves its folder: links are not followed.
"""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bmdesk.store.photos import MAX_BYTES, image_type
from bmdesk.system.durable import FileNotWritten, replacing, why
from bmdesk.texts import Failure

LARGEST = MAX_BYTES  # the store would refuse it; it need not be read for that
_REMEMBERED = 20_000  # files; beyond that, those that are no longer in the folder are forgotten

Seen = tuple[int, int]  # size, mtime in ns: the same file if both are the same


class FolderNotReadable(Failure):
    """The watched folder is not there or may not be read. Parameters: `folder`, `reason`. It is tried again
    by itself."""

    code = "device.folder_not_readable"


class PhotoTooLarge(Failure):
    """A picture over the limit; it is left where it lies. Parameters: `file`, `megabytes`, `limit`."""

    code = "device.photo_too_large"


class PhotoNotTaken(Failure):
    """A picture that could not be read, or not be moved away afterwards. Parameters: `file`, `reason`."""

    code = "device.photo_not_taken"


@dataclass(frozen=True, slots=True)
class DroppedPhoto:
    """A picture as it was found. `name` is a bare file name from outside: show it as plain text, open
    nothing by it."""

    name: str
    content: bytes


class PhotoFolder:
    """Watches one folder, not those inside it.

    A file is delivered when size and time did not change between two looks and its first bytes are those of
    a JPEG, PNG, WebP or HEIC picture. What was delivered is kept in the file `memory`, so a restart
    delivers nothing twice (a crash in the middle of a delivery may: pictures are stored by content). What
    lies there when a folder is watched for the very first time is not delivered, unless `take_existing`.
    `move_taken` moves delivered files into `taken/`.

    `deliver` may raise a Failure: it is said, and the file is tried again after the next start. `said` gets
    each problem once. Both are called on the watcher's thread.
    """

    def __init__(
        self,
        folder: Path,
        memory: Path,
        deliver: Callable[[DroppedPhoto], None],
        said: Callable[[Failure], None],
        *,
        move_taken: bool = False,
        take_existing: bool = False,
        seconds: float = 1.0,
    ) -> None:
        self._folder = folder
        self._memory = memory
        self._deliver = deliver
        self._said = said
        self._move_taken = move_taken
        self._seconds = seconds
        self._taken = self._recall()
        self._first_look = self._taken is None and not take_existing
        self._last_look: dict[str, Seen] = {}
        # No pictures, too large, refused: not looked at again until they change.
        self._passed_over: dict[str, Seen] = {}
        self._unreadable = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look every `seconds` on an own thread until stop()."""
        if self._thread is not None:
            raise RuntimeError("a folder's watch starts once")
        self._thread = threading.Thread(target=self._run, name="photo folder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop; no callback comes after this returns."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def look(self) -> int:
        """Look once; how many pictures were delivered. A picture needs two looks."""
        try:
            present = dict(_files(self._folder))
        except OSError as error:
            if not self._unreadable:
                self._said(FolderNotReadable(folder=str(self._folder), reason=why(error)))
            self._unreadable = True
            return 0
        self._unreadable = False
        taken = self._taken if self._taken is not None else {}
        self._taken = taken
        if self._first_look:
            self._first_look = False
            taken.update(present)
            self._remember(present)
        delivered = 0
        for name, seen in sorted(present.items(), key=lambda item: (item[1][1], item[0])):
            if self._stop.is_set():
                break
            known = taken.get(name) == seen or self._passed_over.get(name) == seen
            if not known and self._last_look.get(name) == seen and seen[0] > 0:
                delivered += self._take(name, seen, present)
        self._last_look = present
        return delivered

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(self._seconds)

    def _take(self, name: str, seen: Seen, present: dict[str, Seen]) -> bool:
        self._passed_over[name] = seen
        if seen[0] > LARGEST:
            self._said(
                PhotoTooLarge(file=name, megabytes=-(-seen[0] // 1_048_576), limit=LARGEST // 1_048_576)
            )
            return False
        try:
            content = _read(self._folder / name)
        except FileNotFoundError:
            return False  # taken away meanwhile
        except OSError as error:
            self._said(PhotoNotTaken(file=name, reason=why(error)))
            return False
        if len(content) != seen[0]:
            del self._passed_over[name]  # it grows again: wait for it
            return False
        if image_type(content) is None:
            return False
        try:
            self._deliver(DroppedPhoto(name, content))
        except Failure as failure:
            self._said(failure)
            return False
        del self._passed_over[name]
        assert self._taken is not None
        self._taken[name] = seen
        self._remember(present)
        if self._move_taken:
            self._move(name)
        return True

    def _move(self, name: str) -> None:
        away = self._folder / "taken"
        try:
            away.mkdir(exist_ok=True)
            if away.is_symlink():
                raise NotADirectoryError(20, "taken is a link")
            goal, n = away / name, 1
            while goal.exists() or goal.is_symlink():
                goal, n = away / f"{Path(name).stem}-{n}{Path(name).suffix}", n + 1
            (self._folder / name).rename(goal)
        except OSError as error:
            self._said(PhotoNotTaken(file=name, reason=why(error)))

    def _recall(self) -> dict[str, Seen] | None:
        """What was taken from this folder before; None if it was never watched."""
        try:
            kept = json.loads(self._memory.read_bytes())
            if kept["folder"] != str(self._folder):
                return None
            return {str(name): (int(size), int(time)) for name, (size, time) in kept["taken"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            # Nothing to remember, or not what was written here: as if never watched, so nothing old is
            # delivered.
            return None

    def _remember(self, present: dict[str, Seen]) -> None:
        assert self._taken is not None
        if len(self._taken) > _REMEMBERED:
            # Not before: a share that is away for a moment looks like an empty folder.
            self._taken = {name: seen for name, seen in self._taken.items() if name in present}
        text = json.dumps({"folder": str(self._folder), "taken": self._taken})
        try:
            with replacing(self._memory) as file:
                file.write(text.encode("utf-8", errors="surrogateescape"))
        except FileNotWritten as failure:
            self._said(failure)


def _files(folder: Path) -> Iterator[tuple[str, Seen]]:
    """The plain, visible files of the folder; links, folders and devices are none."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # gone between the two questions
            yield entry.name, (found.st_size, found.st_mtime_ns)


def _read(path: Path) -> bytes:
    # The name may have become a link since it was listed: ask the opened file itself.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(22, "not a file")
        return file.read(LARGEST + 1)
