"""Lines written as people write them: the same formula in one of many spellings, names of one's own, helper lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from bpdebug.language.expression import Apply, Expr, Name, Number, apply, rebuild, walk

NAMES = ("d{}", "d{}", "d{}", "d_{}", "grad_{}", "{}_grad", "dL_d{}", "small")
"""How gradients are called; small: dz2 for dZ2."""
OPERATORS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "matmul": "@", "greater": ">", "less": "<"}
PRODUCTS = ("multiply", "divide", "matmul")


@dataclass(eq=False)
class Writer:
    """One person's hand: what they like to call and write, and how often they do not."""

    random: np.random.Generator
    activations: Mapping[str, tuple[str, Expr]]
    """The output of each activation, what it is and its input."""
    form: str = ""
    library: float = 0.0
    """How often functions are called where operators would do."""
    _helpers: int = field(default=0)

    def __post_init__(self) -> None:
        self.form = str(self.random.choice(NAMES))
        self.library = float(self.random.choice((0.0, 0.1, 0.5, 1.0)))

    def name(self, gradient: str) -> str:
        """What dW2 is called."""
        of = gradient[1:]
        return f"d{of.lower()}" if self.form == "small" else self.form.format(of)

    def lines(self, gradient: str, expr: Expr) -> Iterator[str]:
        """The line of a gradient, now and then with a helper before it."""
        expr = self.owned(rebuild(expr, self._respelled))
        if self.random.random() < 0.15:
            parts = [each for each in walk(expr) if isinstance(each, Apply) and len(tuple(walk(each))) > 2][1:]
            if parts:
                part = parts[int(self.random.integers(len(parts)))]
                self._helpers += 1
                helper = f"{self.random.choice(('tmp', 'h', 'part'))}_{self._helpers}"
                yield f"{helper} = {self.text(part)}"
                expr = rebuild(expr, lambda node: Name(helper) if node == part else node)
        yield f"{self.name(gradient)} = {self.text(expr)}"

    def owned(self, expr: Expr) -> Expr:
        """A formula in this person's names."""
        return rebuild(expr, lambda n: Name(self.name(n.id)) if isinstance(n, Name) and _gradient(n.id) else n)

    def _chance(self, often: float) -> bool:
        return bool(self.random.random() < often)

    def _respelled(self, node: Expr) -> Expr:
        """Another formula for the same value."""
        if not isinstance(node, Apply):
            return node
        a, b = (*node.inputs, node)[:2]
        slope = self._slope(node)
        if slope is not None and self._chance(0.5):
            return slope
        if node.op == "multiply" and self._chance(0.3):
            return b * a
        if node.op == "add" and self._chance(0.2):
            return b + a
        if node.op == "subtract" and self._chance(0.15):
            return -(b - a)
        if node.op == "matmul" and self._chance(0.05):
            return (b.T @ a.T).T
        if node.op == "power" and b == Number(2.0) and self._chance(0.3):
            return a * a
        return a if node.op == "transpose" and isinstance(a, Apply) and a.op == "transpose" else node

    def _slope(self, node: Expr) -> Expr | None:
        """The slope of an activation in another form."""
        for out, (kind, into) in self.activations.items():
            A = Name(out)
            forms: dict[str, tuple[Expr, ...]] = {
                "sigmoid": (A * (1 - A), apply("dsigmoid", into), apply("sigmoid", into) * (1 - A), A - A**2),
                "tanh": (Number(1.0) - A**2, apply("dtanh", into), Number(1.0) - A * A, (1 - A) * (1 + A)),
                "relu": (into > 0, apply("drelu", into), A > 0, apply("where", into > 0, 1.0, 0.0)),
            }
            found = forms.get(kind, ())
            if found and node == found[0]:
                return found[int(self.random.integers(1, len(found)))]
        return None

    def text(self, expr: Expr) -> str:
        """The formula as text."""
        if isinstance(expr, Name):
            return expr.id
        if isinstance(expr, Number):
            whole = float(expr.value).is_integer()
            return str(int(expr.value)) if whole and self._chance(0.8) else repr(float(expr.value))
        assert isinstance(expr, Apply)
        if expr.op in OPERATORS:
            return self._operation(expr)
        a = expr.inputs[0]
        if expr.op == "negate":
            return f"-{self._operand(a)}"
        if expr.op == "transpose":
            return f"np.transpose({self.text(a)})" if self._chance(self.library / 3) else f"{self._operand(a)}.T"
        if expr.op == "power":
            if self._chance(self.library / 2):
                return f"np.power({self.text(a)}, {self.text(expr.inputs[1])})"
            return f"{self._operand(a)}**{self._operand(expr.inputs[1])}"
        if expr.op in ("sum", "mean"):
            return self._reduction(expr)
        library = expr.op in ("where", "exp", "log", "sign", "tanh", "outer")
        call = ", ".join(self.text(each) for each in expr.inputs)
        return f"{'np.' if library and self._chance(0.6) else ''}{expr.op}({call})"

    def _operation(self, expr: Apply) -> str:
        a, b = expr.inputs
        words = {"matmul": "dot", "multiply": "multiply", "divide": "divide"}
        if expr.op in words and self._chance(self.library * (1.0 if expr.op == "matmul" else 0.4)):
            return f"np.{words[expr.op]}({self.text(a)}, {self.text(b)})"
        if expr.op == "divide" and self._chance(0.35):
            one = self.random.choice(("1/", "1./", "1 / "))
            return f"({one}{self._operand(b)}) * {self._operand(a)}"
        left = self.text(a) if self._leads(expr, a) else self._operand(a)
        blank = self.random.choice(("", " ", " "))
        return f"{left}{blank}{OPERATORS[expr.op]}{blank}{self._operand(b)}"

    def _leads(self, expr: Apply, first: Expr) -> bool:
        """Whether the first operand needs no brackets, and is given none."""
        if not isinstance(first, Apply) or expr.op not in ("add", "subtract"):
            return False
        return first.op in PRODUCTS and self._chance(0.9)

    def _operand(self, expr: Expr) -> str:
        text = self.text(expr)
        plain = isinstance(expr, Name | Number) or (isinstance(expr, Apply) and expr.op == "transpose")
        closed = isinstance(expr, Apply) and expr.op not in (*OPERATORS, "negate", "power")
        return text if (plain or closed) and not text.startswith("-") else f"({text})"

    def _reduction(self, expr: Apply) -> str:
        options = [f"{key}={value}" for key, value in expr.options]
        a = expr.inputs[0]
        if self._chance(0.2):
            return f"{self._operand(a)}.{expr.op}({', '.join(options)})"
        return f"{'np.' if self._chance(0.7) else ''}{expr.op}({', '.join((self.text(a), *options))})"


def _gradient(name: str) -> bool:
    """Whether a name is the course's for a gradient."""
    return name[0] == "d" and name[1:2].isupper()
