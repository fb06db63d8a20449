"""What goes past layers: the skip connection of residual networks."""

from __future__ import annotations

from bpdebug.ops.shapes import show
from bpdebug.scenario.amounts import SIZE
from bpdebug.scenario.form import key
from bpdebug.scenario.layers.kind import Activated, kind
from bpdebug.scenario.layers.stack import LAYOUTS, Misfit, Stack


@kind("residual")
class Residual(Activated):
    """A skip connection: what went into a layer before is added to what the last one gave."""

    READS = tuple(LAYOUTS)
    SOURCE = "K. He et al., CVPR 2016"
    SAMPLE = '{ kind = "residual", over = 1 }'

    over: int = key(SIZE, 1, "how many layers it goes past")

    def compute(self, stack: Stack) -> None:
        layer = stack.number - self.over
        if layer < 1:
            past = f"{self.over} layer{'' if self.over == 1 else 's'}"
            there = {0: "is none", 1: "is 1"}.get(stack.number - 1, f"are {stack.number - 1}")
            raise Misfit("over" if stack.number > 1 else "kind", f"it goes past {past}, but there {there} before it")
        skipped = stack.entered[layer]
        if stack.shapes[skipped.id] != stack.shape:
            message = (
                f"{skipped.id}, which goes into layer {layer}, is {show(stack.shapes[skipped.id])}, "
                f"but layer {stack.number - 1} gives {show(stack.shape)}"
            )
            raise Misfit("over", message, "A sum needs both alike: give the layers in between as many units.")
        stack.let("Z", stack.above + skipped)

    def supposed(self, stack: Stack) -> bool:
        return True
