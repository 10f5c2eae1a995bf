"""What waits for a later step of a sync: in memory while it is little, else in a file without a name."""

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar, cast

from index.errors import CatalogError

_Batch = TypeVar("_Batch")

_MEMORY_BYTES = 64_000_000


class Spool(Generic[_Batch]):
    """A queue of batches. What it wrote to disk goes when it is closed, or the process dies."""

    def __init__(self, folder: Path) -> None:
        """Opens an empty queue; a large one lies in `folder`."""
        self._folder = folder
        self._file = tempfile.SpooledTemporaryFile(_MEMORY_BYTES, dir=str(folder))  # noqa: SIM115
        self._batches = 0

    def add(self, batch: _Batch) -> None:
        """Puts a batch at the end.

        Raises:
            CatalogError: It can't be written.
        """
        try:
            pickle.dump(batch, self._file, pickle.HIGHEST_PROTOCOL)
        except OSError as error:
            raise CatalogError(
                f"Notes that were read can't be kept in {str(self._folder)!r} ({error.strerror}). The index "
                "is as it was before; free disk space and run `mutgo index` again."
            ) from error
        self._batches += 1

    def take(self) -> Iterator[_Batch]:
        """Yields the batches in order; the queue is empty then."""
        self._file.seek(0)
        for _ in range(self._batches):
            yield cast(_Batch, pickle.load(self._file))
        self._file.seek(0)
        self._file.truncate()
        self._batches = 0

    def close(self) -> None:
        """Lets go of what was not taken."""
        self._file.close()
