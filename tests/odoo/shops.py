"""An Odoo with bmdesk's fields on its lots, units to bring there, and transports that count calls or lose answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.failures import OdooUnclear
from bmdesk.connectors.odoo.records import Records
from bmdesk.connectors.odoo.setting_up.setup import Facts, survey
from bmdesk.connectors.odoo.setting_up.setup_steps import Wishes, apply, planned
from bmdesk.connectors.odoo.transport import READS, JsonRpcTransport, OdooTransport
from bmdesk.connectors.odoo.units.units import UnitsAtOdoo
from bmdesk.connectors.odoo.versions import DIALECTS, ServerVersion
from bmdesk.services.odoo.units.units_there import (
    IN_HOUSE,
    Differs,
    Doubt,
    GradeKept,
    Known,
    Photo,
    Places,
    ProductThere,
    Right,
    UnitResult,
    UnitThere,
    with_sent,
)
from tests.odoo.databases import Account, Database

DIALECT = DIALECTS[19]


@dataclass
class Watched:
    """A transport that remembers its calls. `loses`: the number of the write whose answer is lost after it was done."""

    inner: OdooTransport
    loses: int = 0
    calls: list[str] = field(default_factory=list)
    writes: int = 0

    @property
    def endpoint(self) -> OdooEndpoint:
        return self.inner.endpoint

    @property
    def skew(self) -> timedelta | None:
        return self.inner.skew

    def version(self) -> ServerVersion:
        return self.inner.version()

    def login(self) -> int:
        return self.inner.login()

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        self.calls.append(f"{model}.{method}")
        answer = self.inner.call(model, method, args, kwargs)
        if method not in READS:
            self.writes += 1
            if self.writes == self.loses:
                raise OdooUnclear(remote="Odoo", host="", what=self.calls[-1], detail="")
        return answer

    def close(self) -> None:
        self.inner.close()


@dataclass
class Shop:
    """One company there, as one user; `admin` looks with eyes of its own. What was right is remembered, as the store
    would."""

    remote: OdooTransport
    admin: OdooTransport
    company: int
    places: Places
    products: dict[str, int] = field(default_factory=dict)
    lots: dict[str, int] = field(default_factory=dict)
    bases: dict[str, Any] = field(default_factory=dict)
    grade: GradeKept | None = None

    @property
    def known(self) -> Known:
        return Known(dict(self.products), dict(self.lots), dict(self.bases))

    def make_right(self, *units: UnitThere, through: OdooTransport | None = None) -> Mapping[str, UnitResult]:
        desk = UnitsAtOdoo(
            through or self.remote,
            DIALECT,
            self.company,
            self.places,
            self.grade,
            keep_sent=lambda changes: self.bases.update(
                {unit_id: with_sent(self.bases[unit_id], values) for unit_id, values in changes.items()}
            ),
        )
        results = desk.make_right(units, self.known)
        for unit in units:
            result = results[unit.unit_id]
            if not isinstance(result, Doubt):
                self.products[unit.product.variant_id] = result.product_id
                self.lots[unit.unit_id] = result.lot_id
                self.bases[unit.unit_id] = result.base
        return results

    def right(self, *units: UnitThere, through: OdooTransport | None = None) -> list[Right]:
        """All of them are right now."""
        results = self.make_right(*units, through=through)
        wrong = [result for result in results.values() if not isinstance(result, Right)]
        assert not wrong, [str(one.failure) if isinstance(one, Doubt) else one for one in wrong[:3]]
        return [result for result in results.values() if isinstance(result, Right)]

    def doubt(self, unit: UnitThere) -> str:
        """The code of what speaks against the unit."""
        result = self.make_right(unit)[unit.unit_id]
        assert isinstance(result, Doubt), result
        return result.failure.code

    def differs(self, unit: UnitThere) -> Differs:
        result = self.make_right(unit)[unit.unit_id]
        assert isinstance(result, Differs), result
        return result

    # ---------------------------------------------------------------- asked as admin

    def rows(self, model: str, domain: Sequence[object], *fields: str) -> list[dict[str, Any]]:
        found = self.admin.call(model, "search_read", [list(domain), list(fields) or ["id"]], {"order": "id"})
        assert isinstance(found, list)
        return found

    def lot(self, unit: UnitThere, *fields: str) -> dict[str, Any]:
        """The one lot of this name in the company."""
        domain = [("name", "=", unit.identifier), ("company_id", "=", self.company)]
        [row] = self.rows("stock.lot", domain, "product_id", "company_id", *fields)
        return row

    def places_of(self, *units: UnitThere) -> dict[str, list[tuple[int, float]]]:
        """Where in the house each serial lies, and how many of it."""
        names = {unit.identifier for unit in units}
        domain = [
            ("location_id.usage", "=", "internal"),
            ("company_id", "=", self.company),
            ("quantity", "!=", 0),
        ]
        found: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
        for row in self.rows(
            "stock.quant",
            [*domain, ("lot_id.name", "in", sorted(names))],
            "lot_id",
            "location_id",
            "quantity",
        ):
            found[row["lot_id"][1]].append((row["location_id"][0], row["quantity"]))
        return found

    def receipts(self, *units: UnitThere) -> list[str]:
        """The states of the transfers that brought them in."""
        domain = [("lot_id.name", "in", [unit.identifier for unit in units]), ("state", "!=", "cancel")]
        lines = self.rows("stock.move.line", domain, "picking_id", "location_id")
        ids = sorted({row["picking_id"][0] for row in lines if row["picking_id"]})
        return [row["state"] for row in self.rows("stock.picking", [("id", "in", ids)], "state")]

    def create(self, model: str, **values: object) -> int:
        made = self.admin.call(model, "create", [values])
        assert isinstance(made, int)
        return made

    def new_product(self, name: str, **values: object) -> int:
        return self.create(
            "product.product", **{"name": name, "tracking": "serial", **DIALECT.storable, **values}
        )


def transport(database: Database, who: Account, company: int) -> JsonRpcTransport:
    return JsonRpcTransport(OdooEndpoint(database.server, database.name, who.login, who.key, company=company))


def main_stock(admin: OdooTransport, company: int) -> int:
    """The location of the company's first warehouse."""
    domain = [("company_id", "=", company)]
    found = admin.call("stock.warehouse", "search_read", [domain, ["lot_stock_id"]])
    assert isinstance(found, list)
    return int(found[0]["lot_stock_id"][0])


@contextmanager
def shop(database: Database, who: Account, admin: Account, company: int = 1) -> Iterator[Shop]:
    seen, used = transport(database, admin, company), transport(database, who, company)
    try:
        yield Shop(used, seen, company, Places(main_stock(seen, company)))
    finally:
        seen.close()
        used.close()


def add_fields(admin: OdooTransport) -> None:
    """bmdesk's fields on the lots, as far as they are not there: as its own set-up makes them."""
    records, user = Records(admin, 1), admin.endpoint.user
    steps = planned(survey(records, DIALECT, Facts(user)), Wishes())
    assert not [done.failure for done in apply(records, DIALECT, user, steps) if done.failure]


# -------------------------------------------------------------------- what stands there


def inside(there: Shop, unit: UnitThere) -> int:
    """The one place in the house where the unit lies, once."""
    [(place, quantity)] = there.places_of(unit)[unit.identifier]
    assert quantity == 1
    return place


def a_shelf(there: Shop, name: str, **values: object) -> int:
    return there.create(
        "stock.location", **{"name": name, "usage": "internal", "location_id": there.places.default, **values}
    )


def chatter(there: Shop, unit: UnitThere) -> list[str]:
    """The bodies of bmdesk's notes."""
    domain = [
        ("model", "=", "stock.lot"),
        ("res_id", "=", there.lots[unit.unit_id]),
        ("message_id", "like", "@bmdesk"),
    ]
    return [row["body"] for row in there.rows("mail.message", domain, "body")]


def to_do(there: Shop, *units: UnitThere) -> list[str]:
    """The summaries of what is open."""
    lots = [there.lots[unit.unit_id] for unit in units]
    rows = there.rows("mail.activity", [("res_model", "=", "stock.lot"), ("res_id", "in", lots)], "summary")
    return sorted(row["summary"] for row in rows)


# -------------------------------------------------------------------- units

_serials = iter(range(1, 10**6))

PHONE = ProductThere("01JPHONE", "IP13-128-MID", "0194252707326", "Apple iPhone 13 128 GB Midnight", "phone")


def a_product(number: int) -> ProductThere:
    return ProductThere(f"01JVAR{number}", f"MODEL-{number}", "", f"Phone model {number}", "phone")


def a_unit(product: ProductThere = PHONE, **values: Any) -> UnitThere:
    number = next(_serials)
    usual = UnitThere(
        unit_id=f"01JUNIT{number:019d}",
        identifier=f"SN{number:08d}",
        second_identifier=f"35{number:013d}",
        product=product,
        grade="GOOD",
        own_grade="B",
        battery_percent=91,
        inspected_on=date(2026, 3, 2),
        source="Trade-in",
        batch="B-1",
        blockers=(),
        held=False,
        retest_due=False,
        warehouse="MAIN",
        bin="",
        state=IN_HOUSE,
        cost=Decimal("180.00"),
        currency="USD",
        warranty_start=None,
        warranty_end=None,
    )
    return replace(usual, **values)


def a_photo(folder: Path, name: str, content: bytes) -> Photo:
    path = folder / name
    path.write_bytes(content)
    return Photo(hashlib.sha1(content, usedforsecurity=False).hexdigest(), path, name, "image/jpeg")


AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
