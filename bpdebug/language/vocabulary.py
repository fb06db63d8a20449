"""What the reader and the writer of formulas must know of an operation: its words, not its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field

from bpdebug.language.expression import Option

# How tightly a formula holds together, loosest first: Python's own order.
COMPARISON, SUM, PRODUCT, UNARY, POWER, POSTFIX, ATOM = range(1, 8)


class Form(Struct, frozen=True):
    """How an operation is written in one notation.

    `template` has {0}, {1} … for the inputs, {args} for all inputs (and the options) of a call and {name of
    option} for an option. `needs` tells for each input how tightly it must hold to stand without brackets. `scaling`
    is the template where one of two operands is a single number by its looks: 2 * E, but A ⊙ B. `short` is the one
    where some options of a call have a spelling of their own: E[:, picked] along the option `axis`, {before} and
    {behind} standing for the axes that are taken whole; X.mT for the last two axes exchanged. `apart` names what stands
    in brackets on its left though it needs none, as long as it scales nothing: (R ⊙ H) · W.
    """

    template: str
    precedence: int = ATOM
    needs: tuple[int, ...] = ()
    scaling: str = ""
    short: str = ""
    apart: tuple[str, ...] = ()


class Word(Struct, frozen=True, kw_only=True):
    """The words of one operation.

    `inputs` names its operands; `options` its further arguments, in positional order, with their defaults
    (REQUIRED where there is none). `variadic` operations take any number of inputs as one list:
    concatenate([a, b], axis=0).
    """

    name: str
    inputs: tuple[str, ...]
    options: Mapping[str, Option] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    variadic: bool = False
    ascii: Form
    unicode: Form
    latex: Form


REQUIRED = "(required)"

Vocabulary: TypeAlias = Mapping[str, Word]
