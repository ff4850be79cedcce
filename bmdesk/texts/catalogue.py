"""Turns a Text into words of the chosen language.

Templates are `str.format` templates with named fields only. The .po files are the source; a compiled .mo beside them is
used while it is newer, else the .po is compiled in memory (Babel), so a checkout never shows stale words.
"""

from __future__ import annotations

import gettext
import io
import string
import threading
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from bmdesk.texts.message import Text, msg

_HERE = Path(__file__).parent
_SOURCE = "en"
_lock = threading.Lock()
_loaded: dict[str, gettext.NullTranslations] = {}
_language = _SOURCE


class UnknownText(KeyError):
    """A code that the catalogue does not hold: a bug, found by the tests before a person meets it."""


def language() -> str:
    """The language in use, as an ISO 639-1 code."""
    return _language


def use_language(code: str) -> None:
    """Choose the language for all texts from now on. Falls back to English where no catalogue exists for it."""
    global _language
    _language = code if _po(code).exists() or _po(code).with_suffix(".mo").exists() else _SOURCE


def t(code: str, /, **params: object) -> str:
    """The words for this code, at once: the short form for places that show the text where they name it."""
    return render(msg(code, **params))


def render(text: Text) -> str:
    """The words of this text in the language in use. Raises UnknownText for a code that no catalogue holds."""
    values = {name: _shown(value) for name, value in text.params}
    return string.Formatter().vformat(_template(text.code), (), _Strict(values, text.code))


def codes() -> Mapping[str, str]:
    """Every code of the source catalogue with its English template (for the tests that guard the catalogue)."""
    catalogue = _catalogue(_SOURCE)
    assert isinstance(catalogue, gettext.GNUTranslations)
    return {str(k): str(v) for k, v in catalogue._catalog.items() if k}  # type: ignore[attr-defined]


def _template(code: str) -> str:
    for lang in (_language, _SOURCE):
        found = _catalogue(lang).gettext(code)
        if found != code:
            return found
    raise UnknownText(code)


def _shown(value: object) -> object:
    if isinstance(value, Text):
        return render(value)
    if isinstance(value, tuple):
        return ", ".join(str(_shown(v)) for v in value)
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value


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
