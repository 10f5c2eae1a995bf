"""The dense leg: the chunks nearest by vector, and how near the nearest part of each is.

Up to `EXACT_LIMIT` chunks a matrix product over all vectors takes a few milliseconds and misses
nothing. Beyond, and whenever the vectors live in a Chroma server, Chroma proposes candidates. What it
can't answer, because it is unwell or a scope is narrow, is computed exactly from the catalog's vectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.chunks import Chunk
from index.ranking.cosines import row_by_row
from index.ranking.parts import parts_cosines, passage_parts
from index.ranking.scripts import FEW, usual_by_script
from index.ranking.snapshot import Mask, Rows, Scores, Snapshot

if TYPE_CHECKING:
    from index.opened import Index

EXACT_LIMIT = 100_000

_BLOCK = 64
"""Scores whose best is taken first where the highest of many are looked for."""

_OVERFETCH = 4
"""Chroma is asked for so many times the wanted rows where a scope or companions thin them out."""


@dataclass(frozen=True, slots=True)
class Background:
    """How near a question is to the index in general: the yardstick for how near a passage really is.

    A question is nearer to all passages in its own language, whatever they say. What is usual is
    therefore told apart by script.

    Attributes:
        mean: Mean of its cosines.
        deviation: Their standard deviation.
        usual: Each row's usual cosine, (rows,).
    """

    mean: float
    deviation: float
    usual: Scores


def background(snapshot: Snapshot, vector: Scores) -> Background:
    """Measures a question's usual cosines on a sample of the index."""
    # Row by row: a matrix product over two threads waits for a free processor, longer than it works.
    cosines = np.vecdot(snapshot.sample, vector).astype(np.float64)
    mean, deviation = round(float(cosines.mean()), 6), round(float(cosines.std()), 6)
    hangul = snapshot.hangul[snapshot.sample_rows]
    latin, korean = (
        round(float(own.mean()), 6) if len(own) >= FEW else mean
        for own in (cosines[~hangul], cosines[hangul])
    )
    usual = usual_by_script(snapshot, latin, korean)
    return Background(mean, deviation, usual)


def nearest(
    index: "Index", vector: Scores, limit: int, allowed: Mask, usual: Scores | None = None
) -> tuple[Rows, Scores]:
    """Returns the nearest allowed rows, best first, and their cosines, less what is usual for each.

    Args:
        index: The open index, refreshed.
        vector: The question's embedding, (dimension,), L2-normalised.
        limit: Most rows.
        allowed: Which rows may be returned, (rows,).
        usual: What is taken off each row's cosine, (rows,); nothing by default.
    """
    snapshot = index.snapshot
    if index.asks_chroma and (found := _from_chroma(index, vector, limit, allowed)) is not None:
        rows, scores = found
        scores = scores if usual is None else scores - usual[rows]
        order = np.argsort(-scores, kind="stable")
        return rows[order], scores[order]
    scores = snapshot.similarities(vector)
    if usual is not None:
        scores -= usual
    scores[~allowed] = -2.0
    rows = top(scores, limit)
    rows = rows[allowed[rows]]
    return rows, scores[rows]


def top(scores: Scores, limit: int) -> Rows:
    """Returns the rows of the highest scores, best first; equal ones in order.

    Rows that tie for the last places stay out, unless that leaves nothing: which of them came first
    would depend on the history of the index.
    """
    if limit < len(scores):
        edge = _highest(scores, limit)
        rows = np.flatnonzero(scores >= edge)
        above = rows[scores[rows] > edge]
        rows = above if len(rows) > limit and len(above) else rows
    else:
        rows = np.arange(len(scores))
    order = np.argsort(-scores[rows], kind="stable")[:limit]
    return rows[order].astype(np.int32)


def _highest(scores: Scores, rank: int) -> np.floating[Any]:
    """Returns the score of a rank from 1, at most as many as there are scores.

    A selection among all scores takes milliseconds, the longer the more of them tie, as they do outside a
    scope. The `rank` highest of the blocks' best are no higher than what is sought: only what is above
    the last of them is looked through.
    """
    whole = len(scores) // _BLOCK * _BLOCK
    best = np.append(scores[:whole].reshape(-1, _BLOCK).max(axis=1), scores[whole:])
    if len(best) < rank:
        return np.partition(scores, len(scores) - rank)[len(scores) - rank]
    least = np.partition(best, len(best) - rank)[len(best) - rank]
    above = scores[scores > least]
    return least if len(above) < rank else np.partition(above, len(above) - rank)[len(above) - rank]


@dataclass(frozen=True, slots=True)
class Nearness:
    """Cosines of a question with some chunks, each (chunks,).

    Attributes:
        passages: With the passage as a whole.
        headings: With its heading path, read in the light of the passage.
        sentences: With the nearest of its sentences; where it has none, the same as `headings`.
    """

    passages: npt.NDArray[np.float64]
    headings: npt.NDArray[np.float64]
    sentences: npt.NDArray[np.float64]


def nearness(index: "Index", rows: Rows, rowids: Sequence[int], vector: Scores) -> Nearness:
    """Compares a question with chunks and their parts.

    Args:
        index: The open index.
        rows: The chunks' rows in the snapshot, (n,).
        rowids: Their rowids in the catalog, in the same order.
        vector: The question's embedding, (dimension,), L2-normalised.
    """
    passages = row_by_row(index.snapshot.vectors_of(rows), vector).astype(np.float64)
    parts = parts_cosines(index.catalog.parts(rowids), vector)
    headings, sentences = passages.copy(), passages.copy()
    counts = np.diff(parts.ends, prepend=0)
    split = counts > 0
    if split.any():
        first = (parts.ends - counts)[split]
        headings[split] = parts.cosines[first]
        # A heading path is the nearest sentence only of a passage that has no other part.
        below = parts.cosines.copy()
        below[first[counts[split] > 1]] = -1.0
        sentences[split] = np.maximum.reduceat(below, first)
    return Nearness(passages, headings, sentences)


def part_cosines(index: "Index", chunk: Chunk, vector: Scores) -> list[tuple[int, int, float]]:
    """Compares a question with each part of a chunk: the heading path, then its sentences.

    Of a chunk with an English twin that says the same in as many parts, the nearer of the two counts.

    Args:
        index: The open index.
        chunk: A chunk of it.
        vector: The question's embedding, (dimension,), L2-normalised.

    Returns:
        Each part's range in `chunk.passage` and its cosine; nothing for a chunk the index has no more.
    """
    snapshot = index.snapshot
    row = snapshot.row_of.get(chunk.id)
    if row is None:
        return []
    twin = int(snapshot.twin_rows[row])
    rows = [row] if twin < 0 else [row, twin]
    blobs = index.catalog.parts(snapshot.rowids[rows].tolist())
    parts = parts_cosines(blobs, vector)
    own = parts.of(0)
    if twin >= 0 and len(parts.of(1)) == len(own):
        own = np.maximum(own, parts.of(1))
    return [(start, end, float(near)) for (start, end), near in zip(passage_parts(chunk), own, strict=False)]


def _from_chroma(index: "Index", vector: Scores, limit: int, allowed: Mask) -> tuple[Rows, Scores] | None:
    """Asks Chroma; None where it can't be asked or too few of its rows are allowed."""
    wanted = min(limit * _OVERFETCH, index.snapshot.living)
    found = index.ask_chroma(vector, wanted)
    rows = [row for i, _ in found or () if (row := index.snapshot.row_of.get(i)) is not None]
    kept = np.array([row for row in rows if allowed[row]], np.int32)
    if found is None or len(kept) < min(limit, int(allowed.sum())):
        return None
    scores = index.snapshot.vectors_of(kept) @ vector
    order = np.argsort(-scores, kind="stable")[:limit]
    return kept[order], scores[order]
