"""A marketplace for each test, and a seller's HTTP client on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from bmdesk.simulator import Simulator

SELLER = {
    "Authorization": "Basic dG9rZW4=",
    "User-Agent": "BM-Acme-bmdesk;mail@acme.example",
    "Accept-Language": "fr-fr",
}


@pytest.fixture(scope="module")
def _server() -> Iterator[Simulator]:
    with Simulator(clock="2026-01-15T09:00:00Z") as sim:
        yield sim


@pytest.fixture
def sim(_server: Simulator) -> Simulator:
    """An empty account in mode strict; the clock stands still."""
    _server.reset()
    return _server


Seller = Callable[..., httpx.Client]


@pytest.fixture
def seller() -> Iterator[Seller]:
    """Makes clients of a simulator; `headers` replace the seller's own, None leaves one out."""
    made: list[httpx.Client] = []

    def make(sim: Simulator, timeout: float = 2.0, **headers: str | None) -> httpx.Client:
        wanted = {**SELLER, **{name.replace("_", "-").title(): value for name, value in headers.items()}}
        # Without https there is nobody to trust, and reading all certificates takes longer than most stories.
        client = httpx.Client(base_url=sim.url, timeout=timeout, verify=False)
        client.headers.clear()
        client.headers.update({name: value for name, value in wanted.items() if value is not None})
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def http(sim: Simulator, seller: Seller) -> httpx.Client:
    return seller(sim)
