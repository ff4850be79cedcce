"""Whatever can be given to a symbol is what a scanner reads from it."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.reports.symbols import LONGEST, Matrix, NotEncodable, code128, data_matrix, qr
from bmdesk.texts import render

printable = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40),
    st.text(
        "0129", min_size=1, max_size=20
    ),  # digits are packed in pairs, and 99 is also a command of the symbol
    st.text("09AZ:-", min_size=1, max_size=20),
)
words = st.text(st.characters(min_codepoint=0x20, exclude_categories=("C", "Z")), min_size=1, max_size=40)


def scanned(rows: list[tuple[bool, ...]], quiet: int) -> list[str]:
    """What is read from these rows of modules, three dots a module, with white around."""
    wide = [[dot for black in row for dot in [0 if black else 255] * 3] for row in rows]
    width = len(wide[0]) + 6 * quiet
    picture = bytearray()
    for row in [[255] * width] * (3 * quiet) + [
        [255] * 3 * quiet + row + [255] * 3 * quiet for row in wide for _ in range(3)
    ]:
        picture += bytes(row)
    picture += bytes([255]) * width * 3 * quiet
    shaped = memoryview(bytes(picture)).cast("B", (len(picture) // width, width))
    return [code.text for code in zxingcpp.read_barcodes(shaped, text_mode=zxingcpp.TextMode.Plain)]


@given(printable)
def test_code128_says_exactly_what_it_was_given(text: str) -> None:
    assert scanned([code128(text).modules] * 12, quiet=10) == [text]


@given(words)
def test_data_matrix_says_exactly_what_it_was_given(text: str) -> None:
    assert scanned(list(data_matrix(text).rows), quiet=2) == [text]


@given(words)
def test_qr_says_exactly_what_it_was_given(text: str) -> None:
    assert scanned(list(qr(text).rows), quiet=4) == [text]


@pytest.mark.parametrize("first", [f"{n:02}" for n in range(100)])
def test_no_first_pair_of_digits_is_taken_for_a_command_of_the_symbol(first: str) -> None:
    # IMEIs that begin with 99 exist; one encoder drops that pair without a word.
    for text in (first, f"{first}0000862471854"[:15], f"{first}A1"):
        assert scanned([code128(text).modules] * 12, quiet=10) == [text]


def test_the_bars_are_those_that_another_encoder_draws() -> None:
    # Not only our own reader agrees with our own writer.
    bars = "".join("1" if black else "0" for black in code128("BMD:DONE").modules)
    assert bars == f"{0x6908B1762C4726B111DAE3468C298EB:b}"


def test_an_imei_packs_its_digits_in_pairs() -> None:
    assert len(code128("356938035643809")) == 134


def test_a_data_matrix_is_square_since_cheap_scanners_miss_the_long_ones() -> None:
    matrix = data_matrix("F17XKABCD123")
    assert {len(row) for row in matrix.rows} == {len(matrix)}


@pytest.mark.parametrize("text", ["", "Weiß", "\u00f1123", "tab\there", "line\n", "x" * (LONGEST + 1)])
def test_code128_refuses_what_scanners_would_read_as_something_else(text: str) -> None:
    with pytest.raises(NotEncodable) as refused:
        code128(text)
    assert "Code 128" in render(refused.value.happened)


@pytest.mark.parametrize("text", ["", "\x1d0104", "line\n", "x" * (LONGEST + 1)])
def test_control_characters_never_get_into_a_matrix(text: str) -> None:
    for encode in (data_matrix, qr):
        with pytest.raises(NotEncodable):
            encode(text)


def test_runs_cover_exactly_the_black_modules() -> None:
    bars = code128("BMD:DONE")
    assert {at + n for at, width in bars.runs() for n in range(width)} == {
        n for n, black in enumerate(bars.modules) if black
    }
    matrix = Matrix("x", ((True, False), (True, True)))
    assert list(matrix.runs()) == [(0, 0, 1), (0, 1, 2)]
