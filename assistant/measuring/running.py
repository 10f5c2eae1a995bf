"""A run of the suite in a process of its own: one at a time, seen by every page, stopped by any."""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Any, Literal

from filelock import FileLock, Timeout

from assistant.measuring.suite import Suite

QUICK = 50
"""Cases of a quick run: the same ones each time."""

KEPT = 30
"""Whole runs of a reader's own cases that are kept for the trend."""

_PATIENCE_SECONDS = 15.0
"""So long a run may take to clear up after it was told to stop."""

_NICENESS = 10

RunStage = Literal["starting", "model", "read", "embed", "store", "check", "ask", "ending"]


@dataclass(frozen=True, slots=True)
class RunState:
    """How it stands with the run that was started last.

    Attributes:
        state: `idle` before the first; `running`; `stopping`; then `done`, `stopped` or `failed`.
            `elsewhere`: another mutgo runs the same suite, so none was started.
        quick: Whether only some of the cases are asked.
        stage: What it is doing.
        done: How far it is with that.
        total: Of how much; 0 where that is not known.
        said: What it said last, where it failed.
    """

    state: Literal["idle", "running", "stopping", "done", "stopped", "failed", "elsewhere"] = "idle"
    quick: bool = False
    stage: str = "starting"
    done: int = 0
    total: int = 0
    said: str = ""

    @property
    def busy(self) -> bool:
        """Whether it is still going on."""
        return self.state in ("running", "stopping")


class Runner:
    """Runs a suite on demand. Safe to share between threads."""

    def __init__(self, command: Callable[[list[str]], list[str]] | None = None) -> None:
        """Has run nothing yet.

        Args:
            command: The command line for some arguments of the suite; by default the real suite's.
        """
        self._command = command or suite_command
        self._guard = Lock()
        self._state = RunState()
        self._process: subprocess.Popen[str] | None = None
        self._lock: FileLock | None = None
        atexit.register(self.close)

    @property
    def state(self) -> RunState:
        """How it stands."""
        with self._guard:
            return self._state

    def start(self, suite: Suite, *, quick: bool = False) -> RunState:
        """Starts a run; does nothing while there is one, here or in another mutgo."""
        with self._guard:
            if self._state.busy or not suite.can_run:
                return self._state
            whole = suite.runs / ("latest.json" if suite.kind == "mutgo" else f"{_now()}.json")
            out = suite.quick if quick else whole
            words = suite.run_arguments(out, QUICK if quick else None)
            try:
                suite.lock.parent.mkdir(parents=True, exist_ok=True)
                lock = FileLock(suite.lock, thread_local=False)  # another thread lets go of it
                lock.acquire(timeout=0)
            except Timeout:
                self._state = RunState("elsewhere", quick)
                return self._state
            except OSError as error:
                self._state = RunState("failed", quick, said=str(error))
                return self._state
            try:
                self._process = self._started(words, suite.root)
            except OSError as error:
                lock.release()
                self._state = RunState("failed", quick, said=str(error))
                return self._state
            self._lock = lock
            self._state = RunState("running", quick)
            Thread(target=self._follow, args=[self._process, suite], name="mutgo-evals", daemon=True).start()
            return self._state

    def stop(self) -> RunState:
        """Stops the run, which takes a moment; does nothing where there is none."""
        with self._guard:
            process = self._process
            if process is None or self._state.state != "running":
                return self._state
            self._state = replace(self._state, state="stopping")
            process.terminate()
            end = Timer(_PATIENCE_SECONDS, _kill, [process])
            end.daemon = True
            end.start()
            return self._state

    def close(self) -> None:
        """Ends a run that is going on: nobody would read it any more."""
        atexit.unregister(self.close)
        with self._guard:
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                _kill(process)

    def _started(self, words: list[str], root: Path | None) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            self._command(words),
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        with contextlib.suppress(OSError, AttributeError):  # answers come first
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        return process

    def _follow(self, process: "subprocess.Popen[str]", suite: Suite) -> None:
        said = deque[str](maxlen=8)
        assert process.stdout is not None
        for line in process.stdout:
            told = _progress(line)
            if told is None:
                said.append(line.strip())
            else:
                with self._guard:
                    stage, done, total = told
                    self._state = replace(self._state, stage=stage, done=done, total=total)
        status = process.wait()
        process.stdout.close()
        if suite.kind == "own":
            _forget_old(suite.runs)
        with self._guard:
            if self._lock is not None:
                self._lock.release()
            self._process, self._lock = None, None
            if self._state.state == "stopping":
                self._state = replace(self._state, state="stopped")
            elif status == 0:
                self._state = replace(self._state, state="done")
            else:
                self._state = replace(self._state, state="failed", said=_reason(said, status))


def suite_command(words: list[str]) -> list[str]:
    """Returns the command line of the suite for some arguments."""
    return [sys.executable, "-m", "evals", *words]


def _progress(line: str) -> tuple[str, int, int] | None:
    """What a line says of how far the run is; None for any other line."""
    try:
        told: Any = json.loads(line)
        return str(told["stage"]), int(told["done"]), int(told["total"])
    except (ValueError, TypeError, KeyError):
        return None


def _reason(said: deque[str], status: int) -> str:
    lines = [line for line in said if line]
    named = [line for line in lines if line.startswith("evals: ")]
    return (named or lines or [f"exit code {status}"])[-1].removeprefix("evals: ")


def _forget_old(runs: Path) -> None:
    for file in sorted(runs.glob("*.json"))[:-KEPT]:
        file.unlink(missing_ok=True)


def _kill(process: "subprocess.Popen[str]") -> None:
    """Ends a process and those it has started."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
