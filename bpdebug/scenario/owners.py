"""The quantity that the name of a claim speaks of: dW2, d_W2, dL_dW2, dW_2, grad_W2 and W2_grad are all of W2."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

_COSTS = ("J", "L", "C", "E", "loss", "Loss", "cost", "Cost")
_SMALL = ("j", "l", "c", "e")
_FORMS = (
    *("d{}", "d_{}", *(f"d{cost}{between}{{}}" for cost in _COSTS for between in ("_d", "d", "_", "_d_", "_by_d"))),
    *(f"d{cost}{between}{{}}" for cost in _SMALL for between in ("_d", "d", "_d_", "_by_d")),
    *("grad_{}", "grad{}", "grads_{}", "gradient_{}", "g_{}", "g{}"),
    *("{}_grad", "{}_grads", "{}_gradient", "{}Grad", "{}_bar"),
    *("nabla_{}", "nabla{}", "partial_{}", "deriv_{}", "derivative_{}", "{}_deriv", "{}_derivative", "dparams_{}"),
)
ERROR = re.compile(
    r"(?:layer_?|l)(?P<layer>\d+)_?(?:deltas?|errors?|errs?|grads?)"
    r"|(?:\w+_)?(?:deltas?|Deltas?|δ|Δ|errors?|errs?|grads?|gradients?|d|D)(?:_?(?:layer_?|l)?(?P<number>\d+)|_\w+)?"
)
"""Names of an error that belongs to some quantity, whichever it is: delta2, error."""
LAYERED = re.compile(r"([^\W\d]\w*?)(\d+)")


def owner(name: str, quantities: Collection[str]) -> str:
    """The quantity that a name says it is the gradient of: dW2, d_W2, dL_dW2, dW_2, W2_grad; "" for none."""
    return _gradients(tuple(quantities)).get(name, "")


def meant(name: str, quantities: Collection[str]) -> str:
    """The one quantity that a name spells in another way: w2, W_2 and w_2 for W2; "" for none."""
    return _spellings(tuple(quantities)).get(name, "")


@lru_cache(maxsize=16)
def _gradients(quantities: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for plain in _spelled(quantities):
        found = {form.format(short): each for form in reversed(_FORMS) for short, each in plain.items()} | found
    return found


@lru_cache(maxsize=16)
def _spellings(quantities: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for plain in _spelled(quantities):
        found = plain | found
    return found


def _spelled(quantities: Collection[str]) -> Iterator[dict[str, str]]:
    """The quantities by their names, then by other spellings that only one of them has."""
    spellings: tuple[Callable[[str], str], ...] = (
        str,
        _underscored,
        str.lower,
        lambda each: _underscored(each).lower(),
        str.upper,
    )
    for spelling in spellings:
        alike = [spelling(each) for each in quantities]
        yield {short: each for short, each in zip(alike, quantities, strict=True) if alike.count(short) == 1}


def _underscored(name: str) -> str:
    """W_2 for W2."""
    return LAYERED.sub(r"\1_\2", name) if LAYERED.fullmatch(name) else name
