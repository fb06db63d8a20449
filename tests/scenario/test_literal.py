"""What collections hold that are written out is read where it is asked for; of others nobody knows what they hold."""

from __future__ import annotations

import pytest

from bpdebug.ops import write
from bpdebug.scenario.pasted import Pasted, pasted
from tests.bundled import bundled

PROGRAM = bundled("three-layer").program
ERROR = "dZ3 = A3 - Y\n"
DELTA = "W3.T @ deltas[-1] * (Z2 > 0)"


def read(block: str) -> Pasted:
    return pasted(block, PROGRAM)


def formulas(block: str) -> dict[str, str]:
    found = read(block)

    assert not found.errors
    return {each.name: write(each.expr, "ascii") for each in found.claims}


@pytest.mark.parametrize(
    "block",
    [
        'tmp = {"out": A3 - Y}\ndZ3 = tmp["out"]',
        'tmp = dict(out=A3 - Y)\ndZ3 = tmp.get("out")',
        "tmp = SimpleNamespace(out=A3 - Y)\ndZ3 = tmp.out",
        'tmp = {}\ntmp.update(out=A3 - Y)\ndZ3 = tmp["out"]',
        'tmp = {"out": A3 - Y, "kind": "relu", "sizes": [4, 5]}\ndZ3 = tmp["out"]',
    ],
)
def test_an_entry_of_a_dictionary_is_read_under_its_key(block: str) -> None:
    assert formulas(block) == {"out": "A3 - Y", "dZ3": "out"}


@pytest.mark.parametrize(
    "other", ['b = {"out": A2}\nx = b["out"]', 'b = {}\nb["out"] = A2\nx = b["out"]', "out = A2\nx = out"]
)
def test_a_key_that_something_else_is_called_by_has_a_name_of_its_own(other: str) -> None:
    found = formulas(f'a = {{"out": A3 - Y}}\n{other}\ndZ3 = a["out"]')

    assert found["a_out"] == "A3 - Y"
    assert found["dZ3"] == "a_out"
    assert found["x"] in ("out", "b_out")


def test_an_entry_that_is_changed_is_what_it_becomes() -> None:
    assert formulas('tmp = {"out": A3}\ntmp["out"] -= Y\ndZ3 = tmp["out"]')["out"] == "A3 - Y"


@pytest.mark.parametrize(
    "fields", ["class Config:\n    n = 8\n", "class Config:\n    n: int = 8\n    kind = 'relu'\ncfg = Config()\n"]
)
def test_a_class_that_holds_values_is_asked_for_them(fields: str) -> None:
    name = "cfg" if "cfg" in fields else "Config"

    assert formulas(f"{fields}{ERROR}dW3 = dZ3 @ A2.T / {name}.n")["dW3"] == "dZ3 @ A2.T / n"


def test_entries_of_a_list_are_read_by_their_places_in_the_order_of_the_block() -> None:
    block = f"deltas = [A3 - Y]\ndeltas.append({DELTA})\ndW3 = deltas[0] @ A2.T\ndeltas.reverse()\n"

    assert formulas(f"{block}dW2 = deltas[0] @ A1.T") == {
        "deltas_0": "A3 - Y",
        "deltas_1": "W3.T @ deltas_0 * (Z2 > 0)",
        "dW3": "deltas_0 @ A2.T",
        "dW2": "deltas_1 @ A1.T",
    }


def test_the_program_s_own_arrays_keep_their_names_in_a_list() -> None:
    block = "Ws = [W1, W2, W3]\ndeltas = [A3 - Y]\nfor l in [2, 1]:\n    deltas.insert(0, Ws[l].T @ deltas[0])"

    assert formulas(block) == {"deltas_0": "A3 - Y", "deltas_1": "W3.T @ deltas_0", "deltas_2": "W2.T @ deltas_1"}


def test_a_function_that_adds_to_a_list_adds_to_it_where_it_is_called() -> None:
    function = "def add(ds, d):\n    ds.append(d)\n"

    assert formulas(f"{function}deltas = [A3 - Y]\nadd(deltas, A2)\nadd(deltas, A3)\ndb3 = deltas[2]")["db3"] == "A3"


def test_attributes_are_set_and_asked_for() -> None:
    assert formulas("ns = SimpleNamespace()\nns.e = A3 - Y\nns.dZ3 = ns.e") == {"e": "A3 - Y", "dZ3": "e"}


def test_a_list_of_numbers_is_what_it_says() -> None:
    assert formulas("shape = [1, 8]\ndZ3 = (A3 - Y).reshape(shape) / shape[1]") == {
        "dZ3": "reshape(A3 - Y, (1, 8)) / 8"
    }


@pytest.mark.parametrize(
    ("block", "name"),
    [
        ("err = [A3[0, i] - Y[0, i] for i in range(m)]\ndb3 = sum(err) / m", "err"),
        ("err = []\nfor x in xs:\n    err.append(x)\ndb3 = sum(err) / m", "err"),
        ('fs = {k: 1 / m for k in keys}\ndb3 = fs["a"]', "a"),
        ("ds = [A3 - Y, A2]\nif verbose:\n    ds.append(A1)\ndb3 = ds[-1]", "ds"),
        ("ds = [A3 - Y, A2]\nds.sort()\ndb3 = ds[0]", "ds"),
        ("ds = [A3 - Y, A2]\nds += [A1]\ndb3 = ds[0]", "ds"),
        ("ds = [A3 - Y, A2]\ndb3 = ds[5]", "ds"),
        ("ds = [A3 - Y, A2]\ndb3 = sum(ds)", "ds"),
        ("def top():\n    return {'e': A3 - Y}\ntop_of = top()\ndb3 = top_of['e']", "e"),
    ],
)
def test_what_a_collection_holds_that_is_not_plain_is_not_known(block: str, name: str) -> None:
    found = read(block)

    assert name in found.unknown
    assert found.claims[-1].name == "db3"


def test_a_name_that_stands_nowhere_else_stays_undefined() -> None:
    found = read('tmp = {"out": A3 - Y}\ndZ3 = outt')

    assert not found.errors
    assert found.unknown == ()
