"""How mathematics spells what Python spells otherwise: signs, layer numbers, and what is typed by mistake."""

from __future__ import annotations

import unicodedata
from keyword import kwlist

SIGNS = {
    "·": "@",
    "⋅": "@",
    "∙": "@",
    "⊙": "*",
    "∘": "*",
    "∗": "*",
    "−": "-",
    "–": "-",
    "÷": "/",
    "⊘": "/",
    "∕": "/",
    "⁄": "/",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    **{sign: sign for sign in ("**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "@", ">", "<")},
}
"""The signs between operands, and Python's spelling of each."""

_CHANGES = "A formula changes no value; write name = expression."
_AND = "Multiply two conditions for 'and': (A > 0) * (B > 0)."
_OR = "Take the larger of two conditions for 'or': maximum(A > 0, B > 0)."
_NOT = "Write 1 - (A > 0) for 'not'."

FOREIGN = {
    "×": "It may be either product: write '@' for the matrix product, '*' for entry by entry.",
    "^": "Write a power as x ** 2, a transpose as X.T, the layer in a name: W2.",
    "**=": _CHANGES,
    "+=": _CHANGES,
    "-=": _CHANGES,
    "*=": _CHANGES,
    "/=": _CHANGES,
    "@=": _CHANGES,
    ":=": "A formula binds no name inside; give the part an equation of its own.",
    "=>": "Write '>=' for 'at least'.",
    "=<": "Write '<=' for 'at most'.",
    "<>": "Write '!=' for 'different from'.",
    "//": "There is no whole division; write '/'.",
    "%": "There is no remainder.",
    "%*%": "R is not read: write @ for %*%, X.T for t(X), sum(x, axis=1, keepdims=True) for rowSums(x).",
    "&&": _AND,
    "&": _AND,
    "||": _OR,
    "|": f"{_OR} An absolute value is abs(x).",
    "!": "Write '!=' for 'different from'.",
    "~": _NOT,
    "<<": "",
    ">>": "",
    "{": "Use round brackets.",
    "}": "Use round brackets.",
    '"': "Text is no part of a formula.",
    "'": "Text is no part of a formula. A derivative is relu'(Z), a transpose X.T.",
    ";": "Write one equation a line.",
    "∂": "Write dW for ∂J/∂W.",
    "∞": "Only finite numbers are constants.",
    "⁻": "Write x ** -1 for 1/x, entry by entry.",
    "\\": "LaTeX can be printed but not read: write W1.T @ X.",
}
"""Signs that people type and a formula does not have, each with the way out."""

WORDS_OF_PYTHON = {
    **dict.fromkeys(set(kwlist) - {"True", "False", "None"}, ""),
    "if": "Write where(condition, u, v).",
    "else": "Write where(condition, u, v).",
    "and": _AND,
    "or": _OR,
    "not": _NOT,
    "lambda": "Python keeps this word for itself. A number is called lambd; a function stands on a line of its own.",
    "for": "Formulas have no loops: write the whole array at once, and sum(…) for a sum.",
}
"""Words that cannot be names, each with the way out."""

SPELLED_OUT = {"∑": "Σ", "√": "√"}
"""Signs that are called like functions and are no letters."""

PRIME, PRIMES = "′", "'′’"
TRANSPOSES = "ᵀ⊤⊺"
LAYER = "⁽", "⁾"
SUPERSCRIPTS = {sign: str(digit) for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
SUBSCRIPTS = {sign: str(digit) for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}


def is_letter(char: str, *, inside: bool = False) -> bool:
    """Whether a character may begin a name, or stand inside one. Raised and lowered letters may not."""
    if char in SIGNS or not ("_" + char if inside else char).isidentifier():
        return False
    return unicodedata.decomposition(char)[:5] not in ("<supe", "<sub>")


def plain(name: str) -> str:
    """The name that Python takes letters for: 𝐖 is W."""
    return unicodedata.normalize("NFKC", name)


def run(text: str, start: int, signs: dict[str, str]) -> str:
    """The digits that the raised or lowered digits from `start` on stand for."""
    digits = ""
    while text[start + len(digits) : start + len(digits) + 1] in signs:
        digits += signs[text[start + len(digits)]]
    return digits


def raised(digits: str) -> str:
    """Digits as superscripts: 12 is ¹²."""
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in digits)


def lowered(digits: str) -> str:
    """Digits as subscripts: 12 is ₁₂."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in digits)


def described(char: str) -> str:
    """A character in a message, whatever it is."""
    return f"'{char}'" if char.isprintable() else f"the character U+{ord(char):04X}"
