"""Every op, on every one of its examples, keeps every law. An op that is registered is an op that is checked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bpdebug.ops import OPS
from bpdebug.ops.table import Op
from tests.ops.laws import LAWS


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_the_record_keeps_the_law(op: Op, law: Callable[..., None]) -> None:
    for seed in range(3):
        for inputs, options in op.examples(np.random.default_rng(seed)):
            law(op, inputs, options)


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_there_is_something_to_test_on_and_something_to_read(op: Op) -> None:
    assert op.examples(np.random.default_rng(0))
    assert op.family
    assert op.why.endswith(".")
    assert len(op.why.split()) >= 8


def test_no_word_means_two_things() -> None:
    words = [word for op in OPS.values() for word in (op.name, *op.aliases)]

    assert len(words) == len(set(words))
