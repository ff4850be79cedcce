"""What people see of an order: its row in a list, and all of it. Frozen values; order_detail reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bmdesk.domain.customers import Person
from bmdesk.domain.effects import EffectState
from bmdesk.domain.money import Money
from bmdesk.domain.orders import LineAction, LineState, Step, Way, state_text
from bmdesk.domain.parcels import ParcelState
from bmdesk.services.syncing.outbox import Shown
from bmdesk.texts import Text


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list. `title`: of its first line; `lines` says how many there are. `ours`: bmdesk fulfils any."""

    id: str
    number: int
    account: str
    market: str
    state: LineState
    remote_state: int
    created_at: datetime | None
    ship_by: datetime | None
    overdue: bool
    customer: str
    title: str
    lines: int
    pieces: int
    price: Money | None
    conflicts: int
    tracking: str
    ours: bool
    backship: bool

    @property
    def state_words(self) -> Text:
        """The state in words."""
        return state_text(self.state)


@dataclass(frozen=True, slots=True)
class UnitOfLine:
    """A unit that a piece gets, or left with. `state`: reserved, packed, shipped. `override`: why a supervisor let it
    leave although the pack gate said no, empty where it did not.
    """

    unit_id: str
    identifier: str
    title: str
    grade: str
    state: str
    location: str
    warranty_until: str | None
    override: str
    override_by: str


@dataclass(frozen=True, slots=True)
class ConflictShown:
    """What a person must decide, in words, and the ways out of it (services.orders.handling.resolve)."""

    id: str
    code: str
    line_id: str | None
    at: datetime
    title: Text
    happened: Text
    todo: Text
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """What a person asked of a line. `state`: asked, done, failed, withdrawn. `in_doubt`: it may have happened, and a
    person must say whether it did. `looked_for`: no answer came, and bmdesk is finding out by itself. `sent`: it cannot
    be withdrawn any more.
    """

    id: str
    line_id: str
    kind: Step
    title: Text
    reason: Text
    amount: Money | None
    message: str
    state: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    in_doubt: bool
    looked_for: bool
    sent: bool


@dataclass(frozen=True, slots=True)
class LineDetail:
    """One line with all that is known of it. `price` is the line's total; `refunded` what was given back in parts.
    `actions`: what a person may do with it now.
    """

    id: str
    number: int
    sku_text: str
    our_sku: str
    title: str
    grade: str
    quantity: int
    price: Money | None
    refunded: Money | None
    currency: str
    state: LineState
    remote_state: int
    ours: bool
    missing: int
    remote_identifier: str
    listing_id: str | None
    counted: bool
    units: tuple[UnitOfLine, ...]
    conflicts: tuple[ConflictShown, ...]
    steps: tuple[StepShown, ...]
    actions: tuple[LineAction, ...]

    @property
    def state_words(self) -> Text:
        """The state in words."""
        return state_text(self.state)


@dataclass(frozen=True, slots=True)
class ParcelShown:
    """The order's parcel."""

    id: str
    number: str
    shipper: str
    url: str
    state: ParcelState
    words: Text
    packed_at: datetime
    packed_by: str
    station: str
    told_at: datetime | None
    handed_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AtOdoo:
    """How the order stands at the company's Odoo. `name`: the sale order there, "" where there is none yet. `state`: of
    what is to make it right, DONE where all of it is. `why`, `todo`: what it waits for, or needs a person for.
    """

    name: str
    state: EffectState
    words: Text
    why: Text | None
    todo: Text | None


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A paper of the order. `kind`: delivery_note, label, invoice; `state`: waiting, kept, failed."""

    id: str
    kind: str
    name: str
    size: int
    state: str
    problem: Text | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an order's timeline."""

    at: datetime
    operator: str
    station: str
    what: Text
    line_id: str | None


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """All of one order. `effects`: what still must reach the marketplace, in words. `erased_at`: since then nothing
    here says who bought it. `odoo`: None where no Odoo is to know of it.
    """

    row: OrderRow
    account_id: str
    currency: str
    shipping_price: Money | None
    payment_method: str
    paid_at: datetime | None
    shipped_at: datetime | None
    shipper: str
    read_at: datetime
    lines: tuple[LineDetail, ...]
    conflicts: tuple[ConflictShown, ...]
    parcel: ParcelShown | None
    documents: tuple[DocumentShown, ...]
    shipping: Person | None
    billing: Person | None
    customer_id: str | None
    erased_at: datetime | None
    effects: tuple[Shown, ...]
    timeline: tuple[Event, ...]
    odoo: AtOdoo | None = None
