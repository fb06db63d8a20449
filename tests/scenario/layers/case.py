"""A kind of layer in a small network: the file, the same equations by hand, and the same network in torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Tensors = Mapping[str, Any]


class Case(NamedTuple):
    """Layers on an X of this shape; `output` is what they give, in torch, of X and the parameters."""

    layers: str
    x: tuple[int, ...]
    y: tuple[int, ...]
    forward: str
    """The same as equations a person writes, one example a row, down to the output."""
    output: Callable[[Any, Tensors], Any]
    data: str = ""
    """The values of X, where it is not drawn."""
    draws: bool = False
    """Whether it draws by chance, which comes out otherwise where examples stand in columns."""

    def file(self, *, columns: bool = False) -> str:
        """The scenario file of the layers."""
        x, y = ([*shape[::-1]] if columns else [*shape] for shape in (self.x, self.y))
        return f"""
[data]
X = {{ shape = {x}, {self.data or 'init = "normal"'} }}
Y = {{ shape = {y}, init = "normal" }}
[network]
orientation = "{"columns" if columns else "rows"}"
layers = [{self.layers}]
cost = "mean-squared-error"
"""


def linear(torch: Any, given: Any, values: Tensors, layer: int) -> Any:
    """A dense layer, whose weights torch keeps the other way round."""
    return torch.nn.functional.linear(given, values[f"W{layer}"].T, values[f"b{layer}"].flatten())
