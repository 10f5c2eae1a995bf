"""How far a run is, for a program that started it and may stop it."""

import json
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

_EVERY_SECONDS = 0.2


@contextmanager
def progress_lines() -> Generator[Callable[[str, int, int], None]]:
    """Writes stage, done and total to standard output, a JSON object a line, a few times a second.

    Where nobody reads them any more the run ends with the next one, and being told to terminate ends it as
    Ctrl-C would: what it has put into the folder of temporary files is cleared away.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    last = ("", 0.0)

    def say(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if stage == last[0] and now - last[1] < _EVERY_SECONDS and done < total:
            return
        last = (stage, now)
        sys.stdout.write(json.dumps({"stage": stage, "done": done, "total": total}) + "\n")
        sys.stdout.flush()

    yield say
