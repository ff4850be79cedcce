"""Turns a Text into words of the chosen language.

Templates are `str.format` templates with named fields only. The .po files are the source; a compiled .mo beside them is
used while it is newer, else the .po is compiled in memory (Babel), so a checkout never shows stale words.

A template may have plural forms. The number that chooses one is the field `count`, else the first whole number in the
order of names; numbers, days and moments are written as the language does (`texts.locale`).
"""

from __future__ import annotations

import gettext
import io
import re
import string
import threading
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from bmdesk.texts import locale
from bmdesk.texts.choice import SOURCE, language
from bmdesk.texts.message import Amount, Text, msg

_HERE = Path(__file__).parent
_lock = threading.Lock()
_loaded: dict[str, gettext.NullTranslations] = {}
_MANY = 2
_NAMING = frozenset(
    (
        "code",
        "generation",
        "id",
        "line",
        "number",
        "order",
        "port",
        "row",
        "schema",
        "status",
        "version",
        "year",
    )
)
"""Fields whose number names a thing instead of counting: order 40000001, never order 40,000,001."""


_DAYS = frozenset(("on",))
_SUMS = frozenset(("cost", "before", "after"))
"""Fields that the store keeps as words, and a history as they were written: read back to be shown."""
_SUM = re.compile(r"(-?\d{1,12}(?:\.\d{1,4})?) ([A-Z]{3})")


class UnknownText(KeyError):
    """A code that the catalogue does not hold: a bug, found by the tests before a person meets it."""


def t(code: str, /, **params: object) -> str:
    """The words for this code, at once: the short form for places that show the text where they name it."""
    return render(msg(code, **params))


def render(text: Text) -> str:
    """The words of this text in the language in use. Raises UnknownText for a code that no catalogue holds."""
    values = {name: _shown(_read_back(name, value), naming=name in _NAMING) for name, value in text.params}
    return string.Formatter().vformat(_template(text), (), _Strict(values, text.code))


def codes(lang: str = SOURCE) -> Mapping[str, tuple[str, ...]]:
    """Every code of a catalogue with its template, or its plural forms in order (for the tests that guard it)."""
    catalogue = _catalogue(lang)
    assert isinstance(catalogue, gettext.GNUTranslations)
    found: dict[str, list[str]] = {}
    for key, words in sorted(catalogue._catalog.items(), key=str):  # type: ignore[attr-defined]
        if key:
            found.setdefault(key if isinstance(key, str) else key[0], []).append(str(words))
    return {code: tuple(forms) for code, forms in found.items()}


def _template(text: Text) -> str:
    for lang in (language(), SOURCE):
        catalogue, number = _catalogue(lang), _governing(text)
        # A catalogue answers with the code itself for what it does not hold.
        for found in (catalogue.ngettext(text.code, text.code, number), catalogue.gettext(text.code)):
            if found != text.code:
                return found
    raise UnknownText(text.code)


def _governing(text: Text) -> int:
    """The number that chooses the plural form; many, where the text has none."""
    counts = {
        name: value
        for name, value in text.params
        if isinstance(value, int) and not isinstance(value, bool) and name not in _NAMING
    }
    return counts.get("count", next(iter(counts.values()), _MANY))


def _read_back(name: str, value: object) -> object:
    """A kept day as a day, a kept sum as it is written here; anything else as it is."""
    if not isinstance(value, str):
        return value
    if name in _DAYS:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    found = _SUM.fullmatch(value) if name in _SUMS else None
    return locale.money(Decimal(found[1]), found[2]) if found else value


def _shown(value: object, *, naming: bool = False) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, Text):
        return render(value)
    if isinstance(value, tuple):
        return ", ".join(str(_shown(v, naming=True)) for v in value)
    if isinstance(value, datetime):
        return locale.moment(value)
    if isinstance(value, date):
        return locale.day(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and not naming:
        return locale.number(value)
    return locale.money(value.amount, value.currency) if isinstance(value, Amount) else value


class _Strict(dict[str, object]):
    def __init__(self, values: dict[str, object], code: str) -> None:
        super().__init__(values)
        self._code = code

    def __missing__(self, key: str) -> object:
        raise UnknownText(f"{self._code}: no parameter {key}")


def _catalogue(lang: str) -> gettext.NullTranslations:
    with _lock:
        if lang not in _loaded:
            _loaded[lang] = _load(_po(lang))
        return _loaded[lang]


def _po(lang: str) -> Path:
    return _HERE / lang / "LC_MESSAGES" / "bmdesk.po"


def _load(po: Path) -> gettext.NullTranslations:
    mo = po.with_suffix(".mo")
    if mo.exists() and (not po.exists() or mo.stat().st_mtime_ns >= po.stat().st_mtime_ns):
        with mo.open("rb") as compiled:
            return gettext.GNUTranslations(compiled)
    compiled_bytes = compile_catalogue(po)
    try:
        mo.write_bytes(compiled_bytes)
    except OSError:
        pass  # a read-only installation: compile again next time
    return gettext.GNUTranslations(io.BytesIO(compiled_bytes))


def compile_catalogue(po: Path) -> bytes:
    """The .mo bytes of this .po file. Raises on a malformed catalogue."""
    from babel.messages.mofile import write_mo  # only a checkout pays for this import
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()
