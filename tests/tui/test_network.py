"""The pane of the network: layers as the equations show them, sizes in numbers and bars, where we are."""

from __future__ import annotations

import re
from time import perf_counter

import numpy as np
import pytest

from bpdebug.debugger.session import Session
from bpdebug.debugger.structure import structure
from bpdebug.tui.colours import BARE
from bpdebug.tui.network import network_lines
from bpdebug.tui.sizes import bar, idle, rms, short
from tests.bundled import TURNED
from tests.debugger.scenes import opened, said, small
from tests.tui.drawn import plain, styled

SCENARIOS = sorted({name for name, _ in TURNED})
RANDOM = np.random.default_rng(0)
DATA = {"X": RANDOM.normal(size=(5, 3)), "Y": RANDOM.normal(size=(5, 3))}
PARAMETERS = {"W1": np.c_[RANDOM.normal(size=(3, 2)), np.zeros(3)], "W2": RANDOM.normal(size=(3, 3))}


def drawn(session: Session, width: int = 50, height: int = 12) -> list[str]:
    lines = network_lines(session.view, width, height, BARE)
    assert all(line.cell_len <= width for line in lines)
    return plain(lines)


def made(notation: str = "unicode", **equations: str) -> Session:
    read = " ".join(equations.values())
    data = {name: value for name, value in DATA.items() if re.search(rf"\b{name}\b", read)}
    return small(equations, data, PARAMETERS, m=5.0, notation=notation)


def test_layers_with_their_sizes_and_the_gradient_at_hand_marked() -> None:
    session = opened("three-layer")
    said(session, "goto 2:dZ1")
    assert drawn(session, 60, 12) == [
        "X 4 ─W⁽¹⁾→ 5 relu ─W⁽²⁾→ 3 relu ─W⁽³⁾→ 1 σ → J",
        "              forward                 gradient",
        "X     4       1.03   ████████▊",
        "Z⁽¹⁾  5       1.43   ████████████▏   ◀0.035  ▎",
        "A⁽¹⁾  5 relu  1.05   ████████▉        0.0482 ▍",
        "Z⁽²⁾  3       1.66   ██████████████   0.0433 ▎",
        "A⁽²⁾  3 relu  1.65   █████████████▉   0.059  ▍",
        "Z⁽³⁾  1       0.22   █▉               0.494  ███▌",
        "A⁽³⁾  1 σ     0.462  ███▉             2      ██████████████",
        "J             0.681",
        "Root mean squares; gradients, but for the parameters', times",
        "m.",
    ]
    chain = network_lines(session.view, 60, 12, BARE)[0]
    assert "reverse" in " ".join(styled(chain, "5 relu"))
    assert "reverse" not in " ".join(styled(chain, "3 relu"))


def test_forward_the_quantity_itself_is_marked_and_what_is_to_come_is_a_dash() -> None:
    session = opened("xor")
    assert not any("▶" in line for line in drawn(session))
    said(session, "goto 1:A1")
    lines = drawn(session)
    assert [line[:16].rstrip() for line in lines if "▶" in line] == ["A⁽¹⁾  3 tanh ▶0."[:16]]
    assert next(line for line in lines if line.startswith("Z⁽²⁾")).split() == ["Z⁽²⁾", "1", "–", "–"]


def test_with_room_the_parameters_show_and_with_little_the_layers_alone() -> None:
    session = opened("three-layer")
    said(session, "goto 2:W1")
    heads = [line.split()[0] for line in drawn(session, 76, 30)[2:-1]]
    assert heads[:9] == ["X", "W⁽¹⁾", "b⁽¹⁾", "Z⁽¹⁾", "A⁽¹⁾", "W⁽²⁾", "b⁽²⁾", "Z⁽²⁾", "A⁽²⁾"]
    assert heads[9:] == ["W⁽³⁾", "b⁽³⁾", "Z⁽³⁾", "A⁽³⁾", "J"]
    assert [line.split()[0] for line in drawn(session, 76, 8)[2:-1]] == ["X", "A⁽¹⁾", "A⁽²⁾", "A⁽³⁾", "J"]
    assert any(line.startswith("W⁽¹⁾") and "▶" in line for line in drawn(session, 76, 30))


@pytest.mark.parametrize("width", [30, 50, 76])
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_fits_in_both_orientations_and_notations(name: str, width: int) -> None:
    for notation, orientation in (("unicode", "rows"), ("ascii", "columns")):
        if (name, orientation) not in TURNED:
            continue
        session = opened(name, notation=notation, orientation=orientation)
        found = structure(session.program)
        assert (found is None) == (name == "word2vec")  # whose words enter at three places
        assert found is None or (found.given, found.cost) == ("X", "J")
        for motion in ("start", "goto 2:forward", "goto 2:backward", "end"):
            said(session, motion)
            lines = drawn(session, width, 20)
            assert notation == "unicode" or all(line.isascii() for line in lines)
            assert any(line.startswith("J") for line in lines)
            assert not any(line.startswith("  1 of") for line in lines) or "relu" in str(found)


def test_units_that_are_off_are_counted() -> None:
    session = made(Z1="X @ W1", A1="relu(Z1)", Z2="A1 @ W2", J="sum(Z2 * Z2) / m")
    said(session, "goto 1:A1")
    assert "  1 of 3 units dead: 0 for every example" in drawn(session)


@pytest.mark.parametrize(
    "equations",
    [
        {"Z1": "X @ W1", "Z2": "Z1 @ W2", "J": "sum(Z2 * Z1) / m"},
        {"Z1": "X @ W1 + Y", "Z2": "Z1 @ W2", "J": "sum(Z2) / m"},
        {"Z1": "X @ W1", "Z2": "Z1 @ W2 + Y @ W2", "J": "sum(Z2) / m"},
    ],
)
def test_what_is_no_chain_of_layers_is_a_list_of_what_is_made_of_what(equations: dict[str, str]) -> None:
    session = made(**equations)
    assert structure(session.program) is None
    said(session, "goto 1:J")
    lines = drawn(session, 70, 20)
    assert len(lines) == 2 + len(equations)
    assert lines[1].startswith("Z⁽¹⁾ ← X, W⁽¹⁾")
    assert any("▶" in line for line in lines if line.startswith("J"))
    assert any(line.startswith("  ← X, W⁽¹⁾") for line in drawn(session, 30, 20))


@pytest.mark.parametrize(
    ("equations", "layers", "chain", "read"),
    [
        (
            {"Z1": "X @ W1", "A1": "relu(Z1)", "Z2": "A1 @ W2 + X", "J": "sum(Z2 * Z2) / m"},
            [("Z1", "A1", "Z2")],
            "X 3 ─W⁽¹⁾→ 3 → J",
            "← A⁽¹⁾, W⁽²⁾, X",
        ),
        (
            {"Z1": "X @ W1", "A1": "relu(Z1)", "Z2": "A1 @ W2 + Z1", "J": "sum(Z2 * Z2) / m"},
            [("Z1",), ("A1", "Z2")],
            "X 3 ─W⁽¹⁾→ 3 ─W⁽²⁾→ 3 → J",
            "← A⁽¹⁾, W⁽²⁾, Z⁽¹⁾",
        ),
    ],
)
def test_a_branch_and_what_it_goes_around_are_one_layer(
    equations: dict[str, str], layers: list[tuple[str, ...]], chain: str, read: str
) -> None:
    session = made(**equations)
    found = structure(session.program)
    assert found is not None
    assert [each.quantities for each in found.layers] == layers
    said(session, "goto 1:J")
    lines = drawn(session, 76, 30)
    assert lines[0] == chain
    assert any(line.startswith("Z⁽²⁾") and read in line for line in lines)


def test_what_is_made_of_parameters_alone_stands_beside_the_chain() -> None:
    session = made(V="W2 / sum(W2 * W2)", Z1="X @ W1", A1="relu(Z1)", Z2="A1 @ V", E="Z2 - Y", J="sum(E * E) / m")
    found = structure(session.program)
    assert found is not None
    assert [each.quantities for each in found.layers] == [("Z1", "A1"), ("Z2", "E")]
    assert [each.parameters for each in found.layers] == [("W1",), ("W2",)]
    assert drawn(session)[0] == "X 3 ─W⁽¹⁾→ 3 relu ─W⁽²⁾→ 3 → J"


@pytest.mark.parametrize(
    ("entries", "size"),
    [([3.0, 4.0], 12.5**0.5), ([], 0.0), ([0.0], 0.0), ([1e200, 1e200], 1e200), ([1e-200, 1e-200], 1e-200)],
)
def test_sizes(entries: list[float], size: float) -> None:
    array = np.array(entries)
    assert rms(array) == pytest.approx(size, rel=1e-12)
    assert rms(array) == rms(array)


def test_what_is_no_number_is_shown_as_such() -> None:
    assert np.isnan(rms(np.array([1.0, np.nan])))
    assert rms(np.array([1.0, np.inf])) == np.inf
    session = opened("xor")
    said(session, "goto 1:Z1")
    said(session, "set Z1[0,0] = nan", "next")
    assert next(line for line in drawn(session) if line.startswith("A⁽¹⁾")).split()[3] == "▶NaN"


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0"), (1.4285, "1.43"), (0.0057812, "0.0058"), (1.23e-5, "1.2e−5"), (123456, "1.2e5"), (float("inf"), "inf")],
)
def test_a_size_takes_few_cells(size: float, text: str) -> None:
    assert short(size, "unicode") == text


def test_bars() -> None:
    assert bar(0.5, 4, "unicode") == "██  "
    assert bar(1e-9, 4, "unicode") == "▏   "
    assert bar(0, 4, "unicode") == bar(0, 4, "ascii") == "    "
    assert bar(0.3, 4, "ascii") == "##  "
    assert bar(7, 4, "unicode") == "████"


def test_a_large_network_is_looked_through_once() -> None:
    large = np.ones((2_000, 2_000))
    large.flags.writeable = False
    assert (rms(large), idle(large)) == (1.0, (0, 0))
    begun = perf_counter()
    for _ in range(100):
        assert rms(large) > sum(idle(large))
    assert perf_counter() - begun < 0.05
