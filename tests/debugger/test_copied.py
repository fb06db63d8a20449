"""Copied values: NumPy's text reads back bit for bit, the others hold every entry; what is too large says so."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.debugger.copied import FORMS, MOST, copied
from bpdebug.debugger.session import Session
from bpdebug.errors import UsageError
from tests.bundled import bundled

RANDOM = np.random.default_rng(0)
ARRAYS = [
    np.array(0.1),
    np.array(-np.inf),
    np.array([1e-320, -0.0, 1 / 3]),
    np.array([[np.nan, np.inf], [-np.inf, 1e300]]),
    RANDOM.normal(size=(2, 3, 4)),
    RANDOM.normal(size=(3, 1)).astype(np.float32),
    np.empty((0, 3)),
    np.empty((2, 0), dtype=np.float32),
]


@pytest.mark.parametrize("value", ARRAYS, ids=lambda value: f"{value.dtype}{value.shape}")
def test_numpy_text_gives_the_same_bits(value):
    space: dict[str, object] = {"np": np}
    exec(copied(value, "numpy", "W1"), space)
    back = space["W1"]
    assert isinstance(back, np.ndarray)
    assert (back.dtype, back.shape, back.tobytes()) == (value.dtype, value.shape, value.tobytes())


@pytest.mark.parametrize("value", ARRAYS[:5], ids=lambda value: str(value.shape))
def test_csv_gives_the_same_numbers(value):
    back = np.array([[float(each) for each in line.split(",")] for line in copied(value, "csv").split("\n")])
    np.testing.assert_array_equal(back.ravel(), value.ravel())


def test_latex_and_text_are_aligned_and_named():
    value = np.array([[0.5, -12.25], [np.nan, 3e-9]])
    latex = "dW^{(1)} = \\begin{bmatrix}\n0.5 & -12.25 \\\\\n\\mathrm{NaN} & 3 \\times 10^{-9}\n\\end{bmatrix}"
    assert copied(value, "latex", "dW^{(1)}") == latex
    assert copied(value, "text", "dW1") == "dW1 (2, 2)\n   0.5  -12.25\n   nan   3e-09"
    assert copied(np.array(2.0), "text", "J") == "J = 2"
    assert "MaxMatrixCols}{11}" in copied(np.zeros((1, 11)), "latex")


def test_what_is_too_large_or_no_form_is_refused_with_the_way_out():
    with pytest.raises(UsageError, match=r"100,001 entries, more than 100,000: copy a slice of it, or into a file"):
        copied(np.zeros(MOST + 1), "csv")
    with pytest.raises(UsageError, match="expected a form, numpy, latex, csv or text, got 'png'"):
        copied(np.zeros(1), "png")
    assert all(copied(np.zeros((0, 2)), form) is not None for form in FORMS)


def test_a_reply_hands_out_what_was_copied_and_only_then():
    session = Session(bundled("xor"))
    reply = session.execute("copy W1 as csv")
    assert reply.copied == reply.text
    assert reply.copied.count("\n") == 2
    assert not session.execute("print W1").copied
    assert not session.execute("copy W1 as png").copied


def test_a_file_holds_the_value_in_the_form_of_its_ending(tmp_path):
    session = Session(bundled("xor"))
    reply = session.execute(f"copy W1 to '{tmp_path}/W1.csv'")
    assert (reply.text, reply.copied) == ("W1.csv holds 6 entries", "")
    assert (tmp_path / "W1.csv").read_text().count(",") == 3
    assert session.execute(f"copy W1 as latex to '{tmp_path}/W1.csv'").ok
    assert "bmatrix" in (tmp_path / "W1.csv").read_text()
    refused = session.execute(f"copy W1 to '{tmp_path}/nowhere/W1.csv'")
    assert (refused.ok, refused.text) == (False, "W1.csv cannot be written: there is no folder nowhere")
