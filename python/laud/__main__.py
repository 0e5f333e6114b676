"""``python -m laud`` is the command ``laud``."""

import sys

from laud._command import main

sys.exit(main())
