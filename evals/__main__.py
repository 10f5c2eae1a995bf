"""`python -m evals`: holds the system against its cases. See `docs/evals.md`."""

import sys

from evals.cli import main

if __name__ == "__main__":
    sys.exit(main())
