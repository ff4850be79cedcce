"""Whether bmdesk starts when this person logs in: the one entry that each desktop has for that.

Linux: a file in the XDG autostart folder. macOS: a launch agent. Windows: a value of the person's own Run key. Nothing
else of the system is touched, and nothing needs an administrator. The entry itself is the truth; no setting repeats it.
"""

from __future__ import annotations

import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bmdesk.system.durable import FileNotWritten, replacing, why
from bmdesk.system.paths import DataDir

_NAME = "bmdesk"
_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
_WINDOWED = "bmdesk-desk"
_SWITCHED_OFF = re.compile(r"\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*")
_MOST_BYTES = 20_000
HIDDEN = "--hidden"
"""Nobody asked for the window at a login: bmdesk begins as an icon of the desktop, where there is a place for one."""


class Autostart:
    """The entry of one person on this computer for this data folder."""

    def __init__(
        self,
        data: DataDir,
        *,
        platform: str = sys.platform,
        home: Path | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._platform = platform
        self._home = home or Path.home()
        self._environ = environ
        self._command = command(data)

    def is_on(self) -> bool:
        """Whether there is an entry that the desktop heeds: its own settings switch one off by a line in it."""
        if self._platform == "win32":
            return _registry_value() is not None
        try:
            lines = self.file.read_bytes()[:_MOST_BYTES].decode("utf-8", "replace").splitlines()
        except OSError:
            return False
        return not any(_SWITCHED_OFF.fullmatch(line) for line in lines)

    @property
    def file(self) -> Path:
        """The entry, where it is a file."""
        if self._platform == "darwin":
            return self._home / "Library" / "LaunchAgents" / f"{_NAME}.plist"
        given = Path(self._environ.get("XDG_CONFIG_HOME", ""))
        config = given if given.is_absolute() else self._home / ".config"
        return config / "autostart" / f"{_NAME}.desktop"

    def turn_on(self) -> None:
        """Make the entry, or make it anew. Raises FileNotWritten."""
        if self._platform == "win32":
            _set_registry_value(subprocess.list2cmdline(self._command))
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileNotWritten(path=str(self.file), reason=why(error)) from error
        with replacing(self.file) as out:
            out.write(self._as_plist() if self._platform == "darwin" else self._as_desktop_entry())

    def turn_off(self) -> None:
        """Take the entry away. Raises FileNotWritten."""
        if self._platform == "win32":
            _set_registry_value(None)
            return
        try:
            self.file.unlink(missing_ok=True)
        except OSError as error:
            raise FileNotWritten(path=str(self.file), reason=why(error)) from error

    def _as_desktop_entry(self) -> bytes:
        lines = [
            "[Desktop Entry]",
            "Type=Application",
            "Name=bmdesk",
            f"Exec={' '.join(_quoted(part) for part in self._command)}",
            "Icon=bmdesk",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
            "X-GNOME-Autostart-Delay=5",
        ]
        return ("\n".join(lines) + "\n").encode()

    def _as_plist(self) -> bytes:
        agent = {"Label": _NAME, "ProgramArguments": list(self._command), "RunAtLoad": True}
        return plistlib.dumps({**agent, "ProcessType": "Interactive"})


def command(data: DataDir) -> Sequence[str]:
    """The words that open this window at a login; the data folder only where it is not this person's usual one."""
    program = [sys.executable, "-m", "bmdesk"]
    if getattr(sys, "frozen", False):
        here = Path(sys.executable)
        windowed = here.with_name(_WINDOWED + here.suffix)
        program = [str(windowed if windowed.exists() else here)]
    usual = DataDir.choose(None, {}).root
    where = [] if data.root == usual else ["--data", str(data.root)]
    return [*program, *where, HIDDEN]


def _quoted(part: str) -> str:
    """One argument as the Exec line of the desktop entry specification wants it, its own escaping included."""
    inner = "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in part)
    return '"' + inner.replace("\\", "\\\\").replace("%", "%%") + '"'


def _registry_value() -> str | None:
    winreg = _winreg()
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
            return str(winreg.QueryValueEx(key, _NAME)[0])
    except OSError:
        return None


def _set_registry_value(value: str | None) -> None:
    winreg = _winreg()
    try:
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, _RUN_KEY, 0, winreg.KEY_SET_VALUE) as key:
            if value is not None:
                winreg.SetValueEx(key, _NAME, 0, winreg.REG_SZ, value)
            else:
                winreg.DeleteValue(key, _NAME)
    except FileNotFoundError:
        pass  # there was none to take away
    except OSError as error:
        raise FileNotWritten(path=_RUN_KEY, reason=why(error)) from error


def _winreg() -> Any:
    import importlib

    return importlib.import_module("winreg")  # only Windows has it
