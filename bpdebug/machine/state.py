"""What crosses iterations, in one stretch of memory: copied, compared and kept at once, however many arrays it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bpdebug.machine.kernels import Precision
from bpdebug.ops.table import Array, Shape

LINE = 64
"""Bytes at whose multiples arrays begin, as large ones of NumPy's own do."""


class Layout:
    """Where each array of a state stands in the stretch."""

    def __init__(self, shapes: Mapping[str, Shape], dtype: Precision = np.float64) -> None:
        self.dtype = np.dtype(dtype)
        self.places: dict[str, tuple[int, int, Shape]] = {}
        """By name: from which entry to which, and the shape."""
        each, end = LINE // self.dtype.itemsize, 0
        for name, shape in shapes.items():
            begin = -(-end // each) * each
            end = begin + int(np.prod(shape, dtype=int))
            self.places[name] = begin, end, shape
        self.size = end
        """Entries of the stretch, those between the arrays too."""

    @property
    def nbytes(self) -> int:
        """Bytes of the stretch."""
        return self.size * self.dtype.itemsize

    def room(self) -> Array:
        """A stretch of zeros that begins at a multiple of LINE bytes."""
        each = LINE // self.dtype.itemsize
        room = np.zeros(self.size + each, self.dtype)
        first = -room.ctypes.data % LINE // self.dtype.itemsize
        return room[first : first + self.size]

    def views(self, room: Array) -> dict[str, Array]:
        """The arrays in a stretch, by name."""
        return {name: room[begin:end].reshape(shape) for name, (begin, end, shape) in self.places.items()}

    def pack(self, values: Mapping[str, Array], room: Array | None = None) -> Array:
        """A stretch that holds these arrays."""
        room = self.room() if room is None else room
        for name, view in self.views(room).items():
            view[...] = values[name]
        return room

    def unpack(self, room: Array) -> dict[str, Array]:
        """Copies of the arrays in a stretch, each on its own and read-only."""
        found = {name: np.array(view, order="C") for name, view in self.views(room).items()}
        for array in found.values():
            array.flags.writeable = False
        return found
