"""What a loaded scenario is."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from bpdebug.errors import SHOWN_PROBLEMS, Problem
from bpdebug.language.expression import Expr
from bpdebug.ops.table import Array
from bpdebug.program.equations import Program
from bpdebug.scenario.axes import Axis

MOST_CLAIMS = 200
"""Claims that are judged together."""


class Claim(Struct, frozen=True):
    """An equation a person wrote for a gradient.

    `of` is the quantity it is the gradient of ("" where neither the file nor the name says it), `denotes` what the
    file says the left side stands for ("" where it does not), `line` where it stands in the file; `matlab` says that
    the person writes MATLAB, of which `text` is Python's reading, and `slope` what they
    write for the d of a gradient: ∂J/∂.
    """

    name: str
    text: str
    expr: Expr
    of: str
    denotes: str
    line: int
    matlab: bool = False
    slope: str = "d"

    @property
    def said(self) -> str:
        """What the person calls it: of several lines of one name each has a name of its own here."""
        return self.text.partition("=")[0].strip()


class Aside(Struct, frozen=True):
    """What is said of a block of claims beside the claims in it."""

    notes: tuple[str, ...] = ()
    """What was passed over, and what is read otherwise than it stands."""
    problems: tuple[Problem, ...] = ()
    """What is said of the lines that cannot be read; the others are judged all the same."""
    lines: int = 0
    """How many those are."""

    @property
    def brief(self) -> tuple[str, ...]:
        """What is said of the lines that cannot be read, each in one line."""
        return tuple(f"claims, line {each.line}: {each.message}" for each in self.problems)

    @property
    def told(self) -> tuple[str, ...]:
        """All of it, as messages."""
        shown = [str(each) for each in self.problems[:SHOWN_PROBLEMS]]
        more = len(self.problems) - len(shown)
        return (*self.notes, *shown, *([f"… and {more} more"] if more > 0 else []))


class Claimed(Struct, frozen=True):
    """The claims of a file, the names that its unreadable lines would have given, and what is said of those."""

    claims: tuple[Claim, ...] = ()
    unread: tuple[str, ...] = ()
    aside: Aside = Aside()


class Scenario(Struct, frozen=True, eq=False):
    """A program, the values it begins with, and what a person claims about it."""

    name: str
    path: str
    title: str
    summary: str
    program: Program
    values: Mapping[str, Array]
    """Data and initial parameters: float64, read-only; a float32 run rounds them first."""
    iterations: int
    seed: int
    claims: tuple[Claim, ...]
    dtype: str = "float64"
    """What the run computes in: float64 or float32."""
    source: str = ""
    """Where it comes from, if the file says so."""
    unread: tuple[str, ...] = ()
    """The names that lines which could not be read would have given: a claim that reads one cannot be judged."""
    aside: Aside = Aside()
    """What else is said of the block that the claims stand in."""
    axes: Mapping[str, Axis] = field(default_factory=dict)
    """What there is along the axes of matrices, by the name of their size."""
    test: Mapping[str, Array] = field(default_factory=dict)
    """What of the data is there of examples that are set aside to test with, laid out as the data; empty for none."""
