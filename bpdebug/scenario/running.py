"""How the statements of a block run for one network: in which order, with which numbers, and how its lists count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario.batches import is_batch
from bpdebug.scenario.cells import counted_from_one
from bpdebug.scenario.counting import Numbers
from bpdebug.scenario.effects import Effects
from bpdebug.scenario.functions import Function
from bpdebug.scenario.heads import loop
from bpdebug.scenario.lists import ALIASES, Lists, Places, below, by_layer, counted, holds_activations, plural, used
from bpdebug.scenario.loops import unrolled
from bpdebug.scenario.owners import ERROR, LAYERED, owner
from bpdebug.scenario.repeated import dependent
from bpdebug.scenario.respelling import Around, respelled
from bpdebug.scenario.states import states
from bpdebug.scenario.turns import LAYERS, Stretch, Turn

_LAST = ("L", "num_layers", "n_layers", "number_of_layers")
"""What the number of the last layer is called."""
_STEPS = ("T", "Tx", "T_x", "seq_length", "seq_len", "n_steps", "num_steps", "time_steps", "timesteps", "len(inputs)")
"""What the number of steps of a recurrence is called."""
_BY_LAYER = ("weights", "biases", "W", "b", "Ws", "bs", "zs", "caches", "weight", "bias")
"""Lists with an entry for each layer."""
_WITH_INPUT = ("sizes", "layer_sizes", "layer_dims", "layers_dims", "dims", "activations", "layer_dimensions")
"""Lists with an entry for each layer, and one for the input."""
_WEIGHT = re.compile(r"[WwBb](\d+)")
_BY_PARAMETER = ("parameters", "params")
SUM = "A sum over examples is a product of matrices: dW2 = dZ2 @ A1.T, and for a bias a sum along the examples."
HINT = f"For layers write numbers that are known above it, for l in range(2, 0, -1), or a line for each. {SUM}"

ENTRY = "Give the list the name that the network has without its number: h[2], or hs[2], is h2 there."


_GIVEN = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*=(?!=)")
_WORD = re.compile(r"[^\W\d]\w*")


class Running(Struct, frozen=True, dict=True):
    """The statements of a block, in the language's own signs, among the names of a program."""

    code: str
    spans: Sequence[tuple[int, int]]
    quantities: Collection[str]
    given: Numbers
    """The program's single numbers."""
    from_one: bool = False
    """Whether lists count from 1, as MATLAB's cells do."""
    data: Collection[str] = ()
    """What the program is given: a loop over batches of it runs over all of it at once."""
    derivations: Sequence[Function] = ()
    """The functions that fill a dictionary with gradients."""
    effects: Effects | None = None
    """What calls of functions change."""

    @cached_property
    def last(self) -> int:
        """The number of the last layer; 0 where layers have none."""
        return max((int(layer[2]) for name in self.quantities if (layer := LAYERED.fullmatch(name))), default=0)

    @cached_property
    def begin(self) -> int:
        """The number of the first layer: 1, or 2 where the input is a layer."""
        return min((int(found[1]) for name in self.quantities if (found := _WEIGHT.fullmatch(name))), default=1)

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """Its statements in the order in which they run."""
        stems = (layer[1] for name in self.quantities if (layer := LAYERED.fullmatch(name)))
        lists = (name for name, stem in ALIASES.items() if stem in ("W", "b"))
        parameters = {*self.quantities, *stems, *lists}

        def depends(body: Sequence[Stretch], over: Collection[str]) -> Iterator[Stretch]:
            unknown = [name for name in over if not is_batch(name, self.data)]
            return dependent(self.code, body, unknown, parameters)

        layers = partial(by_layer, quantities=self.quantities)
        run = unrolled(
            self.code,
            self.spans,
            self._numbers,
            depends=depends,
            layers=layers,
            meant=self._meant,
            given=self.given,
            begin=self.begin,
            calls=self.effects.body if self.effects else lambda text, names: None,
        )
        return (*run,)

    def _meant(self, names: Collection[str]) -> bool:
        """Whether names are of the program's quantities, or of their gradients, beside such as lines give."""
        names = [name.strip("'") for name in names]
        known = [name in self.quantities or bool(owner(name, self.quantities)) for name in names]
        return any(known) and all(each or name in self._bound for each, name in zip(known, names, strict=True))

    @property
    def _steps(self) -> Mapping[str, int]:
        """The number of steps of a recurrence that is given x1, x2, …, by what it is called."""
        found = Counter(layer[1] for name in self.data if (layer := LAYERED.fullmatch(name)))
        steps = {stem: count for stem, count in found.items() if count > 1}
        if len({*steps.values()}) != 1:
            return {}
        lists = (f"len({each})" for stem in steps for each in (stem, f"{stem}s"))
        return dict.fromkeys((*_STEPS, *lists), max(steps.values()))

    @property
    def _numbers(self) -> Mapping[str, int]:
        if not self.last:
            return {}
        names, layers = dict.fromkeys((*_LAST, LAYERS), self.last), self.last + 1 - self.begin
        for lists, length in ((_BY_LAYER, layers), (_WITH_INPUT, layers + 1), (_BY_PARAMETER, 2 * layers)):
            names |= dict.fromkeys((f"len({each})" for each in lists), length)
        return {**names, **self._steps}

    @cached_property
    def _bound(self) -> frozenset[str]:
        return frozenset(re.findall(r"^[ \t]*(\w+)\s*=", self.code, re.MULTILINE))

    @cached_property
    def _states(self) -> frozenset[str]:
        return states(self.code)

    @cached_property
    def _gradients(self) -> frozenset[str]:
        """The dictionaries that are filled with gradients, and those that this gives where it is called."""
        called = "|".join(each.name for each in self.derivations)
        given = rf"^[ \t]*(?:self\.)?(\w+)\s*=\s*(?:self\.)?(?:{called})\s*\("
        names = re.findall(given, self.code, re.MULTILINE) if called else []
        return frozenset(names).union(*(each.filled for each in self.derivations)) - {""}

    @cached_property
    def _texts(self) -> Sequence[tuple[str, Numbers]]:
        return [(self.code[turn.start : turn.stop], turn.numbers) for turn in self.turns]

    @cached_property
    def _places(self) -> Places:
        return used((each for at, each in enumerate(self._texts) if at not in self._idle), self.quantities)

    @cached_property
    def _idle(self) -> frozenset[int]:
        """The turns, by their places, at the end of a loop whose result only earlier ones hand on: dZ of layer 0."""
        found, later, often = set[int](), set[str](), Counter(turn.start for turn in self.turns)
        reads = {word for text, _ in self._texts for word in _WORD.findall(text.partition("=")[2])}
        for at in reversed(range(len(self.turns))):
            text = self._texts[at][0]
            given = _GIVEN.match(text)
            if given and often[self.turns[at].start] > 1 and given["name"] in reads - later:
                found.add(at)
            later.update(_WORD.findall(text))
        return frozenset(found)

    def beyond(self, at: int) -> bool:
        """Whether a turn gives what nothing reads, of what there is before the first layer: Z[l - 1] where l is 1."""
        if at not in self._idle:
            return False
        turn, around = self.turns[at], self.around(self.turns[at])
        words = _WORD.findall(respelled(self.code[turn.start : turn.stop], turn.start, around).text)
        before = [each[1] for word in words if (each := LAYERED.fullmatch(word)) and int(each[2]) == self.begin - 1]
        return any(f"{stem}{self.begin}" in self.quantities and not holds_activations(stem) for stem in before)

    @cached_property
    def _lists(self) -> Lists:
        if self.from_one:
            return counted_from_one(self.code, self._places, self.last)
        found = counted(self.code, self._places, self.quantities, self.last, self.begin)
        return replace(found, below=below(self._texts))

    @property
    def spelled(self) -> Mapping[str, str]:
        """What entries of lists are read as, where a list is called by more than one of what it holds."""
        return plural(self._places, self._lists, self.quantities)

    def around(self, turn: Turn) -> Around:
        """What the statement of a turn stands among."""
        returned = {""} if any(each.start <= turn.start < each.stop for each in self.derivations) else set[str]()
        gradients = self._gradients | returned
        return Around(self.quantities, self._bound, turn.numbers, self._lists, turn.names, self._states, gradients)

    def grave(self, names: Collection[str]) -> bool:
        """Whether some of the names are of gradients, so that it matters that they are not known."""
        every = self.quantities
        return any(
            owner(each, every) or owner(f"{each}1", every) or ERROR.fullmatch(each) or each in ALIASES for each in names
        )

    def unseen(self, block: str, head: tuple[int, int]) -> ExpressionError:
        """What is said of a loop of which nobody knows what it runs over, or what the lists in it hold."""
        start, stop = head
        if row := self._unknown_list(start, stop):
            message = (
                f"which of the program's arrays the entries of {block[row.start : row.end]} are, is not known here"
            )
            return ExpressionError(message, block, row, ENTRY)
        text = block[start:stop]
        place = Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
        if loop(self.code[start:stop], self._numbers):
            message = "this loop is not one over layers: its turns are not read one by one"
            return ExpressionError(message, block, place, f"{SUM} What is of a layer is dW[l], A[l - 1].")
        if name := self._unknown_end(self.code[start:stop]):
            message = f"what this loop runs over is not known here: nothing gives {name}"
            hint = f"Write a number in its place, as in {self.last or 3} for {name}, or a line for each turn. {SUM}"
            return ExpressionError(message, block, place, hint)
        return ExpressionError("what this loop runs over is not known here", block, place, HINT)

    def _unknown_end(self, head: str) -> str:
        """The first name or length in the range of a loop that nothing gives; "" where there is none."""
        ends = re.search(r"\brange\s*\((?P<ends>.*)\)", head)
        words = re.findall(r"(?<![\w.])(?:len\(\w+\)|[^\W\d]\w*(?!\w|\s*[.(\[]))", ends["ends"]) if ends else []
        known = {*self.quantities, *self.given, *self._numbers, *self._bound}
        return next((word for word in words if word not in known), "")

    def _unknown_list(self, start: int, stop: int) -> Span | None:
        """The first list that is not known behind the head of a loop whose numbers are, and that picks its entries."""
        counts = loop(self.code[start:stop], self._numbers)
        if counts is None:
            return None
        known = {*self.quantities, *self._bound}
        entry = rf"(?<![\w.])(?P<row>[^\W\d]\w*)\s*\[[^\[\]:,]*\b{counts[0]}\b[^\[\]:,]*\]"
        rows = (found for found in re.finditer(entry, self.code[stop:]) if found["row"] not in known)
        first = next(rows, None)
        return first and Span(stop + first.start("row"), stop + first.end("row"))
