"""What many stories begin with is lived through once in each process; the next one takes over where that ended.

A step is remembered by its marketplace and all that was done before it, from the fresh shop on. It is taken over only
where nothing else happened meanwhile: whoever changed the store, the marketplace or the shop lives through it.
"""

from __future__ import annotations

import copy
import functools
import io
import pickle
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from bmdesk.simulator import Simulator
    from tests.markets import Shop

F = TypeVar("F", bound=Callable[..., Any])

_OWN = ("desk", "clock", "market", "tools", "bench", "story")
"""What of a shop is this process's, not its past."""

_LOCK = type(threading.RLock())


@dataclass
class Story:
    """What a shop has lived through: the steps, and how all stood after the last of them."""

    folder: Path
    steps: tuple[bytes, ...]
    stood: tuple[Any, ...]


@dataclass(frozen=True)
class _Kept:
    """How all stood after a step: files, the marketplace, the time, what the shop knew, what the step answered."""

    folder: Path
    world: bytes
    now: datetime
    known: dict[str, Any]
    result: Any


_kept: dict[tuple[bytes, ...], _Kept] = {}


def begin(shop: Shop, folder: Path) -> None:
    """From here on this shop's steps are remembered there (not on PostgreSQL: its stores are no files)."""
    if shop.desk.store.place.file is not None:
        shop.story = Story(folder, (shop.market.url.encode(),), _stands(shop))


def goes_on(shop: Shop, before: Shop, *more: object) -> None:
    """This shop has lived through what `before` has: it is the same with more to it, and that is told by `more`."""
    story = before.story
    shop.story = None
    if story is not None and story.stood == _stands(before):
        steps = (*story.steps, pickle.dumps((type(shop).__qualname__, more)))
        shop.story = Story(story.folder, steps, _stands(shop))


def step(tell: F) -> F:
    """A step that is lived through once; see above. Its arguments and its answer are plain values."""

    @functools.wraps(tell)
    def told(shop: Shop, *args: Any, **kwargs: Any) -> Any:
        story = shop.story
        if story is None or story.stood != _stands(shop):
            return tell(shop, *args, **kwargs)
        name = f"{tell.__module__}.{tell.__qualname__}"
        steps = (*story.steps, pickle.dumps((name, args, sorted(kwargs.items()))))
        kept = _kept.get(steps)
        if kept is not None:
            _take_over(shop, kept)
            result = copy.deepcopy(kept.result)
        else:
            result = tell(shop, *args, **kwargs)
            # Where somebody waits at the marketplace nothing can be kept.
            with suppress(pickle.PicklingError, AttributeError, TypeError):
                _kept[steps] = _keep(shop, story.folder / str(len(_kept)), result)
        shop.story = Story(story.folder, steps, _stands(shop))
        return result

    return cast(F, told)


def _stands(shop: Shop) -> tuple[Any, ...]:
    """What differs as soon as anything happened."""
    try:
        world = _pickled(shop.market.world)
        known = pickle.dumps(_known(shop))
    except (pickle.PicklingError, AttributeError, TypeError):
        return (object(),)
    return shop.desk.store.database.change_token(), world, shop.clock.now(), shop.tools, known


def _known(shop: Shop) -> dict[str, Any]:
    return {name: value for name, value in vars(shop).items() if name not in _OWN}


def _keep(shop: Shop, folder: Path, result: Any) -> _Kept:
    world = world_of(shop.market)
    folder.mkdir(parents=True)
    file = shop.desk.store.place.file
    assert file is not None
    copy_store(file, folder / "store.db")
    if shop.desk.photos.folder.exists():
        shutil.copytree(shop.desk.photos.folder, folder / "photos")
    return _Kept(folder, world, shop.clock.now(), copy.deepcopy(_known(shop)), copy.deepcopy(result))


def _take_over(shop: Shop, kept: _Kept) -> None:
    file = shop.desk.store.place.file
    assert file is not None
    copy_store(kept.folder / "store.db", file)
    if (kept.folder / "photos").exists():
        shutil.copytree(kept.folder / "photos", shop.desk.photos.folder, dirs_exist_ok=True)
    take_world(shop.market, kept.world)
    shop.clock.set(kept.now)
    vars(shop).update(copy.deepcopy(kept.known))


def world_of(market: Simulator) -> bytes:
    """All that a marketplace holds, to be taken over later."""
    return _pickled(market.world)


def take_world(market: Simulator, world: bytes) -> None:
    """The marketplace holds from here on what it, or another, held then."""
    market._server.world = _Unpickler(io.BytesIO(world)).load()


def copy_store(source: Path, target: Path) -> None:
    """The store as it stands, into another: as one transaction where that is open."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        new.execute("PRAGMA synchronous=OFF")
        old.backup(new)


class _Pickler(pickle.Pickler):
    def persistent_id(self, one: object) -> str | None:
        return "lock" if isinstance(one, _LOCK) else None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, name: str) -> Any:
        return threading.RLock()


def _pickled(world: object) -> bytes:
    into = io.BytesIO()
    _Pickler(into).dump(world)
    return into.getvalue()
