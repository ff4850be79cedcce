"""Back Market's own template of listings, read as a file: what each line wishes, or what is wrong with it line by line.

The template is text in UTF-8, its cells parted by semicolons. Spreadsheets re-save it with commas or tabs, merge
columns, turn EANs into 8.88462E+11 and SKUs into dates. Whatever they did is either read as it was meant or named with
its line: nothing is guessed, shifted or dropped. What was cut off at the end of a line cannot be seen from what is
left; so a file is refused whose last line wishes something and has no end.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.upload_cells import GRADES, OLDER, SHORTENED, BadCell, read_cell
from bmdesk.texts import Text, msg

COLUMNS = (
    "sku", "quantity", "price", "grade", "currency", "shipper_1", "shipping_price_1", "shipping_delay_1", "shipper_2",
    "shipping_price_2", "shipping_delay_2", "shipper_3", "shipping_price_3", "shipping_delay_3", "new_battery",
    "min_price", "backpricer", "ean", "product_id",
)  # fmt: skip
NEEDED = ("sku", "quantity", "price", "grade")
MOST_LINES = 15_000
"""Of one file, as Back Market takes it."""

_DELIMITER = ";"
_DESCRIPTION = frozenset({"required", "optional", ""})
_TYPE = re.compile(r"(string|int|decimal|enum|bool)\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one line wishes. `price` and `minimum` in `currency`; that is empty where the line names none.

    `ean` or `product_id` says which product it is of; one of them is there.
    """

    line: int
    sku: str
    quantity: int
    price: Decimal
    grade: str
    currency: str
    minimum: Decimal | None
    backpricer: bool
    new_battery: bool
    ean: str
    product_id: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line. `column` empty: with the whole of it. `whole`: the file cannot be trusted."""

    line: int
    column: str
    reason: Text
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """What was read. `examples`: lines of the template's own that wish nothing. Wishes only without a `whole` fault."""

    wishes: tuple[Wish, ...]
    faults: tuple[Fault, ...]
    examples: int = 0

    @property
    def mangled(self) -> bool:
        """Whether the file as such cannot be trusted."""
        return any(fault.whole for fault in self.faults)


def read_template(content: bytes) -> Template:
    """Every line as a wish or a fault; a file that was mangled as a whole has faults only."""
    if content.startswith(b"PK"):
        return Template((), (_whole(1, msg("template.workbook")),))
    text = _decoded(content)
    if isinstance(text, Fault):
        return Template((), (text,))
    lines = re.split(r"\r\n|\n|\r", text)
    numbered = [(at, line) for at, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        return Template((), (_whole(1, msg("template.empty")),))
    heading = _heading(*numbered[0])
    if isinstance(heading, list):
        faults = [*heading, *(fault for at, line in numbered[1:] for fault in _packed(at, line))]
        return Template((), tuple(faults))
    found = _Reading(heading).read(numbered[1:])
    if lines[-1] and found.wishes and found.wishes[-1].line == len(lines):
        return Template((), (*found.faults, _whole(len(lines), msg("template.cut_off"))), found.examples)
    return found


class _Reading:
    """The lines below a heading that is understood."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._seen: dict[str, int] = {}

    def read(self, numbered: Sequence[tuple[int, str]]) -> Template:
        wishes: list[Wish] = []
        faults: list[Fault] = []
        examples = 0
        for at, line in numbered:
            cells = _cells(at, line, len(self._columns))
            if isinstance(cells, Fault):
                faults.append(cells)
                continue
            if not any(cells) or _describes(cells):
                continue
            if [cell.casefold() for cell in cells] == list(self._columns):
                faults.append(_whole(at, msg("template.heading_again")))
                continue
            found = dict(zip(self._columns, cells, strict=True))
            if _is_example(found):
                examples += 1
                continue
            wish = self._wish(at, found)
            if isinstance(wish, Wish):
                wishes.append(wish)
            else:
                faults += wish
        if len(wishes) > MOST_LINES:
            faults.append(_whole(wishes[MOST_LINES].line, msg("template.too_long", most=MOST_LINES)))
        if any(fault.whole for fault in faults):
            wishes = []
        return Template(tuple(wishes), tuple(faults), examples)

    def _wish(self, at: int, cells: dict[str, str]) -> Wish | list[Fault]:
        said: dict[str, object] = {}
        faults: list[Fault] = []
        for column, cell in cells.items():
            try:
                said[column] = read_cell(column, cell)
            except BadCell as bad:
                faults.append(Fault(at, column, bad.reason))
        if faults:
            return faults
        if not said.get("ean") and not said.get("product_id"):
            return [Fault(at, "ean", msg("template.no_product"))]
        price, minimum = said["price"], said.get("min_price")
        assert isinstance(price, Decimal)
        if isinstance(minimum, Decimal) and minimum > price:
            return [Fault(at, "min_price", msg("template.min_above", minimum=minimum, price=price))]
        key = sku_key(str(said["sku"]))
        if key in self._seen:
            return [Fault(at, "sku", msg("template.twice", line=self._seen[key]))]
        self._seen[key] = at
        quantity = said["quantity"]
        assert isinstance(quantity, int)
        return Wish(
            line=at,
            sku=str(said["sku"]),
            quantity=quantity,
            price=price,
            grade=str(said["grade"]),
            currency=str(said.get("currency", "")),
            minimum=minimum if isinstance(minimum, Decimal) else None,
            backpricer=bool(said.get("backpricer", False)),
            new_battery=bool(said.get("new_battery", False)),
            ean=str(said.get("ean", "")),
            product_id=str(said.get("product_id", "")),
        )


def _decoded(content: bytes) -> str | Fault:
    encoding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        return _whole(content[: error.start].count(b"\n") + 1, msg("template.encoding"))
    if "\0" in text:
        return _whole(text[: text.index("\0")].count("\n") + 1, msg("template.encoding"))
    return text


def _heading(at: int, line: str) -> tuple[str, ...] | list[Fault]:
    """The columns, or what is wrong with the line that should name them."""
    names = [name.strip().strip('"').strip().casefold() for name in line.split(_DELIMITER)]
    marks = ((",", msg("template.commas")), ("\t", msg("template.tabs")), ("|", msg("template.bars")))
    for other, reason in marks:
        if line.count(other) > line.count(_DELIMITER) and sum(
            name in line.casefold() for name in NEEDED
        ) == len(NEEDED):
            return [_whole(at, reason)]
    missing = [name for name in NEEDED if name not in names]
    if len(missing) > 1:
        return [_whole(at, msg("template.no_heading", needed=", ".join(NEEDED)))]
    faults = [_whole(at, msg("template.missing", column=name)) for name in missing]
    faults += [
        _whole(at, msg("template.column_twice", column=n[:60]))
        for n in dict.fromkeys(names)
        if n and names.count(n) > 1
    ]
    faults += [
        _whole(at, msg("template.unknown_column", column=name[:60] or "-"))
        for name in names
        if name not in COLUMNS and name not in OLDER
    ]
    return faults or tuple(names)


def _packed(at: int, line: str) -> list[Fault]:
    """What a line shows of how a file was mangled whose heading is not parted by semicolons."""
    cells = [
        cell
        for other in (",", "\t", "|")
        if other in line
        for cell in line.split(other)
        if _DELIMITER in cell
    ]
    if cells:
        return [Fault(at, "", msg("template.merged", cell=cells[0].strip()[:60]), whole=True)]
    shortened = next((c for c in re.split(r"[,;\t|]", line) if SHORTENED.fullmatch(c.strip())), None)
    if shortened is not None:
        return [Fault(at, "", msg("template.shortened", cell=shortened.strip()[:40]), whole=True)]
    return [Fault(at, "", msg("template.not_semicolons"), whole=True)]


def _cells(at: int, line: str, width: int) -> list[str] | Fault:
    """The cells of one line, which is a whole one: no column of the template holds line ends."""
    try:
        (cells,) = csv.reader([line], delimiter=_DELIMITER, strict=True)
    except (csv.Error, ValueError):
        return Fault(at, "", msg("template.quotes"))
    if any('"' in cell for cell in cells) and line not in (
        _written(cells, every=False),
        _written(cells, every=True),
    ):
        return Fault(at, "", msg("template.quotes"))
    stripped = [cell.strip() for cell in cells]
    if len(stripped) != width:
        if len(stripped) == 1 and max(line.count(","), line.count("\t")) > 2:
            return Fault(at, "", msg("template.not_semicolons"))
        return Fault(at, "", msg("template.cells", cells=len(stripped), columns=width))
    return stripped


def _written(cells: Sequence[str], *, every: bool) -> str:
    """The line as a program writes it that puts marks around cells which need them, or around every cell."""
    need = '";\r\n'
    return _DELIMITER.join(
        '"' + cell.replace('"', '""') + '"' if every or any(letter in cell for letter in need) else cell
        for cell in cells
    )


def _describes(cells: Sequence[str]) -> bool:
    """The template's own second and third line: what must be filled in, and of which type."""
    if all(cell.casefold() in _DESCRIPTION for cell in cells):
        return True
    return all(_TYPE.fullmatch(cell) or not cell for cell in cells)


def _is_example(cells: dict[str, str]) -> bool:
    """The template's own fourth line names every grade at once."""
    return tuple(grade.strip() for grade in cells["grade"].split(",")) == GRADES


def _whole(line: int, reason: Text) -> Fault:
    return Fault(line, "", reason, whole=True)
