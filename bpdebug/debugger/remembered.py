"""What was found out of an array, for as long as the array lives: those of a run are never written to."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

from bpdebug.ops.table import Array

T = TypeVar("T")


class Remembered(Generic[T]):
    """Something of arrays, found out once of each."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[weakref.ref[Array], T]] = {}

    def of(self, array: Array, find: Callable[[], T]) -> T:
        """What was found out of an array; where nothing was, what `find` says."""
        identity = id(array)
        known = self._found.get(identity)
        if known is None or known[0]() is not array:
            known = weakref.ref(array, lambda gone: self._drop(identity, gone)), find()
            self._found[identity] = known
        return known[1]

    def _drop(self, identity: int, gone: weakref.ref[Array]) -> None:
        """The array is gone; another one may have its identity already."""
        if identity in self._found and self._found[identity][0] is gone:
            del self._found[identity]

    def forget(self) -> None:
        """Begin anew."""
        self._found.clear()
