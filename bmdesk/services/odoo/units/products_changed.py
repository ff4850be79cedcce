"""What changed of products at Odoo reaches the models here. One that is new there is found or made by the rule of a
first import (products_in).

Code and barcode follow by what both sides had when they last agreed: what only Odoo changed is taken over, what only we
changed is left alone, what both changed to different things is set aside with both, and neither is written over. A name
is what people here say of a model: only a draft that nobody has looked at yet takes Odoo's. Where nothing was agreed
yet, what stands there now is, and only an empty barcode is filled in. Reading the same again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bmdesk.domain.linking import parsed
from bmdesk.services.lines import one_line
from bmdesk.services.odoo.taken import Came, Taker
from bmdesk.services.odoo.takeover.found_there import Outcome, ProductFound
from bmdesk.services.odoo.units.diverged import Both
from bmdesk.services.odoo.units.products_in import is_ean, said_there, take_product
from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import catalogue, odoo, orders
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

_DRAFT = "DRAFT-"


class ProductAside(Failure):
    """What Odoo says of a product cannot be taken over. Params: `product`, `reason` (Text)."""

    code = "odoo.in.product_aside"


def to_see(connection: Connection, account_id: str) -> list[int]:
    """Products that are to be read whether they changed or not: a person may have put right what stood in their way."""
    rows = orders.quarantined(connection, [account_id])
    return [int(row["remote_id"]) for row in rows if row["kind"] == PRODUCT and row["remote_id"].isdigit()]


def gone(tx: Tx, account_id: str, ids: Sequence[int]) -> None:
    """These are not in use there any more: nothing of them is asked about."""
    orders.release_quarantined(tx, account_id, PRODUCT, [str(one) for one in ids])


def take(tx: Tx, taker: Taker, found: ProductFound) -> Came:
    """Take over what is new of this product."""
    record = odoo.by_remote(tx.connection, taker.account_id, PRODUCT, [found.id]).get(found.id)
    if record is None:
        return _new(tx, taker, found)
    row = catalogue.find_variant(tx.connection, tx.company, record.local_id)
    if row is None:
        return Came.NOTHING
    base = record.base if isinstance(record.base, dict) else None
    now = said_there(found)
    values, against = _follow(tx, row, base, found)
    if against:
        # What speaks against it is asked about until it is settled on either side.
        now = {**now, **{field: (base or {}).get(field, "") for field in against}}
    if values:
        save(tx, row, values)
        said = ", ".join(sorted({str(one) for one in values.values() if one}))[:200]
        taker.log(tx, msg("odoo.in.product_changed", product=row.title, said=said))
    if now != base:
        odoo.agree(tx, taker.account_id, PRODUCT, row.id, found.id, now)
    if against:
        return _aside(tx, taker, found, next(iter(against.values())))
    orders.release_quarantined(tx, taker.account_id, PRODUCT, [str(found.id)])
    return Came.TAKEN if values else Came.NOTHING


def apart(row: VariantRow, base: Mapping[str, Any], barcode: str, code: str) -> tuple[Both, ...]:
    """Which of these, that stand there, are neither what is here nor what both had last."""
    found = []
    if is_ean(barcode) and barcode not in (base.get("barcode"), row.ean):
        found.append(Both("barcode", row.ean, barcode))
    if code and code not in (base.get("code"), row.model_code):
        found.append(Both("code", row.model_code, code))
    return tuple(found)


def against(tx: Tx, row: VariantRow, there: Mapping[str, str], namesakes: int) -> Text | None:
    """Why these values cannot be this variant's, whatever it has; None where they can."""
    if "barcode" in there and (problem := _barcode_of_another(tx, row, there["barcode"])) is not None:
        return problem
    return _code_of_another(tx, row, there["code"], namesakes) if "code" in there else None


def _new(tx: Tx, taker: Taker, found: ProductFound) -> Came:
    became = take_product(tx, taker.account_id, found, make=True)
    if isinstance(became, Text):
        return _aside(tx, taker, found, became)
    orders.release_quarantined(tx, taker.account_id, PRODUCT, [str(found.id)])
    if became is not Outcome.NEW:
        return Came.NOTHING
    taker.log(tx, msg("odoo.in.product_new", product=found.name))
    return Came.TAKEN


# ---------------------------------------------------------------- what follows


def _follow(
    tx: Tx, row: VariantRow, base: Mapping[str, Any] | None, found: ProductFound
) -> tuple[Row, dict[str, Text]]:
    """Columns of the variant that change, and why a field cannot be followed, by field."""
    values: Row = {}
    against: dict[str, Text] = {}
    if base is None:
        others = catalogue.by_ean(tx.connection, tx.company, found.barcode) if is_ean(found.barcode) else []
        return ({"ean": found.barcode} if is_ean(found.barcode) and not (row.ean or others) else {}), {}
    if found.barcode != base.get("barcode") and found.barcode != row.ean and is_ean(found.barcode):
        problem = _barcode_problem(tx, row, str(base.get("barcode") or ""), found)
        if problem is None:
            values["ean"] = found.barcode
        else:
            against["barcode"] = problem
    if found.code and found.code != base.get("code") and found.code != row.model_code:
        problem = _code_problem(tx, row, str(base.get("code") or ""), found)
        if problem is None:
            values["model_code"] = found.code
        else:
            against["code"] = problem
    if not found.barcode and row.ean and row.ean == base.get("barcode"):
        values["ean"] = ""
    if row.draft and found.name != base.get("name"):
        values |= _named(found, row)
    return values, against


def _barcode_problem(tx: Tx, row: VariantRow, before: str, found: ProductFound) -> Text | None:
    problem = _barcode_of_another(tx, row, found.barcode)
    if problem is None and row.ean and row.ean != before:
        return msg("odoo.in.both_barcodes", here=row.ean, there=found.barcode)
    return problem


def _barcode_of_another(tx: Tx, row: VariantRow, barcode: str) -> Text | None:
    others = [one for one in catalogue.by_ean(tx.connection, tx.company, barcode) if one.id != row.id]
    if not others:
        return None
    other = others[0].model_code
    return msg("odoo_import.barcode_of_another", barcode=barcode, code=row.model_code, other=other)


def _code_problem(tx: Tx, row: VariantRow, before: str, found: ProductFound) -> Text | None:
    problem = _code_of_another(tx, row, found.code, found.namesakes)
    is_ours = row.model_code != before and not (row.draft and row.model_code.startswith(_DRAFT))
    if problem is None and is_ours:
        return msg("odoo.in.both_codes", here=row.model_code, there=found.code)
    return problem


def _code_of_another(tx: Tx, row: VariantRow, code: str, namesakes: int) -> Text | None:
    if namesakes > 1:
        return msg("odoo_import.code_shared", code=code, count=namesakes)
    other = catalogue.by_model_code(tx.connection, tx.company, code)
    if other is not None and other.id != row.id:
        return msg("odoo.in.code_of_another", code=code, other=other.title)
    return None


def _named(found: ProductFound, row: VariantRow) -> Row:
    told = parsed(one_line(found.name, 200))
    named = {"brand": told.brand[:120], "model": told.model[:200]}
    more = {"storage": told.storage[:40] or row.storage, "colour": told.colour[:80] or row.colour}
    return {**named, **more}


def save(tx: Tx, row: VariantRow, values: Row) -> None:
    """These columns of the variant change."""
    rest = dict(values)
    brand, model = rest.pop("brand", row.brand), rest.pop("model", row.model)
    if (brand, model) != (row.brand, row.model):
        rest["product_id"] = catalogue.product_id(tx, brand, model, row.category)
    code = rest.pop("model_code", row.model_code)
    catalogue.save_variant(tx, row.id, model_code=code, **rest)


# ---------------------------------------------------------------- what a person must see


def _aside(tx: Tx, taker: Taker, found: ProductFound, reason: Text) -> Came:
    """It is kept with the records that could not be taken, and told once."""
    problem = ProductAside(product=found.name, reason=reason)
    kept = keep_failure(problem) or {}
    known = orders.quarantined_body(tx.connection, taker.account_id, PRODUCT, str(found.id))
    body: Row = {"product": found.name, "code": found.code, "barcode": found.barcode}
    body["namesakes"] = found.namesakes
    is_told = known is not None and known["reason"] == kept
    if (
        known is None or not is_told or known["body"] != body
    ):  # a person chooses between what stands there now
        orders.quarantine(tx, taker.account_id, PRODUCT, str(found.id), kept, body)
    if is_told:
        return Came.NOTHING
    taker.log(tx, problem.happened, "warning")
    return Came.SHOWN
