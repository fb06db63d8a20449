"""Writes the tables of README.md, and what pages show of bpdebug claims, from the program: python docs/readme.py."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bpdebug.check.iteration import trained
from bpdebug.check.telling import WIDTH
from bpdebug.cli import practice
from bpdebug.cli.claims import claimed, reviewed
from bpdebug.cli.exercise import Exercise
from bpdebug.cli.judged import page
from bpdebug.cli.submitted import Submitted
from bpdebug.debugger.commands import COMMANDS, FAMILIES
from bpdebug.debugger.health import SIGNS
from bpdebug.debugger.session import Session
from bpdebug.language.expression import Expr, Name, Slice, apply
from bpdebug.language.lexicon import signature
from bpdebug.language.vocabulary import REQUIRED as NEEDED
from bpdebug.ops import OPS, write, write_equation
from bpdebug.ops.table import Op, Size
from bpdebug.program.update import DECAY, OPTIMIZERS, RATE, SCHEDULES, Update
from bpdebug.scenario.bundled import bundled
from bpdebug.scenario.datasets import DATASETS
from bpdebug.scenario.exercises import exercises
from bpdebug.scenario.form import REQUIRED
from bpdebug.scenario.layers import LAYERS, Layer, Stack
from bpdebug.scenario.load import load
from bpdebug.tui.keymap import KEYMAP
from bpdebug.tui.keynames import called
from bpdebug.tui.keys import GROUPS, INSPECTING, SCROLLING, Key
from bpdebug.tui.settings import SETTINGS, shown

README = Path(__file__).parent.parent / "README.md"
ANSWER = Path(__file__).parent / "backpropagation.md"
PRACTICE = Path(__file__).parent / "practice.md"
DEBUGGING = Path(__file__).parent / "debugging.md"
SETTING = Path(__file__).parent / "settings.md"
TRAINING = Path(__file__).parent / "training.md"
DATA = Path(__file__).parent / "data.md"
LAYERING = Path(__file__).parent / "layers.md"
FORMULAS = Path(__file__).parent / "formulas.md"
KEYS = [key for group in GROUPS.values() if group not in (SCROLLING, INSPECTING) for key in group]


def commands() -> str:
    """The commands: what is typed, the short form, the key, what it does."""
    families = [module.__name__.rpartition(".")[2] for module in FAMILIES]
    ordered = sorted(COMMANDS.values(), key=lambda each: families.index(each.family))
    rows = [
        (
            f"`{each.usage}`".replace("|", r"\|"),
            code(each.short),
            pressed(key for key in KEYS if key.help == each.summary),
            each.summary,
        )
        for each in ordered
    ]
    return table(("command", "short", "key", "does"), rows)


def keys() -> str:
    """The keys that are not a command of the list."""
    summaries = {each.summary for each in COMMANDS.values()}
    rows = [(pressed([key]), key.help) for key in KEYS if key.help not in summaries]
    rows += [(pressed([key]), f"While an entry is chosen: {key.help[0].lower()}{key.help[1:]}") for key in INSPECTING]
    return table(("key", "does"), rows)


def pressed(keys: Iterable[Key]) -> str:
    return code(called(name) for key in keys for name in key.keys)


def code(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [heading, ("---",) * len(heading), *rows])


def asked(scenario: str, equations: str | None = None) -> str:
    """What bpdebug claims answers, as it stands in a page."""
    loaded, _, _ = claimed(load(scenario), None if equations is None else Submitted("equations", equations))
    return f"```text\n{page(loaded, reviewed(loaded, 0), 'unicode')}\n```"


def without_start() -> str:
    """What is said of the equations of the question, which never say how dA3 starts."""
    return asked("three-layer", re.findall(r"```python\n(.*?)```", ANSWER.read_text(encoding="utf-8"), re.DOTALL)[0])


def exercise() -> str:
    """The exercises, the easiest first."""
    return table(("", "exercise", "is"), [(str(each.number), f"`{each.name}`", each.title) for each in exercises()])


def played() -> str:
    """An exercise, played with the commands that stand in the page."""
    script = re.findall(r"```sh\n# (\S+)\n(.*?)```", PRACTICE.read_text(encoding="utf-8"), re.DOTALL)
    ((file, lines),) = script
    scenario = load(str(PRACTICE.parent / "examples" / file))
    game = Exercise(scenario, trained(scenario, 0), "unicode")
    told = [practice.page(game, WIDTH)]
    told += [f"> {line}\n{practice.wrapped(game.execute(line), WIDTH)}" for line in lines.splitlines()]
    return "```text\n" + "\n".join(told) + "\n```"


def walked(*lines: str, scenario: str = "three-layer") -> str:
    """Commands and their answers."""
    session = Session(load(scenario))
    told = [part for line in lines for part in (f"> {line}", *session.execute(line).text.split("\n"))]
    return "```text\n" + "\n".join(told) + "\n```"


def signs() -> str:
    """What is noticed without being asked for."""
    return table(("sign", "shows where"), [(f"`{sign.name}`", sign.summary) for sign in SIGNS.values()])


def settings() -> str:
    """What can be set: the name, what may be written, what holds without it, what it does."""
    rows = [(f"`{each.name}`", each.choices, f"`{shown(each.default)}`", each.help) for each in SETTINGS.values()]
    return table(("setting", "is", "default", "says"), rows)


def actions() -> str:
    """The actions that keys can be given to."""
    rows = [(f"`{name}`", pressed([key]), key.help) for name, key in KEYMAP.named.items()]
    return table(("action", "keys", "does"), rows)


DEBUGGED = {
    "stops": lambda: walked("break dW2 if norm(dW2) < 0.04", "c", "watch W1[0,1]", "c", "info"),
    "back": lambda: walked("watch J < 0.6", "c", "rc", "last W1[0,1]", "last W1[0,1]"),
    "signs": signs,
    "whatif": lambda: walked("goto 3:dW1", "set learning_rate = 1", "c", "diff main of W3", "branch"),
}


def optimizers() -> str:
    """The optimizers: their numbers, their equations of one weight, where they come from."""
    rows = []
    for each in OPTIMIZERS.values():
        kept = [Name(f"{letter}dW1") for letter in each.kept]
        base, weight = Name("wW1" if each.decays else "W1"), Name("W1")
        lines = [_line(base.id, weight - Name(RATE) * Name(DECAY) * weight)] if each.decays else []
        lines += [_line(name or "W1", expr) for name, expr, _ in each.lines(base, Name("g"), *kept)]
        numbers = ", ".join(f"{name} = {value:g}" for name, value in each.numbers.items())
        rows.append((f"`{each.name}`", numbers, "<br>".join(lines), each.source))
    return table(("optimizer", "numbers", "equations", "from"), rows)


def prepared() -> str:
    """What is done to gradients before an optimizer is given them."""
    every = Update(decay=True, clip_value=True, clip_norm=True).equations(["W1"], {"W1": "dW1"})
    rows = [(_line(each.name, each.expr), each.origin.note) for each in every if each.name != "W1" and each.origin]
    return table(("equation", "is"), rows)


def _line(name: str, expr: Expr) -> str:
    return code([write_equation(name, expr, "unicode")])


def schedules() -> str:
    """The schedules: their numbers and the equation of the learning rate."""
    rows = []
    for each in SCHEDULES.values():
        if each.numbers:
            numbers = ", ".join(f"{name} = {value:g}" if value else name for name, value in each.numbers.items())
            rows.append((f"`{each.name}`", numbers, _line("rate", Name(RATE) * each.factor()), each.why))
    return table(("schedule", "numbers", "equation", "is"), rows)


def datasets() -> str:
    """The data sets: what they are, how many examples there are, what can be chosen, how the labels are written."""
    rows = []
    for each in DATASETS.values():
        chosen = {"samples": each.samples, "noise": each.noise, "classes": each.classes}
        numbers = ", ".join(f"{name} = {value:g}" for name, value in chosen.items() if value is not None)
        rows.append((f"`{each.name}`", each.about, numbers, f"`{each.labels}`"))
    return table(("data set", "is", "numbers", "labels"), rows)


FED = {
    "measured": lambda: walked("metrics", "end", "metrics", scenario=str(DATA.parent / "examples" / "ring.toml")),
    "datasets": datasets,
}
AXES = {"matrix": "m n1", "sequence": "m T n1", "signal": "m n1 l", "image": "m n1 h w"}
LENGTHS = {"m": 8, "n1": 4, "T": 1, "l": 6, "h": 6, "w": 6, "n0": 3}


def layers() -> str:
    """The kinds of layers: how each is written, what it is, its equations, where it was described first."""
    rows = []
    for each in LAYERS.values():
        lines = [_line(line.name, line.expr) for line in expanded(each).lines]
        rows.append((f"`{each.SAMPLE}`", (each.__doc__ or "").replace("\n", " "), "<br>".join(lines), each.SOURCE))
    return table(("layer", "is", "equations", "from"), rows)


def expanded(kind: type[Layer]) -> Stack:
    """The sample of a kind as layer 2, on A1, or as the first where it reads X alone."""
    layer = kind(**tomllib.loads(f"layer = {kind.SAMPLE}")["layer"])
    layout = kind.READS[0]
    named = tuple(Size(LENGTHS[name], name) for name in AXES[layout].split())
    shapes = {"X": named[:2] if layer.vocabulary() else named, "A1": named}
    first = layer.vocabulary() is not None
    stack = Stack(Name("X" if first else "A1"), shapes, False, named[0], layout, number=0 if first else 1)
    stack.entered[1] = Name("X")
    layer.onto(stack)
    return stack


def layer_keys() -> str:
    """What may be said of layers: the key, its default, of which kinds, what it means."""
    owners: dict[tuple[str, str, str], list[str]] = {}
    for name, form in LAYERS.items():
        for key, each in form.KEYS.items():
            usual = "" if each.default in (REQUIRED, None) else f"`{shown(each.default)}`"
            if key != "kind":
                owners.setdefault((key, usual, each.about), []).append(name)
    rows = [(f"`{key}`", usual, ", ".join(names), about) for (key, usual, about), names in owners.items()]
    return table(("key", "without it", "of", "is"), rows)


def operations() -> str:
    """The operations: how each is written, and what it does."""
    rows = []
    for family in FAMILY_ORDER:
        found = [each for each in OPS.values() if each.family == family]
        rows += [("" if at else family, f"`{spelled(each)}`", each.does) for at, each in enumerate(found)]
    return table(("", "written", "does"), rows)


def spelled(op: Op) -> str:
    """An operation in Python's spelling: by its sign where it has one, else with its options."""
    if not op.inputs or ("{args}" in op.ascii.template and not op.ascii.short):
        return signature(op)
    options = {"axis": 0, "axis1": -2, "axis2": -1, "index": (0, Slice(1, 3))}
    written = {key: options[key] for key, usual in op.options.items() if usual == NEEDED}
    return write(apply(op.name, *map(Name, op.inputs), **written), "ascii")


def scenarios() -> str:
    """The scenarios that come with bpdebug."""
    return table(("scenario", "is"), [(f"`{each.name}`", each.summary) for each in bundled()])


FAMILY_ORDER = (
    "arithmetic", "linear", "reduction", "functions", "activations", "derivatives", "comparison", "selection",
    "structure", "convolution", "pooling", "correlation", "constants", "chance",
)  # fmt: skip
WORDED = {"operations": operations}
TRAINED = {"optimizers": optimizers, "prepared": prepared, "schedules": schedules}
LAYERED = {"layers": layers, "keys": layer_keys}
TABLES = {"keys": keys, "commands": commands, "exercises": exercise, "scenarios": scenarios}
PRACTISED = {"exercises": exercise, "played": played}
SET = {"settings": settings, "actions": actions}
ANSWERS = {"order": lambda: asked("three-layer"), "missing": without_start}


def written(text: str, tables: Mapping[str, Callable[[], str]] = TABLES) -> str:
    """The text with every table as the program has it."""
    for name, content in tables.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(start)
        text = before + start + content() + "\n" + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
    ANSWER.write_text(written(ANSWER.read_text(encoding="utf-8"), ANSWERS), encoding="utf-8")
    PRACTICE.write_text(written(PRACTICE.read_text(encoding="utf-8"), PRACTISED), encoding="utf-8")
    DEBUGGING.write_text(written(DEBUGGING.read_text(encoding="utf-8"), DEBUGGED), encoding="utf-8")
    SETTING.write_text(written(SETTING.read_text(encoding="utf-8"), SET), encoding="utf-8")
    DATA.write_text(written(DATA.read_text(encoding="utf-8"), FED), encoding="utf-8")
    TRAINING.write_text(written(TRAINING.read_text(encoding="utf-8"), TRAINED), encoding="utf-8")
    FORMULAS.write_text(written(FORMULAS.read_text(encoding="utf-8"), WORDED), encoding="utf-8")
    LAYERING.write_text(written(LAYERING.read_text(encoding="utf-8"), LAYERED), encoding="utf-8")
