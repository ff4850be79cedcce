"""Two companies in one store, filled alike: whatever one asks, with the ids of the other in hand too, it hears nothing
of the other, and changes nothing there.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

import bmdesk.services
from bmdesk.services import companies, company, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.figures import dashboard
from bmdesk.services.figures.dashboard import Figure, Snapshot
from bmdesk.services.goods import receiving
from bmdesk.services.grading.bench import Seat
from bmdesk.services.policies import PolicyBook
from bmdesk.services.shipping import carriers, packing
from bmdesk.simulator import Simulator
from bmdesk.store.engine import Connection
from bmdesk.store.tables.base import metadata
from bmdesk.store.transaction import Tx
from bmdesk.store.types import ULID as IDS
from bmdesk.system.clock import FixedClock
from bmdesk.texts import Failure
from tests.desks import add_models
from tests.markets import FIRST, Shop, make_shop
from tests.sales import Sales

OWNER = Actor("OWNER", "owner", "office")
ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
PACKER = Seat("pack", script=True, fallback="OWNER")

KNOWS_OF_ALL = {
    "companies.listed",  # the names of the companies are what a person chooses by
    "companies.add",  # so is whether a code is taken
    "companies.rename",
    "companies.desks",  # for what is done for all of them
}
"""What may speak of other companies, and why."""


CHANGES_ALL: set[str] = set()


class Wrote(Exception):
    """What was taken for a question wanted to write."""


@dataclass(frozen=True)
class Asking(Desk):
    """A desk at which nobody writes."""

    def write(self, work: Callable[[Tx], Any]) -> Any:
        raise Wrote


@dataclass(frozen=True)
class Two:
    """Both companies, and what only the second has: ids and words."""

    mine: Shop
    theirs: Shop
    ids: frozenset[str]
    words: tuple[str, ...]
    candidates: tuple[str, ...]


@pytest.fixture
def two(shop: Shop, clock: FixedClock) -> Iterator[Two]:
    """Each with a unit sold and packed, one ready, a batch, a bin, a carrier and people of its own."""
    fill(shop, "ALPHA")
    before = all_ids(shop.desk)
    row = companies.add(shop.desk, None, "second", "BRAVO Phones", "Europe/Paris", "EUR").row
    desk = replace(shop.desk, company=row.id, book=PolicyBook())
    with Simulator(clock=clock.now(), limits=False, task_seconds=0) as market:
        add_models(desk)
        theirs = make_shop(desk, clock, market)
        fill(theirs, "BRAVO")
        found = all_ids(shop.desk)
        fresh = {value for values in found.values() for value in values} - {
            value for values in before.values() for value in values
        }
        few = {value: None for values in found.values() for value in [v for v in values if v in fresh][-2:]}
        words = ("BRAVO", "bravo")
        yield Two(shop, theirs, frozenset(fresh), words, (*few, *words, "BRAVO-B1", "BRAVO-ANN", "second"))


def fill(shop: Shop, word: str) -> None:
    """A day at this company."""
    desk = shop.desk
    company.add_operator(desk, f"{word}-ANN", f"{word} Ann", "supervisor")
    settings.put(desk, "company.name", f"{word} Phones")
    receiving.batch_named(desk, f"{word}-B1")
    carriers.put(desk, OWNER, f"{word}-car", "Royal Mail")
    shop.ready(2)
    shop.bench.good(shop.units[next(iter(shop.units))], f"BMD:BIN:MAIN/{word}")
    shop.offer()
    settings.put(desk, "backmarket.orders", "automatic")
    shop.market.order(FIRST, 1)
    shop.sync()
    packed = next(
        (
            code
            for code in shop.units.values()
            if packing.scan(desk, PACKER, code).stage is packing.Stage.TRACKING
        ),
        "",
    )
    assert packed
    for code in ("RR123456785GB", "BMD:CONFIRM"):
        shop.clock.advance(seconds=2)
        packing.scan(desk, PACKER, code)
    shop.sync()
    shop.market.order(FIRST, 1)
    shop.sync()


def all_ids(desk: Desk) -> dict[str, list[str]]:
    """Every id in every table, by table and column."""

    def work(connection: Connection) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    if isinstance(value, str) and ULID.fullmatch(value):
                        found.setdefault(f"{table.name}.{name}", []).append(value)
        return found

    return desk.read(work)


def functions() -> dict[str, Callable[..., Any]]:
    """Every public function of the services that a desk is handed to, by its name."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.walk_packages(bmdesk.services.__path__, "bmdesk.services."):
        loaded = importlib.import_module(module.name)
        for name, one in vars(loaded).items():
            if name.startswith("_") or not inspect.isfunction(one) or one.__module__ != module.name:
                continue
            if next(iter(inspect.signature(one).parameters), "") == "desk":
                found[f"{module.name.removeprefix('bmdesk.services.')}.{name}"] = one
    return found


def calls(one: Callable[..., Any], two: Two, shop: Shop) -> list[tuple[Any, ...]] | None:
    """What to hand over besides the desk: the other's ids wherever words go. None where nobody can make that up."""
    hints = typing.get_type_hints(one)
    choices: list[list[Any]] = []
    theirs = list(two.candidates)
    for name, parameter in list(inspect.signature(one).parameters.items())[1:]:
        kind = str(hints.get(name, ""))
        if "Actor" in kind:
            choices.append([OWNER])
        elif name == "seat" or "Seat" in kind:
            choices.append([Seat("probe", script=True, fallback="OWNER")])
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY or (
            parameter.default is not inspect.Parameter.empty and name not in ("words", "search", "account")
        ):
            break
        elif name == "account_id":
            choices.append([shop.account, *theirs])
        elif kind == str(str):
            choices.append(theirs)
        elif re.search(r"(Sequence|tuple|list)\[str", kind):
            choices.append([[value] for value in theirs])
        elif kind == str(int):
            choices.append([0, 1])
        else:
            return None
    if len(choices) <= 2:
        wide = [c for c in choices if len(c) > 1]
        if len(wide) <= 1:
            return list(product(*choices))
    # Each word alone is tried with one value for the rest, and all with the same.
    return [tuple(c[at % len(c)] for c in choices) for at in range(max(map(len, choices)))]


def heard(two: Two, answer: object, given: tuple[Any, ...]) -> str:
    """What the answer says of the other company that nobody had told it; "" if nothing."""
    shown = repr(answer)
    told = str(given).casefold()
    found = [value for value in ULID.findall(shown) if value in two.ids and value.casefold() not in told]
    found += [word for word in two.words if word in shown and word.casefold() not in told]
    return ", ".join(found[:3])


def failure_words(failure: Failure) -> str:
    return f"{failure.code} {failure.params!r}"


def walk(
    two: Two, desk: Desk, leaks: list[str], still: Callable[[str], bool] | None = None
) -> tuple[set[str], set[str]]:
    """Call everything; who answered (or refused), and who could not be called. `still`: whether nothing moved there
    (what it was told stands in its own rows then, so answers say nothing)."""
    answered, strange = set(), set()
    for name, one in sorted(functions().items()):
        if name in KNOWS_OF_ALL:
            continue
        given = calls(one, two, two.mine)
        if given is None:
            strange.add(name)
            continue
        for words in given:
            try:
                result: object = one(desk, *words)
            except Wrote:
                break
            except Failure as failure:
                result = failure_words(failure)
            except (KeyError, ValueError, AttributeError, TypeError, AssertionError, LookupError):
                continue  # a service that takes ids from its own lists; nothing was told
            except Exception as error:
                if type(error).__module__.startswith("sqlalchemy"):
                    continue
                raise
            answered.add(name)
            if still is None and (found := heard(two, result, words)):
                leaks.append(f"{name}{words} tells {found}")
                break
        if still is not None and not still(name):
            leaks.append(f"{name} changes what belongs to the other")
    return answered, strange


@pytest.mark.slow
def test_no_question_is_answered_with_what_belongs_to_another_company(two: Two) -> None:
    desk = two.mine.desk
    asking = Asking(desk.store, desk.photos, desk.clock, desk.company, desk.station)
    leaks: list[str] = []

    answered, strange = walk(two, asking, leaks)

    assert not leaks, "\n".join(leaks)
    assert len(answered) > 60
    assert answered.isdisjoint(strange)


@pytest.mark.slow
def test_no_step_with_the_ids_of_another_company_changes_anything_there(two: Two) -> None:
    desk = two.mine.desk
    state = [rows_of(two, desk)]
    leaks: list[str] = []

    def still(name: str) -> bool:
        state.append(rows_of(two, desk))
        return state[-1] == state[-2] or name in CHANGES_ALL

    walk(two, desk, leaks, still)

    assert not leaks, "\n".join(leaks)


@pytest.mark.slow
def test_a_dashboard_counts_and_tells_only_what_its_own_company_sold(two: Two) -> None:
    def shown(shop: Shop) -> Snapshot:
        return dashboard.snapshot(shop.desk, dashboard.chosen(shop.desk, "30d"))

    before = shown(two.mine), shown(two.theirs)
    sold = Sales(two.theirs.desk, "bravo-second")
    sold.order(
        two.theirs.clock.now(), ("shipped", 3, 99_900), market="en-gb", currency="GBP", buyer=sold.buyer()
    )

    assert shown(two.mine) == before[0] and not heard(two, before[0], ())
    after = shown(two.theirs)
    assert after.card(Figure.PRODUCTS).value == (before[1].card(Figure.PRODUCTS).value or 0) + 3
    assert after.missing == ("GBP",) and after.markets != before[1].markets


def rows_of(two: Two, desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that belongs to the other company, as it stands."""

    def work(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        found = {}
        for table in metadata.sorted_tables:
            named = [column.name for column in table.columns if str(column.type) == str(IDS)]
            rows = connection.execute(select(table)).mappings()
            found[table.name] = [
                tuple(row.values()) for row in rows if any(row[name] in two.ids for name in named)
            ]
        return found

    return desk.read(work)
