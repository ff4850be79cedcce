"""The Linking list: listings with the SKUs of ours that each may sell, best first.

Reads only; linking itself is services.selling.linking.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bmdesk.domain import linking as rules
from bmdesk.domain.linking import Matcher, Offered, Suggestion
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import listing_lists
from bmdesk.store.queries.listing_lists import After, SkuWithVariant
from bmdesk.store.queries.listings import ListingRow
from bmdesk.texts import msg

OPEN, LINKED, NOTHING = rules.OPEN, rules.LINKED, rules.NOTHING
"""What the list can be narrowed to; anything else shows all."""

MOST = 100
"""Listings on one page, unless more are asked for; never more than 500."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A listing in the Linking list. `others`: further listings of the same SKU in this account."""

    listing: ListingRow
    sku: str
    others: int
    suggestions: tuple[Suggestion, ...]

    @property
    def sure(self) -> Suggestion | None:
        """The suggestion that may be confirmed together with many others, or None."""
        return rules.unambiguous(self.suggestions)

    @property
    def leading(self) -> Suggestion | None:
        """The suggestion that Enter confirms, or None: then a person says which one by its number."""
        return rules.leading(self.suggestions)


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Some rows by the listing's SKU. `next` goes into `after` for the page that follows; None at the end."""

    rows: tuple[LinkRow, ...]
    next: After | None


def suggestions(
    desk: Desk,
    account_id: str,
    after: After | None = None,
    limit: int = MOST,
    words: str = "",
    only: str = OPEN,
) -> LinkPage:
    """Listings with the SKUs each may sell, best first. `only`: open, linked, nothing, all."""

    def work(connection: Connection) -> LinkPage:
        finder = matcher(connection, desk.company) if only in {OPEN, "all"} else Matcher(())
        return _page(connection, desk.company, account_id, finder, after, min(limit, 500), words, only)

    return desk.read(work)


def count(desk: Desk, account_id: str, words: str = "", only: str = OPEN) -> int:
    """How many rows `suggestions` has on all its pages."""
    return desk.read(lambda c: listing_lists.count(c, account_id, _conditions(words, only)))


def sure(desk: Desk, account_id: str, words: str = "") -> tuple[LinkRow, ...]:
    """Every open listing with an unambiguous suggestion, for a person to look over before `confirm_all`."""

    def work(connection: Connection) -> tuple[LinkRow, ...]:
        finder = matcher(connection, desk.company)
        found: list[LinkRow] = []
        after: After | None = After()
        while after is not None:
            page = _page(connection, desk.company, account_id, finder, after, 500, words, OPEN)
            found += [row for row in page.rows if row.sure is not None]
            after = page.next
        return tuple(found)

    return desk.read(work)


def matcher(connection: Connection, company: str) -> Matcher:
    """What finds variants for listings, made of the whole catalogue."""
    return Matcher(listing_lists.candidates(connection, company))


def _page(
    connection: Connection,
    company: str,
    account_id: str,
    finder: Matcher,
    after: After | None,
    limit: int,
    words: str,
    only: str,
) -> LinkPage:
    most = max(1, limit)
    found = listing_lists.page(connection, account_id, _conditions(words, only), after or After(), most + 1)
    shown = rows(connection, company, account_id, finder, found[:most])
    last = found[most - 1] if len(found) > most else None
    return LinkPage(tuple(shown), After(last.sku_key, last.id) if last is not None else None)


def _conditions(words: str, only: str) -> list[listing_lists.Condition]:
    found = [listing_lists.linked_as(only)] if only in {OPEN, LINKED, NOTHING} else []
    return [*found, listing_lists.called(words[:100])] if words.strip() else found


def rows(
    connection: Connection, company: str, account_id: str, finder: Matcher, found: Iterable[ListingRow]
) -> list[LinkRow]:
    """These listings as the Linking list shows them."""
    page = list(found)
    linked = sorted({row.sku_id for row in page if row.sku_id})
    names = listing_lists.skus(connection, linked) if linked else {}
    number = listing_lists.how_many_linked(connection, account_id, linked) if linked else {}
    same = listing_lists.skus_by_key(
        connection, company, sorted({row.sku_key for row in page if row.link == OPEN})
    )
    shown = []
    for row in page:
        sku = names.get(row.sku_id or "")
        others = number.get(row.sku_id or "", 1) - 1
        given = _suggested(row, same.get(row.sku_key), finder) if row.link == OPEN else ()
        shown.append(LinkRow(row, sku.text if sku else "", others, given))
    return shown


def _suggested(row: ListingRow, same: SkuWithVariant | None, finder: Matcher) -> tuple[Suggestion, ...]:
    """What the patterns find; first of all the SKU of the very same text, where only its grade or battery differs."""
    found = finder.suggest(offered(row))
    if same is None:
        return found
    against = rules.contradiction(offered(row), same.grade, new_battery=same.new_battery)
    first = Suggestion(
        same.variant_id, same.model_code, same.grade, same.new_battery, msg("linking.same_sku"), 95, against
    )
    rest = [replace(one, score=min(one.score, 94)) for one in found if one.sku_text != first.sku_text]
    return tuple(rules.best_first([first, *rest])[: rules.MOST_SUGGESTED])


def offered(row: ListingRow) -> Offered:
    """What a listing says of itself."""
    return Offered(row.sku_text, row.title, row.grade, row.new_battery, row.product_id)
