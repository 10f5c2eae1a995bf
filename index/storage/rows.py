"""What the catalog keeps, a row a dataclass."""

from dataclasses import dataclass
from typing import NamedTuple

from index.chunks import Chunk
from index.problems import Outcome, Problem


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as the catalog keeps it; parse its text for its blocks."""

    id: int
    path: str
    disk_path: str
    title: str
    sha256: str
    size: int
    mtime_ns: int
    companion_of: str | None
    tags: tuple[str, ...] = ()


class FileRow(NamedTuple):
    """What a sync compares a note's file with. A tuple, because every sync makes one of each note.

    Attributes:
        path: The note's identity.
        disk_path: The same as the file system spells it.
        sha256: Of the file's bytes.
        size: In bytes.
        mtime_ns: When it was last written.
        companion_of: Path of the note it is the English companion of.
    """

    path: str
    disk_path: str
    sha256: str
    size: int
    mtime_ns: int
    companion_of: str | None


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk as the catalog keeps it, with its English twin's relation and its terms' row."""

    rowid: int
    chunk: Chunk
    twin: str | None
    embedding: str


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A name of the vault and the place it belongs to."""

    key: str
    label: str
    note: str
    section: int
    block: int | None
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A file with a problem: what it is and what was done about it."""

    path: str
    problem: Problem
    done: Outcome


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk to be stored, with the key of its vector and the terms of its title, headings and body.

    The terms of a chunk that did not change are as `ChunkRows.term_blobs` returned them.
    """

    chunk: Chunk
    twin: str | None
    embedding: str
    terms: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] | bytes
