"""A handout as LaTeX that plain pdflatex compiles, with amsmath alone: every word of somebody's is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from bpdebug.errors import printable
from bpdebug.export.paper.document import (
    Block,
    Code,
    Display,
    Grid,
    Grids,
    Handout,
    Link,
    Listing,
    Math,
    Paragraph,
    Part,
    Parts,
    Section,
    Table,
    Verdict,
)
from bpdebug.export.paper.matrices import bmatrix
from bpdebug.language.names import GREEK

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5em}
\setlength{\textwidth}{16cm}
\setlength{\oddsidemargin}{0cm}
\setlength{\textheight}{24cm}
\setlength{\topmargin}{-1.5cm}
\setcounter{secnumdepth}{0}
\allowdisplaybreaks
\sloppy
"""
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "'": r"\textquotesingle{}",
    "…": r"\ldots{}", "–": r"\textendash{}", "—": r"\textemdash{}", "\u00a0": "~", "•": r"\textbullet{}",
}  # fmt: skip
_MATH = {
    "·": r"\cdot", "⋅": r"\cdot", "⊙": r"\odot", "−": "-", "×": r"\times", "÷": r"\div", "±": r"\pm", "≠": r"\ne",
    "≤": r"\le", "≥": r"\ge", "→": r"\rightarrow", "←": r"\leftarrow", "∂": r"\partial", "Σ": r"\Sigma",
    "√": r"\surd", "∞": r"\infty", "′": "'", "ᵀ": r"^{\top}", "⊤": r"\top", "ᵢ": "_i", "ⱼ": "_j", "½": r"\tfrac12",
    "∈": r"\in", "≈": r"\approx", "∇": r"\nabla", "✓": r"\surd", "⌊": r"\lfloor", "⌋": r"\rfloor",
    **{lowered: f"_{{{plain}}}" for lowered, plain in zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)},
    **{letter: command for letter, command in GREEK.items() if not letter.isascii()},
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁻⁺", "0123456789()-+")
_PIECE = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁻⁺]+|.", re.DOTALL)
_LIGATURE = re.compile("([-,])(?=[-,])")
"""Two characters that would become one."""
_LATIN = 0x180
"""Letters below it are known to pdflatex."""


def latex(handout: Handout) -> str:
    """The document. The same handout gives the same bytes."""
    lines = [
        PREAMBLE,
        rf"\title{{{text(handout.title)}}}",
        rf"\author{{{text(handout.subtitle)}}}",
        r"\date{}",
        r"\begin{document}",
        r"\maketitle",
        text(handout.summary),
        r"\tableofcontents",
        *chain.from_iterable(_section(each, "section") for each in handout.sections),
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _section(section: Section, command: str) -> Iterator[str]:
    yield ""
    yield rf"\{command}{{{_parts(section.title)}}}\label{{{section.anchor}}}"
    yield from map(_block, section.blocks)
    for each in section.sections:
        yield from _section(each, f"sub{command}")


def _block(block: Block) -> str:
    match block:
        case Paragraph(parts, term):
            return f"{_term(term)}{_parts(parts)}\n"
        case Display(formula):
            return rf"\[ {math(formula)} \]"
        case Listing(items, numbered, term):
            kind = "enumerate" if numbered else "itemize"
            listed = "\n".join(rf"\item {_parts(each)}" for each in items)
            return f"{_term(term)}\n\\begin{{{kind}}}\n{listed}\n\\end{{{kind}}}"
        case Table(head, rows):
            return _table(head, rows)
        case Grids(grids):
            return "\n".join(map(_grid, grids))


def _term(term: str) -> str:
    return rf"\textsc{{{text(term)}}}\quad " if term else ""


def _table(head: tuple[str, ...], rows: tuple[tuple[Parts, ...], ...]) -> str:
    width = 0.94 / len(head)
    columns = rf"p{{{width:.2f}\textwidth}}" * len(head)
    lines = [" & ".join(rf"\textsc{{{text(each)}}}" for each in head) + r" \\ \hline"]
    lines += [" & ".join(map(_parts, row)) + r" \\" for row in rows]
    body = "\n".join(lines)
    return f"\\begin{{center}}\\small\n\\begin{{tabular}}{{{columns}}}\n{body}\n\\end{{tabular}}\n\\end{{center}}"


def _grid(grid: Grid) -> str:
    note = f"\n{{\\small {text(grid.note)}}}\n" if grid.note else ""
    arrow = r"\longrightarrow\quad " if grid.result else ""
    return rf"{{\small \[ {arrow}{math(grid.latex)} = {bmatrix(grid)} \]}}{note}"


def _parts(parts: Parts) -> str:
    return "".join(map(_part, parts))


def _part(part: Part) -> str:
    match part:
        case Math(formula):
            return f"${math(formula)}$"
        case Code(typed):
            return rf"\texttt{{{text(typed)}}}"
        case Verdict(_, words):
            return rf"\textbf{{{text(words)}}}"
        case Link(anchor, formula):
            return rf"${math(formula)}$ (p.~\pageref{{{anchor}}})"
        case str():
            return text(part)


def text(words: str) -> str:
    """Words as they stand: nothing in them is a command, a comment or a formula."""
    escaped = "".join(map(_letter, _PIECE.findall(printable(words).replace("\n", " "))))
    return _LIGATURE.sub(r"\1{}", escaped)


def _letter(char: str) -> str:
    """One character, or several that stand raised."""
    if ord(char[0]) in _RAISED:
        return f"$^{{{char.translate(_RAISED)}}}$"
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char in _MATH:
        return f"${_MATH[char]}$"
    known = char.isascii() or (char.isalpha() and ord(char) < _LATIN)
    return char if known else f"[U+{ord(char):04X}]"


def math(formula: str) -> str:
    """A formula in characters that pdflatex knows."""
    return "".join(each if each.isascii() else _symbol(each) for each in formula)


def _symbol(char: str) -> str:
    return f"{_MATH[char]} " if char in _MATH else rf"\text{{{_letter(char)}}}"
