"""The Bench figures room."""

from bmdesk.ui.views.bench_figures.page import BenchFiguresPage

__all__ = ["BenchFiguresPage"]
