"""The catalog: one SQLite file that holds all the index knows. The truth; vectors derive from it."""

import json
import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.chunks import Chunk
from index.errors import CatalogError, DamagedCatalogError, NewerIndexError
from index.ranking.postings import ENTRY, encode_terms
from index.reading.names import Name
from index.storage.rows import ChunkRow, NamedPlace, NewChunk, NoteRow, Notice

_Value = TypeVar("_Value")

SCHEMA_VERSION = 4
_BUSY_MS = 10_000
_BATCH = 500


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
        yield catalog
    except sqlite3.Error as error:
        raise _failure(path, "read", error) from error
    finally:
        catalog.close()


def _failure(path: Path, what: str, error: sqlite3.Error | OSError) -> CatalogError:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DamagedCatalogError(
            f"The catalog {str(path)!r} is damaged: {error}. Run `mutgo index`: it is set aside and made "
            "again from the notes."
        )
    return CatalogError(
        f"The catalog {str(path)!r} can't be {what}: {error}. The index is as it was before; free disk "
        "space, see that you may write there, and run `mutgo index` again."
    )


class Catalog:
    """An open catalog. One thread at a time may use it; every thread opens its own."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Opens the file.

        Args:
            path: The file.
            create: Whether to make it if it is missing.

        Raises:
            CatalogError: The file is missing, damaged, of another schema, or can't be written.
        """
        self.path = path
        if not create and not path.exists():
            raise CatalogError(f"There is no catalog {str(path)!r} yet. Run `mutgo index`.")
        try:
            self.db = _connect(path, writable=create or os.access(path.parent, os.W_OK))
            try:
                self._prepare()
            except Exception:
                self.db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise _failure(path, "opened", error) from error

    def _prepare(self) -> None:
        self.db.execute("PRAGMA journal_mode=WAL")  # changes nothing where nothing can be written
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA foreign_keys=ON")
        found = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        if found > SCHEMA_VERSION:
            raise NewerIndexError(
                f"The catalog {str(self.path)!r} was made by a newer mutgo (schema {found}, this one reads "
                f"{SCHEMA_VERSION}). Upgrade mutgo, or name another folder with --data."
            )
        if 0 < found < SCHEMA_VERSION:
            raise CatalogError(
                f"The catalog {str(self.path)!r} has the older schema {found}. Run `mutgo index`: a new one "
                "is made beside it."
            )
        if not found:
            script = files("index").joinpath("schema.sql").read_text("utf-8")
            # One transaction: a process killed here leaves an empty file, not half a schema.
            self.db.executescript(f"BEGIN IMMEDIATE;{script}PRAGMA user_version={SCHEMA_VERSION};COMMIT;")

    def check(self) -> None:
        """Raises CatalogError unless SQLite finds the whole file sound."""
        verdict = str(self.db.execute("PRAGMA quick_check").fetchone()[0])
        if verdict != "ok":
            raise DamagedCatalogError(
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
            raise _failure(self.path, "written", error) from error

    @contextmanager
    def reading(self) -> Generator[None]:
        """All that is read inside is of one moment, whatever another process writes meanwhile."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            self.db.rollback()

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
            "SELECT id, path, disk_path, title, sha256, size, mtime_ns, companion_of, tags FROM notes"
            " ORDER BY path"
        )
        return [NoteRow(*row[:8], tags=_tags(row[8])) for row in rows]

    def text(self, path: str) -> tuple[str, str] | None:
        """Returns a note's text and sha256 as indexed; None for an unknown path."""
        row = self.db.execute("SELECT text, sha256 FROM notes WHERE path=?", (path,)).fetchone()
        return None if row is None else (str(row[0]), str(row[1]))

    def disk_path(self, path: str) -> str:
        """Returns a note's path as the file system spells it, relative to the vault."""
        row = self.db.execute("SELECT disk_path FROM notes WHERE path=?", (path,)).fetchone()
        return str(row[0]) if row else path

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
            "INSERT INTO notes (path, disk_path, title, sha256, size, mtime_ns, text, companion_of, tags)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            (
                row.path,
                row.disk_path,
                row.title,
                row.sha256,
                row.size,
                row.mtime_ns,
                text,
                row.companion_of,
                json.dumps(row.tags, ensure_ascii=False),
            ),
        )
        note_id = cursor.lastrowid
        self._add_chunks(note_id, list(chunks))
        self.db.executemany(
            "INSERT INTO names VALUES (?,?,?,?,?,?,?)",
            [(n.key, n.label, note_id, n.section, n.block, n.kind, n.source) for n in names],
        )
        self.db.executemany("INSERT INTO words VALUES (?,?)", [(word, note_id) for word in words])

    def _add_chunks(self, note_id: int | None, chunks: Sequence[NewChunk]) -> None:
        ids = self._term_ids({term for new in chunks for field in new.terms for term in field})
        self.db.executemany(
            "INSERT INTO chunks (id, note_id, section, headings, title, body, blocks, spans, twin,"
            " embedding, terms) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            [
                (
                    new.chunk.id,
                    note_id,
                    new.chunk.section,
                    json.dumps(new.chunk.headings, ensure_ascii=False),
                    new.chunk.title,
                    new.chunk.body,
                    json.dumps(new.chunk.blocks),
                    json.dumps(new.chunk.spans),
                    new.twin,
                    new.embedding,
                    encode_terms(new.terms, ids),
                )
                for new in chunks
            ],
        )

    def _term_ids(self, terms: set[str]) -> dict[str, int]:
        """Returns the ids of terms, new ones for terms never seen."""
        ids = self.term_ids(terms)
        self.db.executemany(
            "INSERT INTO terms (term) VALUES (?)", [(term,) for term in sorted(terms - ids.keys())]
        )
        return ids | self.term_ids(terms - ids.keys())

    def term_ids(self, terms: Iterable[str]) -> dict[str, int]:
        """Returns the ids of those terms that any chunk ever had."""
        found: dict[str, int] = {}
        for part in _batches(list(terms)):
            marks = ",".join("?" * len(part))
            found.update(self.db.execute(f"SELECT term, id FROM terms WHERE term IN ({marks})", part))
        return found

    def remove_note(self, path: str) -> None:
        """Forgets a note and all that was read off it; Chroma is told by `removed_chunks`."""
        gone = "SELECT c.id FROM chunks c JOIN notes n ON n.id=c.note_id WHERE n.path=?"
        self.db.execute(f"INSERT OR IGNORE INTO removed_chunks {gone}", (path,))
        self.db.execute("DELETE FROM notes WHERE path=?", (path,))

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

    def note_ids(self) -> np.ndarray:
        """Returns every note's id, int64, ascending."""
        rows = self.db.execute("SELECT id FROM notes ORDER BY id").fetchall()
        return np.array(rows, np.int64).reshape(-1)

    def note_rows(self, after: int) -> Iterator[tuple[int, str, str | None, tuple[str, ...]]]:
        """Yields id, path, the note it is the companion of, and tags, of every note beyond an id."""
        rows = self.db.execute("SELECT id, path, companion_of, tags FROM notes WHERE id>?", (after,))
        for identity, path, companion_of, tags in rows:
            yield identity, path, companion_of, tuple(json.loads(tags))

    def names_after(self, note_id: int) -> Iterator[tuple[int, NamedPlace]]:
        """Yields the names that notes beyond an id give, each with its note's id."""
        rows = self.db.execute(
            "SELECT note_id, key, label, coalesce(n.companion_of, n.path), section, block, kind, source"
            " FROM names JOIN notes n ON n.id=note_id WHERE note_id>?",
            (note_id,),
        )
        for identity, *place in rows:
            yield identity, NamedPlace(*place)

    def chunk_count_after(self, rowid: int) -> int:
        """Returns how many chunks lie beyond a row."""
        return int(self.db.execute("SELECT count(*) FROM chunks WHERE rowid>?", (rowid,)).fetchone()[0])

    def words(self, besides: Iterable[str] = ()) -> frozenset[str]:
        """Returns the words that notes give the vault, those of some notes left out.

        Args:
            besides: Paths of the notes that don't count.
        """
        uses = dict(self.db.execute("SELECT word, count(*) FROM words GROUP BY word").fetchall())
        for part in _batches(list(besides)):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(
                f"SELECT word FROM words JOIN notes n ON n.id=note_id WHERE n.path IN ({marks})", part
            )
            for (word,) in rows:
                uses[word] -= 1
        return frozenset(word for word, count in uses.items() if count)

    def spoken_texts(self, holding: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yields path and text of every chunk, title and headings with it.

        Args:
            holding: Characters that have to occur in it, all of them.
        """
        text = "c.title || ' ' || c.headings || ' ' || c.body"
        marks = " AND ".join(f"instr({text}, ?)" for _ in holding) or "1"
        yield from self.db.execute(
            f"SELECT n.path, {text} FROM chunks c JOIN notes n ON n.id=c.note_id WHERE {marks}",
            list(holding),
        )

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

    def chunks_of(self, paths: Sequence[str]) -> list[ChunkRow]:
        """Returns the chunks of some notes, in order."""
        ids: list[str] = []
        for part in _batches(paths):
            marks = ",".join("?" * len(part))
            found = f"SELECT c.id FROM chunks c JOIN notes n ON n.id=c.note_id WHERE n.path IN ({marks})"
            ids += [str(row[0]) for row in self.db.execute(found + " ORDER BY c.rowid", part)]
        rows = self.chunks(ids)
        return [rows[identity] for identity in ids]

    def twins(self, ids: Sequence[str]) -> dict[str, ChunkRow]:
        """Returns the English twins of Korean chunks, by the Korean chunk's id."""
        found: list[str] = []
        for part in _batches(ids):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(f"SELECT id FROM chunks WHERE twin IN ({marks})", part)
            found += [str(row[0]) for row in rows]
        return {row.twin: row for row in self.chunks(found).values() if row.twin}

    def chunk_rows(self, after: int) -> Iterator[tuple[int, str, int, str | None, bytes, bytes]]:
        """Yields rowid, id, note id, twin, vector and terms of every chunk beyond a row, in order.

        Raises:
            CatalogError: A chunk has no vector.
        """
        rows = self.db.execute(
            "SELECT c.rowid, c.id, c.note_id, c.twin, e.vector, c.terms FROM chunks c"
            " LEFT JOIN embeddings e ON e.key=c.embedding WHERE c.rowid>? ORDER BY c.rowid",
            (after,),
        )
        for row in rows:
            if row[4] is None:
                raise self._lacks(row[1])
            yield row

    def largest_rowid(self) -> int:
        """Returns the largest rowid of any chunk; 0 where there is none."""
        return int(self.db.execute("SELECT coalesce(max(rowid), 0) FROM chunks").fetchone()[0])

    def removed_chunks(self) -> list[str]:
        """Returns the ids that chunks went by since `forget_removed_chunks`; some may be back."""
        return [str(row[0]) for row in self.db.execute("SELECT id FROM removed_chunks")]

    def forget_removed_chunks(self) -> None:
        """Notes that Chroma holds none of the removed chunks any more."""
        self.db.execute("DELETE FROM removed_chunks")

    def rowids(self) -> np.ndarray:
        """Returns every chunk's rowid, int64, ascending."""
        rows = self.db.execute("SELECT rowid FROM chunks ORDER BY rowid")
        return np.fromiter((row[0] for row in rows), np.int64)

    def terms_by_id(self, after: int) -> Iterator[tuple[int, str]]:
        """Yields id and term of every term beyond an id, in order; terms no chunk has any more too."""
        yield from self.db.execute("SELECT id, term FROM terms WHERE id>? ORDER BY id", (after,))

    def terms_of(self, rowids: Sequence[int]) -> dict[int, np.ndarray]:
        """Returns the terms' ids of each row: title, headings and body together."""
        return {rowid: np.frombuffer(blob, ENTRY)["term"] for rowid, blob in self.term_blobs(rowids).items()}

    def term_blobs(self, rowids: Sequence[int]) -> dict[int, bytes]:
        """Returns the terms of each row with their counts, as `index/ranking/postings.py` reads them."""
        found: dict[int, bytes] = {}
        for part in _batches(rowids):
            marks = ",".join("?" * len(part))
            found.update(self.db.execute(f"SELECT rowid, terms FROM chunks WHERE rowid IN ({marks})", part))
        return found

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

    def add_embeddings(
        self, keys: Sequence[str], vectors: np.ndarray, parts: Sequence[bytes] | None = None
    ) -> None:
        """Stores vectors of passages.

        Args:
            keys: The passages' keys.
            vectors: Their vectors, float32 of shape (len(keys), dimension).
            parts: The vectors of each passage's parts, as `parts.pack_parts` writes them.
        """
        rows = [(key, np.asarray(v, np.float32).tobytes()) for key, v in zip(keys, vectors, strict=True)]
        self.db.executemany("INSERT OR IGNORE INTO embeddings VALUES (?,?)", rows)
        packed = zip(keys, parts or [b""] * len(keys), strict=True)
        self.db.executemany("INSERT OR IGNORE INTO parts VALUES (?,?)", packed)

    def parts(self, rowids: Sequence[int]) -> list[bytes]:
        """Returns the vectors of chunks' parts, in the rows' order; nothing for a chunk without them."""
        found: dict[int, bytes] = {}
        for batch in _batches(rowids):
            marks = ",".join("?" * len(batch))
            rows = self.db.execute(
                f"SELECT c.rowid, p.vectors FROM chunks c JOIN parts p ON p.key=c.embedding"
                f" WHERE c.rowid IN ({marks})",
                batch,
            )
            found.update(rows.fetchall())
        return [found.get(rowid, b"") for rowid in rowids]

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
        if missing := found.keys() ^ set(keys):
            raise self._lacks(min(missing))
        if not keys:
            return np.zeros((0, 0), np.float32)
        return np.stack([np.frombuffer(found[key], np.float32) for key in keys])

    def _lacks(self, what: str) -> CatalogError:
        return CatalogError(
            f"The catalog {str(self.path)!r} lacks the vector of {what!r}. Run `mutgo doctor --fix`."
        )

    def take_embeddings(self, other: Path) -> None:
        """Copies the vectors of another catalog, so that they need not be made again.

        Raises:
            DamagedCatalogError: The other catalog can't be read, or is too old; nothing was copied.
            CatalogError: SQLite could not write.
        """
        try:
            source = sqlite3.connect(f"{other.absolute().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise _failure(other, "opened", error) from error
        query = "SELECT e.key, e.vector, p.vectors FROM embeddings e JOIN parts p ON p.key=e.key"
        try:
            with self.transaction():
                for rows in _reading(source, other, query):
                    self.db.executemany(
                        "INSERT OR IGNORE INTO embeddings VALUES (?,?)", [row[:2] for row in rows]
                    )
                    self.db.executemany(
                        "INSERT OR IGNORE INTO parts VALUES (?,?)", [row[::2] for row in rows]
                    )
        finally:
            source.close()

    def embedding_counts(self) -> tuple[int, int]:
        """Returns how many vectors are stored, and how many of them chunks use."""
        stored = self.db.execute("SELECT count(*) FROM embeddings").fetchone()
        used = self.db.execute("SELECT count(DISTINCT embedding) FROM chunks").fetchone()
        return int(stored[0]), int(used[0])

    def drop_unused_embeddings(self) -> None:
        """Forgets vectors that no chunk uses."""
        for table in ("embeddings", "parts"):
            self.db.execute(
                f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE embedding=key)"
            )


def _tags(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def _connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Opens the file; where nothing can be written, as one that nobody changes either."""
    if writable:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(path, timeout=_BUSY_MS / 1000, check_same_thread=False)
    # Without its log the file is whole, and SQLite need not be able to make one.
    whole = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{whole}", uri=True, check_same_thread=False)


def _reading(source: sqlite3.Connection, path: Path, query: str) -> Iterator[list[tuple[object, ...]]]:
    """Yields a query's rows in batches; whatever goes wrong is the damage of that file."""
    try:
        cursor = source.execute(query)
        while rows := cursor.fetchmany(_BATCH):
            yield rows
    except sqlite3.Error as error:
        raise DamagedCatalogError(f"The catalog {str(path)!r} can't be read: {error}.") from error


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


def _batches(values: Sequence[_Value]) -> Iterator[list[_Value]]:
    for first in range(0, len(values), _BATCH):
        yield list(values[first : first + _BATCH])
