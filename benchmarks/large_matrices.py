"""What a frame costs with matrices of 10, 1,000 and 10,000 rows and columns: opened, scrolled, pointed into, explained.

    python -m benchmarks.large_matrices [--frames 100]

Every figure is the CPU time of a frame, drawn without a terminal in 60 columns and 20 lines, where the
matrix of 10 rows does not show whole either; of a gradient one entry after the other is explained. The run fails
where a larger matrix takes more than 1.25 times as long.
The largest takes five gigabytes of memory, which the limit on what a scenario may hold is lifted for.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from textual.geometry import Size

from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Matrix
from bpdebug.scenario import draft
from bpdebug.scenario.load import load
from bpdebug.tui import known
from bpdebug.tui.colours import coloured
from bpdebug.tui.panes.entry import EntryPane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.pointing import Spot
from bpdebug.tui.sheet import sheet
from bpdebug.tui.stage import Stage
from bpdebug.tui.themes import DARK

SIDES = (10, 1_000, 10_000)
SIZE = 60, 20
BAR = 1.25
SCENARIO = """
title = "A large matrix, made of a column and a row"
[sizes]
n = {side}
[data]
X = {{ shape = ["n", 1], init = "normal" }}
[parameters]
W = {{ shape = [1, "n"], init = "normal" }}
[network]
forward = '''
Z = X @ W
J = sum(Z * Z) / n
'''
[training]
learning_rate = 1e-6
iterations = 1
"""


class Bench:
    """A stage on a matrix of so many rows and columns, drawn again and again."""

    def __init__(self, side: int, folder: Path) -> None:
        path = folder / f"large-{side}.toml"
        path.write_text(SCENARIO.format(side=side), encoding="utf-8")
        self.side = side
        self.session = Session(load(str(path)))
        self.session.execute("goto 1:dW")
        self.view = self.session.view
        self.stage = Stage(lambda line: None, coloured(DARK))
        self.stage.fit(Size(*SIZE))
        self.pane = self.stage.pane(MatricesPane)
        self.entry = self.stage.pane(EntryPane)
        self.entry.show(self.view)
        self.entry.suit(Size(40, 16), self.stage.look)
        self.at = 0
        self.open()

    def open(self) -> None:
        """Nothing is known of the matrices, and nothing is drawn."""
        known.forget()
        self.stage.show(self.view)
        self.stage.draw()

    def draw(self, act: Callable[[], object]) -> Callable[[], None]:
        def done() -> None:
            act()
            self.stage.draw()

        return done

    def there_and_back(self, act: Callable[[int], object]) -> Callable[[], None]:
        """Once in one direction and once in the other."""

        def done() -> None:
            self.at += 1
            act(1 if self.at % 2 else -1)
            self.stage.draw()

        return done

    def actions(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """What is timed, by name."""
        yield "open", self.open
        yield "scroll a line", self.there_and_back(lambda by: self.pane.scroll(by))
        yield "scroll a page", self.there_and_back(lambda by: self.pane.page(by))
        yield "scroll across", self.there_and_back(lambda by: self.pane.scroll(0, 8 * by))
        yield "to the end", self.there_and_back(lambda by: self.pane.scroll(by * self.side, by * self.side * 9))
        yield "zoom", self.draw(self._zoom)
        yield "from afar", self.draw(lambda: self.pane.see(afar=not self.pane.afar))
        self.pane.see(afar=False)
        self.pane.turn()
        yield "cursor", self.there_and_back(lambda by: self.pane.turn(by, 0))
        middle = self.side // 2
        yield "explain an entry", lambda: self._explain(self.view.operation.operands[-1], middle, middle)
        yield "explain a gradient", lambda: self._explain(self.view.operation.result, 0, self._next())

    def _zoom(self) -> None:
        self.stage.arrangement.zoomed = not self.stage.arrangement.zoomed

    def _next(self) -> int:
        """The column beside the one before, again and again through as many as the smallest matrix has."""
        self.at = (self.at + 1) % min(SIDES)
        return self.at

    def _explain(self, matrix: Matrix, row: int, column: int) -> None:
        self.entry.told(Spot(sheet(matrix, "unicode"), row, column))
        self.entry.settle()


def seconds(acts: Sequence[Callable[[], None]], frames: int) -> list[float]:
    """CPU time of each, done in turn: what the fastest quarter takes at most, so that other work does not count."""
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(frames):
        for found, act in zip(times, acts, strict=True):
            start = time.process_time()
            act()
            found.append(time.process_time() - start)
    return [statistics.quantiles(found, n=4)[0] for found in times]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=100)
    frames = parser.parse_args().frames
    setattr(draft, "MOST_ENTRIES", 10**9)  # noqa: B010 - no name of the module for others
    with tempfile.TemporaryDirectory() as folder:
        benches = [Bench(side, Path(folder)) for side in SIDES]
    slow = 0
    print(f"{'milliseconds':20}" + "".join(f"{side:>10,}" for side in SIDES) + "   times")
    for acts in zip(*(bench.actions() for bench in benches), strict=True):
        found = seconds([act for _, act in acts], frames)
        times = [each / found[0] for each in found[1:]]
        slow += any(each > BAR for each in times)
        figures = "".join(f"{1000 * each:10.2f}" for each in found)
        print(f"{acts[0][0]:20}{figures}   {' '.join(f'{each:.2f}' for each in times)}")
    print(f"{slow} above {BAR}" if slow else f"all within {BAR}")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
