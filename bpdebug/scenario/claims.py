"""The claims of a file: parsed, named, and tied to the quantity they speak of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from itertools import accumulate

from msgspec.structs import replace

from bpdebug.errors import Problem, Span
from bpdebug.language import expression
from bpdebug.program.equations import Program
from bpdebug.scenario import names, text
from bpdebug.scenario import schema as form
from bpdebug.scenario.draft import Draft
from bpdebug.scenario.failure import failure
from bpdebug.scenario.owners import owner
from bpdebug.scenario.positions import Path
from bpdebug.scenario.record import MOST_CLAIMS, Aside, Claim, Claimed
from bpdebug.scenario.schema import ScenarioFile
from bpdebug.scenario.wording import guessed, listed


def claims(file: ScenarioFile, draft: Draft, program: Program) -> Claimed:
    """Every claim of a file; ScenarioError with all that is wrong with them.

    Of a pasted block a line that cannot be read stops no other: it is told, and counted.
    """
    quantities = [*draft.data, *draft.parameters, *(equation.name for equation in draft.equations)]
    taken = {*quantities, *draft.constants}
    if isinstance(file.claims, form.Claims) and _more_than_formulas(file.claims.equations, taken, program):
        return _as_pasted(file.claims.equations, draft, program)
    if isinstance(file.claims, list) and _no_formulas(file.claims, taken, program):
        return _each_as_pasted(file.claims, draft, program)
    found: list[Claim] = []
    problems: list[Problem] = []
    for path, line, of, denotes in _written(file, taken):
        place = draft.source.line_inside(path, line.name_span.start)
        if line.name in taken:
            earlier = next((f", on line {each.line}" for each in found if each.name == line.name), " by the program")
            message = f"{line.name} is defined already{earlier}"
            hint = "Give the claim a name of its own, and say what it is the gradient of with of = …"
            problems.append(draft.source.inside(path, line.name_span, message, hint))
        elif reason := names.unusable(line.name):
            problems.append(draft.source.inside(path, line.name_span, reason))
        problems += _no_quantity(of, path, draft, quantities)
        if len(found) == MOST_CLAIMS:
            message = f"{MOST_CLAIMS} equations are judged together; this file has more"
            problems.append(draft.source.inside(path, line.name_span, message))
            break
        taken.add(line.name)
        found.append(Claim(line.name, f"{line.name} = {line.text}", line.expr, of, denotes, place))
    if problems:
        raise failure(problems)
    return Claimed(tuple(_tied(claim, quantities, program) for claim in found))


def _no_quantity(of: str, path: Path, draft: Draft, quantities: list[str]) -> list[Problem]:
    if not of or of in quantities:
        return []
    message = guessed(f"there is no quantity {of}", of, quantities)
    return [draft.source.at_value((*path[:-1], "of"), message, f"There are {listed(quantities)}.")]


def _tied(claim: Claim, quantities: list[str], program: Program) -> Claim:
    if claim.of:
        return claim
    owners = {gradient: name for name, gradient in program.gradients.items()}
    return replace(claim, of=owners.get(claim.name) or owner(claim.name, quantities))


def _as_pasted(block: str, draft: Draft, program: Program) -> Claimed:
    """The claims of a block that is more than equations, one a line; ScenarioError where it has none."""
    from bpdebug.scenario.pasted import pasted

    path: Path = ("claims", "equations")
    before = draft.source.line_inside(path, 0) - 1
    found = pasted("\n" * before + block, program)  # its lines are counted as those of the file
    spans = [each.span and Span(each.span.start - before, each.span.end - before) for each in found.errors]
    if not found.claims:
        errors = zip(found.errors, spans, strict=True)
        problems = [draft.source.inside(path, span, each.message, each.hint) for each, span in errors]
        none = draft.source.at_value(path, "none of these lines gives a gradient", "\n".join(found.notes))
        raise failure(problems or [none])
    problems = [
        draft.source.inside(path, span, f"not read: {each.message}", each.hint)
        for each, span in zip(found.errors, spans, strict=True)
    ]
    return Claimed(found.claims, found.unknown, Aside(found.notes, tuple(problems), found.lines))


def _no_formulas(written: list[form.Claim], known: Collection[str], program: Program) -> bool:
    bound = {*known, *(name for claim in written for name in text.given(claim.equation))}
    return any(_more_than_formulas(claim.equation, bound, program) for claim in written)


def _more_than_formulas(block: str, known: Collection[str], program: Program) -> bool:
    """Whether a block has lines that are no equation of a new name: other code, or those of an update."""
    lines, errors = text.lines(block, known)
    given = {each.name for each in lines}
    read = {name for each in lines for name in expression.names(each.expr)}
    return bool(errors) or not given.isdisjoint(program.crossing) or not read.isdisjoint(program.states)


def _each_as_pasted(written: list[form.Claim], draft: Draft, program: Program) -> Claimed:
    """Claims one by one that are more than formulas, MATLAB or an update, say: read as the lines of one block."""
    from bpdebug.scenario.pasted import pasted

    quantities = [*draft.data, *draft.parameters, *(equation.name for equation in draft.equations)]
    paths: list[Path] = [("claims", at, "equation") for at in range(len(written))]
    starts = [0, *accumulate(len(each.equation) + 1 for each in written)]
    of_line = [at for at, each in enumerate(written) for _ in range(each.equation.count("\n") + 1)]
    found = pasted("\n".join(each.equation for each in written), program)
    problems = [
        each
        for path, claim in zip(paths, written, strict=True)
        for each in _no_quantity(claim.of or "", path, draft, quantities)
    ]
    for error in found.errors:
        span = error.span or Span(0, 1)
        at = min(bisect_right(starts, span.start), len(written)) - 1
        place = Span(span.start - starts[at], span.end - starts[at])
        problems.append(draft.source.inside(paths[at], place, error.message, error.hint))
    if problems:
        raise failure(problems)
    told = [(claim, of_line[claim.line - 1]) for claim in found.claims]
    claims = tuple(
        replace(
            claim,
            of=written[at].of or claim.of,
            denotes=written[at].denotes or claim.denotes,
            line=draft.source.line_of(paths[at]),
        )
        for claim, at in told
    )
    return Claimed(claims, aside=Aside(found.notes))


def _written(file: ScenarioFile, known: Collection[str]) -> list[tuple[Path, text.Line, str, str]]:
    if isinstance(file.claims, form.Claims):
        return [(("claims", "equations"), line, "", "") for line in text.lines(file.claims.equations, known)[0]]
    bound = {*known, *(name for claim in file.claims for name in text.given(claim.equation))}
    return [
        (("claims", i, "equation"), text.lines(claim.equation, bound)[0][0], claim.of or "", claim.denotes or "")
        for i, claim in enumerate(file.claims)
    ]
