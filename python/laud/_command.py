"""The command ``laud``, as the wheel brings it along."""

import sys

from laud._laud import run_command


def main() -> int:
    """Run the command with the arguments of this process and return its exit status."""
    return run_command(["laud", *sys.argv[1:]])
