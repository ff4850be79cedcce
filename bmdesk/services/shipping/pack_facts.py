"""What the pack gate looks at: the unit in hand as it is today, and what the line promised. Reads only."""

from __future__ import annotations

from dataclasses import replace

from bmdesk.domain import gate
from bmdesk.domain import packing as rules
from bmdesk.domain.inspection import TestResult
from bmdesk.domain.packing import BOOT, InHand, Promised
from bmdesk.domain.unit import State
from bmdesk.domain.working_time import local_day
from bmdesk.services.grading import judgement
from bmdesk.services.orders import order_board, order_rules
from bmdesk.services.policies import Policies
from bmdesk.store.queries import (
    allocations,
    catalogue,
    order_progress,
    orders,
    parcels,
    stock,
    units,
)
from bmdesk.store.queries.allocations import RESERVED
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Tx


def refusals(tx: Tx, policies: Policies, unit_id: str, line: LineRow) -> tuple[rules.Refusal, ...]:
    """Every reason why this unit may not leave for this line today; empty: it may."""
    row = units.unit(tx.connection, unit_id)
    today = local_day(tx.now, policies.timezone)
    asked = order_rules.packing(policies)
    unit = replace(in_hand(tx, policies, row), serves=_serves(tx, row, line))
    return tuple(rules.refusals(unit, promised(tx, line), asked, today))


def promised(tx: Tx, line: LineRow) -> Promised:
    """What this line sold: the SKU it is linked to, and never a grade below the one that its customer was shown."""
    order = order_progress.order(tx.connection, line.order_id)
    sku = order_board.sku_of(tx, line)
    variant = catalogue.variant(tx.connection, sku.variant_id) if sku else None
    # The link of a listing may change after a sale; what the order says of its condition does not.
    return Promised(
        line_id=line.id,
        order_number=str(order["remote_id"]),
        sku_text=sku.text if sku else line.sku_text,
        variant_id=sku.variant_id if sku else "",
        grade=rules.best_grade(line.grade, sku.grade if sku else ""),
        new_battery=bool(sku and sku.new_battery),
        product=f"{variant.brand} {variant.model}" if variant else "",
        vat_scheme=_other_scheme(tx, line),
        # A line of several pieces has no place for all their identifiers.
        registered=(line.imei or line.serial) if line.quantity == 1 else "",
    )


def in_hand(tx: Tx, policies: Policies, row: UnitRow) -> InHand:
    """The unit, with what the quality gate says of it today: asked anew, whatever it said when it was listed."""
    stay = units.stay(tx.connection, row.id, row.stay_number)
    known = judgement.facts(tx.connection, policies, row) if stay is not None else None
    checklist = policies.checklist(row.category)
    live = allocations.live_of_unit(tx.connection, row.id)
    packed = live is not None and live.state != RESERVED
    boot = _boot(known) if known is not None else None
    today = local_day(tx.now, policies.timezone)
    return InHand(
        state_ready=State(row.state) in (State.READY, State.RESERVED),
        variant_id=row.variant_id or "",
        grade=row.grade,
        new_battery=bool(stay and stay["new_battery"]),
        identifiers=units.identifiers(tx.connection, row.id) if known is None else known.identifiers,
        needs_imei=checklist is not None and checklist.needs_imei,
        has_boot=checklist is not None and any(test.code == BOOT for test in checklist.tests),
        boot=boot,
        boot_on=local_day(boot.at, policies.timezone) if boot is not None else None,
        reserved_for=live.line_id if live is not None else "",
        chosen=live is not None and bool(live.operator),
        parcel=_order_number(tx, live.line_id) if live is not None and packed else "",
        gate=tuple(gate.blockers(known, policies.gate, today)) if known is not None else (),
        product=f"{row.brand} {row.model}" if row.variant_id else "",
        vat_scheme=str(stay["vat_scheme"]) if stay is not None else "",
    )


def _other_scheme(tx: Tx, line: LineRow) -> str:
    """The VAT scheme of units that leave with this order beside one piece of this line; empty where there is none."""
    rows = orders.of_order(tx.connection, line.order_id)
    for one in allocations.of_lines(tx.connection, [row.id for row in rows]):
        if one.line_id == line.id and line.quantity == 1:
            continue  # it would be the one that is replaced
        unit = units.unit(tx.connection, one.unit_id)
        stay = units.stay(tx.connection, one.unit_id, unit.stay_number)
        if stay is not None:
            return str(stay["vat_scheme"])
    return ""


def _serves(tx: Tx, row: UnitRow, line: LineRow) -> bool:
    where = stock.pool(tx.connection, tx.company, line.account_id)
    warehouse = (row.location or "").partition("/")[0]
    return warehouse in where.mine or (where.rest and warehouse not in where.others)


def _boot(known: gate.UnitFacts) -> TestResult | None:
    found = [test for test in known.tests if test.code == BOOT]
    return found[-1] if found else None


def _order_number(tx: Tx, line_id: str) -> str:
    order_id = parcels.order_of_line(tx.connection, line_id)
    return str(order_progress.order(tx.connection, order_id)["remote_id"]) if order_id else ""
