"""Texts that a scanner delivers and that name nothing here: two codes in one, addresses, other barcodes.

Knows how such texts look. Refuses to know what was expected: `domain.scan` asks where sound reading failed.
"""

from __future__ import annotations

import re
from itertools import product

from bmdesk.domain.identifiers import ean_holds, luhn_holds
from bmdesk.domain.tracking import s10_holds, ups_holds
from bmdesk.texts import Text, msg


def no_code_at_all(code: str) -> Text | None:
    """Why this text names no device, product, order, parcel or place, whatever is expected; else None."""
    if _ADDRESS.match(code):
        return msg("scan.web_address")
    if _EID.fullmatch(re.sub(r"[ \-]", "", code)):
        return msg("scan.eid")
    if _SIM_CARD.fullmatch(code) and luhn_holds(code[:19]):
        return msg("scan.sim_card")
    if _PART_NUMBER.fullmatch(code):
        return msg("scan.part_number")
    return None


def stuck_together(code: str) -> bool:
    """Whether this text is two scans in one. Read sound single codes first: a long one may look like two."""
    if _CODE_INSIDE.search(code[1:]):
        return True
    marks = re.sub(r"[^0-9A-Z]", "", _LABEL.sub("", code.upper()))
    half = len(marks) // 2
    if half >= 7 and marks[:half] == marks[half:] and len(marks) % 2 == 0:
        return True
    if _DIGITS.fullmatch(marks):
        return _two_numbers(marks)
    if _FIFTEEN_FIRST.match(code) or (len(marks) > _LONGEST_NUMBER and _FIFTEEN.search(code)):
        return True  # a code beside an IMEI, be its check digit right or wrong
    return _ean_before_serial(marks) or any(
        proof(piece) and len(marks) - length >= _SHORTEST_REST
        for length, proof in ((15, _is_imei), (13, s10_holds), (18, ups_holds))
        for piece in (marks[:length], marks[-length:])
    )


def glued_to_card(code: str) -> bool:
    """Whether another scan hangs on this command card, one that free text would swallow."""
    if "BMD:" in code[4:].upper():
        return True
    tail = _IMEI_AFTER_LETTER.search(code)
    return tail is not None and _is_imei(tail[1])


def _two_numbers(digits: str) -> bool:
    for first, second in product((8, 12, 13, 14, 15), repeat=2):
        if first + second == len(digits) and _is_number(digits[:first]) and _is_number(digits[first:]):
            return True
    return len(digits) > _LONGEST_NUMBER


def _is_number(digits: str) -> bool:
    return _is_imei(digits) if len(digits) == 15 else ean_holds(digits)


def _is_imei(marks: str) -> bool:
    return _FIFTEEN.fullmatch(marks) is not None and luhn_holds(marks)


def _ean_before_serial(marks: str) -> bool:
    found = _NUMBER_THEN_LETTER.match(marks)
    return found is not None and ean_holds(found[1])


_SHORTEST_REST = 6  # shorter ones stand before or behind the digits of parcel numbers
_LONGEST_NUMBER = 20  # longer ones are known by their beginning: EID, bpost, USPS
_ADDRESS = re.compile(r"[a-z][a-z0-9+.\-]*://|www\.|(?:mailto|tel|sms|wifi|geo|matmsg):", re.IGNORECASE)
_EID = re.compile(r"(?:EID:?)?89[0-9]{30}", re.IGNORECASE)
_SIM_CARD = re.compile(r"89[0-9]{17,18}F?", re.IGNORECASE)
# Apple's order number, `MLPF3ZD/A`: the same on every box of that kind, so it must never be a serial number.
_PART_NUMBER = re.compile(r"(?:1P)?[MFNP3][A-Z0-9]{4}[A-Z]{1,2}/A", re.IGNORECASE)
_CODE_INSIDE = re.compile(r"BMD:|\][A-Za-z][0-9]|IMEI.*IMEI", re.IGNORECASE)
_LABEL = re.compile(r"IMEI\s?[12]?|S/N|EAN|:")
_DIGITS = re.compile(r"[0-9]+")
_FIFTEEN_FIRST = re.compile(r"[0-9]{15}[A-Za-z]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_NUMBER_THEN_LETTER = re.compile(r"([0-9]{12,13})[A-Z][A-Z0-9]{7,}$")
_IMEI_AFTER_LETTER = re.compile(r"[A-Za-z]([0-9]{15})$")
