r"""A passage's parts: its heading path and each of its sentences, with vectors of their own.

One pass of the model over the whole passage gives a vector for every token, in the light of all others.
Their mean over a sentence is that sentence's vector in its context ("late chunking", Günther et al. 2024),
at no cost beside the pass. A question may then be near to one sentence of a long passage.

    passage "S3 > 요금\\n저장한 만큼 낸다. 요청도 센다."   parts (0, 7) (8, 18) (19, 26)
"""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class PartCosines:
    """Cosines of a vector with the parts of several passages, passage after passage.

    Attributes:
        cosines: Of every part, (parts,).
        ends: Where each passage's parts end, (passages,).
    """

    cosines: npt.NDArray[np.float64]
    ends: npt.NDArray[np.int64]

    def of(self, passage: int) -> npt.NDArray[np.float64]:
        """Returns the cosines of one passage's parts."""
        return self.cosines[self.ends[passage - 1] if passage else 0 : self.ends[passage]]


def parts_cosines(blobs: Sequence[bytes], vector: npt.NDArray[np.float32]) -> PartCosines:
    """Compares a vector with the parts of several passages.

    Args:
        blobs: What `pack_parts` returned for each passage.
        vector: L2-normalised, (dimension,).
    """
    numbers = np.frombuffer(b"".join(blobs), np.int8).reshape(-1, len(vector)).astype(np.float32)
    lengths = np.sqrt(np.vecdot(numbers, numbers)).astype(np.float64)
    cosines = np.vecdot(numbers, vector) / np.maximum(lengths, 1e-12)
    return PartCosines(cosines, np.cumsum([len(blob) // len(vector) for blob in blobs], dtype=np.int64))
