"""Whether what a function changes matters: a gradient that it gives, or a parameter that it updates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from msgspec import Struct

from bpdebug.scenario.lasting import Change
from bpdebug.scenario.lists import ALIASES
from bpdebug.scenario.owners import ERROR, meant, owner
from bpdebug.scenario.respelling import Around, respelled
from bpdebug.scenario.states import GRADIENTS, PARAMETERS
from bpdebug.scenario.zeros import ZEROS

_PART = re.compile(r"\[\s*(?:[:.]|.*[<>=]).*")
_KEY = re.compile(r"\[\s*[\"'](?P<name>[^\W\d]\w*)[\"']\s*\]\Z")
_HOLDER = re.compile(r"(?:\w+\.)*(?P<name>[^\W\d]\w*)")


class Stakes(Struct, frozen=True):
    """The names of a program, for telling whether changes matter."""

    around: Around
    parameters: Collection[str]

    def matter(self, found: Iterable[Change]) -> bool:
        """Whether one of the changes is of a gradient, or an update of a parameter."""
        return any(self._gives_gradient(each) or self._updates(each) for each in found)

    def names(self, changed: Iterable[Change], given: Iterable[str]) -> tuple[str, ...]:
        """The names that are changed; every gradient that is given, where it is not seen which of them it is."""
        names = dict.fromkeys(name for each in changed if (name := self._name(each)))
        if any(GRADIENTS.fullmatch(name) or ALIASES.get(name, "").startswith("d") for name in names):
            names |= dict.fromkeys(name for name in given if owner(name, self.around.quantities))
        return (*names,)

    def _gives_gradient(self, change: Change) -> bool:
        name, quantities = self._name(change), self.around.quantities
        empty = not change.changes and ZEROS.fullmatch(change.value)
        whole = owner(name, quantities) or ERROR.fullmatch(name) or GRADIENTS.fullmatch(name)
        return not empty and bool(whole or owner(self._first(change), quantities))

    def _updates(self, change: Change) -> bool:
        name, every = self._name(change), self.parameters
        own = name in every or meant(name, every) or PARAMETERS.fullmatch(name) or self._first(change) in every
        return bool(own) and (change.changes or change.target in change.value)

    def _first(self, change: Change) -> str:
        """The first entry of the list that is changed, dW1 of nabla_w; "" of anything else."""
        name = self._name(change)
        return f"{ALIASES.get(name, name)}1" if name in ALIASES or "[" in change.target else ""

    def _name(self, change: Change) -> str:
        """The name of what is changed; that of the dictionary or the list whose entry it is, where it is not known."""
        name = _PART.sub("", respelled(change.target, 0, self.around).text)
        found = _KEY.search(name) or _HOLDER.match(name)
        return name if name.isidentifier() or not found else found["name"]
