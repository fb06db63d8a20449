"""Scripts and transcripts: what is read, what is refused with its place, what a failure says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpdebug.debugger import files
from bpdebug.debugger.recording import MOST_LINES
from bpdebug.debugger.replay import Replay, Told
from bpdebug.debugger.script import LONGEST_LINE, Opening, Remark, Typed, read
from bpdebug.errors import ScenarioError, UsageError

HERE = Path(__file__).parent


def told(text: str, folder: Path = HERE, **options: float) -> list[Told]:
    """What is told of a file of this text in a folder."""
    return list(Replay(read(text, "walk.replay"), folder, **options).told())


def failure(text: str, folder: Path = HERE, **options: float) -> str:
    """The first failure of a file."""
    last = told(text, folder, **options)[-1]
    assert last.failure is not None, last
    return str(last.failure)


def refused(text: str, folder: Path = HERE) -> str:
    """Why a file cannot be replayed."""
    with pytest.raises(ScenarioError) as caught:
        told(text, folder)
    return str(caught.value)


def printed(text: str, folder: Path = HERE) -> str:
    return "\n".join(line for each in told(text, folder) for line in each.lines) + "\n"


def test_a_script_is_read_part_by_part():
    found = read("# A walk.\n\n  @ xor seed=3 notation=ascii iterations=20\nstep 2\n  ! print J\n", "walk.replay")

    assert not found.transcript
    assert found.parts[0] == Remark(1, "# A walk.")
    assert found.parts[1] == Remark(2, "")
    assert isinstance(found.parts[2], Opening)
    assert dict(found.parts[2].settings) == {"seed": 3, "notation": "ascii", "iterations": 20}
    assert found.parts[3:] == (Typed(4, "step 2"), Typed(5, "print J", 5, refused=True))


def test_a_transcript_is_known_by_its_first_command():
    found = read("# Answers.\n@ xor\n\n> step\n  one\n  .\n! two\n\n> step\n", "walk.txt")

    assert found.transcript
    assert found.commands == (Typed(4, "step", 3, answer=("  one", "  .", "! two")), Typed(9, "step", 3))


def test_what_a_script_prints_is_a_transcript_that_holds(tmp_path):
    script = (
        "# A walk.\n@ xor notation=ascii\n\nstep 3\n! print J\necho  >  # @\n@ iris orientation=columns\nprint W1\n"
    )
    first = printed(script)

    assert read(first, "walk.txt").transcript
    assert told(first)[-1].failure is None
    assert printed(first) == first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("step\n", "walk.replay:1:1: expected @ SCENARIO before the first command"),
        ("> step\n", "walk.replay:1:1: expected @ SCENARIO before the first command"),
        ("@\n", "walk.replay:1:1: expected a scenario after @"),
        (
            "@ xo\nstep\n",
            "walk.replay:1:3: there is no such scenario, and no such file in the folder; did you mean xor?",
        ),
        ("@ xor sed=3\n", "walk.replay:1:7: there is no setting 'sed'; did you mean seed?"),
        ("@ xor seed=x\n", "walk.replay:1:7: expected seed= and a whole number from 0 to 10,000,000"),
        ("@ xor seed=99999999999\n", "walk.replay:1:7: expected seed= and a whole number"),
        ("@ xor iterations=0\n", "walk.replay:1:7: expected iterations= and a whole number from 1 to 10,000,000"),
        ("@ xor fused=maybe\n", "walk.replay:1:7: expected fused=true or fused=false"),
        ("@ xor seed=1 seed=2\n", "walk.replay:1:14: seed is given twice"),
        ("@ xor\n> s\nanswer\n\n  astray\n", "walk.replay:5:1: expected a command, or an answer right beneath one"),
        (f"@ xor\nprint {'1' * LONGEST_LINE}\n", f"walk.replay:2:{LONGEST_LINE + 1}: the line has 2,006 characters"),
        ("@ xor\n" + "# …\n" * MOST_LINES, f"walk.replay:{MOST_LINES + 1}:1: at most 10,000 lines are read"),
        ("@ ../walk.toml\n", "walk.replay:1:3: a script opens files of its own folder only"),
        ("@ /etc/passwd\n", "walk.replay:1:3: a script opens files of its own folder only"),
        ("@ a\\b.toml\n", "walk.replay:1:3: a script opens files of its own folder only"),
    ],
)
def test_what_is_no_script_is_refused_with_its_place(text, message):
    assert refused(text).startswith(message)


def test_the_first_refusal_ends_a_script_and_is_placed():
    assert failure("@ xor\nstep\n  print Q + 1\nstep\n").splitlines()[0] == (
        "walk.replay:3:9: print Q + 1: there is no 'Q' here"
    )
    assert failure("@ xor\nstpe\n").startswith("walk.replay:2:1: stpe: there is no command 'stpe'")


def test_a_line_that_is_to_be_refused_has_to_be():
    assert told("@ xor\n! print J\n")[-1].failure is None
    assert "expected this to be refused" in failure("@ xor\n! print X\n")


def test_a_failed_expectation_says_the_values():
    assert failure("@ xor notation=ascii\ngoto 2:J\nexpect J < 0.5\n") == (
        "walk.replay:3:8: expect J < 0.5: J < 0.5 does not hold\n    J = 0.7316433391"
    )


def test_another_answer_is_told_by_a_diff():
    last = told("# One.\n@ xor\n> print X[0, 0]\n  X[0, 0] = 1\n> step\n")[-1]

    assert last.failure is not None
    assert (last.failure.line, last.failure.column) == (3, 9)
    assert last.failure.diff.splitlines() == [
        "--- walk.replay as written",
        "+++ walk.replay as it is",
        "@@ -1,5 +1,5 @@",
        " # One.",
        " @ xor",
        " > print X[0, 0]",
        "-  X[0, 0] = 1",
        "+  X[0, 0] = 0",
        " > step",
    ]


def test_time_and_room_are_bounded(monkeypatch):
    assert "takes more than 0.05 seconds" in failure("@ two-moons iterations=10000000\nend\n", seconds=0.05)
    monkeypatch.setattr("bpdebug.debugger.replay.LARGEST_FILE", 5_000)
    assert "longer than 5,000 bytes together" in failure("@ xor\nhelp\nhelp\n")


def test_control_characters_never_come_out():
    assert "\x1b" not in printed("@ xor\necho \x1b[31mred\n").split("\n", 3)[3]


def test_a_scenario_beside_the_script_is_opened(tmp_path):
    scenario = (HERE.parent.parent / "scenarios" / "xor.toml").read_text(encoding="utf-8")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "mine.toml").write_text(scenario, encoding="utf-8")
    (tmp_path / "broken.toml").write_text("[data", encoding="utf-8")

    assert told("@ deeper/mine.toml\nstep\n", tmp_path)[-1].ok
    assert refused("@ broken.toml\nstep\n", tmp_path).startswith("broken.toml:1:6: not TOML")
    assert str(tmp_path) not in refused("@ broken.toml\nstep\n", tmp_path)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "outside.toml").write_text("secret", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.toml").symlink_to(tmp_path / "outside.toml")
    (inside / "folder").symlink_to(tmp_path, target_is_directory=True)
    (inside / "loop").symlink_to(inside / "loop")

    assert "is a link that leads out" in refused("@ link.toml\n", inside)
    assert "is a link that leads out" in refused("@ folder/outside.toml\n", inside)
    assert "is a link that leads out" in failure("@ xor\nsource link.toml\n", inside)
    assert "secret" not in refused("@ loop\n", inside)


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "walk.txt"
    path.write_text("before", encoding="utf-8")
    path.chmod(0o640)
    files.write(path, "after")
    assert path.read_text(encoding="utf-8") == "after"
    assert path.stat().st_mode & 0o777 == 0o640

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError, match=r"walk\.txt cannot be written: no space left on device"):
        files.write(path, "later")
    assert path.read_text(encoding="utf-8") == "after"
    assert [each.name for each in tmp_path.iterdir()] == ["walk.txt"]
