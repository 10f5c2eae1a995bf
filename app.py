"""Starts the page: `python app.py` is `mutgo serve`, options and all."""

import sys

from assistant.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "serve")
    main()
