"""Printing labels at this station: on a printer of the system at once, on one of the network through the queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bmdesk.domain.label_template import Label, LabelSize
from bmdesk.reports import label_words, zpl_printer
from bmdesk.reports.label_zpl import zpl
from bmdesk.reports.labels import print_labels
from bmdesk.reports.zpl_printer import Address, PrinterOffline
from bmdesk.services import printing
from bmdesk.services.desk import Actor, Desk
from bmdesk.system import machine as m
from bmdesk.system.machine import MachineSettings
from bmdesk.texts import Text

TOGETHER = 5
"""So many labels go to a printer on the network at once."""

_END = "^XZ\n"


@dataclass(frozen=True, slots=True)
class Station:
    """Where this station prints its labels: `network`, or the system's printer `name` ("" for the default one)."""

    name: str
    network: Address | None = None
    dpi: int = 203

    @classmethod
    def of(cls, machine: MachineSettings, named: str | None = None) -> Station:
        """As the machine's settings say; `named` is another printer: of the system, or `zpl:HOST[:PORT]`.

        Raises BadAddress.
        """
        name = machine.get(m.LABEL_PRINTER) if named is None else named
        dpi = machine.get(m.LABEL_DPI)
        if name == zpl_printer.NAME:
            return cls(name, Address.parse(machine.get(m.LABEL_NETWORK)), dpi)
        if name.startswith(f"{zpl_printer.NAME}:"):
            return cls(name, Address.parse(name.removeprefix(f"{zpl_printer.NAME}:")), dpi)
        return cls(name)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job ready for the queue; `body` is "" where the system's printer has it already."""

    kind: str
    name: str
    count: int
    printer: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of the queue: jobs sent now, jobs that wait still, and why."""

    sent: int
    waiting: int
    problem: Text | None = None


def prepare(
    desk: Desk, kind: str, names: Sequence[str], station: Station, size: LabelSize | None = None
) -> Prepared:
    """Print on the system's printer, or make the job that `hand_in` keeps. Writes nothing into the store.

    Raises NothingOfThatName, NoLabels, NothingToScan, PrinterUnavailable.
    """
    return prepare_labels(desk, label_words.labels_of(desk, kind, names), kind, station, size)


def prepare_labels(
    desk: Desk, labels: Sequence[Label], kind: str, station: Station, size: LabelSize | None = None
) -> Prepared:
    """The same for labels whose words are known already."""
    template = label_words.template_of(desk, kind)
    size = size or label_words.label_size(desk, template)
    name = labels[0].scanned if labels else ""
    if station.network is None:
        print_labels(labels, station.name, template, size)
        return Prepared(kind, name, len(labels))
    body = zpl(labels, template, size, station.dpi)
    return Prepared(kind, name, len(labels), str(station.network), body)


def hand_in(desk: Desk, actor: Actor, job: Prepared) -> printing.Queued:
    """Keep the job for its printer, many labels in parts; `drain` sends them one after the other.

    So a printer without paper prints a few of them twice at the most, and the rest can be cancelled.
    """
    labels = [one + _END for one in job.body.split(_END)[:-1]]
    parts = ["".join(labels[at : at + TOGETHER]) for at in range(0, len(labels), TOGETHER)]
    counts = [part.count(_END) for part in parts]
    return printing.add(desk, actor, job.printer, job.kind, job.name, list(zip(counts, parts, strict=True)))


def drain(desk: Desk, keep_going: Callable[[], bool] = lambda: True) -> Drained:
    """Send what is due at this station. Waits for the network: neither for the GUI thread nor for a transaction."""
    sent = 0
    while keep_going() and (claimed := printing.claim(desk)) is not None:
        try:
            zpl_printer.send(Address.parse(claimed.job.printer), claimed.body)
        except PrinterOffline as off:
            reason = off.params["reason"]
            assert isinstance(reason, Text)
            if off.unclear:
                printing.perhaps_printed(desk, claimed.job, reason)
            else:
                printing.not_printed(desk, claimed.job, reason)
        else:
            printing.printed(desk, claimed.job)
            sent += 1
    left = printing.standing(desk)
    return Drained(sent, left.count, left.problem)
