"""What each class of mistake is, in sentences for someone who meets backpropagation for the first time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpdebug.check.diagnosis.lessons.ingredients import INGREDIENTS
from bpdebug.check.diagnosis.lessons.lesson import Lesson
from bpdebug.check.diagnosis.lessons.sizes import SIZES
from bpdebug.check.diagnosis.lessons.slopes import SLOPES

LESSONS: Mapping[str, Callable[[Lesson], str]] = {**SIZES, **SLOPES, **INGREDIENTS}

__all__ = ["LESSONS", "Lesson"]
