"""A scanner that types as on a US keyboard, into a computer that thinks it has another one.

Knows what then arrives and what was meant. Refuses to repair: a corrected guess would be a scan that nobody
made, so the operator is told what was meant and what to set.
"""

from __future__ import annotations

import re
from collections.abc import Collection


def meant_on_azerty(text: str) -> str | None:
    """What the scanner sent, where this text is digits typed on a French or Belgian keyboard; else None.

    Only texts without one real digit count: no digit gets through there, and codes without digits are rare.
    """
    if any(char in _REAL_DIGITS for char in text) or len(text) < _SHORTEST:
        return None
    signs = sum(char in _SIGNS for char in text)
    if signs < _FEWEST_SIGNS or not any(char in _SURE_SIGNS for char in text):
        return None
    # Belgian and Apple keyboards have § and ! where a French one has - and _ .
    meant = text.translate(_BELGIAN if "§" in text else _FRENCH).upper()
    return meant if _CODE.fullmatch(meant) else None


def meant_card(text: str, keywords: Collection[str]) -> str | None:
    """What the scanner sent, where this text is a command card typed on another keyboard; else None.

    `B?DM...` is AZERTY; `BMDÖ...` (German), `BMDÑ...` (Spanish), `BMDç...` (Italian) miss the colon only.
    """
    if text[:4].lower() in ("b?dm", "b,dm"):
        return text.translate(_FRENCH).upper()
    if (found := _COLON_LOST.match(text.upper())) and found[2] in keywords:
        return text.upper().replace(found[1], ":")
    return None


_COLON_LOST = re.compile(r"BMD([^:A-Z0-9\s])([A-Z]+)")
_SHORTEST = 5
_FEWEST_SIGNS = 3
_REAL_DIGITS = frozenset("0123456789")
_SIGNS = frozenset("&é\"'(-è_çà§!")
_SURE_SIGNS = frozenset("&é\"'(èçà§")  # hyphen, underscore and ! occur in honest texts
_CODE = re.compile(r"[A-Z0-9:/._ \-]*[0-9][A-Z0-9:/._ \-]*")
# fmt: off
# What a French keyboard types -> what the same key means on a US one.
_FRENCH = str.maketrans({
    "&": "1", "é": "2", '"': "3", "'": "4", "(": "5", "-": "6", "è": "7", "_": "8", "ç": "9", "à": "0",
    ")": "-", "°": "_", "!": "/", ":": ".", ";": ",", ",": "m", "?": "M", "M": ":", "m": ";",
    "a": "q", "q": "a", "z": "w", "w": "z", "A": "Q", "Q": "A", "Z": "W", "W": "Z",
})
# fmt: on
_BELGIAN = {**_FRENCH, ord("§"): "6", ord("!"): "8", ord("-"): "=", ord("="): "/"}
