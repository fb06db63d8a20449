"""How a person writes what can be written in several ways: a transpose, a matrix product, a sum, a function."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from bpdebug.language.expression import Apply
from bpdebug.language.names import is_factor
from bpdebug.language.vocabulary import POSTFIX, PRODUCT
from bpdebug.ops import OPS

_MODULE = r"(?<![\w.])(?P<module>np|numpy|jnp|cp|torch|tf)\."
_TRANSPOSES = (
    (re.compile(r"\.t\(\)"), "{0}.t()"),
    (re.compile(r"ᵀ"), "{0}ᵀ"),
    (re.compile(rf"{_MODULE}transpose\("), "{module}.transpose({0})"),
    (re.compile(r"\.transpose\(\)"), "{0}.transpose()"),
    (re.compile(r"\.T\b"), "{0}.T"),
)
_PRODUCTS = (
    (re.compile(r"@"), "{0} @ {1}"),
    (re.compile(r"·"), "{0}·{1}"),
    (re.compile(rf"{_MODULE}(?P<word>dot|matmul|mm)\("), "{module}.{word}({0}, {1})"),
    (re.compile(r"\.(?P<word>dot|matmul|mm)\("), "{0}.{word}({1})"),
    (re.compile(r"(?<![\w.])(?P<word>dot|matmul|mm)\("), "{word}({0}, {1})"),
)
_SUMS = (
    (re.compile(rf"{_MODULE}(?:sum|mean)\("), "{module}.{op}({0}, {args})"),
    (re.compile(r"\.(?:sum|mean)\("), "{0}.{op}({args})"),
)
_SIGNS = {
    "multiply": ((re.compile(r"⊙"), "{0} ⊙ {1}"), (re.compile(r"∘"), "{0} ∘ {1}")),
    "divide": ((re.compile(r"⊘"), "{0} ⊘ {1}"),),
    "subtract": ((re.compile(r"−"), "{0} − {1}"),),
    "negate": ((re.compile(r"−"), "−{0}"),),
}
_LOWERED = re.compile(r"(?<![\w.])d?[^\W\d_][₀-₉]")
_NUMBERED = re.compile(r"(?P<stem>d?[^\W\d_])(?P<number>\d+)")
_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_TORCH = re.compile(r"\b(?:dim|keepdim)=|\btorch\.")
_IN_MODULE = frozenset({"exp", "log", "sqrt", "where", "maximum", "tanh", "sum", "mean", "outer"})
_FORMS = {"transpose": _TRANSPOSES, "matmul": _PRODUCTS, "sum": _SUMS, "mean": _SUMS}


class Hand(Struct, frozen=True):
    """The habits that show in a line; where it does not show them, those of the other lines."""

    texts: tuple[str, str]

    @classmethod
    def of(cls, line: str, others: Iterable[str]) -> Hand:
        return cls((line, "\n".join(others)))

    def form(self, node: Apply) -> tuple[str, tuple[int, ...]] | None:
        """The template of an operation and how tightly its operands must hold; None where it has but one form."""
        if node.op in _SIGNS:
            return self._sign(node)
        found = self._first(_FORMS.get(node.op, ()))
        if found is None:
            return self._in_module(node)
        template, said = found
        if node.op in ("sum", "mean"):
            args = self._options(node)
            said["args"] = args
            template = template if args else template.replace(", {args}", "")
        for key, value in {**said, "op": node.op}.items():
            template = template.replace(f"{{{key}}}", value)
        return template, _needs(template)

    def name(self, name: str) -> str:
        """A₂ for A2, where that is how they write numbers of layers."""
        found = _NUMBERED.fullmatch(name)
        if found is None or not any(map(_LOWERED.search, self.texts)):
            return name
        return f"{found['stem']}{found['number'].translate(_DIGITS)}"

    def _sign(self, node: Apply) -> tuple[str, tuple[int, ...]] | None:
        """Signs that only mathematics has; a single number scales with a plain one."""
        found = self._first(_SIGNS[node.op])
        scales = node.op in ("multiply", "divide") and any(map(is_factor, node.inputs))
        return None if found is None or scales else (found[0], OPS[node.op].ascii.needs)

    def _first(self, forms: Iterable[tuple[re.Pattern[str], str]]) -> tuple[str, dict[str, str]] | None:
        """Of the forms the one that is there first."""
        for text in self.texts:
            found = [(match.start(), template, match) for each, template in forms if (match := each.search(text))]
            if found:
                _, template, match = min(found, key=lambda each: each[0])
                return template, dict(match.groupdict())
        return None

    def _options(self, node: Apply) -> str:
        axis, kept = ("dim", "keepdim") if self._of_torch else ("axis", "keepdims")
        words = {"axis": axis, "keepdims": kept}
        return ", ".join(
            f"{words.get(key, key)}={value}" for key, value in node.options if value is not None and value is not False
        )

    @property
    def _of_torch(self) -> bool:
        return any(map(_TORCH.search, self.texts))

    def _in_module(self, node: Apply) -> tuple[str, tuple[int, ...]] | None:
        """A function of NumPy with the module before it, where the person writes that before others."""
        module = next((found for text in self.texts if (found := re.search(_MODULE, text))), None)
        if module is None or node.op not in _IN_MODULE:
            return None
        if node.op in ("sum", "mean"):
            args = self._options(node)
            return f"{module['module']}.{node.op}({{0}}{', ' if args else ''}{args})", (0,)
        places = ", ".join(f"{{{place}}}" for place in range(len(node.inputs)))
        return (f"{module['module']}.{node.op}({places})", ()) if not node.options else None


def _needs(template: str) -> tuple[int, ...]:
    """How tightly each operand must hold to stand without brackets: loosely in a call, tightly before a dot."""
    if template.startswith("{0}."):
        return POSTFIX, 0
    if template == "{0}ᵀ":
        return (POSTFIX,)
    return (PRODUCT, PRODUCT + 1) if template in ("{0} @ {1}", "{0}·{1}") else (0, 0)
