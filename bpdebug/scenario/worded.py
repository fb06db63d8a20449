"""Words around equations: bullets, numbers, bold names, Step 3: before one, and where m is … behind it; all blank.

As in the other dialects, no character changes its place.
"""

from __future__ import annotations

import re

_EQUATION = r"(?=[^\W\d][^=\n]*=)"
_KEYWORDS = "for|while|if|elif|else|with|try|except|finally|def|class|lambda|case|match|return|switch|parfor"
_BULLET = re.compile(
    r"^[ \t]*"
    r"(?:[-*+•‣–]|\(?\d{1,2}[.)]|\(?(?:[a-z]|[ivx]{1,4})\)|\([A-Za-z]{0,3}\d{1,2}(?:\.\d{1,2})?[a-z]?\))[ \t]+"
    r"(?=(?:[*_]{2})?[^\W\d][^=\n]*=)",
    re.MULTILINE,
)
_HEADED = re.compile(
    rf"^[ \t]*(?:[*_]{{2}})?(?!(?:{_KEYWORDS})\b)[^\W\d_]{{2,}}(?:[ \t]+[^\W\d_]{{2,}})*\.?"
    r"[ \t]*\(?(?<=[ \t(])\d{1,2}(?:\.\d{1,2})?[a-z]?(?:\)?[ \t]*:(?!=)|[.)])(?:[*_]{2})?[ \t]+"
    rf"(?:[*_]{{2}})?{_EQUATION}",
    re.MULTILINE,
)
"""Step 3: or Layer 2: before an equation; dW: float = … has no number."""
_TITLED = re.compile(rf"^[ \t]*[*_]{{2}}[^*_=\n]*(?::[*_]{{2}}|[*_]{{2}}:)[ \t]*{_EQUATION}", re.MULTILINE)
_BOLD = re.compile(r"^[ \t]*(?P<mark>\*\*|__)(?=[^\W\d][^=\n]*=)|(?:\*\*|__)[ \t]*$", re.MULTILINE)
_NAMED = re.compile(
    r"^(?P<open>[ \t]*(?P<mark>\*{1,3}|__))(?P<name>[^\W\d][^*=\n]*?)(?P=mark)(?=[ \t]*=)", re.MULTILINE
)
_TICKED = re.compile(
    r"^(?P<before>[^`\n]*)`(?P<code>[^`\n]*[^`=<>!\n]=[^`=\n][^`\n]*)`(?P<after>[^`\n]*)$", re.MULTILINE
)
_LEAD = re.compile(
    r"^[ \t]*(?:(?:then|so|thus|hence|therefore|and|also|next|finally|first|now|we get|i get|gives?|let)\b[ ,:]*)+"
    rf"{_EQUATION}",
    re.MULTILINE | re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?<=\S)[ \t]{2,}\(\d+(?:\.\d+)?\)[ \t]*$", re.MULTILINE)
_TRAILING = re.compile(
    r"(?<=[\w)\]}ᵀ⊤'])[ \t]*(?:"
    r"[,;.]?[ \t]+\(?(?:where|with|since|because|as|for all|for each|here|wobei|mit|weil|denn)[ \t]+(?!in\b)"
    r"(?=[^\W_])[^\n]*"
    r"|[ \t]\([^\W\d_]+(?:[ \t]+[^\W\d_]+)+\)[.,]?[ \t]*"
    r"|\.[ \t]+[A-Z][a-z]+[ \t]+[a-z]+[ \t][^=\n]*)$",
    re.MULTILINE,
)
"""Where, since or because behind an equation, words in brackets, and another sentence."""
_PROSE = re.compile(
    r"[^@*/+=·⊙\^\[\]]*\b[A-Za-z]+(?:,? [A-Za-z']{2,}){3}[^@*/+=·⊙\^\[\]]*\Z"
    r"|(?:#|[*_]{2}|[A-Z]+:)*[ \t]*[^\W\d_]{4,}[ \t]+\w"
)
"""A sentence: four words in a row, and no sign of a formula; or a word with another, or a number, behind it."""
_ASSIGNED = re.compile(r"^[^=\n#\"]*[^=\n#\"<>!]=(?!=)[^\n]*$", re.MULTILINE)
_STARTED = re.compile(r"\s*(?:with|for|while|if|elif|async|return|def|class|import|from)\b")


def without_words(block: str) -> str:
    """The block with blanks for the words that stand around its equations."""
    block = _TICKED.sub(_code_alone, block)
    for pattern in (_BULLET, _HEADED, _TITLED):
        block = pattern.sub(_blank, block)
    block = _NAMED.sub(_unmarked, block)
    for pattern in (_BOLD, _LEAD, _NUMBERED):
        block = pattern.sub(_blank, block)
    return _ASSIGNED.sub(_ended, block)


def is_prose(line: str) -> bool:
    """Whether a line in which nothing is assigned is a sentence or a heading, and no formula."""
    return bool(_PROSE.match(line))


def _ended(found: re.Match[str]) -> str:
    """A line with an equation, without the words behind it."""
    return found[0] if '"' in found[0] or _STARTED.match(found[0]) else _TRAILING.sub(_blank, found[0])


def _unmarked(found: re.Match[str]) -> str:
    return f"{' ' * len(found['open'])}{found['name']}{' ' * len(found['mark'])}"


def _code_alone(found: re.Match[str]) -> str:
    """The code of a line in which words stand around it."""
    return f"{' ' * len(found['before'])} {found['code']} {' ' * len(found['after'])}"


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
