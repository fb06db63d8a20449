"""The kinds of layers: one table, a file per family."""

from __future__ import annotations

from bpdebug.scenario.layers import attention, dense, drawn, embedding, images, norms, recurrent, skips
from bpdebug.scenario.layers.kind import LAYERS, Layer
from bpdebug.scenario.layers.stack import ALONG_UNITS, MATRIX, RANKS, SEQUENCE, STEPS, Line, Misfit, Parameter, Stack

FAMILIES = (dense, drawn, skips, norms, embedding, recurrent, attention, images)
"""The modules that fill the table, in the order in which it is shown."""
_ORDER = [family.__name__ for family in FAMILIES]
_SORTED = sorted(LAYERS.items(), key=lambda entry: _ORDER.index(entry[1].__module__))
LAYERS.clear()
LAYERS.update(_SORTED)

__all__ = [
    "ALONG_UNITS",
    "FAMILIES",
    "LAYERS",
    "MATRIX",
    "RANKS",
    "SEQUENCE",
    "STEPS",
    "Layer",
    "Line",
    "Misfit",
    "Parameter",
    "Stack",
]
