"""An activation of one's own, and the same one with a mistake in its derivative."""

import numpy as np

import bpdebug


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def swish(x):
    return x * sigmoid(x)


bpdebug.operation(
    "swish",
    forward=swish,
    derivative=lambda x: sigmoid(x) + swish(x) * (1 - sigmoid(x)),
    does="A unit passes its input on through a gate that opens as the input grows.",
    why="x times its gate: the slope is the gate, plus x times how fast the gate opens.",
)

bpdebug.operation(
    "wrong_swish",
    forward=swish,
    derivative=lambda x: sigmoid(x) + swish(x) * sigmoid(x),  # the gate opens by 1 - sigmoid(x), not by sigmoid(x)
)

bpdebug.operation(
    "softsign",
    forward=lambda x: x / (1 + np.abs(x)),  # np.abs takes no complex step: checked by Ridders' method
    derivative=lambda x: 1 / (1 + np.abs(x)) ** 2,
)
