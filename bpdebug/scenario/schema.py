"""The scenario file's form: which keys there are and what may stand behind them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from bpdebug.ops import COSTS
from bpdebug.scenario.wording import quoted

MOST_ITERATIONS = 10_000_000
LARGEST_SIZE = 10_000_000
MOST_LAYERS = 50

INITS = ("zeros", "ones", "constant", "normal", "uniform", "xavier", "he", "lecun")
ACTIVATIONS = (
    "relu", "leaky-relu", "elu", "gelu", "softplus", "sigmoid", "tanh", "softmax", "log-softmax", "linear"
)  # fmt: skip
LAYER_COSTS = tuple(cost.name.replace("_", "-") for cost in COSTS.values() if not cost.penalty)
DATASETS = ("iris", "two-moons", "xor", "blobs")
Orientation = Literal["columns", "rows"]
Bookkeeping = Literal["total", "per-example"]


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("size", "expected a whole number or the name of a size, found {found}", _found(value))
    if not 1 <= value <= LARGEST_SIZE:
        raise PydanticCustomError("size", f"expected a size from 1 to {LARGEST_SIZE:,}, found {{found}}", _found(value))
    return value


def _size(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("size", "expected a whole number, found {found}", _found(value))
    return _whole(value)


def _real(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number", "expected a number, found {found}", _found(value))
    if not abs(value) <= 1e300:
        raise PydanticCustomError("number", f"expected a finite number, found {value if abs(value) < 1 else 'inf'}")
    return float(value)


def _found(value: Any) -> dict[str, Any]:
    return {"found": quoted(value)}


def _count(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_ITERATIONS:
        message = f"expected a whole number from 0 to {MOST_ITERATIONS:,}, found {{found}}"
        raise PydanticCustomError("count", message, _found(value))
    return value


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _hyphens(value: Any) -> Any:
    return value.replace("_", "-") if isinstance(value, str) else value


def _some(value: list[Any]) -> list[Any]:
    if not 1 <= len(value) <= MOST_LAYERS:
        raise PydanticCustomError("layers", f"expected 1 to {MOST_LAYERS} layers, found {len(value)}")
    return value


def _claims_form(value: Any) -> str:
    return "<block>" if isinstance(value, dict | Claims) else "<list>"


Real = Annotated[float, BeforeValidator(_real)]
Whole = Annotated[Any, BeforeValidator(_size), WithJsonSchema({"type": "integer", "minimum": 1})]
SizeOrName = Annotated[
    Any, BeforeValidator(_whole), WithJsonSchema({"type": ["integer", "string"], "description": "a size or its name"})
]
Count = Annotated[Any, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 0})]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Tensor(_Table):
    """A scalar, vector or matrix: its values, or its shape and how it is drawn."""

    values: Annotated[Any, WithJsonSchema({"type": ["number", "array"], "description": "a number or nested lists"})] = (
        None
    )
    shape: list[SizeOrName] | None = None
    init: Literal[INITS] | None = None  # type: ignore[valid-type]  # a table's names
    scale: Real | None = Field(None, description="multiplies what is drawn")
    value: Real | None = Field(None, description="of init = constant")


class Dataset(_Table):
    """A bundled or generated data set, which gives X and Y."""

    name: Literal[DATASETS]  # type: ignore[valid-type]  # a table's names
    samples: SizeOrName | None = None
    noise: Real | None = None
    classes: Whole | None = None
    labels: Literal["one-hot", "zero-one", "plus-minus"] | None = None
    standardize: bool = False


class Data(BaseModel):
    """What is given: X, Y and whatever else the equations read."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, Tensor]

    dataset: Annotated[
        Dataset | None,
        BeforeValidator(_named),
    ] = None


class Layer(_Table):
    """One fully connected layer: units, their activation, how the weights begin."""

    units: SizeOrName
    activation: Annotated[Literal[ACTIVATIONS], BeforeValidator(_hyphens)] = "linear"  # type: ignore[valid-type]  # a table's names
    init: Literal[INITS] | None = None  # type: ignore[valid-type]  # a table's names
    scale: Real | None = None
    bias: bool = True


class Network(_Table):
    """Either layers, which expand to equations, or the equations of the forward pass themselves."""

    orientation: Orientation = "columns"
    layers: Annotated[list[Layer], AfterValidator(_some)] | None = None
    forward: str | None = None
    cost: str | None = Field(None, description="with layers: the name of a cost; with forward: the name of the cost")
    l2: Real | None = None
    examples: str | None = Field(None, description="the name of the number of examples")


class Training(_Table):
    """How the parameters are moved, and for how long."""

    optimizer: Literal["sgd"] = "sgd"
    learning_rate: Real = 0.1
    iterations: Count = 100
    seed: Count = 1
    bookkeeping: Bookkeeping = "total"
    dtype: Literal["float64", "float32"] = Field(
        default="float64", description="what every step computes in; checks are made in float64 all the same"
    )
    fused: bool = False


class Claim(_Table):
    """An equation a person wrote for a gradient."""

    equation: str
    of: str | None = None
    denotes: str | None = None


class Claims(_Table):
    """The equations of a pasted block, one a line."""

    equations: str


class ScenarioFile(_Table):
    """A bpdebug scenario."""

    title: str = ""
    summary: str = ""
    source: str = Field("", description="where it comes from")
    sizes: dict[str, Whole] = {}
    constants: dict[str, Real] = {}
    data: Data = Field(default_factory=lambda: Data.model_validate({}))
    parameters: dict[str, Tensor] = {}
    network: Network
    training: Training = Training()
    claims: Annotated[
        Annotated[list[Claim], Tag("<list>")] | Annotated[Claims, Tag("<block>")], Discriminator(_claims_form)
    ] = []


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, in the words that draft-04 and draft-07 share."""
    schema = ScenarioFile.model_json_schema(ref_template="#/definitions/{model}")
    schema["definitions"] = schema.pop("$defs")
    schema["properties"]["$schema"] = {"type": "string"}
    common: dict[str, Any] = _common(schema)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **common}


def _common(node: Any) -> Any:
    """The node without what one of the drafts does not know: const, oneOf of a discriminator, null."""
    if isinstance(node, list):
        return [_common(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: _common(value) for key, value in node.items() if key not in ("discriminator", "examples")}
    if "const" in node:
        node["enum"] = [node.pop("const")]
    options = [each for each in node.get("anyOf", []) if each != {"type": "null"}]
    if options and len(options) < len(node["anyOf"]):
        node.pop("anyOf")
        node.pop("default", None)
        return {**options[0], **node} if len(options) == 1 else {"anyOf": options, **node}
    return node
