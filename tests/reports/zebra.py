"""A label printer on loopback: takes ZPL on a port of its own and reads it as a printer would."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """One field of a label: where it is, how it is drawn (A, BC, BQ, BX), and what it says."""

    x: int
    y: int
    kind: str
    parameters: tuple[str, ...]
    data: str


@dataclass
class ZplLabel:
    """One ^XA ... ^XZ."""

    width: int = 0
    height: int = 0
    utf8: bool = False
    module: int = 0
    fields: list[Field] = field(default_factory=list)

    def said(self, kind: str) -> list[str]:
        return [one.data for one in self.fields if one.kind == kind]


def parse(body: str) -> list[ZplLabel]:
    """Every label of a job. Raises ValueError for what a printer would not know, or would take for something else."""
    labels: list[ZplLabel] = []
    label: ZplLabel | None = None
    x = y = 0
    kind, parameters, hexed, data, block = "", (), "", "", False
    for command, rest in re.findall(r"\^([A-Z0-9]{2})([^^~]*)", body):
        rest = rest.rstrip("\n")
        if command == "XA":
            label = ZplLabel()
            continue
        if label is None:
            raise ValueError(f"^{command} outside of a label")
        match command:
            case "XZ":
                labels.append(label)
                label = None
            case "CI":
                label.utf8 = rest == "28"
            case "PW":
                label.width = int(rest)
            case "LL":
                label.height = int(rest)
            case "FO":
                x, y = (int(one) for one in rest.split(","))
            case "BY":
                label.module = int(rest.split(",")[0])
            case "A0" | "BC" | "BQ" | "BX":
                kind, parameters = command, tuple(rest.split(","))
            case "FH":
                hexed = rest
            case "FD":
                data = _unhexed(rest, hexed)
            case "FS":
                data = _unfolded(data) if kind == "A0" and block else data
                block = False
                label.fields.append(Field(x, y, kind, parameters, data))
                hexed = ""
            case "FB":
                block = True
            case "LH":
                pass
            case _:
                raise ValueError(f"^{command} is unknown")
    if label is not None:
        raise ValueError("a label has no end")
    return labels


def code128_text(data: str) -> str:
    """What the bars of ^BC say, from the subsets that are named in it."""
    signs = {">0": ">", "><": "^", ">=": "~"}
    found, subset, at = "", "", 0
    while at < len(data):
        two = data[at : at + 2]
        if two in (">:", ">;", ">5", ">6"):
            subset = {">:": "B", ">;": "C", ">5": "C", ">6": "B"}[two]
            at += 2
        elif subset == "C":
            if not re.fullmatch("[0-9]{2}", two):
                raise ValueError(f"{two!r} is no pair of digits")
            found, at = found + two, at + 2
        elif two in signs:
            found, at = found + signs[two], at + 2
        elif data[at] == ">" or not subset:
            raise ValueError(f"{two!r} means nothing")
        else:
            found, at = found + data[at], at + 1
    return found


@dataclass
class Zebra:
    """A printer that is switched on."""

    port: int
    jobs: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def labels(self) -> list[ZplLabel]:
        return [label for job in self.jobs for label in parse(job)]


@contextmanager
def zebra(port: int = 0) -> Iterator[Zebra]:
    """A printer on this port (0: a free one), off again at the end."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        printer = Zebra(listener.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                with line:
                    parts = []
                    while part := line.recv(65536):
                        parts.append(part)
                    printer.jobs.append(b"".join(parts).decode())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield printer
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def free_port() -> int:
    """A port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _unfolded(data: str) -> str:
    """In a block a backslash begins a new line, a hyphen that may be, or a backslash."""
    signs = {"\\\\": "\\", "\\&": "\n", "\\(": ""}
    return re.sub(r"\\[\\&(]", lambda found: signs[found[0]], data)


def _unhexed(data: str, sign: str) -> str:
    if not sign:
        return data
    return re.sub(re.escape(sign) + "([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), data)
