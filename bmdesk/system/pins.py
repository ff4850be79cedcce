"""A PIN as it is kept: salted and slow to guess (scrypt), never readable. Knows nobody whose PIN it is."""

from __future__ import annotations

import hashlib
import hmac
import os

SHORTEST, LONGEST = 4, 12

# 16 MB and some 50 ms a guess: ten thousand four-digit PINs cost minutes, not a blink. A PIN keeps people at the screen
# apart; whoever holds the file itself is kept out by the disk, not by four digits.
_N, _R, _P = 2**14, 8, 1


def is_pin(text: str) -> bool:
    """Whether this can be a PIN: digits, as a number pad gives them."""
    return text.isascii() and text.isdigit() and SHORTEST <= len(text) <= LONGEST


def hashed(pin: str) -> str:
    """What is kept of this PIN."""
    salt = os.urandom(16)
    return f"scrypt:{_N}:{_R}:{_P}:{salt.hex()}:{_digest(pin, salt, _N, _R, _P).hex()}"


def fits(pin: str, kept: str) -> bool:
    """Whether it is the PIN that was kept; what cannot be read fits nothing."""
    try:
        kind, n, r, p, salt, digest = kept.split(":")
        expected = bytes.fromhex(digest)
        given = _digest(pin, bytes.fromhex(salt), int(n), int(r), int(p))
    except (ValueError, MemoryError):
        return False
    return kind == "scrypt" and hmac.compare_digest(given, expected)


def _digest(pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=64 * 2**20, dklen=32)
