"""Bundled scenarios as the tests of claims read them, each loaded and run once: nothing changes them."""

from __future__ import annotations

from functools import cache

from bpdebug.check.forward import Values
from bpdebug.check.iteration import trained
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario


@cache
def bundled(name: str) -> Scenario:
    """The scenario of this name."""
    return load(name)


@cache
def begun(name: str) -> Values:
    """What its first iteration begins with."""
    return trained(bundled(name), 0)
