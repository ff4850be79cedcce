"""Addresses among the settings: how they are read, and what of one may be shown. A password never stands in one."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit


def address(text: str) -> str:
    """`scheme://host[:port]` in lower case, or nothing. The token goes there: plain http only inside this machine."""
    given = text.strip().removesuffix("/").lower()
    if not given:
        return ""
    if not re.fullmatch(r"https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", given):
        raise ValueError
    parts = urlsplit(given)
    if parts.port == 0 or (parts.scheme == "http" and not _is_loopback(parts.hostname or "")):
        raise ValueError
    return given


def odoo_address(text: str) -> str:
    """What of an address, as the browser shows it, leads to Odoo's server: scheme, host and port.

    Without a scheme it is https, on this machine http.
    """
    given = text.strip()
    if not given:
        return ""
    if "@" in given:  # a password may hold any sign, and none of it is a host
        raise ValueError
    scheme, found, rest = given.partition("://") if re.match(r"[A-Za-z]+://", given) else ("", "", given)
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not found:
        scheme = "http" if _is_loopback(host.rpartition(":")[0] or host) else "https"
    return address(f"{scheme}://{host}")


def proxy(text: str) -> str:
    """`http://host[:port]`, or nothing. Without a password: that would be no secret here."""
    given = text.strip().removesuffix("/").lower()
    if given and not re.fullmatch(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", given):
        raise ValueError
    return given


def shown_of(name: str, given: str) -> str:
    """What was given for this setting, as a refusal may show it: no password that stood in an address."""
    if name.endswith(("url", "proxy")):
        given = re.sub(r"^(\w+://)?.*@", r"\1***@", given.strip(), flags=re.DOTALL)
    return given[:60]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
