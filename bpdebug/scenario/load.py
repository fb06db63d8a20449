"""A scenario file to a program with its values: everything checked, everything wrong told at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import Problem, ScenarioError, printable
from bpdebug.program.equations import Program
from bpdebug.program.settled import settled
from bpdebug.scenario import suited, text
from bpdebug.scenario.arrays import frozen
from bpdebug.scenario.assemble import assemble
from bpdebug.scenario.axes import axes
from bpdebug.scenario.batching import batched
from bpdebug.scenario.bundled import bundled, find
from bpdebug.scenario.draft import Draft, built, refuse_beyond_float32
from bpdebug.scenario.failure import failure
from bpdebug.scenario.positions import Path
from bpdebug.scenario.problems import misformed, problem
from bpdebug.scenario.record import Claim, Claimed, Scenario
from bpdebug.scenario.schema import ScenarioFile, json_schema
from bpdebug.scenario.source import Source, read
from bpdebug.scenario.values import read_lists

__all__ = ["Claim", "Scenario", "bundled", "json_schema", "load"]


def load(
    name_or_path: str,
    *,
    orientation: str | None = None,
    bookkeeping: str | None = None,
    fused: bool | None = None,
    seed: int | None = None,
) -> Scenario:
    """The scenario of a bundled name or a file; what is given beside it overrides the file."""
    path = find(str(name_or_path))
    source = read(path)
    found = _formed(source.parsed(), source)
    training = {
        key: value
        for key, value in (("bookkeeping", bookkeeping), ("fused", fused), ("seed", seed))
        if value is not None
    }
    file = found.file.replaced(training=found.file.training.replaced(**training))
    try:
        scenario = _made(path, file, source, found, orientation)
    except ScenarioError as error:
        raise failure([*found.problems, *error.problems]) from None
    if found.problems:
        raise failure(found.problems)
    return scenario


def _made(path: str, file: ScenarioFile, source: Source, found: Formed, orientation: str | None) -> Scenario:
    draft = assemble(file, source, found.lost, whole=found.whole)
    whole = batched(draft)
    program = built(whole)
    written = _claims(file, draft, settled(program))
    if orientation is not None and orientation != file.network.orientation:
        from bpdebug.scenario.orientation import turned

        draft, claims = turned(draft, written.claims)
        written = replace(written, claims=claims)
        whole = batched(draft)
        program = built(whole)
    if file.training.dtype == "float32":
        refuse_beyond_float32(whole)
    columns = program.orientation == "columns"
    program = replace(program, notes=(*program.notes, *suited.notes(file, draft.values, columns)))
    values = {name: frozen(array) for name, array in whole.values.items()}
    return Scenario(
        name=_name(path),
        path=path,
        title=printable(file.title).replace("\n", " ").strip() or _name(path),
        summary=printable(file.summary).strip(),
        program=program,
        values=MappingProxyType(values),
        iterations=draft.iterations,
        seed=file.training.seed,
        claims=written.claims,
        unread=written.unread,
        aside=written.aside,
        dtype=file.training.dtype,
        source=printable(file.source).strip(),
        axes=axes(file, draft.called, program.examples, program.shapes),
        test=MappingProxyType({name: frozen(array) for name, array in whole.test.items()}),
    )


def _claims(file: ScenarioFile, draft: Draft, program: Program) -> Claimed:
    """The claims of a file. Most have none, and need nothing of what reads equations that a person wrote."""
    if not file.claims:
        return Claimed()
    from bpdebug.scenario.claims import claims

    return claims(file, draft, program)


def _name(path: str) -> str:
    return "stdin" if path == "-" else printable(path).replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml")


class Formed(Struct, frozen=True):
    """A file whose form is right, or supposed to be as it was likely meant, and what is wrong with its form."""

    file: ScenarioFile
    problems: tuple[Problem, ...] = ()
    lost: frozenset[str] = frozenset()
    whole: bool = True


def _formed(raw: dict[str, Any], source: Source) -> Formed:
    """The file's form checked, and every list and equation in it read; ScenarioError where too little is left."""
    raw.pop("$schema", None)
    unread = _unread(raw, source)
    file, wrong = misformed(raw)
    if not unread and not wrong:
        return Formed(file)
    from bpdebug.scenario.supposed import supposed

    problems = (*unread, *(problem(each, source) for each in wrong))
    meant = supposed(raw, wrong, [tuple(re.split(r"[.\[]", each.path)[:2]) for each in unread])
    if meant is None:
        raise failure(problems)
    file, wrong = misformed(meant.raw)
    if wrong:
        raise failure(problems)
    more = _unread(meant.raw, source)
    return Formed(file, (*problems, *more), meant.lost, meant.whole and not more)


def _unread(raw: Mapping[str, Any], source: Source) -> list[Problem]:
    """What is wrong with the lists and the equations of a file, whatever else may be wrong with it."""
    return read_lists(raw, source) + _equation_problems(raw, source)


def _equation_problems(raw: Mapping[str, Any], source: Source) -> list[Problem]:
    found: list[Problem] = []
    network, written = raw.get("network"), raw.get("claims")
    blocks: list[tuple[object, Path]] = []
    if isinstance(network, dict):
        blocks.append((network.get("forward"), ("network", "forward")))
    if isinstance(written, dict):
        blocks.append((written.get("equations"), ("claims", "equations")))
    for i, claim in enumerate(written if isinstance(written, list) else ()):
        if isinstance(claim, dict):
            blocks.append((claim.get("equation"), ("claims", i, "equation")))
    tables = (raw.get(room) for room in ("sizes", "constants", "data", "parameters"))
    bound = {name for table in tables if isinstance(table, dict) for name in table}
    bound |= {name for block, _ in blocks if isinstance(block, str) for name in text.given(block)}
    pasted = _is_pasted([block for block, path in blocks if path[-1] == "equation"], bound)
    for block, path in blocks:
        if not (pasted and path[-1] == "equation"):
            found += _block_problems(block, path, bound, source)
    return found


def _is_pasted(equations: list[object], bound: Collection[str]) -> bool:
    """Whether claims one by one are no formulas but can be read together, as MATLAB, say: one equation of each."""
    written = [each for each in equations if isinstance(each, str)]
    if len(written) < len(equations) or not any(text.lines(each, bound)[1] for each in written):
        return False
    from bpdebug.scenario import homework

    read_together = homework.read("\n".join(written))
    return len(read_together.statements) == len(written) and not read_together.unread


def _block_problems(block: object, path: Path, bound: Collection[str], source: Source) -> list[Problem]:
    if not isinstance(block, str):
        return []
    lines, errors = text.lines(block, bound)
    if errors and path == ("claims", "equations"):
        from bpdebug.scenario import homework

        if homework.read(block).statements:  # what else is in it is told when the program is known
            return []
    found = [source.inside(path, error.span, error.message, error.hint) for error in errors]
    if not lines and not errors:
        found.append(source.at_value(path, "expected an equation: name = expression"))
    if path[-1] == "equation" and len(lines) > 1:
        found.append(source.inside(path, lines[1].name_span, "expected one equation, found another after it"))
    return found
