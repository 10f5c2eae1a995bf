"""Which chunks hold a term, and how often in each field: an inverted index as plain arrays.

A chunk's terms lie in the catalog as one blob, an `ENTRY` a term. All blobs together, turned round,
are the posting lists: for a term the rows that hold it. A question adds up a few lists, so its cost
grows with its words' frequency, a few microseconds a thousand rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ENTRY = np.dtype([("term", "<u4"), ("title", "u1"), ("headings", "u1"), ("body", "<u2")])
"""A term's id and how often it occurs in the title, the headings and the body; counts end at their
type's limit, where BM25 has long stopped to listen."""

FIELDS = ("title", "headings", "body")

LENGTH_NORM = np.array([0.5, 0.5, 0.4], np.float32)
"""How far a field's length counts against it (BM25's b); sections are shorter than documents and more
alike in length, which made less than the usual 0.75 better for questions on notes."""

Rows = npt.NDArray[np.int32]
Counts = npt.NDArray[np.float32]


def encode_terms(fields: Sequence[Sequence[str]], ids: Mapping[str, int]) -> bytes:
    """Returns a chunk's blob: its terms by id, with their counts in title, headings and body.

    Args:
        fields: The terms of title, headings and body.
        ids: The id of every term.
    """
    counts = [Counter(field) for field in fields]
    terms = sorted(set().union(*counts), key=ids.__getitem__)
    entries = np.zeros(len(terms), ENTRY)
    entries["term"] = [ids[term] for term in terms]
    for name, count in zip(FIELDS, counts, strict=True):
        most = int(np.iinfo(ENTRY[name]).max)
        entries[name] = [min(count.get(term, 0), most) for term in terms]
    return entries.tobytes()


@dataclass(frozen=True, slots=True)
class Postings:
    """The posting lists of some rows.

    Attributes:
        starts: Where each term's list begins, by term id, (largest id + 2,); the last is the end.
        rows: Rows in order of their term, then of the row.
        counts: How often the term occurs in the row's title, headings and body, (postings, 3).
        lengths: Terms of each row's title, headings and body, (rows, 3).
    """

    starts: npt.NDArray[np.int64]
    rows: Rows
    counts: npt.NDArray[np.uint16]
    lengths: Counts

    @classmethod
    def of_blobs(cls, blobs: Sequence[bytes]) -> "Postings":
        """Turns the blobs of rows 0, 1, ... round."""
        entries = np.frombuffer(b"".join(blobs), ENTRY)
        sizes = [len(blob) // ENTRY.itemsize for blob in blobs]
        rows = np.repeat(np.arange(len(blobs), dtype=np.int32), sizes)
        counts = np.stack([entries[name].astype(np.uint16) for name in FIELDS], axis=1)
        lengths = np.zeros((len(blobs), len(FIELDS)), np.float32)
        for field in range(len(FIELDS)):
            lengths[:, field] = np.bincount(rows, counts[:, field], len(blobs))
        order = np.argsort(entries["term"], kind="stable")
        sizes_of_terms = np.bincount(entries["term"]) if len(entries) else np.zeros(1, np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes_of_terms)])
        return cls(starts, rows[order], counts[order], lengths)

    def holding(self, term: int) -> tuple[Rows, npt.NDArray[np.uint16]]:
        """Returns the rows that hold a term, (n,), and its counts in their fields, (n, 3)."""
        if term + 1 >= len(self.starts):
            return self.rows[:0], self.counts[:0]
        part = slice(self.starts[term], self.starts[term + 1])
        return self.rows[part], self.counts[part]
