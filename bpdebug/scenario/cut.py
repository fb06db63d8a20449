"""A pasted block cut into its statements: where each stands, and which of them stand in functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bpdebug.scenario.brackets import CLOSE, OPEN
from bpdebug.scenario.functions import Function

LONGEST_LINE = 4_000
FURTHEST = 40
"""Lines that one equation may run over."""
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\. |In \[\d*\]:|Out\[\d*\]:)")
_ENDED = re.compile(r"(?:(?:(?<=[A-Za-z_)\]'])|(?<=[A-Za-z]\d))\.|(?<=[\w)\]']),)(?=\s*\Z)")


def shortened(block: str) -> tuple[str, dict[int, int]]:
    """The block without the ends of lines that are too long to be read; by their numbers, from 1, how long those are.

    Texts in triple quotes end where they did.
    """
    lines, lengths = block.split("\n"), dict[int, int]()
    for at, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            lengths[at + 1] = len(line)
            lines[at] = line[: LONGEST_LINE + 1] + "".join(
                quotes for quotes in ('"""', "'''") if line.count(quotes, LONGEST_LINE + 1) % 2
            )
    return "\n".join(lines), lengths


def bare(statement: str) -> str:
    """The text without comments, prompts, joined lines and the full stop of a sentence, the rest in its place."""
    statement = re.sub(r"#[^\n]*|\\\n", lambda found: " " * len(found[0]), statement)
    statement = _PROMPT.sub(lambda found: " " * len(found[0]), statement)
    return _ENDED.sub(lambda found: " " * len(found[0]), statement)


def logical(code: str) -> Iterator[tuple[int, int]]:
    """Where each statement stands: a line, or as many as its brackets need, but never the rest of the block."""
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]*\n?", code) if found[0]]
    at = 0
    while at < len(lines):
        last = _last(code, lines, at)
        start, stop = lines[at][0], lines[last][1]
        if code[start:stop].split("#", 1)[0].strip():
            yield start, stop
        at = last + 1


def _last(code: str, lines: list[tuple[int, int]], at: int) -> int:
    """The line with which a statement ends: no bracket is open there, and no backslash joins the next."""
    depth = 0
    for each in range(at, min(at + FURTHEST, len(lines))):
        start, stop = lines[each]
        if stop - start > LONGEST_LINE:
            break
        part = code[start:stop].split("#", 1)[0].rstrip()
        depth += sum(map(part.count, OPEN)) - sum(map(part.count, CLOSE))
        if depth <= 0 and not part.endswith("\\"):
            return each
    return at


def outside(spans: Iterable[tuple[int, int]], helping: Iterable[Function]) -> list[tuple[int, int]]:
    """The statements that stand in none of the functions."""
    left, stops = list[tuple[int, int]](), {each.start: each.stop for each in helping}
    end = 0
    for start, stop in spans:
        end = max(end, stops.get(start, 0))
        left += [(start, stop)] if start >= end else []
    return left
