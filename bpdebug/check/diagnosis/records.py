"""What a diagnosis is."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from bpdebug.language.expression import Expr


class Diagnosis(Struct, frozen=True):
    """What is wrong with one line, and the line mended.

    `mistakes` are classes, the main one first; none where no small change was found that explains the line: then
    there are facts only, and `mended` is the right formula. It is None, and its text "", where no line is known, or
    where the line has to go.
    """

    mistakes: tuple[str, ...]
    mended: Expr | None
    mended_text: str
    """The whole equation, in the person's own spelling as far as it could be kept."""
    offending: str
    should_be: str
    explanation: str
    facts: Mapping[str, str] = field(default_factory=dict)
    through: str = ""
    """The helper line that the mistake is in, where mending that one mends this line."""
    helper: Diagnosis | None = None
    """What is wrong with that helper line."""
