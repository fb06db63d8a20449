"""The update of the parameters, as equations like all the others: gradient descent and what people use in its place.

Each optimizer is one record of the table. What it keeps from iteration to iteration begins as zeros and has names of
its own: `vdW1` for a mean of gradients, `sdW1` for one of their squares, `t` for the number of updates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import pi

from msgspec import Struct

from bpdebug.language.chance import COUNT
from bpdebug.language.expression import Expr, Name, Number, apply, substitute
from bpdebug.program.equations import Equation, Origin, Phase

RATE = "learning_rate"
DECAY, CLIP_VALUE, CLIP_NORM = "weight_decay", "clip_value", "clip_norm"
NORM, SHRINK, NOW, WARM = "gradient_norm", "shrink", "rate", "warm"
DROP, EVERY, UPDATES, RISE, WARMUP = "drop", "every", "updates", "rise", "warmup"
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


class Schedule(Struct, frozen=True):
    """How the learning rate goes with the number of updates: `factor` answers what it is multiplied by.

    The update of number t is the first where t is 1.
    """

    name: str
    numbers: Mapping[str, float]
    """The numbers that it has, and what they are where nobody says."""
    factor: Callable[[], Expr]
    why: str


def _passed() -> Expr:
    """Updates made before this one."""
    return Name(COUNT) - 1.0


def _far() -> Expr:
    """The same, as far as the schedule goes: after its last update the rate stays as it is."""
    return apply("minimum", _passed(), Name(UPDATES))


SCHEDULES = {
    each.name: each
    for each in (
        Schedule(
            "step",
            {DROP: 0.1, EVERY: 30.0},
            lambda: Name(DROP) ** apply("floor", _passed() / Name(EVERY)),
            "it drops after every so many updates",
        ),
        Schedule("exponential", {DROP: 0.99}, lambda: Name(DROP) ** _passed(), "it drops a little with each update"),
        Schedule(
            "cosine",
            {UPDATES: 0.0},
            lambda: (1.0 + apply("cos", pi * _far() / Name(UPDATES))) / 2.0,
            "it falls to 0 along half a wave: slowly, fast, slowly again (I. Loshchilov and F. Hutter, ICLR 2017)",
        ),
        Schedule(
            "one-cycle",
            {UPDATES: 0.0, RISE: 0.3},
            lambda: apply("minimum", _passed() / (Name(RISE) * Name(UPDATES)), _falling()),
            "it rises over the first part of the run and falls to 0 over the rest (L. N. Smith, arXiv:1708.07120)",
        ),
        Schedule("constant", {}, lambda: Number(1.0), "it stays as it is"),
    )
}
"""The table of schedules, by name."""


def _falling() -> Expr:
    return (Name(UPDATES) - _far()) / ((1.0 - Name(RISE)) * Name(UPDATES))


class Update(Struct, frozen=True):
    """How parameters are moved: an optimizer, and what is done to the gradients before it."""

    optimizer: Optimizer = OPTIMIZERS["sgd"]
    schedule: Schedule = SCHEDULES["constant"]
    warmup: bool = False
    """Whether the learning rate rises from 0 over the first `warmup` updates."""
    decay: bool = False
    """Whether weights are drawn towards 0 by `weight_decay`."""
    clip_value: bool = False
    clip_norm: bool = False

    def states(self, gradients: Mapping[str, str]) -> dict[str, str]:
        """What is kept from iteration to iteration beside the parameters, each with the parameter whose shape it has;
        "" for a single number."""
        kept = {f"{letter}{gradient}": name for name, gradient in gradients.items() for letter in self.optimizer.kept}
        return {COUNT: "", **kept} if self.counts else kept

    @property
    def counts(self) -> bool:
        """Whether updates are counted."""
        return self.optimizer.counts or self.scheduled

    @property
    def scheduled(self) -> bool:
        """Whether the learning rate changes."""
        return self.warmup or bool(self.schedule.numbers)

    def equations(self, parameters: Iterable[str], gradients: Mapping[str, str]) -> Iterator[Equation]:
        """The update of every parameter that has a gradient."""
        moved = {name: gradients[name] for name in parameters if name in gradients}
        if self.counts and moved:
            yield _equation(COUNT, Name(COUNT) + 1.0, (), "the number of this update, from 1")
        if self.scheduled and moved:
            yield from self._rate()
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
            shrunk = self._of_now(w - Name(RATE) * Name(DECAY) * w)
            yield _equation(base.id, shrunk, (), "weights shrink by a fixed share")
        kept = [Name(f"{letter}{gradient}") for letter in self.optimizer.kept]
        for name, expr, why in self.optimizer.lines(base, g, *kept):
            yield _equation(name or w.id, self._of_now(expr), (gradient,), why)

    def _rate(self) -> Iterator[Equation]:
        """The learning rate of this update."""
        rate: Expr = Name(RATE)
        if self.warmup:
            yield _equation(WARM, apply("minimum", 1.0, Name(COUNT) / Name(WARMUP)), (), "1 once the warm-up is over")
            rate = rate * Name(WARM)
        rate = rate * self.schedule.factor() if self.schedule.numbers else rate
        why = self.schedule.why if self.schedule.numbers else "it rises over the first updates, and then stays"
        yield _equation(NOW, rate, (), f"the learning rate of this update: {why}")

    def _of_now(self, expr: Expr) -> Expr:
        """The same with the learning rate of this update in place of the one that it begins with."""
        return substitute(expr, {RATE: Name(NOW)}) if self.scheduled else expr

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
