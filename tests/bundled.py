"""Bundled scenarios as the tests of claims read them, each loaded and run once: nothing changes them."""

from __future__ import annotations

from functools import cache

from bpdebug.check.forward import Values
from bpdebug.check.iteration import trained
from bpdebug.scenario.bundled import bundled as scenarios
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario

NAMES = [each.name for each in scenarios()]


@cache
def matrices(name: str) -> bool:
    """Whether all that it starts from is a matrix or a number: then it can be turned to the other orientation."""
    return all(array.ndim in (0, 2) for array in bundled(name).values.values())


@cache
def bundled(name: str) -> Scenario:
    """The scenario of this name."""
    return load(name)


@cache
def begun(name: str) -> Values:
    """What its first iteration begins with."""
    return trained(bundled(name), 0)


TURNED = [(name, way) for name in NAMES for way in ("columns", "rows") if matrices(name) or way == "rows"]
"""Every bundled scenario in every orientation that it can have."""
