"""Nearest vectors, in Chroma. Everything here derives from the catalog and can be made again."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from index.catalog import Catalog

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

_BATCH = 2000
"""Chroma refuses more than 5,461 records in one call."""

_SEARCH_WIDTH = 1000
"""Candidates that HNSW keeps while it searches. With fewer, a far neighbour is missed now and then, and
which one depends on the graph's random levels: the same notes, built twice, gave other scores."""

_GENERATION = "vectors_generation"


class Vectors:
    """One open Chroma folder with the vectors of one embedding model.

    Chroma keeps no lock of its own: two processes that write one folder lose vectors in silence.
    Only `index/sync.py` writes, under its file lock; every other process opens to read.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        """Opens or creates the folder's collection for a model."""
        from chromadb import PersistentClient
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(anonymized_telemetry=False)
        self._client = PersistentClient(path=str(folder), settings=settings)
        # Without an embedding function of Chroma's own nothing is ever fetched.
        self._collection: Collection = self._client.get_or_create_collection(
            name="chunks-" + hashlib.sha256(fingerprint.encode()).hexdigest()[:16],
            configuration={"hnsw": {"space": "cosine", "ef_search": _SEARCH_WIDTH}},
            embedding_function=None,
        )

    def close(self) -> None:
        """Lets go of the folder, so that a later opening sees what others wrote."""
        cast(Any, self._client).close()

    def count(self) -> int:
        """Returns how many vectors there are."""
        return self._collection.count()

    def ids(self) -> set[str]:
        """Returns the ids of all vectors."""
        return set(self._collection.get(include=[])["ids"])

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Adds vectors, float32 of shape (len(ids), dimension)."""
        for first in range(0, len(ids), _BATCH):
            part = slice(first, first + _BATCH)
            self._collection.add(ids=list(ids[part]), embeddings=cast(Any, vectors[part]))

    def delete(self, ids: Sequence[str]) -> None:
        """Removes vectors by id."""
        for first in range(0, len(ids), _BATCH):
            self._collection.delete(ids=list(ids[first : first + _BATCH]))

    def query(self, vector: np.ndarray, limit: int) -> list[tuple[str, float]]:
        """Returns the nearest ids with their cosine similarity, best first."""
        if not self.count():
            return []
        found = self._collection.query(
            query_embeddings=cast(Any, vector[None, :]), n_results=limit, include=["distances"]
        )
        distances = cast("list[list[float]]", found["distances"])
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], distances[0], strict=True)]


def vectors_folder(data: Path, catalog: Catalog) -> Path:
    """The folder of the current generation."""
    return data / "vectors" / f"generation-{catalog.meta(_GENERATION) or '1'}"


def reconcile(data: Path, catalog: Catalog, fingerprint: str) -> None:
    """Makes Chroma hold exactly the catalog's chunks; embeds nothing.

    Vectors that can't be opened, or don't add up afterwards, are built again in a new folder
    that takes the old one's place only when it is complete.
    """
    wanted = catalog.chunk_ids()
    try:
        healthy = _mend(vectors_folder(data, catalog), catalog, fingerprint, wanted)
    except Exception:  # Chroma raises its Rust core's panics and errors as any class
        healthy = False
    if healthy:
        return
    generation = int(catalog.meta(_GENERATION) or "1") + 1
    fresh = data / "vectors" / f"generation-{generation}"
    shutil.rmtree(fresh, ignore_errors=True)
    _mend(fresh, catalog, fingerprint, wanted)
    with catalog.transaction():
        catalog.set_meta(_GENERATION, str(generation))
    for folder in fresh.parent.iterdir():
        if folder != fresh:
            shutil.rmtree(folder, ignore_errors=True)


def _mend(folder: Path, catalog: Catalog, fingerprint: str, wanted: dict[str, str]) -> bool:
    vectors = Vectors(folder, fingerprint)
    try:
        present = vectors.ids()
        missing = sorted(wanted.keys() - present)
        surplus = sorted(present - wanted.keys())
        for first in range(0, len(missing), _BATCH):
            part = missing[first : first + _BATCH]
            vectors.add(part, catalog.embeddings([wanted[i] for i in part]))
        if surplus:
            vectors.delete(surplus)
        return vectors.count() == len(wanted)
    finally:
        vectors.close()
