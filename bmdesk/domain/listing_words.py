"""Where the words of a seller's SKU and the title at the marketplace speak of two different devices.

Pure: two texts in, differences out. What only one of the two names contradicts nothing: most SKUs leave something out,
and titles leave out the colour of a laptop. Whether a grade fits is domain.listing_lint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bmdesk.domain.apple_models import APPLE_MODELS
from bmdesk.domain.colours import Colour, Likeness, colours_in, likeness, parted
from bmdesk.domain.linking import sku_parts
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that both name, and name differently. `slight`: a slip of the SKU rather than another device."""

    what: Text
    sku: str
    title: str
    slight: bool = False


@lru_cache(maxsize=16384)
def differences(sku: str, title: str) -> tuple[Difference, ...]:
    """What this SKU and this title name differently: model, storage, memory, processor, size, year, colour."""
    if not sku.strip() or not title.strip():
        return ()
    told = _title(title)
    code = sku_parts(sku).code
    return (*_models(code, told), *_sizes(code, told), *_processor(code, told), *_colour(sku, title))


def sku_colours(sku: str) -> tuple[Colour, ...]:
    """The colours that a SKU names; its first word names the model, and Mint at its end is a grade."""
    return colours_in(re.sub(r"^\W*[^\W_]+", "", sku_parts(sku).code))


def title_colours(title: str) -> tuple[Colour, ...]:
    """The colours that a title names, beside the model's name. "Or" is gold in French, "or" is no colour."""
    return colours_in(re.sub(r"\bor\b", " ", _title(title).colours))


@dataclass(frozen=True, slots=True)
class _Title:
    """What a title names; None, empty or "" where it does not."""

    text: str
    lowered: str
    storage: int | None
    memory: int | None
    numbers: frozenset[int]
    """Every other number that stands by itself: of a model, a year, a generation."""
    processors: frozenset[str]
    suffix: str
    """`pro` of an M1 Pro."""
    cores: frozenset[int]
    years: frozenset[int]
    iphone: tuple[str, str] | None
    colours: str
    """The parts of the title in which a colour may stand: all but the first."""


_MEMORY = re.compile(
    r"(\d{1,3})\s*G[BO]\s*(?:DE\s+|DI\s+)?RAM\b|\bRAM\s*(?:DE\s+|DI\s+)?(\d{1,3})\s*G[BO]\b|(\d{1,3})\s*G[BO]\s+(?:SSD|HDD)\b",
    re.IGNORECASE,
)
_DISK = re.compile(r"\b(?:SSD|HDD)\s+(\d{1,4})\s*([GT]?)[BO]?\b", re.IGNORECASE)
_SIZE = re.compile(r"(?<!\d)(\d{1,4})\s?([GT])[BO](?![a-z])", re.IGNORECASE)
_CORES = re.compile(r"(\d{1,2})[\s-]*(?:core|c[oœ]e?urs?|kern|n[uú]cleo)", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\da-z])(20[0-3]\d)(?!\d)", re.IGNORECASE)
_IPHONE_TITLE = re.compile(
    r"\biphone\s+(se|x[sr]?|\d{1,2}[sce]?)(?![a-z0-9])\s*(pro\s*max|pro|plus|max|mini)?(?![a-z])",
    re.IGNORECASE,
)
_IPHONE_SKU = re.compile(
    r"^\W*(?:apple[\W_]*)?(?:iphone|iph|ip)[\W_]*(se|x[sr]?|\d{1,2}[sce]?(?![\dg]))"
    r"[\W_]*(pro[\W_]*max|pm|pro|plus|max|mini|p)?(?![a-z])",
    re.IGNORECASE,
)
_CHIP = re.compile(r"(?<![a-z0-9])m([1-9])(?!\d)[\W_]*(pro|pr|max|ultra)?", re.IGNORECASE)
_INTEL = re.compile(r"(?<![a-z0-9])i([3579])(?!\d)", re.IGNORECASE)
_INCHES = re.compile(
    r"(\d{1,2}(?:[.,]\d)?)\s*-?\s*(?:inch|zoll|pouces|pulgadas|pollici|polegadas|[\"”″])", re.IGNORECASE
)
_MILLIMETRES = re.compile(r"(\d\d)\s*mm(?![a-z])", re.IGNORECASE)


@lru_cache(maxsize=16384)
def _title(title: str) -> _Title:
    memory = _MEMORY.search(title)
    disk = _DISK.search(title)
    sizes = [_gigabytes(one[1], one[2]) for one in _SIZE.finditer(_MEMORY.sub(" ", title, count=1))]
    storage = _gigabytes(disk[1], disk[2] or "G") if disk else (sizes[-1] if sizes else None)
    bare = _CORES.sub(" ", _DISK.sub(" ", _SIZE.sub(" ", title)))
    iphone = _IPHONE_TITLE.search(title)
    chip = _CHIP.search(title)
    return _Title(
        text=title,
        lowered=title.casefold(),
        storage=storage,
        memory=int(next(one for one in memory.groups() if one)) if memory else None,
        numbers=frozenset(int(one) for one in re.findall(r"\d{1,4}", bare)),
        processors=_processors(title),
        suffix=(chip[2] or "").lower() if chip else "",
        cores=frozenset(int(one[1]) for one in _CORES.finditer(title)),
        years=frozenset(int(one[1]) for one in _YEAR.finditer(title)),
        iphone=_iphone(iphone) if iphone else None,
        colours=re.split(r"\s+[-–]\s+|,\s+", title, maxsplit=1)[-1]
        if re.search(r"\s[-–]\s|,\s", title)
        else "",
    )


def _models(code: str, told: _Title) -> Iterator[Difference]:
    """Another model: by its number, its family, its size, its year."""
    what = msg("lint.part_model")
    ours, theirs = _IPHONE_SKU.match(code), told.iphone
    if ours is not None and theirs is not None and not _same_iphone(_iphone(ours), theirs):
        yield Difference(what, ours[0].strip("._- "), " ".join(("iPhone", *theirs)).strip())
    number = re.search(r"(?<![a-z])A?(\d{4})(?!\d)", re.sub(r"(?i)m\d(?=a\d{4})", "", code), re.IGNORECASE)
    model = APPLE_MODELS.get(f"A{number[1]}") if number else None
    agrees = False
    if model is not None and number is not None and "macbook" in told.lowered:
        agrees = (
            model.name.casefold() in told.lowered
            and _of_size(told, model.inches)
            and (not told.years or bool(model.years & told.years))
            and (not model.chips or not told.processors or bool(model.chips & told.processors))
        )
        if not agrees:
            yield Difference(what, f"A{number[1]} ({model})", told.text.partition(" - ")[0])
    for short, name, other in _FAMILIES:
        if re.match(short, code, re.IGNORECASE) and other in told.lowered and name not in told.lowered:
            # The model number tells that the device is the right one: the SKU's first letters are wrong.
            yield Difference(what, _first_word(code), other.title().replace("book", "Book"), slight=agrees)
    yield from _screen(code, told)
    yield from _numbered(code, told)
    mine, there = _GENERATION.search(code), _GENERATION.search(told.text)
    if mine is not None and there is not None and (mine[1] or mine[2]) != (there[1] or there[2]):
        yield Difference(what, mine[0], there[0])
    yield from _network(code, told)
    years = {int(one[1]) for one in _YEAR.finditer(code)}
    if years and told.years and not years & told.years:
        said = ", ".join(map(str, sorted(told.years)))
        yield Difference(msg("lint.part_year"), ", ".join(map(str, sorted(years))), said, slight=True)


_FAMILIES = (
    (r"mbp|macbook[\W_]*pro", "macbook pro", "macbook air"),
    (r"mba|macbook[\W_]*air", "macbook air", "macbook pro"),
    (r"ipad[\W_]*pro", "ipad pro", "ipad air"),
    (r"ipad[\W_]*pro", "ipad pro", "ipad mini"),
    (r"ipad[\W_]*air", "ipad air", "ipad pro"),
    (r"ipad[\W_]*air", "ipad air", "ipad mini"),
    (r"ipad[\W_]*mini", "ipad mini", "ipad air"),
    (r"ipad[\W_]*mini", "ipad mini", "ipad pro"),
)
_SCREEN = re.compile(
    r"^(?:(?:mbp|mba|macbook[\W_]*(?:pro|air))[\W_]*(1[1-7])|ipad[\W_]*(?:pro[\W_]*)?(12[.,]?9|10[.,]?5|9[.,]?7)"
    r"|ipad[\W_]*(?:pro|air)[\W_]*(11|13))(?!\d)(?!\s?[gt]b)",
    re.IGNORECASE,
)


_GENERATION = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s._-]*gen(?:eration)?(?![a-z])|(?<!\d)(\d{1,2})(?:st|nd|rd|th)(?![a-z])",
    re.IGNORECASE,
)
_WIFI = re.compile(r"wi-?fi|\bgps\b", re.IGNORECASE)
_CELLULAR = re.compile(r"cell|lte|(?<![\da-z])[45]g(?![a-z])", re.IGNORECASE)


def _network(code: str, told: _Title) -> Iterator[Difference]:
    """A tablet or a watch with a modem, and the same without one."""
    if not _WIFI.search(told.text):
        return
    theirs, ours = bool(_CELLULAR.search(told.text)), bool(_CELLULAR.search(code))
    if theirs != ours and (ours or _WIFI.search(code)):
        yield Difference(msg("lint.part_network"), _network_word(code), _network_word(told.text))


def _network_word(text: str) -> str:
    found = _CELLULAR.search(text) or _WIFI.search(text)
    return found[0] if found else ""


def _screen(code: str, told: _Title) -> Iterator[Difference]:
    """The size of a screen or of a watch's case."""
    screen = _SCREEN.match(code)
    found = _INCHES.search(told.text)
    if screen is not None and found is not None:
        ours = next(one for one in screen.groups() if one)
        if _tenths(ours) != _tenths(found[1]):
            yield Difference(msg("lint.part_size"), f"{ours}″", f"{found[1]}″")
    case, theirs = _MILLIMETRES.search(code), _MILLIMETRES.search(told.text)
    if case is not None and theirs is not None and case[1] != theirs[1]:
        yield Difference(msg("lint.part_size"), f"{case[1]} mm", f"{theirs[1]} mm")


_PAIR = re.compile(r"([a-z]+)(\d{1,3})(?![\dgt]|\s?mm)", re.IGNORECASE)
_SERIES = re.compile(r"\bseries\s+(\d{1,2})\b", re.IGNORECASE)
_WATCH = re.compile(
    r"^(?:apple[\W_]*)?(?:watch|aw)?[\W_]*s(?:eries[\W_]*)?(\d{1,2}?)(?=\d\dmm|[\W_]|$)", re.IGNORECASE
)
_NAMED = re.compile(
    r"\b(pixel|note|tab|fold|flip|find|nord|oneplus|xperia|playstation)\s?(\d{1,2})\b(?!\s?[GT][BO])",
    re.IGNORECASE,
)


def _numbered(code: str, told: _Title) -> Iterator[Difference]:
    """Models of letter and number: `S22`, `A52`, `Series 5`, `Pixel 7`."""
    what = msg("lint.part_model")
    series, ours = _SERIES.search(told.text), _WATCH.match(code)
    if series is not None and ours is not None and "watch" in told.lowered:
        if ours[1] != series[1]:
            yield Difference(what, f"S{ours[1]}", series[0])
        return
    theirs: dict[str, dict[int, str]] = {}
    for one in [*_PAIR.finditer(told.text), *_NAMED.finditer(told.text)]:
        theirs.setdefault(one[1].casefold(), {})[int(one[2])] = one[0]
    mine: dict[str, dict[int, str]] = {}
    for one in [*_PAIR.finditer(code), *_NAMED.finditer(re.sub(r"[._\-/]+", " ", code))]:
        word = one[1].casefold()
        mine.setdefault("s" if word == "gs" else word, {})[int(one[2])] = one[0]
    for word, numbers in mine.items():
        there = theirs.get(word, {})
        # Processors have a rule of their own.
        if word not in {"m", "i"} and there and not numbers.keys() & there.keys():
            yield Difference(what, next(iter(numbers.values())), next(iter(there.values())))


def _sizes(code: str, told: _Title) -> Iterator[Difference]:
    """Storage and memory. Of two sizes the smaller is the memory, which a phone's title does not name."""
    sizes = _sizes_in(code, told)
    for size in sizes:
        if size in {told.storage, told.memory}:
            continue
        if told.memory is None:
            is_memory = size <= _MOST_PHONE_MEMORY and size < max(sizes)
        else:
            is_memory = size == min(sizes) if len(sizes) > 1 else size <= _MOST_MEMORY
        theirs = told.memory if is_memory else told.storage
        # Where another size of the SKU is the title's, this one is a graphics card's, or nothing of that kind.
        if theirs is not None and theirs not in sizes:
            what = msg("lint.part_memory") if is_memory else msg("lint.part_storage")
            yield Difference(what, _shown(size), _shown(theirs))


def _sizes_in(code: str, told: _Title) -> list[int]:
    """Gigabytes: sizes with their unit, and the bare ones (`i5.8.256`) that are no part of the model's name."""
    spaced = parted(code)
    words = re.split(r"[\W_]+", _SIZE.sub(" ", spaced))
    bare = [int(one) for one in words if one.isdecimal() and int(one) in _USUAL]
    if told.memory is None:
        bare = [one for one in bare if one >= _LEAST_STORAGE]
    found = [_gigabytes(one[1], one[2]) for one in _SIZE.finditer(spaced)]
    known = {told.storage, told.memory}
    return found + [size for one in bare if (size := _binary(one)) in known or one not in told.numbers]


_USUAL = frozenset({8, 16, 18, 24, 32, 36, 48, 64, 128, 256, 512, 1000, 1024})
_LEAST_STORAGE = 32
_MOST_MEMORY = 64
_MOST_PHONE_MEMORY = 24


def _processor(code: str, told: _Title) -> Iterator[Difference]:
    """Another processor, or the same with another suffix or another number of cores."""
    what = msg("lint.part_processor")
    plain = re.sub(r"(?i)(m[1-9])(?=a\d{4})", r"\1 ", code)
    ours = _processors(plain)
    if ours and told.processors and not ours & told.processors:
        yield Difference(what, ", ".join(sorted(ours)), ", ".join(sorted(told.processors)))
        return
    chip = _CHIP.search(plain)
    if chip is not None and chip[2] and told.processors & {f"m{chip[1]}"}:
        suffix = {"pr": "pro"}.get(chip[2].lower(), chip[2].lower())
        if suffix != told.suffix:
            yield Difference(
                what, f"M{chip[1]} {suffix.title()}", f"M{chip[1]} {told.suffix.title()}".strip()
            )
    cores = {int(one) for one in re.findall(r"(?<![a-z0-9])(\d{1,2})[cg](?![a-z0-9])", code, re.IGNORECASE)}
    if told.cores and not cores <= told.cores:
        missing = ", ".join(str(one) for one in sorted(cores - told.cores))
        yield Difference(msg("lint.part_cores"), missing, ", ".join(map(str, sorted(told.cores))))


def _colour(sku: str, title: str) -> Iterator[Difference]:
    """Another colour."""
    ours, theirs = sku_colours(sku), title_colours(title)
    how = likeness(ours, theirs)
    if how is not Likeness.SAME:
        mine, there = (", ".join(one.word for one in side) for side in (ours, theirs))
        yield Difference(msg("lint.part_colour"), mine, there, slight=how is Likeness.NEAR)


def _iphone(found: re.Match[str]) -> tuple[str, str]:
    number, suffix = found[1].lower(), re.sub(r"[\W_]+", " ", (found[2] or "").lower()).strip()
    suffix = {"promax": "pro max", "pm": "pro max"}.get(suffix, suffix)
    return number.upper() if number[0] in "xs" else number, suffix


def _same_iphone(ours: tuple[str, str], theirs: tuple[str, str]) -> bool:
    if ours[0] != theirs[0]:
        return False
    if ours[1] == "p":  # iP7P, iP14P
        return theirs[1] in {"plus", "pro"}
    # There is no other Max of these than the Pro Max.
    return ours[1] == theirs[1] or (ours[1], theirs[1]) == ("max", "pro max")


def _processors(text: str) -> frozenset[str]:
    chips = {f"m{one[1]}" for one in _CHIP.finditer(text)}
    return frozenset(chips | {f"i{one[1]}" for one in _INTEL.finditer(text)})


def _of_size(told: _Title, inches: int) -> bool:
    found = _INCHES.search(told.text)
    return found is None or _tenths(found[1]) // 10 == inches


def _tenths(inches: str) -> int:
    digits = inches.replace(",", ".")
    if "." in digits:
        return round(float(digits) * 10)
    return int(digits) if int(digits) > _LARGEST_SCREEN else int(digits) * 10


_LARGEST_SCREEN = 40
"""Inches; what is larger was written without its point: 129 for 12.9."""


def _gigabytes(number: str, unit: str) -> int:
    return _binary(int(number) * (1000 if unit.upper() == "T" else 1))


def _binary(size: int) -> int:
    # A terabyte is written 1TB, 1000GB and 1024GB.
    return {1024: 1000, 2048: 2000, 4096: 4000}.get(size, size)


def _shown(size: int) -> str:
    return f"{size // 1000} TB" if size >= 1000 and size % 1000 == 0 else f"{size} GB"


def _first_word(code: str) -> str:
    found = re.match(r"[^\W_]+", code)
    return found[0] if found else code
