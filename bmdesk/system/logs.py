"""The log file of one data folder: it turns over by size, and holds neither secrets nor customer data.

Everything written passes `masked`, tracebacks included. What cannot be told from ordinary words (a customer's
name) may not be logged at all: log identities, not values.
"""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bmdesk.system.durable import FileNotWritten, why

_BYTES_PER_FILE = 2_000_000
_FILES_KEPT = 5

_TALKATIVE = ("httpx", "httpcore")


def start_logging(folder: Path) -> Path:
    """Send all logging of this process to `folder`/bmdesk.log, readable by this person alone; the file.

    A second call replaces the first. Raises FileNotWritten.
    """
    path = folder / "bmdesk.log"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        handler = RotatingFileHandler(
            path, maxBytes=_BYTES_PER_FILE, backupCount=_FILES_KEPT, encoding="utf-8"
        )
    except OSError as error:
        raise FileNotWritten(path=str(path), reason=why(error)) from error
    handler.setFormatter(MaskingFormatter())
    stop_logging()
    handler.set_name(_OURS)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for library in _TALKATIVE:  # they name whole addresses, with what stands in their queries
        logging.getLogger(library).setLevel(logging.WARNING)
    return path


def stop_logging() -> None:
    """Close what start_logging opened; without it, nothing happens."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if each.get_name() == _OURS]:
        root.removeHandler(handler)
        handler.close()


class MaskingFormatter(logging.Formatter):
    """One line per record (UTC time, level, logger, words) with everything masked, tracebacks too."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def masked(words: str) -> str:
    """These words without what looks like an e-mail address, phone number, IMEI, password or token, and without the
    name of whose computer it is.

    Device numbers and tokens keep their last four characters, so that two of them can be told apart. Unit ids
    stay.
    """
    # Before the e-mail addresses: the end of a password and the host behind it look like one.
    words = _IN_ADDRESS.sub(r"\1<hidden>@", words)
    words = _EMAIL.sub("<e-mail>", words)
    words = _HOME.sub(r"\1<user>", words)
    words = _NAMED.sub(lambda found: found[1] + _last_four(found[2]), words)
    words = _PHONE.sub("<phone>", words)
    words = _LONG_NUMBER.sub(lambda found: _last_four(found[0]), words)
    return _OPAQUE.sub(lambda found: _last_four(found[0]) if _is_opaque(found[0]) else found[0], words)


_OURS = "bmdesk-file"
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_IN_ADDRESS = re.compile(r"(\b[a-z][a-z0-9+]{1,20}://)\S{1,500}@", re.IGNORECASE)
_HOME = re.compile(
    r"""((?<!\w)/(?:home|Users|media|run/media)/|\b[A-Za-z]:(?:/|\\{1,2})Users(?:/|\\{1,2}))"""
    r"""[^/\\'"<>|:*?\n]{1,100}?(?=[/\\'"\n]|$)"""
)
_NAMED = re.compile(
    r"""(\b(?:bearer|basic)\s+|["']?\b(?:\w*token|\w*password|passwd|\w*secret|passphrase|pin|api[_-]?key|authorization)["']?\s*[:=]\s*["']?)"""
    r"""((?!bearer\b|basic\b)[^\s"',;&]+)""",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w+])\+\d[\d ().-]{7,18}\d")
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z.])\d{14,20}(?![0-9A-Za-z])")
_OPAQUE = re.compile(r"[A-Za-z0-9+_-]{24,}={0,2}")
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def _is_opaque(run: str) -> bool:
    """Whether this long run of characters is random rather than words: a token, a key, a hash."""
    if _ULID.fullmatch(run):
        return False
    if not re.search(r"[0-9]", run):
        return False
    hexadecimal = re.fullmatch(r"[0-9a-f-]{32,}|[0-9A-F-]{32,}", run)
    mixed = re.search(r"[a-z]", run) and re.search(r"[A-Z]", run)
    return bool(hexadecimal or mixed or run.endswith("="))


def _last_four(hidden: str) -> str:
    return "…" + hidden[-4:] if len(hidden) >= 12 else "…"
