"""A question's cosines with very many vectors."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import numpy.typing as npt

_MANY = 16_384
_AT_A_TIME = 8192


def row_by_row(vectors: npt.NDArray[np.float32], vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Returns the dot product of each row (rows, dimension) with a vector, (rows,).

    A matrix product would be no faster, reading the rows takes the time, and its last digits would depend
    on where a row stands. Many rows are shared out to two threads, a few thousand at a time, so that a
    busy processor delays only some of them.
    """
    if len(vectors) <= _MANY:
        return np.vecdot(vectors, vector)
    found = np.empty(len(vectors), np.float32)

    def part(start: int) -> None:
        end = start + _AT_A_TIME
        np.vecdot(vectors[start:end], vector, out=found[start:end])

    for _ in _threads().map(part, range(0, len(vectors), _AT_A_TIME)):
        pass
    return found


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="mutgo-cosines")
