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
    return entrywise | {
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
