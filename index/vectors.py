"""Nearest vectors, in Chroma: a folder of its own, or a collection of a Chroma server.

Everything here derives from the catalog and can be made again. Chroma runs in a process of its own
(`index/chroma/isolated.py`): while it adds vectors it holds Python's global lock, on a full disk it may hang
for ever, and a damaged file can end its process.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import numpy as np

from index.errors import VectorsError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_Result = TypeVar("_Result")

_BATCH = 5000
"""Chroma refuses more than 5,461 records in one call; each call that adds many writes the whole graph."""

_HNSW = {
    "space": "cosine",
    # Candidates kept while searching. With fewer, a far neighbour is missed now and then, and which one
    # depends on the graph's random levels: the same notes, built twice, would give other candidates.
    "ef_search": 1000,
    # So many records at most are only in the log, from which they are inserted anew at every opening.
    "sync_threshold": 100,
    "batch_size": 100,
}

_SAME = 1e-3
"""Most that two unit vectors' coordinates, or a vector's distance to itself, differ by rounding."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one generation of vectors lives.

    Attributes:
        collection: The collection's name.
        folder: Chroma's folder; None in a server.
        server: The server's URL; None in a folder.
    """

    collection: str
    folder: Path | None = None
    server: str | None = None

    def __str__(self) -> str:
        return (
            f"the Chroma server {shown(self.server)!r}"
            if self.server
            else f"the vectors in {str(self.folder)!r}"
        )

    @property
    def remedy(self) -> str:
        """What to do when Chroma fails here."""
        if self.server:
            return "Start the server again, or correct or unset MUTGO_CHROMA_URL, and run `mutgo index`."
        return "Free disk space if it is short, and run `mutgo index`: they are made again from the catalog."


def folder_place(folder: Path, fingerprint: str) -> Place:
    """Returns the place of a model's vectors in a folder of Chroma's own."""
    return Place("chunks-" + hashlib.sha256(fingerprint.encode()).hexdigest()[:16], folder)


def preload() -> None:
    """Imports Chroma, which takes a second."""
    import_module("chromadb")


def shown(url: str | None) -> str:
    """Returns a URL as it may be printed: without user and password.

    >>> shown("https://me:secret@example.org/chroma")
    'https://example.org/chroma'
    """
    parts = urlsplit(url or "")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


class Vectors:
    """One open collection. Every failure, Chroma's own panics included, is a VectorsError.

    Chroma keeps no lock of its own: two processes that write one folder lose vectors in silence.
    `index/chroma/isolated.py` locks a folder while it is open for writing, and while it is loaded to be read.
    """

    def __init__(self, place: Place, *, create: bool = True) -> None:
        """Opens the collection; makes it if it is missing and `create` says so."""
        self.place = place
        self._client = self._try(self._connect)
        try:
            self._collection = self._try(lambda: self._open(create))
        except VectorsError:
            self.close()
            raise

    def _connect(self) -> "ClientAPI":
        from chromadb import HttpClient, PersistentClient
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        if self.place.server:
            return HttpClient(host=self.place.server, settings=settings)
        assert self.place.folder is not None
        self.place.folder.mkdir(parents=True, exist_ok=True)
        return PersistentClient(path=str(self.place.folder), settings=settings)

    def _open(self, create: bool) -> "Collection":
        # Without an embedding function, neither ours nor one a server names, nothing is ever fetched.
        if not create:
            return self._client.get_collection(self.place.collection, embedding_function=None)
        return self._client.get_or_create_collection(
            self.place.collection, configuration=cast(Any, {"hnsw": _HNSW}), embedding_function=None
        )

    def close(self) -> None:
        """Lets go of the folder, so that a later opening sees what others wrote, or of the server."""
        client = cast(Any, self._client)
        if self.place.server:
            client._server._session.close()  # Chroma 1.5.9 leaves its connections open
        client.close()

    def count(self) -> int:
        """Returns how many vectors there are."""
        return self._try(self._collection.count)

    def ids(self) -> set[str]:
        """Returns the ids of all vectors."""
        return set(self._try(lambda: self._collection.get(include=[]))["ids"])

    def held(self, ids: Sequence[str]) -> set[str]:
        """Returns which of these ids have a vector."""
        parts = (list(ids[first : first + _BATCH]) for first in range(0, len(ids), _BATCH))
        return {
            i
            for part in parts
            for i in self._try(lambda part=part: self._collection.get(part, include=[]))["ids"]
        }

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Adds vectors, float32 of shape (len(ids), dimension); an id that is there keeps its vector."""
        for first in range(0, len(ids), _BATCH):
            part = slice(first, first + _BATCH)
            self._try(lambda part=part: self._collection.add(list(ids[part]), cast(Any, vectors[part])))

    def delete(self, ids: Sequence[str]) -> None:
        """Removes vectors by id; ids that are not there don't matter."""
        for first in range(0, len(ids), _BATCH):
            part = list(ids[first : first + _BATCH])
            self._try(lambda part=part: self._collection.delete(part))

    def query(
        self, vector: np.ndarray, limit: int, ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Returns the nearest ids with their cosine similarity, best first.

        Args:
            vector: A unit vector, float32 of shape (dimension,).
            limit: Most ids.
            ids: Only among these; all of them must be there.
        """
        if not self.count() or (ids is not None and not ids):
            return []
        found = self._try(
            lambda: self._collection.query(
                query_embeddings=cast(Any, vector[None, :]),
                n_results=limit,
                ids=None if ids is None else list(ids),
                include=["distances"],
            )
        )
        distances = cast("list[list[float]]", found["distances"])
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], distances[0], strict=True)]

    def differing(self, ids: Sequence[str], vectors: np.ndarray) -> list[str]:
        """Returns the ids that hold another vector than the one given, or none.

        Args:
            ids: Ids to look up.
            vectors: What they should hold, L2-normalised, float32 of shape (len(ids), dimension).
        """
        wrong: list[str] = []
        for first in range(0, len(ids), _BATCH):
            part = list(ids[first : first + _BATCH])
            found = self._try(lambda part=part: self._collection.get(part, include=["embeddings"]))
            held = dict(zip(found["ids"], cast(Any, found["embeddings"]), strict=True))
            for identity, vector in zip(part, vectors[first : first + _BATCH], strict=True):
                same = identity in held and np.allclose(held[identity], vector, rtol=0, atol=_SAME)
                wrong += [] if same else [identity]
        return wrong

    def unreachable(self, vectors: np.ndarray) -> int:
        """Returns how many vectors that are held are not found by asking for them.

        Args:
            vectors: Vectors of ids that are held, float32 of shape (n, dimension).
        """
        asked = vectors[np.linalg.norm(vectors, axis=1) > _SAME]
        if not len(asked):
            return 0
        found = self._try(
            lambda: self._collection.query(
                query_embeddings=cast(Any, asked), n_results=1, include=["distances"]
            )
        )
        nearest = cast("list[list[float]]", found["distances"])
        return sum(not row or row[0] > _SAME for row in nearest)

    def reachable(self, limit: int | None = None) -> set[str]:
        """Returns every id that a search can find, or the `limit` nearest to any one of them."""
        count = self.count()
        if not count:
            return set()
        some = self._try(lambda: self._collection.peek(1))["embeddings"]
        return {i for i, _ in self.query(np.asarray(cast(Any, some)[0], np.float32), limit or count)}

    def load(self) -> None:
        """Reads into memory what a search needs."""
        self.reachable(1)

    def collections(self) -> list[str]:
        """Returns the names of all collections here."""
        return [found.name for found in self._try(lambda: self._client.list_collections())]

    def drop(self, collection: str) -> None:
        """Removes a whole collection."""
        self._try(lambda: self._client.delete_collection(collection))

    def _try(self, call: Callable[[], _Result]) -> _Result:
        try:
            return call()
        except (KeyboardInterrupt, SystemExit):
            raise
        except (
            BaseException
        ) as error:  # Chroma raises errors of any class; its Rust core panics beside Exception
            raise VectorsError(
                f"Chroma failed on {self.place} ({type(error).__name__}: {_brief(error)}). {self.place.remedy}"
            ) from error


def _brief(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:200] + "…"
