"""The choice of a scenario at a terminal, where the command line names none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from bpdebug.cli.output import data, message
from bpdebug.debugger.heard import heard
from bpdebug.errors import ScenarioError
from bpdebug.scenario.bundled import Bundled, bundled, find

FIRST = "three-layer"
"""The one to look at first: Enter takes it."""


def chosen() -> str:
    """The scenario a person picks, by number, name or file; where there is no such one it is asked for once more."""
    with suppress(ImportError):
        import_module("readline")  # from here on the line that is typed can be edited
    scenarios = bundled()
    answer = _asked(scenarios)
    if amiss := _amiss(answer):
        message(f"{amiss}\n")
        answer = _asked(scenarios)
    return answer


def _asked(scenarios: Sequence[Bundled]) -> str:
    for number, each in enumerate(scenarios, 1):
        data(f"{number}  {each.name:18} {each.title}")
    with heard(click.prompt) as prompt:
        answer = str(prompt("Open which one", default=FIRST)).strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(scenarios):
        return scenarios[int(answer) - 1].name
    return answer


def _amiss(answer: str) -> str:
    """Why an answer is none; empty where it is one."""
    try:
        path = find(answer)
    except ScenarioError as error:
        return str(error)
    return "" if path == "-" or Path(path).exists() else f"{answer}: there is no such file"
