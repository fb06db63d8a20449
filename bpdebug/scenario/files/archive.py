"""An NPZ file of examples: the arrays X and Y, an example each row, or those that the scenario names."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import BinaryIO

import numpy as np

from bpdebug.ops.table import Array
from bpdebug.scenario.files.cells import CellError
from bpdebug.scenario.files.classes import Classes
from bpdebug.scenario.files.faults import Faults, OptionError
from bpdebug.scenario.files.npy import ArrayError, read
from bpdebug.scenario.given import CLASSES, Examples
from bpdebug.scenario.schema import File
from bpdebug.scenario.wording import guessed, listed, quoted

LARGEST_PART = 2**21
"""Bytes that are read of the file at once: its index has to fit, with room for thousands of arrays."""
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
"""What Python raises at archives that are none, or damaged, or locked by a password."""


class Bounded(io.BufferedIOBase):
    """A file of which so much is read at once and no more: the index of an archive says itself how long it is."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = LARGEST_PART + 1 if size is None or size < 0 else size
        found = self._stream.read(min(wanted, LARGEST_PART + 1))
        if len(found) > LARGEST_PART:
            raise zipfile.BadZipFile("its index is too large")
        return found

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def archive(stream: BinaryIO, shown: str, file: File) -> Examples:
    """The examples of an archive; ScenarioError with what is wrong in it, OptionError with what the scenario says."""
    faults = Faults(shown)
    x_name, y_name = (file.arrays.X, file.arrays.Y) if file.arrays else ("X", "Y")
    try:
        with zipfile.ZipFile(Bounded(stream)) as found:
            x, y = (_array(found, key, name, faults) for key, name in (("X", x_name), ("Y", y_name)))
    except _BROKEN as error:
        faults.refuse(f"this is no NPZ file, or it is damaged: {error}", "np.savez writes one.")
    if x.dtype.kind in "US":
        faults.refuse(f"{x_name}: expected numbers, found texts")
    if not x.ndim or not y.ndim or len(x) != len(y):
        hint = "Each row of the two is an example."
        faults.refuse(f"{x_name} has the shape {x.shape} and {y_name} {y.shape}: expected as many rows", hint)
    flat = _finite(x.reshape(len(x), -1), x.shape, x_name, faults)
    if y.dtype.kind in "US" or file.classes is not None or file.labels in CLASSES:
        return _classes(flat, y, y_name, file, faults)
    return Examples(flat, _finite(y.reshape(len(y), -1), y.shape, y_name, faults))


def _array(archive: zipfile.ZipFile, key: str, name: str, faults: Faults) -> Array:
    """An array of the archive, that one which is X, or Y."""
    names = {each.filename.removesuffix(".npy"): each for each in archive.infolist()}
    if name not in names:
        hint = f"The file holds {listed(map(quoted, [*names][:20])) or 'none'}; " if names else "It holds none; "
        hint += 'arrays = { X = "images", Y = "digits" } says which are X and Y.'
        raise OptionError(("arrays", key), guessed(f"there is no array {quoted(name)} in the file", name, names), hint)
    member = names[name]
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        faults.refuse(f"{name} is compressed in a way that NumPy does not use", "np.savez_compressed writes one.")
    try:
        with archive.open(member) as stream:
            return read(stream, member.file_size)
    except ArrayError as error:
        faults.refuse(f"{name}: {error}")


def _finite(flat: Array, shape: tuple[int, ...], name: str, faults: Faults) -> Array:
    """Numbers, an example each row, as float64; refused where one of them is none."""
    with np.errstate(all="ignore"):
        values = flat.astype(np.float64)
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        index = ", ".join(str(int(each)) for each in np.unravel_index(wrong[0], shape))
        more = f", and {wrong.size - 1:,} more" if wrong.size > 1 else ""
        hint = "Remove these examples, or put in values for them."
        faults.refuse(f"{name}[{index}]{more}: expected a finite number, found {values.ravel()[wrong[0]]}", hint)
    return values


def _classes(x: Array, y: Array, name: str, file: File, faults: Faults) -> Examples:
    """The examples with labels that are classes."""
    if y.size != len(y):
        message = f'{name} has the shape {y.shape}; labels = "{file.labels or "one-hot"}" is for one label an example'
        faults.refuse(message, 'Numbers that are written out already are read as they are with labels = "number".')
    flat = y.ravel() if y.dtype.kind in "US" else _finite(y.reshape(-1, 1), y.shape, name, faults).ravel()
    classes = Classes(file.classes)
    found, places = np.unique(flat, return_inverse=True)
    try:
        texts = found.astype(str).tolist() if found.dtype.kind in "US" else [repr(each) for each in found.tolist()]
        codes = [classes.code(each.strip()) for each in texts]
    except CellError as error:
        faults.refuse(f"{name}: {error.message}", error.hint)
    except ValueError:  # bytes, or numbers, that are no text
        faults.refuse(f"{name} holds bytes that are no text")
    return classes.examples(x, np.array(codes, dtype=np.intp)[places.ravel()])


def is_archive(name: str) -> bool:
    """Whether a file is read as an archive."""
    return name.lower().endswith(".npz")
