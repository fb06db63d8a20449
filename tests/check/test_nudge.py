"""One entry moved by hand: what it reaches, what is measured, and what rounding can do to that."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.check.forward import Forward
from bpdebug.check.gradients import check_gradients
from bpdebug.check.nudge import WIDTHS, Cause, Nudge, has_kink
from bpdebug.language.expression import Name, apply
from bpdebug.ops import OPS
from bpdebug.ops.custom import operation
from bpdebug.program.equations import Phase
from tests.check.lowering import program, run
from tests.check.networks import draw, lowered


@pytest.mark.parametrize("regime", ["smooth", "deep", "badly scaled", "near a kink"])
@pytest.mark.parametrize("seed", range(3))
def test_it_measures_what_the_check_measures(regime: str, seed: int) -> None:
    made, values = lowered(draw(regime, np.random.default_rng(seed), square=False))
    forward = Forward.of(made, values)
    for check in check_gradients(made, values):
        place = check.worst
        nudge = Nudge(forward, check.of, place)
        assert nudge.exact == pytest.approx(check.numerical[place], rel=1e-9, abs=float(check.bound[place]))
        width = float(np.cbrt(np.finfo(float).eps) * max(1.0, abs(nudge.entry)))
        assert nudge.slope(width) == pytest.approx(check.central_at(place), rel=1e-6, abs=2 * nudge.noise(width))


@pytest.mark.parametrize("seed", range(5))
def test_rounding_is_never_called_truncation(seed: int) -> None:
    random = np.random.default_rng(seed)
    made, values = lowered(draw("smooth", random, square=False))
    forward = Forward.of(made, values)
    for name in made.parameters:
        place = tuple(int(random.integers(length)) for length in np.shape(values[name]))
        attempts = Nudge(forward, name, place).attempts(1e-4)
        assert [each.width for each in attempts] == list(WIDTHS)
        causes = [each.cause for each in attempts]
        narrow = causes[6:]
        assert set(narrow) == {Cause.ROUNDING}
        assert causes == sorted(causes, key=[Cause.TRUNCATION, Cause.ROUNDING].index)
        assert all(each.error <= Nudge(forward, name, place).noise(each.width) for each in attempts[6:])


def test_truncation_is_told_from_rounding_below_what_rounding_may_be() -> None:
    """The largest rounding there can be is far above the usual one: what is curved shows long before that."""
    random = np.random.default_rng(3)
    made, values = lowered(draw("smooth", random, square=False))
    nudge = Nudge(Forward.of(made, values), made.parameters[0], (0, 0))
    truncated = [each for each in nudge.attempts(1e-4) if each.cause is Cause.TRUNCATION]
    assert min(each.error / nudge.noise(each.width) for each in truncated) < 0.5
    for each in truncated:
        assert each.error == pytest.approx(abs(nudge.truncation(each.width)), rel=0.6)
    wide, narrow = (nudge.truncation(width) for width in (1e-2, 1e-3))
    assert wide / narrow == pytest.approx(100, rel=0.02)
    assert nudge.truncation(1e-9) == 0


def test_an_operation_of_ones_own_has_no_kink_where_it_has_a_derivative() -> None:
    w = Name("w")
    own = {"forward": lambda x: np.where(np.real(x) > 0, x, x / 4), "derivative": lambda x: np.where(x > 0, 1, 0.25)}
    leaky = operation("leaky_of_own", **own)
    try:
        made = program([("J", apply("sum", apply(leaky.name, w)), Phase.COST)], {"w": np.array([0.0, 1.0])}, ["w"])
        forward = Forward.of(made, run(made, {"w": np.array([0.0, 1.0])}))
        assert not Nudge(forward, "w", (1,)).moved(0.1).turned
        assert [turned.tolist() for turned in Nudge(forward, "w", (0,)).moved(0.1).turned.values()] == [[True, False]]
    finally:
        del OPS[leaky.name], OPS[f"d{leaky.name}"]


def test_only_what_the_entry_reaches_is_computed_again() -> None:
    w, c = Name("w"), Name("c")
    lines = [
        ("a", w * c, Phase.FORWARD),
        ("b", c * c, Phase.FORWARD),
        ("J", apply("sum", Name("a") + Name("b")), Phase.COST),
    ]
    leaves = {"w": np.array([1.0, 2.0]), "c": np.array([3.0, 4.0])}
    made = program(lines, leaves, ["w"])
    nudge = Nudge(Forward.of(made, run(made, leaves)), "w", (1,))
    above = nudge.moved(0.5)
    assert set(above.values) == {"w", "a", "J:0", "J"}
    assert above.entry == 2.5
    assert list(above.values["a"]) == [3.0, 10.0]
    assert above.cost - nudge.cost == 2.0
    assert nudge.exact == nudge.slope(0.25) == 4.0
    assert nudge.sides == (4.0, 4.0)


def test_what_does_not_bend_where_its_branches_meet_has_no_kink() -> None:
    w = Name("w")
    for alpha, kinked in ((1.0, False), (0.5, True)):
        made = program([("J", apply("sum", apply("elu", w, alpha=alpha)), Phase.COST)], {"w": np.array([0.01])}, ["w"])
        nudge = Nudge(Forward.of(made, run(made, {"w": np.array([0.01])})), "w", (0,))
        assert [has_kink(step) for step in nudge.steps] == [kinked, False]
        assert bool(nudge.moved(-0.1).turned) is kinked
        assert (nudge.attempt(0.1).cause is Cause.KINK) is kinked
