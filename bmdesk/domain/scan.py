"""What was scanned: one text in, one kind out, and a sentence where it is nothing.

Pure rules: callers bring what the screen waits for and under which kinds the store knows this very text.
Refuses to know who scanned, which unit is in hand, and what a scan does (services.grading.bench). It never guesses:
what shape and check digit cannot decide is Ambiguous, and a person is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from bmdesk.domain.cards import KEYWORDS, PREFIX, BadCard, parse_card, parse_place
from bmdesk.domain.identifiers import (
    Ean,
    Imei,
    NotAnEan,
    NotAnImei,
    NotASerial,
    Serial,
    imei_digits,
    sku_key,
)
from bmdesk.domain.keyboard import meant_card, meant_on_azerty
from bmdesk.domain.misread import glued_to_card, no_code_at_all, stuck_together
from bmdesk.domain.scanned import (
    AmbiguousScan,
    BadgeScan,
    BinScan,
    CommandScan,
    EanScan,
    Expected,
    ImeiScan,
    Kind,
    OrderScan,
    Scan,
    SerialScan,
    SkuScan,
    TrackingScan,
    UnreadableScan,
)
from bmdesk.domain.tracking import Proof, posts_known, read_tracking
from bmdesk.texts import msg

__all__ = [
    "LONGEST",
    "AmbiguousScan",
    "BadgeScan",
    "BinScan",
    "CommandScan",
    "EanScan",
    "Expected",
    "ImeiScan",
    "Kind",
    "OrderScan",
    "Scan",
    "SerialScan",
    "SkuScan",
    "TrackingScan",
    "UnreadableScan",
    "clean",
    "lookup_keys",
    "route",
    "same_scan_again",
]

LONGEST = 512


def route(text: str, expected: Expected = Expected.ANY, known: Iterable[Kind] = frozenset()) -> Scan:
    """What this text is. Never raises, and never answers a number whose check digit is wrong.

    `known`: the kinds under which the store holds one of `lookup_keys(text)`, or the kind a person chose for
    an AmbiguousScan. It settles what shape cannot; it does not make an invalid number valid.
    """
    code = clean(text)
    if not code:
        return UnreadableScan(code, msg("scan.empty"))
    if len(code) > LONGEST:
        return UnreadableScan(code[:LONGEST], msg("scan.too_long", limit=LONGEST))
    if code[: len(PREFIX)].upper() == PREFIX:
        return _as_card(code, broken=_two_lines(text))
    return (
        _as_known(code, expected, frozenset(known))
        or _as_misread(code)
        or _as_imei(code, expected)
        or _as_certain_parcel(code, expected)
        or _as_stuck(code, broken=_two_lines(text))
        or _as_bin(code, expected)
        or _as_expected(code, expected)
        or _as_digits(code, expected)
        or _as_serial(code, expected)
    )


def clean(text: str) -> str:
    """The text without what scanners and clipboards add: control characters, AIM prefix, blanks.

    At most LONGEST + 1 characters, so that "too long" can be told. Cleaning twice changes nothing.
    """
    seen = "".join(_visible(char) for char in text[:_LONGEST_RAW]).strip()
    while prefix := _AIM.match(seen):
        seen = seen[prefix.end() :].strip()
    if len(text) > _LONGEST_RAW or len(seen) > LONGEST:
        return seen[:LONGEST].ljust(LONGEST + 1, "+")
    return seen


def lookup_keys(text: str) -> tuple[str, ...]:
    """The forms under which the store may hold this text: as it is, as serial, parcel number, IMEI, SKU key.

    Empty for a command card or badge, and for what is too long to be a code.
    """
    code = clean(text)
    if not code or len(code) > LONGEST or code[: len(PREFIX)].upper() == PREFIX:
        return ()
    forms = [code, code.upper(), sku_key(code)]
    if isinstance(serial := _reading(Kind.SERIAL, code), SerialScan):
        forms.append(serial.serial.text)
    if isinstance(parcel := _reading(Kind.TRACKING, code), TrackingScan):
        forms.append(parcel.number)
    if digits := imei_digits(code):
        forms.append(digits)
    return tuple(dict.fromkeys(forms))


def same_scan_again(
    previous_text: str, previous_at: datetime, text: str, at: datetime, window: timedelta
) -> bool:
    """Whether this is the previous code again within `window`: a trigger held too long, not a second wish."""
    if not timedelta(0) <= at - previous_at <= window:
        return False
    return clean(previous_text).casefold() == clean(text).casefold()


def _as_card(code: str, *, broken: bool) -> Scan:
    if broken or glued_to_card(code):
        return UnreadableScan(code, msg("scan.stuck_together"))
    if _BADGE_CARD.match(code.upper()):
        badge = _BADGE.fullmatch(code.upper())
        return BadgeScan(code, badge[1]) if badge else UnreadableScan(code, msg("card.expects_badge"))
    try:
        return CommandScan(code, parse_card(code))
    except BadCard as bad:
        return UnreadableScan(code, bad.problem)


def _as_known(code: str, expected: Expected, known: frozenset[Kind]) -> Scan | None:
    readings = {kind: scan for kind in Kind if kind in known and (scan := _reading(kind, code))}
    awaited = [scan for kind, scan in readings.items() if kind in _AWAITED[expected]]
    if len(awaited) == 1:
        return awaited[0]
    if len(readings) > 1:
        return AmbiguousScan(code, tuple(readings))
    return next(iter(readings.values()), None)


def _as_misread(code: str) -> Scan | None:
    meant = meant_card(code, KEYWORDS) or meant_on_azerty(code)
    if meant:
        return UnreadableScan(code, msg("scan.wrong_layout", meant=meant))
    reason = no_code_at_all(code)
    return UnreadableScan(code, reason) if reason else None


def _as_imei(code: str, expected: Expected) -> Scan | None:
    digits = imei_digits(code)
    if digits is None or (len(digits) not in (15, 16, 17) and not code.upper().startswith("IMEI")):
        return None
    parcel = _parcel_of_shape(code) if expected is Expected.TRACKING and digits == code else None
    try:
        scan = ImeiScan(code, Imei.parse(code))
    except NotAnImei as wrong:
        # Two EAN-8 make 16 digits, two IMEI behind one label make 30: then the length is not the trouble.
        return parcel or _as_stuck(code, broken=False) or UnreadableScan(code, wrong.reason)
    return AmbiguousScan(code, (Kind.TRACKING, Kind.IMEI)) if parcel else scan


def _as_certain_parcel(code: str, expected: Expected) -> Scan | None:
    parcel = read_tracking(code)
    if parcel is None:
        return None
    if parcel.proof in (Proof.CHECKED, Proof.SHAPED):
        return TrackingScan(code, parcel.number, parcel.carrier)
    # Outside packing a serial number may look like S10, but hardly end in the code of a postal service.
    typed = expected is Expected.TRACKING or parcel.carrier == "UPS" or posts_known(parcel.number[-2:])
    if parcel.proof is Proof.BROKEN and typed:
        return UnreadableScan(code, msg("scan.tracking_check_digit", number=parcel.number))
    return None


def _as_stuck(code: str, *, broken: bool) -> Scan | None:
    return UnreadableScan(code, msg("scan.stuck_together")) if broken or stuck_together(code) else None


def _as_bin(code: str, expected: Expected) -> Scan | None:
    if code[: len(_BIN)].upper() == _BIN:
        return _reading(Kind.BIN, code) or UnreadableScan(code, msg("scan.bad_bin"))
    return _reading(Kind.BIN, code) if expected is Expected.BIN else None


def _as_expected(code: str, expected: Expected) -> Scan | None:
    match expected:
        case Expected.ORDER:
            return _reading(Kind.ORDER, code)
        case Expected.SKU:
            return _reading(Kind.EAN, code) or _reading(Kind.SKU, code)
        case Expected.TRACKING if not _reading(Kind.EAN, code) or _parcel_of_shape(code):
            return _parcel_of_shape(code) or _unknown_carrier(code)
        case _:
            return None


def _parcel_of_shape(code: str) -> Scan | None:
    parcel = read_tracking(code)
    if parcel is None or parcel.proof in (Proof.UNKNOWN, Proof.BROKEN):
        return None
    return TrackingScan(code, parcel.number, parcel.carrier)


def _unknown_carrier(code: str) -> Scan | None:
    parcel = _reading(Kind.TRACKING, code)
    return _one_of(code, Kind.TRACKING, Kind.SERIAL) if parcel else None


def _as_digits(code: str, expected: Expected) -> Scan | None:
    """What a number without letters can be, where nobody waits for an order, a parcel or a SKU."""
    if not _DIGITS.fullmatch(code):
        return None
    length, ean, device = len(code), _reading(Kind.EAN, code), expected is Expected.DEVICE
    if length == 13 and not ean and not device:
        return UnreadableScan(code, msg("identifier.ean_check_digit"))
    if length == 14 and not ean and code.startswith(_IMEI_BEGINS):
        return UnreadableScan(code, msg("identifier.imei_length", count=length))
    if ean and (length > 12 or (length == 12 and not device)):
        return ean
    if device:
        return _one_of(code, Kind.SERIAL, *([Kind.EAN] if ean else []))
    if ean:
        return _one_of(code, Kind.EAN, Kind.ORDER)
    if _ORDER.fullmatch(code):
        return _one_of(code, Kind.ORDER, Kind.SERIAL)
    return None  # `_as_serial` also asks for the shapes of carriers


def _as_serial(code: str, expected: Expected) -> Scan:
    try:
        scan = SerialScan(code, Serial.parse(code))
    except NotASerial as wrong:
        return UnreadableScan(code, msg("scan.not_a_code", reason=wrong.reason))
    if expected is Expected.DEVICE:
        return scan
    others = [Kind.TRACKING] if _parcel_of_shape(code) else []
    return _one_of(code, Kind.SERIAL, *others, Kind.BIN) or scan


def _one_of(code: str, *kinds: Kind) -> Scan | None:
    """The reading, where only one of these kinds can read the text; the question, where several can."""
    readings = {kind: scan for kind in kinds if (scan := _reading(kind, code))}
    return AmbiguousScan(code, tuple(readings)) if len(readings) > 1 else next(iter(readings.values()), None)


def _reading(kind: Kind, code: str) -> Scan | None:
    """The text as this kind, where the kind's own rules allow it."""
    try:
        match kind:
            case Kind.IMEI:
                return ImeiScan(code, Imei.parse(code))
            case Kind.SERIAL:
                return SerialScan(code, Serial.parse(code))
            case Kind.EAN:
                return EanScan(code, Ean.parse(code))
            case Kind.SKU:
                return SkuScan(code) if len(code) <= _LONGEST_SKU else None
            case Kind.ORDER:
                return OrderScan(code, code) if _ORDER.fullmatch(code) else None
            case Kind.BIN:
                place = parse_place(code[len(_BIN) :] if code[: len(_BIN)].upper() == _BIN else code)
                return BinScan(code, *place) if place else None
            case Kind.TRACKING:
                parcel = read_tracking(code)
                if parcel is None or parcel.proof is Proof.BROKEN:
                    return None
                return TrackingScan(code, parcel.number, parcel.carrier)
            case _:
                return None
    except (NotAnImei, NotASerial, NotAnEan):
        return None


def _visible(char: str) -> str:
    # Cc control, Cf zero width and direction marks, Cs half a surrogate pair (no database takes it), Zl/Zp.
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return ""
    return " " if char.isspace() else char


def _two_lines(text: str) -> bool:
    """Whether a scanner's Enter or Tab stands inside: two scans, the end of the first was swallowed."""
    return sum(bool(clean(line)) for line in _BREAK.split(text[:_LONGEST_RAW])) > 1


_LONGEST_RAW = 8 * LONGEST
_LONGEST_SKU = 128
_BIN = "BIN:"
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z](?=.)")  # ISO/IEC 15424
_BADGE_CARD = re.compile(r"BMD:\s*OP\s*(?::|$)")
_BADGE = re.compile(r"BMD:\s*OP\s*:\s*([A-Z0-9][A-Z0-9_.\-]{0,31})")
_BREAK = re.compile(r"[\r\n\t\v\f]")
_DIGITS = re.compile(r"[0-9]+")
_ORDER = re.compile(r"[0-9]{7,9}")
# The first two digits name the body that gave out the IMEI: 14 digits that begin so lack their last one.
_IMEI_BEGINS = ("01", "35", "86", "99")
_AWAITED: dict[Expected, frozenset[Kind]] = {
    Expected.ANY: frozenset(),
    Expected.DEVICE: frozenset({Kind.IMEI, Kind.SERIAL}),
    Expected.TRACKING: frozenset({Kind.TRACKING}),
    Expected.BIN: frozenset({Kind.BIN}),
    Expected.ORDER: frozenset({Kind.ORDER}),
    Expected.SKU: frozenset({Kind.SKU}),
}
