"""An index opened for reading, kept current with what other processes write to it."""

import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.catalog import Catalog, NamedPlace
from index.embed import Embedder
from index.notes import Note, parse_note
from index.sync import CATALOG_FILE
from index.terms import TermReader
from index.vectors import Vectors, vectors_folder

_SAMPLE = 1000
"""So many vectors tell how near a question is to the index in general."""


class Index:
    """Catalog, vectors, embedder and term reader of one vault.

    Attributes:
        lock: Held by whoever reads; SQLite's connection serves one thread at a time.
        places: Every name the notes give, by key.
        spellings: Keys that a heading such as `라이트세일 (Lightsail)` joins, by key.
        sample: Vectors of about a thousand chunks spread over the index, (n, dimension).
    """

    def __init__(self, data: Path, embedder: Embedder, reader: TermReader) -> None:
        """Opens the catalog; vectors and names are read at the first search."""
        self.data = data
        self.embedder = embedder
        self.reader = reader
        self.catalog = Catalog(data / CATALOG_FILE)
        self.lock = threading.RLock()
        self.places: Mapping[str, list[NamedPlace]] = {}
        self.spellings: Mapping[str, set[str]] = {}
        self.sample = np.zeros((0, 1), np.float32)
        self._vectors: Vectors | None = None
        self._generation: str | None = None
        self._companions: Mapping[str, str] = {}
        self._parsed = lru_cache(maxsize=512)(parse_note)

    def close(self) -> None:
        """Closes catalog and vectors."""
        with self.lock:
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None
            self.catalog.close()

    @property
    def vectors(self) -> Vectors:
        """The current generation's vectors."""
        if self._vectors is None:
            folder = vectors_folder(self.data, self.catalog)
            self._vectors = Vectors(folder, self.embedder.fingerprint)
        return self._vectors

    def refresh(self) -> None:
        """Reads anew what a sync, in whatever process, has changed since the last call."""
        generation = f"{self.catalog.meta('generation')} {vectors_folder(self.data, self.catalog)}"
        if generation == self._generation:
            return
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None
        self._read_names()
        rows = self.catalog.notes()
        self._companions = {row.companion_of: row.path for row in rows if row.companion_of}
        keys = sorted(set(self.catalog.chunk_ids().values()))
        if keys:
            self.sample = self.catalog.embeddings(keys[:: max(1, len(keys) // _SAMPLE)])
        self._generation = generation

    def _read_names(self) -> None:
        places: dict[str, list[NamedPlace]] = {}
        groups: dict[tuple[str, int, int | None, str], set[str]] = {}
        for place in self.catalog.names():
            places.setdefault(place.key, []).append(place)
            groups.setdefault((place.note, place.section, place.block, place.source), set()).add(place.key)
        spellings: dict[str, set[str]] = {}
        for keys in groups.values():
            for key in keys if len(keys) > 1 else ():
                spellings.setdefault(key, set()).update(keys)
        self.places, self.spellings = places, spellings

    def companion(self, path: str) -> Note | None:
        """Returns the English companion of a note, if it has one that is parallel to it."""
        return self.note(self._companions[path]) if path in self._companions else None

    def note(self, path: str) -> Note | None:
        """Returns a note as indexed, parsed; None for an unknown path."""
        with self.lock:
            found = self.catalog.text(path)
        return self._parsed(found[0], path, found[1]) if found else None
