"""The catalog's chunks and their terms."""

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.chunks import Chunk
from index.ranking.postings import ENTRY, encode_terms
from index.storage.database import Database, batches
from index.storage.rows import ChunkRow, NewChunk


class ChunkRows(Database):
    """Chunks, terms, and what Chroma has not been told of."""

    def chunk_ids(self) -> dict[str, str]:
        """Returns every chunk's id and the key of its vector."""
        return dict(self.db.execute("SELECT id, embedding FROM chunks").fetchall())

    def chunk_total(self) -> int:
        """Returns how many chunks there are, companions' among them."""
        return int(self.db.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def chunk_ids_after(self, rowid: int) -> set[str]:
        """Returns the ids of the chunks beyond a row."""
        return {str(row[0]) for row in self.db.execute("SELECT id FROM chunks WHERE rowid>?", (rowid,))}

    def chunk_count_after(self, rowid: int) -> int:
        """Returns how many chunks lie beyond a row."""
        return int(self.db.execute("SELECT count(*) FROM chunks WHERE rowid>?", (rowid,)).fetchone()[0])

    def largest_rowid(self) -> int:
        """Returns the largest rowid of any chunk; 0 where there is none."""
        return int(self.db.execute("SELECT coalesce(max(rowid), 0) FROM chunks").fetchone()[0])

    def rowids(self) -> np.ndarray:
        """Returns every chunk's rowid, int64, ascending."""
        rows = self.db.execute("SELECT rowid FROM chunks ORDER BY rowid")
        return np.fromiter((row[0] for row in rows), np.int64)

    def chunks(self, ids: Sequence[str]) -> dict[str, ChunkRow]:
        """Returns the chunks with these ids."""
        found: dict[str, ChunkRow] = {}
        for part in batches(ids):
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
        for part in batches(paths):
            marks = ",".join("?" * len(part))
            found = f"SELECT c.id FROM chunks c JOIN notes n ON n.id=c.note_id WHERE n.path IN ({marks})"
            ids += [str(row[0]) for row in self.db.execute(found + " ORDER BY c.rowid", part)]
        rows = self.chunks(ids)
        return [rows[identity] for identity in ids]

    def twins(self, ids: Sequence[str]) -> dict[str, ChunkRow]:
        """Returns the English twins of Korean chunks, by the Korean chunk's id."""
        found: list[str] = []
        for part in batches(ids):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(f"SELECT id FROM chunks WHERE twin IN ({marks})", part)
            found += [str(row[0]) for row in rows]
        return {row.twin: row for row in self.chunks(found).values() if row.twin}

    def chunk_rows(self, after: int) -> Iterator[tuple[int, str, int, int, str, str | None, bytes, bytes]]:
        """Yields rowid, id, note id, section, blocks, twin, vector and terms of every chunk beyond a row, in order.

        Raises:
            CatalogError: A chunk has no vector.
        """
        rows = self.db.execute(
            "SELECT c.rowid, c.id, c.note_id, c.section, c.blocks, c.twin, e.vector, c.terms FROM chunks c"
            " LEFT JOIN embeddings e ON e.key=c.embedding WHERE c.rowid>? ORDER BY c.rowid",
            (after,),
        )
        for row in rows:
            if row[6] is None:
                raise self.lacks(row[1])
            yield row

    def section_rows(self, note_id: int) -> Iterator[tuple[int, str, str, str, bytes]]:
        """Yields of each chunk of a note its section, headings and spans (as JSON), the key of its vector, and that."""
        yield from self.db.execute(
            "SELECT c.section, c.headings, c.spans, c.embedding, e.vector FROM chunks c"
            " JOIN embeddings e ON e.key=c.embedding WHERE c.note_id=? ORDER BY c.section, c.rowid",
            (note_id,),
        )

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

    def removed_chunks(self) -> list[str]:
        """Returns the ids that chunks went by since `forget_removed_chunks`; some may be back."""
        return [str(row[0]) for row in self.db.execute("SELECT id FROM removed_chunks")]

    def forget_removed_chunks(self) -> None:
        """Notes that Chroma holds none of the removed chunks any more."""
        self.db.execute("DELETE FROM removed_chunks")

    # -- terms -------------------------------------------------------------------------------

    def term_ids(self, terms: Iterable[str]) -> dict[str, int]:
        """Returns the ids of those terms that any chunk ever had."""
        found: dict[str, int] = {}
        for part in batches(list(terms)):
            marks = ",".join("?" * len(part))
            found.update(self.db.execute(f"SELECT term, id FROM terms WHERE term IN ({marks})", part))
        return found

    def terms_by_id(self, after: int) -> Iterator[tuple[int, str]]:
        """Yields id and term of every term beyond an id, in order; terms no chunk has any more too."""
        yield from self.db.execute("SELECT id, term FROM terms WHERE id>? ORDER BY id", (after,))

    def terms_of(self, rowids: Sequence[int]) -> dict[int, np.ndarray]:
        """Returns the terms' ids of each row: title, headings and body together."""
        return {rowid: np.frombuffer(blob, ENTRY)["term"] for rowid, blob in self.term_blobs(rowids).items()}

    def term_blobs(self, rowids: Sequence[int]) -> dict[int, bytes]:
        """Returns the terms of each row with their counts, as `index/ranking/postings.py` reads them."""
        found: dict[int, bytes] = {}
        for part in batches(rowids):
            marks = ",".join("?" * len(part))
            found.update(self.db.execute(f"SELECT rowid, terms FROM chunks WHERE rowid IN ({marks})", part))
        return found

    # -- writing -----------------------------------------------------------------------------

    def add_chunks(self, note_id: int | None, chunks: Sequence[NewChunk]) -> None:
        """Stores the chunks of a note, with terms never seen before among theirs."""
        fresh = [new.terms for new in chunks if not isinstance(new.terms, bytes)]
        ids = self._term_ids({term for terms in fresh for field in terms for term in field})
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
                    new.terms if isinstance(new.terms, bytes) else encode_terms(new.terms, ids),
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
