"""Random expressions over every word of the vocabulary, options included."""

from __future__ import annotations

from keyword import iskeyword

from hypothesis import strategies as st

from bpdebug.language.chance import DRAWN
from bpdebug.language.expression import Apply, Expr, Name, Number, Option, Slice
from bpdebug.language.vocabulary import REQUIRED, Word
from bpdebug.ops import VOCABULARY

WORDS = {spelling for word in VOCABULARY.values() for spelling in (word.name, *word.aliases)}
USUAL = [
    "W1",
    "dW2",
    "b3",
    "A0",
    "Z10",
    "W01",
    "vdW1",
    "n1",
    "m",
    "x1_hat",
    "X",
    "Y",
    "learning_rate",
    "α",
    "λ2",
    "σ",
    "Σ",
    "d1",
    "w2",
    "np",
    "W̄1",
    "é_",
]


def usable(name: str) -> bool:
    """Whether a quantity may have this name."""
    return name not in WORDS and not iskeyword(name) and name.lower() not in ("nan", "inf", "infinity")


names = st.sampled_from(USUAL) | st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,4}", fullmatch=True).filter(usable)
numbers = st.integers(0, 10**20).map(float) | st.floats(0, allow_infinity=False)
leaves: st.SearchStrategy[Expr] = names.map(Name) | numbers.map(Number)

wholes = st.integers(-3, 9)
sizes: st.SearchStrategy[Option] = (
    wholes
    | st.sampled_from(["n1", "m", "W1"]).map(Name)
    | st.builds(lambda name: Name(name) * 2 - 1, st.sampled_from(["n1", "m"]))
    | st.just(Apply("size", (Name("X"),), (("axis", 0),)))
)
bounds = st.none() | wholes
slices = st.builds(Slice, bounds, bounds, bounds)
OPTIONS: dict[str, st.SearchStrategy[Option]] = {
    "axis": st.none() | wholes | st.tuples(wholes, wholes) | st.tuples(wholes),
    "keepdims": st.booleans(),
    "shape": sizes | st.lists(sizes, max_size=3).map(tuple),
    "index": st.lists(sizes | slices, max_size=3).filter(lambda picks: reads_as_index(picks)).map(tuple),
    "n": sizes,
    "examples": sizes,
    "every": sizes,
    "shuffle": st.booleans(),
    "k": sizes,
    "axes": st.lists(wholes, max_size=4).map(tuple),
    "axis1": wholes,
    "axis2": wholes,
    "reverse": st.booleans(),
    "stride": wholes | st.tuples(wholes, wholes) | st.none(),
    "size": sizes | st.tuples(wholes, wholes),
    "padding": wholes | st.tuples(wholes, wholes) | st.just("same"),
    "mode": st.sampled_from(["valid", "same", "full"]),
    "slope": st.floats(-5, 5),
    "alpha": st.floats(-(2.0**53), 2.0**53),
}


def reads_as_index(picks: list[Option]) -> bool:
    """Whether single entries and slices are picked: X[n1] is what the array n1 picks, be it a single number."""
    return sum(isinstance(each, Expr) for each in picks) != 1


@st.composite
def applied(draw: st.DrawFn, word: Word, inputs: st.SearchStrategy[Expr]) -> Expr:
    """The word on random inputs, with random options."""
    count = draw(st.integers(1, 3)) if word.variadic else len(word.inputs)
    options = {
        key: draw(OPTIONS[key]) for key, default in word.options.items() if default == REQUIRED or draw(st.booleans())
    }
    if word.name in DRAWN:  # each argument is a length
        options["shape"] = draw(st.lists(sizes, min_size=1, max_size=3).map(tuple))
    return Apply(word.name, tuple(draw(inputs) for _ in range(count)), tuple(sorted(options.items())))


def above(inputs: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """One word on top, those written with signs as often as all others together."""
    signs = [word for word in VOCABULARY.values() if "{args}" not in word.ascii.template]
    word = st.sampled_from(signs) | st.sampled_from([*VOCABULARY.values()])
    return word.flatmap(lambda each: applied(each, inputs))


trees: st.SearchStrategy[Expr] = st.recursive(leaves, above, max_leaves=10)
