"""`python -m bpdebug`."""

from bpdebug.cli import main

main()
