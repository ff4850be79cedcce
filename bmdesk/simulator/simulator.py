"""The simulator as tests and the command line hold it: a marketplace on a port, and the hand behind its curtain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Literal

from bmdesk.simulator import backbox, control, faults, happenings
from bmdesk.simulator.clock import set_by_words
from bmdesk.simulator.ledger import Ledger
from bmdesk.simulator.references import listing_of, order_of
from bmdesk.simulator.seeding import seed as seed_world
from bmdesk.simulator.server import Server
from bmdesk.simulator.world import World

Mode = Literal["strict", "real"]


class Simulator:
    """A Back Market on loopback, ready when the constructor returns.

    It answers in a thread of its own until `close` (or the end of its `with`). Every method may be called at any
    time, from any thread, and counts neither for limits nor for faults.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        seed: int = 1,
        mode: Mode = "strict",
        region: str = "EU",
        latency_ms: float = 0,
        listings: int = 0,
        orders: int = 0,
        token: str | None = None,
        limits: bool = True,
        task_seconds: float = 300.0,
        clock: str | datetime | None = None,
    ) -> None:
        """`port` 0 picks a free one (OSError when a given one is taken); `clock` holds the time from the start."""
        self._settings = {
            "latency": latency_ms,
            "token": token,
            "limits": limits,
            "task_seconds": task_seconds,
        }
        self._made = {"seed": seed, "mode": mode, "region": region, "listings": listings, "orders": orders}
        self._clock = clock
        self._server = Server(self._new_world(), port)
        self.url = self._server.url
        self.port = self._server.port

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Cut every connection and stop answering."""
        self._server.close()

    def reset(self) -> None:
        """The account as it was at the start, on the same port: many stories on one server."""
        self._server.world = self._new_world()

    @property
    def world(self) -> World:
        """The state itself, for what no method here says. Hold `world.lock` while touching it."""
        return self._server.world

    @property
    def ledger(self) -> Ledger:
        return self.world.ledger

    # ------------------------------------------------------------ faults and time

    def fault(self, what: str, where: str = "* *", *, times: int | None = None, skip: int = 0) -> None:
        """Break calls: `fault("after effect", "POST /ws/orders/*", times=1)`, or a whole SPEC as the first word.

        `skip` lets so many fitting calls through first. ValueError names the faults there are.
        """
        spec = ":" in what
        made = faults.parse(what) if spec else faults.make(what, where, times, skip)
        with self.world.lock:
            self.world.faults.add(made)

    def clear(self) -> None:
        """No faults any more."""
        with self.world.lock:
            self.world.faults.clear()

    @property
    def clock(self) -> datetime:
        """The simulated time; assign an ISO time or a datetime to hold it there, None to let it run."""
        return self.world.clock.now()

    @clock.setter
    def clock(self, at: datetime | str | None) -> None:
        with self.world.lock:
            set_by_words(self.world.clock, at)
            self.world.settle()

    def advance(self, seconds: float) -> None:
        with self.world.lock:
            self.world.clock.advance(seconds)
            self.world.settle()

    @property
    def task_seconds(self) -> float:
        """How long a batch takes by the simulated clock; 0 is done at once. Holds for batches to come."""
        return self.world.task_seconds

    @task_seconds.setter
    def task_seconds(self, seconds: float) -> None:
        self.world.task_seconds = seconds

    def control(self, **orders: Any) -> dict[str, Any]:
        """The same as `POST /__control` with these keys; ValueError where it would answer 400."""
        with self.world.lock:
            return control.obey(self.world, orders)

    # ------------------------------------------------------------ the account

    def add_product(self, title: str, **facts: Any) -> dict[str, Any]:
        with self.world.lock:
            return control.add_product(self.world, title=title, **facts)

    def add_listing(
        self,
        sku: str,
        *,
        grade: str = "GOOD",
        quantity: int = 0,
        prices: Mapping[str, object] | None = None,
        **facts: Any,
    ) -> dict[str, Any]:
        """See `control.add_listing`; answers what `listing` answers."""
        with self.world.lock:
            return control.add_listing(
                self.world, sku=sku, grade=grade, quantity=quantity, prices=prices, **facts
            )

    def remove_listing(self, listing: object) -> None:
        with self.world.lock:
            self.world.remove_listing(listing_of(self.world, listing))

    def listing(self, listing: object) -> dict[str, Any]:
        """By uuid, number or SKU: its common fields, and `markets` with every market that has an offer."""
        with self.world.lock:
            self.world.settle()
            return control.state_of_listing(listing_of(self.world, listing))

    def listings(self) -> list[dict[str, Any]]:
        with self.world.lock:
            self.world.settle()
            return [control.state_of_listing(one) for one in self.world.listings.values()]

    def change(self, listing: object, *, market: str | None = None, **fields: Any) -> dict[str, Any]:
        """Another tool, or a person at the marketplace, writes: quantity, grade; or price, comment ... of a market."""
        with self.world.lock:
            return control.change(self.world, listing, market=market, **fields)

    def order(
        self,
        sku: object = None,
        quantity: int = 1,
        *,
        lines: list[tuple[object, int]] | None = None,
        market: str | None = None,
        state: int = 1,
        at: datetime | str | None = None,
        **facts: Any,
    ) -> int:
        """A customer buys; the listing's quantity falls at once. The order's number.

        `facts`: customer, delay, payment, backship (see happenings.place_order).
        """
        with self.world.lock:
            return happenings.place_order(
                self.world,
                sku=sku,
                quantity=quantity,
                lines=lines,
                market=market,
                state=state,
                at=at,
                **facts,
            )

    def order_state(self, order: int) -> dict[str, Any]:
        """{order_id, market, state, tracking_number, customer, delivery, lines: [{id, sku, quantity, state, ...}]}."""
        with self.world.lock:
            self.world.settle()
            return happenings.state_of_order(order_of(self.world, order))

    def set_order_state(self, order: int, state: int) -> None:
        with self.world.lock:
            happenings.set_order_state(self.world, order, state)

    def buy(self, count: int = 1) -> list[int]:
        """So many customers come at once and buy what is online: their orders."""
        with self.world.lock:
            return happenings.buy(self.world, count)

    def race(self, sku: object = None, where: str = "POST /ws/listings/*", **facts: Any) -> None:
        """A customer buys between what the next such call's sender read and what it writes (see happenings.race).

        Something else with `then={"cancel": {"order": 1}}`, or whatever `control` takes.
        """
        self.control(race={"sku": sku, "where": where, **facts})

    def invoice(self, order: int) -> bytes | None:
        """The file that was uploaded last for this order."""
        kept = order_of(self.world, order).invoice
        return None if kept is None else kept.content

    def set_line_state(self, line: int, state: int) -> None:
        with self.world.lock:
            happenings.set_line_state(self.world, line, state)

    def backbox(self, listing: object, market: str, winner: object = None, to_win: object = None) -> None:
        """The BackBox of a listing in a market; without prices there is none."""
        with self.world.lock:
            backbox.set_box(self.world, listing, market, winner, to_win)

    def rivals(self, listing: object, market: str, *prices: object) -> None:
        """Other sellers offer the same in this market at these prices, and who wins follows from the prices."""
        with self.world.lock:
            backbox.set_rivals(self.world, listing, market, prices)

    def move_price(self, listing: object, price: object, market: str | None = None) -> None:
        """The BackPricer moves a price, between its min_price and the price that was asked."""
        with self.world.lock:
            control.move_price(self.world, listing=listing, price=price, market=market)

    def write_again(self, listing: object, price: object, market: str | None = None, **facts: Any) -> None:
        """Another tool writes this price again and again (see control.write_again)."""
        with self.world.lock:
            control.write_again(self.world, listing=listing, price=price, market=market, **facts)

    def _new_world(self) -> World:
        made = self._made
        world = World(seed=int(str(made["seed"])), real=made["mode"] == "real")
        control.obey(world, {"region": made["region"], **self._settings})
        if self._clock is not None:
            set_by_words(world.clock, self._clock)
        seed_world(world, listings=int(str(made["listings"])), orders=int(str(made["orders"])))
        return world
