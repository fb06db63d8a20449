"""Words around equations: bullets, numbers, bold names, Step 3: before one, and where m is … behind it; all blank.

As in the other dialects, no character changes its place.
"""

from __future__ import annotations

import re

LONGEST = 2_000
"""Characters of a line in which words behind an equation are looked for."""
_EQUATION = r"(?=[^\W\d][^=\n]*=)"
_KEYWORDS = "for|while|if|elif|else|with|try|except|finally|def|class|lambda|case|match|return|switch|parfor"
_BULLET = re.compile(
    r"^[ \t]*"
    r"(?:[-*+•‣–—]|\(?\d{1,2}[.)]|\(?(?:[a-z]|[ivx]{1,4})\)|\([A-Za-z]{0,3}\d{1,2}(?:\.\d{1,2})?[a-z]?\))[ \t]+"
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
_SAID = re.compile(
    rf"^[ \t]*(?!(?:{_KEYWORDS})\b)[A-Z]?[a-z]+(?:[ \t,]+[a-z]{{2,}}){{1,12}}[ \t,:]+(?=[^\W\d][^\s=]*[ \t]*=(?!=))",
    re.MULTILINE,
)
"""The error of the last layer is, before δ3 = …"""
_NEXT = re.compile(
    r"(?:,[ \t]*)?[ \t](?:and|und)[ \t]+(?=[^\W\d][^\s=,]*[ \t]*=(?!=))|,(?=[ \t]+[^\W\d][^\s=,]*[ \t]*=(?!=))"
)
_WORKED = re.compile(r"[@*/+\-−·⊙^ᵀ(]")
_NUMBERED = re.compile(r"(?<=\S)[ \t]{2,}\(\d+(?:\.\d+)?\)[ \t]*$", re.MULTILINE)
_REASONS = "where|with|since|because|as|for all|for each|here|wobei|mit|weil|denn"
_TRAILING = re.compile(
    r"(?<=[\w)\]}ᵀ⊤²³'])[ \t]*(?:"
    rf"—[^\n]*|[,;.]?[ \t]+\(?(?:{_REASONS})[ \t]+(?!in\b)(?=[^\W_])[^\n]*"
    r"|[,;]?[ \t]+(?:and|und|so|then)[ \t,]*|[ \t]*[,.][ \t]*"
    r"|[ \t]\([^\W\d_]+(?:[ \t]+[^\W\d_]+)+\)[.,]?[ \t]*"
    r"|\.[ \t]+[A-Z][a-z]+[ \t]+[a-z]+[ \t][^=\n]*)$",
    re.MULTILINE,
)
"""Where, since or because behind an equation, words in brackets or behind a dash (— is no minus), another sentence."""
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
    for pattern in (_BOLD, _LEAD, _SAID, _NUMBERED):
        block = pattern.sub(_blank, block)
    return _ASSIGNED.sub(_ended, block)


def is_prose(line: str) -> bool:
    """Whether a line in which nothing is assigned is a sentence or a heading, and no formula."""
    return bool(_PROSE.match(line))


def _ended(found: re.Match[str]) -> str:
    """A line with an equation, without the words behind it; another equation behind it stands by itself."""
    line = found[0]
    if len(line) > LONGEST or '"' in line or _STARTED.match(line) or _open(line):
        return line
    return _NEXT.sub(_parted, _TRAILING.sub(_blank, line))


def _parted(found: re.Match[str]) -> str:
    """A semicolon for the comma, or the and, between dW2 = dZ2 A1ᵀ and db2 = …; in brackets there are none.

    Behind several names, dW2, db2 = …, a comma stands between their values.
    """
    before, behind = found.string[: found.start()], found.string[found.end() :].partition("=")[0]
    left, _, right = before.rpartition("=")
    whole = _open(before) or _open(behind) or "," in before.partition("=")[0]
    return found[0] if whole or not left or not _WORKED.search(right) else ";".ljust(len(found[0]))


def _open(text: str) -> bool:
    """Whether a bracket is open at the end of a text."""
    return any(text.count(a) > text.count(b) for a, b in zip("([{", ")]}", strict=True))


def _unmarked(found: re.Match[str]) -> str:
    return f"{' ' * len(found['open'])}{found['name']}{' ' * len(found['mark'])}"


def _code_alone(found: re.Match[str]) -> str:
    """The code of a line in which words stand around it."""
    return f"{' ' * len(found['before'])} {found['code']} {' ' * len(found['after'])}"


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
