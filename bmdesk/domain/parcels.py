"""A parcel's number before it is sent to the marketplace, who carries it, and where a parcel is.

Pure. What shape and check digit say of a number is in domain.tracking; here is what makes one wrong for this parcel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.domain.identifiers import ean_holds, luhn_holds
from bmdesk.domain.tracking import Proof, read_tracking
from bmdesk.texts import Failure, Text, msg


class ParcelState(StrEnum):
    """Where a parcel is. Stored as its value."""

    PACKED = "packed"
    """Closed and proven; Back Market does not know yet."""
    TOLD = "told"
    """Back Market knows."""
    HANDED = "handed"
    """The carrier has it."""
    DELIVERED = "delivered"
    LOST = "lost"
    BACK = "back"
    """On its way back, or back, undelivered."""
    UNDONE = "undone"
    """Opened again before it left."""


MOVES: dict[ParcelState, frozenset[ParcelState]] = {
    ParcelState.PACKED: frozenset({ParcelState.TOLD, ParcelState.UNDONE, ParcelState.HANDED}),
    ParcelState.TOLD: frozenset(
        {ParcelState.HANDED, ParcelState.DELIVERED, ParcelState.LOST, ParcelState.BACK}
    ),
    ParcelState.HANDED: frozenset(
        {ParcelState.DELIVERED, ParcelState.LOST, ParcelState.BACK, ParcelState.TOLD}
    ),
    ParcelState.DELIVERED: frozenset({ParcelState.BACK}),
    ParcelState.LOST: frozenset({ParcelState.DELIVERED, ParcelState.BACK}),
    ParcelState.BACK: frozenset({ParcelState.DELIVERED}),
    ParcelState.UNDONE: frozenset(),
}
"""Legal moves. A lost parcel may turn up; one handed over before Back Market was told is told afterwards."""

UNDER_WAY = frozenset({ParcelState.TOLD, ParcelState.HANDED})


class BadParcelNumber(Failure):
    """This cannot be the number of the parcel. Params: `number`; `reason` and `hint` are texts."""

    code = "parcel.bad_number"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier of the seller: its own name for it, Back Market's name, and how its numbers look.

    `shipper`: one of SHIPPERS. `shape`: a regular expression the whole number must match, or empty. `url`: an https
    address with `{number}` in it, or empty.
    """

    code: str
    shipper: str
    shape: str = ""
    url: str = ""


def parcel_number(
    text: str, *, device_identifiers: frozenset[str], carriers: tuple[Carrier, ...] = ()
) -> str:
    """The number to be sent, upper case without blanks. `device_identifiers`: of the units in this parcel.

    A shape of one of the seller's `carriers` makes a number of no known shape good, a wrong check digit never.
    Raises BadParcelNumber: a web address, a placeholder, a device's identifier, an EAN, a wrong check digit, no known
    shape.
    """
    given = text.strip()
    if "://" in given or given.lower().startswith(("http", "www.")) or "/" in given or "?" in given:
        raise _bad(given, "url")
    number = re.sub(r"[\s\-]", "", given).upper()
    if number.startswith("%"):  # the bars of a DPD label carry more than the number
        read = read_tracking(number)
        number = read.number if read is not None else number
    if not number or len(number) > LONGEST or not number.isascii() or not number.isalnum():
        raise _bad(given, "characters")
    if number in device_identifiers:
        raise _bad(number, "device")
    if _is_placeholder(number):
        raise _bad(number, "placeholder")
    if len(number) == 15 and number.isdecimal() and luhn_holds(number) and number[:2] in _IMEI_BEGINS:
        raise _bad(number, "imei")
    read = read_tracking(number)
    if read is not None and read.proof is Proof.BROKEN:
        raise _bad(number, "check_digit")
    if any(_fits(carrier, number) for carrier in carriers):
        return number
    if read is None:
        raise _bad(number, "unknown")
    if read.proof is Proof.UNKNOWN and len(number) == 13 and number.isdecimal() and ean_holds(number):
        raise _bad(number, "goods")  # the box of a device bears one, right beside the label
    return read.number


def suggested_shipper(number: str, carriers: tuple[Carrier, ...], default: str) -> str:
    """Back Market's name of who carries this number: a carrier whose shape fits, else by the number's own shape, else
    the default (what the order says), else the seller's only carrier, else `Other`.
    """
    for carrier in carriers:
        if _fits(carrier, number):
            return carrier.shipper
    read = read_tracking(number)
    brand = _SHIPPER_OF.get(read.carrier or "") if read is not None and read.proof in _SURE else None
    if brand or default in SHIPPERS:
        return brand or default
    return carriers[0].shipper if len(carriers) == 1 and not carriers[0].shape else OTHER


def tracking_url(number: str, carriers: tuple[Carrier, ...], shipper: str) -> str:
    """Where the parcel can be followed, or empty."""
    found = next((c.url for c in carriers if c.shipper == shipper and c.url), "")
    return found.replace("{number}", number)


def parcel_text(state: ParcelState) -> Text:
    """The state in words."""
    return msg(f"parcel.state.{state.value}")


class BadCarrier(Failure):
    """This is no carrier. Params: `reason` (a Text)."""

    code = "parcel.bad_carrier"


def checked_carrier(carrier: Carrier) -> Carrier:
    """The carrier, if parcels can go by it. Raises BadCarrier: no code, no name of the contract, a shape that is no
    regular expression or could run for ever, an address that is not https or has no {number}.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}", carrier.code):
        raise BadCarrier(reason=msg("parcel.carrier_code"))
    if carrier.shipper not in SHIPPERS:
        raise BadCarrier(reason=msg("parcel.carrier_shipper", shipper=carrier.shipper[:100]))
    if len(carrier.shape) > 120 or _RUNS_AWAY.search(carrier.shape) or not _compiles(carrier.shape):
        raise BadCarrier(reason=msg("parcel.carrier_shape"))
    url = carrier.url
    if url and not (
        url.startswith("https://") and "{number}" in url and len(url) <= 200 and url.isprintable()
    ):
        raise BadCarrier(reason=msg("parcel.carrier_url"))
    return carrier


def _compiles(shape: str) -> bool:
    try:
        re.compile(shape)
    except re.error:
        return False
    return True


def _fits(carrier: Carrier, number: str) -> bool:
    return bool(carrier.shape) and re.fullmatch(carrier.shape, number) is not None


def _bad(number: str, why: str, **more: str) -> BadParcelNumber:
    return BadParcelNumber(
        number=number[:60], reason=msg(f"parcel.bad_{why}", **more), hint=msg("parcel.scan_the_label")
    )


def _is_placeholder(number: str) -> bool:
    if number in _WORDS or len(set(number)) <= 2:
        return True
    digits = re.sub(r"[A-Z]", "", number)
    return len(digits) >= 6 and (digits in "01234567890123456789" or digits in "98765432109876543210")


OTHER = "Other"
"""What the contract calls a carrier it has no name for."""

# A repeated group that repeats within itself, or a repeated choice, may take for ever; so may a reference back.
_RUNS_AWAY = re.compile(r"\([^()]*[*+{|][^()]*\)[*+{]|\)\)+[*+{]|\\[1-9]|\(\?P=")

LONGEST = 60
"""Back Market takes 200 characters; no carrier has a number longer than this."""

_WORDS = frozenset(
    {"NA", "NONE", "NULL", "TEST", "TBD", "TRACKING", "PENDING", "UNKNOWN", "XXXX", "COLLECTED", "NOTRACKING"}
)
_IMEI_BEGINS = ("01", "35", "86", "99")
_SURE = frozenset({Proof.CHECKED, Proof.SHAPED})
_SHIPPER_OF = {
    "Royal Mail": "Royal Mail",
    "La Poste": "Colissimo",
    "Correos": "Correos",
    "Deutsche Post": "Deutsche Post",
    "PostNL": "Post NL",
    "bpost": "BPost",
    "Poste Italiane": "Poste Italiane",
    "CTT": "CTT",
    "Österreichische Post": "Austrian Post",
    "UPS": "UPS",
    "DHL": "DHL",
    "USPS": "USPS",
    "DPD": "DPD",
    "Australia Post": "Australia Post",
    "Japan Post": "Japan Post",
}
"""The brand that a number's own shape gives away -> the contract's name."""

# fmt: off
SHIPPERS: tuple[str, ...] = (
    "Allied Express", "Aramex Australia", "Australia Post", "Australia Post Express", "Austrian Post", "BPost", "BRT",
    "Chronopost", "Chronopost Express", "ColisPrivé", "Colissimo", "Correos", "Correos Express", "Couriers Please",
    "CTT", "Cubyn",
    "Cubyn Express", "DB Schenker", "Deutsche Post", "DHL", "DHL DE", "DHL Express", "DHL  EXPRESS", "DHL NL",
    "DHL Parcel Spain", "DHL SP", "DPD", "DPD Benelux", "DPD DE", "DPD FR", "DPD International", "DPD UK",
    "DPD UK Express", "DTDC Australia", "FedEx", "FedEx - 2Days", "FedEx Express", "FedEx International",
    "FedEx - Overnight", "Geodis", "Girard Agediss - Livraison dans la pièce de votre choix sur RDV", "GLS", "GLS - DE",
    "GLS - FR", "GLS International", "GLS - IT", "GLS-SPAIN", "GLS Spain Express", "Hermes - DE", "Hermes - UK",
    "Japan Post", "Livraison au pied du camion", "Livraison dans la pièce de votre choix", "Logoix", "MRW",
    "Murfy transporteur", "NACEX", "ParcelForce Express", "Parcelforce (Worldwide)", "Parcelpoint Pty Ltd",
    "Poste Italiane", "Post NL", "Private Transporter", "Royal Mail", "Royal Mail Express", "Sagawa", "Seino", "Sendle",
    "Seur", "Socolissimo", "Star Track Express", "TIPSA", "TIPSA Express", "TNT", "TNT Australia", "TNT Express",
    "Tourline", "UPS", "UPS 2 days", "UPS 2nd Day Air", "UPS Express", "UPS express save", "UPS Ground", "UPS next day",
    "UPS Overnight", "UPS standard", "USPS", "USPS Express", "USPS - First Class", "USPS - Priority Mail",
    "USPS - Priority Mail Express", "VIR", "Yamato", "Zeleris", "Other",
)
# fmt: on
"""The names of the marketplace's contract (0.1.1); anything else is sent as `Other`."""
