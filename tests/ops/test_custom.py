"""Operations of one's own: their records keep the laws of the table, and bad ones are refused with their place."""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import EntryPoint

import numpy as np
import pytest
from msgspec.structs import replace

import bpdebug
from bpdebug.errors import ProgramError
from bpdebug.language.expression import Name, apply
from bpdebug.ops import OPS, VOCABULARY, loading, parse, write
from bpdebug.ops.supplied import OperationError
from tests.ops.laws import LAWS


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def swish(name="swish", **changes):
    facts = {
        "forward": lambda x: x * sigmoid(x),
        "derivative": lambda x: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
    }
    return bpdebug.operation(name, **(facts | changes))


def leak(name="leak", **changes):
    facts = {
        "forward": lambda x: np.where(x > 0, x, 0.1 * x),
        "derivative": lambda x: np.where(x > 0, 1.0, 0.1),
    }
    return bpdebug.operation(name, **(facts | changes))


EXAMPLES = {
    "smooth": lambda: swish("gated"),
    "without a complex step": lambda: swish("gate", complex_step=False),
    "piecewise": lambda: leak("leak_"),
    "of the absolute value": lambda: bpdebug.operation(
        "softsign", forward=lambda x: x / (1 + np.abs(x)), derivative=lambda x: 1 / (1 + np.abs(x)) ** 2
    ),
    "of two": lambda: bpdebug.operation(
        "blend",
        forward=lambda a, b: a * np.tanh(b),
        derivative=[lambda a, b: np.tanh(b), lambda a, b: a * (1 - np.tanh(b) ** 2)],
    ),
    "on half the line": lambda: bpdebug.operation(
        "surprise",
        forward=lambda p: -p * np.log(p),
        derivative=lambda p: -np.log(p) - 1,
        domain=(0, float("inf")),
    ),
}


@pytest.fixture(scope="module")
def examples():
    """Every example, registered for as long as this module runs."""
    before = dict(OPS)
    made = {name: make() for name, make in EXAMPLES.items()}
    yield made
    OPS.clear()
    OPS.update(before)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("example", EXAMPLES)
def test_its_record_keeps_the_laws_of_the_table(examples, example, law):
    op = examples[example]

    for inputs, options in op.examples(np.random.default_rng(3))[1:5]:
        law(op, inputs, options)


def test_a_complex_step_is_used_only_where_it_is_taken(examples):
    assert {name: op.complex_step for name, op in examples.items()} == {
        "smooth": True,
        "without a complex step": False,
        "piecewise": True,
        "of the absolute value": False,
        "of two": True,
        "on half the line": True,
    }


def test_its_words_are_read_and_written():
    swish(aliases=["silu"])

    expected = apply("swish", Name("Z1"))
    assert parse("swish(Z1)") == parse("silu(Z1)") == expected
    assert parse("dswish(Z1)") == parse("swish_prime(Z1)") == apply("dswish", Name("Z1"))
    assert write(expected) == "swish(Z⁽¹⁾)"
    assert "swish" in VOCABULARY


def test_its_backward_rule_is_written_with_its_derivative():
    vjp = swish().vjp(Name("g"), Name("A"), Name("Z"))

    assert [write(each, "ascii") for each in vjp] == ["g * dswish(Z)"]
    with pytest.raises(ProgramError, match="dswish is the derivative of swish, and has none of its own"):
        OPS["dswish"].vjp(Name("g"), Name("A"), Name("Z"))


def test_what_spreads_is_measured_and_not_taken_from_a_derivative_that_may_be_wrong():
    op = swish(derivative=lambda x: 0 * x)
    x = np.array([0.3, -1.0])

    spread = op.spread((np.ones(2),), op.forward(x), x)

    np.testing.assert_allclose(spread, np.abs(sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x))), rtol=1e-9)


def test_at_a_kink_its_derivative_says_which_slope_is_used_within_reason():
    x = np.array([0.0, 1.0])
    for value, used in ((0.1, 0.1), (0.5, 0.5), (7.0, 1.0)):
        op = leak(derivative=lambda x, value=value: np.where(x == 0, value, np.where(x > 0, 1.0, 0.1)))
        branch = op.branch(x)
        stepped = op.forward(x + 1j * 2.0**-256, branch=branch)

        np.testing.assert_allclose(np.imag(stepped) / 2.0**-256, [used, 1.0], rtol=1e-6)
        assert op.kink(x)[0].tolist() == [True, False]
        del OPS["leak"], OPS["dleak"]


def test_in_a_float32_run_it_computes_in_float32():
    x = np.array([0.3, -1.0], dtype=np.float32)
    op = swish()

    assert op.forward(x).dtype == OPS["dswish"].forward(x).dtype == np.float32
    assert op.forward(x.astype(np.float64)).dtype == np.float64


def test_a_whole_record_can_be_added():
    tanh = OPS["tanh"]
    op = replace(tanh, name="thyp", aliases=(), complex_step=False, forward=lambda x: np.tanh(np.real(x)))

    added = bpdebug.operation(op)

    x = np.array([0.3, -2.0])
    slope = np.imag(added.forward(x + 1j * 2.0**-256)) / 2.0**-256
    np.testing.assert_allclose(slope, 1 - np.tanh(x) ** 2, rtol=1e-10)
    with pytest.raises(OperationError, match="complex_step=False is for entrywise operations"):
        bpdebug.operation(replace(OPS["softmax"], name="smax", aliases=(), complex_step=False))


REFUSED = [
    ({"forward": None}, "expected forward=, a function of one array or several"),
    ({"derivative": None}, "expected derivative=, a function for each input of forward"),
    ({"derivative": [np.cos, np.cos]}, r"forward takes 1 \(x\), but there are 2 derivatives"),
    ({"forward": lambda a, b: a * b}, r"forward takes 2 \(a, b\), but there is 1 derivative; expected a list with one"),
    ({"derivative": lambda x: 1j * np.cos(x)}, "derivative gave complex128 for float64: real numbers are expected"),
    ({"derivative": lambda x: np.float32(np.cos(x))}, "derivative gave float32 for float64: the check needs every"),
    ({"derivative": lambda x: None}, "derivative gave None; expected an array of numbers"),
    ({"derivative": lambda x: np.ones(3)}, r"derivative gave shape \(3,\) for an input of shape \(\)"),
    ({"forward": lambda x: np.tanh(x)[:1] if np.ndim(x) == 2 else np.tanh(x)}, r"forward gave shape \(1, 4\) for an"),
    ({"forward": np.tanh, "derivative": lambda x: 1 / 0}, "derivative raised ZeroDivisionError"),
    ({"forward": lambda x: sys.exit(5)}, "forward raised SystemExit: 5"),
    ({"forward": lambda x: np.sum(x)}, r"forward gave 0?.*|does not work entry by entry"),
    ({"forward": lambda x: x[None]}, r"forward gave shape \(1,\) for an input of shape \(\)"),
    ({"forward": lambda x: x - np.mean(x)}, "does not work entry by entry"),
    ({"forward": lambda x: x.astype(np.float32)}, "forward gave float32 for float64: the check needs every digit"),
    ({"forward": np.log}, r"forward gave nan at .*; if it is defined on a part of the line only, say so: domain="),
    ({"forward": lambda x: 1 / 0}, "forward raised ZeroDivisionError"),
    ({"derivative": lambda x: np.cos(x)[0, 0]}, "derivative raised IndexError"),
    ({"forward": lambda *x: x[0]}, "forward may take arrays only"),
    ({"aliases": ["relu"]}, "relu is the name of an operation of bpdebug already; choose another"),
    ({"aliases": ["no name"]}, '"no name" cannot name an operation'),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED, ids=[message[:30] for _, message in REFUSED])
def test_a_bad_operation_is_refused(changes, message):
    before = set(OPS)

    with pytest.raises(OperationError, match=message) as refused:
        swish(**changes)

    assert set(OPS) == before
    assert re.match(rf"{re.escape(os.path.relpath(__file__))}:\d+: ", str(refused.value))


def test_a_slope_may_leave_out_inputs_it_does_not_depend_on():
    blend = bpdebug.operation("blent", forward=lambda a, b: a * b, derivative=[lambda a, b: b, lambda a, b: a])
    bpdebug.operation("sunk", forward=lambda a, b: a + b, derivative=[lambda a, b: 1, lambda a, b: 1.0])

    a, b = np.ones((3, 1)), np.arange(4.0)
    np.testing.assert_array_equal(OPS["dblent_da"].forward(a, b), np.broadcast_to(b, blend.shape((3, 1), (4,))))
    assert OPS["dsunk_db"].forward(a, b).shape == (3, 4)


def test_a_name_is_given_once():
    swish()

    with pytest.raises(OperationError, match="swish is the name of an operation that was registered before already"):
        swish()
    with pytest.raises(OperationError, match=r"test_custom\.py:\d+: swish: swish is the name"):
        bpdebug.operation(OPS["swish"])


GOOD = """
import numpy as np, bpdebug
bpdebug.operation("bent", forward=lambda x: x + np.sin(x) / 2, derivative=lambda x: 1 + np.cos(x) / 2)
"""


def test_a_file_registers_operations_once(tmp_path):
    path = tmp_path / "bent.py"
    path.write_text(GOOD)

    assert loading.load_file(path) == ("bent",)
    assert loading.load(str(path)) == ("bent",)
    assert "bent" in OPS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "1 / 0\n", "{path}:4: ZeroDivisionError: division by zero"),
        (GOOD + "def\n", "{path}:4: invalid syntax"),
        (GOOD + "import nothing_of_this_name\n", "{path}:4: ModuleNotFoundError: No module named"),
        (GOOD.replace("bent", "tanh"), "{path}:3: tanh: tanh is the name of an operation of bpdebug already"),
        (GOOD + "raise SystemExit(5)\n", "{path}:4: ends the program (sys.exit) where it was to register operations"),
        ("x = 1\n", "{path}: registers no operation; call bpdebug.operation(…) in it"),
    ],
)
def test_a_file_that_fails_registers_nothing_and_is_named(tmp_path, monkeypatch, text, message):
    path, before = tmp_path / "bad.py", set(OPS)
    path.write_text(text)

    with pytest.raises(OperationError) as refused:
        loading.load_file(path)

    assert str(refused.value).startswith(message.format(path=path))
    assert set(OPS) == before
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OperationError) as refused:
        loading.load("bad.py")
    assert str(refused.value).startswith(message.format(path="bad.py"))


def test_what_is_neither_a_file_nor_installed_is_told():
    with pytest.raises(OperationError, match="there is no such file"):
        loading.load("nowhere.py")
    with pytest.raises(OperationError, match=r"neither a Python file nor an installed collection"):
        loading.load("nowhere")


def test_installed_collections_are_loaded_by_name(tmp_path, monkeypatch):
    (tmp_path / "collection_of_bends.py").write_text(GOOD)
    monkeypatch.syspath_prepend(tmp_path)
    entry = EntryPoint("bends", "collection_of_bends", loading.GROUP)
    monkeypatch.setattr(loading, "entry_points", lambda group: [entry] if group == loading.GROUP else [])

    assert loading.load_installed() == ("bent",)
    assert loading.load("bends") == ("bent",)
    with pytest.raises(OperationError, match="installed: bends"):
        loading.load("bows")
