"""Every kind of layer in a small network. Sizes are all different, so that nothing fits by chance."""

from __future__ import annotations

from collections.abc import Mapping

from tests.scenario.layers import drawing, feedforward, images, recurrent, sequences
from tests.scenario.layers.case import Case

CASES: Mapping[str, Case] = {**feedforward.CASES, **drawing.CASES, **recurrent.CASES, **sequences.CASES, **images.CASES}
"""By kind, and what of it. A kind without one fails a test."""
