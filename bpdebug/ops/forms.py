"""How operations are written: the three templates of a call, of an infix sign, of the rest."""

from __future__ import annotations

from typing import TypedDict

from bpdebug.language.vocabulary import ATOM, SUM, Form


class Forms(TypedDict):
    """One operation in the three notations."""

    ascii: Form
    unicode: Form
    latex: Form


def call(ascii: str, *, unicode: str = "", latex: str = "") -> Forms:
    """Written as a call in every notation: `relu(x)`, `σ(x)`."""
    latex = latex or rf"\operatorname{{{ascii}}}".replace("_", r"\_")
    return Forms(
        ascii=Form(ascii + "({args})"),
        unicode=Form((unicode or ascii) + "({args})"),
        latex=Form(escape(latex) + r"\left({args}\right)"),
    )


def infix(
    ascii: str,
    precedence: int,
    needs: tuple[int, int],
    *,
    unicode: str = "",
    latex: str | None = None,
    apart: tuple[str, ...] = (),
) -> Forms:
    """Written between its two operands in every notation."""

    def between(sign: str) -> Form:
        return Form(f"{{0}} {sign} {{1}}", precedence, needs, apart=apart)

    return Forms(
        ascii=between(ascii), unicode=between(unicode or ascii), latex=between(ascii if latex is None else latex)
    )


def comparison(ascii: str, *, unicode: str = "", latex: str | None = None) -> Forms:
    """Written between its operands, never chained."""
    return infix(ascii, SUM - 1, (SUM, SUM), unicode=unicode, latex=latex)


def escape(text: str) -> str:
    """The text with its braces doubled, to stand in a template."""
    return text.replace("{", "{{").replace("}", "}}")


def around(left: str, right: str) -> Form:
    """Fences that make any operand an atom: |x|, √{x}."""
    return Form(escape(left) + "{0}" + escape(right), ATOM, (1,))
