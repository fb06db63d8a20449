"""How names and numbers are written: dW2 as dW⁽²⁾ on the screen and as dW^{(2)} on paper."""

from __future__ import annotations

import re

from bpdebug.language.expression import Apply, Expr, Name, Number
from bpdebug.language.spelling import LAYER, lowered, raised

_GATES = "[fghiorzqkv]"
_STEMS = rf"[A-Z]|[abcfghiorwz]|a{_GATES}|b{_GATES}|W[xh]?{_GATES}|mu|var|gamma|Xhat"
LAYERED = re.compile(rf"((?:[A-Za-z]?d)?(?:{_STEMS}))(\d+)(?:_(\d+))?", re.ASCII)
"""The quantities of a layer, its number, and that of a step in it: a capital letter or a small one that quantities are
called by, what gates sum and weigh, and what normalization computes; dW is a gradient, vdW a moment.

Sizes and single numbers, n1, m, x0, keep theirs on the line. Both spellings are read alike.
"""

_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
)
_CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = {name: rf"\{name}" for name in f"{_LETTERS} omega {_CAPITALS}".split()}
GREEK |= {"lambd": r"\lambda", "lambda_": r"\lambda"}
GREEK |= dict(zip("αβγδεζηθικλμνξπρστυφχψω", (rf"\{name}" for name in f"{_LETTERS} omega".split()), strict=True))
GREEK |= dict(zip("ΓΔΘΛΞΠΣΥΦΨΩ", (rf"\{name}" for name in _CAPITALS.split()), strict=True))

FACTORS = frozenset(
    {"add", "subtract", "multiply", "divide", "power", "negate", "sqrt", "minimum", "maximum", "cos", "sin", "floor"}
)
"""What makes one single number out of others."""
_FACTOR = re.compile(r"m|n\d*|[a-zα-ω](?:[a-z0-9_]*[a-z_][a-z0-9_]*)|[α-ω]\d*")
_GRADIENT = re.compile(r"d[a-z]\d*", re.ASCII)

_GATE = re.compile(rf"(d?[Wab])([xh]?{_GATES})", re.ASCII)
_STEM = re.compile(r"(.+?)_?(\d*)", re.DOTALL)
_SPECIAL = {sign: "\\" + sign for sign in "_{}#$%&"} | {"\\": r"\backslash ", "^": r"\hat{}", "~": r"\sim "}


def write_name(name: str, notation: str = "unicode") -> str:
    """A name in one of the notations."""
    layered = LAYERED.fullmatch(name)
    if notation == "unicode" and layered:
        return f"{layered[1]}{LAYER[0]}{raised(layered[2])}{LAYER[1]}{lowered(layered[3] or '')}"
    if notation == "latex":
        return _latex_layered(*layered.groups()) if layered else _latex(name)
    return name


def is_factor(expr: Expr) -> bool:
    """Whether an expression looks like a single number: 2, m, learning_rate, lambd / m; dw and x are arrays' names."""
    if isinstance(expr, Name):
        return bool(_FACTOR.fullmatch(expr.id)) and not (_GRADIENT.fullmatch(expr.id) or LAYERED.fullmatch(expr.id))
    if isinstance(expr, Apply):
        return expr.op in FACTORS and all(map(is_factor, expr.inputs))
    return isinstance(expr, Number)


def write_number(value: float) -> str:
    """The shortest decimal that reads back as the same float64; whole numbers without a point."""
    whole = value.is_integer() and abs(value) < 1e16
    return str(int(value)) if whole else repr(value)


def write_latex_number(value: float) -> str:
    """The same, with powers of ten written as such."""
    mantissa, _, exponent = write_number(value).partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def _latex_layered(stem: str, layer: str, step: str | None) -> str:
    name = stem if len(stem.partition("d")[2] or stem) == 1 else _latex(stem)
    raised_too = f"{{{name}}}" if "_" in name else name
    return f"{raised_too}^{{({layer})}}" + (f"_{{{step}}}" if step else "")


def _latex(name: str) -> str:
    if gate := _GATE.fullmatch(name):
        return f"{gate[1]}_{{{gate[2]}}}"
    for prefix in ("", "d"):
        found = _STEM.fullmatch(name.removeprefix(prefix))
        if found and name.startswith(prefix) and (found[1] in GREEK or len(found[1]) == 1):
            return prefix + GREEK.get(found[1], _escaped(found[1])) + (f"_{{{found[2]}}}" if found[2] else "")
    return rf"\mathrm{{{_escaped(name)}}}"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)
