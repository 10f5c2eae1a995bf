"""Chunks read from the catalog at one time, as arrays."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.ranking.postings import Postings
from index.ranking.scripts import mostly_hangul

if TYPE_CHECKING:
    from index.catalog import Catalog

Rows = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Segment:
    """Chunks read from the catalog at one time, in order of their rowids.

    Attributes:
        rowids: The catalog's rowids, (rows,), ascending.
        ids: The chunks' ids.
        notes: The catalog's ids of their notes, (rows,).
        sections: The sections of their notes that they belong to, (rows,).
        blocks: The blocks of their notes that they are made of, all rows' in turn.
        block_starts: Where each row's begin in `blocks`, (rows + 1,).
        twins: Of a companion's chunk, the id of the Korean one; empty for others.
        vectors: Their L2-normalised embeddings, (rows, dimension).
        postings: Their terms; its rows count from this segment's first.
        hangul: Whether they are written in Korean, (rows,).
    """

    rowids: npt.NDArray[np.int64]
    ids: tuple[str, ...]
    notes: npt.NDArray[np.int64]
    sections: Rows
    blocks: Rows
    block_starts: npt.NDArray[np.int64]
    twins: tuple[str, ...]
    vectors: Scores
    postings: Postings
    hangul: Mask


def read_segment(catalog: "Catalog", after: int, count: int, vocabulary: Mapping[str, int]) -> Segment:
    """Reads the chunks beyond a row.

    Args:
        catalog: The catalog.
        after: The row.
        count: How many there are.
        vocabulary: The id of every term.

    Raises:
        CatalogError: A chunk has no vector.
    """
    rowids, ids, notes, sections, blocks, twins, blobs = [], [], [], [], [], [], []
    vectors = np.zeros((0, 1), np.float32)
    for row, (rowid, identity, note, section, own, twin, vector, terms) in enumerate(
        catalog.chunk_rows(after)
    ):
        if row == 0:  # once for all: vectors are most of the memory
            vectors = np.empty((count, len(vector) // 4), np.float32)
        vectors[row] = np.frombuffer(vector, np.float32)
        rowids.append(rowid)
        ids.append(identity)
        notes.append(note)
        sections.append(section)
        blocks.append(own)
        twins.append(twin or "")
        blobs.append(terms)
    places: list[list[int]] = json.loads(f"[{','.join(blocks)}]")  # at once, which is faster than one by one
    postings = Postings.of_blobs(blobs)
    return Segment(
        np.array(rowids, np.int64),
        tuple(ids),
        np.array(notes, np.int64),
        np.array(sections, np.int32),
        np.array(list(chain.from_iterable(places)), np.int32),
        np.cumsum([0, *map(len, places)]),
        tuple(twins),
        vectors,
        postings,
        mostly_hangul(postings, vocabulary),
    )
