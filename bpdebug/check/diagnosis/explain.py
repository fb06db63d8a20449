"""What a mistake is, in sentences for someone who meets backpropagation for the first time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bpdebug.check.diagnosis.bench import Bench, Repair
from bpdebug.check.diagnosis.edits.numbers import explained
from bpdebug.check.diagnosis.evaluator import ratio
from bpdebug.ops.shapes import show

SENTENCES: Mapping[str, str] = {
    "missing-1/m": (
        "The cost averages over the {m} examples, so the gradient carries one 1/{name_m}. It may stand in dZ "
        "or in dW and db, and must stand in one of them."
    ),
    "extra-1/m": (
        "The 1/{name_m} of the average is already in what this line is made from; here it is divided once "
        "more. It belongs in one place of the chain."
    ),
    "wrong-normaliser": (
        "What is divided by must be the count that the cost divides by: the number of examples, not that of "
        "units or classes."
    ),
    "constant-factor": (
        "A fixed number is too many or too few: a square gives a 2, and a 1/2 in the cost takes it away."
    ),
    "sign-flipped": (
        "The whole line has the other sign. The cost falls along minus the gradient, so the minus belongs "
        "into the update, once."
    ),
    "sign-of-one-term": (
        "One term has the wrong sign. Differentiate it alone: the derivative of 1 - x carries a minus."
    ),
    "transposed-operand": (
        "A transpose is in the wrong place. {of} is {shape}; the product must come out in just that shape."
    ),
    "operand-order": (
        "The factors of a matrix product cannot change places. {of} is {shape}, and only this order gives "
        "that shape and sums over the right axis."
    ),
    "elementwise-vs-matrix": (
        "* multiplies entry by entry, @ sums over the common axis. Where the forward pass has a matrix "
        "product, its gradient has one too."
    ),
    "missing-sum": (
        "{of} is {shape} and was used again for every example, so its gradient adds up what comes from all of them."
    ),
    "wrong-reduction": (
        "The sum must run over just the axis along which {of} was repeated: what is left has the shape of "
        "{of}, {shape}."
    ),
    "rows-columns-mixup": (
        "This is the textbook line for the other layout: here examples are {orientation}. With the examples as "
        "{orientation}, the factors stand the other way round and the transposes with them."
    ),
    "kernel-flip": (
        "A filter is read in one direction going forward, and backwards in the gradient of its input only."
    ),
    "wrong-operand": (
        "Another quantity belongs here. In a product each factor's gradient is made with the other factor, at "
        "its value of the forward pass."
    ),
    "stale-layer-index": (
        "This is the right kind of quantity from the wrong layer. The line for {of} takes what the forward "
        "pass used beside {of}."
    ),
    "wrong-time-index": ("This is the right quantity from the wrong time step."),
    "uses-updated-parameter": (
        "The gradient belongs to the parameters the forward pass was computed with; the updated ones give the "
        "gradient of something else."
    ),
    "value-vs-derivative": ("A value stands where its derivative belongs."),
    "missing-activation-derivative": (
        "On its way back the gradient passes an activation and is multiplied by its slope, entry by entry."
    ),
    "extra-activation-derivative": (
        "This slope is too many: it has cancelled against the cost's own derivative, or has been applied already."
    ),
    "activation-derivative-at-wrong-point": (
        "The slope is taken at the wrong place. A formula in z takes z, one in a = f(z) takes a: sigmoid'(z) "
        "is a(1 - a), not sigmoid'(a)."
    ),
    "wrong-activation-derivative": ("This is not the slope of the activation that was used going forward."),
    "softmax-as-elementwise": (
        "Every output of softmax depends on every score, so its derivative is a matrix for each example; out "
        "* (1 - out) is only its diagonal."
    ),
    "missing-chain-factor": (
        "A factor of the chain rule is missing: every operation between {of} and the cost gives one."
    ),
    "missing-path": ("{of} reaches the cost in more than one way, and its gradient is the sum over all of them."),
    "wrong-cost-derivative": (
        "This is the derivative of another cost than the one stated. A - Y is right only for the pair of "
        "sigmoid or softmax and its cross-entropy."
    ),
    "missing-regularisation": ("The cost has a penalty on {of}, and its derivative is missing here."),
    "wrong-regularisation": ("The derivative of the penalty is wrong: each weight feels its own size only."),
    "missing-mask-or-scale": (
        "What the forward pass multiplied by, the mask and its scale, the gradient is multiplied by too: "
        "units that were dropped get none."
    ),
}
UNKNOWN = "No small change of this line explains it; below is what can be said for certain, and the right formula."


def explanation(bench: Bench, repair: Repair | None) -> str:
    """Two or three sentences on a mistake, with the names and the shape of this network."""
    if repair is None:
        return UNKNOWN
    scope = bench.scope
    program = scope.program
    words = {
        "of": scope.of,
        "shape": show(np.shape(bench.draws[0].derivatives.of(scope.of))),
        "orientation": program.orientation,
        "name_m": program.examples,
        "m": f"{program.constants.get(program.examples, 1):g}",
    }
    several = repair.old is None and repair.new is None  # a single edit's further classes are other names for it
    chosen = [SENTENCES[each] for each in repair.mistakes[: 2 if several else 1]]
    return " ".join(each.format(**words) for each in chosen)


def facts(bench: Bench) -> dict[str, str]:
    """What is certain of a wrong line: its shape, how far it is off."""
    value, target = bench.value(bench.expr), bench.target
    if value is None:
        return {"shape": show(target.shape)}
    if value.shape != target.shape:
        return {"shape": show(target.shape), "found": show(value.shape)}
    by = ratio(value, target)
    factor = explained(bench, bench.ratios(bench.expr))
    if by is not None and (factor is not None or value.size > 1):
        return {"ratio": (factor.undone if factor else "") or f"{by:.6g}"}
    with np.errstate(all="ignore"):
        agree = bool((np.sign(value) == np.sign(target)).all())
        opposite = bool((np.sign(value) == -np.sign(target)).all())
    return {"sign": "the same everywhere" if agree else "opposite everywhere"} if agree or opposite else {}
