"""A Back Market seller API on loopback, as nasty as the real one: for demo, training and tests.

It imports nothing of bmdesk, so that it can prove the client wrong. `Simulator` is all that others need.
"""

from __future__ import annotations

from bmdesk.simulator.simulator import Simulator

__all__ = ["Simulator"]
