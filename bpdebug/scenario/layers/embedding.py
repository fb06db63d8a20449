"""Words as rows of numbers: what whole numbers in X pick out of a matrix that is learnt."""

from __future__ import annotations

from bpdebug.language.expression import apply
from bpdebug.scenario.amounts import INIT, SIZE_OR_NAME
from bpdebug.scenario.form import key
from bpdebug.scenario.layers.kind import UNITS, Weighted, kind
from bpdebug.scenario.layers.stack import SEQUENCE, Misfit, Parameter, Stack


@kind("embedding")
class Embedding(Weighted):
    """Every whole number in X, (m, T), picks its row of E: a word becomes `units` numbers, which are learnt."""

    COLUMNS = False
    SOURCE = "Y. Bengio et al., JMLR 3, 2003"
    SAMPLE = '{ kind = "embedding", words = 10, units = 3 }'

    words: int | str = key(SIZE_OR_NAME, about="how many there are: X holds whole numbers below it")
    units: int | str = key(SIZE_OR_NAME, about=UNITS)
    init: str | None = key(INIT, None, "how the rows begin; without it normal")

    def compute(self, stack: Stack) -> None:
        if stack.number > 1:
            raise Misfit("kind", "it reads whole numbers from X, so it can only be the first layer")
        shape = (int(self.words), stack.count(self.units))
        table = stack.parameter(stack.named("E"), Parameter(shape, self.init or "normal", self.scale, weight=True))
        stack.let("Z", apply("take", table, stack.above, axis=0))
        stack.layout = SEQUENCE

    def vocabulary(self) -> int:
        return int(self.words)
