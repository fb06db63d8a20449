"""The update of the parameters, as equations like all the others: gradient descent and what people use in its place.

Each optimizer is one record of the table. What it keeps from iteration to iteration begins as zeros and has names of
its own: `vdW1` for a mean of gradients, `sdW1` for one of their squares, `t` for the number of updates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from bpdebug.language.expression import Expr, Name, apply
from bpdebug.program.equations import Equation, Origin, Phase

RATE = "learning_rate"
DECAY, CLIP_VALUE, CLIP_NORM = "weight_decay", "clip_value", "clip_norm"
COUNT, NORM, SHRINK = "t", "gradient_norm", "shrink"
MOMENTUM, BETA1, BETA2, EPSILON = "momentum", "beta1", "beta2", "epsilon"

Line = tuple[str, Expr, str]
"""A name, what it becomes, and why."""


class Optimizer(Struct, frozen=True):
    """One way to move parameters along their gradients.

    `lines` is called with a parameter, its gradient and what is kept for it, and answers the equations in their order;
    the one without a name is the parameter's own. `source` is where it comes from.
    """

    name: str
    numbers: Mapping[str, float]
    """The numbers that it has beside the learning rate, and what they are where nobody says."""
    kept: tuple[str, ...]
    """What is kept for each parameter: the first letters of its names."""
    lines: Callable[..., Iterator[Line]]
    source: str
    counts: bool = False
    """Whether it counts the updates."""
    decays: bool = False
    """Whether weight decay acts on the parameter itself, apart from the gradient."""


def _sgd(w: Name, g: Expr) -> Iterator[Line]:
    yield "", w - Name(RATE) * g, "a small step against the gradient, which points uphill"


def _momentum(w: Name, g: Expr, v: Name) -> Iterator[Line]:
    yield v.id, Name(MOMENTUM) * v + g, "the gradients so far, older ones counting less: what they agree on adds up"
    yield "", w - Name(RATE) * v, "a small step against what the gradients agree on"


def _nesterov(w: Name, g: Expr, v: Name) -> Iterator[Line]:
    yield v.id, Name(MOMENTUM) * v + g, "the gradients so far, older ones counting less: what they agree on adds up"
    yield (
        "",
        w - Name(RATE) * (g + Name(MOMENTUM) * v),
        "a step as momentum will go on, this gradient counted twice",
    )


def _adagrad(w: Name, g: Expr, s: Name) -> Iterator[Line]:
    yield s.id, s + g**2.0, "the squares of all gradients so far, entry by entry"
    yield "", w - Name(RATE) * g / _root(s), "entries that moved much so far take smaller steps"


def _rmsprop(w: Name, g: Expr, s: Name) -> Iterator[Line]:
    yield s.id, _mean(BETA2, s, g**2.0), "a running mean of the squares of the gradients, entry by entry"
    yield "", w - Name(RATE) * g / _root(s), "the gradient measured by its usual size, so that all entries move alike"


def _adam(w: Name, g: Expr, v: Name, s: Name) -> Iterator[Line]:
    yield v.id, _mean(BETA1, v, g), "a running mean of the gradients"
    yield s.id, _mean(BETA2, s, g**2.0), "a running mean of their squares, entry by entry"
    step = _whole(BETA1, v) / _root(_whole(BETA2, s))
    why = "the mean gradient measured by its usual size; both are divided by what a mean begun at 0 falls short by"
    yield "", w - Name(RATE) * step, why


def _mean(beta: str, kept: Expr, new: Expr) -> Expr:
    """The running mean of something."""
    return Name(beta) * kept + (1.0 - Name(beta)) * new


def _whole(beta: str, kept: Expr) -> Expr:
    """A running mean that began at 0, as large as what it is of: its bias corrected."""
    return kept / (1.0 - Name(beta) ** Name(COUNT))


def _root(squares: Expr) -> Expr:
    return apply("sqrt", squares) + Name(EPSILON)


OPTIMIZERS = {
    each.name: each
    for each in (
        Optimizer("sgd", {}, (), _sgd, "H. Robbins and S. Monro, Ann. Math. Stat. 22, 1951"),
        Optimizer("momentum", {MOMENTUM: 0.9}, ("v",), _momentum, "B. T. Polyak, USSR Comput. Math. 4(5), 1964"),
        Optimizer("nesterov", {MOMENTUM: 0.9}, ("v",), _nesterov, "I. Sutskever et al., ICML 2013"),
        Optimizer("adagrad", {EPSILON: 1e-10}, ("s",), _adagrad, "J. Duchi et al., JMLR 12, 2011"),
        Optimizer("rmsprop", {BETA2: 0.99, EPSILON: 1e-8}, ("s",), _rmsprop, "T. Tieleman and G. Hinton, 2012"),
        Optimizer(
            "adam",
            {BETA1: 0.9, BETA2: 0.999, EPSILON: 1e-8},
            ("v", "s"),
            _adam,
            "D. P. Kingma and J. Ba, ICLR 2015",
            counts=True,
        ),
        Optimizer(
            "adamw",
            {BETA1: 0.9, BETA2: 0.999, EPSILON: 1e-8, DECAY: 0.01},
            ("v", "s"),
            _adam,
            "I. Loshchilov and F. Hutter, ICLR 2019",
            counts=True,
            decays=True,
        ),
    )
}
"""The table of optimizers, by name."""


class Update(Struct, frozen=True):
    """How parameters are moved: an optimizer, and what is done to the gradients before it."""

    optimizer: Optimizer = OPTIMIZERS["sgd"]
    decay: bool = False
    """Whether weights are drawn towards 0 by `weight_decay`."""
    clip_value: bool = False
    clip_norm: bool = False

    def states(self, gradients: Mapping[str, str]) -> dict[str, str]:
        """What is kept from iteration to iteration beside the parameters, each with the parameter whose shape it has;
        "" for a single number."""
        kept = {f"{letter}{gradient}": name for name, gradient in gradients.items() for letter in self.optimizer.kept}
        return {COUNT: "", **kept} if self.optimizer.counts else kept

    def equations(self, parameters: Iterable[str], gradients: Mapping[str, str]) -> Iterator[Equation]:
        """The update of every parameter that has a gradient."""
        moved = {name: gradients[name] for name in parameters if name in gradients}
        if self.optimizer.counts and moved:
            yield _equation(COUNT, Name(COUNT) + 1.0, (), "the number of this update, from 1")
        if self.clip_norm and moved:
            yield from _norm(list(moved.values()))
        for name, gradient in moved.items():
            yield from self._of(Name(name), gradient)

    def _of(self, w: Name, gradient: str) -> Iterator[Equation]:
        g, base = Name(gradient), w
        for name, expr, why in self._prepared(w, gradient):
            yield _equation(name, expr, (gradient,), why)
            g = Name(name)
        if self.optimizer.decays:
            base = Name(f"w{w.id}")
            yield _equation(base.id, w - Name(RATE) * Name(DECAY) * w, (), "weights shrink by a fixed share")
        kept = [Name(f"{letter}{gradient}") for letter in self.optimizer.kept]
        for name, expr, why in self.optimizer.lines(base, g, *kept):
            yield _equation(name or w.id, expr, (gradient,), why)

    def _prepared(self, w: Name, gradient: str) -> Iterator[Line]:
        """The gradient as the optimizer is given it, where that is another."""
        g = Name(gradient)
        if self.clip_norm:
            yield f"c{gradient}", Name(SHRINK) * g, "all gradients are shrunk alike, so that the direction stays"
            g = Name(f"c{gradient}")
        if self.clip_value:
            clipped = apply("clip", g, -Name(CLIP_VALUE), Name(CLIP_VALUE))
            yield f"l{gradient}", clipped, "entries beyond the limit are set to it"
            g = Name(f"l{gradient}")
        if self.decay and not self.optimizer.decays:
            yield f"r{gradient}", g + Name(DECAY) * w, "the slope of weight_decay / 2 times the sum of squares is added"


def _norm(gradients: list[str]) -> Iterator[Equation]:
    """How long all gradients are together, and what they are shrunk by."""
    squares = [apply("sum", Name(each) ** 2.0) for each in gradients]
    total: Expr = squares[0]
    for each in squares[1:]:
        total = total + each
    yield _equation(NORM, apply("sqrt", total), tuple(gradients), "the length of all gradients together")
    ratio = Name(CLIP_NORM) / (Name(NORM) + 1e-6)
    why = "1 while the length is within the limit, else what brings it there"
    yield _equation(SHRINK, apply("minimum", 1.0, ratio), (NORM,), why)


def _equation(name: str, expr: Expr, of: tuple[str, ...], why: str) -> Equation:
    return Equation(name, expr, Phase.UPDATE, None, Origin(of, (), why))
