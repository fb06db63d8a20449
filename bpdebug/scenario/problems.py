"""A file held against its form: the tables in it, and what is wrong with them as problems of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpdebug.errors import Problem
from bpdebug.scenario.form import Wrong, table
from bpdebug.scenario.schema import ScenarioFile
from bpdebug.scenario.source import Source

FILE = table(ScenarioFile)


def formed(raw: Mapping[str, Any], source: Source) -> tuple[ScenarioFile, list[Problem]]:
    """The file as its form has it, and all that is wrong; where anything is, the file is not to be used."""
    file, wrong = misformed(raw)
    return file, [problem(each, source) for each in wrong]


def misformed(raw: Mapping[str, Any]) -> tuple[ScenarioFile, list[Wrong]]:
    """The file as its form has it, and what the form does not allow."""
    wrong: list[Wrong] = []
    file: ScenarioFile = FILE.read(raw, (), wrong)
    return file, wrong


def problem(wrong: Wrong, source: Source) -> Problem:
    """What the form does not allow, with its place."""
    return (source.at_key if wrong.at_key else source.at_value)(wrong.path, wrong.message, wrong.hint)
