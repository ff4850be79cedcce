"""A day at the bench, told through the same scans that people make: receive, test, grade, hold, repair, put away."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from bmdesk.demo.photo import phone_back
from bmdesk.domain.identifiers import luhn_holds
from bmdesk.domain.unit import State
from bmdesk.services import company, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import catalog, expected, receiving
from bmdesk.services.goods.receiving import BatchForm, Preset
from bmdesk.services.grading import bench, repairs
from bmdesk.services.grading.bench import ScanResult, Seat
from bmdesk.services.session import Session, open_session
from bmdesk.store.engine import Connection
from bmdesk.store.queries import units as unit_rows
from bmdesk.system.clock import MOST_SKEW, FixedClock
from bmdesk.system.paths import DataDir, resources_dir
from bmdesk.system.tabular import write_table

PEOPLE = (
    ("ANA", "Ana Moreira", "operator"),
    ("LUIS", "Luís Prado", "operator"),
    ("SAM", "Sam Keller", "supervisor"),
)
BATCH = "TI-041"
MODELS = (
    *("IP13-128-MID",) * 5, *("IP12-64-BLU",) * 4, *("IP11-64-BLK",) * 3, *("GS22-128-GRN",) * 3, "IP14-128-PUR",
    "IP12-128-RED", "IP13-256-STA", "GS21-128-GRY", "PX7-128-OBS", "IPAD9-64-GRY", "MBA-M1-256-SLV",
)  # fmt: skip
MISSING = 2
PHONES = ("IP", "GS", "PX")
EVENING = timedelta(hours=9)


class Fate(Enum):
    """What happens to a device in the story."""

    FINE = auto()
    WORN_BATTERY = auto()
    FAILED_TEST = auto()
    LOCKED = auto()
    CRACKED = auto()
    SET_ASIDE = auto()
    PREMIUM = auto()


WEIGHTS = (68, 9, 7, 4, 4, 3, 5)
FATES = (
    Fate.FINE, Fate.FINE, Fate.WORN_BATTERY, Fate.FAILED_TEST, Fate.PREMIUM, Fate.LOCKED, Fate.FINE, Fate.FAILED_TEST,
    Fate.CRACKED, Fate.PREMIUM, Fate.SET_ASIDE,
)  # fmt: skip
"""The first devices show everything, however short the demo is."""


@dataclass
class Told:
    """The demo's open session after the story, and what happened in it. Whoever asked for the story closes it."""

    session: Session
    clock: FixedClock
    example: str = ""
    units: int = 0
    graded: int = 0
    held: int = 0
    ready: int = 0


@dataclass
class _Teller:
    """Scans as the people of the story do; time passes with every scan."""

    desk: Desk
    clock: FixedClock
    chance: random.Random
    pause: float  # seconds between two scans

    def scan(self, who: str, *texts: str) -> ScanResult:
        """This person scans these, a few seconds apart."""
        seat = Seat("" if who == "ANA" else who.lower())  # Ana's is the window's own seat
        result = None
        for text in texts:
            self.clock.advance(seconds=self.pause)
            result = bench.scan(self.desk, seat, text)
        assert result is not None, "a person scans at least one code"
        return result


def tell(data: DataDir, count: int, progress: Callable[[int], object]) -> Told:
    """Play the whole day into the store of this folder; it ends about now, with one unit still in hand.

    A little before now: at the packing table time passes quicker than outside, and neither may be far from the other.
    """
    now = datetime.now(UTC).replace(microsecond=0) - min(MOST_SKEW * 0.5, count * timedelta(seconds=2))
    clock = FixedClock(now - EVENING)
    session = open_session(data, clock=clock)
    desk = session.desk
    chance = random.Random(41)
    per_unit = EVENING / max(1, count)
    teller = _Teller(desk, clock, chance, pause=min(6.0, per_unit.total_seconds() / 20))
    devices = list(_devices(chance, count + MISSING))
    devices[count - 1] = (next(_phones(chance)), "IP13-128-MID")  # the one in hand when the curtain rises
    _set_up(desk, count)
    _receive(desk, data, devices, count)
    told = Told(session, clock)
    for who, _, _ in PEOPLE:
        teller.scan(who, f"BMD:OP:{who}", f"BMD:BATCH:{BATCH}")
    for number, (code, model) in enumerate(devices[: count - 1]):
        clock.set(max(clock.now(), now - EVENING + per_unit * (number + chance.random() / 2)))
        _one_unit(teller, ("ANA", "LUIS")[chance.random() < 0.45], code, model, number)
        progress(number + 1)
    last, model = devices[count - 1]
    _leave_one_in_hand(teller, told, last, model)
    progress(count)
    clock.set(max(clock.now(), now))
    count_units(told)
    settings.put(desk, "setup.done", "true")
    return told


def _set_up(desk: Desk, count: int) -> None:
    settings.put(desk, "company.name", "Second Life Phones")
    # Whatever the computer says: the story has a supplier in Lyon.
    settings.put(desk, "company.timezone", "Europe/Paris")
    settings.put(desk, "bench.target_per_hour", str(max(3, count // 10)))
    for code, name, role in PEOPLE:
        company.add_operator(desk, code, name, role)
    catalog.import_catalog(desk, resources_dir() / "demo" / "catalog.csv")


def _receive(desk: Desk, data: DataDir, devices: list[tuple[str, str]], count: int) -> None:
    """The parcel's own list: nearly what is in it, as lists are."""
    form = BatchForm(
        BATCH,
        source="trade_in",
        supplier="Trade-in desk, Lyon",
        unit_cost="148.00",
        vat_scheme="margin",
        preset=Preset(erasure_method="BLANCCO", lock_method="PHONECHECK"),
    )
    receiving.open_batch(desk, form)
    promised = [device for number, device in enumerate(devices) if number % 17 != 16 or number >= count]
    rows = [(code, model, "149.50" if "13" in model else "98.00") for code, model in promised]
    listed = data.root / "expected.csv"
    write_table(listed, ("identifier", "model_code", "cost"), rows)
    expected.import_expected(desk, BATCH, listed)


def _one_unit(teller: _Teller, who: str, code: str, model: str, number: int) -> None:
    """One device from the box to its bin; most are fine, some are what benches are for."""
    chance = teller.chance
    phone = model.startswith(PHONES) and not model.startswith("IPAD")
    fate = FATES[number] if number < len(FATES) else chance.choices(list(Fate), WEIGHTS)[0]
    teller.scan(who, code, f"BMD:MODEL:{model}")
    if fate is Fate.FAILED_TEST:
        teller.scan(who, f"BMD:TEST:{'REAR_CAMERA' if phone else 'BOOT'}:FAIL")
    teller.scan(who, "BMD:ALLPASS")
    if not model.startswith("PS5"):
        worn = fate is Fate.WORN_BATTERY
        teller.scan(
            who,
            f"BMD:BATTERY:{chance.randint(71, 78) if worn else chance.randint(86, 99)}:{chance.randint(60, 900)}",
        )
    if fate is Fate.LOCKED:
        teller.scan(
            who, "BMD:LOCK:MDM:OFF", "BMD:LOCK:SIM:OFF", "BMD:LOCK:BLACKLIST:OFF", "BMD:LOCK:ACTIVATION:ON"
        )
    else:
        teller.scan(who, "BMD:LOCK:ALL:OFF")
    teller.scan(who, f"BMD:ERASED:BLANCCO:ER-{20410 + number}", "BMD:ACC:BOX:NO")
    for zone, kind, severity in _defects(chance, fate, model):
        teller.scan(who, f"BMD:DEFECT:{zone}:{kind}:{severity}")
    if fate is Fate.SET_ASIDE:
        teller.scan(who, "BMD:HOLD:Box says 256 GB, device says 128 GB")
        return
    if fate is Fate.PREMIUM:
        teller.scan(
            who, "BMD:BATTERY:97", "BMD:TEST:GENUINE_PARTS:PASS", "BMD:GRADE:PREMIUM:Flawless under the lamp"
        )
    done = teller.scan(who, "BMD:DONE")
    teller.scan(who, f"BMD:BIN:MAIN/{'ABCD'[number % 4]}{1 + number // 12}")
    if fate is Fate.PREMIUM and number % 2 == 0 and done.unit:
        teller.scan("SAM", code, "BMD:DONE")
    if fate is Fate.FAILED_TEST and done.unit:
        _repair(teller, who, code, done.unit, number)


def _repair(teller: _Teller, who: str, code: str, unit: str, number: int) -> None:
    """The failed camera goes to the technician; half of them come back and are graded anew."""
    actor = Actor("SAM", "supervisor", teller.desk.station)
    order = repairs.send_to_repair(teller.desk, actor, unit, "Rear camera does not focus", technician="Sam")
    if number % 2:
        repairs.wait_for_part(teller.desk, actor, order.id, "Rear camera module")
        return
    teller.scan(who, code, "BMD:PART:REAR_CAMERA:28.50", "BMD:LABOUR:20")
    repairs.close_order(teller.desk, actor, order.id, "Camera module replaced")
    teller.scan(who, code, "BMD:ALLPASS", "BMD:DEFECT:BACK:SCRATCH:2", "BMD:DONE")


def _defects(chance: random.Random, fate: Fate, model: str) -> list[tuple[str, str, int]]:
    back = "BACK" if not model.startswith(("MBA", "PS5")) else "BOTTOM"
    if fate is Fate.CRACKED:
        return [("SCREEN", "CRACK", 3)]
    if fate is Fate.PREMIUM:
        return []
    usual = [
        ("EDGE_LEFT", "SCRATCH", 1),
        (back, "SCRATCH", 2),
        ("SCREEN", "SCRATCH", 1),
        ("EDGE_RIGHT", "DENT", 2),
    ]
    return usual[: chance.choices(range(5), (30, 28, 22, 12, 8))[0]]


def _leave_one_in_hand(teller: _Teller, told: Told, code: str, model: str) -> None:
    """Ana is in the middle of a device when the curtain rises."""
    done = teller.scan(
        "ANA", code, f"BMD:MODEL:{model}", "BMD:TEST:BOOT:PASS", "BMD:TEST:TOUCH:PASS", "BMD:TEST:DISPLAY:PASS",
        "BMD:TEST:SPEAKER:PASS", "BMD:TEST:WIFI:PASS", "BMD:TEST:REAR_CAMERA:PASS", "BMD:BATTERY:88:412",
        "BMD:DEFECT:BACK:SCRATCH:2", "BMD:DEFECT:EDGE_LEFT:DENT:1", "BMD:LOCK:ALL:OFF", "BMD:ACC:CABLE:YES",
    )  # fmt: skip
    for variety in range(2):
        bench.attach_content(teller.desk, Seat(), f"back-{variety + 1}.png", phone_back(variety))
    told.example = done.unit or ""


def count_units(told: Told) -> None:
    """Count what the story has made so far."""
    desk = told.session.desk

    def work(connection: Connection) -> dict[str, int]:
        return unit_rows.count_by_state(connection, desk.company)

    by_state = desk.read(work)
    told.units = sum(count for state, count in by_state.items() if state != State.EXPECTED)
    told.held, told.ready = by_state.get("held", 0), by_state.get("ready", 0)
    told.graded = desk.read(lambda connection: unit_rows.count_graded(connection, desk.company))


def _devices(chance: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Synthetic devices: IMEIs of a test range with their check digit, serials for what has no IMEI."""
    for _ in range(count):
        model = chance.choice(MODELS)
        if model.startswith(PHONES) and not model.startswith("IPAD"):
            yield next(_phones(chance)), model
        else:
            letters = "".join(chance.choice("DFGHJKLMNPQRTVWXY0123456789") for _ in range(8))
            yield f"C02{letters}{chance.randrange(10)}", model


def _phones(chance: random.Random) -> Iterator[str]:
    while True:
        body = f"00101{chance.randrange(10**9):09d}"
        yield next(body + str(digit) for digit in range(10) if luhn_holds(body + str(digit)))
