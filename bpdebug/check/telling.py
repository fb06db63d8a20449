"""What is said of judged claims: verdicts in words, the mistake and the line mended, what is missing."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bpdebug.check.claims import Judged, Judgement
from bpdebug.check.completion import Lacking
from bpdebug.check.diagnosis import Diagnosis
from bpdebug.check.meaning import SLOT, called
from bpdebug.check.review import Review
from bpdebug.language.expression import Name
from bpdebug.ops import write
from bpdebug.program.work import listed

WIDTH = 80
WIDEST = 50
"""Characters of a line up to which its verdict stands beside it."""
MARKS = {
    "unicode": {"right": "✓", "wrong": "✗", "inherits": "~", "not": "?", "helper": "·"},
    "ascii": {"right": "+", "wrong": "x", "inherits": "~", "not": "?", "helper": "."},
}
RIGHT, WRONG, LACKING = "all right", "not all right", "not complete"
PARTLY, NOTHING = "not all read", "nothing is judged"
STANDINGS = {RIGHT: "right", WRONG: "wrong", LACKING: "wrong", PARTLY: "inherits", NOTHING: "helper"}
"""What a derivation is as a whole, each with the kind of its mark where it is one of many."""
INDENT = "    "
MASKED, CONVENTIONS = "masked-by", ("convention-only", "layout-convention")
"""The kinds of remarks that are told in their own way: how some begin, and what others are."""
MILDER = "judged with smaller parameters, as these leave the gradients no digits"
BECAUSE = " only because "
"""What stands before the reason for which a line is right here and nowhere else."""
TUPLE, HELD = re.compile(r"[(\[]\d+(?:, \d+)+[)\]]"), "\u00a0"
"""A shape or an index in a text, and the blank at which no line is broken."""
WORDS = re.compile(r"\.[*/^]|\*\*|[\w.]+|\s+|[^\w\s]")


def lines(review: Review, place: int, notation: str, width: int = 0, columns: int = WIDTH) -> Iterator[str]:
    """One claim: its mark, its line and its verdict, and where it is wrong all there is to say.

    `width` is that of the column of lines, `columns` that of the page.
    """
    claim, said = review.claims[place], verdict(review, place)
    remark = remarked(review, place, notation)
    words = f"{said.words}{'' if 'is read as' in remark else _read_as(claim, notation)}{assumed(claim)}"
    mark, line = MARKS[notation][said.kind], one_line(claim.text)
    whole = f"{mark} {line:{width}}  {words}"
    if len(whole) <= columns:
        yield whole
    else:
        yield from broken(f"{mark} {line}", columns, "      ")
        yield from wrapped(words, columns)
    yield from wrapped(remark, columns)
    diagnosis = review.told(place)
    if diagnosis is not None:
        yield from diagnosed(claim, diagnosis, columns, review.inherited(place))


def remarked(review: Review, place: int, notation: str) -> str:
    """What else there is to say of a right line, unless its verdict says it: where the 1/m comes in is told once."""
    remark, own = review.remarks[place], review.claims[place].meaning
    if remark is None or own is None or remark.quiet:
        return ""
    if remark.kind in CONVENTIONS:
        earlier = [each.meaning for each, other in zip(review.claims, review.remarks[:place], strict=False) if other]
        told = "is read as" in remark.text or own.updates
        before = any(each is not None and each.expr == own.expr for each in earlier)
        if not told or (before and "whose value" not in remark.text):
            return ""
    elif _again(review, place):
        return ""
    return review.spoken(remark.text.replace(own.shown, denoted(review.claims[place], notation)))


def _again(review: Review, place: int) -> bool:
    """Whether a line before this one is right for the same reason only: one size is 1, or some numbers are special."""
    remark = review.remarks[place]
    reason = remark.text.partition(BECAUSE)[2] if remark is not None else ""
    return bool(reason) and any(each is not None and each.text.endswith(reason) for each in review.remarks[:place])


def widest(review: Review) -> int:
    """How wide the column of lines is."""
    lengths = [len(one_line(each.text)) for each in review.claims]
    return max((length for length in lengths if length <= WIDEST), default=0)


def wrapped(text: str, columns: int, indent: str = INDENT) -> list[str]:
    """Sentences beneath a line; a shape or an index is not broken."""
    whole = TUPLE.sub(lambda found: found[0].replace(" ", HELD), text)
    lines = textwrap.wrap(
        whole, max(columns, 40), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return [line.replace(HELD, " ") for line in lines]


def broken(text: str, columns: int, indent: str) -> list[str]:
    """A formula over as many lines as it needs, broken at its blanks; the further ones indented."""
    return textwrap.wrap(text, max(columns, 40), subsequent_indent=indent, break_on_hyphens=False)


class Said(NamedTuple):
    """A verdict: of which kind, and in words."""

    kind: str
    words: str


def verdict(review: Review, place: int) -> Said:
    """What is said of one claim."""
    claim, diagnosis = review.claims[place], review.diagnoses[place]
    if claim.unread:
        return Said("helper", f"not judged: {claim.reason}")
    first = " here first" if place == review.first_wrong else ""
    if diagnosis is not None and diagnosis.through:
        return Said("inherits", f"wrong through {review.spoken(diagnosis.through)}, right with that line mended")
    if diagnosis is not None and claim.local is Judgement.AUXILIARY:
        return Said("wrong", f"wrong{first}, and through it {listed(review.through(claim.name))}")
    if claim.local is Judgement.AUXILIARY:
        alike = review.alike[place]
        value = f"; it has the value of {alike.written}" if alike else ""
        if _moved(claim) in review.program.parameters:
            return Said("helper", f"not judged: {_other_rule(review, place)}")
        return Said("helper", f"a helper, not judged: by its name it is no gradient{value}")
    if claim.local is Judgement.NOT_EVALUABLE:
        start = f"wrong{first}, not evaluable" if first else "not evaluable"
        return Said("not", f"{start}, because {reason(claim)}")
    if claim.inherits:
        return Said("inherits", f"right by itself, inherits from {listed(review.inherited(place)) or 'above'}")
    if claim.local is Judgement.CORRECT:
        return Said("right", "right")
    return Said("wrong", f"wrong{first}")


def _moved(claim: Judged) -> str:
    """The left side of a line, as it is written: of an update the parameter."""
    return claim.text.partition("=")[0].strip()


def _other_rule(review: Review, place: int) -> str:
    """What an update does that takes no plain step."""
    own, program = _moved(review.claims[place]), review.program
    known = {*program.constants, own, *(each.name for each in review.claims if _moved(each) == own)}
    if known.issuperset(review.reads[place]):
        return f"it only scales {own}; a step along the gradient subtracts a part of the gradient"
    return "an update by another rule than a step along the gradient"


def reason(claim: Judged) -> str:
    """Why a line cannot be evaluated, in one line."""
    return ". ".join(line.strip().rstrip(".") for line in claim.reason.splitlines())


def _read_as(claim: Judged, notation: str) -> str:
    """What the left side was taken to stand for, where that is not simply the gradient."""
    if claim.meaning is None or claim.unread or claim.meaning.updates:
        return ""
    if claim.makes_right:
        return f", taken for {denoted(claim, notation)}, which makes {listed(claim.makes_right)} right"
    return "" if claim.meaning.expr == Name(SLOT) else f", read as {denoted(claim, notation)}"


def assumed(claim: Judged) -> str:
    """What is taken for right because its own line could not be read."""
    verb = "are" if len(claim.assumed) > 1 else "is"
    return f"; {listed(claim.assumed)} could not be read and {verb} taken for right" if claim.assumed else ""


def denoted(claim: Judged, notation: str) -> str:
    """m·∂J/∂Z2, or m*dJ(Z2)."""
    if claim.meaning is None or notation == "ascii":
        return claim.meaning.written if claim.meaning else ""
    own = f"∂J/∂{write(Name(claim.of), notation)}" if called(claim.of) == claim.of else f"∂J/∂({called(claim.of)})"
    return (
        claim.meaning.written.replace(f"dJ({claim.of}).T", f"({own})ᵀ")
        .replace(f"dJ({claim.of})", own)
        .replace("*", "·")
    )


def diagnosed(
    claim: Judged, diagnosis: Diagnosis, columns: int = WIDTH, inherited: Sequence[str] = ()
) -> Iterator[str]:
    """The mistake in words, the line mended with its change marked, the explanation."""
    if diagnosis.mistakes:
        yield from wrapped(f"mistake: {listed([each.replace('-', ' ') for each in diagnosis.mistakes])}", columns)
    if diagnosis.mended_text:
        yield from _mended(one_line(claim.text), one_line(diagnosis.mended_text), columns, diagnosis.should_be)
    yield from wrapped(diagnosis.explanation, columns)
    if inherited and claim.local is Judgement.WRONG:
        yield from wrapped(f"(These numbers are with {listed(inherited)} put right.)", columns)


def _mended(line: str, mended: str, columns: int, meant: str) -> Iterator[str]:
    """The line mended, and beneath it what has changed, where that is a part of it that can be seen.

    In a line that stays as it is and only means something else, that is what is `meant`.
    """
    told = f"{INDENT}mended: {mended}"
    if len(told) > columns:
        yield f"{INDENT}mended:"
        told = f"{INDENT}{INDENT}{mended}"
    if len(told) > columns:
        yield from broken(told, columns, INDENT + "      ")
        return
    yield told
    start, stop = changed(line, mended) if line != mended else found(mended, meant)
    if start < stop and stop - start < len(mended.partition("=")[2].strip()):
        yield " " * (len(told) - len(mended) + start) + "^" * (stop - start)


def changed(line: str, mended: str) -> tuple[int, int]:
    """Where in the mended line it differs from the one that was written, in whole words."""
    old, new = WORDS.findall(line), WORDS.findall(mended)
    shared = min(len(old), len(new))
    before = next((i for i in range(shared) if old[i] != new[i]), shared)
    after = next((i for i in range(shared - before) if old[-1 - i] != new[-1 - i]), shared - before)
    start, stop = (sum(map(len, new[:place])) for place in (before, len(new) - after))
    part = mended[start:stop]
    if not part.strip():  # something has gone: the place where it was
        return max(0, len(mended[:start].rstrip()) - 1), len(mended[:start].rstrip())
    return start + len(part) - len(part.lstrip()), stop - len(part) + len(part.rstrip())


def found(line: str, part: str) -> tuple[int, int]:
    """Where in the right side of a line a part of it stands first, as a whole word; nowhere, if it does not."""
    where = re.search(rf"(?<!\w){re.escape(part)}(?!\w)", line.partition("=")[2]) if part else None
    start = line.index("=") + 1
    return (start + where.start(), start + where.end()) if where else (0, 0)


def lacking(each: Lacking, review: Review) -> str:
    """What is missing, its line, and where it goes."""
    why = (
        f"missing: {each.name}, which {review.spoken(each.reader)} reads"
        if each.reader
        else f"not claimed: {each.name}"
    )
    place = f"It comes after {each.after}" if each.after else f"It comes first, right after {review.program.cost}"
    if each.reader is None:
        why += f"; only the update of {each.of} needs it"
    return f"{why}. {place}{': ' + each.mended if each.mended else ''}"


def summary(review: Review, lines: int = 0) -> str:
    """One sentence for the whole; so many `lines` could not be read, whatever they would have given."""
    counts = counted(review)
    number = lines or len(review.derivation.unread)
    unread = f", {number} not read" if number else ""
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count) + unread + _masked(review)
    missing = [each.name for each in review.lacking if each.reader]
    place, milder = review.first_wrong, f"; {MILDER}" if review.derivation.elsewhere else ""
    state = standing(review, lines)
    if place is not None:
        also, read = f", {listed(missing)} missing" if missing else "", " of those that are read" if number else ""
        return f"{state}: the first wrong line{read} is {_which(review, place)} ({told}{also}){milder}"
    if missing:
        return f"{state}: {listed(missing)} {'is' if len(missing) == 1 else 'are'} missing ({told}){milder}"
    return f"{state}: {told}{milder}"


def standing(review: Review, lines: int = 0) -> str:
    """What a derivation is as a whole; so many `lines` could not be read, whatever they would have given."""
    if review.ok and not lines:
        return RIGHT
    if review.first_wrong is not None:
        return WRONG
    if any(each.reader for each in review.lacking):
        return LACKING
    return PARTLY if lines or review.derivation.unread else NOTHING


def _which(review: Review, place: int) -> str:
    """A line by the name that it gives, and by its number where others give one of that name."""
    called = [review.spoken(each.name) for each in review.claims]
    return f"{called[place]}, number {place + 1} above" if called.count(called[place]) > 1 else called[place]


def _masked(review: Review) -> str:
    """How many of the right lines are right only on these sizes or numbers."""
    count = sum(each is not None and each.kind.startswith(MASKED) for each in review.remarks)
    return f"; {count} only with these sizes or numbers" if count else ""


def counted(review: Review) -> dict[str, int]:
    """How many claims have which verdict."""
    words = {
        "right": "right",
        "wrong": "wrong",
        "inherits": "inheriting",
        "not": "not evaluable",
        "helper": "not judged",
    }
    kinds = [verdict(review, place).kind for place in range(len(review.claims))]
    return {word: kinds.count(kind) for kind, word in words.items()}


def one_line(text: str) -> str:
    """A text without the line breaks that were in it."""
    return " ".join(text.split())
