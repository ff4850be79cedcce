"""The numbers that name a device, a product or a record, each with the proof that it is one.

Knows the check digits of IMEI and EAN, what may pass for a serial number, and how a key is made. Refuses
to know what was meant by a scan (`domain.scan` decides) and whether a number is in use (the store knows).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from bmdesk.texts import Failure, Text, msg


class _NotAnIdentifier(Failure):
    """Carries `text` (as scanned, shortened) and `reason` (what is wrong with it, as a sentence)."""

    def __init__(self, text: str, reason: Text) -> None:
        super().__init__(text=shortened(text), reason=reason)
        self.reason = reason


class NotAnImei(_NotAnIdentifier):
    """This is no IMEI; `reason` says which rule it breaks and what to scan instead."""

    code = "identifier.not_an_imei"


class NotASerial(_NotAnIdentifier):
    """This cannot be the serial number of a device; `reason` says why."""

    code = "identifier.not_a_serial"


class NotAnEan(_NotAnIdentifier):
    """This is no EAN, UPC or GTIN; `reason` says why."""

    code = "identifier.not_an_ean"


class IdentifierKind(StrEnum):
    """What a stored identifier of a unit is."""

    IMEI = "imei"
    IMEI2 = "imei2"
    SERIAL = "serial"
    EID = "eid"
    MAC = "mac"


@dataclass(frozen=True, slots=True)
class Imei:
    """15 digits, the last one a check digit by Luhn (3GPP TS 23.003)."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `356938035643809`, `35 693803 564380 9`, `IMEI: 35-693803-564380-9`. Raises NotAnImei."""
        digits = imei_digits(text)
        if digits is None:
            raise NotAnImei(text, msg("identifier.imei_characters"))
        if len(digits) in (16, 17):
            raise NotAnImei(text, msg("identifier.imei_software_version"))
        if len(digits) != 15:
            raise NotAnImei(text, msg("identifier.imei_length", count=len(digits)))
        if not luhn_holds(digits):
            raise NotAnImei(text, msg("identifier.imei_check_digit"))
        if not digits.strip("0"):
            # Luhn holds for zeros; it is what a board with an erased IMEI reports.
            raise NotAnImei(text, msg("identifier.imei_zeros"))
        return cls(digits)

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Serial:
    """A maker's serial number: upper case, 5 to 30 of A-Z 0-9 - / . _ one digit at least, no placeholder."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads it, also after `S/N:`. Raises NotASerial, also for 15 digits: an IMEI or nothing."""
        value = _SERIAL_LABEL.sub("", text.strip()).upper()
        if _is_placeholder(value):
            raise NotASerial(text, msg("identifier.serial_placeholder"))
        if not 5 <= len(value) <= 30:
            raise NotASerial(text, msg("identifier.serial_length", count=len(value)))
        if not _SERIAL.fullmatch(value):
            raise NotASerial(text, msg("identifier.serial_characters"))
        if not _DIGIT.search(value):
            raise NotASerial(text, msg("identifier.serial_without_digit"))
        digits = imei_digits(value)
        if digits is not None and len(digits) == 15:
            raise NotASerial(text, msg("identifier.serial_like_imei"))
        return cls(value)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Ean:
    """EAN-8, UPC-A (12), EAN-13 or GTIN-14 as printed, check digit by GS1 General Specifications 7.9."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises NotAnEan for other lengths, other characters, a wrong check digit, or zeros only."""
        digits = text.strip()
        if not _DIGITS.fullmatch(digits) or len(digits) not in (8, 12, 13, 14):
            raise NotAnEan(text, msg("identifier.ean_length"))
        if not ean_holds(digits) or not digits.strip("0"):
            raise NotAnEan(text, msg("identifier.ean_check_digit"))
        return cls(digits)

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Identifier:
    """What the store keeps of a unit's number: unique per company and kind."""

    kind: IdentifierKind
    value: str


def identify(text: str) -> Identifier:
    """The identifier that this text is: an IMEI where Luhn holds, else a serial number.

    Raises NotAnImei for 15 digits with a wrong check digit (never a serial: a typing error would make
    a second unit) and for the 16 or 17 digits of an IMEISV; NotASerial for what is neither.
    """
    digits = imei_digits(text)
    if digits is not None and len(digits) in (15, 16, 17):
        return Identifier(IdentifierKind.IMEI, Imei.parse(text).digits)
    return Identifier(IdentifierKind.SERIAL, Serial.parse(text).text)


def imei_digits(text: str) -> str | None:
    """The digits of a text printed like an IMEI (also with `IMEI:` and separators), else None."""
    digits = _IMEI_SEPARATOR.sub("", _IMEI_LABEL.sub("", text.strip()))
    if not _DIGITS.fullmatch(digits):
        return None
    if len(digits) in (16, 17) and not _IMEISV.fullmatch(_IMEI_LABEL.sub("", text.strip())):
        return None  # console makers print 17 digits in other groups: those are serial numbers
    return digits


def imeis_within(digits: str) -> tuple[str, ...]:
    """The IMEI whose first 14 digits begin these 16 or 17 (IMEISV: a software version follows); else nothing."""
    if len(digits) not in (16, 17) or not _DIGITS.fullmatch(digits):
        return ()
    return tuple(digits[:14] + last for last in "0123456789" if luhn_holds(digits[:14] + last))


def luhn_holds(digits: str) -> bool:
    """Whether the last of these ASCII digits is the Luhn check digit of the others."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def ean_holds(digits: str) -> bool:
    """Whether the last of these ASCII digits is the GS1 modulo 10 check digit of the others."""
    return sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(reversed(digits))) % 10 == 0


def sku_key(text: str) -> str:
    """How SKU and model codes are compared: `iph13-128-good ` and `IPH13-128-GOOD` are one."""
    return text.strip().casefold()


def new_ulid(now_ms: int, randomness: bytes) -> str:
    """A key for ever: 26 characters of Crockford's base 32. `now_ms` is Unix time, `randomness` 10 bytes."""
    if not 0 <= now_ms < 1 << 48:
        raise ValueError("a ULID holds 48 bits of milliseconds")
    if len(randomness) != 10:
        raise ValueError("a ULID holds 80 bits of randomness")
    number = now_ms << 80 | int.from_bytes(randomness, "big")
    return "".join([_CROCKFORD_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


def is_ulid(text: str) -> bool:
    """Whether this is a ULID as `new_ulid` writes it (upper case)."""
    return _ULID.fullmatch(text) is not None


def shortened(text: str, limit: int = 40) -> str:
    """A text from outside as an error may show it: at most `limit` characters, printable."""
    shown = "".join(char if char.isprintable() else " " for char in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 3] + "..."


def _is_placeholder(value: str) -> bool:
    bare = re.sub(r"[^A-Z0-9]", "", value)
    if value in _PLACEHOLDERS or bare in _PLACEHOLDERS:
        return True
    return len(bare) >= 4 and (len(set(bare)) == 1 or bare in "01234567890" or bare in "09876543210")


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CROCKFORD_PAIRS = tuple(one + two for one in _CROCKFORD for two in _CROCKFORD)
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_DIGIT = re.compile(r"[0-9]")
_DIGITS = re.compile(r"[0-9]+")
_IMEI_LABEL = re.compile(
    r"IMEI(?:\s?\(?[12]\)?(?![0-9])|/MEID|/SV|\sNO\.?)?\s*(?:[:#=]\s*|\s+|(?=[0-9]{15}))", re.IGNORECASE
)
_IMEI_SEPARATOR = re.compile(r"[ \-/.]")
# 14 digits of the IMEI, its check digit or none, and two digits of software version.
_IMEISV = re.compile(
    r"[0-9]{16,17}|[0-9]{14,15}[ /]{1,3}[0-9]{2}"
    r"|[0-9]{2}[ \-/.][0-9]{6}[ \-/.][0-9]{6}(?:[ \-/.][0-9])?[ \-/.]{1,3}[0-9]{2}"
)
_SERIAL = re.compile(r"[A-Z0-9\-/._]+")
_SERIAL_LABEL = re.compile(r"(?:S/N|SN|SERIAL(?:\s(?:NO\.?|NUMBER))?)(?:\s*[:#=]\s*|\s+)", re.IGNORECASE)
_PLACEHOLDERS = frozenset(
    {
        "NA",
        "NONE",
        "NULL",
        "NIL",
        "UNKNOWN",
        "INVALID",
        "DEFAULT",
        "DEFAULTSTRING",
        "SYSTEMSERIALNUMBER",
        "SERIALNUMBER",
    }
    | {
        "TOBEFILLEDBYOEM",
        "NOTSPECIFIED",
        "NOTAPPLICABLE",
        "NOTAVAILABLE",
        "0123456789ABCDEF",
        "123456789ABC",
        "SERIAL",
    }
)  # what firmware reports when the maker never wrote a number
