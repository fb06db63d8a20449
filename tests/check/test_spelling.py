"""Mended lines are in the writer's own spelling, and pasted back in place of the wrong ones they are right."""

from __future__ import annotations

import pytest

from bpdebug.check.iteration import trained
from bpdebug.check.review import Review, review
from bpdebug.check.telling import wrapped
from bpdebug.scenario.pasted import pasted
from tests.bundled import bundled

MATLAB = """dZ3 = A3 - Y;
dA2 = W3' * dZ3;
dZ2 = dA2 .* A2;
dW2 = (1/m) * dZ2 * A1;
db2 = (1/m) * sum(dZ2, 1);
dA1 = W2' .* dZ2;"""
TORCH = """dZ3 = Y - A3
dA2 = torch.mm(W3, dZ3)
dZ2 = dA2 * (A2 < 0)
dW2 = dZ2.t() @ A1 / m
db2 = dZ2.sum(dim=1) / m
dA1 = W2 @ dZ2"""
METHODS = """dZ3 = A3 - Y
dA2 = W3.dot(dZ3)
dZ2 = np.multiply(dA2, A2)
dW2 = A1.T.dot(dZ2) / m
db2 = dZ2.mean(axis=0, keepdims=True)
dA1 = W2.T * dZ2"""
FUNCTIONS = """dZ3 = A3 + Y
dA2 = np.matmul(W3, dZ3)
dZ2 = np.multiply(dA2, np.int64(A2 < 0))
dW2 = 1./m * np.dot(dZ2, A1)
db2 = 1./m * np.sum(dZ2, axis=0, keepdims=True)
dA1 = np.dot(dZ2, np.transpose(W2))"""
PRINTED = """dZ3 = A3 - Y
dA2 = W3·dZ3
dZ2 = dA2 ⊙ A2
dW2 = dZ2·A1ᵀ
db2 = sum(dZ2) / m
dA1 = W2 ⊙ dZ2"""
STYLES = {
    "matlab": (MATLAB, ("* A1'", "sum(dZ2, 2)", "W2' * dZ2", "dA2 .* (Z2 > 0)")),
    "torch": (TORCH, ("torch.mm(W3.t(), dZ3)", "A1.t()", "dZ2.sum(dim=1, keepdim=True)", "W2.t() @ dZ2")),
    "methods": (METHODS, ("W3.T.dot(dZ3)", "dZ2.dot(A1.T)", "dZ2.mean(axis=1, keepdims=True)", "W2.T.dot(dZ2)")),
    "functions": (
        FUNCTIONS,
        ("np.matmul(np.transpose(W3), dZ3)", "np.sum(dZ2, axis=1", "np.dot(np.transpose(W2), dZ2)"),
    ),
    "printed": (PRINTED, ("W3ᵀ·dZ3", "dZ2·A1ᵀ / m", "W2ᵀ·dZ2")),
}


def reviewed(text: str) -> Review:
    scenario = bundled("three-layer")
    found = pasted(text, scenario.program)
    assert not found.errors
    return review(scenario.program, trained(scenario, 0), found.claims)


@pytest.mark.parametrize(("written", "spelled"), STYLES.values(), ids=STYLES)
def test_mended_lines_are_in_the_writer_s_spelling_and_right_where_they_are_pasted(
    written: str, spelled: tuple[str, ...]
) -> None:
    found = reviewed(written)
    lines = dict(zip((each.name for each in found.claims), written.splitlines(), strict=True))
    mended = {each.name: said.mended_text for each, said in zip(found.claims, found.diagnoses, strict=True) if said}
    block = "\n".join({**lines, **mended}.values())

    assert len(mended) >= 4
    for part in spelled:
        assert part in block
    assert reviewed(block).ok, block


def test_no_shape_is_broken_over_two_lines() -> None:
    told = "the sum of what comes back, dZ2, is (3, 8) and dZ2[0, 1] belongs to (1, 8) beside it"

    for width in range(40, 60):
        assert all(part in " | ".join(wrapped(told, width)) for part in ("(3, 8)", "dZ2[0, 1]", "(1, 8)"))


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("4./m * np.dot(dZ3, A2.T)", "1./m * np.dot(dZ3, A2.T)"),
        ("(2.0/m) * np.dot(dZ3, A2.T)", "(1.0/m) * np.dot(dZ3, A2.T)"),
        ("2/m * np.dot(dZ3, A2.T)", "1/m * np.dot(dZ3, A2.T)"),
    ],
)
def test_a_number_that_changes_keeps_the_point_behind_it(written: str, mended: str) -> None:
    (diagnosis,) = filter(None, reviewed(f"dZ3 = A3 - Y\ndW3 = {written}").diagnoses)

    assert diagnosis.mended_text == f"dW3 = {mended}"


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("dA3 = Y/yhat + (1-Y)/(1-yhat)", "dA3 = -(Y/yhat) + (1-Y)/(1-yhat)"),
        ("dZ2 = W3.T @ dZ3 * (a2 < 0)", "dZ2 = W3.T @ dZ3 * (a2 > 0)"),
    ],
)
def test_a_mended_line_calls_a_quantity_as_the_person_does(written: str, mended: str) -> None:
    (diagnosis,) = filter(None, reviewed(f"dZ3 = A3 - Y\n{written}").diagnoses)

    assert diagnosis.mended_text == mended
