"""The catalog's notes, with the names and the words they give."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter

import numpy as np

from index.storage.database import Database, batches
from index.storage.rows import FileRow, NamedPlace, NoteRow

_REMEMBERED_TAGS = 4096


class NoteRows(Database):
    """Notes, names, words."""

    def notes(self) -> list[NoteRow]:
        """Returns every note by path, companions included, texts left out."""
        query = "SELECT id, path, disk_path, title, sha256, size, mtime_ns, companion_of, tags FROM notes"
        rows = [NoteRow(*row[:8], tags=_tags(row[8])) for row in self.db.execute(query)]
        # Here rather than by SQLite, which would look up each row by its path.
        return sorted(rows, key=attrgetter("path"))

    def files(self) -> dict[str, FileRow]:
        """Returns the file of every note, companions included, by path."""
        query = "SELECT path, disk_path, sha256, size, mtime_ns, companion_of FROM notes"
        return {row.path: row for row in map(FileRow._make, self.db.execute(query))}

    def chunk_counts(self) -> dict[str, int]:
        """Returns how many chunks each note has, by path; notes without any are left out."""
        query = "SELECT path, count(*) FROM chunks JOIN notes ON notes.id=note_id GROUP BY note_id"
        return {str(path): int(count) for path, count in self.db.execute(query)}

    def note_ids(self) -> np.ndarray:
        """Returns every note's id, int64, ascending."""
        rows = self.db.execute("SELECT id FROM notes ORDER BY id").fetchall()
        return np.array(rows, np.int64).reshape(-1)

    def note_rows(self, after: int) -> Iterator[tuple[int, str, str | None, tuple[str, ...]]]:
        """Yields id, path, the note it is the companion of, and tags, of every note beyond an id."""
        rows = self.db.execute("SELECT id, path, companion_of, tags FROM notes WHERE id>?", (after,))
        for identity, path, companion_of, tags in rows:
            yield identity, path, companion_of, _tags(tags)

    def text(self, path: str) -> tuple[str, str] | None:
        """Returns a note's text and sha256 as indexed; None for an unknown path."""
        query = "SELECT text, sha256 FROM notes JOIN texts ON note_id=id WHERE path=?"
        row = self.db.execute(query, (path,)).fetchone()
        return None if row is None else (str(row[0]), str(row[1]))

    def disk_path(self, path: str) -> str:
        """Returns a note's path as the file system spells it, relative to the vault."""
        row = self.db.execute("SELECT disk_path FROM notes WHERE path=?", (path,)).fetchone()
        return str(row[0]) if row else path

    def touch_note(self, path: str, disk_path: str, size: int, mtime_ns: int) -> None:
        """Notes that a file was written or spelled (NFC, NFD) again with the same content."""
        row = (disk_path, size, mtime_ns, path)
        self.db.execute("UPDATE notes SET disk_path=?, size=?, mtime_ns=? WHERE path=?", row)

    def remove_note(self, path: str) -> None:
        """Forgets a note and all that was read off it; Chroma is told by `removed_chunks`."""
        gone = "SELECT c.id FROM chunks c JOIN notes n ON n.id=c.note_id WHERE n.path=?"
        self.db.execute(f"INSERT OR IGNORE INTO removed_chunks {gone}", (path,))
        self.db.execute("DELETE FROM notes WHERE path=?", (path,))

    def names(self) -> list[NamedPlace]:
        """Returns every name the notes give, companions' among them."""
        rows = self.db.execute(
            "SELECT key, label, coalesce(n.companion_of, n.path), section, block, kind, source"
            " FROM names JOIN notes n ON n.id=note_id ORDER BY n.path, section, block, label"
        )
        return [NamedPlace(*row) for row in rows]

    def names_after(self, note_id: int) -> Iterator[tuple[int, NamedPlace]]:
        """Yields the names that notes beyond an id give, each with its note's id."""
        rows = self.db.execute(
            "SELECT note_id, key, label, coalesce(n.companion_of, n.path), section, block, kind, source"
            " FROM names JOIN notes n ON n.id=note_id WHERE note_id>?",
            (note_id,),
        )
        for identity, *place in rows:
            yield identity, NamedPlace(*place)

    def words(self, besides: Iterable[str] = ()) -> frozenset[str]:
        """Returns the words that notes give the vault, those of some notes left out.

        Args:
            besides: Paths of the notes that don't count.
        """
        uses = dict(self.db.execute("SELECT word, count(*) FROM words GROUP BY word").fetchall())
        for part in batches(list(besides)):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(
                f"SELECT word FROM words JOIN notes n ON n.id=note_id WHERE n.path IN ({marks})", part
            )
            for (word,) in rows:
                uses[word] -= 1
        return frozenset(word for word, count in uses.items() if count)


@lru_cache(maxsize=_REMEMBERED_TAGS)
def _tags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
