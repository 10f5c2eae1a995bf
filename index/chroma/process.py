"""The process in which Chroma runs: it answers `index/chroma/isolated.py` until that closes the pipe."""

import os
import pickle
import signal
import sys
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.errors import VectorsBusyError, VectorsError
from index.vectors import Place, Vectors, preload

_LOCK_SECONDS = 30.0
"""How long a writer waits for readers that are just loading the folder, or for the last batch of a
child whose parent was killed."""


def serve() -> None:
    """Answers requests from standard input until it ends: the child's whole life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent, which gets it too, decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed must not come between the answers
    session = _Session()
    preload()  # while the parent is still busy with other things
    while True:
        try:
            name, *arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = True, session.call(name, arguments)
        except Exception as error:
            known = isinstance(error, VectorsError)
            answer = False, error if known else VectorsError(f"Chroma's process failed: {error!r}.")
        pickle.dump(answer, answers, protocol=5)
        answers.flush()


class _Session:
    """What the child has open."""

    def __init__(self) -> None:
        self.vectors: Vectors | None = None
        self.lock: FileLock | None = None

    def call(self, name: str, arguments: list[Any]) -> Any:
        if name == "open":
            return self.open(*arguments)
        if name == "close":
            return self.close()
        return getattr(self.vectors, name)(*arguments)

    def open(self, place: Place, write: bool) -> int:
        if place.folder is not None:
            self._take_lock(place.folder, _LOCK_SECONDS if write else 0)
        self.vectors = Vectors(place, create=write)
        if not write:
            # The graph is read from the disk here, under the lock; later a writer may change the files.
            self.vectors.load()
            self._release()
        return self.vectors.count()

    def close(self) -> None:
        if self.vectors is not None:
            self.vectors.close()
        self.vectors = None
        self._release()

    def _take_lock(self, folder: Path, seconds: float) -> None:
        lock = FileLock(folder.parent.with_suffix(".lock"), timeout=seconds)
        try:
            lock.acquire()
        except Timeout as error:
            raise VectorsBusyError(
                f"Another process has {str(folder)!r} open. Try again when it has finished."
            ) from error
        except OSError as error:
            raise VectorsError(
                f"{str(folder)!r} can't be written ({error.strerror}). Allow writing there, or name another "
                "folder with --data."
            ) from error
        self.lock = lock

    def _release(self) -> None:
        if self.lock is not None:
            self.lock.release()
        self.lock = None
