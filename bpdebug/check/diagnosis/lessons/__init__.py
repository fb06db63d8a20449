"""What each class of mistake is, in sentences for someone who meets backpropagation for the first time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpdebug.check.diagnosis.lessons.cost import OF_COST
from bpdebug.check.diagnosis.lessons.counts import COUNTS
from bpdebug.check.diagnosis.lessons.ingredients import INGREDIENTS
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.sizes import SIZES
from bpdebug.check.diagnosis.lessons.slopes import SLOPES

LESSONS: Mapping[str, Callable[[Lesson], str]] = {**COUNTS, **SIZES, **SLOPES, **INGREDIENTS, **OF_COST}

__all__ = ["LESSONS", "Lesson"]
