"""The marketplace's tree of categories with what its leaves ask of a new product, into the store.

The tree comes at once. Where it leaves out what the leaves ask, branch after branch is asked for it, from the top down,
so that few calls bring much; what was read is kept at once, and whoever goes on later begins with what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.wire_categories import CategoryWire
from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.failures import GoneAtRemote
from bmdesk.services.desk import Desk
from bmdesk.store.queries import categories
from bmdesk.store.transaction import Row, Tx

PAUSE = timedelta(seconds=10)
"""Between two slices of what is read on a schedule."""

Told = Callable[[int, int], None]
"""Told (leaves of which it is known what they ask, of how many)."""


@dataclass(frozen=True, slots=True)
class TreeRead:
    """What a reading brought. `gone`: categories that are no longer there; `left`: leaves nobody came to."""

    categories: int = 0
    leaves: int = 0
    attributes: int = 0
    new: int = 0
    gone: int = 0
    left: int = 0


def refresh(
    desk: Desk,
    client: BackMarket,
    account_id: str,
    keep_going: KeepGoing,
    told: Told = lambda _done, _total: None,
    *,
    older_than: timedelta = timedelta(0),
) -> TreeRead:
    """Read the tree. `older_than`: branches are not asked for leaves that were read since. Raises RemoteFailure."""
    before = desk.clock.now() - older_than
    roots = client.category_tree()
    leaves = [leaf for root in roots for leaf in root.leaves() if leaf.category_id is not None]
    # A tree that says of any leaf what it asks says it of all; else a leaf that asks nothing would be asked for ever.
    is_whole = any(leaf.attributes for leaf in leaves)
    nodes = _nodes(roots)

    def keep(tx: Tx) -> tuple[int, int]:
        changed = categories.save_tree(tx, account_id, nodes)
        if is_whole:
            _save(tx, account_id, leaves)
        return changed

    new, gone = desk.write(keep)
    if not is_whole:
        _ask_branches(desk, client, account_id, roots, before, keep_going, told)
    done = TreeRead(len(nodes), sum(node["is_leaf"] for node in nodes), new=new, gone=gone)
    return _counted(desk, account_id, done, before)


def pull(
    desk: Desk,
    client: BackMarket,
    account_id: str,
    every: timedelta,
    keep_going: KeepGoing,
    others_wait: Callable[[], bool],
) -> TreeRead | None:
    """Keep the tree fresh that somebody has read; it ends early while `others_wait`. None where nobody has: who sends
    no product needs no tree. Raises RemoteFailure.
    """
    if not desk.read(lambda c: categories.tree(c, account_id)):
        return None
    return refresh(desk, client, account_id, lambda: keep_going() and not others_wait(), older_than=every)


def _nodes(roots: Sequence[CategoryWire]) -> list[Row]:
    """Every category with its place in the tree, each number once; what has none cannot be kept."""
    found: dict[int, Row] = {}

    def walk(one: CategoryWire, parent: int | None, depth: int) -> None:
        if one.category_id is not None and one.category_id not in found:
            found[one.category_id] = {
                "category_id": one.category_id,
                "parent_id": parent,
                "marketplace_id": one.marketplace_category_id,
                "name": one.name,
                "is_leaf": one.is_leaf,
                "position": len(found),
                "depth": depth,
            }
        for child in one.children:
            walk(child, one.category_id, depth + 1)

    for root in roots:
        walk(root, None, 0)
    return list(found.values())


def _ask_branches(
    desk: Desk,
    client: BackMarket,
    account_id: str,
    roots: Sequence[CategoryWire],
    before: datetime,
    keep_going: KeepGoing,
    told: Told,
) -> None:
    total = sum(1 for root in roots for _ in root.leaves())
    waiting = list(reversed(roots))
    while waiting:
        one = waiting.pop()
        unread = _unread(desk, account_id, before)
        told(total - len(unread), total)
        if one.category_id is None or not any(leaf.category_id in unread for leaf in one.leaves()):
            waiting.extend(reversed(one.children if one.category_id is None else ()))
            continue
        if not keep_going():
            return
        try:
            branch = client.category_branch(one.category_id)
        except GoneAtRemote:  # since the tree was read; the next one will say so
            continue
        found = [leaf for leaf in branch.leaves() if leaf.category_id in unread]
        if one.is_leaf or any(leaf.attributes for leaf in found):
            desk.write(lambda tx, found=found: _save(tx, account_id, found))  # type: ignore[misc]
        else:
            waiting.extend(reversed(one.children))
    told(total - len(_unread(desk, account_id, before)), total)


def _unread(desk: Desk, account_id: str, before: datetime) -> set[int]:
    """Leaves of which nobody has read since what they ask."""
    now = desk.clock.now()
    return {
        row.category_id
        for row in desk.read(lambda c: categories.tree(c, account_id))
        if row.is_leaf
        and row.missing_since is None
        and (row.attributes_at is None or not before <= row.attributes_at <= now)
    }


def _save(tx: Tx, account_id: str, leaves: Sequence[CategoryWire]) -> None:
    categories.save_attributes(
        tx, account_id, {leaf.category_id: leaf.attributes for leaf in leaves if leaf.category_id is not None}
    )


def _counted(desk: Desk, account_id: str, done: TreeRead, before: datetime) -> TreeRead:
    asked = desk.read(lambda c: categories.how_many_asked(c, account_id))
    rows = desk.read(lambda c: categories.tree(c, account_id))
    there = {row.category_id for row in rows if row.missing_since is None}
    number = sum(many for category_id, many in asked.items() if category_id in there)
    return replace(done, attributes=number, left=len(_unread(desk, account_id, before)))
