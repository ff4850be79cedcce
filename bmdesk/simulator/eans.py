"""EANs by their check digit."""

from __future__ import annotations

import re


def is_ean(text: str) -> bool:
    """8, 12, 13 or 14 digits with the check digit of GS1."""
    if not re.fullmatch(r"\d{8}|\d{12,14}", text, re.ASCII):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return weighted % 10 == 0
