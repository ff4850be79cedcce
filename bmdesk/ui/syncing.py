"""The sync worker in the window: started when there is an account, stopped before the bridge is closed.

Its transactions go through the bridge's one writer thread, behind every scan; what it reports arrives by signals. Knows
no rule of syncing: that is `bmdesk.sync`, which is imported off the GUI thread and only where there is an account.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, Signal

from bmdesk.domain.changes import Change
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.services.syncing import sync_status
from bmdesk.services.syncing.sync_status import Level, Summary
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure, Text, msg, render
from bmdesk.ui import errands
from bmdesk.ui.bridge import Bridge, Priority
from bmdesk.ui.main_window import MainWindow
from bmdesk.ui.palette import Tone
from bmdesk.ui.words import level_tone

if TYPE_CHECKING:
    from bmdesk.connectors.backmarket.import_orders import Saved
    from bmdesk.connectors.verdict import Verdict
    from bmdesk.services.odoo.units.drift import Drift
    from bmdesk.sync.dry_run import DryRun
    from bmdesk.sync.engine import Report
    from bmdesk.sync.worker import Worker

_log = logging.getLogger(__name__)

LOOK_MS = 30_000
STOP_S = 2.0
"""So long the closing window waits for a call that is under way; it is claimed, and so becomes uncertain."""

_TOKEN_S = 5.0
_ACCOUNTS_FOR = frozenset({Change.SETTINGS, Change.ACCOUNTS})
_IMPORTED = frozenset({Change.SYNC, Change.UNITS, Change.CATALOGUE, Change.BATCHES})


class BackgroundSync(QObject):
    """The worker of this window, and what the frame says of it. GUI thread only."""

    trouble_changed = Signal()  # `trouble` is another one, or gone
    asked_changed = Signal(bool)  # a run that a person asked for has begun, or ended
    _told = Signal(object)  # Report
    _refused = Signal(object)  # Failure
    _broke = Signal(object)  # BaseException

    def __init__(self, desk: Desk, bridge: Bridge, window: MainWindow, data: DataDir) -> None:
        super().__init__(window)
        self.secrets = Secrets(data.root)
        self.trouble: Failure | None = None
        self._bridge, self._window = bridge, window
        self._front = desk
        self._desk = replace(desk, through=bridge.run)
        self._worker: Worker | None = None
        self._errands: list[Errand] = []
        self._importing: Errand | None = None
        self._secrets_known: dict[str, tuple[float, bool]] = {}
        self._asked = self._looking = self._stopped = False
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self._say)
        self._told.connect(self._take_report)
        self._refused.connect(self._take_failure)
        self._broke.connect(self._take_crash)

    def start(self) -> None:
        """Begin to sync as soon as there is an account, and say how it goes."""
        self._bridge.changed.connect(self._changed)
        self._clock.start()
        self._look_for_accounts()
        self._say()

    def stop(self) -> bool:
        """End. A call under way is left behind after two seconds (False then): it was claimed, so nothing is lost."""
        if self._stopped:
            return True
        self._stopped = True
        self._clock.stop()
        for errand in self._errands:
            errand.cancel()
        return self._worker is None or self._worker.stop(STOP_S)

    @property
    def is_running(self) -> bool:
        """Whether the worker was started."""
        return self._worker is not None

    @property
    def is_asked(self) -> bool:
        """Whether a run that a person asked for is under way."""
        return self._asked

    def sync_now(self) -> None:
        """Read everything and send everything, now."""
        self._set_asked(on=True)
        if self._worker is not None:
            self._worker.sync_now()
        else:
            self._look_for_accounts()

    def has_secret(self, name: str) -> bool:
        """Whether this machine has this secret. Asks the keyring, now and then: for the reader thread."""
        asked, known = self._secrets_known.get(name, (0.0, False))
        now = time.monotonic()
        if not asked or now - asked > _TOKEN_S:
            known = bool(self.secrets.get(name))
            self._secrets_known[name] = now, known
        return known

    def test(
        self,
        account: str,
        then: Callable[[Verdict], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Errand:
        """One cheap read at the marketplace; `then` gets the verdict. If all is well, what blocked it is forgotten."""
        return self._send(
            lambda errand: errands.tried(self._desk, self.secrets, account, errand), then, failed
        )

    def dry_run(self, then: Callable[[DryRun], object], failed: Callable[[Failure], object]) -> Errand:
        """What would be written, nothing sent but reads. `errand.steps` counts to `errand.total`."""
        return self._send(lambda errand: errands.dry_run(self._desk, self.secrets, errand), then, failed)

    def odoo_drift(self, then: Callable[[Drift], object], failed: Callable[[Failure], object]) -> Errand:
        """Where the stock here and Odoo's differ; changes nothing. `errand.steps` counts to `errand.total`."""
        return self._send(lambda errand: errands.odoo_drift(self._desk, self.secrets, errand), then, failed)

    def import_again(
        self,
        account: str,
        remote_id: str,
        then: Callable[[Saved], object],
        failed: Callable[[Failure], object],
    ) -> Errand:
        """One order that was set aside, once more: asked for anew, or read from what was kept of it."""
        return self._send(
            lambda errand: errands.again(self._desk, self.secrets, account, remote_id, errand), then, failed
        )

    def odoo_import(self, import_id: str) -> Errand:
        """Go on with an import from Odoo until it ends or is stopped; it goes on while no dialog shows it."""
        work = partial(errands.odoo_import, self._desk, self.secrets, import_id)
        self._importing = self._send(work, lambda _: None)
        self._importing.ended.connect(self._import_ended)
        return self._importing

    @property
    def is_importing(self) -> bool:
        """Whether this window goes on with an import from Odoo."""
        return self._importing is not None

    def _import_ended(self) -> None:
        self._importing = None
        self._bridge.announce(_IMPORTED)

    # -- the worker

    def _changed(self, flags: frozenset[Change]) -> None:
        if flags & _ACCOUNTS_FOR and self._worker is None and not self._stopped:
            self._look_for_accounts()
        if flags & (_ACCOUNTS_FOR | {Change.SYNC}):
            self._say()

    def _look_for_accounts(self) -> None:
        if not (self._looking or self._stopped):
            self._looking = True
            self._bridge.write(
                lambda: _is_there_anything(self._front),
                then=self._begin,
                failed=self._not_looked,
                priority=Priority.BACKGROUND,
            )

    def _not_looked(self, failure: Failure) -> None:
        self._looking = False
        self._take_failure(failure)

    def _begin(self, found: bool) -> None:
        self._looking = False
        if not found or self._stopped or self._worker is not None:
            if self._worker is None:
                self._set_asked(on=False)
            return
        from bmdesk.sync.worker import Worker  # imported by the look for accounts, off this thread

        def rest(seconds: float) -> None:
            worker.rest(seconds)

        worker = Worker(
            self._desk,
            errands.tools(self.secrets, rest),
            told=lambda report: self._send_on(self._told, report),
            failed=lambda failure: self._send_on(self._refused, failure),
            crashed=lambda bug: self._send_on(self._broke, bug),
        )
        self._worker = worker
        worker.start()
        if self._asked:
            worker.sync_now()

    def _send_on(self, signal: object, what: object) -> None:
        """From the worker's thread to the window's."""
        try:
            signal.emit(what)  # type: ignore[attr-defined]
        except RuntimeError:  # the window is gone; what was committed is committed
            _log.info("sync said something after the window had closed: %r", what)

    def _take_report(self, report: Report) -> None:
        self._set_asked(on=False)
        self._set_trouble(None)
        if not self._stopped:
            self._bridge.announce(report.changes)

    def _take_failure(self, failure: Failure) -> None:
        self._set_asked(on=False)
        self._set_trouble(failure)

    def _take_crash(self, bug: BaseException) -> None:
        """The worker has ended by a bug; the next `sync_now` starts another one."""
        self._worker = None
        self._set_asked(on=False)
        if not self._stopped:
            self._bridge.crashed.emit(bug)
            self._say()

    def _set_asked(self, *, on: bool) -> None:
        if on != self._asked:
            self._asked = on
            self.asked_changed.emit(on)

    def _set_trouble(self, failure: Failure | None) -> None:
        """Said where a person looks for it: another process that syncs is no reason for a banner a minute."""
        before = self.trouble
        self.trouble = failure
        if (before and before.code) != (failure and failure.code) and not self._stopped:
            self.trouble_changed.emit()
            self._say()

    # -- what the frame says

    def _say(self) -> None:
        if not self._stopped:
            in_trouble = self.trouble is not None
            look = partial(_frame, self._front, in_trouble=in_trouble)
            self._bridge.read(look, then=self._show, key=(id(self), "frame"))

    def _show(self, found: _Frame) -> None:
        summary, strip = found.summary, found.strip
        if found.is_ours and self.trouble is not None:  # the other process has gone, and ours took over
            self._set_trouble(None)
        if summary.level is Level.OK and self.trouble is not None:
            self._window.set_sync(render(self.trouble.title), Tone.WARN)
        else:
            # Nothing to sync is neither good nor bad.
            quiet = summary.level is Level.OK and self._worker is None
            self._window.set_sync(render(summary.text), Tone.NEUTRAL if quiet else level_tone(summary.level))
        self._window.set_strip(*((render(strip[0]), strip[1]) if strip else ("", Tone.NEUTRAL)))

    # -- errands

    def _send(
        self,
        work: Callable[[Errand], object],
        then: Callable[..., object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Errand:
        errand = Errand(work, self)
        errand.done.connect(then)
        errand.failed.connect(failed or self._bridge.failure.emit)
        errand.crashed.connect(self._bridge.crashed.emit)
        errand.ended.connect(lambda: self._errands.remove(errand))
        self._errands.append(errand)
        errand.start()
        return errand


class Errand(QObject):
    """Long work for a person who waits (a journey to the marketplace, a backup); on a thread of its own, lists go on
    being read.
    """

    done = Signal(object)
    failed = Signal(object)
    crashed = Signal(object)
    ended = Signal()
    _back = Signal(object, object)

    def __init__(self, work: Callable[[Errand], object], parent: QObject) -> None:
        super().__init__(parent)
        self.steps = self.total = 0
        """So many things were looked at, of so many: as far as the work tells."""
        self._work = work
        self._cancelled = threading.Event()
        self._back.connect(self._deliver)

    def start(self) -> None:
        """Go."""
        threading.Thread(target=self._go, name="bmdesk-errand", daemon=True).start()

    def cancel(self) -> None:
        """Come back with what there is."""
        self._cancelled.set()

    def goes_on(self) -> bool:
        """Whether nobody cancelled."""
        return not self._cancelled.is_set()

    def told(self, done: int, total: int) -> None:
        """So much of the work is done, of so much."""
        self.steps, self.total = done, total

    def rest(self, seconds: float) -> None:
        """Wait so long, or until cancelled."""
        self._cancelled.wait(seconds)

    def _go(self) -> None:
        result: object = None
        trouble: BaseException | None = None
        try:
            result = self._work(self)
        except Exception as error:  # noqa: BLE001 - told to the person, or to the crash report
            trouble = error
        try:
            self._back.emit(result, trouble)
        except RuntimeError:  # the window is gone
            _log.info("an errand came back after the window had closed")

    def _deliver(self, result: object, trouble: BaseException | None) -> None:
        self.ended.emit()
        if isinstance(trouble, Failure):
            self.failed.emit(trouble)
        elif trouble is not None:
            self.crashed.emit(trouble)
        else:
            self.done.emit(result)
        self.deleteLater()


# ---------------------------------------------------------------- off the GUI thread


def _is_there_anything(desk: Desk) -> bool:
    """Whether an account of any company wants syncing. Imports the engine where one does: its HTTP takes its time."""
    accounts.ensure(desk)
    if not accounts.is_any_active(desk):
        return False
    import bmdesk.sync.worker

    return bool(bmdesk.sync.worker)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the frame says. `is_ours`: this process has the right to sync; asked for only after trouble."""

    summary: Summary
    strip: tuple[Text, Tone] | None
    is_ours: bool


def _frame(desk: Desk, *, in_trouble: bool) -> _Frame:
    status = sync_status.status(desk) if in_trouble else None
    who = status.syncing if status is not None and status.is_alive else None
    ours = who is not None and who.process == os.getpid() and who.station == desk.station
    return _Frame(sync_status.summary(desk), _strip(desk), ours)


def _strip(desk: Desk) -> tuple[Text, Tone] | None:
    """What the window's frame says where nothing that is sent is real."""
    settings = [view.settings for view in accounts.listed(desk) if view.row.active and view.settings]
    kinds = {is_simulator(one): one for one in settings if one.is_sandbox or is_simulator(one)}
    if not kinds:
        return None
    every = all(one.is_sandbox or is_simulator(one) for one in settings)
    if True in kinds:
        return (msg("window.simulator") if every else msg("window.simulator_some")), Tone.PRIME
    return (msg("window.sandbox") if every else msg("window.sandbox_some")), Tone.WARN


def is_simulator(settings: AccountSettings) -> bool:
    """Whether the account's API runs on this machine."""
    host = urlsplit(settings.url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
