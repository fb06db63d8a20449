"""The update of the parameters, as equations like all the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpdebug.language.expression import Name
from bpdebug.program.equations import Equation, Origin, Phase

RATE = "learning_rate"


def gradient_descent(parameters: Iterable[str], gradients: Mapping[str, str]) -> tuple[Equation, ...]:
    """W1 = W1 - learning_rate * dW1, for every parameter that has a gradient."""
    return tuple(
        Equation(
            name,
            Name(name) - Name(RATE) * Name(gradients[name]),
            Phase.UPDATE,
            None,
            Origin((gradients[name],), (), "a small step against the gradient, which points uphill"),
        )
        for name in parameters
        if name in gradients
    )
