"""The bench: the room where an operator stands all day."""

from bmdesk.ui.views.bench.page import BenchPage

__all__ = ["BenchPage"]
