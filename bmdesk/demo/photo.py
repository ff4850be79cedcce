"""Pictures of devices for the demo, drawn dot by dot: nobody's real device, and no file to carry along."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 240, 320
_TABLE, _EDGE, _LENS = (214, 220, 228), (40, 46, 58), (18, 20, 26)
_BODIES = ((52, 62, 84), (196, 205, 216), (58, 92, 84))


def phone_back(variety: int) -> bytes:
    """A PNG of a phone from behind, on a grey table, with a scratch somewhere else for each variety."""
    body = _BODIES[variety % len(_BODIES)]
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)  # PNG: no filter on this row
        for x in range(WIDTH):
            rows += bytes(_dot(x, y, body, variety))
    return _png(bytes(rows))


def _dot(x: int, y: int, body: tuple[int, int, int], variety: int) -> tuple[int, int, int]:
    if not _inside(x, y, 58, 24, 182, 296, 20):
        return _TABLE
    if not _inside(x, y, 61, 27, 179, 293, 18):
        return _EDGE
    if _inside(x, y, 70, 36, 122, 92, 12):
        lenses = ((86, 52), (106, 76))
        return _LENS if any((x - cx) ** 2 + (y - cy) ** 2 < 110 for cx, cy in lenses) else _shade(body, 14)
    if 130 < y < 200 and abs((x - 90 - 17 * variety) - (y - 130) // 2) < 2:
        return _shade(body, 60)
    return _shade(body, (x + y) // 24)


def _inside(x: int, y: int, left: int, top: int, right: int, bottom: int, radius: int) -> bool:
    if not (left <= x < right and top <= y < bottom):
        return False
    dx = max(left + radius - x, x - right + radius + 1, 0)
    dy = max(top + radius - y, y - bottom + radius + 1, 0)
    return dx * dx + dy * dy <= radius * radius


def _shade(colour: tuple[int, int, int], by: int) -> tuple[int, int, int]:
    return min(255, colour[0] + by), min(255, colour[1] + by), min(255, colour[2] + by)


def _png(rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    parts = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
