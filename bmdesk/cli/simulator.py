"""`bmdesk simulator`: a Back Market on this machine alone, for training and for trying clients."""

from __future__ import annotations

import enum
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from bmdesk.cli.main import new_app
from bmdesk.texts import Failure, t

app = new_app(help=t("cli.help_simulator"))


class _Mode(enum.StrEnum):
    STRICT = "strict"
    REAL = "real"


class _Region(enum.StrEnum):
    EU = "EU"
    NA = "NA"
    AP = "AP"


class PortTaken(Failure):
    """The address cannot be listened on. Params: `port`, `error`."""

    code = "simulator.port_taken"


@app.command(help=t("cli.help_simulator"))
def simulator(
    port: Annotated[int, typer.Option(min=0, max=65535, help=t("cli.help_simulator_port"))] = 0,
    seed: Annotated[int, typer.Option(help=t("cli.help_simulator_seed"))] = 1,
    mode: Annotated[_Mode, typer.Option(help=t("cli.help_simulator_mode"))] = _Mode.STRICT,
    fault: Annotated[list[str] | None, typer.Option(help=t("cli.help_simulator_fault"))] = None,
    latency: Annotated[int, typer.Option(min=0, max=60_000, help=t("cli.help_simulator_latency"))] = 0,
    listings: Annotated[int, typer.Option(min=0, max=100_000, help=t("cli.help_simulator_listings"))] = 0,
    orders: Annotated[int, typer.Option(min=0, max=100_000, help=t("cli.help_simulator_orders"))] = 0,
    orders_per_minute: Annotated[
        float, typer.Option(min=0, max=60_000, help=t("cli.help_simulator_orders_per_minute"))
    ] = 0,
    trouble: Annotated[float, typer.Option(min=0, max=100, help=t("cli.help_simulator_trouble"))] = 0,
    backship: Annotated[float, typer.Option(min=0, max=100, help=t("cli.help_simulator_backship"))] = 0,
    token: Annotated[str | None, typer.Option(help=t("cli.help_simulator_token"))] = None,
    region: Annotated[_Region, typer.Option(help=t("cli.help_simulator_region"))] = _Region.EU,
    not_merchant: Annotated[
        bool, typer.Option("--not-merchant", help=t("cli.help_simulator_not_merchant"))
    ] = False,
) -> None:
    from bmdesk.simulator import Simulator  # its web server is not loaded for `--help`
    from bmdesk.simulator.faults import parse

    for spec in fault or ():
        try:
            parse(spec)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--fault") from None
    try:
        market = Simulator(
            port,
            seed=seed,
            mode=mode.value,
            region=region.value,
            latency_ms=latency,
            listings=listings,
            orders=orders,
            token=token,
        )
    except OSError as error:
        raise PortTaken(port=str(port), error=error.strerror or str(error)) from None
    with market, _told_to_end() as ended:
        market.control(
            fault=fault or [],
            merchant=not not_merchant,
            trouble=trouble,
            backship=backship,
            orders_per_minute=orders_per_minute,
        )
        print(t("simulator.listening", url=market.url))
        sys.stdout.flush()
        # In pieces, because Windows delivers Ctrl+C only between two waits.
        while not ended.wait(0.5):
            pass


@contextmanager
def _told_to_end() -> Iterator[threading.Event]:
    """An event that SIGTERM sets; Ctrl+C ends the command as it ends every other."""
    ended = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        yield ended
    finally:
        signal.signal(signal.SIGTERM, before)
