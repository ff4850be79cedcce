"""Which of our SKUs a marketplace's listing may sell, and with how much certainty; and what a listing's title tells.

Pure: callers bring the listing and the variants. Sellers write SKUs in every fashion (`iP12Pro.128gb.gold.Vgood`),
so a pattern is a suggestion that a person confirms, never a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bmdesk.domain.grading import EXCELLENT, FAIR, GOOD, NOT_FOR_SALE, PREMIUM, grade_text
from bmdesk.texts import Text, msg

MOST_SUGGESTED = 5

_LOOKED_AT = 50
"""Colours of one model and size that are compared; the very same colour is found among any number."""

OPEN, LINKED, NOTHING = "open", "linked", "nothing"
"""What a listing's `link` says: nobody has said yet, it sells a SKU of ours, it sells nothing of ours."""

SURE = 80
"""From this score on a single best suggestion is unambiguous; below it a person reads each one."""

LIKELY = 60
"""From this score on model, size and colour agree; below it something differs, or nobody knows."""

# EXCELLENT and VERY_GOOD both sell as "Excellent"; STALLONE is below sale grade.
_GRADE_OF_LISTING = {
    "PREMIUM": PREMIUM,
    "EXCELLENT": EXCELLENT,
    "VERY_GOOD": EXCELLENT,
    "GOOD": GOOD,
    "FAIR": FAIR,
    "STALLONE": NOT_FOR_SALE,
}

# How sellers spell grades inside their SKUs, squashed; longer ones are tried first.
_GRADE_WORDS = {
    "premium": PREMIUM,
    "parfait": PREMIUM,
    "excellent": EXCELLENT,
    "exc": EXCELLENT,
    "mint": EXCELLENT,
    "verygood": EXCELLENT,
    "vgood": EXCELLENT,
    "vg": EXCELLENT,
    "tresbon": EXCELLENT,
    "sehrgut": EXCELLENT,
    "good": GOOD,
    "bon": GOOD,
    "gut": GOOD,
    "fair": FAIR,
    "correct": FAIR,
    "etatcorrect": FAIR,
    "stallone": NOT_FOR_SALE,
    "notforsale": NOT_FOR_SALE,
}
_NEW_BATTERY_WORDS = frozenset({"nb", "newbattery", "newbatt"})
_LONGEST_GRADE = 3  # words: NOT FOR SALE

_WORD = re.compile(r"[^\W\d_]+|\d+|\+")
_STORAGE = re.compile(r"(?<!\d)(\d{1,5})\s*([GT])[BO]\b", re.IGNORECASE)
_SIZES = frozenset({8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096})

# One brand for the first word (or two) of a title; any other title begins with its brand.
_BRANDS = (
    ("iphone", "Apple"),
    ("ipad", "Apple"),
    ("ipod", "Apple"),
    ("imac", "Apple"),
    ("macbook", "Apple"),
    ("mac", "Apple"),
    ("airpods", "Apple"),
    ("homepod", "Apple"),
    ("apple", "Apple"),
    ("galaxy", "Samsung"),
    ("pixel", "Google"),
    ("redmi", "Xiaomi"),
    ("poco", "Xiaomi"),
    ("mi", "Xiaomi"),
    ("moto", "Motorola"),
    ("playstation", "Sony"),
    ("xperia", "Sony"),
    ("xbox", "Microsoft"),
    ("surface", "Microsoft"),
    ("switch", "Nintendo"),
    ("thinkpad", "Lenovo"),
    ("latitude", "Dell"),
    ("elitebook", "HP"),
)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a listing says of itself."""

    sku_text: str
    title: str
    grade: str
    """As the marketplace names it; empty when it says none."""
    new_battery: bool
    product_id: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant of ours."""

    id: str
    model_code: str
    brand: str
    model: str
    storage: str
    colour: str
    product_id: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One SKU that a listing may sell: a variant in a grade. `score`: 0..100, how sure it is."""

    variant_id: str
    model_code: str
    grade: str
    new_battery: bool
    reason: Text
    score: int
    contradiction: Text | None = None
    """What speaks against it, for a person to weigh."""

    @property
    def sku_text(self) -> str:
        """The SKU's text, as bmdesk forms it."""
        return sku_text(self.model_code, self.grade, new_battery=self.new_battery)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a listing's title tells: `iPhone 12 Pro 128GB - Gold - Unlocked`."""

    brand: str
    model: str
    storage: str
    colour: str


@dataclass(frozen=True, slots=True)
class SkuParts:
    """A seller's SKU taken apart: what is left without grade and battery, and the grade it names ("" for none)."""

    code: str
    grade: str
    new_battery: bool


def sku_text(model_code: str, grade: str, *, new_battery: bool) -> str:
    """How the text of a SKU is formed."""
    return f"{model_code}-{grade}" + ("-NB" if new_battery else "")


def our_grade(listing_grade: str) -> str:
    """Our grade of a marketplace's grade; empty where it says none or one that we do not know."""
    return _GRADE_OF_LISTING.get(listing_grade.strip().upper(), "")


def contradiction(offered: Offered, grade: str, *, new_battery: bool) -> Text | None:
    """Why this listing should not sell a SKU of this grade and battery without a person's word, or None."""
    theirs = our_grade(offered.grade)
    if theirs and theirs != grade:
        return msg("linking.other_grade", theirs=grade_text(theirs), ours=grade_text(grade))
    if new_battery and not offered.new_battery:
        return msg("linking.battery_ours")
    if offered.new_battery and not new_battery:
        return msg("linking.battery_theirs")
    return None


def named_grade(offered: Offered) -> str:
    """The grade a listing is for: the marketplace's own word, else what its SKU spells; empty when neither says."""
    return our_grade(offered.grade) or sku_parts(offered.sku_text).grade


def our_parts(key: str) -> SkuParts | None:
    """A case-folded SKU taken apart as bmdesk itself forms it: `<model_code>-<GRADE>[-NB]`; None for any other."""
    battery = key.endswith("-nb")
    rest = key.removesuffix("-nb")
    for grade in (PREMIUM, EXCELLENT, GOOD, FAIR):
        code = rest.removesuffix(f"-{grade.casefold()}")
        if code and code != rest:
            return SkuParts(code, grade, battery)
    return None


@lru_cache(maxsize=8192)
def sku_parts(text: str) -> SkuParts:
    """Take grade words and the mark of a new battery out of a SKU, wherever they stand; `code` keeps the rest."""
    words = [(found.group().lower(), found.start(), found.end()) for found in _WORD.finditer(text)]
    grade, battery = "", False
    cut: list[tuple[int, int]] = []
    at = len(words)
    while at > 0:
        taken = 0
        for count in range(min(_LONGEST_GRADE, at), 0, -1):
            these = words[at - count : at]
            squashed = "".join(word for word, _, _ in these)
            # The first word names the model: a phone called "Fair" keeps its name.
            if at - count == 0:
                continue
            if not grade and squashed in _GRADE_WORDS:
                grade, taken = _GRADE_WORDS[squashed], count
            elif not battery and squashed in _NEW_BATTERY_WORDS:
                battery, taken = True, count
            if taken:
                cut.append((these[0][1], these[-1][2]))
                break
        at -= taken or 1
    code = text
    for start, end in cut:  # from the end on
        before, after = code[:start].rstrip("-._ /"), code[end:].lstrip("-._ /")
        mark = code[start - 1 : start] if start and before != code[:start] else "-"
        code = f"{before}{mark}{after}" if before and after else before + after
    return SkuParts(code, grade, battery)


@lru_cache(maxsize=65536)
def squashed(text: str) -> str:
    """Letters and digits alone: under this, codes of different fashions are compared (`128 GB`, `128gb` and `128`)."""
    gigabytes = _STORAGE.sub(lambda found: f" {_gigabytes(found)} ", text)
    return "".join(ch for ch in gigabytes.casefold() if ch.isalnum() or ch == "+").replace("gray", "grey")


def storage_of(text: str) -> int | None:
    """The last size in gigabytes in a text (a laptop's memory stands before its disk), or None."""
    sizes = [_gigabytes(found) for found in _STORAGE.finditer(text)]
    if sizes:
        return _binary(sizes[-1])
    bare = [int(word) for word in _WORD.findall(text) if word.isdigit() and int(word) in _SIZES]
    return bare[-1] if bare else None


def parsed(title: str) -> Parsed:
    """Brand, model, storage and colour of a title, as far as it tells them. The model is never empty."""
    parts = [part.strip() for part in re.split(r"\s+-\s+", title) if part.strip()]
    head = parts[0] if parts else title.strip()
    storage = _disk(title)
    model = " ".join(_STORAGE.sub(" ", head).split()) or head or "?"
    colour = next((part for part in parts[1:] if _may_be_colour(part)), "")
    first = model.split()[0].casefold()
    brand = next((brand for word, brand in _BRANDS if first == word), "")
    if not brand:
        brand, _, rest = model.partition(" ")
        model = rest or model
    elif first == brand.casefold() and " " in model:
        model = model.partition(" ")[2]
    return Parsed(brand[:120], model[:200], storage, colour[:80])


class Matcher:
    """Finds variants for listings; made once for many listings, because it looks at every variant."""

    def __init__(self, variants: Iterable[Candidate]) -> None:
        self._by_product: dict[str, list[Candidate]] = {}
        self._by_code: dict[str, list[Candidate]] = {}
        self._by_model: dict[tuple[str, int | None], list[Candidate]] = {}
        self._by_colour: dict[tuple[str, int | None, str], list[Candidate]] = {}
        for one in variants:
            if one.product_id:
                self._by_product.setdefault(one.product_id.casefold(), []).append(one)
            self._by_code.setdefault(squashed(one.model_code), []).append(one)
            size, colour = storage_of(one.storage), squashed(one.colour)
            for name in {squashed(one.model), squashed(f"{one.brand}{one.model}")}:
                self._by_model.setdefault((name, size), []).append(one)
                self._by_colour.setdefault((name, size, colour), []).append(one)

    def suggest(self, offered: Offered) -> tuple[Suggestion, ...]:
        """The SKUs this listing may sell, best first, at most MOST_SUGGESTED. None without a grade that we sell."""
        grade = named_grade(offered)
        if grade in {"", NOT_FOR_SALE}:
            return ()
        spelt = sku_parts(offered.sku_text).grade
        against = None
        if spelt and spelt != grade:
            against = msg("linking.spells_other", spelt=grade_text(spelt), grade=grade_text(grade))
        best: dict[str, Suggestion] = {}
        for one, score, reason in self._found(offered):
            known = best.get(one.id)
            if known is None or known.score < score:
                best[one.id] = Suggestion(
                    one.id, one.model_code, grade, offered.new_battery, reason, score, against
                )
        ranked = sorted(best.values(), key=lambda s: (-s.score, s.model_code))
        return tuple(ranked[:MOST_SUGGESTED])

    def _found(self, offered: Offered) -> Iterable[tuple[Candidate, int, Text]]:
        if offered.product_id:
            for one in self._by_product.get(offered.product_id.casefold(), ()):
                yield one, 90, msg("linking.same_product")
        code = sku_parts(offered.sku_text).code
        for one in self._by_code.get(squashed(code), ()):
            yield one, 85, msg("linking.sku_pattern")
        told = parsed(offered.title)
        size, colour = storage_of(told.storage), squashed(told.colour)
        for name in {squashed(told.model), squashed(f"{told.brand}{told.model}")}:
            if colour:
                for one in self._by_colour.get((name, size, colour), ()):
                    yield one, 70, msg("linking.same_title")
            for one in self._by_model.get((name, size), ())[:_LOOKED_AT]:
                ours = squashed(one.colour)
                if not ours or not colour:
                    yield one, 40, msg("linking.same_model")
                elif ours in colour or colour in ours:
                    yield one, 60, msg("linking.same_title")
                else:
                    yield one, 20, msg("linking.other_colour", theirs=told.colour, ours=one.colour)


def best_first(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """What nothing speaks against comes before all that something speaks against; then the more certain one."""
    return sorted(suggestions, key=lambda s: (s.contradiction is not None, -s.score))


def unambiguous(suggestions: Sequence[Suggestion]) -> Suggestion | None:
    """The one that may be confirmed together with many others: certain enough, and alone at the top."""
    best = leading(suggestions)
    return best if best is not None and best.score >= SURE else None


def leading(suggestions: Sequence[Suggestion]) -> Suggestion | None:
    """The one that a person who reads a single listing may confirm by the common key; any other by its own number."""
    if not suggestions or suggestions[0].score < LIKELY or suggestions[0].contradiction is not None:
        return None
    alone = len(suggestions) == 1 or suggestions[1].score < suggestions[0].score
    return suggestions[0] if alone or suggestions[1].contradiction is not None else None


def _gigabytes(found: re.Match[str]) -> int:
    return int(found.group(1)) * (1000 if found.group(2).upper() == "T" else 1)


def _binary(size: int) -> int:
    # A terabyte is written 1TB, 1000GB and 1024GB.
    return {1024: 1000, 2048: 2000, 4096: 4000}.get(size, size)


_DISK = re.compile(r"\bSSD\s+(\d{1,5})\s*([GT])?B?\b", re.IGNORECASE)


def _disk(title: str) -> str:
    """The storage that a title names; of a laptop the disk, which follows its memory: `8GB SSD 256`."""
    disk = _DISK.search(title)
    if disk is not None:
        size = int(disk.group(1)) * (1000 if (disk.group(2) or "").upper() == "T" else 1)
    else:
        found = _STORAGE.search(title)
        size = _gigabytes(found) if found else 0
    size = _binary(size)
    if not size:
        return ""
    return f"{size // 1000} TB" if size % 1000 == 0 else f"{size} GB"


_NO_COLOUR = re.compile(
    r"\d|unlock|locked|qwerty|azerty|core|ram|ssd|wi-?fi|gps|cellular|dual|sim|english|french|german|keyboard",
    re.IGNORECASE,
)


def _may_be_colour(part: str) -> bool:
    return len(part) <= 40 and _NO_COLOUR.search(part) is None
