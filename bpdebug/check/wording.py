"""What is said of claims in the words of the person who wrote them: their names, their way of writing formulas."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check import matlab
from bpdebug.check.called import WORD, called, moved, spoken
from bpdebug.check.claims import Judged, Written
from bpdebug.check.completion import Lacking
from bpdebug.check.diagnosis import Diagnosis
from bpdebug.check.diagnosis.hand import Hand
from bpdebug.check.diagnosis.writing import anew
from bpdebug.language.expression import Name, names, substitute
from bpdebug.program.work import listed

_GRADIENT = re.compile(r"(?<![\w.])d(?P<of>[A-Zab]_?[\d₀-₉⁽]+)")
UPDATED = "uses-updated-parameter"


class Wording(Struct, frozen=True, eq=False):
    """How one person calls and writes things."""

    claims: Sequence[Written]
    called: Mapping[str, str]
    """What they call names that are others here."""
    numbers: Collection[str]
    """The names of single numbers."""

    @classmethod
    def of(cls, claims: Sequence[Written], unread: Collection[str], numbers: Collection[str]) -> Wording:
        return cls(claims, called(claims, unread), numbers)

    @property
    def matlab(self) -> bool:
        """Whether they write MATLAB."""
        return any(each.matlab for each in self.claims)

    def line(self, text: str) -> str:
        """An equation."""
        if self.matlab:
            return matlab.as_matlab(text, self.numbers)
        slope = next((each.slope for each in self.claims), "d")
        if slope == "d":
            return text
        hand = Hand.of("", [each.text for each in self.claims])
        return _GRADIENT.sub(lambda found: f"{slope}{hand.name(found['of'])}", text)

    def sentence(self, told: str) -> str:
        """A text with formulas in it."""
        return matlab.sentence(told) if self.matlab else told

    def claim(self, judged: Judged) -> Judged:
        """A claim as it was written, and why it has no value."""
        reason = self.sentence(spoken(judged.reason, self.called))
        right, assumed = (
            tuple(spoken(name, self.called) for name in each) for each in (judged.makes_right, judged.assumed)
        )
        return replace(judged, text=self.line(judged.text), reason=reason, makes_right=right, assumed=assumed)

    def diagnosis(self, claim: Written, found: Diagnosis | None) -> Diagnosis | None:
        """The diagnosis of a claim with all names, and the left side, as they wrote them there."""
        if found is None:
            return None
        said, mended = claim.text.partition("=")[0].strip(), found.mended_text
        if mended.startswith(f"{claim.name} ="):
            mended = f"{said}{mended.removeprefix(claim.name)}"
        own = {name: each for name, each in self.called.items() if name not in WORD.findall(claim.text)}
        mended, told = spoken(mended, own), spoken(found.explanation, own)
        if mended == claim.text or UPDATED in found.mistakes:
            told = f"{self._to_move(claim, mended)}{told}"
        if mended == f"{said} = {said}":
            told, mended = f"{told} Leave the line out: the {said} before it is right.", ""
            found = replace(found, mended=None)
        return replace(
            found,
            mended_text=self.line(mended),
            offending=self.sentence(spoken(found.offending, own)),
            should_be=self.sentence(spoken(found.should_be, own)),
            explanation=self.sentence(told),
        )

    def _to_move(self, claim: Written, mended: str) -> str:
        """What has to stand elsewhere for a line to be right, mended or as it is: the updates above it."""
        read, still = names(claim.expr), WORD.findall(mended.partition("=")[2])
        steps = moved(self.claims)
        early = (each for each in self.claims if each.name in read and steps.get(each.name, claim.of) != claim.of)
        above = [each.text for each in early if each.text.partition("=")[0].strip() in still]
        updates = f"the update{'s' * (len(above) > 1)} {listed(above)}"
        then = "which is right as it stands" if mended == claim.text else "and mend it as shown"
        return f"Move {updates} below this line, {then}. " if above else ""

    def lacking(self, each: Lacking) -> Lacking:
        """A line that is missing."""
        if each.expr is None:
            return each
        expr = substitute(each.expr, {name: Name(said) for name, said in self.called.items()})
        text = anew(expr, [claim.text.partition("=")[2] for claim in self.claims])
        after = each.after and self.called.get(each.after, each.after)
        return replace(each, expr=expr, after=after, text=self.line(f"{each.name} = {text}"))
