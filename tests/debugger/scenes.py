"""Sessions to test with: bundled scenarios, and small programs made on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from msgspec.structs import replace

from bpdebug.debugger.session import Session
from bpdebug.ops import parse
from bpdebug.program.build import build
from bpdebug.program.equations import Equation
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario


def opened(name: str = "three-layer", *, notation: str = "unicode", iterations: int = 20, **overrides: Any) -> Session:
    """A session of a bundled scenario."""
    return Session(replace(loaded(name, **overrides), iterations=iterations), notation=notation)


@cache
def loaded(name: str, **overrides: Any) -> Scenario:
    """A bundled scenario, which no session changes, loaded once."""
    return load(name, **overrides)


def small(
    equations: Mapping[str, str],
    data: Mapping[str, Any],
    parameters: Mapping[str, Any],
    *,
    iterations: int = 5,
    notation: str = "ascii",
    **constants: float,
) -> Session:
    """A session of a program written down here; its cost is J."""
    values = {name: np.asarray(value, dtype=float) for name, value in {**data, **parameters}.items()}
    program = build(
        [Equation(name, parse(text)) for name, text in equations.items()],
        data={name: values[name].shape for name in data},
        parameters={name: values[name].shape for name in parameters},
        constants={"learning_rate": 0.5, **constants},
        cost="J",
        examples="m",
        orientation="rows",
        bookkeeping="total",
        fused=False,
        one_hot=frozenset(),
    )
    scenario = Scenario("small", "", "Small", "", program, values, iterations, 0, ())
    return Session(scenario, notation=notation)


def said(session: Session, *lines: str) -> str:
    """What is answered to the last of these lines, all of which are understood."""
    for line in lines:
        reply = session.execute(line)
        assert reply.ok, reply.text
    return reply.text


def refused(session: Session, line: str) -> str:
    """What is answered to a line that cannot be done: nothing has changed then."""
    before = session.view
    reply = session.execute(line)
    assert not reply.ok
    assert reply.view is session.view is before
    return reply.text
