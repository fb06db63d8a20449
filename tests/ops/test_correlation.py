"""correlate is NumPy's own, in every mode and for every pair of lengths; its option is a word in quotes."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.errors import BpdebugError, ExpressionError
from bpdebug.language.expression import Apply, Name
from bpdebug.ops import parse, write
from bpdebug.ops.table import Outside, ShapeMismatch
from tests.ops.evaluate import evaluate


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
def test_it_is_numpys(mode: str) -> None:
    random = np.random.default_rng(0)
    expr = Apply("correlate", (Name("x"), Name("k")), (("mode", mode),))
    for signal in range(1, 9):
        for filter_ in range(1, 9):
            x, k = random.normal(size=signal), random.normal(size=filter_)
            found = evaluate(expr, {"x": x, "k": k})
            np.testing.assert_allclose(found, np.correlate(x, k, mode), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(
    "text", ["np.correlate(x, k, 'full')", 'correlate(x, k, mode="full")', "correlate(x, k,'full')"]
)
def test_its_mode_is_a_word_in_quotes(text: str) -> None:
    assert write(parse(text), "ascii") == 'correlate(x, k, mode="full")'
    assert write(parse(text), "latex").endswith(r"mode}=\text{full}\right)")


@pytest.mark.parametrize("text", ["'full'", "x + 'full'", "correlate(x, 'full')", "x['full']", "correlate(x, k, 'A')"])
def test_a_word_in_quotes_stands_nowhere_else(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("correlate(x, k, 'whole')", Outside),
        ("correlate(x, k, 2)", Outside),
        ("correlate(M, k)", ShapeMismatch),
        ("sum(x, 'full')", BpdebugError),
        ("reshape(x, 'full')", BpdebugError),
    ],
)
def test_what_it_cannot_take_is_told(text: str, error: type[BpdebugError]) -> None:
    with pytest.raises(error):
        evaluate(parse(text), {"x": np.ones(4), "k": np.ones(2), "M": np.ones((2, 2))})
