"""The table of edits: a generator of repairs each, with the least that one of them costs. One place to add one."""

from bpdebug.check.diagnosis.edits import ingredients, numbers, paths, shapes, slopes

EDITS = sorted(
    (*numbers.EDITS, *shapes.EDITS, *slopes.EDITS, *paths.EDITS, *ingredients.EDITS), key=lambda each: each[1]
)
