"""What comes of judging claims: each with its two verdicts, and what is missing between them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from bpdebug.check.judgement import Judgement
from bpdebug.check.meaning import Meaning
from bpdebug.ops.table import Array


class Judged(Struct, frozen=True, eq=False):
    """One claim with its two verdicts. On true upstream values the line gives `value`, and should give `true`."""

    name: str
    text: str
    of: str
    meaning: Meaning | None
    verdict: Judgement
    local: Judgement
    reason: str = ""
    """Why it cannot be evaluated, if it cannot."""
    unread: str = ""
    """The name in it whose own line could not be read, so that nothing can be said of this one."""
    value: Array | None = None
    true: Array | None = None
    assumed: tuple[str, ...] = ()
    """The names in it whose own lines could not be read, and which are taken for the gradients that they say."""
    makes_right: tuple[str, ...] = ()
    """The lines that are right with this one's gradient in its place, where only that tells which gradient it is."""

    @property
    def inherits(self) -> bool:
        """Right by itself, and wrong only through an earlier line."""
        return self.local is Judgement.CORRECT and self.verdict is not Judgement.CORRECT


class Missing(Struct, frozen=True):
    """A gradient that the derivation reads and never computes (`reader`: where first), or needs and never claims."""

    name: str
    of: str
    reader: str | None
    meaning: Meaning | None = None


class Derivation(Struct, frozen=True, eq=False):
    """All claims judged, and what is missing between them."""

    claims: tuple[Judged, ...]
    missing: tuple[Missing, ...]
    unread: tuple[str, ...] = ()
    """Names whose lines could not be read."""
    elsewhere: bool = False
    """Whether the verdicts come from milder numbers, the own ones leaving gradients no digits."""
    assumed: Mapping[str, Meaning] = field(default_factory=dict)
    """What names are taken for whose lines could not be read."""
    untested: str = ""
    """What of the parameters' gradients these numbers cannot tell, and why, in a sentence."""

    @property
    def meanings(self) -> dict[str, Meaning]:
        """What every name of a gradient stands for, claimed or not."""
        return {each.name: each.meaning for each in self.claims if each.meaning is not None} | self.beside

    @property
    def beside(self) -> dict[str, Meaning]:
        """The same of those names alone that no line gives, or one that could not be read."""
        return {each.name: each.meaning for each in self.missing if each.meaning is not None} | {**self.assumed}

    @property
    def first_wrong(self) -> int | None:
        """The first line that is not right by itself, of those of which that can be said."""
        bad = (Judgement.WRONG, Judgement.NOT_EVALUABLE)
        return next((i for i, each in enumerate(self.claims) if each.local in bad and not each.unread), None)

    @property
    def judged(self) -> bool:
        """Whether anything was judged at all."""
        return any(each.meaning is not None and not each.unread for each in self.claims)

    @property
    def ok(self) -> bool:
        """Whether there are lines, every one is read and right, and nothing is missing."""
        right = all(each.verdict in (Judgement.CORRECT, Judgement.AUXILIARY) for each in self.claims)
        return right and not self.missing and not self.unread and (self.judged or not self.claims)
