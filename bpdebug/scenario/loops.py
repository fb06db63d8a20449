"""The order in which the statements of a block run: loops over layers unrolled, known conditions decided.

Where a condition is not known, all its branches run, each marked as one of several. A loop whose numbers are not known
runs once, and the statements that depend on what it runs over are marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence

from msgspec import Struct, field

from bpdebug.scenario import anylayer
from bpdebug.scenario.counting import Numbers, holds
from bpdebug.scenario.heads import first_word, indent, loop, named, runs_over, split
from bpdebug.scenario.states import GRADIENTS, PARAMETERS
from bpdebug.scenario.turns import LAYERS, Names, State, Stretch, Turn, counted

MOST = 200
"""Lines that the loops of a block may come to."""
DEEPEST = 40
"""Loops and conditions inside of each other."""
_OPENERS = frozenset({"for", "while", "if", "switch", "function", "parfor", "try"})
_CASES = frozenset({"case", "otherwise", "default", "except", "catch"})
_NAMED = re.compile(r"\s*\w+\s*[.\[=]")
_OF_NETWORK = re.compile(rf"\s*(?:\w+\.)*(?:{PARAMETERS.pattern}|{GRADIENTS.pattern})\s*\[")
"""A line that changes what a dictionary of parameters or gradients holds, and nothing that an optimizer keeps."""
_OTHERWISE = frozenset({"elif", "elseif", "else"})


Depends = Callable[[Sequence[Stretch], Collection[str]], Iterable[Stretch]]
"""Which statements of a loop's body depend on the names that the loop gives."""
Layers = Callable[[str, str], bool]
"""Whether a number picks something of a layer in a loop's body."""
Calls = Callable[[str, Names], tuple[Sequence[Stretch], Names] | None]
"""The lines that a call runs, among such names, and what names stand for in them; None for any other statement."""


def unrolled(
    code: str,
    spans: Sequence[Stretch],
    known: Numbers,
    *,
    depends: Depends = lambda body, over: (),
    layers: Layers = lambda text, name: True,
    meant: Callable[[Collection[str]], bool] = lambda names: True,
    given: Numbers | None = None,
    begin: int = 1,
    calls: Calls = lambda text, names: None,
) -> Iterator[Turn]:
    """The statements of a block in the order in which they run.

    `known` are its whole numbers, such as that of the last layer; `given` are other numbers that conditions speak of,
    `begin` is the number of the first layer.
    `meant` says whether a loop that runs over some names written out is about the derivation.
    """
    yield from _Walk(code, depends, layers, meant, given or {}, calls, begin).run(spans, State(known))


class _Walk(Struct):
    """A walk through a block; its parts return "break" or "continue" where they end with that."""

    code: str
    depends: Depends
    layers: Layers
    meant: Callable[[Collection[str]], bool]
    given: Numbers
    calls: Calls
    begin: int = 1
    left: int = MOST
    """Lines that loops may still come to."""
    unseen: dict[int, Stretch] = field(default_factory=dict)
    """For statements, by where they begin: the loop on whose elements they depend."""

    def run(self, spans: Sequence[Stretch], state: State) -> Generator[Turn, None, str]:
        at, ended = 0, ""
        while at < len(spans) and not ended:
            text = self.code[slice(*spans[at])]
            word = first_word(text) if state.depth < DEEPEST else ""
            if word == "if":
                at, ended = yield from self._choice(spans, at, state)
            elif word in ("for", "while"):
                at = yield from self._loop(spans, at, state)
            elif word in _CASES and not _NAMED.match(text):
                head, body, at = self._parted(spans, at)
                yield self._turn(*head, state)
                if word not in ("except", "catch"):  # nothing goes wrong in an equation
                    yield from self._perhaps(body, state, (spans[0][0], head[0]))
            elif self.left > 0 and (called := self.calls(text, state.names)):
                yield from self._called(*called, spans[at][0], state)
                at += 1
            elif self._of_any_layer(text, state):
                at = yield from self._for_all_layers(spans, at, state)
            else:
                yield self._turn(*spans[at], state)
                ended = word if word in ("break", "continue") and not state.branches else ""
                state.count(text)
                at += 1
        return ended

    def _turn(self, start: int, stop: int, state: State) -> Turn:
        return Turn(start, stop, state.numbers, self.unseen.get(start), state.branches, state.names)

    def _called(self, body: Sequence[Stretch], names: Names, at: int, state: State) -> Iterator[Turn]:
        """Run the lines of a function where it is called."""
        self.left -= len(body)
        for start, _ in body:
            self.unseen |= {start: self.unseen[at]} if at in self.unseen else {}
        yield from self.run(body, state.calling(names))

    def _of_any_layer(self, text: str, state: State) -> bool:
        """Whether a line outside of loops speaks of any layer, of a number that nothing gives."""
        free = anylayer.LETTER not in state.numbers and LAYERS in state.numbers
        return free and anylayer.about(text) and self.layers(text, anylayer.LETTER)

    def _for_all_layers(self, spans: Sequence[Stretch], at: int, state: State) -> Generator[Turn, None, int]:
        """Run the lines about any layer that stand together for each one, from the last, as far as it has no own."""
        texts = [self.code[slice(*span)] for span in spans]
        stop = next((end for end in range(at, len(texts)) if not self._of_any_layer(texts[end], state)), len(texts))
        own = {anylayer.given(text, state.numbers) for text in texts[:at]}
        last = int(state.numbers[LAYERS])
        for number in range(last, 0, -1):
            inner = state.inside()
            inner.set(anylayer.LETTER, number)
            lines = [
                span
                for span, text in zip(spans[at:stop], texts[at:stop], strict=True)
                if anylayer.stands(text, number, last) and anylayer.given(text, inner.numbers) not in own
            ]
            self.left -= len(lines)
            yield from self.run(lines, inner)
        return stop

    def _choice(self, spans: Sequence[Stretch], at: int, state: State) -> Generator[Turn, None, tuple[int, str]]:
        """Run the branch whose condition holds; where that is not known, each one that may."""
        first, ended, done, doubt = spans[at][0], "", False, False
        depth = indent(self.code[slice(*spans[at])])
        while True:
            text = self.code[slice(*spans[at])]
            condition, _ = split(text)
            true = holds(condition, {**self.given, **state.numbers}) if first_word(text) != "else" else True
            head, body, at = self._parted(spans, at)
            yield self._turn(*head, state)
            if not done and true and not doubt:
                ended = yield from self._inner(body, state)
            elif not done and true is not False:
                doubt = True
                yield from self._perhaps(body, state, (first, head[0]))
            done = done or true is True
            following = self.code[slice(*spans[at])] if at < len(spans) else ""
            if first_word(following) not in _OTHERWISE or indent(following) != depth:
                break
        return at, ended

    def _inner(self, body: Sequence[Stretch], state: State) -> Generator[Turn, None, str]:
        """Run a body whose numbers hold behind it, too."""
        inner = state.inside()
        ended = yield from self.run(body, inner)
        state.numbers = inner.numbers
        return ended

    def _perhaps(self, body: Sequence[Stretch], state: State, branch: tuple[int, int]) -> Iterator[Turn]:
        """Run a body of which nobody knows whether it runs: what it counts is not known afterwards."""
        inner = state.inside(branch)
        yield from self.run(body, inner)
        for name in {*state.numbers, *inner.numbers}:
            if state.numbers.get(name) != inner.numbers.get(name):
                state.set(name, None)

    def _loop(self, spans: Sequence[Stretch], at: int, state: State) -> Generator[Turn, None, int]:
        head, body, after = self._parted(spans, at)
        text = self.code[slice(*spans[at])]
        yield self._turn(*head, state)
        over = runs_over(text)
        if first_word(text) == "while":
            over = counted(self.code[slice(*span)] for span in body)
            if (yield from self._while(split(text)[0], body, state)):
                return after
        elif (yield from self._unrolled(text, body, state)):
            return after
        for name in over:
            state.set(name, None)
        for start, _ in self.depends(body, over):
            self.unseen.setdefault(start, head)
        yield from self._inner(body, state)
        return after

    def _unrolled(self, text: str, body: Sequence[Stretch], state: State) -> Generator[Turn, None, bool]:
        """Run a body for each number or each name that its loop runs over; False where these are not known."""
        found, written = self._turns(text, body, state), self._written(text, body)
        name, numbers = found or ("", [])
        self.left -= len(body) * (len(numbers) or len(written))
        for number in numbers:
            state.set(name, number)
            if (yield from self._inner(body, state)) == "break":
                return True
        outside = state.names
        for names in written:
            state.names = {**outside, **names}
            if (yield from self._inner(body, state)) == "break":
                break
        state.names = outside
        return bool(found or written)

    def _while(self, condition: str, body: Sequence[Stretch], state: State) -> Generator[Turn, None, bool]:
        """Run a body as long as its condition holds; False where that cannot be told."""
        true = holds(condition, state.numbers)
        while true and len(body) <= self.left:
            self.left -= len(body) + 1
            if (yield from self._inner(body, state)) == "break":
                return True
            true = holds(condition, state.numbers)
        return true is False

    def _turns(self, text: str, body: Sequence[Stretch], state: State) -> tuple[str, list[int]] | None:
        """The numbers of a loop over layers: one whose name picks something out of lists and dictionaries."""
        found = loop(text, state.numbers)
        if found is None:
            return None
        name, inner = found[0], "".join(self.code[slice(*span)] for span in body)
        found = self._from_the_end(text, inner, found, state) if self.begin == 1 else found
        cut = rf"\[[^\[\]]*\b{name}\b[^\[\]]*[:,]|\[[^\[\]]*[:,][^\[\]]*\b{name}\b"
        usual = self.layers(inner, name) and not re.search(cut, inner) and len(body) * len(found[1]) <= self.left
        return found if usual else None

    def _written(self, text: str, body: Sequence[Stretch]) -> list[dict[str, str]]:
        """The turns of a loop over names that are written out, where its body leaves the loop's own alone."""
        found = named(text)
        if not found or len(body) * len(found) > self.left or not all(self.meant(each.values()) for each in found):
            return []
        given = re.compile(rf"\s*(?:{'|'.join(found[0])})\s*=(?!=)")
        lines = [self.code[slice(*span)] for span in body]
        keyed = any(each.startswith("'") for each in found[0].values())
        kept = keyed and not all(map(_OF_NETWORK.match, lines))
        return [] if kept or any(map(given.match, lines)) else found

    @staticmethod
    def _from_the_end(text: str, inner: str, found: tuple[str, list[int]], state: State) -> tuple[str, list[int]]:
        """The loop with X counted as a layer, as num_layers = len(sizes) does, where -l then reaches the first one."""
        last = state.numbers.get(LAYERS)
        if last is None or not re.search(rf"\[\s*-\s*{found[0]}\b", inner):
            return found
        with_input = {name: number + 1 if number == last else number for name, number in state.numbers.items()}
        more = loop(text, with_input)
        return more if more and more[1] and max(more[1]) == last else found

    def _parted(self, spans: Sequence[Stretch], at: int) -> tuple[Stretch, Sequence[Stretch], int]:
        """The head of a loop or a condition, its body, and the place behind it."""
        start, stop = spans[at]
        _, inline = split(self.code[start:stop])
        if inline is None:
            end = self._end(spans, at)
            return (start, stop), spans[at + 1 : end], end
        if start in self.unseen:
            self.unseen.setdefault(start + inline, self.unseen[start])
        return (start, start + inline), [(start + inline, stop)], at + 1

    def _end(self, spans: Sequence[Stretch], at: int) -> int:
        """Where a body ends: where nothing stands further to the right; in MATLAB's way at `end`."""
        text = self.code[slice(*spans[at])]
        stop, least = at + 1, indent(text)
        while stop < len(spans) and indent(self.code[slice(*spans[stop])]) > least:
            stop += 1
        if stop > at + 1:
            return stop
        depth, choice = 0, first_word(text) not in ("for", "while")
        for place in range(at + 1, len(spans)):
            word = first_word(self.code[slice(*spans[place])])
            if depth == 0 and (word == "end" or (choice and word in _OTHERWISE)):
                return place
            depth += (word in _OPENERS) - (word == "end")
        return at + 1 if choice else len(spans)
