"""One writer an index: a file lock, and a line beside it that says who holds it.

The operating system lets go of the lock when its holder dies, however it dies; the line may then
be left over, and is read only while somebody holds the lock.
"""

import json
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.errors import CatalogError, IndexBusyError

LOCK_FILE = "write.lock"
_HOLDER = "writer.json"
_POLL = 0.2
"""Seconds between two tries for the lock while waiting."""

Waiting = Callable[[float, float], None]
"""Told the seconds waited so far, and how many will be waited at most."""


@contextmanager
def writing(data: Path, wait: float, waiting: Waiting) -> Generator[None]:
    """Holds the right to write an index for a block of work.

    Args:
        data: Where the index lives; made if it is missing.
        wait: Seconds to wait for another writer to finish.
        waiting: Told how long it has been waited.

    Raises:
        IndexBusyError: Another process, or another thread of this one, is writing.
        CatalogError: The folder can't be made or written.
    """
    lock = FileLock(data / LOCK_FILE)
    try:
        data.mkdir(parents=True, exist_ok=True)
        _acquire(lock, data, wait, waiting)
    except OSError as error:
        raise CatalogError(
            f"The index can't be kept in {str(data)!r} ({error.strerror or error}). Allow writing there, "
            "or name another folder with --data."
        ) from error
    try:
        _leave_word(data)
        yield
    finally:
        _take_word_back(data)
        lock.release()


def writer(data: Path) -> str:
    """Says who writes the index, as `process 4711 since 14:03:22`; nothing if it isn't known."""
    try:
        content: Any = json.loads((data / _HOLDER).read_text("utf-8"))
        since = time.strftime("%H:%M:%S", time.localtime(float(content["since"])))
        return f"process {int(content['pid'])} since {since}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _acquire(lock: FileLock, data: Path, wait: float, waiting: Waiting) -> None:
    start = time.monotonic()
    while True:
        try:
            lock.acquire(timeout=0)
            return
        except Timeout as error:
            waited = time.monotonic() - start
            if waited >= wait:
                who = writer(data)
                raise IndexBusyError(
                    f"Another mutgo{f' ({who})' if who else ''} is writing the index in {str(data)!r}. "
                    "Wait until it has finished; questions are answered from the state before."
                ) from error
            waiting(waited, wait)
            time.sleep(min(_POLL, wait - waited))


def _leave_word(data: Path) -> None:
    fresh = data / (_HOLDER + ".new")
    try:
        fresh.write_text(json.dumps({"pid": os.getpid(), "since": time.time()}), encoding="utf-8")
        os.replace(fresh, data / _HOLDER)
    except OSError:  # a full disk: the lock itself holds, and the sync says what is wrong
        fresh.unlink(missing_ok=True)


def _take_word_back(data: Path) -> None:
    try:
        (data / _HOLDER).unlink(missing_ok=True)
    except OSError:
        return
