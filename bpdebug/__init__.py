"""A step debugger for neural-network training, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpdebug.check.functions import check_gradient
    from bpdebug.ops.custom import operation
    from bpdebug.python import open as open  # noqa: A004 - it is called as bpdebug.open, and hides nothing there

__version__ = "0.1.0"

__all__ = ["__version__", "check_gradient", "operation"]
"""What `import *` brings; `open` is not among it, for it would hide Python's own."""

_HOMES = {
    "check_gradient": "bpdebug.check.functions",
    "open": "bpdebug.python",
    "operation": "bpdebug.ops.custom",
}


def __getattr__(name: str) -> object:
    """What needs NumPy is imported when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'bpdebug' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
