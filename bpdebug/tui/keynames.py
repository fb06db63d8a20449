"""How keys are called: by Textual, by the screen, and by a person who writes one into the settings."""

from __future__ import annotations

import unicodedata

NAMES = {
    "right": "→",
    "left": "←",
    "up": "↑",
    "down": "↓",
    "colon": ":",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "full_stop": ".",
    "comma": ",",
    "enter": "Enter",
    "slash": "/",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "space": "Space",
}
"""What the screen says for a key; others as they are."""
ASCII = {"→": "Right", "←": "Left", "↑": "Up", "↓": "Down"}
MODIFIERS = ("ctrl", "alt", "shift")
NAMED = (*NAMES, "backspace", "delete", "insert", *(f"f{number}" for number in range(1, 13)))
"""The keys that have a name rather than a character."""
WRITTEN = {
    name.lower(): key for key in NAMED for name in (key, NAMES.get(key, key), ASCII.get(NAMES.get(key, ""), key))
}
"""What may be written for them."""
WRITTEN[" "] = "space"
SHORTER = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus"}
SHORTER |= {"plus_sign": "plus", "low_line": "underscore"}
"""What Textual calls a few characters, by their names in Unicode."""
SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape", "shift+space": "space"}
"""What a terminal sends for one key and for another."""


def called(key: str, *, ascii: bool = False) -> str:
    """The name of a key for people: shift+→."""
    *modifiers, base = key.split("+")
    name = NAMES.get(base) or (base.upper() if base[1:].isdecimal() else _character(base))
    return "+".join((*modifiers, ASCII.get(name, name) if ascii else name))


def understood(word: str) -> str | None:
    """Textual's name of a key that is written as its character, by its name, or as the screen calls it.

    None where there is no such key.
    """
    at = word.rfind("+", 0, len(word) - 1)  # the last character may be the key + itself
    held = [each.lower() for each in word[:at].split("+")] if at > 0 else []
    name = _base(word[at + 1 :] if at > 0 else word)
    if name is None or len(set(held)) < len(held) or not set(held) <= set(MODIFIERS):
        return None
    if held == ["shift"] and len(name) == 1:
        return name.upper() if name.isalpha() else None
    name = name.lower() if held else name
    key = "+".join((*(each for each in MODIFIERS if each in held), name))
    return SAME.get(key, key)


def _base(word: str) -> str | None:
    """The name of a key without what is held beside it."""
    if found := WRITTEN.get(word.lower()):
        return found
    if len(word) != 1 or not word.isprintable():
        return None
    return word if word.isalnum() else _textual(word)


def _textual(character: str) -> str:
    """What Textual calls a character that is neither a letter nor a digit."""
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return SHORTER.get(name, name) or character


def _character(name: str) -> str:
    """The character that Textual calls so, or the name as it stands."""
    longer = {short: long for long, short in SHORTER.items()}.get(name, name)
    for spelled in (longer.replace("_", " "), longer.replace("_", "-")):
        try:
            return unicodedata.lookup(spelled)
        except KeyError:
            continue
    return name
