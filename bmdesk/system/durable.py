"""A file is replaced whole or not at all, and an error of the disk is said in words.

Knows no format: the caller writes the bytes. Not for the store, which has its own journal.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from bmdesk.texts import Failure, Text, msg


class FileNotWritten(Failure):
    """This file could not be written; what stood there before still stands. Parameters: path, reason."""

    code = "system.file_not_written"


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file to fill; when the block ends well it takes the place of `path`, durable, with mode 0600.

    On any error `path` stays as it was and nothing is left beside it. Raises FileNotWritten.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        temporary = None
        sync(path.parent)
    except OSError as error:
        raise FileNotWritten(path=str(path), reason=why(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def why(error: OSError) -> Text:
    """The reason of this error of the disk, for a person."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return msg("system.reason.disk_full")
        case errno.EROFS:
            return msg("system.reason.read_only")
        case errno.EACCES | errno.EPERM:
            return msg("system.reason.not_allowed")
        case errno.ENOENT:
            return msg("system.reason.not_there")
        case errno.ENOTDIR | errno.EEXIST:
            return msg("system.reason.not_a_folder")
        case errno.EISDIR:
            return msg("system.reason.is_a_folder")
        case errno.ENAMETOOLONG:
            return msg("system.reason.name_too_long")
        case _:
            return msg("system.reason.other", words=error.strerror or type(error).__name__)


def sync(path: Path) -> None:
    """What was written there survives a power cut: a file's content, a folder's names."""
    if path.is_dir() and os.name != "posix":  # Windows cannot open a folder and needs no such thing
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
