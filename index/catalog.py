"""The catalog: one SQLite file that holds all the index knows. The truth; vectors derive from it.

    storage/database.py        the file itself: transactions, settings
    storage/note_rows.py       notes, names, words
    storage/chunk_rows.py      chunks, terms
    storage/embedding_rows.py  vectors

Here is what concerns more than one of these.
"""

import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from index.problems import Problem
from index.reading.names import Name
from index.storage.chunk_rows import ChunkRows
from index.storage.database import SCHEMA_VERSION, naming_failures
from index.storage.embedding_rows import EmbeddingRows
from index.storage.note_rows import NoteRows
from index.storage.rows import NewChunk, NoteRow, Notice

__all__ = ["SCHEMA_VERSION", "Catalog", "open_catalog"]


@contextmanager
def open_catalog(path: Path, *, create: bool = True) -> "Generator[Catalog]":
    """Opens a catalog for a block of work and closes it after.

    Args:
        path: The file.
        create: Whether to make it if it is missing.

    Raises:
        CatalogError: The file can't be opened, or turns out to be damaged while it is read.
    """
    catalog = Catalog(path, create=create)
    try:
        with naming_failures(path):
            yield catalog
    finally:
        catalog.close()


class Catalog(NoteRows, ChunkRows, EmbeddingRows):
    """An open catalog. One thread at a time may use it; every thread opens its own."""

    def add_note(
        self,
        row: NoteRow,
        text: str,
        chunks: Iterable[NewChunk],
        names: Iterable[Name],
        words: Iterable[str] = (),
    ) -> None:
        """Stores a note with all that was read off it; `row.id` is not used."""
        cursor = self.db.execute(
            "INSERT INTO notes (path, disk_path, title, sha256, size, mtime_ns, companion_of, tags)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (
                row.path,
                row.disk_path,
                row.title,
                row.sha256,
                row.size,
                row.mtime_ns,
                row.companion_of,
                json.dumps(row.tags, ensure_ascii=False),
            ),
        )
        note_id = cursor.lastrowid
        self.db.execute("INSERT INTO texts VALUES (?,?)", (note_id, text))
        self.add_chunks(note_id, list(chunks))
        self.db.executemany(
            "INSERT INTO names VALUES (?,?,?,?,?,?,?)",
            [(n.key, n.label, note_id, n.section, n.block, n.kind, n.source) for n in names],
        )
        self.db.executemany("INSERT INTO words VALUES (?,?)", [(word, note_id) for word in words])

    def counts(self) -> tuple[int, int]:
        """Returns how many notes (companions not counted) and Korean chunks there are."""
        notes = self.db.execute("SELECT count(*) FROM notes WHERE companion_of IS NULL").fetchone()
        chunks = self.db.execute("SELECT count(*) FROM chunks WHERE twin IS NULL").fetchone()
        return int(notes[0]), int(chunks[0])

    def notices(self) -> list[Notice]:
        """Returns the problems the last sync met."""
        rows = self.db.execute("SELECT * FROM notices ORDER BY path").fetchall()
        return [Notice(path, problem, done) for path, what, done in rows if (problem := _problem(what))]

    def set_notices(self, notices: Iterable[Notice]) -> None:
        """Replaces the problems of the last sync."""
        self.db.execute("DELETE FROM notices")
        rows = [(n.path, json.dumps([n.problem.kind, *n.problem.about]), n.done) for n in notices]
        self.db.executemany("INSERT INTO notices VALUES (?,?,?)", rows)

    def orphans(self) -> int:
        """Returns how many rows belong to no note; there are none unless something else wrote the file."""
        return len(self.db.execute("PRAGMA foreign_key_check").fetchall())

    def drop_orphans(self) -> None:
        """Forgets the rows that belong to no note."""
        for table, rowid, _, _ in self.db.execute("PRAGMA foreign_key_check").fetchall():
            if table == "chunks":
                gone = "INSERT OR IGNORE INTO removed_chunks SELECT id FROM chunks WHERE rowid=?"
                self.db.execute(gone, (rowid,))
            self.db.execute(f'DELETE FROM "{table}" WHERE rowid=?', (rowid,))


def _problem(stored: str) -> Problem | None:
    """Reads what was stored of a problem; None for an older mutgo's sentence, which the next sync replaces."""
    try:
        kind, *about = json.loads(stored)
    except ValueError:
        return None
    return Problem(kind, tuple(about))
