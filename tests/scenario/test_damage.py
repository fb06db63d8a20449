"""Scenario files damaged at random are read or refused; nothing else happens."""

from __future__ import annotations

import contextlib
import io
import random
import re
import sys
from pathlib import Path

import pytest

from bpdebug.errors import ScenarioError
from bpdebug.scenario.bundled import bundled
from bpdebug.scenario.load import load

TEXTS = [Path(each.path).read_text(encoding="utf-8") for each in bundled()]
PIECES = re.compile(r"\w+|\s+|.")
DEBRIS = """
" ' [ ] { } = . , # nan inf 1e999 -1 0 true X W1 m @ * ** .T ( ) [0] [-1] [1:2] [9:] axis=0 axis=7 keepdims=True np. sum
softmax(X,axis=3) reshape(X,(2,-1)) 9**9 l2 rows forward values shape units 1979-05-27 0x10 [[1]] [[[]]] "m" eye(m) /0 é
concatenate([X,X],axis=0) ones((m,m)) diag(X) outer(X,X) max(X,axis=1) J dZ1 dX learning_rate 0* log(0) drelu relu ∂
10000000 X[m] zeros((10000000,10000000)) W⁽²⁾ dsigmoid(X)
"""
PARTS = [*DEBRIS.split(), '"""', "\n", "\x1b", "\u202e", "\0", "\ud800"]


def damaged(text: str, chance: random.Random) -> str:
    """The text with pieces lost, doubled, exchanged, and strange ones put in."""
    pieces = PIECES.findall(text)
    for _ in range(chance.randint(1, 4)):
        place, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(5):
            case 0:
                pieces[place] = ""
            case 1:
                pieces[place] = chance.choice(PARTS)
            case 2:
                pieces.insert(place, chance.choice(PARTS))
            case 3:
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case 4:
                pieces[place:place] = pieces[place : place + chance.randrange(30)]
    return "".join(pieces)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_is_read_or_refused(seed, monkeypatch):
    chance = random.Random(seed)
    for _ in range(25):
        text = damaged(chance.choice(TEXTS), chance)
        raw = text.encode("utf-8", "surrogatepass")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        turned = chance.choice((None, None, "rows", "columns"))
        with contextlib.suppress(ScenarioError):
            load("-", orientation=turned, fused=chance.random() < 0.5)
