"""Which panes show, and where: all at once, one at a time beneath the operation, or one alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace
from textual.geometry import Region, Size

from bpdebug.tui.box import BORDER, MARGIN
from bpdebug.tui.heights import Heights, Wants, kept, shared
from bpdebug.tui.panes.base import Pane
from bpdebug.tui.panes.matrices import MatricesPane
from bpdebug.tui.panes.operation import OperationPane

SMALLEST = (60, 16)
WIDE = (110, 34)
BROAD, TALL = 150, 46
LISTING = 51, 66
"""Cells of the program, at the left of a large screen and of a broad one."""
BENEATH = 9, 20
"""The share of the height that what stands beneath the program takes at most."""
FRAME = BORDER + 2 * MARGIN
"""Cells of a pane's border and margins."""
REST = 7, 9
"""Lines of the row beneath the matrices: at least, and otherwise."""
AMPLE = 4, 2
"""Of a tall screen it has a quarter at least, and half where the matrices need no more."""
WEIGHTS = {"check": 5, "entry": 5, "network": 4, "cost": 4}
"""The widths of what stands in that row, to one another."""
MODEST = 3, 8
"""The share of the lines that the operation takes at most above what is no matrix."""


class Place(Struct, frozen=True):
    """A pane that shows, where, and those that share the place with it."""

    pane: Pane
    region: Region
    tabs: tuple[Pane, ...]


class Arrangement:
    """The panes of a screen, and which of them has the user's attention.

    Panes that share a place take turns: the one that was shown last shows. So the order in which they were shown is
    all there is to remember, in every size of the screen.
    """

    def __init__(self, panes: Sequence[Pane]) -> None:
        self.panes = {pane.id: pane for pane in panes}
        self.first = self.panes["matrices"]
        self.current = self.first
        """The one that has the focus."""
        self.zoomed = False
        self._widened: Pane | None = None
        """The one that was zoomed, and is to be again."""
        self.pointing = False
        """Whether an entry of a matrix is chosen."""
        self.theme = ""
        """The one chosen with its key; empty where it is the usual one."""
        self.hidden: set[Pane] = set()
        self.size = Size()
        """Of what the panes have together."""
        self.full = Size()
        """Of the terminal."""
        self.order = [self.first, *(pane for pane in panes if pane is not self.first)]
        """The one shown last first."""
        self._heights: tuple[object, Heights] | None = None
        """How the lines are shared out, and the size and the phase for which they are."""

    # sizes

    @property
    def tiny(self) -> bool:
        """Whether there is too little room for anything."""
        return self.full.width < SMALLEST[0] or self.full.height < SMALLEST[1]

    @property
    def wide(self) -> bool:
        return self.full.width >= WIDE[0] and self.full.height >= WIDE[1]

    @property
    def broad(self) -> bool:
        return self.wide and self.full.width >= BROAD

    @property
    def tabbed(self) -> tuple[Pane, ...]:
        """The panes that take turns beneath the operation, on a small screen."""
        return tuple(pane for pane in self.panes.values() if pane is not self.panes["operation"])

    # what the user does

    def focus(self, pane: Pane) -> None:
        """Give a pane the attention, and show it."""
        self.hidden.discard(pane)
        self.order.remove(pane)
        self.order.insert(0, pane)
        self.current = pane

    def show(self, pane: Pane) -> None:
        """Bring a pane in sight where there is no room for all; the attention stays where it is, if it can."""
        current = self.current
        self.focus(pane)
        if not self.zoomed:
            self.current = current
            if current not in (place.pane for place in self.places(self.size)):
                self.current = pane

    def turn(self, by: int) -> None:
        """Give the attention to the pane after or before."""
        panes = [pane for pane in self.panes.values() if pane not in self.hidden]
        self.focus(panes[(panes.index(self.current) + by) % len(panes)])

    def zoom(self) -> None:
        """Give the pane at hand all the room, or give it back."""
        self.zoomed, self._widened = not self.zoomed, None

    def narrow(self) -> None:
        """Leave the zoom for as long as something beside the pane is to be seen."""
        if self.zoomed:
            self.zoomed, self._widened = False, self.current

    def widen(self) -> None:
        """Give the pane that was zoomed all the room again."""
        if self._widened is not None:
            self.focus(self._widened)
            self.zoom()

    def hide(self) -> Pane | None:
        """Give the room of the pane at hand to the others, if there are any; the pane that is hidden."""
        hidden = self.current
        left = [pane for pane in self.order if pane not in self.hidden and pane is not self.current]
        if left:
            self.zoomed = False
            self.hidden.add(hidden)
            self.current = left[0]
        return hidden if left else None

    @property
    def words(self) -> str:
        """How the panes are arranged, to be taken up another day."""
        order = [f"{'-' if pane in self.hidden else ''}{pane.id}" for pane in self.order]
        drawn = [f"{pane.id}={pane.words}" for pane in self.order if pane.words]
        theme = [f"theme={self.theme}"] if self.theme else []
        return " ".join([self.current.id, *order, *drawn, *theme, *(["zoomed"] if self.zoomed else [])])

    def take_up(self, words: str) -> None:
        """Arrange the panes as `words` say; those that say nothing of it are passed over."""
        current, *order = words.split() or [""]
        for name, _, drawn in (each.partition("=") for each in order if "=" in each):
            if name in self.panes:
                self.panes[name].take_up(drawn)
            elif name == "theme":
                self.theme = drawn
        named = [(self.panes.get(each.lstrip("-")), each.startswith("-")) for each in order]
        found = [pane for pane, _ in named if pane is not None]
        if current in self.panes and len(set(found)) == len(found):
            self.current = self.panes[current]
            self.order = [*found, *(pane for pane in self.order if pane not in found)]
            self.hidden = {pane for pane, hidden in named if hidden and pane is not None} - {self.current}
            self.zoomed = "zoomed" in order

    # where things stand

    def places(self, size: Size) -> list[Place]:
        """Where the panes stand in so many cells and lines."""
        self.size = size
        if self.zoomed:
            return [Place(self.current, Region(0, 0, *size), ())]
        if self.wide:
            return [*self._listings(size), *self._workplace(size)]
        return list(self._two(size))

    def _place(self, region: Region, names: Iterable[str]) -> Place:
        """Of the panes that share a place, the one that was shown last."""
        sharing = tuple(pane for name in names if (pane := self.panes.get(name)) and pane not in self.hidden)
        return Place(min(sharing, key=self.order.index), region, sharing if len(sharing) > 1 else ())

    def _shown(self, slots: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """The places of which anything is left to show."""
        visible = {name for name, pane in self.panes.items() if pane not in self.hidden}
        return [slot for slot in slots if visible & set(slot)]

    def _two(self, size: Size) -> list[Place]:
        """The operation, and one more pane beneath it; the claims, which show the true line themselves, alone. While
        an entry is chosen, how it was made stands in place of the operation."""
        upper = "entry" if self.pointing else "operation"
        rest = self._shown([tuple(pane.id for pane in self.tabbed if pane.id != upper)])
        operation = self._shown([(upper,)])
        claims = self.panes["claims"]
        if self.current is claims and self.order[0] is claims and self.full.height < WIDE[1]:
            operation = []
        height = self._shares(size.width - FRAME, size.height, (0, 0)).operation if rest else size.height
        if rest and (self.pointing or self._place(Region(), rest[0]).pane is not self.first):
            height = min(height, size.height * MODEST[0] // MODEST[1])
        above = Region(0, 0, size.width, height)
        below = Region(0, height if operation else 0, size.width, size.height - (height if operation else 0))
        places = [*(self._place(above, slot) for slot in operation), *(self._place(below, slot) for slot in rest)]
        return [replace(place, tabs=()) for place in places]  # the line above the panes names them

    def _listings(self, size: Size) -> list[Place]:
        """At the left the program, beneath it what stands beside the run."""
        own = [("claims",), ("watch", "history")] if self.broad else [("claims", "watch", "history")]
        program, others = self._shown([("program",)]), self._shown(own)
        width = self._left(size.width)
        heights = [self._beneath(slot, width, size.height) for slot in others]
        if not program and heights:
            heights[0] = size.height - sum(heights[1:])
        top = size.height - sum(heights)
        places = [self._place(Region(0, 0, width, top), slot) for slot in program]
        for slot, height in zip(others, heights, strict=True):
            places.append(self._place(Region(0, top, width, height), slot))
            top += height
        return places

    def _left(self, width: int) -> int:
        """Cells of the listings."""
        names = ("program", "claims", "watch", "history")
        if not self._shown([names]):
            return 0
        return LISTING[self.broad] if self._shown([("operation", "matrices"), *self._row]) else width

    @property
    def _row(self) -> list[tuple[str, ...]]:
        """What stands beneath the matrices, from left to right."""
        if self.broad:
            return self._shown([("check",), ("entry",), ("network",), ("cost",)])
        return self._shown([("check", "entry"), ("cost", "network")])

    def _beneath(self, slot: tuple[str, ...], width: int, lines: int) -> int:
        """Lines for what stands beneath the program: what it takes at most, up to its share."""
        wished = self._place(Region(), slot).pane.wished(width - FRAME)
        return min(max(wished, 1) + BORDER, lines * BENEATH[0] // BENEATH[1])

    def _workplace(self, size: Size) -> list[Place]:
        """The operation, the matrices, and the row beneath them."""
        left = self._left(size.width)
        width = size.width - left
        if not width:
            return []
        row = self._row
        heights = self._shares(width - FRAME, size.height, _rest(size.height) if row else (0, 0))
        stacked = [("operation", heights.operation), ("matrices", heights.matrices), ("", heights.rest if row else 0)]
        shown = [(name, height) for name, height in stacked if height and (not name or self._shown([(name,)]))]
        spare = size.height - sum(height for _, height in shown)
        places, top = [], 0
        widest = 1 if len(shown) == len(stacked) else len(shown) - 1
        for number, (name, height) in enumerate(shown):
            region = Region(left, top, width, height + (spare if number == widest else 0))
            places += [self._place(region, (name,))] if name else self._beside(region, row)
            top = region.bottom
        return places

    def _beside(self, region: Region, row: list[tuple[str, ...]]) -> list[Place]:
        """Panes beside one another."""
        shares = [WEIGHTS[slot[0]] for slot in row]
        places, start = [], region.x
        for number, (slot, share) in enumerate(zip(row, shares, strict=True)):
            rest = region.right - start
            width = rest * share // sum(shares[number:])
            places.append(self._place(Region(start, region.y, width, region.height), slot))
            start += width
        return places

    def _shares(self, width: int, lines: int, rest: tuple[int, int]) -> Heights:
        """Share out the lines as the panes need them; within a phase they change only if they must."""
        operation, matrices = self.panes["operation"], self.panes["matrices"]
        assert isinstance(operation, OperationPane)
        assert isinstance(matrices, MatricesPane)
        wants = Wants(operation.wanted(width), matrices.wanted(width))
        heights = shared(lines, wants, rest)
        situation = (width, lines, rest, operation.view.place.phase if operation.view else "")
        if self._heights is not None and self._heights[0] == situation:
            heights = kept(self._heights[1], heights, wants)
        self._heights = situation, heights
        return heights


def _rest(lines: int) -> tuple[int, int]:
    """Lines of the row beneath the matrices: at least, and where these leave it more."""
    return (lines // AMPLE[0], lines // AMPLE[1]) if lines >= TALL - 2 else REST
