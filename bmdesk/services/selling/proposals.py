"""Products that the marketplace does not know: their sheets, what they lack, and proposing them with a listing each.

Nothing is sent before a person saw exactly the rows. A proposal is the making of a listing with more columns, so it
goes through the outbox as one (`connectors.backmarket.export_listings`); what came of it notes `proposals_sent`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import EffectState, Kind, create_lane
from bmdesk.domain.grading import NOT_FOR_SALE, SCALE
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.proposals import LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_IMAGES, Sheet, State
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.services.lines import one_line
from bmdesk.services.selling import creation_rows, prices_to_make, proposal_rows
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.category_check import Lack
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.services.selling.proposal_rows import Built
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import accounts, catalogue, outbox, outbox_calls, proposals, sync_log
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.categories import ProductOfVariant
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

GRADES = tuple(grade for grade in SCALE if grade != NOT_FOR_SALE)
"""Of the listing that goes along with a proposal."""


_STATES = {
    State.DRAFT: msg("proposals.state_draft"),
    State.ASKED: msg("proposals.state_asked"),
    State.REVIEW: msg("proposals.state_review"),
    State.REFUSED: msg("proposals.state_refused"),
    State.REJECTED: msg("proposals.state_rejected"),
    State.KNOWN: msg("proposals.state_known"),
}


class UnderWay(Failure):
    """It was sent or waits to be sent: only what stays here can be changed. Params: `model_code`."""

    code = "proposals.under_way"


class BadSheet(Failure):
    """A sheet that cannot be kept. Params: `reason` (a Text)."""

    code = "proposals.bad_sheet"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One product and where its proposal stands. `problem`: why the marketplace, or bmdesk, did not take it."""

    built: Built
    state: State
    since: datetime | None
    problem: Text | None

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What must be there before it may be proposed."""
        return self.built.lacks

    @property
    def is_open(self) -> bool:
        """Whether a person may change and propose it."""
        return self.state in (State.DRAFT, State.REFUSED, State.REJECTED)


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what would be sent: `rows` in the order of model codes, and who stays out of it."""

    rows: tuple[Proposed, ...]
    lacking: tuple[Proposed, ...]
    under_way: tuple[Proposed, ...]
    market: str
    digest: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Of the CSV."""
        return creation_rows.columns_of([one.built.cells for one in self.rows])

    @property
    def csv(self) -> str:
        """The CSV itself."""
        return creation_rows.csv_text([one.built.cells for one in self.rows])


@dataclass(frozen=True, slots=True)
class Done:
    """How many products were proposed, changed or taken back."""

    count: int
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.CATALOGUE, Change.SYNC}))


def state_text(state: State) -> Text:
    """Where a proposal stands, in words."""
    return _STATES[state]


def listed(desk: Desk, account_id: str, codes: Sequence[str] | None = None) -> tuple[Proposed, ...]:
    """The products of these model codes (None: all that the marketplace does not know, and those proposed to it).

    In the order of model codes. Raises UnknownVariant.
    """
    return _listed(desk, account_id, codes, everywhere=False)


def _listed(
    desk: Desk, account_id: str, codes: Sequence[str] | None, *, everywhere: bool
) -> tuple[Proposed, ...]:
    rows = _read(desk, account_id, codes, everywhere=everywhere)
    there = {sku_key(one.built.variant.model_code) for one in rows}
    for code in codes or ():
        if sku_key(code) not in there:
            raise UnknownVariant(given=code[:40])
    return rows


def _read(
    desk: Desk, account_id: str, codes: Sequence[str] | None, *, everywhere: bool = False
) -> tuple[Proposed, ...]:
    def work(connection: Connection) -> tuple[Proposed, ...]:
        products = proposal_rows.products(connection, desk.company, account_id, codes)
        return of_products(connection, desk, account_id, products, everywhere=everywhere)

    return desk.read(work)


def of_products(
    connection: Connection,
    desk: Desk,
    account_id: str,
    products: Sequence[ProductOfVariant],
    *,
    everywhere: bool = False,
) -> tuple[Proposed, ...]:
    """These products in their order, priced in the primary market alone; `everywhere`: in all, as they are proposed."""
    account = _account(connection, desk.company, account_id)
    if account is None:
        return ()
    view = AccountSnapshot.of(connection, desk, account)
    markets = view.settings.markets if everywhere else (view.settings.primary_market,)
    rows = proposal_rows.built(connection, view, products, markets)
    asked = [one.kept.sku_id for one in rows if one.kept is not None and one.kept.state == State.ASKED.value]
    lanes = [create_lane(sku_id) for sku_id in asked if sku_id is not None]
    waiting = outbox.unfinished_of(connection, account_id, lanes)
    gone = proposals.gone_listings(connection, account_id)
    return tuple(_proposed(one, gone, waiting) for one in rows)


def find(desk: Desk, account_id: str, codes: Sequence[str]) -> dict[str, Proposed]:
    """Those of these model codes that name a product, by their case-folded key."""
    return {sku_key(one.built.variant.model_code): one for one in _read(desk, account_id, codes)}


def save(desk: Desk, actor: Actor, account_id: str, code: str, sheet: Sheet) -> Done:
    """Keep this sheet of the product. Raises UnknownVariant, UnderWay, BadSheet."""
    rights.require(desk, Right.LINKS, actor)
    (now,) = listed(desk, account_id, [code])
    if not now.is_open:
        raise UnderWay(model_code=now.built.variant.model_code)
    kept = checked(sheet)

    def work(tx: Tx) -> Done:
        proposals.save(
            tx,
            account_id,
            now.built.variant.id,
            title=kept.title,
            description=kept.description,
            images=list(kept.images),
            grade=kept.grade,
            by=actor.code,
        )
        return Done(1)

    return desk.write(work)


def checked(sheet: Sheet) -> Sheet:
    """The sheet as it is kept: lines trimmed, no empty addresses. What is missing is no fault yet. Raises BadSheet."""
    title, description = one_line(sheet.title, LONGEST_TITLE + 1), sheet.description.strip()
    images = tuple(one.strip() for one in sheet.images if one.strip())
    grade = sheet.grade.strip().upper()
    if len(title) > LONGEST_TITLE:
        raise BadSheet(reason=msg("proposals.title_too_long", most=LONGEST_TITLE))
    if len(description) > LONGEST_DESCRIPTION:
        raise BadSheet(reason=msg("proposals.description_too_long", most=LONGEST_DESCRIPTION))
    if len(images) > MOST_IMAGES or any(len(one) > 2000 for one in images):
        raise BadSheet(reason=msg("proposals.many_images", most=MOST_IMAGES))
    if grade and grade not in GRADES:
        raise BadSheet(reason=msg("proposals.bad_grade", given=grade[:20], known=", ".join(GRADES)))
    return Sheet(title, description, images, grade)


def preview(desk: Desk, account_id: str, codes: Sequence[str]) -> Preview:
    """Exactly the rows that would be sent for these products. Raises UnknownVariant."""
    found = _listed(desk, account_id, codes, everywhere=True)
    ready = tuple(one for one in found if one.is_open and not one.lacks)
    text = creation_rows.csv_text([one.built.cells for one in ready])
    prices = [(p.market, str(p.money)) for one in ready for p in one.built.prices]
    return Preview(
        rows=ready,
        lacking=tuple(one for one in found if one.is_open and one.lacks),
        under_way=tuple(one for one in found if not one.is_open),
        market=_market(desk, account_id),
        digest=hashlib.sha256(f"{text}{prices}".encode()).hexdigest()[:32],
    )


def propose(desk: Desk, actor: Actor, account_id: str, codes: Sequence[str], confirmed: str) -> Done:
    """Propose those of these products that lack nothing; `confirmed` is the digest of the preview just shown.

    Their prices are confirmed with them. Raises PreviewChanged where another row would be sent, UnknownVariant,
    NotAllowed.
    """
    rights.require(desk, Right.MANAGEMENT, actor)
    rights.require(desk, Right.PRICES, actor)
    shown = preview(desk, account_id, codes)
    if shown.digest != confirmed:
        raise PreviewChanged

    def work(tx: Tx) -> Done:
        for one in shown.rows:
            if proposals.proposal(tx.connection, account_id, one.built.variant.id) != one.built.kept:
                raise PreviewChanged  # somebody else proposed it meanwhile
            _ask(tx, actor, account_id, one.built)
        log = msg("proposals.log_asked", count=len(shown.rows), operator=actor.code)
        sync_log.log(tx, account_id, "info", log)
        return Done(len(shown.rows))

    return desk.write(work)


def take_back(desk: Desk, actor: Actor, account_id: str, codes: Sequence[str]) -> Done:
    """These wait for nothing any more: what was not sent yet is not sent; what the marketplace has is not asked about.

    Raises UnknownVariant, UnderWay for one that is just being sent.
    """
    rights.require(desk, Right.MANAGEMENT, actor)
    found = listed(desk, account_id, codes)

    def work(tx: Tx) -> Done:
        count = 0
        for one in found:
            row = proposals.proposal(tx.connection, account_id, one.built.variant.id)
            if row is None or row.state in (State.DRAFT.value, State.KNOWN.value):
                continue
            outbox_calls.drop_refused_creates(tx, account_id, [row.sku_id or ""])
            for effect in outbox.unfinished(tx.connection, account_id, create_lane(row.sku_id or "")):
                if effect.state != EffectState.PENDING.value:
                    raise UnderWay(model_code=one.built.variant.model_code)
                outbox.end(tx, effect.id, EffectState.CANCELLED)
                outbox.set_effect(tx, effect.id, change=None)
            draft = {"state": State.DRAFT.value, "confirmed": None, "problem": None, "sku_id": None}
            proposals.save(tx, account_id, row.variant_id, **draft, since=tx.now, by=actor.code)
            count += 1
        return Done(count)

    return desk.write(work)


def _ask(tx: Tx, actor: Actor, account_id: str, one: Built) -> None:
    sku_id = one.sku_id or catalogue.sku_id(tx, one.variant, one.grade, new_battery=False)
    kept = prices_to_make.to_keep(one.prices, shown=True)
    sheet = {"title": one.sheet.title, "description": one.sheet.description, "images": list(one.sheet.images)}
    proposals.save(
        tx,
        account_id,
        one.variant.id,
        **sheet,
        grade=one.sheet.grade,
        state=State.ASKED.value,
        since=tx.now,
        by=actor.code,
        sku_id=sku_id,
        confirmed={"columns": dict(one.product), "prices": kept["prices"]},
        problem=None,
    )
    outbox_calls.drop_refused_creates(tx, account_id, [sku_id])
    outbox.want(tx, account_id, Kind.CREATE, key=sku_id, lane=create_lane(sku_id), sku_id=sku_id)
    effect = outbox.pending(tx.connection, account_id, Kind.CREATE.value, sku_id)
    if effect is not None:
        outbox.set_effect(tx, effect.id, change=kept)


def _proposed(one: Built, gone: set[str], waiting: Mapping[str, Sequence[EffectRow]]) -> Proposed:
    row = one.kept
    if one.variant.backmarket_product_id:
        return Proposed(one, State.KNOWN, row.since if row is not None else None, None)
    if row is None:
        return Proposed(one, State.DRAFT, None, None)
    state, problem = State(row.state), failure_of(row.problem)
    if state is State.REVIEW and row.sku_id in gone:
        return Proposed(one, State.REJECTED, row.since, msg("proposals.rejected"))
    if state is State.ASKED and row.sku_id is not None:
        # What keeps it from being sent is said by its effect.
        for effect in waiting.get(create_lane(row.sku_id), ()):
            problem = failure_of(effect.problem)
    return Proposed(one, state, row.since, problem.happened if problem is not None else None)


def _account(connection: Connection, company: str, account_id: str) -> AccountRow | None:
    return next((one for one in accounts.of_company(connection, company) if one.id == account_id), None)


def _market(desk: Desk, account_id: str) -> str:
    def work(connection: Connection) -> str:
        account = _account(connection, desk.company, account_id)
        return AccountSnapshot.of(connection, desk, account).settings.primary_market if account else ""

    return desk.read(work)
