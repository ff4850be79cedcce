"""The dashboard on paper and as a picture: the same figures, with no screen, whatever stands in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from bmdesk.reports import dashboard_files, dashboard_words
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.figures import dashboard
from bmdesk.services.figures.dashboard import Figure, Snapshot
from bmdesk.system.clock import FixedClock
from bmdesk.texts import use_language
from tests.sales import Sales

_SCREEN = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


def test_the_same_page_is_a_picture_and_a_pdf(desk: Desk, clock: FixedClock, tmp_path: Path) -> None:
    Sales(desk).order(clock.now(), ("shipped", 1, 40_000))
    drawn(dashboard.snapshot(desk, dashboard.chosen(desk, "30d")), tmp_path)


@pytest.mark.slow
def test_a_period_without_sales_is_drawn_too(desk: Desk, tmp_path: Path) -> None:
    drawn(dashboard.snapshot(desk, dashboard.chosen(desk, "today")), tmp_path)


def drawn(shown: Snapshot, folder: Path) -> None:
    for kind in ("png", "pdf"):
        dashboard_files.write(shown, folder / f"page.{kind}")
    picture = QImage(str(folder / "page.png"))
    assert (picture.width(), picture.height()) == (2376, 1680)
    assert (folder / "page.pdf").read_bytes().count(b"/Type /Page\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) reads the PDF's words"
)
def test_the_page_says_what_the_window_says_also_in_german_and_with_wild_names(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    sold = Sales(desk)
    for days in range(5):
        sold.order(clock.now() - timedelta(days=days), ("shipped", 1, 1_234_567), market="de-de")
    sold.order(clock.now(), ("cancelled", 1, 5), market="<b>mmmmmmm")
    sold.order(clock.now(), ("shipped", 1, 5), market="en-gb", currency="GBP")
    use_language("de")
    try:
        shown = dashboard.snapshot(desk, dashboard.chosen(desk, "7d"))
        dashboard_files.write(shown, tmp_path / "page.pdf")
    finally:
        use_language("en")
    said = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "09.01.2026" in said and "61.728,35 EUR" in said
    assert "Deutschland" in said and "Für GBP gibt es keinen Kurs" in said


@pytest.mark.slow
def test_a_script_without_a_screen_gets_the_picture(tmp_path: Path) -> None:
    file = tmp_path / "figures.png"
    command = [sys.executable, "-m", "bmdesk", "--data", str(tmp_path / "data")]
    done = subprocess.run(
        [
            *command,
            "dashboard",
            "--period",
            "30d",
            "--png",
            str(file),
            "--pdf",
            str(file.with_suffix(".pdf")),
        ],
        env={name: value for name, value in os.environ.items() if name not in _SCREEN},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert QImage(str(file)).width() == 2376 and file.with_suffix(".pdf").stat().st_size > 5_000


def test_the_rest_of_many_markets_is_one_line_and_a_rate_is_of_a_day_of_the_company(
    desk: Desk, clock: FixedClock
) -> None:
    settings.put(desk, "company.timezone", "Pacific/Auckland")
    clock.set(datetime(2026, 1, 15, 20, tzinfo=UTC))  # there it is the next day
    settings.put(desk, "rate.GBP", "0.8")
    sold = Sales(desk)
    for number, market in enumerate(("fr-fr", "de-de", "es-es", "it-it", "en-gb", "nl-nl", "pt-pt", "at"), 1):
        currency = "GBP" if market == "en-gb" else "EUR"
        sold.order(clock.now(), ("shipped", 1, 10_000 - 100 * number), market=market, currency=currency)
    shown = dashboard.snapshot(desk, dashboard.chosen(desk, "7d"))
    lines = dashboard_words.market_lines(shown)
    assert len(lines) == 6 and lines[-1][0] == "Other markets"
    assert sum(line.revenue_minor for _, line in lines) == shown.card(Figure.REVENUE).value
    assert sum(line.orders for _, line in lines) == 8
    assert dashboard_words.rates_words(shown).endswith("0.8 GBP (2026-01-16)")
    assert not dashboard_words.early_words(shown)
    assert dashboard_words.tick_words(shown, shown.trend[-1].period) == "16 Jan"

    sold.order(clock.now() - timedelta(days=500), ("shipped", 1, 8_000), market="en-gb", currency="GBP")
    years = dashboard.snapshot(desk, dashboard.chosen(desk, "", date(2024, 1, 1)))
    assert dashboard_words.tick_words(years, years.trend[0].period) == "2024-01-01"
    assert "before its first rate" in dashboard_words.early_words(years)


def test_words_of_figures_say_change_nothing_and_what_lacks(desk: Desk, clock: FixedClock) -> None:
    sold = Sales(desk)
    for days, minor in ((0, 1_500_050), (8, 2_000_000), (0, 0)):
        sold.order(clock.now() - timedelta(days=days), ("shipped", 1, minor))
    shown = dashboard.snapshot(desk, dashboard.chosen(desk, "7d"))
    revenue, sync = shown.card(Figure.REVENUE), shown.card(Figure.SYNC)
    assert dashboard_words.value_words(shown, Figure.REVENUE, revenue.value) == "15,000"
    assert dashboard_words.whole_words(shown, Figure.REVENUE, revenue.value) == "15,000.50 EUR"
    assert dashboard_words.change_words(revenue) == "-25.0 %" and dashboard_words.direction(revenue) == -1
    assert dashboard_words.change_words(sync) == dashboard_words.NOTHING
    assert dashboard_words.steps(0) == (0.0, 1.0)
    for top in (0.07, 1, 3.2, 9.99, 41, 999, 12_345, 8e7):
        steps = dashboard_words.steps(top)
        assert 2 <= len(steps) <= 6 and steps[-2] < top <= steps[-1]
