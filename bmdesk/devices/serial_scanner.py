"""A barcode scanner on a serial port (or a USB one that pretends to be one), read on its own thread.

Knows bytes, lines, silence and unplugging. Refuses to know what a scan means: the callback gets the text
with the name of the seat the scanner belongs to, so that two scanners on one station serve two operators.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import serial

from bmdesk.texts import Failure

LONGEST = 400  # bytes; no card or identifier comes near
SILENCE = 0.06  # seconds; scanners without a suffix end a scan by falling silent
_WAIT = 0.02  # seconds a read waits, so that silence and stopping are noticed


class ScannerUnplugged(Failure):
    """The port is not there, is taken, or went away. Parameters: `seat`, `port`, `reason`. It is tried
    again by itself."""

    code = "device.scanner_unplugged"


class ScanTooLong(Failure):
    """More bytes without an end than any barcode has: a wrong baud rate, or not a scanner. Parameters:
    `seat`, `limit`."""

    code = "device.scan_too_long"


class SerialScanner:
    """Reads one port from start() to stop(), through unplugging and plugging in again.

    `deliver(seat, text)` gets each scan, never empty, in order. `said(problem)` gets a Failure when the
    scanner is lost or babbles, and None when it is there (again). Both are called on the scanner's thread
    and must return at once, without raising: hand over to a queue.
    """

    def __init__(
        self,
        port: str,
        deliver: Callable[[str, str], None],
        *,
        baud: int = 9600,
        seat: str = "",
        said: Callable[[Failure | None], None] | None = None,
        retry_seconds: float = 1.0,
    ) -> None:
        self._port = port
        self._baud = baud
        self._seat = seat
        self._deliver = deliver
        self._said = said or (lambda _problem: None)
        self._retry_seconds = retry_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lost = False

    def start(self) -> None:
        """Begin to read; returns at once, also when the port is not there yet."""
        if self._thread is not None:
            raise RuntimeError("a scanner starts once")
        self._thread = threading.Thread(target=self._run, name=f"scanner {self._port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop and close the port; no callback comes after this returns."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            line = self._open()
            if line is None:
                self._stop.wait(self._retry_seconds)
                continue
            with line:
                self._lost = False
                self._said(None)
                self._read(line)

    def _open(self) -> serial.Serial | None:
        try:
            return serial.Serial(self._port, self._baud, timeout=_WAIT, exclusive=True)
        except (OSError, ValueError) as error:  # a baud rate no port has is a ValueError
            self._say_lost(error)
            return None

    def _read(self, line: serial.Serial) -> None:
        scans = ScanLines()
        while not self._stop.is_set():
            try:
                chunk = line.read(line.in_waiting or 1)
            except OSError as error:
                self._say_lost(error)
                return
            for text in scans.take(chunk, time.monotonic()):
                self._deliver(self._seat, text)
            if scans.overflowed():
                self._said(ScanTooLong(seat=self._seat or self._port, limit=LONGEST))

    def _say_lost(self, error: Exception) -> None:
        if self._lost:
            return  # said once, not at every try
        self._lost = True
        reason = getattr(error, "strerror", None) or str(error)
        self._said(ScannerUnplugged(seat=self._seat or self._port, port=self._port, reason=reason[:200]))


class ScanLines:
    """Cuts a stream of bytes into scans: at CR, LF or NUL, or after a silence. A scan over the limit is
    dropped whole."""

    def __init__(self, silence: float = SILENCE, limit: int = LONGEST) -> None:
        self._silence = silence
        self._limit = limit
        self._held = bytearray()
        self._last = 0.0
        self._dropping = False
        self._overflowed = False

    def take(self, chunk: bytes, now: float) -> list[str]:
        """The scans that are complete after these bytes, which may be none: silence counts. `now` in
        seconds."""
        done: list[str] = []
        if (self._held or self._dropping) and now - self._last >= self._silence:
            done += self._end()
        if chunk:
            self._last = now
        for byte in chunk:
            if byte in b"\r\n\0":
                done += self._end()
            elif not self._dropping:
                self._held.append(byte)
                if len(self._held) > self._limit:
                    self._held.clear()
                    self._dropping = self._overflowed = True
        return done

    def overflowed(self) -> bool:
        """Whether a scan was dropped since this was asked last."""
        was, self._overflowed = self._overflowed, False
        return was

    def _end(self) -> list[str]:
        text = self._held.decode("utf-8", errors="replace").strip()
        self._held.clear()
        self._dropping = False
        return [text] if text else []
