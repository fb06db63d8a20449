"""Answers of a transcript that are written in part: … stands for what differs from machine to machine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

GAPS = "…", "..."


def alike(written: Sequence[str], now: Sequence[str]) -> bool:
    """Whether an answer is as it is written: a line of … alone stands for any lines, at the end of a line for any
    rest of it.

    The lines between two gaps are sought from above and the first that fit are taken, so that the time is at most
    that of comparing every line with every other.
    """
    blocks = [list(block) for gap, block in groupby(written, key=_gap) if not gap]
    if not any(map(_gap, written)):
        return len(written) == len(now) and _fit(written, now)
    first = blocks.pop(0) if blocks and not _gap(written[0]) else []
    last = blocks.pop() if blocks and not _gap(written[-1]) else []
    if len(first) + len(last) > len(now) or not _fit(first, now) or not _fit(last, now[len(now) - len(last) :]):
        return False
    return _found(blocks, now[len(first) : len(now) - len(last)])


def _gap(line: str) -> bool:
    return line.strip() in GAPS


def _fit(written: Sequence[str], now: Sequence[str]) -> bool:
    """Whether the lines begin with those that are written."""
    return all(_same(*pair) for pair in zip(written, now, strict=False))


def _same(written: str, now: str) -> bool:
    if written == now:
        return True
    gap = next((gap for gap in GAPS if written.endswith(gap)), "")
    return bool(gap) and now.startswith(written.removesuffix(gap))


def _found(blocks: Sequence[Sequence[str]], now: Sequence[str]) -> bool:
    """Whether the blocks stand in the lines, one after another."""
    start = 0
    for block in blocks:
        places = range(start, len(now) - len(block) + 1)
        at = next((at for at in places if _fit(block, now[at : at + len(block)])), None)
        if at is None:
            return False
        start = at + len(block)
    return True
