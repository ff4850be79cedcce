"""What is odd about an order as a marketplace shows it: said, never corrected, and no reason not to take it.

Pure. Real orders carry web addresses as tracking numbers, parcel numbers as serial numbers, grades of an older scale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bmdesk.domain.identifiers import luhn_holds
from bmdesk.domain.parcels import BadParcelNumber, parcel_number
from bmdesk.domain.tracking import Proof, read_tracking
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class LineFacts:
    """An orderline, as far as it can be odd. `condition` by the marketplace's number."""

    imei: str
    serial: str
    brand: str
    condition: int | None
    quantity: int


def of_tracking(number: str) -> Text | None:
    """What is odd about a parcel's number; nothing about one that is not there yet."""
    given = number.strip()
    if not given:
        return None
    try:
        parcel_number(given, device_identifiers=frozenset())
    except BadParcelNumber as bad:
        return msg("order.odd.tracking", reason=bad.params["reason"])
    read = read_tracking(given)
    if (read is not None and read.proof is Proof.UNKNOWN) or (given.isdecimal() and len(given) < 10):
        return msg("order.odd.tracking_shape")
    if given != given.upper():
        return msg("order.odd.tracking_case")
    return None


def of_line(line: LineFacts) -> Sequence[Text]:
    """What is odd about a line: grade, number of pieces, identifiers."""
    found = []
    if line.condition is not None and line.condition not in _CONDITIONS:
        found.append(msg("order.odd.condition", condition=line.condition))
    if line.quantity > 1:
        found.append(msg("order.odd.pieces", quantity=line.quantity))
    if line.imei and not (len(line.imei) == 15 and line.imei.isdecimal() and luhn_holds(line.imei)):
        found.append(msg("order.odd.imei"))
    if line.serial and (why := _of_serial(line.serial, line.brand)) is not None:
        found.append(why)
    return found


def _of_serial(serial: str, brand: str) -> Text | None:
    number = re.sub(r"[ \-]", "", serial).upper()
    read = read_tracking(number)
    if number != serial.upper() or (read is not None and read.proof in (Proof.CHECKED, Proof.SHAPED)):
        return msg("order.odd.serial_is_parcel")
    if serial != number:
        return msg("order.odd.serial_case")
    if not number.isalnum() or len(number) < _SHORTEST or (brand == "Apple" and len(number) not in _APPLE):
        return msg("order.odd.serial_length", length=len(number))
    return None


_CONDITIONS = frozenset({9, 10, 11, 12})
"""The contract's enum; orders of the first years carry 0 to 4."""

_SHORTEST = 6
_APPLE = (10, 12)
