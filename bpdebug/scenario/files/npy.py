"""One array of an NPZ archive: what its header declares is held against what there is before any of it is kept.

The header is that of NumPy's format (NEP 1); nothing in it is executed, and pickled objects are never read.
"""

from __future__ import annotations

import ast
import re
import struct
from math import prod
from typing import IO

import numpy as np
from msgspec import Struct

from bpdebug.errors import BpdebugError, printable
from bpdebug.ops.table import Array, Shape
from bpdebug.scenario.arrays import MOST_ENTRIES
from bpdebug.scenario.wording import quoted

MAGIC = b"\x93NUMPY"
LENGTHS = {1: "<H", 2: "<I", 3: "<I"}
"""How the length of the header is written, by version of the format."""
LONGEST_HEADER = 4_096
LARGEST = 100_000_000
"""Bytes of one array."""
MOST_AXES = 8
CHUNK = 2**20
LAST_CHARACTER = 0x10FFFF
_KIND = re.compile(r"[<>=|]?([biufUS])(\d{1,6})")


class ArrayError(BpdebugError):
    """Why an array cannot be read."""


class Header(Struct, frozen=True):
    """What an array declares itself to be."""

    shape: Shape
    dtype: np.dtype
    fortran: bool

    @property
    def bytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize


def read(stream: IO[bytes], size: int) -> Array:
    """The array in a stream that is said to have so many bytes; ArrayError where it is not as it says."""
    header, begin = _header(stream)
    if header.bytes > LARGEST:
        raise ArrayError(f"its header declares {_counted(header.bytes)} bytes; at most {LARGEST:,} are read")
    if header.bytes != size - begin:
        message = f"its header declares {header.bytes:,} bytes of numbers, and {size - begin:,} are there"
        raise ArrayError(message)
    flat = np.empty(prod(header.shape), dtype=header.dtype)
    room = memoryview(flat.view(np.uint8).data)
    at = 0
    while at < header.bytes and (part := stream.read(min(CHUNK, header.bytes - at))):
        room[at : at + len(part)] = part
        at += len(part)
    if at < header.bytes or stream.read(1):
        raise ArrayError(f"its header declares {header.bytes:,} bytes of numbers, and the file does not hold as many")
    if header.dtype.kind == "U" and flat.view(header.dtype.str[0] + "u4").max() > LAST_CHARACTER:
        raise ArrayError("it holds bytes that are no text")
    return flat.reshape(header.shape, order="F" if header.fortran else "C")


def _header(stream: IO[bytes]) -> tuple[Header, int]:
    """What the array declares, and how many bytes that took."""
    start = stream.read(8)
    if len(start) < 8 or start[:6] != MAGIC or start[6] not in LENGTHS:
        raise ArrayError("it is no array in NumPy's format")
    written = LENGTHS[start[6]]
    width = struct.calcsize(written)
    length = struct.unpack(written, stream.read(width).ljust(width, b"\0"))[0]
    if length > LONGEST_HEADER:
        raise ArrayError(f"its header is said to have {length:,} bytes; that of an array of numbers has about 120")
    text = stream.read(length).decode("latin-1")
    try:
        found = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.keys() != {"descr", "fortran_order", "shape"}:
        raise ArrayError("its header cannot be read")
    return Header(_shape(found["shape"]), _dtype(found["descr"]), found["fortran_order"] is True), 8 + width + length


def _shape(given: object) -> Shape:
    if not isinstance(given, tuple) or not all(type(each) is int and each >= 0 for each in given):
        raise ArrayError("its header cannot be read: the shape is none")
    if len(given) > MOST_AXES:
        raise ArrayError(f"it has {len(given)} axes; at most {MOST_AXES} are read")
    if not all(given):
        raise ArrayError(f"it is empty: its shape is {given}")
    if prod(given) > MOST_ENTRIES:
        raise ArrayError(f"its header declares {_counted(prod(given))} entries; a scenario may hold {MOST_ENTRIES:,}")
    return given


def _counted(number: int) -> str:
    return f"{number:,}" if number < 10**15 else f"{float(number):.1e}" if number < 10**300 else "far too many"


def _dtype(given: object) -> np.dtype:
    found = _KIND.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        if isinstance(given, str) and "O" in given:
            raise ArrayError("it holds pickled Python objects, which are never read: save it as an array of numbers")
        raise ArrayError(f"expected numbers or texts, found entries of the type {printable(quoted(given))}")
    try:
        dtype = np.dtype(str(given))
    except TypeError:
        dtype = np.dtype(np.longdouble)
    if found[1] in "biuf" and dtype.itemsize > 8:
        raise ArrayError(f"entries of the type {quoted(given)} are not read; float64 is")
    return dtype
