"""The JSON objects that other programs read. Each names its form and its version under "schema"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from bpdebug.check.claims import Judged, Judgement
from bpdebug.check.diagnosis import Diagnosis
from bpdebug.check.diagnosis.remarks import Remark
from bpdebug.check.meaning import called
from bpdebug.check.review import Review
from bpdebug.check.verdict import GradientCheck
from bpdebug.ops import write
from bpdebug.program.equations import Equation, Program
from bpdebug.scenario.record import Scenario


class Entry(Protocol):
    """One line of the list of scenarios."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def path(self) -> str: ...


def list_json(scenarios: Iterable[Entry]) -> dict[str, Any]:
    """The scenarios there are."""
    keys = ("name", "title", "summary", "path")
    return {
        "schema": "bpdebug.list/1",
        "scenarios": [{key: getattr(each, key) for key in keys} for each in scenarios],
    }


def check_json(scenario: Scenario, iteration: int, found: Iterable[GradientCheck]) -> dict[str, Any]:
    """What a check says of the gradients of one iteration."""
    gradients = tuple(found)
    return {
        "schema": "bpdebug.check/1",
        "scenario": scenario.name,
        "iteration": iteration,
        "ok": all(each.ok for each in gradients),
        "gradients": [each.json() for each in gradients],
    }


def show_json(scenario: Scenario) -> dict[str, Any]:
    """The program of a scenario: its names with their shapes, its equations in the order they are computed."""
    program = scenario.program
    return {
        "schema": "bpdebug.show/1",
        "scenario": scenario.name,
        "title": scenario.title,
        "summary": scenario.summary,
        "source": scenario.source,
        "orientation": program.orientation,
        "bookkeeping": program.bookkeeping,
        "dtype": scenario.dtype,
        "iterations": scenario.iterations,
        "seed": scenario.seed,
        "cost": program.cost,
        "examples": program.examples,
        "data": {name: list(program.shapes[name]) for name in program.data},
        "parameters": {name: list(program.shapes[name]) for name in program.parameters},
        "constants": dict(program.constants),
        "equations": [_equation(equation, program) for equation in program.equations],
        "gradients": dict(program.gradients),
        "claims": [{"equation": each.text, "of": each.of, "line": each.line} for each in scenario.claims],
        "notes": list(program.notes),
    }


def _equation(equation: Equation, program: Program) -> dict[str, Any]:
    notations = ("ascii", "unicode", "latex")
    return {
        "name": equation.name,
        "phase": str(equation.phase),
        "shape": list(program.shapes[equation.name]),
        "expression": {notation: write(equation.expr, notation) for notation in notations},
        "denotes": str(equation.denotes) if equation.denotes else None,
        "from": list(equation.origin.equations) if equation.origin else [],
        "rules": list(equation.origin.rules) if equation.origin else [],
    }


def claims_json(scenario: Scenario, review: Review, unread: int = 0) -> dict[str, Any]:
    """What is said of the claims about a scenario; `unread` lines beside them could not be read."""
    return {
        "schema": "bpdebug.claims/1",
        "scenario": scenario.name,
        "ok": review.ok and not unread,
        "first_wrong": review.derivation.first_wrong,
        "missing": [{"name": each.name, "mended": each.mended, "after": each.after} for each in review.lacking],
        "claims": [_claim(*each) for each in zip(review.claims, review.diagnoses, review.remarks, strict=True)],
        "smaller_parameters": review.derivation.elsewhere,
        "not_read": unread,
    }


def unread_json(scenario: str, error: str) -> dict[str, Any]:
    """The same for a scenario that cannot be read: nothing but why."""
    return {
        "schema": "bpdebug.claims/1",
        "scenario": scenario,
        "ok": False,
        "first_wrong": None,
        "missing": [],
        "claims": [],
        "error": error,
    }


def _claim(claim: Judged, found: Diagnosis | None, remark: Remark | None) -> dict[str, Any]:
    diagnosis = None if claim.local is Judgement.AUXILIARY else found
    mended = diagnosis.mended_text if diagnosis else ""
    return {
        "equation": claim.text,
        "of": called(claim.of) or None,
        "denotes": claim.meaning and claim.meaning.written.replace(claim.of, called(claim.of)),
        "verdict": claim.verdict.value,
        "local": claim.local.value,
        "mistakes": list(diagnosis.mistakes) if diagnosis else [],
        "offending": (diagnosis.offending or None) if diagnosis else None,
        "should_be": (diagnosis.should_be or None) if diagnosis else None,
        "mended": mended or None,
        "explanation": (diagnosis.explanation if diagnosis else claim.reason) or None,
        "facts": dict(diagnosis.facts) if diagnosis else {},
        "remark": {"kind": remark.kind, "text": remark.text} if remark else None,
        "through": (diagnosis.through or None) if diagnosis else None,
    }
