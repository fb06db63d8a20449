"""The updates below a derivation: as people write them, line by line or in a loop over the layers; one gone wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

OFTEN = 1 / 3
"""How many derivations end in updates."""
FORMS = ("{0} = {0} - {1} * {2}", "{0} -= {1} * {2}", "{0} = {0} - {2} * {1}", "{0} += -{1} * {2}")
UPHILL = ("{0} = {0} + {1} * {2}", "{0} += {1} * {2}", "{0} = {0} + {2} * {1}", "{0} -= -{1} * {2}")
NUMBER = "0.05"
RATES = ("learning_rate", "lr", "alpha", NUMBER)
HOLDERS = (("{}[l]", "d{}[l]"), ('params["{}" + str(l)]', 'grads["d{}" + str(l)]'), ('p[f"{}{{l}}"]', 'g[f"d{}{{l}}"]'))
"""How a loop calls the parameters of a layer and their gradients."""
LEAST = 3
"""Updates of which one without a rate is a mistake."""


@dataclass(frozen=True)
class Step:
    """The update of one parameter; the names that are right for what is wrong with it."""

    of: str
    text: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Steps:
    """The updates of all parameters in one person's hand."""

    random: np.random.Generator
    parameters: Sequence[str]
    name: Callable[[str], str]
    """What the gradient of a parameter is called."""
    form: int
    rate: str
    wanted: bool
    """Whether this derivation has any."""

    @classmethod
    def drawn(cls, random: np.random.Generator, parameters: Sequence[str], name: Callable[[str], str]) -> Steps:
        form, rate = int(random.integers(len(FORMS))), str(random.choice(RATES))
        return cls(random, parameters, name, form, rate, bool(random.random() < OFTEN))

    def lines(self, wrong: Step | None = None) -> Iterator[str]:
        """The updates, with this one for the right one."""
        if wrong is None and self._loops():
            yield from self._loop()
            return
        for of in self.parameters:
            yield wrong.text if wrong is not None and wrong.of == of else self._text(FORMS, of, self.name(of))

    def _loops(self) -> bool:
        """Whether they are written as a loop, where what the gradients are called allows it."""
        return self.name("W1") == "dW1" and self.random.random() < 0.5

    def _loop(self) -> Iterator[str]:
        kinds = dict.fromkeys(of[0] for of in self.parameters)
        own, gradient = HOLDERS[int(self.random.integers(len(HOLDERS)))]
        yield f"for l in range(1, {len(self.parameters) // len(kinds)} + 1):"
        for kind in kinds:
            yield f"    {self._text(FORMS, own.format(kind), gradient.format(kind))}"

    def _text(self, forms: Sequence[str], of: str, gradient: str) -> str:
        return forms[self.form].format(of, self.rate, gradient)

    def wrong(self) -> Step:
        """One update gone wrong, every mistake as likely as every other."""
        of = str(self.random.choice(self.parameters))
        found = list(self._mistakes(of))
        return found[int(self.random.integers(len(found)))]

    def _mistakes(self, of: str) -> Iterator[Step]:
        yield Step(of, self._text(UPHILL, of, self.name(of)), ("sign-flipped",))
        if self.rate != NUMBER:  # W - 0.05 * W may be a decay of the weights
            yield Step(of, self._text(FORMS, of, of), ("wrong-operand",))
        if len(self.parameters) >= LEAST:
            yield Step(of, f"{of} = {of} - {self.name(of)}", ("constant-factor",))
        for other in self.parameters:
            if other != of:
                classes = ("stale-layer-index", "wrong-operand") if other[0] == of[0] else ("wrong-operand",)
                yield Step(of, self._text(FORMS, of, self.name(other)), classes)
