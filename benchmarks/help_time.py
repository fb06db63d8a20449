"""How long `bpdebug --help` takes beside an interpreter that does nothing: at most three times that, plus 150 ms.

python -m benchmarks.help_time [--rounds 15]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from statistics import median


def milliseconds(*arguments: str) -> float:
    """The time of one run of this interpreter."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return 1000 * (time.perf_counter() - began)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = range(parser.parse_args().rounds)
    nothing = median([milliseconds("-c", "pass") for _ in rounds])
    helped = median([milliseconds("-m", "bpdebug", "--help") for _ in rounds])
    limit = 3 * nothing + 150
    print(f"python -c pass          {nothing:6.1f} ms")
    print(f"python -m bpdebug --help{helped:6.1f} ms")
    print(f"limit, 3 times + 150    {limit:6.1f} ms")
    return 0 if helped <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
