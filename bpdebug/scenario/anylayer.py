"""Lines of mathematics about any layer, which stand for one line each: δ^l = ((W^{l+1})^T δ^{l+1}) ⊙ σ'(z^l).

As in the other dialects, no character changes its place.
"""

from __future__ import annotations

import re

from bpdebug.scenario.counting import Numbers, value

LETTER = "l"
"""What mathematics calls a layer."""
NUMBERED = re.compile(
    r"(?<![\w.\\])(?P<base>[^\W\d]\w*?)\s*\^\s*"
    r"(?:(?P<top>[lL])(?!\w)|\{\s*[\[(]?(?P<braced>[lL](?:\s*[+-]\s*\d)?)[\])]?\s*(?P<flipped>[\s,]T\b|⊤)?\s*\})"
)
"""W^l, A^{l-1}, δ^L: a superscript that is a layer and no power."""
_NUMBER = re.compile(
    r"(?<![\w.\\])(?P<name>(?!(?:tanh|cosh|sinh|log|exp)\b)d?[^\W\d_]+)\s*\^\s*(?:\{\s*(?P<one>\d)\s*\}|(?P<two>\d)(?!\w))"
)
_SUBSCRIPT = re.compile(r"(?<=[^\W\d_])_(?=[lL](?!\w)|\{\s*[lL]\s*(?:[+-]\s*\d\s*)?\})")
_LEFT = re.compile(
    r"\s*(?:∂\w+\s*/\s*∂|\\?nabla_?|∇_?)?(?P<name>[^\W\d_]+)[\s_^{\[(]*(?P<index>[lL](?!\w)(?:\s*[+-]\s*1)?|\d)[\s)\]}]*"
    r"(?P<equals>[+\-*/]?=)(?!=)"
)
_NEXT = re.compile(r"(?<!\w)l\s*\+\s*1(?!\w)")
_HEAD = re.compile(r"^[ \t]*(?:for|while|parfor)\b", re.MULTILINE)
_RAISED = re.compile(r"^[^=\n]*[^\W\d_]\s*\^\s*(?:\d|\{\s*\d\s*\})\s*=", re.MULTILINE)
_WHICH = re.compile(
    r"[ \t]*,?[ \t]*\(?(?:for|where|with)[ \t]+(?:all[ \t]+|each[ \t]+)?l[ \t]*(?:=|∈|in\b|<|>)[^\n]*$", re.MULTILINE
)


def as_superscripts(block: str) -> str:
    """The block with W^{l+1} for W_{l+1} where lines are about any layer, and W3 for W^3 where that is no power."""
    if _HEAD.search(block):
        return block
    if _RAISED.search(block):  # on the left of an equals sign
        block = _NUMBER.sub(lambda found: f"{found['name']}{found['one'] or found['two']}".rjust(len(found[0])), block)
    if any(map(about, block.split("\n"))):
        block = _SUBSCRIPT.sub("^", _WHICH.sub(lambda found: " " * len(found[0]), block))
    return block


def about(text: str) -> bool:
    """Whether a line gives something of any layer: its left side is δ^l, dW_l, dA^{l-1} or dZ[l]."""
    found = _LEFT.match(text)
    return found is not None and found["index"].startswith(LETTER)


def stands(text: str, number: int, last: int) -> bool:
    """Whether a line about any layer is one about this layer: the last has none behind it."""
    return number < last or not _NEXT.search(text)


def given(text: str, numbers: Numbers) -> tuple[str, int] | None:
    """The letter and the layer of what a line gives: δ and 3 of δ^L = …, δ3 = … and δ_3 = …."""
    found = _LEFT.match(text)
    layer = value(found["index"], numbers) if found else None
    return None if found is None or layer is None else (found["name"], layer)
