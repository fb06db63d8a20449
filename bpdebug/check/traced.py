"""Which operations of a function are not analytic: seen by watching what NumPy is asked to do.

Only what can be followed counts: where an array leaves the watch, as by np.asarray, nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpdebug.ops.table import Array

DROPPING = frozenset({np.absolute, np.fabs, np.conjugate, np.hypot, np.sign})
"""Operations that are not analytic, or drop the imaginary part."""
ANALYTIC = frozenset({np.linalg.inv, np.linalg.solve, np.linalg.det})
"""What is, of linear algebra; norms, decompositions and logarithms of determinants are not."""
ATTRIBUTES = frozenset({"real", "imag", "conj", "conjugate"})
PARTS = frozenset({np.real, np.imag, np.angle, np.vdot, np.real_if_close})


class Watched(np.ndarray[Any, Any]):
    """An array that notes in `lost` which operation is not analytic, and hands that on to what is made of it."""

    lost: list[str]

    def __array_finalize__(self, source: Any) -> None:
        self.lost = getattr(source, "lost", [])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if ufunc in DROPPING:
            self.lost.append(ufunc.__name__)
        if "out" in options:
            options["out"] = tuple(map(_plain, options["out"]))
        return self._watching(getattr(ufunc, method)(*map(_plain, inputs), **options))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        linear = (getattr(function, "__module__", "") or "").startswith("numpy.linalg")
        if function in PARTS or (linear and function not in ANALYTIC):
            self.lost.append(function.__name__)
        return super().__array_function__(function, types, args, kwargs)

    def __getattribute__(self, name: str) -> Any:
        if name in ATTRIBUTES:
            self.lost.append(name)
        return super().__getattribute__(name)

    def _watching(self, made: Any) -> Any:
        if isinstance(made, tuple):
            return tuple(map(self._watching, made))
        out = np.asarray(made).view(Watched)
        out.lost = self.lost
        return out


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Watched) else value


def dropped(called: Callable[[Array], Any], point: Array) -> tuple[str, ...] | None:
    """The operations that a function does at a complex point which are not analytic; None where some are not seen."""
    watched = point.astype(np.complex128).view(Watched)
    watched.lost = []
    try:
        made = called(watched)
    except Exception:  # noqa: BLE001 - a function of the user may raise anything
        return None
    lost = tuple(dict.fromkeys(watched.lost))
    return lost if lost or isinstance(made, Watched) else None
