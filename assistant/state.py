"""What the index holds, and whether the files still are what was indexed: for people."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.opened import Index
from index.storage.rows import Notice

NoteState = Literal["current", "changed", "missing"]


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the index holds, for people.

    Attributes:
        notes: Notes, companions not counted.
        chunks: Passages of them.
        notices: Files with a problem.
        version: Differs whenever the index has changed.
        trouble: Why the page can't follow the notes at present; nothing if it does.
    """

    notes: int
    chunks: int
    notices: tuple[Notice, ...]
    version: str = ""
    trouble: str = ""


def index_status(index: Index, trouble: str) -> IndexStatus:
    """Returns what an index holds; it is refreshed and locked by the caller."""
    notes, chunks = index.catalog.counts()
    version = f"{index.build.name}.{index.catalog.meta('generation') or 0}"
    return IndexStatus(notes, chunks, tuple(index.catalog.notices()), version, trouble)


def file_state(file: Path, digest: str) -> NoteState:
    """Says whether a file still has the SHA-256 digest that was indexed."""
    try:
        data = file.read_bytes()
    except OSError:
        return "missing"
    return "current" if hashlib.sha256(data).hexdigest() == digest else "changed"
