"""What a kind of layer is: the keys it has, what it may stand on, and the equations that it stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from bpdebug.ops.shapes import show
from bpdebug.scenario.amounts import ACTIVATIONS, INIT, REAL, SHARE
from bpdebug.scenario.form import REQUIRED, Key, Table, key, word
from bpdebug.scenario.layers.stack import LAYOUTS, MATRIX, Misfit, Stack

UNITS = "how many numbers it gives"
USUAL = "dense"
"""What a layer is that does not say."""


class Layer(Table):
    """One layer. Its class is its kind, and declares what may be said of it beside the keys of all layers."""

    READS: ClassVar[tuple[str, ...]] = (MATRIX,)
    """How what it reads may be laid out."""
    COLUMNS: ClassVar[bool] = True
    """Whether it may also have examples in columns."""
    RECURRENT: ClassVar[bool] = False
    SOURCE: ClassVar[str] = ""
    """Where it was described first."""
    SAMPLE: ClassVar[str] = ""
    """How it is written, for the page about layers and for tests."""

    kind: str = key(word(USUAL), USUAL)

    def onto(self, stack: Stack) -> None:
        """Put the equations of this layer onto those before it; Misfit where it does not fit there."""
        stack.enter()
        if stack.columns and not self.COLUMNS:
            raise Misfit("kind", f'{self.kind} needs an example a row: orientation = "rows" under [network]')
        if not self.reads(stack):
            wanted = " or ".join(LAYOUTS[each] for each in self.READS)
            message = f"{self.kind} reads {wanted}, but {stack.above.id} is {show(stack.shape)}"
            raise Misfit("kind", message, f"Put {self._before(stack)} before it.")
        self.compute(stack)
        if not self.RECURRENT:
            stack.steps = ()
        self.activate(stack)

    def reads(self, stack: Stack) -> bool:
        """Whether it can read what it is given as that is laid out."""
        return stack.layout in self.READS

    def compute(self, stack: Stack) -> None:
        """The equations of what the layer computes; what the next one reads is `stack.above` then."""
        raise NotImplementedError

    def activate(self, stack: Stack) -> None:
        """The activation of what it computes, where the kind has one."""

    def _before(self, stack: Stack) -> str:
        """The layer that would lay out what is read as this one needs it."""
        if MATRIX in self.READS:
            return '{ kind = "flatten" }'
        return f'{{ kind = "reshape", shape = [{LAYOUTS[self.READS[0]][4:-1]}] }}'

    def vocabulary(self) -> int | None:
        """How many words there are, where it reads words, whole numbers (m, T), instead of quantities."""
        return None

    def supposed(self, stack: Stack) -> bool:
        """Where it does not fit, let the next one read what it would have given; False where nobody knows."""
        return False


class Activated(Layer):
    """A layer whose result goes through an activation."""

    activation: str = key(word(*ACTIVATIONS, hyphens=True), "linear", "what the result goes through")
    dropout: float | None = key(SHARE, None, "the share of its units that are 0 in each iteration, others each time")

    def activate(self, stack: Stack) -> None:
        if self.activation != "linear":
            stack.let("A", stack.activation(self.activation, stack.above))
        if self.dropout:
            stack.drop(self.dropout)


class Weighted(Activated):
    """A layer with weights, which begin as it says."""

    init: str | None = key(INIT, None, "how the weights begin; without it he before a relu, xavier elsewhere")
    scale: float | None = key(REAL, None, "multiplies what the weights begin with")


LAYERS: dict[str, type[Layer]] = {}
"""Every kind of layer."""
Kind = TypeVar("Kind", bound=type[Layer])


def kind(name: str) -> Callable[[Kind], Kind]:
    """Enter a kind of layer into the table under the word that files have for it."""

    def entered(form: Kind) -> Kind:
        form.KEYS = {**form.KEYS, "kind": Key(word(name), name if name == USUAL else REQUIRED, "")}
        LAYERS[name] = form
        return form

    return entered
