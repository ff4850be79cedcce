"""What belongs to this machine, not to the business: station name, printers, scanner, look, store address.

Policies, accounts and mappings live in the store. The file is shared by the window and the command line:
every change reads it again, alters its one key and replaces the file whole. A damaged file is set aside and
said, never overwritten.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from bmdesk.system.durable import FileNotWritten, replacing, why
from bmdesk.texts import Failure, Text, choice, languages, msg

OFF = "off"
TEXT_SIZES = (100, 125, 150)
"""Percent of the usual size that words may have on screen."""

_MAX_BYTES = 1_000_000
_Value = TypeVar("_Value", str, bool, int, tuple[str, ...])


class SettingRefused(Failure):
    """This value cannot be taken. Parameters: key, value, reason."""

    code = "machine.setting_refused"


@dataclass(frozen=True, slots=True)
class Key(Generic[_Value]):
    """One setting: its name in the file and on the command line, type, default, meaning and check."""

    name: str
    kind: type[_Value]
    default: Callable[[], _Value]
    meaning: Text
    check: Callable[[_Value], Text | None] = lambda _: None

    def accept(self, value: object) -> _Value:
        """This value, checked. Raises SettingRefused."""
        if self.kind is tuple and isinstance(value, list):
            value = tuple(value)
        right = type(value) is self.kind
        if right and isinstance(value, tuple):
            right = all(isinstance(one, str) for one in value)
        reason = self.check(cast(_Value, value)) if right else _EXPECTED[self.kind]
        if reason is not None:
            raise SettingRefused(key=self.name, value=_short(value), reason=reason)
        return cast(_Value, value)

    def parse(self, words: str) -> _Value:
        """The value that these words of the command line or a text field mean. Raises SettingRefused."""
        words = words.strip()
        value: object = words
        if self.kind is bool:
            value = _YES_NO.get(words.casefold(), words)
        elif self.kind is int:
            value = int(words) if re.fullmatch(r"-?[0-9]{1,9}", words) else words
        elif self.kind is tuple:
            value = tuple(part.strip() for part in words.split(",") if part.strip())
        return self.accept(value)


class MachineSettings:
    """The settings of one settings.json. Reading never fails: what cannot be used is said in `notices`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notices: tuple[Text, ...] = ()
        self._values: dict[str, Any] = {}
        self._unreadable: Text | None = None
        self.reload()

    def reload(self) -> None:
        """Read the file again, as another process may have changed it. Sets `notices` anew."""
        notices: list[Text] = []
        self._unreadable = None
        try:
            self._values = _read(self._path, notices)
        except OSError as error:
            self._values, self._unreadable = {}, why(error)
            notices.append(msg("machine.settings_unreadable", path=str(self._path), reason=why(error)))
        for key in KEYS.values():
            if key.name in self._values:
                try:
                    self._values[key.name] = key.accept(self._values[key.name])
                except SettingRefused as refused:
                    # The file keeps the odd value until a person sets a better one; meanwhile the default
                    # holds.
                    notices.append(refused.happened)
        self.notices = tuple(notices)

    def get(self, key: Key[_Value]) -> _Value:
        """The value in force: the file's where it is good, else the default."""
        try:
            return key.accept(self._values[key.name]) if key.name in self._values else key.default()
        except SettingRefused:
            return key.default()

    def set(self, key: Key[_Value], value: _Value) -> None:
        """Keep this value, durable on return.

        Raises SettingRefused or FileNotWritten; then nothing changed.
        """
        value = key.accept(value)
        self.reload()
        self._write({**self._values, key.name: value})

    def reset(self, key: Key[_Value]) -> None:
        """Back to the default. Raises FileNotWritten."""
        self.reload()
        self._write({name: value for name, value in self._values.items() if name != key.name})

    def _write(self, values: dict[str, Any]) -> None:
        if self._unreadable is not None:  # replacing what we could not read would lose its other settings
            raise FileNotWritten(path=str(self._path), reason=self._unreadable)
        with replacing(self._path) as file:
            file.write(json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n")
        self._values = values


def _read(path: Path, notices: list[Text]) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return {}
    try:
        if len(content) > _MAX_BYTES:
            raise ValueError("too large")
        values = json.loads(content.decode("utf-8-sig"))
        if not isinstance(values, dict):
            raise ValueError("not an object")
    except (ValueError, RecursionError):
        notices.append(msg("machine.settings_damaged", path=str(path), kept=_set_aside(path)))
        return {}
    return values


def _set_aside(path: Path) -> str:
    for n in range(1, 1000):
        aside = path.with_name(f"{path.name}.damaged-{n}")
        if not aside.exists():
            try:
                path.rename(aside)
            except OSError:
                break
            return aside.name
    return path.name


def _short(value: object) -> str:
    words = str(value)
    return words if len(words) <= 60 else words[:59] + "…"


# ---------------------------------------------------------------- the table of settings


def _own_name() -> str:
    """The machine's host name as a station name: what the check below accepts."""
    host = socket.gethostname().split(".")[0]
    return re.sub(r"[^\w-]+", "-", host).strip("-_")[:40] or "station"


def _is_station(value: str) -> Text | None:
    ok = re.fullmatch(r"[\w][\w .-]{0,39}", value)
    return None if ok and value == value.strip() else msg("machine.reason.station")


def _one_line(value: str) -> Text | None:
    return None if len(value) <= 1000 and value.isprintable() else msg("machine.reason.one_line")


def _one_of(*allowed: str) -> Callable[[str], Text | None]:
    return lambda value: (
        None if value in allowed else msg("machine.reason.one_of", allowed=", ".join(allowed))
    )


def _one_number_of(*allowed: int) -> Callable[[int], Text | None]:
    words = ", ".join(map(str, allowed))
    return lambda value: None if value in allowed else msg("machine.reason.one_of", allowed=words)


def _between(low: int, high: int) -> Callable[[int], Text | None]:
    return lambda value: None if low <= value <= high else msg("machine.reason.between", low=low, high=high)


def _are_prefixes(value: tuple[str, ...]) -> Text | None:
    ok = all(re.fullmatch(r"[!-~]{1,8}", prefix) for prefix in value)
    # One prefix that begins another would give a scan to either operator.
    clash = any(a != b and b.startswith(a) for a in value for b in value) or len(set(value)) < len(value)
    return None if ok and not clash and len(value) <= 8 else msg("machine.reason.prefixes")


def _is_folder_or_empty(value: str) -> Text | None:
    if value and not (Path(value).is_absolute() and _one_line(value) is None):
        return msg("machine.reason.absolute_folder")
    return None


def _is_time_or_off(value: str) -> Text | None:
    ok = value == OFF or re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value)
    return None if ok else msg("machine.reason.time_or_off")


def _is_store_url(value: str) -> Text | None:
    if value and not re.fullmatch(r"postgresql(\+psycopg)?://[!-~]{1,500}", value):
        return msg("machine.reason.store_url")
    return None


_YES_NO = {
    **dict.fromkeys(("yes", "on", "true", "1"), True),
    **dict.fromkeys(("no", "off", "false", "0"), False),
}
_EXPECTED: Mapping[type, Text] = {
    str: msg("machine.reason.words"),
    bool: msg("machine.reason.yes_or_no"),
    int: msg("machine.reason.whole_number"),
    tuple: msg("machine.reason.list"),
}

STATION: Key[str] = Key("station", str, _own_name, msg("setting.machine.station"), _is_station)
LABEL_PRINTER: Key[str] = Key("label_printer", str, str, msg("setting.machine.label_printer"), _one_line)
LABEL_NETWORK: Key[str] = Key("label_network", str, str, msg("setting.machine.label_network"), _one_line)
LABEL_DPI: Key[int] = Key(
    "label_dpi", int, lambda: 203, msg("setting.machine.label_dpi"), _between(150, 1200)
)
LABEL_AFTER_DONE: Key[bool] = Key("label_after_done", bool, bool, msg("setting.machine.label_after_done"))
PACK_PAPERS: Key[str] = Key(
    "pack_papers",
    str,
    lambda: "nothing",
    msg("setting.machine.pack_papers"),
    _one_of("nothing", "open", "print"),
)
LOOK: Key[str] = Key(
    "look", str, lambda: "system", msg("setting.machine.look"), _one_of("light", "dark", "system")
)
LANGUAGE: Key[str] = Key(
    "language",
    str,
    lambda: choice.SYSTEM,
    msg("setting.machine.language"),
    _one_of(choice.SYSTEM, *languages()),
)
TEXT_SIZE: Key[int] = Key(
    "text_size", int, lambda: 100, msg("setting.machine.text_size"), _one_number_of(*TEXT_SIZES)
)
SOUNDS: Key[bool] = Key("sounds", bool, lambda: True, msg("setting.machine.sounds"))
SCANNER_GAP_MS: Key[int] = Key(
    "scanner_gap_ms", int, lambda: 50, msg("setting.machine.scanner_gap_ms"), _between(5, 500)
)
SCANNER_PREFIXES: Key[tuple[str, ...]] = Key(
    "scanner_prefixes",
    cast("type[tuple[str, ...]]", tuple),
    tuple,
    msg("setting.machine.scanner_prefixes"),
    _are_prefixes,
)
SCANNER_PORT: Key[str] = Key("scanner_port", str, str, msg("setting.machine.scanner_port"), _one_line)
PHOTO_FOLDER: Key[str] = Key(
    "photo_folder", str, str, msg("setting.machine.photo_folder"), _is_folder_or_empty
)
KEEP_SYNCING: Key[bool] = Key("keep_syncing", bool, lambda: True, msg("setting.machine.keep_syncing"))
STORE_URL: Key[str] = Key("store_url", str, str, msg("setting.machine.store_url"), _is_store_url)
COMPANY: Key[str] = Key("company", str, str, msg("setting.machine.company"), _one_line)
BACKUP_AT: Key[str] = Key(
    "backup_at", str, lambda: "12:30", msg("setting.machine.backup_at"), _is_time_or_off
)
BACKUP_FOLDER: Key[str] = Key(
    "backup_folder", str, str, msg("setting.machine.backup_folder"), _is_folder_or_empty
)
BACKUP_DAYS: Key[int] = Key(
    "backup_days", int, lambda: 7, msg("setting.machine.backup_days"), _between(1, 366)
)
BACKUP_WEEKS: Key[int] = Key(
    "backup_weeks", int, lambda: 4, msg("setting.machine.backup_weeks"), _between(0, 520)
)
WINDOW_GEOMETRY: Key[str] = Key(
    "window_geometry", str, str, msg("setting.machine.window_geometry"), _one_line
)

KEYS: Mapping[str, Key[Any]] = {
    key.name: key
    for key in cast(
        "tuple[Key[Any], ...]",
        (
            STATION,
            LABEL_PRINTER,
            LABEL_NETWORK,
            LABEL_DPI,
            LABEL_AFTER_DONE,
            PACK_PAPERS,
            LOOK,
            LANGUAGE,
            TEXT_SIZE,
            SOUNDS,
            SCANNER_GAP_MS,
            SCANNER_PREFIXES,
            SCANNER_PORT,
            PHOTO_FOLDER,
            KEEP_SYNCING,
            STORE_URL,
            COMPANY,
            BACKUP_AT,
            BACKUP_FOLDER,
            BACKUP_DAYS,
            BACKUP_WEEKS,
            WINDOW_GEOMETRY,
        ),
    )
}
