"""Helper lines that stand for a gradient: a wrong one is told by the lines that are right with a gradient in its place.

Only where a line that reads the helper is wrong; and a helper that is any gradient, so many times, is no wrong one.
What a name holds whose own line could not be read, and that is called after no quantity, is told in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from bpdebug.check.judgement import Judgement, Written, verdict_of
from bpdebug.check.meaning import Meaning, plain
from bpdebug.check.scales import Scale
from bpdebug.language.expression import names
from bpdebug.ops.table import Array

if TYPE_CHECKING:
    from bpdebug.check.claims import Judge

LEAST = 2
"""Lines that have to be right with a gradient in an unread name."""


class Adopted(Struct, frozen=True):
    """What a helper is to hold, and the lines that are right with it."""

    meaning: Meaning
    readers: tuple[str, ...]


class Adoption(Struct, frozen=True, eq=False, dict=True):
    """The helpers of one derivation, looked at with what its other names hold."""

    judge: Judge
    meanings: Mapping[str, Meaning]
    _found: dict[str, Adopted] = field(default_factory=dict)
    _adopted: dict[str, Meaning] = field(default_factory=dict)

    def found(self) -> dict[str, Adopted]:
        """For each helper that is a wrong gradient, which one it is to be."""
        helpers = [each for each in self.judge.claims if each.name not in self.meanings]
        with np.errstate(all="ignore"):
            for name in sorted(self.judge.unread - self.meanings.keys() - self.judge.given.keys()):
                self._look_for(name)
            if helpers and len(self._right(self._lines, {})) < len(self._lines):
                for each in helpers:
                    self._look_at(each)
        return self._found

    def _look_for(self, name: str) -> None:
        """What an unread name holds: the gradient with which most lines that read it are right, two at the least."""
        readers = [each for each in self._titled if name in names(each.expr)]
        readers = [each for each in readers if not self.judge.blocked(each, {*self.meanings, name})]
        if len(readers) < LEAST:
            return
        tried = [(each, self._right(readers, {name: each})) for each in self._possible]
        meaning, right = max(tried, key=lambda pair: len(pair[1]))
        if len(right) >= LEAST and 2 * len(right) > len(readers):
            self._adopted[name] = meaning
            self._found[name] = Adopted(meaning, tuple(each.name for each in readers if each.name in right))

    def _look_at(self, helper: Written) -> None:
        if self.judge.blocked(helper, self.meanings):
            return
        readers = self._readers(helper)
        right = self._right(readers, {})
        if len(right) == len(readers) or self._is_gradient(helper):
            return
        tried = [(each, self._right(readers, {helper.name: each})) for each in self._possible]
        fitting = [pair for pair in tried if right < pair[1] and 2 * len(pair[1]) > len(readers)]
        if fitting:
            meaning, now = max(fitting, key=lambda pair: len(pair[1]))
            self._adopted[helper.name] = meaning
            self._found[helper.name] = Adopted(meaning, tuple(each.name for each in readers if each.name in now))

    @cached_property
    def _lines(self) -> tuple[Written, ...]:
        """The lines of gradients that can be judged."""
        return tuple(each for each in self._titled if not self.judge.blocked(each, self._known))

    @property
    def _titled(self) -> tuple[Written, ...]:
        """The lines of gradients."""
        return tuple(each for each in self.judge.claims if each.name in self.meanings)

    def _readers(self, helper: Written) -> tuple[Written, ...]:
        """The gradients' lines that read a helper; those that read it through other helpers where there are none."""
        direct = tuple(each for each in self._lines if helper.name in names(each.expr))
        return direct or tuple(each for each in self._lines if helper in self.judge.helpers(each, self._known))

    @property
    def _known(self) -> dict[str, Meaning]:
        return {**self.meanings, **self._adopted}

    def _right(self, lines: Sequence[Written], tried: Mapping[str, Meaning]) -> frozenset[str]:
        """The lines that are right, helpers standing for what is tried."""
        meanings, found = {**self._known, **tried}, set[str]()
        for each in lines:
            value = self.judge.local(each, meanings)
            if verdict_of(value, self.judge.true(self.meanings[each.name])) is Judgement.CORRECT:
                found.add(each.name)
        return frozenset(found)

    @cached_property
    def _possible(self) -> tuple[Meaning, ...]:
        """What a helper may stand for: gradients that no line gives before those that one does."""
        claimed = {each.of for name, each in self.meanings.items() if name not in self.judge.unclaimed}
        return tuple(sorted(self._gradients(), key=lambda each: each.of in claimed))

    def _gradients(self) -> Iterator[Meaning]:
        program = self.judge.program
        counts = [(), (program.examples,)] if program.examples in program.constants else [()]
        scales = [Scale(sign, over) for sign in (1.0, -1.0) for over in counts]
        return (scale.meaning(of) for of in program.gradients for scale in scales)

    def _is_gradient(self, helper: Written) -> bool:
        """Whether a helper has the value of a gradient, up to a number, a sign or a transpose."""
        value = self.judge.local(helper, self._known)
        return value is not None and any(self._times(value, of) for of in self.judge.program.gradients)

    def _times(self, value: Array, of: str) -> bool:
        true = self.judge.true(plain(of))
        return bool(np.any(true)) and self.judge.scales.of(value, true) is not None
