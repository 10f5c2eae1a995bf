"""Syncs that are really killed: a process that forks one child a sync and has it die where it is told.

    python -m tests.killing       one order a line on standard input, one answer a line on standard output

    {"folder", "data", "model", "step": 812}             SIGKILL at the 812th step of our own code
    {..., "point": ["index.storage.builds", "_replace", "call"]}  SIGKILL as a function is entered, or left
    {..., "after": 0.05}                                  SIGKILL from outside, so many seconds on
    {...}                                                 no kill

A step is a call into, or out of, a function of `index`, or of a C function that one of them calls
(SQLite, the file system), so that every line that changes something on disk lies between two steps.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import index.sync
from index.sync import sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

OURS = str(Path(index.__file__).parent)


def main() -> None:
    """Serves orders until standard input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(served(json.loads(line))) + "\n")
        sys.stdout.flush()


def served(order: dict[str, Any]) -> dict[str, Any]:
    """Runs one sync in a child of its own; says whether it was killed, and its steps if it was not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            os.write(writing, json.dumps(run(order)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    if "after" in order:
        time.sleep(order["after"])
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as stream:
        told = stream.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "failed": not killed and status != 0, **(json.loads(told) if told else {})}


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Syncs, with a trap set; returns how many steps there were."""
    steps = 0
    last = order.get("step")
    point = tuple(order.get("point", ()))

    def watch(frame: FrameType, event: str, argument: object) -> None:
        nonlocal steps
        if not frame.f_code.co_filename.startswith(OURS):
            return
        steps += 1
        here = (frame.f_globals.get("__name__"), frame.f_code.co_name, event)
        if steps == last or here == point:
            os.kill(os.getpid(), signal.SIGKILL)

    # Chroma is told of every change, as where there are very many notes: it shall be killed too.
    index.sync.EXACT_LIMIT = 0
    embedder = WordHashEmbedder(order["model"])
    began = time.perf_counter()
    if "after" not in order:
        sys.setprofile(watch)
    sync(Path(order["folder"]), Path(order["data"]), embedder, TermReader(), switch=True)
    sys.setprofile(None)
    return {"steps": steps, "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    main()
