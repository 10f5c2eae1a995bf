"""What stands on the map: a section of a note a point or, where there are very many, a note."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from assistant.mapping.neighbours import Floats
from index.catalog import Catalog
from index.storage.rows import NoteRow

MOST = 10_000
"""Points of a map: with more, notes are points; and of more notes than that, some are left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the map before it has a place.

    Attributes:
        note: Position of its note in `Places.notes`.
        section: Position of its section in the note; -1 for a note as a whole.
        headings: The heading path of its section; none for a note as a whole.
        start: The first character of its text.
        line: The line that is on, from 1.
        key: What tells it from others as long as nobody renames it.
        text: Changes with what it says.
    """

    note: int
    section: int
    headings: tuple[str, ...]
    start: int
    line: int
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Places:
    """All points of a map.

    Attributes:
        notes: The notes, by path; companions are no notes of their own.
        places: The points, by note and place in it.
        vectors: Their unit vectors, (points, dimension).
        left_out: Notes that are not on the map, because they are too many.
    """

    notes: tuple[NoteRow, ...]
    places: tuple[Place, ...]
    vectors: Floats
    left_out: int = 0


def read_places(catalog: Catalog, most: int = MOST) -> Places:
    """Reads what is to stand on the map.

    Args:
        catalog: The catalog, inside `reading()`.
        most: Most points.
    """
    notes = sorted((row for row in catalog.notes() if row.companion_of is None), key=lambda row: row.path)
    every = len(notes)
    if every > most:
        # Those with the least digests: the same ones after an edit, wherever notes came or went.
        notes = sorted(sorted(notes, key=lambda row: _digest(row.path))[:most], key=lambda row: row.path)
    sections = [section for number, row in enumerate(notes) for section in _sections(catalog, number, row)]
    if len(sections) > most:
        sections = list(_whole_notes(sections, notes))
    places = tuple(place for place, _ in sections)
    vectors = np.stack([vector for _, vector in sections]) if sections else np.zeros((0, 1), np.float32)
    return Places(tuple(notes), places, vectors, every - len(notes))


def _sections(catalog: Catalog, number: int, row: NoteRow) -> Iterator[tuple[Place, Floats]]:
    """The sections of a note that say anything, with the mean of their chunks' vectors."""
    text, _ = catalog.text(row.path) or ("", "")
    seen, line, at = dict[str, int](), 1, 0
    for section, rows in groupby(catalog.section_rows(row.id), key=lambda found: found[0]):
        chunks = list(rows)
        headings = tuple(json.loads(chunks[0][1]))
        start = min(min(json.loads(spans))[0] for _, _, spans, _, _ in chunks)
        if start >= at:  # sections come in order: no line is counted twice
            line, at = line + text.count("\n", at, start), start
        path = "\n".join((row.path, *headings))
        seen[path] = seen.get(path, 0) + 1
        said = _digest("".join(embedding for *_, embedding, _ in chunks))
        vector = np.mean([np.frombuffer(vector, np.float32) for *_, vector in chunks], axis=0)
        yield (
            Place(number, section, headings, start, line, _digest(f"{path}\n{seen[path]}"), said),
            _unit(vector),
        )


def _whole_notes(
    sections: list[tuple[Place, Floats]], notes: list[NoteRow]
) -> Iterator[tuple[Place, Floats]]:
    for number, own in groupby(sections, key=lambda section: section[0].note):
        rows = list(own)
        said = _digest("".join(place.text for place, _ in rows))
        vector = _unit(np.mean([vector for _, vector in rows], axis=0))
        yield Place(number, -1, (), 0, 1, _digest(notes[number].path), said), vector


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
