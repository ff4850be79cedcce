"""Parcel numbers: what their shape and check digit prove.

Knows S10 (Universal Postal Union), UPS, DHL's SSCC and USPS by check digit, the other carriers of our markets by
shape. Refuses to know whether the parcel exists, and what a number that fits several things was meant to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.domain.identifiers import ean_holds


class Proof(StrEnum):
    """How much the number itself says about being a parcel number."""

    CHECKED = "checked"  # its check digit holds
    SHAPED = "shaped"  # no other code on a bench looks like this
    POSSIBLE = "possible"  # a serial number or a product code may look the same
    UNKNOWN = "unknown"  # no carrier's shape, yet it could be one
    BROKEN = "broken"  # a shape whose check digit is wrong: a typing error


@dataclass(frozen=True, slots=True)
class ParcelNumber:
    """`number` upper case without blanks; `carrier` its brand name where the shape gives it away."""

    number: str
    carrier: str | None
    proof: Proof


def read_tracking(text: str) -> ParcelNumber | None:
    """The parcel number that this text may be, or None."""
    number = re.sub(r"[ \-]", "", text).upper()
    if _S10.fullmatch(number):
        proof = Proof.CHECKED if s10_holds(number) else Proof.BROKEN
        return ParcelNumber(number, _POSTS.get(number[-2:]), proof)
    if _UPS.fullmatch(number):
        return ParcelNumber(number, "UPS", Proof.CHECKED if ups_holds(number) else Proof.BROKEN)
    if _DHL_SSCC.fullmatch(number):
        return ParcelNumber(number, "DHL", Proof.CHECKED if ean_holds(number[2:]) else Proof.BROKEN)
    if _USPS.fullmatch(number):
        return ParcelNumber(number, "USPS", Proof.CHECKED if ean_holds(number) else Proof.BROKEN)
    if dpd := _DPD_BARCODE.fullmatch(number):
        return ParcelNumber(dpd[1], "DPD", Proof.SHAPED)
    for shape, carrier, proof in _SHAPES:
        if shape.fullmatch(number):
            return ParcelNumber(number, carrier, proof)
    return None


def s10_holds(number: str) -> bool:
    """Whether these are two letters, nine digits, two letters, the ninth digit being the check digit of UPU S10."""
    if not _S10.fullmatch(number):
        return False
    weights = (8, 6, 4, 2, 3, 5, 9, 7)
    total = sum(int(digit) * weight for digit, weight in zip(number[2:10], weights, strict=True))
    # Remainders 0 and 6 share check digit 5 and so cannot be told apart: a weakness of the standard.
    return int(number[10]) == {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def ups_holds(number: str) -> bool:
    """Whether these are `1Z` and 16 more, the last of them being the UPS check digit."""
    if not _UPS.fullmatch(number):
        return False
    # A letter counts as its code minus 3, modulo 10: A is 2, B is 3. Every second place counts twice.
    values = [int(char) if char.isdecimal() else (ord(char) - 3) % 10 for char in number[2:17]]
    return -(sum(values) + sum(values[1::2])) % 10 == int(number[17])


def posts_known(country: str) -> bool:
    """Whether a parcel number of S10 may end in this country code (those that reach a European seller)."""
    return country in _POSTS or country in _OTHER_POSTS


_S10 = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_UPS = re.compile(r"1Z[A-Z0-9]{15}[0-9]")
_DHL_SSCC = re.compile(r"003404[0-9]{14}")
_USPS = re.compile(r"9[2-5][0-9]{20}")
_DPD_BARCODE = re.compile(r"%[A-Z0-9]{7}([0-9]{14})[0-9]{6}[A-Z0-9]?")
_SHAPES: tuple[tuple[re.Pattern[str], str | None, Proof], ...] = tuple(
    (re.compile(shape), carrier, proof)
    for shape, carrier, proof in (
        (r"JJD[0-9]{10,27}", "DHL", Proof.SHAPED),
        (r"JVGL[0-9]{10,20}", "DHL", Proof.SHAPED),
        (r"JD[0-9]{16,18}", "DHL", Proof.SHAPED),
        (r"323[0-9]{21}", "bpost", Proof.SHAPED),
        (r"TBA[0-9]{12}", "Amazon Shipping", Proof.SHAPED),
        (r"3S[A-Z]{3,6}[0-9]{6,11}", "PostNL", Proof.POSSIBLE),
        (r"[0-9][A-Z][0-9]{11}", "Colissimo", Proof.POSSIBLE),
        (r"[A-Z]{2}[0-9]{9}[A-Z]{2}[A-Z0-9]{1,2}", "Chronopost", Proof.POSSIBLE),
        (r"P[A-Z0-9]{21}[A-Z]", "Correos", Proof.POSSIBLE),
        (r"[A-Z]{2}[0-9]{18}", None, Proof.POSSIBLE),
        (r"[HT][0-9]{15,19}", "Evri", Proof.POSSIBLE),
        (r"[0-9]{8}", "Mondial Relay", Proof.POSSIBLE),
        (r"[0-9]{10}", "DHL Express", Proof.POSSIBLE),
        (r"[0-9]{11}", "GLS", Proof.POSSIBLE),
        (r"[0-9]{12}", None, Proof.POSSIBLE),  # DHL and FedEx
        (r"[0-9]{14}[A-Z]?", "DPD", Proof.POSSIBLE),
        (r"[0-9]{15}", "FedEx", Proof.POSSIBLE),
        (r"[0-9]{16}", None, Proof.POSSIBLE),  # Evri, Correos Express
        (r"[0-9]{18}", None, Proof.POSSIBLE),
        (r"[0-9]{20}", None, Proof.POSSIBLE),
        (r"(?=(?:[A-Z]*[0-9]){6})[A-Z0-9]{9,34}", None, Proof.UNKNOWN),
    )
)
_POSTS = {
    "GB": "Royal Mail",
    "FR": "La Poste",
    "ES": "Correos",
    "DE": "Deutsche Post",
    "NL": "PostNL",
    "BE": "bpost",
    "IT": "Poste Italiane",
    "PT": "CTT",
    "AT": "Österreichische Post",
    "CH": "Swiss Post",
    "IE": "An Post",
    "SE": "PostNord",
    "DK": "PostNord",
    "FI": "Posti",
    "GR": "ELTA",
    "PL": "Poczta Polska",
    "SK": "Slovenská pošta",
    "CZ": "Česká pošta",
    "LU": "Post Luxembourg",
    "US": "USPS",
    "AU": "Australia Post",
    "JP": "Japan Post",
}
# fmt: off
_OTHER_POSTS = frozenset({
    "BG", "CA", "CN", "CY", "EE", "HK", "HR", "HU", "IS", "KR", "LI", "LT", "LV", "MC", "MT", "MY",
    "NO", "NZ", "RO", "SG", "SI", "SM", "TR", "TW", "UA", "YP",
})
# fmt: on
