"""Scores in words: a line at the end of a run, a table for who asks, a few words for a pane."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict

from bpdebug.debugger.metrics import Score, Scores

NONE = (
    "There is no accuracy to tell: the cost of this program compares no prediction with labels of the data, or its "
    "equations hold for the number of examples of the run alone."
)


def measured(score: Score, *, ascii: bool = False) -> dict[str, float | None]:
    """The measures of a score by their names, but for the cost."""
    if score.accuracy is not None:
        return {"accuracy": score.accuracy}
    return {"R2" if ascii else "R²": score.r2, "mean squared error": score.error}


def figure(value: float | None) -> str:
    """A measure as it is printed."""
    return "unknown" if value is None else f"{value:.4g}" if math.isfinite(value) else str(value)


def sentence(scores: Scores, *, ascii: bool = False) -> str:
    """accuracy 0.967 on 30 test examples, 0.983 on the 120 trained on"""
    train, test = scores.train, scores.test
    if test is None:
        return f"{_listed(train, ascii=ascii)} on the {_examples(train.examples)}"
    first = f"{_listed(test, ascii=ascii)} on {_examples(test.examples, 'test ')}"
    second = f"{', '.join(map(figure, measured(train).values()))} on the {train.examples:,} trained on"
    return f"{first}{', ' if len(measured(train)) == 1 else '; '}{second}"


def _listed(score: Score, *, ascii: bool) -> str:
    return ", ".join(f"{name} {figure(value)}" for name, value in measured(score, ascii=ascii).items())


def brief(scores: Scores, *, ascii: bool = False) -> str:
    """accuracy 0.967 test, 0.983 train"""
    name, value = next(iter(measured(scores.train, ascii=ascii).items()))
    if scores.test is None:
        return f"{name} {figure(value)}"
    return f"{name} {figure(measured(scores.test, ascii=ascii)[name])} test, {figure(value)} train"


def table(scores: Scores, cost: str, *, ascii: bool = False) -> str:
    """A line for each measure, and a column for the examples that were set aside, if some were."""
    train, test = scores.train, scores.test
    heads = [f"{train.examples:,} trained on" if test else _examples(train.examples)]
    columns = [{**measured(train, ascii=ascii), cost: train.cost}]
    if test is not None:
        heads.insert(0, _examples(test.examples, "test "))
        columns.insert(0, {**measured(test, ascii=ascii), cost: test.cost})
    rows = [("", *heads), *((name, *(figure(each[name]) for each in columns)) for name in columns[0])]
    return "\n".join(_aligned(rows))


def record(scores: Scores) -> dict[str, Any]:
    """The scores as JSON has them: what is not known or not finite is null or a word."""
    return {
        name: {
            key: value if not isinstance(value, float) or math.isfinite(value) else str(value)
            for key, value in asdict(each).items()
        }
        for name, each in (("test", scores.test), ("train", scores.train))
        if each is not None
    }


def _examples(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}example{'' if count == 1 else 's'}"


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{each:{width}}" for each, width in zip(row, wide, strict=True)).rstrip()
