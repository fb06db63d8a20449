"""Mistakes that people made and wrote about: each case is a scenario, and expected.json says what is wrong with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.claims_cases import RIGHT
from bpdebug.check.claims import Judged, judge
from bpdebug.check.diagnosis import Diagnosis, diagnose
from bpdebug.check.diagnosis.draws import draws
from bpdebug.check.diagnosis.evaluator import same
from bpdebug.check.iteration import trained
from bpdebug.ops import parse
from bpdebug.scenario.load import load

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
LONGEST = 700
"""Characters of an explanation."""
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES[0].parent / "expected.json").read_text(encoding="utf-8"))


def test_every_case_says_what_is_expected() -> None:
    assert {path.stem for path in CASES} == set(EXPECTED)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_mistake_is_found_where_it_is_named_and_mended(path: Path) -> None:
    scenario, expected = load(str(path)), EXPECTED[path.stem]
    values = trained(scenario, 0)
    derivation = judge(scenario.program, values, scenario.claims)
    diagnoses = diagnose(scenario.program, values, scenario.claims, derivation)
    numbers = draws(scenario.program, values, scenario.claims, derivation)

    assert derivation.first_wrong == expected["first_wrong"]
    for judged, found, want in zip(derivation.claims, diagnoses, expected["claims"], strict=True):
        assert (judged.verdict, judged.local) == (want["verdict"], want["local"]), judged.text
        if want["local"] in RIGHT:
            assert found is None
            continue
        assert found is not None
        assert found.mistakes[0] == want["mistakes"][0], judged.text
        of_its_line(judged, found)
        mended = parse(found.mended_text.partition("=")[2])
        assert judged.meaning is not None
        with np.errstate(all="ignore"):
            assert all(same(draw.evaluator.value(mended), draw.true(judged.meaning)) for draw in numbers)


def of_its_line(judged: Judged, found: Diagnosis) -> None:
    """An explanation speaks of its line, says nothing twice, and is not too long to be read."""
    told = found.explanation
    sentences = re.split(r"(?<=[a-z\d)])\. ", told)

    assert len(sentences) == len(set(sentences))
    assert len(told) <= LONGEST
    assert told.endswith(".")
    assert ".." not in told
    assert "  " not in told
    assert judged.name in told or judged.of in told
