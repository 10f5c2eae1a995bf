"""The catalog's vectors: of passages, and of their parts, by the passage's key."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from index.storage.database import Database, batches, rows_of_another


class EmbeddingRows(Database):
    """Vectors, whether or not a chunk uses them."""

    def missing_embeddings(self, keys: Iterable[str]) -> list[str]:
        """Returns the keys for which no vector is stored, each once, in order."""
        wanted = list(dict.fromkeys(keys))
        known: set[str] = set()
        for part in batches(wanted):
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
        for batch in batches(rowids):
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
        for part in batches(list(dict.fromkeys(keys))):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(f"SELECT key, vector FROM embeddings WHERE key IN ({marks})", part)
            found.update(rows.fetchall())
        if missing := found.keys() ^ set(keys):
            raise self.lacks(min(missing))
        if not keys:
            return np.zeros((0, 0), np.float32)
        return np.stack([np.frombuffer(found[key], np.float32) for key in keys])

    def take_embeddings(self, other: Path) -> None:
        """Copies the vectors of another catalog, so that they need not be made again.

        Raises:
            DamagedCatalogError: The other catalog can't be read, or is too old; nothing was copied.
            CatalogError: SQLite could not write.
        """
        query = "SELECT e.key, e.vector, p.vectors FROM embeddings e JOIN parts p ON p.key=e.key"
        with self.transaction():
            for rows in rows_of_another(other, query):
                self.db.executemany(
                    "INSERT OR IGNORE INTO embeddings VALUES (?,?)", [row[:2] for row in rows]
                )
                self.db.executemany("INSERT OR IGNORE INTO parts VALUES (?,?)", [row[::2] for row in rows])

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
