"""Files that name people whom the store names no more: papers, and strays of papers.

Which rows are erased is `privacy`; here are the files that those rows, or rows of before, spoke of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bmdesk.services.desk import Desk
from bmdesk.store.failures import StoreReadOnly
from bmdesk.store.photos import is_content_hash
from bmdesk.store.queries import erasing

_PAGE = 50
_YOUNG = timedelta(minutes=10)  # its row may be on its way


def delete_papers(desk: Desk) -> int:
    """Delete the files of papers whose buyer was erased; how many. Content that others have too stays.

    Raises StoreReadOnly where the disk refuses; it is tried again with the next sweep.
    """
    count = 0
    while found := desk.read(lambda c: erasing.papers_to_delete(c, desk.company, _PAGE)):
        for _, blob, shared in found:
            if not shared:
                _delete(desk.photos.path(blob), desk.photos.folder)
        desk.write(lambda tx, some=found: erasing.papers_deleted(tx, [one[0] for one in some]))  # type: ignore[misc]
        count += len(found)
    return count


def delete_strays(desk: Desk) -> int:
    """Delete papers that no row speaks of: replaced by another, of a store that was replaced, or of a process that died
    before it said that it has them; how many. Photos stay. Raises StoreReadOnly.
    """
    before = desk.clock.now() - _YOUNG
    found = {file.name: file for file in _blobs(desk.photos.folder)}
    for name in desk.read(erasing.blobs):
        found.pop(name, None)
    strays = [file for file in found.values() if _is_older(file, before) and _is_paper(file)]
    for file in strays:
        _delete(file, desk.photos.folder)
    return len(strays)


def _blobs(folder: Path) -> Iterator[Path]:
    for part in _folders(folder):
        yield from (file for file in _files(part) if is_content_hash(file.name))


def _folders(folder: Path) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.is_dir()]
    except OSError:
        return []


def _files(folder: Path) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.is_file()]
    except OSError:
        return []


def _is_older(file: Path, before: datetime) -> bool:
    try:
        return file.stat().st_mtime < before.timestamp()
    except OSError:
        return False


def _is_paper(file: Path) -> bool:
    try:
        with file.open("rb") as content:
            return content.read(4) == b"%PDF"
    except OSError:
        return False


def _delete(file: Path, place: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise StoreReadOnly(place=str(place)) from error
