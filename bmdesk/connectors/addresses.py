"""Addresses that people type into an account's settings: what may stand in them. No network is asked."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """Scheme, host and port of an address that has nothing else. `port` is None where none was given."""

    scheme: str
    name: str
    port: int | None

    def __str__(self) -> str:
        shown = f"[{self.name}]" if ":" in self.name else self.name
        return f"{self.scheme}://{shown}" + (f":{self.port}" if self.port else "")

    @property
    def on_loopback(self) -> bool:
        """Whether it is this machine itself, which needs neither https nor a proxy."""
        return is_loopback(self.name)


def bare_address(url: str) -> Address | None:
    """The parts of an address of scheme and host alone; None for anything else (a path, a user, a bad port)."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    name = parts.hostname or ""
    bare = parts.path in {"", "/"} and not parts.query and not parts.fragment and "@" not in parts.netloc
    if not bare or not re.fullmatch(r"[a-z0-9.:-]+", name):
        return None
    return Address(parts.scheme, name, port)


def is_loopback(name: str) -> bool:
    """Whether a host's name or number means this machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
