"""Files that are photos as far as the store looks at them."""

from __future__ import annotations

from pathlib import Path


def jpeg(path: Path, seed: bytes = b"") -> Path:
    """A file that begins like a JPEG; another seed is another photo."""
    path.write_bytes(b"\xff\xd8\xff\xe0" + (seed or path.name.encode()) * 50)
    return path


def png(path: Path) -> Path:
    """A file that begins like a PNG."""
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + path.name.encode())
    return path
