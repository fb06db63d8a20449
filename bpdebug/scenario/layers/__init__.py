"""The kinds of layers: one table, a file per family."""

from __future__ import annotations

from bpdebug.scenario.layers import attention, dense, drawn, norms, recurrent, skips
from bpdebug.scenario.layers.kind import LAYERS, Layer
from bpdebug.scenario.layers.stack import ALONG_UNITS, STEPS, Line, Misfit, Parameter, Stack

FAMILIES = (attention, dense, drawn, norms, recurrent, skips)
"""The modules that fill the table."""

__all__ = ["ALONG_UNITS", "FAMILIES", "LAYERS", "STEPS", "Layer", "Line", "Misfit", "Parameter", "Stack"]
