"""The settings: one table, from which come what may be written, what holds without it, the help and the schema."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from msgspec import Struct

from bpdebug.scenario.wording import guessed, quoted

Value = str | bool | float
SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Operations a second, from the slowest to the fastest."""


def _setting(default: Value, help: str, *allowed: Value) -> Any:
    """A line of the table; where no values are listed it is true or false."""
    return field(default=default, metadata={"help": help, "allowed": allowed or (True, False)})


@dataclass(frozen=True, slots=True)
class Preferences:
    """The table: each field is a setting."""

    theme: str = _setting(
        "auto",
        "Colours for a dark or a light ground; auto goes by what the terminal says of its own, and is dark where it "
        "says nothing.",
        "auto",
        "dark",
        "light",
    )
    notation: str = _setting(
        "auto",
        "Signs that formulas and frames are written with; auto is unicode where the terminal and its locale show it.",
        "auto",
        "unicode",
        "ascii",
    )
    colours: str = _setting(
        "auto",
        "How many colours there are; auto goes by TERM, COLORTERM and NO_COLOR.",
        "auto",
        "truecolor",
        "256",
        "16",
        "none",
    )
    format: str = _setting(
        "auto",
        "How the numbers of matrices are written; auto is as fits, fraction is of m.",
        "auto",
        "fixed",
        "scientific",
        "significant",
        "fraction",
    )
    digits: int = _setting(0, "Digits of the numbers of matrices; 0 is as many as fit.", *range(13))
    mouse: bool = _setting(True, "Whether clicks and the wheel are heard; else the mouse is left to the terminal.")
    speed: float = _setting(2.0, "Operations a second while the screen steps by itself.", *SPEEDS)
    tour: bool = _setting(True, "Whether a tour is offered where the screen is opened for the first time.")

    def but(self, **changes: Any) -> Preferences:
        """The same with some settings of other values."""
        return replace(self, **changes)


class Setting(Struct, frozen=True):
    """A line of the table."""

    name: str
    default: Value
    help: str
    allowed: tuple[Value, ...]

    def taken(self, value: object) -> Value | None:
        """A value of a file as the setting has it; None where it is none of those allowed."""
        if isinstance(value, int) and str(value) in self.allowed:
            return str(value)  # colours = 256
        alike = [each for each in self.allowed if isinstance(each, bool) == isinstance(value, bool) and each == value]
        return alike[0] if alike else None

    @property
    def choices(self) -> str:
        """What may be written, in words: auto, dark or light."""
        *most, last = (shown(each) for each in self.allowed)
        return f"{', '.join(most)} or {last}"

    def refusal(self, value: object) -> str:
        """What is said of a value that is not allowed."""
        words = [each for each in self.allowed if isinstance(each, str)]
        message = f"expected {self.choices}, got {quoted(value)}"
        return guessed(message, value, words) if isinstance(value, str) else message

    def schema(self) -> dict[str, Any]:
        """What a JSON Schema says of it."""
        numbers = [int(each) for each in self.allowed if isinstance(each, str) and each.isdecimal()]
        return {"description": self.help, "enum": [*self.allowed, *numbers], "default": self.default}


SETTINGS = {
    each.name: Setting(each.name, getattr(Preferences(), each.name), each.metadata["help"], each.metadata["allowed"])
    for each in fields(Preferences)
}


def shown(value: Value) -> str:
    """A value as TOML has it, but a text without its quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:g}"
