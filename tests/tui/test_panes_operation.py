"""The operation pane: read from top to bottom by someone who sees it for the first time."""

from __future__ import annotations

import re

import numpy as np
import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.geometry import Size

from bpdebug.debugger.session import Session
from bpdebug.debugger.view import View
from bpdebug.language.expression import Name, apply
from bpdebug.ops import COSTS, OPS, expand
from bpdebug.program.equations import Phase
from bpdebug.tui.colours import BARE
from bpdebug.tui.formula import formula
from bpdebug.tui.lines import pieces
from bpdebug.tui.panes.operation import OperationPane, operation_lines
from bpdebug.tui.prose import sentence, wrapped
from tests.debugger.scenes import opened, said, small
from tests.ops.evaluate import evaluate
from tests.tui.drawn import plain, styled
from tests.tui.staging import seen, shown, staged


def at(*motions: str, name: str = "three-layer", notation: str = "unicode") -> View:
    session = opened(name, notation=notation)
    said(session, *motions)
    return session.view


def drawn(view: View, width: int = 72) -> list[str]:
    return plain(operation_lines(view, width, BARE))


def test_a_backward_operation_from_top_to_bottom() -> None:
    assert drawn(at("goto 1:dW2", "rs")) == [
        "dW⁽²⁾ = dZ⁽²⁾ · A⁽¹⁾ᵀ / m                               operation 2 of 3",
        "3×5     3×8     8×5     = 8",
        "n2×n1   n2×m    m×n1",
        "        ╰────3×5────╯",
        "",
        "meaning  dW⁽²⁾ stands for ∂J/∂W⁽²⁾, the slope of J in each entry of",
        "         W⁽²⁾; the division by m, left out on the way here, comes now.",
        "from     Z⁽²⁾ = W⁽²⁾ · A⁽¹⁾ + b⁽²⁾: W⁽²⁾ · A⁽¹⁾ hands dZ⁽²⁾ · A⁽¹⁾ᵀ to",
        "         W⁽²⁾",
        "why      Entry W⁽²⁾[i, k] reaches every column j of output row i, each",
        "         time weighted by A⁽¹⁾[k, j], so its gradient is Σⱼ dZ⁽²⁾[i,",
        "         j]·A⁽¹⁾[k, j]: the transpose is there because the sum now runs",
        "         over the columns of A⁽¹⁾, not its rows.",
        "rule     R = U · V ⇒ dU = dR · Vᵀ, dV = Uᵀ · dR",
        "next     dZ⁽²⁾ · A⁽¹⁾ᵀ / m, for dW⁽²⁾",
    ]


def test_a_single_number_that_has_a_name_stands_beneath_it() -> None:
    assert drawn(at("goto 1:W1"))[:2] == [
        "W⁽¹⁾ = W⁽¹⁾ − learning_rate * dW⁽¹⁾                     operation 2 of 2",
        "5×4    5×4    = 0.3           5×4",
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("three-layer", "Guessing 0.5 for every label costs ln 2 = 0.6931; J here is worse."),
        ("gradient-checking", "Guessing 0.5 for every label costs ln 2 = 0.6931; J here is worse."),
        ("iris", "Guessing 1/3 for every class costs ln 3 = 1.099; J here is better."),
        ("linear-regression", "Guessing the mean of Y for every example costs 4.431; J here is worse."),
    ],
)
def test_the_cost_says_what_it_measures_and_what_guessing_gives(name: str, told: str) -> None:
    assert told in " ".join(" ".join(drawn(at("goto 1:J", name=name))).split())
    assert "Guessing" not in " ".join(
        drawn(at("goto 1:dW1" if name != "linear-regression" else "goto 1:dW", name=name))
    )


def test_what_guessing_costs_is_what_the_cost_gives_for_it() -> None:
    session = opened("iris")
    said(session, "goto 1:J")
    labels = session.view.values["Y"]
    for name, answer in (("categorical_cross_entropy", 1 / 3), ("mean_squared_error", labels.mean(axis=0))):
        cost = COSTS[name]
        values = {"A": np.broadcast_to(answer, labels.shape), "Y": labels, "m": np.asarray(float(len(labels)))}
        assert cost.guess is not None
        assert cost.guess(labels).cost == pytest.approx(
            float(evaluate(expand(apply(name, Name("A"), Name("Y"))), values))
        )


def test_the_start_says_what_comes_first_and_how_to_execute_it() -> None:
    assert drawn(opened().view)[:10] == [
        "Nothing is computed yet. First comes:",
        "",
        "Z⁽¹⁾ = W⁽¹⁾ · X + b⁽¹⁾                                  operation 1 of 2",
        "5×8    5×4    4×8 5×1",
        "n1×m   n1×n0  n0×m n1×1",
        "       ╰─5×8──╯",
        "",
        "next     → or s executes its first operation, W⁽¹⁾ · X.",
        "does     Row i of the first meets column j of the second, term by term,",
        "         and the products added up make entry [i, j].",
    ]


def test_the_operation_is_marked_inside_its_equation() -> None:
    first = operation_lines(at("goto 1:dW2", "rs"), 72, BARE)[0]
    assert styled(first, "dZ⁽²⁾ · A⁽¹⁾ᵀ") == [str(BARE.here)]
    assert styled(first, "/ m") == []


def test_a_gradient_that_stands_for_m_times_a_derivative_says_so() -> None:
    text = " ".join(" ".join(drawn(at("goto 1:dZ2"))).split())
    assert (
        "dZ⁽²⁾ stands for m · ∂J/∂Z⁽²⁾, the slope of J in each entry of Z⁽²⁾, times m: "
        "the division by m comes last, with the parameters." in text
    )


@pytest.mark.parametrize(
    ("motion", "last"),
    [
        ("goto 1:Z1", "next A⁽¹⁾ = relu(Z⁽¹⁾)"),
        ("goto 1:A3", "next the cost begins: J = −Σ(Y ⊙ log(A⁽³⁾) + (1 − Y) ⊙ log(1 − A⁽³⁾)) / m"),
        (
            "goto 1:J",
            "next the backward pass begins: dA⁽³⁾ = −Y / A⁽³⁾ + (1 − Y) / (1 − A⁽³⁾), because J is computed from A⁽³⁾: "
            "nothing but the forward pass is needed",
        ),
        ("goto 1:dA3", "next dZ⁽³⁾ = dA⁽³⁾ ⊙ σ′(Z⁽³⁾), because Z⁽³⁾ reaches J through A⁽³⁾: dA⁽³⁾ is there"),
        ("goto 1:db1", "next the update begins: W⁽¹⁾ = W⁽¹⁾ − learning_rate * dW⁽¹⁾"),
        ("goto 1:b3", "next iteration 2 begins: Z⁽¹⁾ = W⁽¹⁾ · X + b⁽¹⁾"),
        ("goto 1:4", "next W⁽²⁾ · A⁽¹⁾ + b⁽²⁾, for Z⁽²⁾"),
        ("end", "next the run ends here"),
    ],
)
def test_what_comes_next(motion: str, last: str) -> None:
    lines = drawn(at(motion))
    begin = next(place for place, line in enumerate(lines) if line.startswith("next "))
    assert " ".join(" ".join(lines[begin:]).split()) == last


def test_a_long_equation_is_broken_outside_brackets_with_its_shapes_beneath() -> None:
    assert drawn(at("goto 1:J"), 40)[:7] == [
        "J = −Σ(Y ⊙ log(A⁽³⁾) + (1 − Y)",
        "       1×8     1×8          1×8",
        "       n3×m    n3×m         n3×m",
        "    ⊙ log(1 − A⁽³⁾)) / m",
        "              1×8      = 8",
        "              n3×m",
        "operation 10 of 10",
    ]


def test_every_part_of_a_broken_equation_is_marked() -> None:
    lines = operation_lines(at("goto 1:J"), 40, BARE)
    marked = [line.plain[s.start : s.end] for line in lines for s in line.spans if s.style == BARE.here]
    assert "".join(marked).replace(" ", "") == "−Σ(Y⊙log(A⁽³⁾)+(1−Y)⊙log(1−A⁽³⁾))/m"


def test_notes_are_told() -> None:
    session = small({"a": "relu(w)", "J": "sum(a)"}, {}, {"w": [1.0, 0.0]}, notation="unicode")
    said(session, "goto a")
    assert "note     entry [1] stands at a point without derivative; the rule used:" in drawn(session.view)


@pytest.mark.parametrize("name", ["three-layer", "iris", "xor", "gradient-checking"])
@pytest.mark.parametrize("width", [20, 39, 60, 110])
def test_nothing_is_wider_than_the_pane(name: str, width: int) -> None:
    session = opened(name)
    for _ in range(session.timeline.steps + 1):
        for line in operation_lines(session.view, width, BARE):
            assert line.cell_len <= max(width, 24)
        session.execute("s")


@pytest.mark.parametrize("name", ["three-layer", "iris"])
def test_ascii_is_ascii(name: str) -> None:
    session = opened(name, notation="ascii")
    for _ in range(session.timeline.steps + 1):
        assert all(line.isascii() for line in drawn(session.view))
        session.execute("s")


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_every_sentence_of_the_table_has_an_ascii_spelling(op) -> None:  # type: ignore[no-untyped-def]
    for text in (op.why, op.does, op.tie):
        spelled = sentence(text, "ascii")
        assert spelled.isascii()
        assert "\\" not in spelled
        assert sentence(text, "unicode") == text


def test_data_is_never_markup_and_moves_no_cursor() -> None:
    view = at("goto 1:Z1")
    operation = replace(view.operation, notes=("[b]bold[/b] \x1b[2J\tend",), why="[@click=app.quit]x[/]")
    text = "\n".join(drawn(replace(view, operation=operation)))
    assert "[b]bold[/b] \\x1b[2J\\tend" in text
    assert "[@click=app.quit]x[/]" in text
    assert "\x1b" not in text


def test_shapes_are_placed_by_cells_not_by_characters() -> None:
    session: Session = small({"Z": "W @ X", "J": "sum(Z)"}, {"X": [[1.0], [2.0]]}, {"W": [[1.0, 2.0]]})
    said(session, "goto Z")
    view = session.view
    wide = replace(view.operation.equation, name="重み")
    operation = replace(view.operation, equation=wide, step_out=Name("重み"))
    equation = formula(replace(view, operation=operation, shapes={**view.shapes, "重み": (1, 1)}, notation="ascii"))
    first, second = (line.plain for line in equation.lines(60, BARE, "ascii"))
    assert first == "重み = W @ X"
    assert second == "1x1    1x2 2x1"
    assert second.index("1x2") == cell_len("重み = ")


@pytest.mark.parametrize("name", ["a", "重"])
def test_pieces_fit_and_add_up_to_the_whole(name: str) -> None:
    text = "J = " + " + ".join(f"({name}{i} * log(b{i}))" for i in range(12))
    for width in range(12, 90):
        found = list(pieces(text, width))
        assert all(indent + cell_len(text[start:stop]) <= width for start, stop, indent in found)
        parts = [text[start:stop].strip() for start, stop, _ in found]
        assert " ".join(parts).replace(" ", "") == text.replace(" ", "")


def test_long_words_are_broken_and_short_ones_are_not() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("abcdefghij k", 4) == ["abcd", "efgh", "ij k"]
    assert wrapped("", 4) == [""]


def test_a_pane_is_a_pure_function_of_its_view() -> None:
    view = at("goto 1:dW2")
    pane = OperationPane()
    pane.suit(Size(60, 40), BARE)
    assert plain(pane.lines(view, 60)) == drawn(view, 60)
    said = [line for line in drawn(view, 60) if line]
    pane.suit(Size(60, len(said)), BARE)
    assert plain(pane.lines(view, 60)) == said, "no blanks where lines are few"
    assert view.operation.equation.phase is Phase.BACKWARD


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("name", ["three-layer", "iris"])
def test_what_from_what_why_and_what_next_are_in_sight_of_every_operation(name: str, size: tuple[int, int]) -> None:
    session = opened(name)
    stage = staged(session, size)
    pane = stage.pane(OperationPane)
    for _ in range(session.timeline.steps):
        stage.show(session.execute("step").view)
        stage.draw()
        labels = {line[:9].strip() for line in seen(pane)}
        operation = session.view.operation
        wanted = {"next", *(["from"] if operation.origin else []), *(["meaning"] if operation.equation.denotes else [])}
        wanted |= {"why" if operation.equation.phase is Phase.BACKWARD else "does"} if operation.why else set()
        assert wanted <= labels, session.view.place.words
        assert seen(pane)[0].startswith(drawn(session.view, pane.room.width)[0][:6])


def test_what_is_cut_short_stands_whole_beneath() -> None:
    view = at("goto 1:dA3")
    pane = OperationPane()
    pane.show(view)
    pane.suit(Size(72, 9), BARE)
    lines = plain(pane.content)
    begun = next(at for at, line in enumerate(lines) if line.startswith("from"))
    assert lines[begun + 1].endswith(" …")
    whole = drawn(view)
    begins = next(at for at, line in enumerate(whole) if line.startswith("from"))
    assert whole[begins + 1] in lines[9:]
    assert "turned in sign" in " ".join(lines[9:])


SHAPES_OF_NUMPY = re.compile(r"[(]\d+, *\d*[)]|[(]\d+[×x]\d+[)]")


@pytest.mark.parametrize("notation", ["unicode", "ascii"])
def test_shapes_are_written_in_one_way_wherever_they_show(notation: str) -> None:
    session = opened(notation=notation)
    said(session, "watch dW2")
    stage = staged(session, (200, 60))
    for motion in ("step", "goto 1:dW2", "goto 1:dA2", "goto 2:W1"):
        stage.show(session.execute(motion).view)
        assert "5×8" in shown(stage).replace("x", "×") or motion != "step"
        assert not SHAPES_OF_NUMPY.search(shown(stage))
