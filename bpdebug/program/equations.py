"""The parts a program is made of: equations as a person writes them, steps as the machine runs them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.ops.table import Op, Shape


class Phase(StrEnum):
    """The parts of an iteration, in their order."""

    BATCH = "batch"
    FORWARD = "forward"
    COST = "cost"
    BACKWARD = "backward"
    UPDATE = "update"


class Denotes(Struct, frozen=True):
    """What a gradient's value is: ∂J/∂of, or `factor` times it (m·∂J/∂Z3 in per-example bookkeeping)."""

    of: str
    factor: str | None = None
    cost: str = "J"

    def __str__(self) -> str:
        return (f"{self.factor}*" if self.factor else "") + f"d{self.cost}({self.of})"


class Origin(Struct, frozen=True):
    """Where a backward equation came from: the forward equations it differentiates, the ops whose rules it used."""

    equations: tuple[str, ...]
    rules: tuple[str, ...]
    note: str = ""


class Equation(Struct, frozen=True):
    """`name = expr`, with the phase it belongs to and where it came from."""

    name: str
    expr: Expr
    phase: Phase = Phase.FORWARD
    denotes: Denotes | None = None
    origin: Origin | None = None
    written: str = ""
    """The expression's text as the user wrote it, if one did (spans in `expr` point into it)."""


class Step(Struct, frozen=True):
    """One operation applied once: the unit the debugger moves by.

    The last step of an equation binds the equation's name; those before bind temporaries named `Z1:1`, `Z1:2`.
    """

    out: str
    op: Op
    inputs: tuple[Name | Number, ...]
    options: Mapping[str, Any]
    """Resolved options, as the op's rules take them."""
    shape: Shape
    equation: int
    """Which equation of the program it belongs to."""
    expr: Apply
    """This one operation over its inputs."""
    whole: Expr
    """The same with temporaries written out: what the value is in terms of named quantities."""


class Program(Struct, frozen=True, eq=False):
    """The equations of one iteration, lowered to steps. Checked: every name bound once, every shape known."""

    equations: tuple[Equation, ...]
    steps: tuple[Step, ...]
    shapes: Mapping[str, Shape]
    """The shape of every name, temporaries too."""
    data: tuple[str, ...]
    parameters: tuple[str, ...]
    constants: Mapping[str, float]
    """Named scalars: learning_rate, lambd, and every size (m, n1 …) as a number."""
    cost: str
    examples: str
    """The name of the number of examples, usually m."""
    orientation: str
    bookkeeping: str
    states: tuple[str, ...] = ()
    """What the update keeps from iteration to iteration beside the parameters; it begins as zeros."""
    gradients: Mapping[str, str] = field(default_factory=dict)
    """The name of each quantity's gradient: W1 → dW1."""
    notes: tuple[str, ...] = ()
    """What the builder decided and a user should know (a parameter that never reaches the cost)."""

    batches: int = 1
    """How many iterations an epoch has: so many times examples are taken until each was seen."""
    rest: Program | None = None
    """The program of an epoch's last iteration, where that sees fewer examples: the same equations and steps."""

    def of(self, iteration: int) -> Program:
        """The program of an iteration, counted from 0."""
        last = self.rest is not None and (iteration + 1) % self.batches == 0
        return self.rest if last and self.rest is not None else self

    @property
    def crossing(self) -> tuple[str, ...]:
        """What crosses iterations: the parameters and what the update keeps."""
        return self.parameters + self.states
