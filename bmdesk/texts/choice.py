"""Which language is in use, and which one a person meant by setting, environment or system.

Knows which catalogues there are, not what stands in them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

__all__ = ["SOURCE", "SYSTEM", "VARIABLE", "language", "languages", "meant", "use_language"]

SOURCE = "en"
"""The language that is whole by definition: what another one lacks is said in it."""

SYSTEM = "system"
"""As a setting: whatever this computer's own language is."""

VARIABLE = "BMDESK_LANG"
_HERE = Path(__file__).parent
_language = SOURCE


def language() -> str:
    """The language in use, as an ISO 639-1 code."""
    return _language


def use_language(code: str) -> None:
    """Choose the language for all texts from now on. Falls back to English where no catalogue exists for it."""
    global _language
    _language = code if code in languages() else SOURCE


@cache
def languages() -> tuple[str, ...]:
    """Every language that has a catalogue, English first."""
    found = {path.parent.parent.name for path in _HERE.glob("*/LC_MESSAGES/bmdesk.[mp]o")}
    return (SOURCE, *sorted(found - {SOURCE}))


def meant(
    given: str = "", *, kept: Callable[[], str] = lambda: SYSTEM, environ: Mapping[str, str] = os.environ
) -> str:
    """The language that is `given`, else that of BMDESK_LANG, else the `kept` setting's, else the system's.

    Each may be a code such as `de`, a locale such as `de_AT.UTF-8`, "system" or nothing; one without a catalogue is
    passed over. `kept` is asked only when it is needed.
    """
    asked: tuple[Callable[[], str], ...] = (lambda: given, lambda: environ.get(VARIABLE, ""), kept)
    for named in asked:
        code = _code(named())
        if code in languages():
            return code
    system = [_code(one) for one in _of_the_system(environ)]
    return next((code for code in system if code in languages()), SOURCE)


def _code(named: str) -> str:
    return named.strip().replace("-", "_").partition("_")[0].partition(".")[0].lower()


def _of_the_system(environ: Mapping[str, str]) -> list[str]:
    """What the system says, the strongest first. `C` and `POSIX` name no language of people: English."""
    named = [environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)]
    if named:
        return [*environ.get("LANGUAGE", "").split(":"), *named] if named[0][:1] not in {"C", "P"} else []
    if sys.platform == "win32":
        import ctypes
        import locale

        return [locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")]
    return []
