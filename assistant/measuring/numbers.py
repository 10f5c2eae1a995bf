"""The numbers of a suite, made by `python -m evals summary` and kept until a run has changed them."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal

from assistant.measuring.suite import Suite, read_rows

_SECONDS = 120.0
_Stamp = tuple[tuple[str, int, int], ...]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is known of how a suite did.

    Attributes:
        state: `ready`; `reading` while the latest run is read; `failed` where it can't be; `none` where
            there is no run, or nothing to read one with.
        summary: The latest run in short, as `evals/summary.py` has it; None where there is none.
        history: The runs before it, oldest first, with the latest.
        borrowed: Whether these are the accepted runs of mutgo's own cases, for lack of runs of the owner's.
    """

    state: Literal["ready", "reading", "failed", "none"]
    summary: dict[str, Any] | None
    history: list[dict[str, Any]]
    borrowed: bool = False


class NumbersReader:
    """Reads the numbers of a suite in the background. Safe to share between threads."""

    def __init__(self) -> None:
        """Has read nothing yet."""
        self._guard = Lock()
        self._stamp: _Stamp | None = None
        self._summary: dict[str, Any] | None = None
        self._thread: Thread | None = None

    def read(self, suite: Suite) -> Numbers:
        """Returns the numbers, at once: where they have to be read first, those of before."""
        stamp = _stamp(suite.sources)
        accepted = read_rows(suite.history)
        if suite.root is None or suite.lacking or not stamp:
            return Numbers("none", None, accepted, suite.kind == "own")
        with self._guard:
            reading = self._thread is not None and self._thread.is_alive()
            if stamp != self._stamp and not reading:
                self._thread = Thread(
                    target=self._read, args=[suite, stamp], name="mutgo-numbers", daemon=True
                )
                self._thread.start()
                reading = True
            summary = self._summary
        history = summary["history"] if summary else accepted if suite.kind == "mutgo" else []
        if reading:
            return Numbers("reading", summary, history)
        return Numbers("ready" if summary else "failed", summary, history)

    def _read(self, suite: Suite, stamp: _Stamp) -> None:
        try:
            run = subprocess.run(
                [sys.executable, "-m", "evals", *suite.summary_arguments],
                cwd=suite.root,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
            summary = json.loads(run.stdout) if run.returncode == 0 else None
            if summary is None:
                log.warning("the numbers can't be read: %s", run.stderr.strip()[-500:])
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            log.warning("the numbers can't be read: %s", error)
            summary = None
        with self._guard:
            self._stamp, self._summary = stamp, summary


def _stamp(files: list[Path]) -> _Stamp:
    """What changes whenever one of the files does."""
    found = list[tuple[str, int, int]]()
    for file in files:
        try:
            state = file.stat()
        except OSError:
            continue
        found.append((str(file), state.st_size, state.st_mtime_ns))
    return tuple(found)
