r"""A passage's parts: its heading path and each of its sentences, with vectors of their own.

One pass of the model over the whole passage gives a vector for every token, in the light of all others.
Their mean over a sentence is that sentence's vector in its context ("late chunking", Günther et al. 2024),
at no cost beside the pass. A question may then be near to one sentence of a long passage.

    passage "S3 > 요금\\n저장한 만큼 낸다. 요청도 센다."   parts (0, 7) (8, 18) (19, 26)
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.chunks import Chunk
from index.reading.markup import sentence_ranges

MOST_PARTS = 40
"""Sentences of one passage that get a vector; a passage of more is a table or a log."""

_LEVELS = 127


def passage_parts(chunk: Chunk) -> list[tuple[int, int]]:
    """Returns the character ranges in `chunk.passage` of the heading path and of the sentences, in order."""
    passage = chunk.passage
    start = len(chunk.context)
    ranges = [(0, start)]
    while start < len(passage):
        start += 1  # the line end before each line of the body
        end = passage.find("\n", start)
        end = len(passage) if end < 0 else end
        ranges += [(start + first, start + last) for first, last in sentence_ranges(passage[start:end])]
        start = end
    return ranges[:MOST_PARTS]


def pack_parts(parts: npt.NDArray[np.float32]) -> bytes:
    """Returns L2-normalised vectors (parts, dimension) as bytes: a part's largest number becomes 127."""
    largest = np.abs(parts).max(axis=1, keepdims=True, initial=1e-12)
    return np.rint(parts / largest * _LEVELS).astype(np.int8).tobytes()


def unpack_parts(blobs: Sequence[bytes], dimension: int) -> tuple[npt.NDArray[np.float32], list[int]]:
    """Returns the vectors of several passages' parts, L2-normalised again, and how many each has.

    Args:
        blobs: What `pack_parts` returned for each passage.
        dimension: Numbers in a vector.

    Returns:
        All parts in order, (sum of counts, dimension), and the count of each passage.
    """
    counts = [len(blob) // dimension for blob in blobs]
    vectors = np.frombuffer(b"".join(blobs), np.int8).reshape(-1, dimension).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors, counts
