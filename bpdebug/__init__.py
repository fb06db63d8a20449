"""A step debugger for neural-network training, in the terminal."""

__version__ = "0.1.0"
