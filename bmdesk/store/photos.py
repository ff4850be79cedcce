"""Photos, and papers of orders, by content hash: the one blob interface. A blob is on disk, synced, before a row names
it.

Only what looks like an image, or a PDF, by its first bytes is taken; nothing is decoded here.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from bmdesk.store.failures import StoreFull, StoreReadOnly
from bmdesk.system.durable import FileNotWritten, replacing
from bmdesk.texts import Failure

MAX_BYTES = 25 * 2**20
"""A photo larger than this is refused; phones make 3 to 12 MB."""

MAX_PAPER = 5 * 2**20
"""A paper larger than this is refused; a delivery note has some kilobytes."""


class NotAPhoto(Failure):
    """The file is no image that bmdesk keeps. Params: `name`."""

    code = "photo.not_a_photo"


class PhotoTooLarge(Failure):
    """More than MAX_BYTES. Params: `name`, `limit_mb`."""

    code = "photo.too_large"


class PhotoUnreadable(Failure):
    """The file is not there or cannot be read. Params: `name`."""

    code = "photo.unreadable"


class NotAPaper(Failure):
    """The content is no PDF, or too large for one. Params: `name`, `limit_mb`."""

    code = "document.not_a_paper"


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored photo or paper."""

    sha256: str
    media_type: str
    size: int


class Photos:
    """A folder of photos, two letters deep, each file named by the hash of its content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, source: Path) -> Blob:
        """Copy this file in; the same content is kept once.

        Raises NotAPhoto, PhotoTooLarge, PhotoUnreadable, StoreFull.
        """
        name = source.name[:80]
        try:
            if not source.is_file():
                raise PhotoUnreadable(name=name)
            if source.stat().st_size > MAX_BYTES:
                raise PhotoTooLarge(name=name, limit_mb=MAX_BYTES // 2**20)
            with source.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError:
            raise PhotoUnreadable(name=name) from None
        return self.keep_content(name, content)

    def keep_content(self, name: str, content: bytes) -> Blob:
        """Keep these bytes; `name` is only for the words. Raises NotAPhoto, PhotoTooLarge, StoreFull."""
        if len(content) > MAX_BYTES:
            raise PhotoTooLarge(name=name, limit_mb=MAX_BYTES // 2**20)
        media_type = image_type(content)
        if media_type is None:
            raise NotAPhoto(name=name)
        digest = hashlib.sha256(content).hexdigest()
        self._write(digest, content)
        return Blob(digest, media_type, len(content))

    def keep_paper(self, name: str, content: bytes) -> Blob:
        """Keep this PDF; `name` is only for the words. Raises NotAPaper, StoreFull."""
        if len(content) > MAX_PAPER or not content.startswith(b"%PDF"):
            raise NotAPaper(name=name[:80], limit_mb=MAX_PAPER // 2**20)
        digest = hashlib.sha256(content).hexdigest()
        self._write(digest, content)
        return Blob(digest, "application/pdf", len(content))

    def path(self, sha256: str) -> Path:
        """Where the blob with this hash lies (it may be missing after a bad restore)."""
        if not is_content_hash(sha256):
            raise ValueError("not a content hash")
        return self.folder / sha256[:2] / sha256

    def _write(self, digest: str, content: bytes) -> None:
        target = self.path(digest)
        with contextlib.suppress(OSError):
            if target.exists():
                os.utime(
                    target
                )  # wanted again: whoever clears away what nobody wants sees that it is not old
                return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as draft:
                draft.write(content)
        except (OSError, FileNotWritten) as failed:
            cause = failed if isinstance(failed, OSError) else failed.__cause__
            full = isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT}
            raise (StoreFull if full else StoreReadOnly)(place=str(self.folder)) from failed


def is_content_hash(name: str) -> bool:
    """Whether this can name a photo: a SHA-256 in lower-case hex and nothing else."""
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


def image_type(content: bytes) -> str | None:
    """The media type by the file's first bytes, or None for what is no JPEG, PNG, WebP or HEIC."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"hevc"}:
        return "image/heic"
    return None
