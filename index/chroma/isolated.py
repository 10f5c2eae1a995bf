"""Chroma in a process of its own, with a time limit on every call.

    ours: IsolatedVectors.add(...) --(name, arguments)--> child: Vectors.add(...)
                                   <--(True, result)----  or (False, message)

A child that hangs is killed, one that dies (a damaged file can make Chroma's core crash) is an error
like any other. One idle child is kept for the next opening: starting one takes a second.
"""

import atexit
import contextlib
import json
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

import numpy as np

from index.errors import VectorsBusyError, VectorsError
from index.vectors import Place

_OPEN_SECONDS = 90.0
_QUERY_SECONDS = 10.0
_WORK_SECONDS = 180.0
"""Limits, far above what is usual: opening 100,000 vectors takes 1 s, adding 2,000 takes 3 s."""

_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from index.chroma.process import serve; serve()"
)


class _Child:
    """A Python process that runs `index/chroma/process.py`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CODE, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answers: queue.SimpleQueue[tuple[bool, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(Exception):  # the pipe ends, perhaps within an answer
            while True:
                self._answers.put(pickle.load(cast(BinaryIO, self.process.stdout)))
        self._answers.put(None)

    def ask(self, request: tuple[Any, ...], seconds: float) -> Any:
        """Returns the child's answer to a request.

        Raises:
            TimeoutError: It took longer.
            EOFError: The child has died.
            VectorsError: What it raised.
        """
        late = threading.Event()

        def end() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(seconds, end)  # sending may hang as well as waiting
        timer.start()
        try:
            pickle.dump(request, cast(BinaryIO, self.process.stdin), protocol=5)
            cast(BinaryIO, self.process.stdin).flush()
            answer = self._answers.get()
        except OSError:
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            raise TimeoutError if late.is_set() else EOFError
        succeeded, result = answer
        if not succeeded:
            raise result
        return result

    def kill(self) -> int:
        """Ends the process at once; returns its exit status."""
        self.process.kill()
        status = self.process.wait()
        with contextlib.suppress(OSError):  # what was not sent any more is not missed
            cast(BinaryIO, self.process.stdin).close()
        self._reader.join()
        cast(BinaryIO, self.process.stdout).close()
        return status


_idle: list[_Child] = []
_idle_lock = threading.Lock()


def _take_child() -> _Child:
    with _idle_lock:
        while _idle:
            child = _idle.pop()
            if child.process.poll() is None:
                return child
            child.kill()
    return _Child()


def _give_back(child: _Child) -> None:
    with _idle_lock:
        if not _idle:
            _idle.append(child)
            return
    child.kill()


@atexit.register
def _end_idle_children() -> None:
    while _idle:
        _idle.pop().kill()


class IsolatedVectors:
    """`Vectors`, open in another process. One thread at a time may use it; any may `kill` it."""

    def __init__(self, place: Place) -> None:
        """Takes a child; `open` comes next."""
        self.place = place
        self._child: _Child | None = _take_child()

    def open(self, *, write: bool) -> int:
        """Opens the collection, made if it is missing and `write` is set; returns its count.

        Raises:
            VectorsBusyError: Another process has the folder open for writing.
            VectorsError: It can't be opened. This and every later error of any method leaves it closed.
        """
        return int(self._ask(_OPEN_SECONDS, "open", self.place, write))

    def close(self) -> None:
        """Closes the collection; what was written is on the disk."""
        if self._child is not None:
            self._ask(_WORK_SECONDS, "close")
            child, self._child = self._child, None
            _give_back(child)

    def kill(self) -> None:
        """Ends the child at once, whatever it is doing."""
        if (child := self._child) is not None:
            self._child = None
            child.kill()

    def count(self) -> int:
        """See `Vectors.count`."""
        return int(self._ask(_WORK_SECONDS, "count"))

    def ids(self) -> set[str]:
        """See `Vectors.ids`."""
        return cast("set[str]", self._ask(_WORK_SECONDS, "ids"))

    def held(self, ids: Sequence[str]) -> set[str]:
        """See `Vectors.held`."""
        return cast("set[str]", self._ask(_WORK_SECONDS, "held", list(ids)))

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """See `Vectors.add`."""
        self._ask(_WORK_SECONDS, "add", list(ids), vectors)

    def delete(self, ids: Sequence[str]) -> None:
        """See `Vectors.delete`."""
        self._ask(_WORK_SECONDS, "delete", list(ids))

    def query(
        self, vector: np.ndarray, limit: int, ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """See `Vectors.query`."""
        answer = self._ask(_QUERY_SECONDS, "query", vector, limit, None if ids is None else list(ids))
        return cast("list[tuple[str, float]]", answer)

    def differing(self, ids: Sequence[str], vectors: np.ndarray) -> list[str]:
        """See `Vectors.differing`."""
        return cast("list[str]", self._ask(_WORK_SECONDS, "differing", list(ids), vectors))

    def unreachable(self, vectors: np.ndarray) -> int:
        """See `Vectors.unreachable`."""
        return int(self._ask(_WORK_SECONDS, "unreachable", vectors))

    def reachable(self) -> set[str]:
        """See `Vectors.reachable`."""
        return cast("set[str]", self._ask(_WORK_SECONDS, "reachable"))

    def collections(self) -> list[str]:
        """See `Vectors.collections`."""
        return cast("list[str]", self._ask(_WORK_SECONDS, "collections"))

    def drop(self, collection: str) -> None:
        """See `Vectors.drop`."""
        self._ask(_WORK_SECONDS, "drop", collection)

    def _ask(self, seconds: float, *request: Any) -> Any:
        if (child := self._child) is None:
            raise VectorsError(f"Chroma was closed on {self.place}. {self.place.remedy}")
        try:
            return child.ask(request, seconds)
        except VectorsBusyError:  # nothing is open yet
            self._child = None
            _give_back(child)
            raise
        except VectorsError:  # the child is well, but what it has open may not be
            self.kill()
            raise
        except TimeoutError:
            self.kill()
            what = f"Chroma did not answer within {seconds:.0f} s"
        except EOFError:
            self._child = None
            what = f"Chroma's process died (exit status {child.kill()})"
        except BaseException:  # interrupted: the answer on its way would be taken for the next one
            self.kill()
            raise
        raise VectorsError(f"{what} on {self.place}. {self.place.remedy}")
