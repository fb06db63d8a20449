"""A formula over one example as one over all of them: what is a vector, a column or a row of one is a matrix of all.

Where examples are columns, the numbers, vectors and columns of all of them stand beside each other, rows below; where
they are rows it is the columns that stand beside each other, and all else below. What is a column times a row of one
example is a product of matrices over all, which adds up over them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from msgspec.structs import replace

from bpdebug.check.called import RATES
from bpdebug.scenario.batches import counts_examples
from bpdebug.scenario.kinds import Kind, NotPlain, Shape, Shapes, Value

_ENTRYWISE = re.compile(
    r"abs|absolute|add|array|asarray|copy|cos|divide|drelu|exp|greater|heaviside|less|log|log1p|maximum|minimum"
    r"|multiply|negative|power|relu|sigmoid|sign|sin|sqrt|square|subtract|tanh|true_divide|where"
)
_PRODUCTS = frozenset({"dot", "matmul"})
_VECTORS = frozenset({"flatten", "ravel", "squeeze"})


class Reading:
    """The formulas of a loop's body, in the order in which they stand; names stand for what was read last."""

    def __init__(self, shapes: Shapes, number: str, whole: Kind | None, *, keeps: bool) -> None:
        self.shapes = shapes
        self.names: dict[str, Value] = {}
        self.number = number
        """What the number of the example is called; "" where the loop gives the examples themselves."""
        self.whole = whole
        """What a quantity is for one example where it is not picked out of all; None where it has to be."""
        self.keeps = keeps
        """Whether an index keeps its axis, as MATLAB's does."""

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=int() | float()):
                return Value(Kind.SAME, node, ())
            case ast.Name(id=name):
                return self._name(name, node)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                return self._product(self.value(left), self.value(right))
            case ast.BinOp(left=left, op=ast.operator() as sign, right=right):
                return self._entrywise([left, right], lambda one, two: ast.BinOp(one, sign, two), sign)
            case ast.UnaryOp(op=ast.unaryop() as op, operand=operand):
                value = self.value(operand)
                return replace(value, node=ast.UnaryOp(op, value.node))
            case ast.Compare(left=left, ops=[ast.cmpop() as op], comparators=[right]):
                return self._entrywise([left, right], lambda one, two: ast.Compare(one, [op], [two]))
        return self._asked(node)

    def _asked(self, node: ast.expr) -> Value:
        """The value of what is turned, called or picked."""
        match node:
            case ast.Attribute(value=inner, attr="T"):
                return self._turned(self.value(inner))
            case ast.Call(func=ast.Attribute(value=inner, attr=name), args=arguments) if not _is_module(inner):
                return self._method(self.value(inner), name, arguments, node)
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=arguments):
                return self._call(name, arguments, node)
            case ast.Subscript(value=inner, slice=index):
                return self._picked(inner, index, node)
        raise NotPlain(f"'{ast.unparse(node):.40}' is not read for one example")

    def _name(self, name: str, node: ast.Name) -> Value:
        if name in self.names:
            return self.names[name]
        shape = self.shapes.shape(name)
        if name in self.shapes.single or name.lower() in RATES or counts_examples(name):
            return Value(Kind.SAME, node, ())
        if self.shapes.is_parameter(name):
            return Value(Kind.SAME, node, shape, flat=shape is not None and len(shape) == 1)
        if shape is None or self.whole is None or self.shapes.moved(name):
            raise NotPlain(f"what {name} is for one example is not seen here")
        return self.of_all(node, shape, self.whole)

    def of_all(self, node: ast.expr, shape: Shape, kind: Kind) -> Value:
        """What a quantity with all examples is for one of them."""
        if len(shape) < 2:
            return Value(Kind.NUMBER, node, flat=True)
        one = shape[int(self.shapes.rows)] == 1
        return Value(Kind.NUMBER, node, unit=True) if one and kind is Kind.VECTOR else Value(kind, node)

    def _picked(self, inner: ast.expr, index: ast.expr, node: ast.expr) -> Value:
        """X[:, i], X[:, i:i + 1] and Y[0, i] of all examples; W[0], an axis more or less of a single value."""
        places = [*index.elts] if isinstance(index, ast.Tuple) else [index]
        if isinstance(inner, ast.Name) and any(self._says(each) for each in places):
            return self._example(inner, places)
        value, said = self.value(inner), [ast.unparse(each) for each in places]
        if said in ([":", "None"], [":", "np.newaxis"]) and value.kind in (Kind.VECTOR, Kind.NUMBER):
            return self._stood(value, Kind.COLUMN)
        if said in (["None", ":"], ["None"]) and value.kind in (Kind.VECTOR, Kind.NUMBER):
            return self._stood(value, Kind.ROW)
        if value.kind is Kind.SAME and value.shape is not None and len(value.shape) == 2 and not self.shapes.rows:
            if said in (["0"], ["0", ":"]) and value.shape[0] == 1:
                return Value(Kind.SAME, _turn(value.node), value.shape[1:])
            if said == [":", "0"] and value.shape[1] == 1:
                return Value(Kind.SAME, value.node, value.shape[:1])
        raise NotPlain(f"'{ast.unparse(node):.40}' is not read for one example")

    def _says(self, place: ast.expr) -> bool:
        return any(isinstance(each, ast.Name) and each.id == self.number for each in ast.walk(place))

    def _example(self, name: ast.Name, places: list[ast.expr]) -> Value:
        """What one example is of a quantity with all of them, by how it is picked."""
        shape, number = self.shapes.shape(name.id), self.number
        said = ["".join(ast.unparse(each).split()) for each in places]
        if shape is None or name.id in self.names or self.shapes.is_parameter(name.id):
            raise NotPlain(f"what {name.id}[{', '.join(said)}] is for one example is not seen here")
        across = Kind.ROW if self.shapes.rows else Kind.COLUMN
        one = len(shape) == 2 and shape[int(self.shapes.rows)] == 1
        if len(shape) == 1 and said == [number]:
            return Value(Kind.NUMBER, name, flat=True)
        if said == [number] and self.keeps and one:
            return Value(Kind.NUMBER, name)
        if len(shape) == 2 and len(said) == 1 and self.shapes.rows:
            said.append(":")
        if self.shapes.rows:
            said.reverse()
        if len(shape) == 2 and len(said) == 2:
            entry, along = said
            if entry == "0" and along == number and one:
                return Value(Kind.NUMBER, name)
            if entry == ":" and along == number:
                return self.of_all(name, shape, across if self.keeps else Kind.VECTOR)
            if entry == ":" and along in (f"[{number}]", f"{number}:{number}+1"):
                return Value(across, name)
        axis = "row" if self.shapes.rows else "column"
        raise NotPlain(f"an example is a {axis} of {name.id}, and this picks something else")

    def _stood(self, value: Value, kind: Kind) -> Value:
        """A vector as a column or a row."""
        new = Value(kind, value.node)
        return replace(new, node=self._along(value, self.shapes.last(new)))

    def _along(self, value: Value, last: bool) -> ast.expr:
        """The values of all examples along the axis that is asked for."""
        if value.flat and last is (value.kind is Kind.SAME):
            raise NotPlain("an array of one axis is not put beside the others")
        as_it_is = value.kind is Kind.SAME or self.shapes.last(value) is last
        return value.node if as_it_is else _turn(value.node)

    def _turned(self, value: Value) -> Value:
        other = {Kind.COLUMN: Kind.ROW, Kind.ROW: Kind.COLUMN}.get(value.kind, value.kind)
        if value.kind in (Kind.NUMBER, Kind.VECTOR):
            return value
        return replace(value, kind=other, node=_turn(value.node), shape=value.shape and value.shape[::-1])

    def _method(self, value: Value, name: str, arguments: list[ast.expr], node: ast.expr) -> Value:
        said = ", ".join(ast.unparse(each) for each in arguments)
        stands = value.kind in (Kind.NUMBER, Kind.VECTOR, Kind.COLUMN, Kind.ROW)
        if name == "dot" and len(arguments) == 1:
            return self._dotted(value, self.value(arguments[0]))
        if name == "copy" and not arguments:
            return value
        if name == "transpose" and not arguments:
            return self._turned(value)
        if name in _VECTORS and not arguments and stands:
            return self._stood(value, Kind.VECTOR)
        if name == "reshape" and said in ("-1, 1", "(-1, 1)") and stands:
            return self._stood(value, Kind.COLUMN)
        if name == "reshape" and said in ("1, -1", "(1, -1)") and stands:
            return self._stood(value, Kind.ROW)
        raise NotPlain(f"'{ast.unparse(node):.40}' is not read for one example")

    def _call(self, name: str, arguments: list[ast.expr], node: ast.Call) -> Value:
        if name in _PRODUCTS and len(arguments) == 2:
            values = [self.value(each) for each in arguments]
            return (self._dotted if name == "dot" else self._product)(*values)
        if name == "outer" and len(arguments) == 2:
            one, two = (self.value(each) for each in arguments)
            if Kind.SAME in (one.kind, two.kind) or Kind.PRODUCT in (one.kind, two.kind):
                raise NotPlain("this outer product is not one of two values of one example")
            return Value(Kind.PRODUCT, _matmul(self._along(one, True), _turn(self._along(two, True))))
        if (_ENTRYWISE.fullmatch(name) and arguments) or (name in ("max", "min") and len(arguments) == 2):
            return self._entrywise(arguments, lambda *each: ast.Call(node.func, [*each], node.keywords))
        raise NotPlain(f"'{ast.unparse(node):.40}' is not read for one example")

    def _dotted(self, one: Value, two: Value) -> Value:
        """np.dot, which multiplies by a single number."""
        numbers = [(each.kind is Kind.NUMBER and not each.unit) or each.shape == () for each in (one, two)]
        if any(numbers):
            return self._combined([one, two], lambda a, b: ast.BinOp(a, ast.Mult(), b), ast.Mult())
        return self._product(one, two)

    def _product(self, one: Value, two: Value) -> Value:
        """A product of matrices."""
        left, right = one.kind, two.kind
        both = len(one.shape or ()), len(two.shape or ())
        vector = right is Kind.VECTOR or two.unit
        if (left, right) == (Kind.COLUMN, Kind.ROW):
            return Value(Kind.PRODUCT, _matmul(one.node, two.node))
        if left is right is Kind.SAME:
            shape = (one.shape[0], two.shape[1]) if both == (2, 2) and one.shape and two.shape else None
            return Value(Kind.SAME, _matmul(one.node, two.node), shape)
        if left is Kind.SAME and both[0] == 2 and one.shape and (right is Kind.COLUMN or vector):
            node = _matmul(one.node, two.node) if self.shapes.last(two) else _matmul(two.node, _turn(one.node))
            return self._one_or_more(node, one.shape[0], right)
        if right is Kind.SAME and both[1] == 2 and two.shape and (left is Kind.ROW or left is Kind.VECTOR or one.unit):
            node = _matmul(_turn(two.node), one.node) if self.shapes.last(one) else _matmul(one.node, two.node)
            return self._one_or_more(node, two.shape[1], left)
        if left is Kind.SAME and both[0] == 1 and right is Kind.VECTOR:
            node = _matmul(one.node, two.node) if self.shapes.last(two) else _matmul(two.node, one.node)
            return Value(Kind.NUMBER, node, flat=True)
        if self.keeps and Kind.NUMBER in (left, right):
            return self._combined([one, two], lambda a, b: ast.BinOp(a, ast.Mult(), b), ast.Mult())
        raise NotPlain(f"a product of {left.value} and {right.value} is not read for one example")

    @staticmethod
    def _one_or_more(node: ast.expr, entries: int, kind: Kind) -> Value:
        if kind in (Kind.COLUMN, Kind.ROW):
            return Value(kind, node)
        return Value(Kind.NUMBER, node, unit=True) if entries == 1 else Value(Kind.VECTOR, node)

    def _entrywise(
        self, arguments: list[ast.expr], made: Callable[..., ast.expr], op: ast.operator | None = None
    ) -> Value:
        return self._combined([self.value(each) for each in arguments], made, op)

    def _combined(self, values: list[Value], made: Callable[..., ast.expr], op: ast.operator | None) -> Value:
        """What is made of several values entry by entry, as NumPy spreads them over each other."""
        kinds = {each.kind for each in values} - {Kind.SAME}
        wide = [each.shape for each in values if each.kind is Kind.SAME and each.shape not in ((), (1, 1), (1,))]
        if kinds == {Kind.COLUMN, Kind.ROW} and isinstance(op, ast.Mult) and not wide:
            one, two = sorted(values, key=lambda each: each.kind is Kind.ROW)
            return Value(Kind.PRODUCT, _matmul(one.node, two.node))
        if not kinds:
            shapes = {each.shape for each in values if each.shape != ()}
            return Value(Kind.SAME, made(*(each.node for each in values)), *(shapes if len(shapes) == 1 else [()]))
        if Kind.PRODUCT in kinds:
            scaled = len(kinds) == 1 and not wide and _is_linear(values, op)
            if not scaled:
                raise NotPlain("only what is added up of the examples is read behind a product of a column and a row")
            return Value(Kind.PRODUCT, made(*(each.node for each in values)))
        kind = self._spread(kinds, wide)
        last = self.shapes.last(Value(kind, values[0].node))
        unit = kind is Kind.NUMBER and any(each.unit for each in values)
        flat = kind is Kind.NUMBER and all(each.flat for each in values if each.kind is not Kind.SAME)
        nodes = (each.node if flat else self._along(each, last) for each in values)
        return Value(kind, made(*nodes), unit=unit, flat=flat)

    def _spread(self, kinds: set[Kind], wide: list[Shape | None]) -> Kind:
        """What comes of numbers, vectors, columns or rows beside arrays of these shapes."""
        for shape in wide:
            if shape is None or len(shape) > 2 or (len(shape) == 2 and min(shape) != 1):
                raise NotPlain("a matrix is put beside the values of one example, entry by entry")
            lies = Kind.VECTOR if len(shape) == 1 else Kind.COLUMN if shape[1] == 1 else Kind.ROW
            kinds.add(lies)
        wider = kinds - {Kind.NUMBER}
        if wider == {Kind.VECTOR, Kind.ROW}:
            return Kind.ROW
        if len(wider) > 1:
            said = " and ".join(sorted(each.value for each in wider))
            raise NotPlain(f"{said} are put beside each other, which NumPy spreads over a matrix")
        return next(iter(wider), Kind.NUMBER)


def _is_linear(values: list[Value], op: ast.operator | None) -> bool:
    """Whether products of columns and rows are added, or multiplied by what is the same for all."""
    products = [each.kind is Kind.PRODUCT for each in values]
    if isinstance(op, ast.Add | ast.Sub):
        return all(products)
    return (isinstance(op, ast.Mult) and sum(products) == 1) or (isinstance(op, ast.Div) and products == [True, False])


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "jnp", "torch", "math")


def _turn(node: ast.expr) -> ast.expr:
    """A node the other way round; what is turned twice is as it was."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def _matmul(one: ast.expr, two: ast.expr) -> ast.expr:
    return ast.BinOp(one, ast.MatMult(), two)
