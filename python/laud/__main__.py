"""``python -m laud`` is the command ``laud``."""

import sys

from laud._command import main

if __name__ == "__main__":
    sys.exit(main())
