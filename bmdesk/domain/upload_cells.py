"""One cell of Back Market's template of listings: what it means in its column, or what a spreadsheet made of it."""

from __future__ import annotations

import re
from decimal import Decimal

from bmdesk.domain.identifiers import Ean, NotAnEan
from bmdesk.texts import Text, msg

OLDER = ("backmarket_id", "state", "warranty_delay", "comment")
"""Columns of earlier templates: a file may have them, and nothing is read from them."""

GRADES = ("PREMIUM", "EXCELLENT", "VERY_GOOD", "GOOD", "FAIR", "STALLONE")
_GRADE_NUMBERS = {
    "9": "PREMIUM",
    "0": "EXCELLENT",
    "1": "VERY_GOOD",
    "2": "GOOD",
    "3": "FAIR",
    "4": "STALLONE",
}
_YES, _NO = frozenset({"true", "1", "wahr", "vrai"}), frozenset({"false", "0", "falsch", "faux", ""})


_AMOUNT = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,2})?")
_TWO_WAYS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+(?:[.,][0-9]{1,2})?")
SHORTENED = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?E[+-]?[0-9]{1,3}", re.IGNORECASE)
_ROUNDED = re.compile(r"[0-9]{5,8}0{5,}")
_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|#+|[A-Z]+!?)")
_PRODUCT = re.compile(r"[0-9]{1,12}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_COMMA_NUMBER = re.compile(r"(?=[0-9,]*,)[0-9,]*")
"""What a spreadsheet makes of 1.5 where people write decimals with a comma."""
_MONTHS = "jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|janv|févr|mars|avr|juin|juil|août"
_DATE = re.compile(
    rf"[0-9]{{1,4}}[-./][0-9]{{1,2}}[-./][0-9]{{1,4}}|[0-9]{{1,2}}[-./]\s?({_MONTHS})\.?([-./]\s?[0-9]{{2,4}})?"
    rf"|({_MONTHS})\.?[-./\s][0-9]{{2,4}}|[0-9]{{1,2}}\.\s?({_MONTHS})[a-zäé]*\.?",
    re.IGNORECASE,
)


class BadCell(ValueError):
    """What a cell holds does not fit its column. Caught by the template's reader, never shown as such."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.code)
        self.reason = reason


def read_cell(column: str, cell: str) -> object:
    """What a cell means in its column. Raises BadCell."""
    if column in OLDER:
        return ""
    if not cell.isprintable() or _is_damaged(cell):
        raise BadCell(msg("template.letters", cell=cell[:40]))
    if SHORTENED.fullmatch(cell):
        raise BadCell(msg("template.shortened", cell=cell[:40]))
    if _ERROR.fullmatch(cell):
        raise BadCell(msg("template.spreadsheet_error", cell=cell[:20]))
    if column == "sku":
        return _sku(cell)
    if column in ("quantity", "shipping_delay_1", "shipping_delay_2", "shipping_delay_3"):
        return _whole_number(cell, needed=column == "quantity")
    if column in {"price", "min_price"} or column.startswith("shipping_price"):
        return _amount(cell, needed=column == "price")
    if column == "grade":
        grade = _GRADE_NUMBERS.get(cell, cell.upper().replace(" ", "_"))
        if grade not in GRADES:
            raise BadCell(msg("template.grade", cell=cell[:40], known=", ".join(GRADES)))
        return grade
    if column == "currency":
        if cell and not re.fullmatch(r"[A-Z]{3}", cell.upper()):
            raise BadCell(msg("template.currency", cell=cell[:40]))
        return cell.upper()
    if column in ("new_battery", "backpricer"):
        if cell.casefold() not in _YES | _NO:
            raise BadCell(msg("template.flag", cell=cell[:40]))
        return cell.casefold() in _YES
    if column == "ean":
        return _ean(cell)
    if column == "product_id" and cell and not _PRODUCT.fullmatch(cell.casefold()):
        raise BadCell(msg("template.product_id", cell=cell[:40]))
    return cell


def _sku(cell: str) -> str:
    if not cell:
        raise BadCell(msg("template.no_sku"))
    if len(cell) > 200:
        raise BadCell(msg("template.too_wide", most=200))
    if _DATE.fullmatch(cell):
        raise BadCell(msg("template.date", cell=cell[:40]))
    if _COMMA_NUMBER.fullmatch(cell):
        raise BadCell(msg("template.comma_number", cell=cell[:40]))
    return cell


def _whole_number(cell: str, *, needed: bool) -> int | None:
    if not cell and not needed:
        return None
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 6):
        raise BadCell(msg("template.whole", cell=cell[:40]))
    return int(cell)


def _amount(cell: str, *, needed: bool) -> Decimal | None:
    if not cell and not needed:
        return None
    if _TWO_WAYS.fullmatch(cell):
        raise BadCell(msg("template.two_ways", cell=cell[:40]))
    if not _AMOUNT.fullmatch(cell):
        raise BadCell(msg("template.amount", cell=cell[:40]))
    found = Decimal(cell.replace(",", "."))
    if needed and not found:
        raise BadCell(msg("template.amount", cell=cell[:40]))
    return found


def _ean(cell: str) -> str:
    if not cell:
        return ""
    if _ROUNDED.fullmatch(cell):
        raise BadCell(msg("template.rounded", cell=cell[:40]))
    if not (cell.isascii() and cell.isdigit()) or len(cell) < 12:
        raise BadCell(msg("template.ean", cell=cell[:40]))
    try:
        Ean.parse(cell)
    except NotAnEan:
        raise BadCell(msg("template.ean", cell=cell[:40])) from None
    return cell


def _is_damaged(cell: str) -> bool:
    """Whether letters were lost on the way through a wrong encoding, or became two each."""
    if cell.isascii():
        return "?" in cell
    if "\N{REPLACEMENT CHARACTER}" in cell:
        return True
    for wrong in ("cp1252", "latin-1"):
        try:
            return cell.encode(wrong).decode("utf-8") != cell
        except UnicodeError:
            continue
    return False
