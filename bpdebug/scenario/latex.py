r"""LaTeX's commands as the signs and letters that they print: \hat{y} is yhat, \partial J/\partial W is ∂J/∂W.

As in the other dialects, no character changes its place.
"""

from __future__ import annotations

import re

from bpdebug.language.names import GREEK

_COMMAND_NAMES = r"[dt]?frac|partial|delta|odot|cdot|circ|top|hat|nabla|sigma|sum|mathbf|boldsymbol|begin|text"
_LATEX = re.compile(rf"^[^%#\"'\n]*\\(?:{_COMMAND_NAMES})(?![a-z])", re.MULTILINE)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_INNER = r"(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*"
"""What stands in braces, which may hold braces."""
_LAYOUT = re.compile(
    r"\\(?:begin|end)[ \t]*\{[a-z]+\*?\}|\\(?:label|tag\*?)[ \t]*\{[^{}\n]*\}|\$\$?|\\\[|\\\]|\\\(|\\\)"
    r"|\\(?:left|right|[bB]ig{1,2}[lr]?)(?![A-Za-z])|\\(?:q?quad|displaystyle|nonumber|notag)(?![A-Za-z])"
    r"|(?<!\\)\\[,;!:> ]"
    r"|&(?=[ \t]*=)|(?<==)[ \t]*&|^[ \t]*&|\\\\(?:\[[\w. ]*\])?[ \t]*$",
    re.MULTILINE,
)
_NEXT = re.compile(r"\\\\(?=[^\n=]*=)")
"""A line break of LaTeX's within a line, before another equation."""
_LETTERS = {
    **{command: letter for letter, command in GREEK.items() if len(letter) == 1 and letter not in "ΣΠ"},
    r"\varphi": "φ",
    r"\varepsilon": "ε",
    r"\ell": "l",
}
_LETTER = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(_LETTERS, key=len, reverse=True)))})(?![A-Za-z])")
_FONTS = "mathrm|mathit|mathbf|mathcal|mathsf|mathbb|boldsymbol|bm|vec"
_WORDED = re.compile(rf"\\(?:text|textbf|textit|textrm|operatorname|{_FONTS})[ \t]*\{{(?P<word>[\w., ]*)\}}")
_FONT = re.compile(rf"\\(?:{_FONTS})(?=[ \t]+\w|\\)")
_HAT = re.compile(r"\\(?:wide)?hat[ \t]*(?:\{[ \t]*(?P<one>[A-Za-z])[ \t]*\}|[ \t](?P<two>[A-Za-z])(?![A-Za-z]))")
_FLIPPED = re.compile(r"\^[ \t]*\{[ \t]*T[ \t]*\}|\^[ \t]*\{[ \t]*⊤[ \t]*\}")
_COST = r"(?:\\partial|d)[ \t]*[A-Za-z]"
_PARTIAL = re.compile(rf"\\[dt]?frac\s*\{{\s*{_COST}\s*\}}\s*\{{\s*(?:\\partial|d)\s*(?P<of>[^\W\d]{_INNER})\}}")
_BY = re.compile(r"\\partial[ \t]*[A-Za-z][ \t]*/[ \t]*\\partial[ \t]*(?=[^\W\d])")
_SLOPE = re.compile(rf"∇[ \t]*_[ \t]*\{{[ \t]*(?P<of>[^\W\d]{_INNER})\}}(?:[ \t]*[JLCE](?![\w^]))?")
_GROUPED = re.compile(rf"(?<![\w^_}}\\])\{{(?P<inner>[ \t]*[^\W\d][^{{}}=\n]*\^{_INNER})\}}")
"""The braces of {W^{[2]}}^T."""
_INDICATOR = re.compile(
    r"(?:\\math(?:bb|bf|ds)[ \t]*\{[ \t]*[1I][ \t]*\}|𝟙|𝟏)[ \t]*_?[ \t]*"
    r"\\?[\[({](?P<of>[^=<>\n]*[<>][ \t]*0[ \t]*)\\?[\])}]"
)
"""1 where something is above 0."""
_ONES = re.compile(
    rf"\\(?:{_FONTS})[ \t]*(?:\{{[ \t]*1[ \t]*\}}|1)(?:_m|_\{{m\}})?(?=[ \t]*(?:\\\\|[,.;$]|$))", re.MULTILINE
)
"""A vector of ones behind what it adds up over the examples."""
_COMMANDS = {
    r"\cdot": "·",
    **dict.fromkeys((r"\odot", r"\circ"), "⊙"),
    **dict.fromkeys((r"\times", r"\ast"), "*"),
    r"\oslash": "⊘",
    **dict.fromkeys((r"\top", r"\intercal"), "⊤"),
    r"\prime": "′",
    r"\nabla": "∇",
}
_COMMAND = re.compile(rf"(?:{'|'.join(map(re.escape, _COMMANDS))})(?![A-Za-z])")
_FUNCTION = re.compile(r"\\(?=(?:tanh|cosh|sinh|sin|cos|exp|log|ln|max|min)(?![A-Za-z]))")
_FRACTION = re.compile(
    rf"\\[dt]?frac\s*(?:\{{(?P<over>{_INNER})\}}\s*\{{(?P<under>{_INNER})\}}|(?P<one>\d)(?P<two>\w))"
)
_NUMBER = re.compile(r"[ \t]*[\d.]*[ \t]*[mnN]?[ \t]*")
_FACTOR = re.compile(r"[ \t]*[(\w]")
"""What a single number right before it, 1/m, multiplies."""


def is_latex(block: str) -> bool:
    """Whether a block is written in LaTeX: it has commands of LaTeX's outside of comments and texts."""
    return bool(_LATEX.search(block))


def without_latex(block: str) -> str:
    """The block with the signs and letters that LaTeX's commands print; fractions stay, but for ∂J/∂W."""
    if is_latex(block):
        block = _COMMENT.sub(lambda found: "#" + found[0][1:], block)
    block = _INDICATOR.sub(lambda found: f"({found['of']})".rjust(len(found[0])), _NEXT.sub("; ", block))
    block = _ONES.sub(lambda found: "𝟏".rjust(len(found[0])), block)
    block = _LAYOUT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), block)
    block = _COMMAND.sub(lambda found: _COMMANDS[found[0]].ljust(len(found[0])), block)
    block = _LETTER.sub(lambda found: _LETTERS[found[0]].rjust(len(found[0])), block)
    block = _FONT.sub(lambda found: " " * len(found[0]), block)
    block = _WORDED.sub(lambda found: found["word"].rjust(len(found[0])), block)
    block = _HAT.sub(lambda found: f"{found['one'] or found['two']}hat".rjust(len(found[0])), block)
    block = _GROUPED.sub(lambda found: f"({found['inner']})", block)
    block = _FLIPPED.sub(lambda found: "^T".ljust(len(found[0])), block)
    block = _PARTIAL.sub(lambda found: f"d{found['of']}".rjust(len(found[0])), block)
    block = _BY.sub(lambda found: "∂J/∂".rjust(len(found[0])), block)
    block = _SLOPE.sub(lambda found: f"d{found['of']}".rjust(len(found[0])), block)
    return _FUNCTION.sub(" ", block)


def divided(block: str) -> str:
    r"""The block with (1)/(m) for \frac{1}{m}, which is as long with some blanks."""
    return _FRACTION.sub(_quotient, block)


def _quotient(found: re.Match[str]) -> str:
    over, under = found["over"] or found["one"], found["under"] or found["two"]
    factor = _FACTOR.match(found.string, found.end())
    times = "" if not factor or not _NUMBER.fullmatch(over) or not _NUMBER.fullmatch(under) else _times(found)
    return f"({over})/({under}){times}".ljust(len(found[0]))


def _times(found: re.Match[str]) -> str:
    r"""What a number multiplies by: entry by entry where it was reached so, as in A \odot \frac{1}{m} B."""
    return "⊙" if found.string[: found.start()].rstrip().endswith("⊙") else "·"
