"""Handouts: complete, well-formed, self-contained; nothing that a person wrote is markup in any of the formats."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from functools import cache

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.check.iteration import trained as run_to
from bpdebug.debugger.origins import noted
from bpdebug.errors import UsageError
from bpdebug.export.paper.document import Cell, Grid, Math, Table
from bpdebug.export.paper.formats import format_of
from bpdebug.export.paper.formulas import named, typeset
from bpdebug.export.paper.grids import grid
from bpdebug.export.paper.html import html
from bpdebug.export.paper.latex import latex
from bpdebug.export.paper.latex import text as tex
from bpdebug.export.paper.markdown import markdown, paragraph
from bpdebug.export.paper.matrices import bmatrix
from bpdebug.export.paper.trained import trained
from bpdebug.export.paper.walk import handout
from bpdebug.export.shading import contrast, ink
from bpdebug.language.expression import Name
from bpdebug.language.notation import BEGIN, END, MARKED
from bpdebug.program.equations import Denotes, Equation, Origin, Phase
from bpdebug.scenario.load import load
from bpdebug.scenario.record import Scenario
from tests.bundled import bundled

SHEETS = ("three-layer", "iris", "gradient-checking", "linear-regression")
HOSTILE = "<b>bold</b> [red]x[/red] \\input{/etc/passwd} $x$ %&#_^~ `c` *e* ``--''\x1b[31m\x00 ½ Ж\n---"


def sheet(scenario: Scenario, iteration: int = 1) -> str:
    return html(handout(trained(scenario, iteration, 4)))


@cache
def page(name: str) -> ET.Element:
    return ET.fromstring(sheet(bundled(name)))


def text(element: ET.Element) -> str:
    return "".join(element.itertext())


@pytest.mark.parametrize("name", SHEETS)
def test_the_page_is_well_formed_and_needs_nothing_else(name):
    root = page(name)
    ids = Counter(each.get("id") for each in root.iter() if each.get("id"))
    links = [each.get("href", "") for each in root.iter("a")]
    assert set(ids.values()) == {1}
    assert links
    assert all(link[0] == "#" and link[1:] in ids for link in links)
    assert not [each for each in root.iter() if each.tag in ("script", "link", "img", "iframe", "object")]
    styles = "".join(text(each) for each in root.iter("style"))
    assert not re.search(r"url\(|@import|http", styles)
    assert "prefers-color-scheme: dark" in styles
    assert "@media print" in styles
    assert not [each for each in root.iter() if {"onclick", "onload", "src"} & set(each.keys())]


@pytest.mark.parametrize("name", SHEETS)
def test_every_equation_stands_in_its_phase_with_its_check(name):
    program, root = bundled(name).program, page(name)
    for at, equation in enumerate(program.equations, start=1):
        section = root.find(f".//section[@id='{equation.phase}']/section[@id='equation-{at}']")
        assert section is not None
        assert section.find("div[@class='formula']") is not None
        said = text(section)
        assert ("means" in said) == (equation.denotes is not None)
        assert ("backward" in said and "numerical" in said) == (equation.name in program.gradients.values())
        if program.shapes[equation.name]:
            assert section.find(".//figure[@class='result']") is not None


def test_a_gradient_says_what_it_means_where_it_comes_from_and_why():
    section = page("three-layer").find(".//section[@id='equation-10']")
    assert section is not None
    said = text(section).replace("\u2061", "")
    assert "dW(3)1×3=dZ(3)1×8·A(2)3×8⊤m" in said
    assert "means ∂J/∂W(3): how J changes with each entry of W(3)" in said
    assert "comes from Z(3)=W(3)·A(2)+b(3): W(3)·A(2) hands dZ(3)·A(2)⊤ to W(3)" in said
    assert "the transpose is there because the sum now runs over the columns of A(2)" in said
    assert "✓ match" in said


def test_an_update_says_what_it_is():
    section = page("three-layer").find(".//section[@id='update']/section")
    assert section is not None
    assert "in words a small step against the gradient, which points uphill" in text(section)


CLIPPED = """
[data]
X.values = [[1, 2, 3], [4, 5, 7]]
[parameters]
W1.values = [[1, -1]]
[network]
forward = '''
Z1 = W1 @ X
J = sum(Z1 ** 2) / m'''
[training]
optimizer = "adam"
clip_norm = 1.0
iterations = 9
"""


def test_a_run_of_no_iterations_says_so_above():
    without = handout(trained(replace(bundled("xor"), iterations=0), 1, 4))
    assert without.subtitle == "No iterations: what a first one would do, one operation after the other"


def test_what_an_update_keeps_is_listed_and_every_remark_on_it_is_a_sentence_of_its_own(tmp_path):
    (tmp_path / "clipped.toml").write_text(CLIPPED, encoding="utf-8")
    scenario = load(str(tmp_path / "clipped.toml"))
    found = handout(trained(scenario, 3, 4))
    (table,) = (each for each in found.sections[0].blocks if isinstance(each, Table))
    kept = [row for row in table.rows if row[1] == ("kept by the update, from zeros on",)]

    assert [row[0] for row in kept] == [(Math(named(name)),) for name in scenario.program.states]
    assert [row[2] for row in kept] == [("a number",), ("(1, 2)",), ("(1, 2)",)]
    assert "*in words:* all gradients are shrunk alike, so that the direction stays" in markdown(found)


def test_a_note_names_what_it_speaks_of_in_any_notation():
    note = Origin(("J",), (), "alpha meets X")
    equation = Equation("dalpha", Name("g"), Phase.BACKWARD, Denotes("alpha"), note)
    assert noted(equation, "latex") == r"\alpha meets X"
    assert typeset(noted(equation, MARKED)) == (Math(r"\alpha"), " meets X")
    assert typeset(f"from {BEGIN}A{END} = {BEGIN}B{END}") == ("from ", Math("A = B"))


def test_claims_are_judged_and_the_order_of_work_begins_with_the_cost():
    claims, order = (page("gradient-checking").find(f".//section[@id='{each}']") for each in ("claims", "order"))
    assert claims is not None
    assert order is not None
    assert "✗ wrong here first" in text(claims)
    assert "mended: dW2 = 1./m * np.dot(dZ2, A1.T)" in text(claims)
    assert [text(each)[:8] for each in order.iter("li")][:2] == ["J: the c", "dA(3)=−Y"]
    assert page("iris").find(".//section[@id='claims']") is None


def test_the_numbers_are_those_of_the_iteration():
    scenario = bundled("xor")
    run = trained(scenario, 3, 4)
    values = run_to(scenario, 2)
    assert run.cost == float(values["J"])
    assert run.following == float(run_to(scenario, 3)["J"])
    W2 = next(at for at, each in enumerate(run.program.equations) if each.name == "W2")
    np.testing.assert_array_equal(run.found(W2)["W2"], values["W2"])
    np.testing.assert_array_equal(run.result(W2), run_to(scenario, 3)["W2"])
    assert "Iteration 3 of 500" in sheet(scenario, 3)
    assert trained(scenario, 500, 4).following is None
    with pytest.raises(UsageError, match="expected an iteration from 1 to 500, got 501"):
        trained(scenario, 501, 4)


def entries(found: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in found.rows]


def test_a_large_matrix_shows_its_corners_and_says_what_they_leave_out():
    value = np.arange(450.0).reshape(150, 3) - 100
    value[70, 1] = np.nan
    found = grid("A", value, 4)
    assert found.down == ("0", "1", "2", "3", "…", "146", "147", "148", "149")
    assert entries(found)[3:6] == [["−91", "−90", "−89"], ["…"] * 3, ["338", "339", "340"]]
    assert found.note == "the corners of 450 entries: from −100 to 349, mean 124.5; 1 NaN or infinite"
    assert bmatrix(found).splitlines()[5] == r"\vdots & \vdots & \vdots \\"


def test_entries_are_aligned_shaded_and_signed():
    found = grid("A", np.array([[1.25, -2.5], [3e-9, 0.0], [np.nan, -np.inf]]), 3)
    assert entries(found) == [["+1.25", "−2.50"], ["+3e−09", "0.00"], ["nan", "−inf"]]
    assert [cell.shade for row in found.rows for cell in row] == [24, 0, 17, 16, -1, -1]
    assert grid("b", np.array([1.0, 2.0]), 3).rows == ((Cell("1", 24), Cell("2", 32)),)
    assert grid("b", np.zeros((2, 0)), 3).note == "no entries"
    assert bmatrix(found).splitlines()[1:4] == [
        r"+1.25 & -2.50 \\",
        r"+3 \cdot 10^{-9} & 0.00 \\",
        r"\mathrm{nan} & -\mathrm{inf}",
    ]


def test_of_more_than_two_axes_the_matrices_of_the_last_two_are_blocks_with_their_indices():
    beside = grid("T", np.arange(12.0).reshape(2, 3, 2), 3)
    assert (beside.down, beside.across) == (("0", "1", "2"), ("[0] 0", "1", "[1] 0", "1"))
    assert entries(beside)[0] == ["0", "1", "6", "7"]
    assert bmatrix(beside).splitlines()[:4] == [
        r"\begin{array}{r|rrrr}",
        r"& \texttt{[0] 0} & \texttt{1} & \texttt{[1] 0} & \texttt{1} \\",
        r"\hline",
        r"\texttt{0} & 0 & 1 & 6 & 7 \\",
    ]
    both = grid("T", np.zeros((4, 2, 3, 5)), 3)
    assert both.across == ("[:,0] 0", "1", "2", "3", "…", "[:,1] 1", "2", "3", "4")
    assert both.down == ("[0] 0", "1", "2", "[1] 0", "…", "[2] 2", "[3] 0", "1", "2")
    assert grid("T", np.zeros((9, 2, 13)), 3).down[:3] == ("[0] 0", "1", "[1] 0")


def test_ink_reads_on_every_shade():
    from bpdebug.export.maps import MANAGUA, VIK

    assert all(contrast(each, ink(each)) >= 4.5 for each in (*MANAGUA, *VIK))


@cache
def hostile() -> Scenario:
    scenario = bundled("gradient-checking")
    claims = (replace(scenario.claims[0], text=f"dZ3 = A3 - Y # {HOSTILE}"), *scenario.claims[1:])
    return replace(scenario, title=HOSTILE, summary=HOSTILE, claims=claims)


def test_what_a_person_wrote_is_typed_text_on_the_page():
    root = ET.fromstring(sheet(hostile()))
    for tag in ("title", "h1", ".//p[@class='summary']", ".//section[@id='claims']//code"):
        element = next(root.iter(tag)) if tag.isalnum() else root.find(tag)
        assert element is not None
        assert not len(element)
        said = " ".join(text(element).split())
        assert " ".join(HOSTILE.replace("\x1b", "\\x1b").replace("\x00", "\\x00").split()) in said


def balanced(document: str) -> bool:
    """Whether groups, environments and formulas of a LaTeX document close in the order they open."""
    opened: list[str] = []
    bare = re.sub(r"\\[\\{}$]", "", document)
    for found in re.finditer(r"\\begin\{(\w+)\}|\\end\{(\w+)\}|\\left\b|\\right\b|[{}$]", bare):
        token = found[0]
        if found[1] or token in ("{", r"\left"):
            opened.append(found[1] or token)
        elif token == "$" and opened[-1:] != ["$"]:
            opened.append(token)
        elif not opened or opened.pop() != (found[2] or {"}": "{", r"\right": r"\left"}.get(token, token)):
            return False
    return not opened


@pytest.mark.parametrize("name", SHEETS)
def test_latex_is_balanced_and_in_characters_that_pdflatex_knows(name):
    document = latex(handout(trained(bundled(name), 1, 4)))
    assert balanced(document)
    assert all(char.isascii() or (char.isalpha() and ord(char) < 0x180) for char in document)
    labels = set(re.findall(r"\\label\{([\w-]+)\}", document))
    assert set(re.findall(r"\\pageref\{([\w-]+)\}", document)) <= labels
    assert document.count(r"\subsection") == len(bundled(name).program.equations)


def test_what_a_person_wrote_is_typed_text_in_latex():
    document = latex(handout(trained(hostile(), 1, 4)))
    assert balanced(document)
    assert r"\input" not in document
    assert r"\textbackslash{}input\{/etc/passwd\} \$x\$ \%\&\#\_\textasciicircum{}\textasciitilde{}" in document
    assert tex("a--b,,c ⁽²⁾ Ж é −1") == r"a-{}-b,{},c $^{(2)}$ [U+0416] é $-$1"


def test_what_a_person_wrote_is_typed_text_in_markdown():
    document = markdown(handout(trained(hostile(), 1, 4)))
    title = document.splitlines()[0]
    assert r"\[red\]x\[/red\] \\input{/etc/passwd} &#36;x&#36; %&amp;\#\_^\~ \`c\` \*e\*" in title
    assert "<b>" not in title
    assert paragraph("- a") == r"\- a"
    assert paragraph("1. a") == r"1\. a"
    code = next(line for line in document.splitlines() if "dZ3 = A3 - Y" in line)
    assert code.startswith(("``` dZ3", "```dZ3"))


@pytest.mark.parametrize("name", SHEETS)
def test_markdown_closes_what_it_opens(name):
    document = markdown(handout(trained(bundled(name), 1, 4)))
    fences = [line for line in document.splitlines() if line.startswith("```")]
    assert fences[::2] == ["```math"] * (len(fences) // 2)
    assert fences[1::2] == ["```"] * (len(fences) // 2)
    prose = re.sub(r"```math\n.*?\n```", "", document, flags=re.DOTALL)
    assert prose.count("$`") == prose.count("`$") > 0
    assert set(re.findall(r"\]\(#([\w-]+)\)", prose)) <= set(re.findall(r'<a id="([\w-]+)">', prose))


def test_the_ending_says_the_format():
    assert (format_of("a.html"), format_of("a.TEX"), format_of("x/a.md")) == (html, latex, markdown)
    with pytest.raises(UsageError, match=r"expected a file ending in .html, .tex or .md, got 'a.pdf'"):
        format_of("a.pdf")
