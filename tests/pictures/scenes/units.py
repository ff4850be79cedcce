"""What the bench did, the units, and the batches in which they come."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.pictures.open_window import NotShown, OpenWindow, Scene, first


def _one_person(house: OpenWindow, page: Any) -> None:
    house.wait(lambda: page.shown is not None)
    if not page.shown.operators:
        raise NotShown("nobody finished a unit")
    page.bar.choose_person(page.shown.operators[0].code)
    house.wait(lambda: bool(page.shown.operator))


def _unit_tab(key: str, _house: OpenWindow, page: Any) -> None:
    page.show_tab(key)


def _unit(house: OpenWindow, page: Any) -> Any:
    page.show_tab("all")
    page.all.open_unit(first(house, page.all.table).id)
    house.settle()
    return page.all.detail


def _of_unit(act: str, house: OpenWindow, page: Any) -> None:
    getattr(_unit(house, page).acts, act)()


def _of_units(act: str, house: OpenWindow, page: Any) -> None:
    page.show_tab("all")
    first(house, page.all.table)
    page.all.table.selectAll()
    getattr(page.all.chosen, act)()


def _repair(act: str, house: OpenWindow, page: Any) -> None:
    page.show_tab("repairs")
    first(house, page.repairs.table)
    getattr(page.repairs, act)()


def _batch(house: OpenWindow, page: Any) -> None:
    page.show_batch(first(house, page.table))


def _batch_tab(number: int, house: OpenWindow, page: Any) -> None:
    _batch(house, page)
    page.view.tabs.setCurrentIndex(number)


SCENES: tuple[Scene, ...] = (
    Scene("bench_figures", "bench_figures", lambda _h, page: page.bar.choose_person("")),
    Scene("bench_figures-person", "bench_figures", _one_person),
    Scene("units", "units", partial(_unit_tab, "all")),
    Scene("units-retests", "units", partial(_unit_tab, "retests")),
    Scene("units-repairs", "units", partial(_unit_tab, "repairs")),
    Scene("units-sheet", "units", _unit),
    *(
        Scene(f"units-{act}", "units", partial(_of_unit, act), dialog=True)
        for act in ("label", "move", "correct_cost", "mark_gone")
    ),
    *(
        Scene(f"units-{act}", "units", partial(_of_units, act), dialog=True)
        for act in ("hold_chosen", "move_chosen", "label_chosen")
    ),
    *(
        Scene(f"units-repair-{act}", "units", partial(_repair, act), dialog=True)
        for act in ("assign", "wait_for_part")
    ),
    Scene("receiving", "receiving", lambda _h, page: page.show_list()),
    Scene("receiving-new", "receiving", lambda _h, page: page.new(), dialog=True),
    *(Scene(f"receiving-batch-{tab}", "receiving", partial(_batch_tab, tab)) for tab in range(4)),
)
