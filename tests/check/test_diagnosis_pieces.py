"""What puts stretches among zeros is written as arrays set side by side, where it is that."""

from __future__ import annotations

import pytest

from bpdebug.check.diagnosis.pieces import joined
from bpdebug.ops import parse

BIAS = "pad_index(W[:, 1:], s_[:, 1:], (h, 5))"


@pytest.mark.parametrize(
    ("padded", "shown"),
    [
        (f"dW + lam * {BIAS}", "dW + lam * concatenate([zeros((h, 1)), W[:, 1:]], axis=1)"),
        ("pad_index(a, s_[2:4], (5, k))", "concatenate([zeros((2, k)), a, zeros((1, k))], axis=0)"),
        (
            "pad_index(b, s_[:, 2:6], (n, 6)) + pad_index(a, s_[:, 0:2], (n, 6))",
            "concatenate([a, b], axis=1)",
        ),
        ("pad_index(a, s_[:, 0:2], (n, h))", "pad_index(a, s_[:, 0:2], (n, h))"),
        ("pad_index(a, s_[1, :], (2, h))", "pad_index(a, s_[1, :], (2, h))"),
        (f"{BIAS} + {BIAS}", f"{BIAS} + {BIAS}"),
    ],
)
def test_stretches_are_set_side_by_side(padded: str, shown: str) -> None:
    assert joined(parse(padded)) == parse(shown)
