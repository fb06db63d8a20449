"""From the equations of a forward pass to a whole program: checked, phased, differentiated, lowered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import ProgramError
from bpdebug.language.chance import COUNT
from bpdebug.language.expression import Apply, Expr, Name, names, rebuild, walk
from bpdebug.ops import write
from bpdebug.ops.shapes import show
from bpdebug.ops.table import Shape, Size, size_expression
from bpdebug.program.bookkeeping import Bookkeeping
from bpdebug.program.differentiate import Differentiation
from bpdebug.program.equations import Equation, Phase, Program
from bpdebug.program.lowering import lower
from bpdebug.program.shapes import Known, ShapeError, outer_broadcast
from bpdebug.program.update import RATE, Update

DESCENT = Update()
"""Gradient descent."""


def build(
    equations: Sequence[Equation],
    *,
    data: Mapping[str, Shape],
    parameters: Mapping[str, Shape],
    constants: Mapping[str, float],
    cost: str,
    examples: str = "m",
    orientation: str = "columns",
    bookkeeping: str = "total",
    fused: bool = False,
    one_hot: frozenset[str] = frozenset(),
    update: Update = DESCENT,
    seed: int = 0,
) -> Program:
    """The program of one iteration: the given forward equations, then the backward ones and the update.

    Equations of the batch come first, wherever they stand; what they give is as good as data. `one_hot` names the data
    whose every example is a single 1 among zeros, which softmax and cross-entropy can be fused for. What is wrong with
    the equations is a ProgramError with the equation's number and the place in it. `seed` is that of all that is drawn.
    """
    counted = any(each.name == COUNT and each.phase is Phase.BATCH for each in equations)
    given = Given(dict(data), dict(parameters), dict(constants), cost, orientation, counted)
    shapes = given.checked(equations)
    batch = tuple(measured(each, shapes) for each in equations if each.phase is Phase.BATCH)
    forward = phased([each for each in equations if each.phase is not Phase.BATCH], shapes, cost)
    kept = bookkeeping if examples in constants else "total"
    known = [*data, *(each.name for each in batch)]
    scaled = per_example(forward, known) if kept == "per-example" else frozenset[str]()
    pairs = one_hot if fused else None
    sizes = sizes_in(shapes, constants, examples)
    books = Bookkeeping(cost, examples, scaled)
    work = Differentiation(forward, shapes, constants, tuple(parameters), cost, books, sizes, pairs)
    backward = work.run()
    gradients = {each.denotes.of: each.name for each in backward if each.denotes is not None}
    states, moves = _moved(update, parameters, gradients, counted=counted)
    _refuse_taken(moves, {*shapes, *gradients.values()}, parameters)
    whole = (*batch, *forward, *backward, *moves)
    every = {**shapes, **{name: shapes[of] if of else () for name, of in states.items()}}
    return Program(
        equations=whole,
        steps=lower(whole, every, constants, seed),
        shapes=every,
        data=tuple(data),
        parameters=tuple(parameters),
        states=tuple(states),
        constants=dict(constants),
        cost=cost,
        examples=examples,
        orientation=orientation,
        bookkeeping=kept,
        gradients=gradients,
        notes=notes(forward, given, shapes, gradients, work, fused=fused),
    )


def _moved(
    update: Update, parameters: Mapping[str, Shape], gradients: Mapping[str, str], *, counted: bool
) -> tuple[dict[str, str], tuple[Equation, ...]]:
    """What crosses iterations, with what each has the shape of, and the equations that move the parameters.

    Where the batch has `counted` the iterations, the count crosses too and the update takes it as it is.
    """
    states = update.states({name: gradients[name] for name in parameters if name in gradients})
    moves = tuple(update.equations(parameters, gradients))
    if not counted:
        return states, moves
    return {**states, COUNT: ""}, tuple(each for each in moves if each.name != COUNT)


def _refuse_taken(moves: Sequence[Equation], taken: set[str], parameters: Mapping[str, Shape]) -> None:
    """ProgramError where the update needs a name that stands for something else."""
    for each in moves:
        if each.name in taken and each.name not in parameters:
            hint = "Choose another name for it, or another optimizer."
            raise ProgramError(f"{each.name} is a name that the update gives", hint=hint)


class Given(Struct, frozen=True):
    """What equations may read before any of them has run."""

    data: dict[str, Shape]
    parameters: dict[str, Shape]
    constants: dict[str, float]
    cost: str
    orientation: str
    counted: bool = False
    """Whether the batch counts the iterations."""

    def checked(self, equations: Sequence[Equation]) -> dict[str, Shape]:
        """The shapes of all names; ProgramError at the first equation that cannot be."""
        shapes: dict[str, Shape] = dict.fromkeys(self.constants, ())
        shapes |= {**self.data, **self.parameters}
        if RATE not in self.constants:
            raise ProgramError(f"{RATE} is not among the constants; the update needs it")
        shapes |= {COUNT: ()} if self.counted else {}
        drawn = (each.name for each in equations if each.phase is Phase.BATCH)
        known = Known(shapes, self.constants, (*self.data, *drawn), self.orientation)
        where = {equation.name: number for number, equation in enumerate(equations)}
        for number, equation in enumerate(equations):
            self._check_names(equation, number, shapes, where)
            try:
                shapes[equation.name] = known.shape(equation.expr)
            except ShapeError as error:
                raise ProgramError(error.message, number, error.span, error.hint) from None
        if self.cost not in where:
            raise ProgramError(f"no equation defines the cost {self.cost}")
        self._check_cost(where[self.cost], shapes[self.cost], equations[where[self.cost]])
        return shapes

    def _check_names(
        self, equation: Equation, number: int, shapes: Mapping[str, Shape], where: Mapping[str, int]
    ) -> None:
        if equation.name in shapes and not (self.counted and equation.name == COUNT):
            raise ProgramError(f"{equation.name} is defined twice", number, hint="Every name is bound once.")
        if equation.name.startswith("d") and (equation.name[1:] in shapes or equation.name[1:] in where):
            message = f"{equation.name} is the name that the gradient of {equation.name[1:]} gets"
            raise ProgramError(message, number, hint="Choose another name.")
        for node in walk(equation.expr):
            if isinstance(node, Name) and node.id not in shapes:
                later = "used before it is defined" if node.id in where else "not defined"
                raise ProgramError(f"{node.id} is {later}", number, node.span)

    def _check_cost(self, number: int, shape: Shape, equation: Equation) -> None:
        if all(length == 1 and not isinstance(length, Size) for length in shape):
            return  # r.T @ r is a single number, though it stands in a matrix
        message = f"the cost {self.cost} must be a single number (a scalar), but it is {show(shape)}"
        hint = f"Add it up: {self.cost} = sum({write(equation.expr, 'ascii')})."
        raise ProgramError(message, number, equation.expr.span, hint)


def phased(equations: Sequence[Equation], shapes: Mapping[str, Shape], cost: str) -> tuple[Equation, ...]:
    """The equations with their phases: the cost, and the single numbers that only it is made from, come last."""
    readers: dict[str, set[str]] = {equation.name: set() for equation in equations}
    for equation in equations:
        for name in names(equation.expr):
            if name in readers:
                readers[name].add(equation.name)
    of_cost = {cost}
    for equation in reversed(equations):
        if readers[equation.name] and readers[equation.name] <= of_cost and shapes[equation.name] == ():
            of_cost.add(equation.name)
    of_cost |= after(equations, cost)
    forward = tuple(replace(each, phase=Phase.FORWARD) for each in equations if each.name not in of_cost)
    return forward + tuple(replace(each, phase=Phase.COST) for each in equations if each.name in of_cost)


def measured(equation: Equation, shapes: Mapping[str, Shape]) -> Equation:
    """An equation with lengths in place of A1.shape[0]: what is drawn comes before what it is as long as."""

    def each(part: Expr) -> Expr:
        if not (isinstance(part, Apply) and part.op == "size" and isinstance(part.inputs[0], Name)):
            return part
        axis = part.option("axis")
        return size_expression(shapes[part.inputs[0].id][axis]) if isinstance(axis, int) else part

    return replace(equation, expr=rebuild(equation.expr, each))


def after(equations: Sequence[Equation], *start: str) -> set[str]:
    """What the named quantities reach."""
    reached = set(start)
    for equation in equations:
        if reached.intersection(names(equation.expr)):
            reached.add(equation.name)
    return reached - set(start)


def per_example(forward: Sequence[Equation], data: Iterable[str]) -> frozenset[str]:
    """The quantities whose gradients are kept m-fold: all of the forward pass that the data reach."""
    reached = after(forward, *data)
    return frozenset(each.name for each in forward if each.phase is Phase.FORWARD and each.name in reached)


def sizes_in(shapes: Mapping[str, Shape], constants: Mapping[str, float], examples: str) -> frozenset[str]:
    """The names of lengths, none of which can be 0."""
    symbols = {length.symbol for shape in shapes.values() for length in shape if isinstance(length, Size)}
    return frozenset(name for name in (*symbols, examples) if constants.get(name, 0) >= 1)


def notes(
    forward: Sequence[Equation],
    given: Given,
    shapes: Mapping[str, Shape],
    gradients: Mapping[str, str],
    work: Differentiation,
    *,
    fused: bool,
) -> tuple[str, ...]:
    """What a user should know of the program."""
    found = [
        f"{name} never reaches the cost: it has no gradient and is not updated"
        for name in given.parameters
        if name not in gradients
    ]
    known = Known(shapes, given.constants)
    for equation in forward:
        wide = outer_broadcast(equation.expr, known)
        if wide is not None:
            found.append(_spread(equation, wide, known))
    if fused and not work.fusions:
        found.append("nothing to fuse: no sigmoid under binary cross-entropy, no softmax of one-hot labels")
    return tuple(found)


def _spread(equation: Equation, expr: Expr, known: Known) -> str:
    return (
        f"{equation.name}: {write(expr, 'ascii')} makes {show(known.shape(expr))} of a row and a column, every entry "
        "with every other; if that is not meant, transpose one of them"
    )
