"""An index opened for reading, kept current with what other processes write to it."""

import json
import os
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from index.catalog import SCHEMA_VERSION, Catalog
from index.chroma.neighbours import Neighbours
from index.embed import Embedder
from index.errors import CatalogError
from index.language.spelling import Speller
from index.notes import Note, parse_note
from index.ranking.dense import EXACT_LIMIT
from index.ranking.gazetteer import Gazetteer, take_names
from index.ranking.snapshot import Scores, Snapshot, take
from index.storage.builds import Build, catalog_file, check_build, current_build, current_file
from index.storage.rows import NamedPlace
from index.terms import TermReader


class Index:
    """Catalog, vectors, embedder and term reader of one vault.

    Attributes:
        lock: Held by whoever reads; SQLite's connection serves one thread at a time.
        places: Every name the notes give, by key.
        spellings: Keys that a heading such as `라이트세일 (Lightsail)` joins, by key.
        known: Every name a question may call a thing by, by key: the vault's and the glossary's.
        snapshot: The chunks, as of the last `refresh`.
    """

    def __init__(self, data: Path, embedder: Embedder, reader: TermReader, server: str | None = None) -> None:
        """Opens the current build's catalog; vectors and names are read at the first search.

        Args:
            data: Where the index lives.
            embedder: The embedding model.
            reader: The reader of terms.
            server: URL of the Chroma server that keeps the vectors, if one does.

        Raises:
            CatalogError: Nothing was indexed yet, or the catalog can't be read.
            WrongModelError: The index was made with another embedding model.
        """
        self.data = data
        self.embedder = embedder
        self.reader = reader
        self.build = _open_build(data, embedder)
        self.catalog = Catalog(catalog_file(self.build), create=False)
        self.lock = threading.RLock()
        self.places: Mapping[str, list[NamedPlace]] = {}
        self.spellings: Mapping[str, frozenset[str]] = {}
        self.known: Mapping[str, str] = {}
        self._server = server
        self._neighbours = self._new_neighbours()
        self._snapshot: Snapshot | None = None
        self._names: Gazetteer | None = None
        self._generation: str | None = None
        self._speller: tuple[tuple[int, int], Speller] | None = None
        self._named: tuple[int, int, int] | None = None
        self._parsed = lru_cache(maxsize=512)(parse_note)

    def close(self) -> None:
        """Closes catalog and vectors."""
        with self.lock:
            self._neighbours.close()
            self.catalog.close()

    @property
    def snapshot(self) -> Snapshot:
        """The chunks, as of the last `refresh`."""
        if self._snapshot is None:
            self.refresh()
        assert self._snapshot is not None
        return self._snapshot

    @property
    def speller(self) -> Speller:
        """The words and names of the index; made at the first question after either grew or shrank."""
        state = (self.snapshot.largest_term, len(self.known))
        if self._speller is None or self._speller[0] != state:
            before = self._speller[1] if self._speller else None
            self._speller = state, Speller(self.snapshot.frequencies, self.known, before)
        return self._speller[1]

    def current_catalog(self) -> Catalog:
        """Returns the catalog of the build that is current now; read of one moment by `reading()`."""
        self._follow_build()
        return self.catalog

    def refresh(self) -> None:
        """Reads anew what a sync, in whatever process, has changed since the last call."""
        self._follow_build()
        with self.catalog.reading():
            generation = self.catalog.meta("generation") or "0"
            if generation == self._generation:
                return
            self._names = take_names(self.catalog, self._names)
            self.places, self.spellings = self._names.places, self._names.spellings
            self.known = {key: key for key in (*self.places, *self.reader.entries)}
            words: list[str] = json.loads(self.catalog.meta("words") or "[]")
            self.reader = self.reader.with_words(frozenset(words))
            self._snapshot = take(self.catalog, self._snapshot)
            self._generation = generation

    def _follow_build(self) -> None:
        """Goes over to the build that became current; one of another model is for another process."""
        if self.catalog.db.in_transaction:  # whoever reads would lose the catalog under it
            return
        named = _identity(current_file(self.data))
        if named is not None and named == self._named:
            return
        build = current_build(self.data)
        if build is None or build == self.build or build.fingerprint != self.embedder.fingerprint:
            self._named = named
            return
        catalog = Catalog(catalog_file(build), create=False)
        self._neighbours.close()
        self.catalog.close()
        self.build, self.catalog, self._named = build, catalog, named
        self._neighbours = self._new_neighbours()
        self._snapshot, self._names, self._generation, self._speller = None, None, None, None

    # -- Chroma ------------------------------------------------------------------------------

    @property
    def asks_chroma(self) -> bool:
        """Says whether Chroma proposes candidates: a server, or where there are very many chunks."""
        return self._server is not None or self.snapshot.living > EXACT_LIMIT

    @property
    def neighbours(self) -> Neighbours:
        """The current build's vectors in Chroma."""
        return self._neighbours

    @property
    def notice(self) -> str:
        """Why Chroma can't be asked at present, if something is wrong; searches are exact all the same."""
        return self._neighbours.notice if self.asks_chroma else ""

    def ask_chroma(self, vector: Scores, limit: int) -> list[tuple[str, float]] | None:
        """Returns Chroma's nearest ids and cosines for the snapshot's chunks; None if it can't tell."""
        return self._neighbours.query(self._generation or "0", vector, limit)

    def _new_neighbours(self) -> Neighbours:
        return Neighbours(self.build.folder, self.build.fingerprint, self._server)

    def companion(self, path: str) -> Note | None:
        """Returns the English companion of a note, if it has one that is parallel to it."""
        companions = self.snapshot.companions
        return self.note(companions[path]) if path in companions else None

    def note(self, path: str) -> Note | None:
        """Returns a note as indexed, parsed; None for an unknown path."""
        with self.lock:
            found = self.catalog.text(path)
        return self._parsed(found[0], path, found[1]) if found else None


def _open_build(data: Path, embedder: Embedder) -> Build:
    build = current_build(data)
    if build is None:
        raise CatalogError(f"Nothing was indexed in {str(data)!r} yet. Run `mutgo index`.")
    check_build(build, embedder, SCHEMA_VERSION)
    return build


def _identity(file: Path) -> tuple[int, int, int] | None:
    """What tells a file from any that replaces it; reading it at every question would take a millisecond."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
