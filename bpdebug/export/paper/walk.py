"""The walk through one iteration as a handout: what there is, the order of work, phase by phase, what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from bpdebug.debugger.words import shaped_by_name
from bpdebug.export.paper.claimed import claims
from bpdebug.export.paper.document import (
    Block,
    Grids,
    Handout,
    Link,
    Listing,
    Math,
    Paragraph,
    Parts,
    Section,
    Table,
)
from bpdebug.export.paper.equations import anchor, row, section
from bpdebug.export.paper.formulas import BOOKKEEPINGS, ORIENTATIONS, named, plain, typeset
from bpdebug.export.paper.grids import grid, single
from bpdebug.export.paper.trained import Trained
from bpdebug.language.expression import Name
from bpdebug.language.notation import MARKED
from bpdebug.ops import write
from bpdebug.program.equations import Phase, Program
from bpdebug.program.work import STARTS, WHY, first, listed, order_of_work

PHASES = {
    Phase.BATCH: "The batch: which examples this iteration sees",
    Phase.FORWARD: "Forward: from the data to the prediction",
    Phase.COST: "The cost: how far off the prediction is",
    Phase.BACKWARD: "Backward: how the cost changes with everything before it",
    Phase.UPDATE: "The update: a step that makes the cost smaller",
}


def handout(run: Trained) -> Handout:
    """The whole sheet of one iteration."""
    scenario = run.scenario
    place = f"Iteration {run.iteration} of {scenario.iterations}, one operation after the other"
    place = place if scenario.iterations else "No iterations: what a first one would do, one operation after the other"
    sections = (
        Section("network", ("Sizes and data",), tuple(_given(run))),
        *_work(run.program),
        *_phases(run),
        *_checks(run),
        *claims(run),
        Section("outcome", ("What came of it",), tuple(_outcome(run))),
    )
    return Handout(scenario.title, place, scenario.summary, sections)


def _given(run: Trained) -> Iterator[Block]:
    """What is there before anything is computed."""
    program, found = run.program, run.timeline.inputs
    kinds = dict.fromkeys(program.data, "data") | dict.fromkeys(program.parameters, "parameter")
    every = kinds | dict.fromkeys(program.states, "kept by the update, from zeros on")
    rows = [((Math(named(name)),), (kind,), (shaped_by_name(program.shapes[name]),)) for name, kind in every.items()]
    numbers = [
        ((Math(named(name)),), ("the number of examples" if name == program.examples else "constant",),
         (single(float(value), run.digits),))
        for name, value in program.constants.items()
    ]  # fmt: skip
    yield Table(("name", "is", "shape or value"), (*rows, *numbers))
    yield Paragraph((f"{program.orientation}: {ORIENTATIONS[program.orientation]}.",), "orientation")
    yield Paragraph((f"{program.bookkeeping}: {BOOKKEEPINGS[program.bookkeeping]}.",), "bookkeeping")
    if run.scenario.dtype == "float32":
        yield Paragraph(("The numbers are float32.",))
    yield from (Paragraph((note,), "note") for note in program.notes)
    yield Grids(tuple(grid(named(name), found[name], run.digits) for name in kinds if found[name].ndim))


def _work(program: Program) -> Iterator[Section]:
    """The answer to: what is computed first after the cost, and then?"""
    tasks = order_of_work(program)
    if not tasks:
        return
    places = {each.name: at for at, each in enumerate(program.equations)}
    cost_name = write(Name(program.cost), MARKED)
    start = listed([write(Name(each), MARKED) for each in first(program)]) or "its inputs"
    items: list[Parts] = [
        (
            Link(anchor(places[task.name]), plain(program.equations[places[task.name]])),
            ": ",
            *typeset(task.why(program.cost, MARKED)),
        )
        for task in tasks
    ]
    cost = places[program.cost]
    items.insert(0, (Link(anchor(cost), named(program.cost)), ": the cost, at the end of the forward pass"))
    yield Section(
        "order",
        ("The order of work",),
        (
            Paragraph(typeset(STARTS.format(cost=cost_name, start=start))),
            Listing(tuple(items)),
            Paragraph(typeset(WHY.format(cost=cost_name))),
        ),
    )


def _phases(run: Trained) -> Iterator[Section]:
    equations = run.program.equations
    for phase in Phase:
        inner = tuple(section(run, at) for at, each in enumerate(equations) if each.phase is phase)
        if inner:
            yield Section(str(phase), (PHASES[phase],), (), inner)


def _checks(run: Trained) -> Iterator[Section]:
    """Every gradient against the numerical one."""
    if not run.checks:
        return
    rows = tuple(row(each, named(name)) for name, each in run.checks.items())
    bad = [name for name, each in run.checks.items() if not each.ok]
    said = f"Not all right: {listed(bad)}." if bad else "No gradient disagrees with the numerical one."
    blocks: list[Block] = [
        Paragraph((f"{said} Of each the entry where the two agree least is shown.",)),
        Table(("gradient", "backward", "numerical", "entries"), rows),
    ]
    kinks = [(each.kinks.told(each.name),) for each in run.checks.values() if each.kinks is not None]
    culprits = dict.fromkeys((str(each.culprit),) for each in run.checks.values() if each.culprit is not None)
    told: tuple[Parts, ...] = (*kinks, *culprits)
    if told:
        blocks.append(Listing(told, numbered=False))
    yield Section("check", ("The gradient check",), tuple(blocks))


def _outcome(run: Trained) -> Iterator[Block]:
    cost, digits = Math(named(run.program.cost)), max(run.digits, 6)
    yield Paragraph(("In this iteration ", cost, f" = {single(run.cost, digits)}."))
    if run.following is None:
        yield Paragraph(("The run ends here.",))
        return
    change = run.following - run.cost
    moved = "fell" if change < 0 else "rose" if change > 0 else "stays as it is" if change == 0 else "has no value"
    parts: Parts = ("With the updated parameters the next iteration finds ", cost)
    yield Paragraph((*parts, f" = {single(run.following, digits)}: it {moved}."))
