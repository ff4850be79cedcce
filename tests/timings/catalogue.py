"""The Catalogue over a whole catalogue: every product with its leaf, its answers there, and what its proposal lacks."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bmdesk.domain.categories import LeafAttribute, kind_of
from bmdesk.domain.grading import SCALE
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.linking import LINKED
from bmdesk.services import company, settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts, category_view
from bmdesk.simulator import tree
from bmdesk.simulator.tree import Category
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import catalogue, categories, proposals
from bmdesk.store.tables import listings as l
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Row, Tx
from bmdesk.system.clock import FixedClock
from tests.timings.figures import Figure
from tests.timings.prices import MARKETS, RATES, least

_OURS = ("phone", "tablet", "laptop", "watch", "console", "audio")
_COLOURS = ("Black", "Blue", "Mauve", "Red")
_IMAGE = "https://shop.example/front.jpg"
_TREES = 20


def measure(folder: Path, quick: bool) -> list[Figure]:
    """What the room reads, beside one statement and a loop over its rows; and twice as many products."""
    count, times = (200, 2) if quick else (2_000, 5)
    file = folder / "once.db"
    desk, account = large_catalogue(file, count)
    loop = least(lambda: plain(file), times)
    read = least(lambda: category_view.placed(desk, account), times)
    twice_desk, twice_account = large_catalogue(folder / "twice.db", 2 * count)
    twice = least(lambda: category_view.placed(twice_desk, twice_account), times)
    shown = f"{count:,} products: the Catalogue read"
    return [
        Figure(shown, read, "s", loop, "< 1 s", read < 1),
        Figure("twice as many", twice, "s", read, "linear", twice < 2.5 * read),
    ]


def plain(file: Path) -> int:
    """What somebody would write in an afternoon: no answers of leaves but colour and storage, no rules for prices."""
    connection = sqlite3.connect(file)
    rows = connection.execute(
        "SELECT v.id, v.model_code, p.brand, p.model, v.storage, v.colour, v.ean, v.weight_g, v.new_price_minor,"
        " c.name, o.images FROM variant v JOIN product p ON p.id = v.product_id"
        " LEFT JOIN product_category m ON m.product_id = p.id LEFT JOIN category c ON c.category_id = m.category_id"
        " LEFT JOIN proposal o ON o.variant_id = v.id ORDER BY v.model_code"
    )
    found: list[dict[str, Any]] = []
    for _, code, brand, model, storage, colour, ean, weight, new, leaf, images in rows:
        wanted = {"leaf": leaf, "storage": storage, "colour": colour, "weight": weight, "images": images}
        lacks = [name for name, value in wanted.items() if not value]
        if len(ean) != 13:
            lacks.append("ean")
        price = (Decimal(new) * Decimal("0.69")).quantize(Decimal(1))
        found.append(
            {"code": code, "title": f"{brand} {model}", "leaf": leaf, "lacks": lacks, "price": price}
        )
    connection.close()
    return len(found)


def large_catalogue(file: Path, count: int) -> tuple[Desk, str]:
    """A third of the products is known and listed, half of the rest in stock; half have a leaf, most have a picture."""
    clock = FixedClock(datetime(2026, 1, 15, 9, tzinfo=UTC))
    store = open_store(Place.of_file(file), clock.now, None, "01KCATALOGUE")
    desk = company.open_desk(store, Photos(file.parent / "photos"), clock, "bench-1")
    settings.put(desk, "backmarket.markets", ",".join(MARKETS))
    for currency in ("GBP", "SEK"):
        settings.put(desk, f"rate.{currency}", str(RATES[currency].rate))
    account = accounts.add(desk).id
    desk.write(lambda tx: _fill(tx, account, count))
    return desk, account


def _fill(tx: Tx, account: str, count: int) -> None:
    leaves = _tree(tx, account)
    units: list[Row] = []
    listings: list[Row] = []
    for at in range(count):
        product = catalogue.product_id(tx, "Maker", f"Model {at // 4}", _OURS[at // 4 % len(_OURS)])
        if at % 8 == 0:
            categories.map_product(tx, account, product, leaves[at // 4 % len(_OURS)], "OWNER")
        known = at % 3 == 0
        code = f"M{at:05}"
        catalogue.save_variant(
            tx,
            None,
            product_id=product,
            model_code=code,
            storage="128 GB",
            colour=_COLOURS[at % 4],
            attributes={"ram": "8 GB", "keyboard": "QWERTY"},
            ean=f"{4_000_000_000_000 + at}",
            backmarket_product_id=f"product-{at}" if known else "",
            new_price_minor=30_000 + 37 * at,
            new_price_currency="EUR",
            weight_g=174,
            draft=False,
        )
        variant = catalogue.by_model_code(tx.connection, tx.company, code)
        assert variant is not None
        if at % 5:
            proposals.save(tx, account, variant.id, images=[_IMAGE])
        for grade in SCALE[:2]:
            sku = catalogue.sku_id(tx, variant, grade, new_battery=False)
            if known:
                listings.append(_listing(tx, account, sku, f"{code}-{grade}"))
            elif at % 2:
                units += (_unit(tx, variant.id, sku, grade) for _ in range(2))
    stays = [
        {
            "id": tx.new_id(),
            "unit_id": unit["id"],
            "number": 1,
            "cost_minor": 12_000 + 11 * at,
            "cost_currency": "EUR",
            "vat_scheme": "margin",
            "arrived_at": tx.now,
        }
        for at, unit in enumerate(units)
    ]
    for table, rows in ((u.unit, units), (u.stay, stays), (l.listing, listings)):
        tx.connection.execute(insert(table), rows)


def _unit(tx: Tx, variant_id: str, sku_id: str, grade: str) -> Row:
    return {
        **dict.fromkeys(("created_at", "changed_at"), tx.now),
        **dict.fromkeys(("stay_number", "policy_stamp"), 1),
        "id": tx.new_id(),
        "company_id": tx.company,
        "state": "ready",
        "variant_id": variant_id,
        "sku_id": sku_id,
        "grade": grade,
    }


def _listing(tx: Tx, account: str, sku_id: str, text: str) -> Row:
    return {
        **dict.fromkeys(("quantity_at", "first_read_at"), tx.now),
        "id": tx.new_id(),
        "account_id": account,
        "remote_id": f"uuid-{text}",
        "sku_text": text,
        "sku_key": sku_key(text),
        "sku_id": sku_id,
        "link": LINKED,
        "carries": True,
        "sent": [],
    }


def _tree(tx: Tx, account: str) -> list[int]:
    """Many times the simulator's tree; the leaves of the first."""
    nodes: list[Row] = []
    asked: dict[int, list[LeafAttribute]] = {}

    def walk(node: Category, beside: int, parent: int | None, depth: int) -> None:
        number = node.number + beside
        named = {"name": f"{node.name} {beside}" if beside else node.name, "is_leaf": not node.below}
        place = {"parent_id": parent, "position": len(nodes), "depth": depth}
        nodes.append(
            {"category_id": number, "marketplace_id": node.marketplace_number + beside, **named, **place}
        )
        if not node.below:
            asked[number] = [
                LeafAttribute(a.field, a.name, kind_of(a.kind), a.required, a.allowed)
                for a in node.attributes
            ]
        for child in node.below:
            walk(child, beside, number, depth + 1)

    for beside in range(0, _TREES * 10_000, 10_000):
        for root in tree.standard():
            walk(root, beside, None, 0)
    categories.save_tree(tx, account, nodes)
    categories.save_attributes(tx, account, asked)
    return list(asked)[: len(_OURS)]
