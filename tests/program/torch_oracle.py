"""The forward pass in another library's operations, whose autograd knows nothing of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpdebug.language.expression import Name, Slice
from bpdebug.ops.table import Array
from bpdebug.program.equations import Phase, Program, Step


def gradients(torch: Any, program: Program, values: Mapping[str, Array]) -> dict[str, Array]:
    """∂J/∂x of every quantity that has a gradient in the program."""
    tensors = {name: torch.tensor(np.asarray(value), dtype=torch.float64) for name, value in values.items()}
    given = {*program.parameters}
    for name in given:
        tensors[name].requires_grad_(True)
    for step in program.steps:
        if program.equations[step.equation].phase in (Phase.FORWARD, Phase.COST):
            tensors[step.out] = evaluated(torch, step, tensors)
            if tensors[step.out].requires_grad:
                tensors[step.out].retain_grad()
    tensors[program.cost].backward()
    found = {of: tensors[of].grad for of in program.gradients}
    return {of: grad.numpy() for of, grad in found.items() if grad is not None}


def evaluated(torch: Any, step: Step, tensors: Mapping[str, Any]) -> Any:
    inputs = [
        tensors[each.id] if isinstance(each, Name) else torch.tensor(each.value, dtype=torch.float64)
        for each in step.inputs
    ]
    return operations(torch)[step.op.name](*inputs, **step.options)


def operations(torch: Any) -> dict[str, Callable[..., Any]]:
    """Our operations by name, as the other library has them."""
    functional = torch.nn.functional
    entrywise = {
        **{
            name: getattr(torch, name)
            for name in ("add", "subtract", "multiply", "divide", "exp", "log", "sqrt", "abs")
        },
        **{name: getattr(torch, name) for name in ("square", "sigmoid", "tanh", "arctanh", "maximum", "minimum")},
        "negate": lambda a: -a,
        "identity": lambda a: a,
        "power": torch.pow,
        "relu": torch.relu,
        "leaky_relu": lambda x, slope: functional.leaky_relu(x, slope),
        "elu": lambda x, alpha: functional.elu(x, alpha),
        "gelu": lambda x: functional.gelu(x, approximate="tanh"),
        "softplus": lambda x: functional.softplus(x, threshold=1000),
        "clip": lambda x, low, high: torch.clip(x, float(low), float(high)),
        "where": lambda condition, a, b: torch.where(condition != 0, a, b),
        "greater": lambda a, b: (a > b).double(),
    }
    return (
        entrywise
        | _structure(torch)
        | _windows(torch)
        | {
            "matmul": lambda a, b, ranks: a @ b,
            "transpose": lambda x, ranks: x.T,
            "sum": lambda x, axis, keepdims, **rest: x.sum(dim=axis, keepdim=keepdims) if axis else x,
            "mean": lambda x, axis, keepdims, **rest: x.mean(dim=axis, keepdim=keepdims),
            "max": lambda x, axis, keepdims, **rest: x.max(dim=axis[0], keepdim=keepdims).values,
            "softmax": lambda x, axis, rank: torch.softmax(x, dim=axis),
            "log_softmax": lambda x, axis, rank: torch.log_softmax(x, dim=axis),
            "index": lambda x, index, **rest: x[
                tuple(slice(i.start, i.stop, i.step) if isinstance(i, Slice) else i for i in index)
            ],
        }
    )


def _structure(torch: Any) -> dict[str, Callable[..., Any]]:
    """What picks entries and takes them to other places."""
    return {
        "take": lambda x, picked, axis, **rest: _picked(torch, x, picked.long(), axis),
        "reshape": lambda x, shape, given: x.reshape(tuple(map(int, shape))),
        "expand_dims": lambda x, axis, given: x.unsqueeze(axis),
        "concatenate": lambda *x, axis, shapes: torch.cat(x, dim=axis),
        "swapaxes": lambda x, axes, pair: x.permute(axes),
        "permute": lambda x, axes: x.permute(axes),
        "tril": lambda x, k: torch.tril(x, k),
        "triu": lambda x, k: torch.triu(x, k),
        "cumsum": lambda x, axis, reverse, rank: x.flip(axis).cumsum(axis).flip(axis) if reverse else x.cumsum(axis),
        "eye": lambda n: torch.eye(int(n), dtype=torch.float64),
        "ones": lambda shape: torch.ones(tuple(map(int, shape)), dtype=torch.float64),
    }


def _picked(torch: Any, x: Any, picked: Any, axis: int) -> Any:
    place = axis + x.ndim
    flat = torch.index_select(x, place, picked.reshape(-1) % x.shape[place])
    return flat.reshape(*x.shape[:place], *picked.shape, *x.shape[place + 1 :])


def _windows(torch: Any) -> dict[str, Callable[..., Any]]:
    """What a window slides for, with the same padding on both sides."""
    functional, found = torch.nn.functional, dict[str, Callable[..., Any]]()
    for rank in (1, 2):
        convolve = getattr(functional, f"conv{rank}d")
        found[f"conv{rank}d"] = lambda x, w, found, convolve=convolve: convolve(
            x, w, stride=found.stride, padding=tuple(before for before, _ in found.padding)
        )
        for kind in ("max", "avg"):
            pool = getattr(functional, f"{kind}_pool{rank}d")
            found[f"{kind}_pool{rank}d"] = lambda x, found, pool=pool: pool(x, tuple(found.taps), found.stride)
    return found
