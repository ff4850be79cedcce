"""Text tables: which encoding, which separator, and records with the line on which they begin.

Nothing is repaired: a text that does not decode, a quotation mark that never closes or a NUL is refused by
line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator
from typing import BinaryIO

from bmdesk.system.tabular.failures import TableUnreadable
from bmdesk.texts import Text, msg

_SEPARATORS = ";,\t|"
_CHUNK = 1 << 16
_SAMPLE = 1 << 14


def records(file: str, content: BinaryIO, required: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    """(line on which it begins, cells) for each record. `required` helps to tell the separator."""
    encoding = _encoding(file, content)
    content.seek(0)
    # newline="" leaves line ends to the csv module, which alone knows those inside quotation marks.
    text = io.TextIOWrapper(content, encoding=encoding, newline="")
    try:
        separator, skip = _separator(text.read(_SAMPLE), required)
        text.seek(0)
        for _ in range(skip):
            text.readline()
        yield from _parsed(file, text, separator, skip)
    finally:
        text.detach()  # the caller owns and closes the file


def _parsed(
    file: str, text: io.TextIOWrapper, separator: str, skipped: int
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    while True:
        line = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableUnreadable(file=file, line=line, reason=_quotes_reason(str(error))) from error
        except UnicodeError as error:  # the file changed while it was read
            raise TableUnreadable(file=file, line=line, reason=msg("table.reason.encoding")) from error
        yield line, cells


def _quotes_reason(complaint: str) -> Text:
    if "expected after" in complaint:
        return msg("table.reason.quote_inside")
    return msg("table.reason.quote_open")


def _encoding(file: str, content: BinaryIO) -> str:
    """The first encoding in which the whole file makes sense. Raises TableUnreadable."""
    start = content.read(_SAMPLE)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif start.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif _looks_like_utf_16(start):
        candidates = ["utf-16-le" if start[1:2] == b"\0" else "utf-16-be"]
    else:
        candidates = ["utf-8", "cp1252"]
    bad_line = 0
    for encoding in candidates:
        bad_line = _first_undecodable_line(file, content, encoding)
        if not bad_line:
            return encoding
    raise TableUnreadable(file=file, line=bad_line, reason=msg("table.reason.encoding"))


def _looks_like_utf_16(start: bytes) -> bool:
    # Table headings are mostly ASCII, so nearly every second byte is zero, on one side only.
    half = max(1, len(start) // 2)
    left, right = start[0::2].count(0), start[1::2].count(0)
    return max(left, right) > half * 0.7 and min(left, right) < half * 0.1


def _first_undecodable_line(file: str, content: BinaryIO, encoding: str) -> int:
    """0 where all of it decodes.

    Raises TableUnreadable for NUL and for a text that breaks off within a character.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    line = 1
    while True:
        chunk = content.read(_CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            if not chunk:
                raise TableUnreadable(file=file, line=line, reason=msg("table.reason.cut_off")) from error
            good = error.object[: error.start].decode(encoding, "replace")
            return line + good.count("\n")
        if "\0" in text:
            nul_line = line + text[: text.index("\0")].count("\n")
            raise TableUnreadable(file=file, line=nul_line, reason=msg("table.reason.nul"))
        line += text.count("\n")
        if not chunk:
            return 0


def _separator(sample: str, required: Collection[str]) -> tuple[str, int]:
    """(separator, lines to skip before the heading)."""
    sample = sample.removeprefix("\ufeff")
    said = re.match(r'"?sep=([;,\t|])"?\r?\n', sample, re.IGNORECASE)
    if said:  # the hint that spreadsheets write and understand
        return said[1], 1
    heading = next((line for line in sample.splitlines() if line.strip(f"{_SEPARATORS} ")), sample)
    outside = re.sub(r'"[^"]*"?', "", heading)

    def fitness(separator: str) -> tuple[int, int]:
        names = {name.strip().strip('"').strip().lower() for name in heading.split(separator)}
        return sum(column in names for column in required), outside.count(separator)

    return max(_SEPARATORS, key=fitness), 0
