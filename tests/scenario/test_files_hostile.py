"""Files that are broken, or made to do harm: refused with their place, in bounded time and memory, nothing executed."""

from __future__ import annotations

import io
import os
import pickle
import socket
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdebug.errors import ScenarioError
from bpdebug.scenario.files import beside, lines
from bpdebug.scenario.files.faults import OptionError
from bpdebug.scenario.files.sheet import sheet
from bpdebug.scenario.schema import File
from tests.scenario.fed import WRITTEN, fed, refused, saved

BESIDE = "scenario.toml:3:8: expected a file beside the scenario"


def header(shape: object, descr: object = "<f8", version: int = 1) -> bytes:
    """The head of an array in NumPy's format, whatever it declares."""
    text = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text


def packed(folder: Path, members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(folder / "points.npz", "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


GOOD = header((2, 1)) + bytes(16)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (header((10**10 // 8,)), "X: its header declares 1,250,000,000 entries; a scenario may hold 10,000,000"),
        (header((10**6, 10**40)), "X: its header declares 1.0e+46 entries; a scenario may hold 10,000,000"),
        (header((10**400,)), "X: its header declares far too many entries; a scenario may hold 10,000,000"),
        (header((5_000_000,), "<U4000"), "X: its header declares 80,000,000,000 bytes; at most 100,000,000 are read"),
        (header((2, 2)) + bytes(16), "X: its header declares 32 bytes of numbers, and 16 are there"),
        (header((1, 1)) + bytes(16), "X: its header declares 8 bytes of numbers, and 16 are there"),
        (header((0, 4)), "X: it is empty: its shape is (0, 4)"),
        (header((1,) * 9) + bytes(8), "X: it has 9 axes; at most 8 are read"),
        (header((-2, -1)) + bytes(16), "X: its header cannot be read: the shape is none"),
        (header((True,)) + bytes(8), "X: its header cannot be read: the shape is none"),
        (header([2, 1]) + bytes(16), "X: its header cannot be read: the shape is none"),
        (header((2, 1), "|O") + bytes(16), "X: it holds pickled Python objects, which are never read"),
        (header((2, 1), [("a", "<f8")]) + bytes(16), "X: expected numbers or texts, found entries of the type"),
        (header((2, 1), "<c16") + bytes(32), 'X: expected numbers or texts, found entries of the type "<c16"'),
        (header((2, 1), "<M8[s]") + bytes(16), "X: expected numbers or texts, found entries of the type"),
        (header((2, 1), "<f16") + bytes(32), 'X: entries of the type "<f16" are not read; float64 is'),
        (header((2, 1), "<f3") + bytes(6), 'X: entries of the type "<f3" are not read; float64 is'),
        (header((2, 1), "<U2") + bytes(16), "X: expected numbers, found texts"),
        (b"\x93NUMPY\x02\0" + struct.pack("<I", 2**32 - 1), "X: its header is said to have 4,294,967,295 bytes"),
        (b"\x93NUMPY\x01\0" + struct.pack("<H", 4000) + b"(" * 4000, "X: its header cannot be read"),
        (
            b"\x93NUMPY\x01\0" + struct.pack("<H", 30) + b"{'descr': __import__('os')}   ",
            "X: its header cannot be read",
        ),
        (b"\x93NUMPY\x09\0", "X: it is no array in NumPy's format"),
        (b"\x93NUMPY", "X: it is no array in NumPy's format"),
        (b"", "X: it is no array in NumPy's format"),
        (pickle.dumps(np.zeros(3)), "X: it is no array in NumPy's format"),
    ],
)
def test_an_array_that_is_not_what_it_says(tmp_path: Path, array: bytes, said: str) -> None:
    packed(tmp_path, {"X.npy": array, "Y.npy": GOOD})
    (problem,) = refused(tmp_path, 'file = "points.npz"')
    assert problem.startswith(f"points.npz: {said}")


def test_headers_of_every_version_are_read(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        packed(tmp_path, {"X.npy": header((2, 1), version=version) + bytes(16), "Y.npy": GOOD})
        assert fed(tmp_path, 'file = "points.npz"').values["X"].shape == (2, 1)


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "executed"),)

    saved(tmp_path, X=np.array([Trap()], dtype=object), Y=np.zeros(1))
    (problem,) = refused(tmp_path, 'file = "points.npz"')
    assert "pickled Python objects, which are never read" in problem
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_which_cannot_be_bounded_are_refused(tmp_path: Path, kind: int) -> None:
    packed(tmp_path, {"X.npy": GOOD, "Y.npy": GOOD}, kind)
    (problem,) = refused(tmp_path, 'file = "points.npz"')
    assert problem == "points.npz: X is compressed in a way that NumPy does not use"


def test_an_archive_that_is_damaged_anywhere_is_refused_or_read(tmp_path: Path) -> None:
    saved(tmp_path, X=np.arange(6.0).reshape(3, 2), Y=np.array(["a", "b", "a"]))
    whole = (tmp_path / "points.npz").read_bytes()
    random = np.random.default_rng(1)
    for at in random.integers(0, len(whole), 120):
        broken = bytearray(whole)
        broken[at] ^= 1 << int(random.integers(8))
        (tmp_path / "points.npz").write_bytes(broken if at % 3 else whole[:at])
        try:
            fed(tmp_path, 'file = "points.npz"')
        except ScenarioError:
            continue


def test_texts_and_numbers_that_are_none(tmp_path: Path) -> None:
    for array, said in (
        (header((2,), "<U1") + b"\xff\xff\xff\x7f" * 2, "Y: it holds bytes that are no text"),
        (header((2,), "|S2") + b"\xff\xfeab", "Y holds bytes that are no text"),
        (header((2,), "<U1") + b"\x1b\0\0\0a\0\0\0", 'Y: the class holds an invisible character: "\\x1b"'),
        (header((2,)) + np.array([1, np.nan]).tobytes(), "Y[1]: expected a finite number, found nan"),
        (header((3,)) + bytes(24), "X has the shape (2, 1) and Y (3,): expected as many rows"),
        (header(()) + bytes(8), "X has the shape (2, 1) and Y (): expected as many rows"),
    ):
        packed(tmp_path, {"X.npy": GOOD, "Y.npy": array})
        assert refused(tmp_path, 'file = "points.npz"') == [f"points.npz: {said}"]


def bomb(folder: Path) -> None:
    """A small archive whose X unpacks to as much as an array may have, and goes on for another 10 MB."""
    with zipfile.ZipFile(folder / "points.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("X.npy", "w", force_zip64=True) as member:
            member.write(header((10_000_000,)))
            for _ in range(9):
                member.write(bytes(10_000_000))
        archive.writestr("Y.npy", GOOD)


def lying(folder: Path) -> None:
    """The same, but the archive says that it has as many bytes as its header declares."""
    bomb(folder)
    path = folder / "points.npz"
    with zipfile.ZipFile(path) as archive:
        real = archive.getinfo("X.npy").file_size
    said = struct.pack("<I", len(header((10_000_000,))) + 80_000_000)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", real), said))


def crowded(folder: Path) -> None:
    """An archive that holds a million arrays of no size, by its index."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0) + b"a.npy"
    index = entry * 1_000_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, len(index), 0, 0)
    (folder / "points.npz").write_bytes(index + end)


def large(folder: Path) -> None:
    """A file of more bytes than are read."""
    with (folder / "points.csv").open("wb") as stream:
        stream.truncate(120_000_000)


def digits(folder: Path) -> None:
    """Numbers that regular expressions and conversions would take the square of their length for."""
    (folder / "points.csv").write_bytes((b"1" * 400_000 + b"x," + b"0." + b"0" * 400_000 + b"1\n") * 10)


def blank(folder: Path) -> None:
    (folder / "points.csv").write_bytes(b"\n" * 20_000_000)


def ragged(folder: Path) -> None:
    (folder / "points.csv").write_bytes(b"1,2\n" + b"1,2,3\n" * 100_000)


def kinds(folder: Path) -> None:
    (folder / "points.csv").write_bytes(b"".join(b"1,k%d\n" % number for number in range(100_000)))


HOSTILE = (bomb, lying, crowded, large, digits, blank, ragged, kinds)


MEASURED = """
import resource, sys, time
from bpdebug.errors import ScenarioError
from bpdebug.scenario.load import load
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
begun = time.process_time()
def peak():
    return next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
try:
    load(sys.argv[1])
except ScenarioError as error:
    print(error.problems[0].file, time.process_time() - begun, peak())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limits and the figures are those of Linux")
@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_time_and_memory_are_bounded(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path)
    (name,) = (path.name for path in tmp_path.iterdir())
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(WRITTEN.format(data=f'file = "{name}"', seed=1))
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, str(scenario)],
        capture_output=True, text=True, timeout=100, check=True, env=environment,
    )  # fmt: skip
    file, seconds, kilobytes = told.stdout.split()
    assert Path(file).parent == tmp_path
    assert float(seconds) < 10
    assert int(kilobytes) < 250_000


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../points.csv", f"{BESIDE}; the path leads out of its folder"),
        ("within/../../points.csv", f"{BESIDE}; the path leads out of its folder"),
        ("link.csv", f"{BESIDE}; the file is a link that leads out of its folder"),
        ("away/points.csv", f"{BESIDE}; the file is a link that leads out of its folder"),
        ("/etc/passwd", f"{BESIDE}, found an absolute path"),
        ("within", "scenario.toml:3:8: expected a file, found a directory"),
        ("pipe.csv", "scenario.toml:3:8: expected a file, found a pipe"),
        ("pipe.npz", "scenario.toml:3:8: expected a file, found a pipe"),
        ("socket.csv", "scenario.toml:3:8: expected a file, found a socket"),
        ("circle.csv", "scenario.toml:3:8: the file cannot be"),
        ("pionts.csv", 'scenario.toml:3:8: there is no file "pionts.csv"; did you mean "points.csv"?'),
        ("within/points.csv", 'scenario.toml:3:8: there is no file "within/points.csv"'),
        ("points.csv/x.csv", "scenario.toml:3:8: the file cannot be read: Not a directory"),
        ("x" * 300, "scenario.toml:3:8: the file cannot be"),
        (" ", "scenario.toml:3:8: expected the name of a file"),
        ("a\\u0000b", "scenario.toml:3:8: expected the name of a file"),
    ],
)
def test_only_a_plain_file_beside_the_scenario_is_read(tmp_path: Path, path: str, said: str) -> None:
    home = tmp_path / "home"
    (home / "within").mkdir(parents=True)
    (home / "points.csv").write_text("1,2\n")
    (tmp_path / "points.csv").write_text("1,2\n")
    (home / "link.csv").symlink_to(tmp_path / "points.csv")
    (home / "away").symlink_to(tmp_path)
    (home / "circle.csv").symlink_to("circle.csv")
    for name in ("pipe.csv", "pipe.npz"):
        os.mkfifo(home / name)
    with socket.socket(socket.AF_UNIX) as served:
        here = Path.cwd()
        os.chdir(home)  # the path of a socket may have about a hundred characters
        served.bind("socket.csv")
        os.chdir(here)
        (problem,) = refused(home, f'file = "{path}"')
    assert problem.startswith(said)


def test_a_device_is_not_read() -> None:
    with (
        pytest.raises(OptionError, match="expected a file, found a device"),
        beside.opened("zero", "/dev/scenario.toml"),
    ):
        pass


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(tmp_path: Path, monkeypatch) -> None:
    os.mkfifo(tmp_path / "points.csv")
    once = iter([None])
    regular = beside._regular
    monkeypatch.setattr(beside, "_regular", lambda mode: next(once, regular) and regular(mode))
    assert refused(tmp_path, 'file = "points.csv"') == ["scenario.toml:3:8: expected a file, found a pipe"]


def test_a_scenario_from_standard_input_has_no_folder(bpdebug) -> None:
    run = bpdebug("show", "-", stdin=WRITTEN.format(data='file = "points.csv"', seed=1))
    assert run.code == 2
    assert "<stdin>:3:8: data.file.path: a scenario from standard input has no folder" in run.err
    assert "Write the scenario to a file in the folder of its data." in run.err


def test_what_is_told_of_a_file_moves_no_cursor(bpdebug, tmp_path: Path) -> None:
    for text in ("x,y\n\x1b[2J,\x9b1m\n", "\x1b]0;x\x07,y\n1,2\n", "x,k\n1,\x1b\n2,\u202e\n"):
        with pytest.raises(ScenarioError):
            fed(tmp_path, 'file = "points.csv"', text)
        run = bpdebug("show", str(tmp_path / "scenario.toml"))
        assert run.code == 2
        assert all(each.isprintable() or each == "\n" for each in run.err)


CSV = st.text(st.sampled_from('12.0e-+,;\t "xa#\n\r\0é?'), max_size=60).map(str.encode) | st.binary(max_size=40)


@settings(max_examples=300, deadline=None)
@given(CSV, st.sampled_from([{}, {"labels": "one-hot"}, {"header": True}, {"label": 0}, {"classes": ["a", 1]}]))
def test_whatever_a_file_holds_it_is_read_or_refused(content: bytes, said: dict[str, Any]) -> None:
    try:
        found = sheet(io.BytesIO(content), "points.csv", File(path="points.csv", **said))
    except (ScenarioError, OptionError):
        return
    assert len(found.x) == len(found.y) > 0
    assert np.isfinite(found.x).all()
    assert np.isfinite(found.y).all()


def test_a_line_is_read_no_further_than_it_may_be_long(tmp_path: Path) -> None:
    text = b"1,2\n" + b"3," + b"4" * lines.LONGEST_LINE + b"\n"
    assert refused(tmp_path, 'file = "points.csv"', text) == [
        "points.csv:2:1: the line has more than 1,000,000 bytes, the most that is read of one"
    ]


def test_a_file_of_more_numbers_than_a_scenario_may_hold(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("bpdebug.scenario.files.sheet.MOST_ENTRIES", 8)
    text = "1,2,3\n4,5,6\n7,8,9\n1,?\n"
    assert refused(tmp_path, 'file = "points.csv"', text) == [
        "points.csv:3:1: up to this line there are more than 8 numbers, the most that a scenario may hold"
    ]
