"""The catalog: one SQLite file that holds all the index knows. The truth; vectors derive from it."""

import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.chunks import Chunk
from index.errors import CatalogError
from index.names import Name

SCHEMA_VERSION = 1
_BUSY_MS = 10_000
_BATCH = 500


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as the catalog keeps it; parse `text` for its blocks."""

    id: int
    path: str
    disk_path: str
    title: str
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
    what: str
    done: str


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk to be stored with its terms, as strings of space-joined terms, and vector key."""

    chunk: Chunk
    twin: str | None
    embedding: str
    title_terms: str
    heading_terms: str
    body_terms: str


@contextmanager
def open_catalog(path: Path) -> "Generator[Catalog]":
    """Opens a catalog for a block of work and closes it after.

    Raises:
        CatalogError: The file can't be opened, or turns out to be damaged while it is read.
    """
    catalog = Catalog(path)
    try:
        yield catalog
    except sqlite3.Error as error:
        raise CatalogError(
            f"The catalog {str(path)!r} can't be read: {error}. "
            "Run `mutgo doctor --fix`: it is set aside and made again from the notes."
        ) from error
    finally:
        catalog.close()


class Catalog:
    """An open catalog. One thread at a time may use it; every thread opens its own."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file.

        Raises:
            CatalogError: The file is damaged, of a newer schema, or can't be written.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(path, timeout=_BUSY_MS / 1000, check_same_thread=False)
            try:
                self._prepare()
            except Exception:
                self.db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise CatalogError(
                f"The catalog {str(path)!r} can't be opened: {error}. "
                "Free disk space, or delete the file: it is made again from the notes."
            ) from error

    def _prepare(self) -> None:
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA foreign_keys=ON")
        found = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        if found not in (0, SCHEMA_VERSION):
            raise CatalogError(
                f"The catalog {str(self.path)!r} has schema {found}, this mutgo reads "
                f"{SCHEMA_VERSION}. Delete the file: it is made again from the notes."
            )
        if not found:
            self.db.executescript(files("index").joinpath("schema.sql").read_text("utf-8"))
            self.db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def check(self) -> None:
        """Raises CatalogError unless SQLite finds the whole file sound."""
        verdict = str(self.db.execute("PRAGMA quick_check").fetchone()[0])
        if verdict != "ok":
            raise CatalogError(
                f"The catalog {str(self.path)!r} is damaged: {verdict}. Run `mutgo doctor --fix`."
            )

    def close(self) -> None:
        """Closes the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All that is written inside becomes visible at once, or not at all.

        Raises:
            CatalogError: SQLite could not write, for example because the disk is full.
        """
        try:
            with self.db:
                self.db.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.Error as error:
            raise CatalogError(
                f"The catalog {str(self.path)!r} can't be written: {error}. "
                "The index is as it was before; free disk space and run `mutgo index` again."
            ) from error

    # -- state -------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """Returns a stored setting of the index."""
        row = self.db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Stores a setting of the index."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (key, value))

    def notices(self) -> list[Notice]:
        """Returns the problems the last sync met."""
        return [Notice(*row) for row in self.db.execute("SELECT * FROM notices ORDER BY path")]

    def set_notices(self, notices: Iterable[Notice]) -> None:
        """Replaces the problems of the last sync."""
        self.db.execute("DELETE FROM notices")
        rows = [(n.path, n.what, n.done) for n in notices]
        self.db.executemany("INSERT INTO notices VALUES (?,?,?)", rows)

    def chunk_total(self) -> int:
        """Returns how many chunks there are, companions' among them."""
        return int(self.db.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def counts(self) -> tuple[int, int]:
        """Returns how many notes (companions not counted) and Korean chunks there are."""
        notes = self.db.execute("SELECT count(*) FROM notes WHERE companion_of IS NULL").fetchone()
        chunks = self.db.execute("SELECT count(*) FROM chunks WHERE twin IS NULL").fetchone()
        return int(notes[0]), int(chunks[0])

    # -- notes -------------------------------------------------------------------------------

    def notes(self) -> list[NoteRow]:
        """Returns every note by path, companions included, texts left out."""
        rows = self.db.execute(
            "SELECT id, path, disk_path, title, sha256, size, mtime_ns, companion_of FROM notes ORDER BY path"
        )
        return [NoteRow(*row) for row in rows]

    def text(self, path: str) -> tuple[str, str] | None:
        """Returns a note's text and sha256 as indexed; None for an unknown path."""
        row = self.db.execute("SELECT text, sha256 FROM notes WHERE path=?", (path,)).fetchone()
        return None if row is None else (str(row[0]), str(row[1]))

    def disk_path(self, path: str) -> str:
        """Returns a note's path as the file system spells it, relative to the vault."""
        row = self.db.execute("SELECT disk_path FROM notes WHERE path=?", (path,)).fetchone()
        return str(row[0]) if row else path

    def add_note(self, row: NoteRow, text: str, chunks: Iterable[NewChunk], names: Iterable[Name]) -> None:
        """Stores a note with all that was read off it; `row.id` is not used."""
        cursor = self.db.execute(
            "INSERT INTO notes (path, disk_path, title, sha256, size, mtime_ns, text, companion_of)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (row.path, row.disk_path, row.title, row.sha256, row.size, row.mtime_ns, text, row.companion_of),
        )
        note_id = cursor.lastrowid
        for new in chunks:
            self._add_chunk(note_id, new)
        self.db.executemany(
            "INSERT INTO names VALUES (?,?,?,?,?,?,?)",
            [(n.key, n.label, note_id, n.section, n.block, n.kind, n.source) for n in names],
        )

    def _add_chunk(self, note_id: int | None, new: NewChunk) -> None:
        chunk = new.chunk
        cursor = self.db.execute(
            "INSERT INTO chunks (id, note_id, section, headings, title, body, blocks, spans, twin,"
            " embedding) VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                chunk.id,
                note_id,
                chunk.section,
                json.dumps(chunk.headings, ensure_ascii=False),
                chunk.title,
                chunk.body,
                json.dumps(chunk.blocks),
                json.dumps(chunk.spans),
                new.twin,
                new.embedding,
            ),
        )
        self.db.execute(
            "INSERT INTO chunk_terms (rowid, title, headings, body) VALUES (?,?,?,?)",
            (cursor.lastrowid, new.title_terms, new.heading_terms, new.body_terms),
        )

    def remove_note(self, path: str) -> None:
        """Forgets a note and all that was read off it."""
        found = "SELECT c.rowid FROM chunks c JOIN notes n ON n.id=c.note_id WHERE n.path=?"
        self.db.execute(f"DELETE FROM chunk_terms WHERE rowid IN ({found})", (path,))
        self.db.execute("DELETE FROM notes WHERE path=?", (path,))

    def touch_note(self, path: str, disk_path: str, size: int, mtime_ns: int) -> None:
        """Notes that a file was written or spelled (NFC, NFD) again with the same content."""
        row = (disk_path, size, mtime_ns, path)
        self.db.execute("UPDATE notes SET disk_path=?, size=?, mtime_ns=? WHERE path=?", row)

    def names(self) -> list[NamedPlace]:
        """Returns every name the notes give, companions' among them."""
        rows = self.db.execute(
            "SELECT key, label, coalesce(n.companion_of, n.path), section, block, kind, source"
            " FROM names JOIN notes n ON n.id=note_id ORDER BY n.path, section, block, label"
        )
        return [NamedPlace(*row) for row in rows]

    # -- chunks ------------------------------------------------------------------------------

    def chunk_ids(self) -> dict[str, str]:
        """Returns every chunk's id and the key of its vector."""
        return dict(self.db.execute("SELECT id, embedding FROM chunks").fetchall())

    def chunks(self, ids: Sequence[str]) -> dict[str, ChunkRow]:
        """Returns the chunks with these ids."""
        found: dict[str, ChunkRow] = {}
        for part in _batches(ids):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(
                "SELECT c.rowid, c.id, n.path, section, headings, c.title, body, blocks, spans, twin,"
                f" embedding FROM chunks c JOIN notes n ON n.id=c.note_id WHERE c.id IN ({marks})",
                part,
            )
            for row in rows:
                chunk = _chunk(row[1:9])
                found[chunk.id] = ChunkRow(row[0], chunk, row[9], row[10])
        return found

    def twins(self, ids: Sequence[str]) -> dict[str, ChunkRow]:
        """Returns the English twins of Korean chunks, by the Korean chunk's id."""
        found: list[str] = []
        for part in _batches(ids):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(f"SELECT id FROM chunks WHERE twin IN ({marks})", part)
            found += [str(row[0]) for row in rows]
        return {row.twin: row for row in self.chunks(found).values() if row.twin}

    def match(
        self, terms: Sequence[str], weights: tuple[float, float, float], limit: int
    ) -> list[tuple[str, str | None, float]]:
        """Returns the chunks that hold any of the terms, best first, by BM25.

        Args:
            terms: The question's terms.
            weights: Weights of title, headings and body.
            limit: Most rows.

        Returns:
            Rows of chunk id, the Korean chunk's id if it is a companion's, and the BM25 score
            (Robertson and Zaragoza 2009, as FTS5 computes it), higher is better.
        """
        if not terms:
            return []
        query = " OR ".join('"' + term.replace('"', "") + '"' for term in dict.fromkeys(terms))
        rows = self.db.execute(
            "SELECT c.id, c.twin, -bm25(chunk_terms, ?, ?, ?) AS score FROM chunk_terms"
            " JOIN chunks c ON c.rowid=chunk_terms.rowid WHERE chunk_terms MATCH ?"
            " ORDER BY score DESC, c.id LIMIT ?",
            (*weights, query, limit),
        )
        return [(str(row[0]), row[1], float(row[2])) for row in rows]

    def terms_of(self, rowids: Sequence[int]) -> dict[int, frozenset[str]]:
        """Returns the set of terms of each row: title, headings and body together."""
        marks = ",".join("?" * len(rowids))
        rows = self.db.execute(
            f"SELECT rowid, title, headings, body FROM chunk_terms WHERE rowid IN ({marks})", list(rowids)
        )
        return {row[0]: frozenset(" ".join(row[1:]).split()) for row in rows}

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Returns in how many chunks each term occurs."""
        count = "SELECT count(*) FROM chunk_terms WHERE chunk_terms MATCH ?"
        return {
            term: int(self.db.execute(count, ('"' + term.replace('"', "") + '"',)).fetchone()[0])
            for term in dict.fromkeys(terms)
        }

    # -- embeddings --------------------------------------------------------------------------

    def missing_embeddings(self, keys: Iterable[str]) -> list[str]:
        """Returns the keys for which no vector is stored, each once, in order."""
        wanted = list(dict.fromkeys(keys))
        known: set[str] = set()
        for part in _batches(wanted):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(f"SELECT key FROM embeddings WHERE key IN ({marks})", part)
            known.update(str(row[0]) for row in rows)
        return [key for key in wanted if key not in known]

    def add_embeddings(self, keys: Sequence[str], vectors: np.ndarray) -> None:
        """Stores vectors, float32 of shape (len(keys), dimension)."""
        rows = [(key, np.asarray(v, np.float32).tobytes()) for key, v in zip(keys, vectors, strict=True)]
        self.db.executemany("INSERT OR IGNORE INTO embeddings VALUES (?,?)", rows)

    def embeddings(self, keys: Sequence[str]) -> np.ndarray:
        """Returns stored vectors, float32 of shape (len(keys), dimension), in the keys' order.

        Raises:
            CatalogError: A key has no vector.
        """
        found: dict[str, bytes] = {}
        for part in _batches(list(dict.fromkeys(keys))):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(f"SELECT key, vector FROM embeddings WHERE key IN ({marks})", part)
            found.update(rows.fetchall())
        try:
            return np.stack([np.frombuffer(found[key], np.float32) for key in keys])
        except KeyError as error:
            raise CatalogError(
                f"The catalog {str(self.path)!r} lacks the vector {error}. Run `mutgo doctor --fix`."
            ) from error

    def drop_unused_embeddings(self) -> None:
        """Forgets vectors that no chunk uses."""
        self.db.execute("DELETE FROM embeddings WHERE key NOT IN (SELECT embedding FROM chunks)")


def _chunk(row: Sequence[object]) -> Chunk:
    identity, path, section, headings, title, body, blocks, spans = row
    return Chunk(
        id=str(identity),
        note=str(path),
        section=int(str(section)),
        headings=tuple(json.loads(str(headings))),
        title=str(title),
        body=str(body),
        blocks=tuple(json.loads(str(blocks))),
        spans=tuple((start, end) for start, end in json.loads(str(spans))),
    )


def _batches(values: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(values), _BATCH):
        yield list(values[first : first + _BATCH])
