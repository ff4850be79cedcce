"""A label printer on the network that takes ZPL on a TCP port: where it is, and sending to it.

Such printers answer nothing: taken means that all of it went down the line and the printer closed in peace.
"""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass
from typing import Self

from bmdesk.texts import Failure, Text, msg

PORT = 9100
NAME = "zpl"
"""What the setting of the label printer says where it is the one on the network."""

CONNECT_S, SEND_S, MOST_S, CLOSE_S = 3.0, 10.0, 90.0, 30.0
_PART = 8192


class BadAddress(Failure):
    """A printer's address that cannot be one. Parameter: `given`."""

    code = "printer.bad_address"


class PrinterOffline(Failure):
    """The printer on the network did not take it. Parameters: `printer`, `reason` (a Text)."""

    code = "printer.offline"
    unclear: bool = False
    """It went down the line, and nothing came back: perhaps it is printed, now or when the printer wakes."""


@dataclass(frozen=True, slots=True)
class Address:
    """Host and port of one printer."""

    host: str
    port: int = PORT

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `192.168.1.50`, `zebra.local:9100`, `[fe80::1]:9100`. Raises BadAddress."""
        found = re.fullmatch(r"\s*(?:\[([0-9A-Fa-f:.%]{2,60})\]|([\w.-]{1,200}))(?::([0-9]{1,5}))?\s*", text)
        port = int(found[3] or PORT) if found else 0
        if found is None or not 0 < port < 65536:
            raise BadAddress(given=text[:60])
        return cls(found[1] or found[2], port)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def send(address: Address, body: str) -> None:
    """Give this to the printer. Raises PrinterOffline. May take MOST_S and more: not for the GUI thread.

    A printer that reads as slowly as it prints is waited for; one that stands still is not.
    """
    data, sent = body.encode(), 0
    try:
        with socket.create_connection((address.host, address.port), CONNECT_S) as line:
            until = time.monotonic() + MOST_S
            line.settimeout(SEND_S)
            while sent < len(data):
                sent += line.send(data[sent : sent + _PART])
                if time.monotonic() > until:
                    raise TimeoutError
            line.shutdown(socket.SHUT_WR)
            line.settimeout(CLOSE_S)
            until = time.monotonic() + CLOSE_S
            # A printer that goes away half way shows it here, not in sendall, which only fills a buffer.
            while line.recv(1024):
                if time.monotonic() > until:  # whatever it has to tell, it is not that it has done
                    raise TimeoutError
    except TimeoutError:
        reason = msg("printer.reason_unclear") if sent else msg("printer.reason_no_answer")
        off = PrinterOffline(printer=str(address), reason=reason)
        off.unclear = bool(sent)
        raise off from None
    except (OSError, UnicodeError) as error:  # a name that cannot be one is no OSError
        raise PrinterOffline(printer=str(address), reason=_why(error)) from None


def _why(error: OSError | UnicodeError) -> Text:
    if isinstance(error, socket.gaierror | UnicodeError):
        return msg("printer.reason_no_such_host")
    if isinstance(error, ConnectionRefusedError):
        return msg("printer.reason_refused_line")
    if isinstance(error, ConnectionError):
        return msg("printer.reason_broke_off")
    return msg("printer.reason_no_way")
