"""The JSON Schema of the settings file, from the table of settings and the table of keys."""

from __future__ import annotations

from typing import Any

from bpdebug.tui.configuration import KEYS
from bpdebug.tui.keymap import KEYMAP, SPELLING
from bpdebug.tui.keynames import called
from bpdebug.tui.keys import Key
from bpdebug.tui.settings import SETTINGS


def json_schema() -> dict[str, Any]:
    """What a settings file may hold; only keywords that draft-04 and draft-07 have in common."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "bpdebug settings",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{each.name: each.schema() for each in SETTINGS.values()},
            KEYS: {
                "description": f"The keys of an action. {SPELLING}",
                "type": "object",
                "additionalProperties": False,
                "properties": {each.name: _action(each) for each in KEYMAP.named.values()},
            },
        },
    }


def _action(key: Key) -> dict[str, Any]:
    return {
        "description": key.help,
        "type": "array",
        "items": {"type": "string"},
        "default": [called(each, ascii=True) for each in key.keys],
    }
