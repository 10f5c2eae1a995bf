"""One state of the catalog in memory: what both legs of a search read, chunk by chunk, as arrays.

    catalog --take--> Snapshot: rows 0..n-1, each with its id, note, vector, posting lists
                        +-- base segment, read once
                        +-- tail segment, what came since; rows that went are no longer `alive`

An edit of one note thus reads a few rows, not the vault. A snapshot never changes: a search that has
one is not disturbed by a sync.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.ranking.cosines import row_by_row
from index.ranking.labels import Labels
from index.ranking.postings import LENGTH_NORM
from index.ranking.segment import Mask, Rows, Scores, Segment, read_segment
from index.scope import Scope

if TYPE_CHECKING:
    from index.catalog import Catalog

__all__ = ["Mask", "Rows", "Scores", "Segment", "Snapshot", "take"]

_SAMPLE = 1000
"""So many vectors tell how near a question is to the index in general."""

_LARGE_TAIL = 0.1
"""A tail of more than this share of the base becomes part of it."""


@dataclass(frozen=True)
class Snapshot:
    """All chunks, companions' among them, as rows of arrays: the base segment's, then the tail's.

    Attributes:
        segments: One, or base and tail.
        alive: False for rows that are no longer in the catalog, (rows,).
        vocabulary: The id of every term ever seen.
        note_rows: Of each note by its id its path, the note it is the companion of, and its tags.
        largest_term: The largest id in `vocabulary`.
    """

    segments: tuple[Segment, ...]
    alive: Mask
    vocabulary: Mapping[str, int]
    note_rows: Mapping[int, tuple[str, str | None, tuple[str, ...]]]
    largest_term: int

    @property
    def count(self) -> int:
        """Rows, those no longer alive among them."""
        return len(self.alive)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The chunk id of each row."""
        return tuple(i for segment in self.segments for i in segment.ids)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """The row of each living chunk by its id."""
        return {i: row for row, i in enumerate(self.ids) if self.alive[row]}

    @cached_property
    def owners(self) -> Rows:
        """The row of each row's Korean chunk, (rows,): its own where it is no companion's."""
        twins = [twin for segment in self.segments for twin in segment.twins]
        return np.array([self.row_of.get(t, row) if t else row for row, t in enumerate(twins)], np.int32)

    @cached_property
    def twin_rows(self) -> Rows:
        """The row of each row's English twin, (rows,); -1 where it has none."""
        twins = np.full(self.count, -1, np.int32)
        rows = np.flatnonzero(self.alive & (self.owners != np.arange(self.count)))
        twins[self.owners[rows]] = rows
        return twins

    @cached_property
    def rowids(self) -> npt.NDArray[np.int64]:
        """The catalog's rowid of each row."""
        return np.concatenate([segment.rowids for segment in self.segments])

    @cached_property
    def notes(self) -> npt.NDArray[np.int64]:
        """The note id of each row."""
        return np.concatenate([segment.notes for segment in self.segments])

    @cached_property
    def companions(self) -> Mapping[str, str]:
        """The path of each note's English companion."""
        return {note: path for path, note, _ in self.note_rows.values() if note is not None}

    @cached_property
    def note_tags(self) -> Mapping[int, tuple[str, tuple[str, ...]]]:
        """Path and tags of each note by its id; a companion has those of its note."""
        own = {path: tags for path, note, tags in self.note_rows.values() if note is None}
        return {
            identity: (path, tags) if note is None else (note, own.get(note, ()))
            for identity, (path, note, tags) in self.note_rows.items()
        }

    @cached_property
    def lengths(self) -> Scores:
        """Terms of each row's title, headings and body, (rows, 3)."""
        return np.concatenate([segment.postings.lengths for segment in self.segments])

    @cached_property
    def spelled(self) -> Mapping[int, str]:
        """Every term by its id."""
        return {number: term for term, number in self.vocabulary.items()}

    @cached_property
    def frequencies(self) -> Mapping[str, int]:
        """In how many rows each term occurs, those no longer alive among them; no term that has none."""
        sizes = np.zeros(self.largest_term + 1, np.int64)
        for segment in self.segments:
            own = np.diff(segment.postings.starts)
            sizes[: len(own)] += own[: len(sizes)]
        counts = sizes.tolist()
        return {term: counts[number] for term, number in self.vocabulary.items() if counts[number]}

    @cached_property
    def living(self) -> int:
        """How many chunks the catalog holds."""
        return int(self.alive.sum())

    @cached_property
    def passages(self) -> int:
        """How many chunks there are, companions' not counted."""
        own = self.owners == np.arange(self.count)
        return int((own & self.alive).sum())

    @cached_property
    def total_lengths(self) -> Scores:
        """Terms of each row, (rows,)."""
        return self.lengths.sum(axis=1)

    @cached_property
    def hangul(self) -> Mask:
        """Whether each row is written in Korean, (rows,)."""
        return np.concatenate([segment.hangul for segment in self.segments])

    @cached_property
    def paired(self) -> Mask:
        """Whether each row is of a chunk that has an English twin, or is the twin, (rows,)."""
        owners = self.owners
        return np.bincount(owners[self.alive], minlength=self.count)[owners] > 1

    @cached_property
    def sample_rows(self) -> Rows:
        """About a thousand living rows spread over the index, (n,)."""
        rows = np.flatnonzero(self.alive)
        return rows[:: max(1, len(rows) // _SAMPLE)].astype(np.int32)

    @cached_property
    def sample(self) -> Scores:
        """The vectors of `sample_rows`, (n, dimension)."""
        return self.vectors_of(self.sample_rows)

    @cached_property
    def average_lengths(self) -> Scores:
        """Mean number of terms in title, headings and body, (3,)."""
        if not self.living:
            return np.ones(3, np.float32)
        # In doubles the sum is exact: it is the same whatever the order of the rows.
        return self.lengths[self.alive].mean(axis=0, dtype=np.float64).astype(np.float32)

    def holding(self, term: str) -> tuple[Rows, npt.NDArray[np.uint16]]:
        """Returns the living rows that hold a term, (n,), and its counts in their fields, (n, 3)."""
        number = self.vocabulary.get(term, -1)
        if number < 0:
            return np.zeros(0, np.int32), np.zeros((0, 3), np.uint16)
        held, times = self.segments[0].postings.holding(number)
        if len(self.segments) > 1:
            more, how_often = self.segments[1].postings.holding(number)
            held = np.concatenate([held, more + np.int32(len(self.segments[0].ids))])
            times = np.concatenate([times, how_often])
        if self.living == self.count:
            return held, times
        living = self.alive[held]
        return held[living], times[living]

    def frequency(self, term: str) -> int:
        """Returns in how many living chunks a term occurs."""
        if term not in self._counted:
            self._counted[term] = len(self.holding(term)[0])
        return self._counted[term]

    @cached_property
    def _counted(self) -> dict[str, int]:
        """The frequencies that were asked for: a question asks for each of its terms several times."""
        return {}

    @cached_property
    def damping(self) -> Scores:
        """What BM25F multiplies a term's counts in each row's fields with, by their lengths, (rows, 3)."""
        average = np.maximum(self.average_lengths, 1e-9)
        damping = 1 / (1 - LENGTH_NORM + LENGTH_NORM * (self.lengths / average))
        return damping.astype(np.float32, copy=False)

    def similarities(self, vector: Scores) -> Scores:
        """Returns every row's cosine with a question's vector, (rows,); -1 for rows that are gone."""
        scores = np.concatenate([row_by_row(segment.vectors, vector) for segment in self.segments])
        scores[~self.alive] = -1.0
        return scores

    def path(self, row: int) -> str:
        """Returns the path of a living row's note."""
        return self.note_rows[int(self.notes[row])][0]

    def place(self, row: int) -> tuple[str, int, tuple[int, ...]]:
        """Returns where a living row's text stands: the path of its note, its section, its blocks."""
        number, segment = row, self.segments[0]
        if row >= len(segment.ids):
            number, segment = row - len(segment.ids), self.segments[1]
        first, end = segment.block_starts[number], segment.block_starts[number + 1]
        return self.path(row), int(segment.sections[number]), tuple(segment.blocks[first:end].tolist())

    def vectors_of(self, rows: Rows) -> Scores:
        """Returns the embeddings of some rows, (n, dimension)."""
        base = len(self.segments[0].ids)
        if len(self.segments) == 1 or not (rows >= base).any():
            return self.segments[0].vectors[rows]
        base_vectors, tail_vectors = (segment.vectors for segment in self.segments)
        return np.stack([base_vectors[r] if r < base else tail_vectors[r - base] for r in rows.tolist()])

    def inside(self, scope: Scope) -> Mask:
        """Returns which living rows belong to notes of a scope, (rows,)."""
        if not scope:
            return self.alive
        return self.alive & self._folders.inside(scope.holds_folder) & self._tags.inside(scope.holds_tags)

    @cached_property
    def _folders(self) -> Labels[str]:
        return Labels.of({i: path.rpartition("/")[0] for i, (path, _) in self.note_tags.items()}, self.notes)

    @cached_property
    def _tags(self) -> Labels[tuple[str, ...]]:
        return Labels.of({i: tags for i, (_, tags) in self.note_tags.items()}, self.notes)


def take(catalog: "Catalog", before: Snapshot | None = None) -> Snapshot:
    """Reads the catalog's present state; of one that grew out of `before` only what is new.

    Args:
        catalog: The catalog, inside `reading()`.
        before: An earlier snapshot of the same file.

    Raises:
        CatalogError: A chunk has no vector.
    """
    present = catalog.note_ids()
    note_rows = _note_rows(catalog, before, set(present.tolist()))
    vocabulary = dict(before.vocabulary) if before else {}
    largest = before.largest_term if before else 0
    for number, term in catalog.terms_by_id(largest):
        vocabulary[term] = largest = number
    segments, alive = _segments(catalog, before, present, vocabulary)
    return Snapshot(segments, alive, vocabulary, note_rows, largest)


def _note_rows(
    catalog: "Catalog", before: Snapshot | None, present: set[int]
) -> dict[int, tuple[str, str | None, tuple[str, ...]]]:
    known = before.note_rows if before else {}
    rows = {identity: row for identity, row in known.items() if identity in present}
    for identity, *row in catalog.note_rows(max(known, default=0)):
        rows[identity] = (row[0], row[1], row[2])
    return rows


def _segments(
    catalog: "Catalog",
    before: Snapshot | None,
    present: npt.NDArray[np.int64],
    vocabulary: Mapping[str, int],
) -> tuple[tuple[Segment, ...], Mask]:
    """Returns the base as it was, with a new tail, or all as a new base; and which rows are alive."""
    if before is not None and len(before.segments[0].rowids):
        base = before.segments[0]
        alive = np.isin(base.notes, present)
        last = int(base.rowids[-1])
        fresh = catalog.chunk_count_after(last)
        if fresh + len(alive) - alive.sum() <= len(alive) * _LARGE_TAIL:
            tail = read_segment(catalog, last, fresh, vocabulary) if fresh else None
            if tail is None:
                return (base,), alive
            return (base, tail), np.concatenate([alive, np.ones(fresh, np.bool_)])
    everything = read_segment(catalog, 0, catalog.chunk_total(), vocabulary)
    return (everything,), np.ones(len(everything.ids), np.bool_)
