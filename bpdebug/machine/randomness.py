"""Random numbers that belong to a place in the run, so that any iteration can be entered without those before it."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np


def generator(seed: int, iteration: int, op: str) -> np.random.Generator:
    """The random numbers of one operation in one iteration: always the same, whatever was drawn elsewhere."""
    digest = blake2b(f"{seed}/{op}".encode(), digest_size=16).digest()
    # The iteration stands in the counter's highest word: a stream would need 2**192 draws to run into the next.
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little"), counter=iteration << 192))
