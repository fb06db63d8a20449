"""What code leaves to what is around it, written out: softmax's axis, x.reshape(b.shape), relu_backward(dA, Z)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bpdebug.ops import VOCABULARY
from bpdebug.program.equations import Program
from bpdebug.scenario.activations import activations
from bpdebug.scenario.calls import Call, first_call
from bpdebug.scenario.owners import meant, owner
from bpdebug.scenario.respelling import Parts, Respelled, joined, rewritten
from bpdebug.scenario.totals import with_axes

_SHAPE = re.compile(r"(?<![\w.])(?P<of>[^\W\d]\w*)\.shape\b(?!\s*\[)")
_SUM = re.compile(
    r"Σ\s*(?:(?P<of>[^\W\d]\w*(?:⁽\w+⁾)?)(?!\s*(?:[\w(\[.·@*⊙⁽]|/(?!\s*[mnN]\b)))"
    r"|\((?P<each>(?:[^()\n]|\([^()\n]*\))*)\)[ᵢⱼ]|\(\s*(?P<bare>[^\W\d]\w*(?:⁽\w+⁾)?)\s*\))"
)
_COMPLEMENT = re.compile(
    r"(?<![\w.])(?P<of>(?:sigmoid|σ)\s*\([^()]*\)|[^\W\d]\w*(?:⁽\w+⁾)?)\s*(?P<rest>\(\s*1\s*[-−]\s*(?P=of)\s*\))"
)
_OUTER = re.compile(
    r"(?:np\.)?sum\s*\(\s*\[?\s*(?:np\.)?outer\s*\(\s*(?P<one>\w+)\s*\[\s*(?P<columns>:\s*,\s*)?(?P<i>\w+)\s*\]\s*,"
    r"\s*(?P<two>\w+)\s*\[\s*(?(columns):\s*,\s*)(?P=i)\s*\]\s*\)\s*for\s+(?P=i)\s+in\s+"
    r"range\s*\(\s*(?:[mnN]|len\(\w+\)|\w+\.shape\[[01]\])\s*\)\s*\]?\s*(?:,\s*axis\s*=\s*0\s*)?\)"
)
_BACKWARD = "_backward"
_LIBRARY = re.compile(
    r"(?<![\w.])(?:(?:np|numpy|torch|jnp)\.(?=(?:zeros|ones)_like\s*\()|(?:torch\.nn\.functional|nn\.functional|F)\.(?=\w+\s*\())"
)
_LIKE = {"zeros_like": "0 * ", "ones_like": "1 + 0 * "}
MOST = 20
"""Calls that are written out in one line."""


def completed(text: Respelled, program: Program) -> tuple[Respelled, Mapping[str, str]]:
    """The text with what is left out in it, and what was read as what; ExpressionError where that is not known."""
    text = _without_library(with_axes(text, program))
    read: dict[str, str] = {}
    slopes = {f"{name}{_BACKWARD}" for name in VOCABULARY if name in text.text and f"d{name}" in VOCABULARY}
    for names, written in (({"softmax"}, _along_classes), (slopes, _with_slope), ({*_LIKE}, _filled_like)):
        at = 0
        for _ in range(MOST):
            call = first_call(text.text, names, at)
            if call is None:
                break
            parts = written(text, call, program)
            new = joined(*parts)
            if parts:
                read[text.text[call.start : call.stop]] = new.text
                text = joined(_cut(text, 0, call.start), new, _cut(text, call.stop, len(text.text)))
            at = call.start + max(len(new.text), len(call.name))
    for pattern, pieces in ((_COMPLEMENT, _times_complement), (_OUTER, _as_product)):
        text = rewritten(text, pattern, pieces)
    return _with_shapes(_with_sums(text, program, read), program), read


def _times_complement(text: Respelled, found: re.Match[str]) -> Parts:
    """(A1 * (1 - A1)) for A1(1 - A1)."""
    return ["(", _cut(text, *found.span("of")), " * ", _cut(text, *found.span("rest")), ")"]


def _as_product(text: Respelled, found: re.Match[str]) -> Parts:
    """(H.T @ dO) for sum(outer(H[i], dO[i]) for i in range(N)), columns the other way round."""
    one, two = (_cut(text, *found.span(each)) for each in ("one", "two"))
    return ["(", one, " @ ", two, ".T)"] if found["columns"] else ["(", one, ".T @ ", two, ")"]


def _without_library(text: Respelled) -> Respelled:
    """The text with zeros_like for np.zeros_like."""
    return rewritten(text, _LIBRARY, lambda *_: [])


def _with_sums(text: Respelled, program: Program, read: dict[str, str]) -> Respelled:
    """Σ dZ3 without brackets, Σ(dZ3), or Σ (A3 - Y)ᵢ, is the sum over the examples, which a bias has."""
    axis = 1 if program.orientation == "columns" else 0
    parts, at = Parts(), 0
    for found in _SUM.finditer(text.text):
        if found["bare"] and not _is_gradient_of_units(found["bare"], program):
            continue
        written = f"sum({found['of'] or found['each'] or found['bare']}, axis={axis}, keepdims=True)"
        read[" ".join(found[0].split())] = written
        factor = re.search(r"[\w)\]]\s*\Z", text.text[at : found.start()])
        parts += [_cut(text, at, found.start()), f"{' * ' if factor else ''}{written}"]
        at = found.end()
    return joined(*parts, _cut(text, at, len(text.text)))


def _is_gradient_of_units(name: str, program: Program) -> bool:
    """Whether a name is the gradient of what has several units for each example: a total of all is never meant."""
    shape = program.shapes.get(owner(name, list(program.shapes)), ())
    return len(shape) == 2 and shape[0 if program.orientation == "columns" else 1] > 1


def _along_classes(text: Respelled, call: Call, program: Program) -> Parts:
    """softmax(Z) with its axis: the classes of one example add up to one; a vector has one axis alone."""
    if len(call.arguments) != 1:
        return []
    vector = len(program.shapes.get(text.part(*call.arguments[0]).text, ())) == 1
    axis = 0 if vector or program.orientation == "columns" else 1
    return [_cut(text, call.start, call.arguments[0][1]), f", axis={axis})"]


def _with_slope(text: Respelled, call: Call, program: Program) -> Parts:
    """relu_backward(dA, Z), where Z is what goes into an activation; of a cache nobody knows what it holds."""
    if len(call.arguments) != 2:
        return []
    gradient, of = (text.part(*each) for each in call.arguments)
    into = list(activations(program))
    if of.text not in into and not meant(of.text, into):
        return []
    bare = re.fullmatch(r"\w+", gradient.text)
    factor: Parts = [gradient] if bare else ["(", gradient, ")"]
    product: Parts = [*factor, f" * d{call.name.removesuffix(_BACKWARD)}(", of, ")"]
    whole = not text.text[: call.start].strip() and not text.text[call.stop :].strip()
    return product if whole else ["(", *product, ")"]


def _filled_like(text: Respelled, call: Call, program: Program) -> Parts:
    """zeros_like(x) as 0 * x, which has its shape."""
    if len(call.arguments) != 1:
        return []
    inner, before = text.part(*call.arguments[0]), text.text[: call.start].rstrip()
    product: Parts = [_LIKE[call.name], *([inner] if re.fullmatch(r"\w+", inner.text) else ["(", inner, ")"])]
    return product if before.endswith(",") and re.match(r"\s*[,)]", text.text[call.stop :]) else ["(", *product, ")"]


def _with_shapes(text: Respelled, program: Program) -> Respelled:
    """The text with the lengths of an array for its shape: (b.shape[0], b.shape[1])."""
    parts, at = Parts(), 0
    for found in _SHAPE.finditer(text.text):
        name = found["of"]
        quantity = name if name in program.shapes else owner(name, list(program.shapes))
        if quantity:
            lengths = ", ".join(f"{name}.shape[{axis}]" for axis in range(len(program.shapes[quantity])))
            parts += [_cut(text, at, found.start()), f"({lengths})"]
            at = found.end()
    return joined(*parts, _cut(text, at, len(text.text)))


def _cut(text: Respelled, start: int, stop: int) -> Respelled:
    return text.part(start, stop, bare=False)
