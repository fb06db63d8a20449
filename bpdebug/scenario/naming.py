"""The names of a pasted block beside those of a program: which are its own, and which spell one of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from bpdebug.check.called import RATES
from bpdebug.language.expression import Apply, Expr, Name, walk
from bpdebug.program.equations import Phase, Program
from bpdebug.program.targets import targets
from bpdebug.scenario.batches import counts_examples, data_meant
from bpdebug.scenario.owners import ERROR, meant, owner

_SLOPE = re.compile(r"d_?[A-Z]")
_ACTIVATION = re.compile(r"[Aa]_?(?P<number>\d+)\Z")
_PREDICTED = re.compile(r"[yY]_?(?:hat|pred)")
_BY_PREDICTED = re.compile(rf"d_?(?:[JLCE]|[lL]oss|[cC]ost)(?:_?d)?_?(?P<of>{_PREDICTED.pattern})")
_LISTED = re.compile(r"(?P<row>deltas|Deltas|errors|errs)\d+")


def quantities(program: Program) -> list[str]:
    """What a program is given and computes on the way to the cost."""
    owned = [equation.name for equation in program.equations if equation.phase in (Phase.FORWARD, Phase.COST)]
    return [*program.data, *program.parameters, *owned]


class Naming(Struct, frozen=True, dict=True):
    """The names of a program, and how people write them."""

    program: Program

    @cached_property
    def every(self) -> tuple[str, ...]:
        """What the program is given and computes on the way to the cost."""
        return (*quantities(self.program),)

    @cached_property
    def single(self) -> frozenset[str]:
        """The names of single numbers: the program's, and what people call the learning rate."""
        return RATES.difference(self.program.shapes).union(self.program.constants)

    def given(self, name: str) -> bool:
        """Whether a name is the program's."""
        return name in self.program.constants or name in self.every

    def either_way(self, name: str, sign: str, right: str) -> bool:
        """Whether a line that may not run leaves a name what it is: the program's own, or a parameter updated."""
        if name in {*self.program.data, *self.program.parameters}:
            return True
        return self.given(name) and not sign and not re.search(rf"\b{name}\b", right)

    def usual(self, name: str) -> bool:
        """Whether a name is the program's, or says of which quantity it is the gradient."""
        return self.given(name) or bool(owner(name, self.every))

    def of(self, name: str) -> str:
        """The quantity that a name says it is the gradient of; "" for none, and for what the program has itself."""
        if self.given(name):
            return ""
        owners = {gradient: of for of, gradient in self.program.gradients.items()}
        found = owners.get(name) or owner(name, self.every) or owner(self.first(name), self.every)
        found = found or (self._prediction if _BY_PREDICTED.fullmatch(name) else "")
        return "" if found in self._targets else found

    @cached_property
    def _targets(self) -> frozenset[str]:
        return targets(self.program)

    def forward(self, name: str) -> bool:
        """Whether a name is of what the program computes from data and parameters."""
        own = name if name in self.every else meant(name, self.every)
        return bool(own) and own not in {*self.program.data, *self.program.parameters}

    def first(self, name: str) -> str:
        """The name with X for A0, where the program has an A1 but no A0; with x for a1 where it begins with a2."""
        numbered = _ACTIVATION.search(name)
        if not numbered or int(numbered["number"]) != self._before or len(self._inputs) != 1:
            return ""
        return f"{name[: numbered.start()]}{self._inputs[0]}"

    @cached_property
    def _inputs(self) -> Sequence[str]:
        return [name for name in self.program.data if name in ("X", "x")]

    @cached_property
    def _before(self) -> int:
        """The number of the layer before that of the first activation; -1 where none has a number."""
        found = (_ACTIVATION.fullmatch(name) for name in self.every)
        return min((int(each["number"]) for each in found if each), default=0) - 1

    def spells(self, name: str) -> bool:
        """Whether a name is the program's, in its own spelling or another."""
        return self.given(name) or bool(
            meant(name, self.every) or self.batch(name) or self.first(name) or self.predicted(name)
        )

    def predicted(self, name: str) -> str:
        """What the cost compares with the data, where a name says the prediction: yhat, y_hat; "" for any other."""
        return self._prediction if _PREDICTED.fullmatch(name) else ""

    @cached_property
    def _prediction(self) -> str:
        """The one quantity of the forward pass that the cost reads beside the data; "" where there are several."""
        program = self.program
        whole = [equation.expr for equation in program.equations if equation.name == program.cost]
        read = {node.id for expr in whole for node in walk(expr) if isinstance(node, Name)}
        computed = [name for name in read if name in program.shapes and self.forward(name)]
        return computed[0] if len(computed) == 1 else ""

    def batch(self, name: str) -> str:
        """The data that a name is a batch of, or the number of examples that there are of it; "" for none."""
        examples = self.program.examples if self.program.examples in self.program.constants else ""
        return examples if counts_examples(name) else data_meant(name, self.program.data)

    def meant(self, read: Iterable[str], said: Collection[str]) -> Mapping[str, str]:
        """Names that nobody gives, where they spell what the program has: a1 for A1, dz_2 for dZ2.

        `said` are the names that the person's own lines give.
        """
        given = {*self.program.shapes, *self.program.constants, *said}
        found: dict[str, str] = {}
        for name in read:
            if name not in given:
                of = owner(name, self.every)
                own = self.first(name) or meant(name, self.every) or self._number(name) or self.batch(name)
                own = own or self.predicted(name)
                found[name] = own or self.program.gradients.get(of, of and f"d{of}")
        return {name: own for name, own in found.items() if own not in ("", name)}

    def _number(self, name: str) -> str:
        """The number of the program that a name spells; M is another one than m, as N is of n."""
        found = meant(name, self.program.constants)
        return "" if name.isupper() and found.islower() else found

    def unseen(self, name: str, read: Sequence[str], lines: Collection[str]) -> str:
        """Of a line that is no gradient and reads nothing that is known, a name it reads; else "".

        `lines` are the names that lines before it give.
        """
        known = (self.usual(each) or each in lines or each in self.single or self.spells(each) for each in read)
        plain = owner(name, self.every) or _SLOPE.match(name) or ERROR.fullmatch(name)
        return "" if plain or any(known) or any(map(ERROR.fullmatch, read)) else next(iter(read), "")

    def unknown_entry(self, expr: Expr, said: Collection[str]) -> Name | None:
        """What an entry is taken out of that nobody gives: weights of weights[2], which may be of any layer.

        A list of errors has such an entry, deltas2 for deltas[2], where a line puts something there.
        """
        for node in walk(expr):
            if isinstance(node, Name) and node.id not in said and (entry := _LISTED.fullmatch(node.id)):
                return replace(node, id=entry["row"])
            of = node.inputs[0] if isinstance(node, Apply) and node.op == "index" else None
            if isinstance(of, Name) and not (of.id in said or self.usual(of.id) or self.meant([of.id], said)):
                return of
        return None
