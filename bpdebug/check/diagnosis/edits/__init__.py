"""The table of edits: a generator of repairs each, with the least that one of them costs. One place to add one."""

from bpdebug.check.diagnosis.edits import (
    applied,
    brackets,
    conditions,
    diagonal,
    indices,
    ingredients,
    numbers,
    paths,
    renamed,
    several,
    shapes,
    slopes,
    updates,
)

EDITS = sorted(
    (
        *numbers.EDITS,
        *shapes.EDITS,
        *slopes.EDITS,
        *applied.EDITS,
        *brackets.EDITS,
        *conditions.EDITS,
        *diagonal.EDITS,
        *several.EDITS,
        *paths.EDITS,
        *renamed.EDITS,
        *ingredients.EDITS,
        *indices.EDITS,
    ),
    key=lambda each: each[1],
)
OF_UPDATES = sorted(updates.EDITS, key=lambda each: each[1])
"""Those of a line that is no gradient but the update of a parameter."""
