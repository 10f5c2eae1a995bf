"""Keeps Chroma in step with the catalog. Nothing is embedded here: the catalog has every vector."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.catalog import Catalog
from index.chroma.health import BATCH, batches, opened, sound
from index.chroma.isolated import IsolatedVectors
from index.chroma.state import (
    IDENTITY,
    State,
    few_behind,
    files_as_left,
    generations,
    in_step,
    origin,
    place_of,
    read_state,
    same_origin,
    unwell_file,
    write_state,
)
from index.errors import VectorsError

_SPACE = 64 * 2**20
_SPACE_PER_VECTOR = 8
"""Free disk space that is asked for before anything is written: Chroma may hang on a full disk. Of a
vector, in its own sizes: the database, its journal, the graph, and the graph again while it is replaced."""

_MOST_DELETED = 0.5
"""Deleted vectors stay in the graph as empty places; from this share on it is made again."""


def reconcile(
    folder: Path, catalog: Catalog, fingerprint: str, server: str | None = None, *, asked: bool = True
) -> None:
    """Makes Chroma hold exactly the catalog's chunks; only the holder of the write lock calls it.

    What was left in order is changed by what is new; what was not is examined vector by vector; what
    is damaged is made again as the next generation.

    Args:
        folder: The build's folder.
        catalog: Its catalog.
        fingerprint: Identity of its embedding model.
        server: URL of a Chroma server; by default Chroma's files lie in the build's folder.
        asked: Whether searches ask Chroma. While they don't, a few changes wait until there are more.

    Raises:
        VectorsError: Chroma can't be brought in step. The catalog can be searched without it.
    """
    if in_step(folder, catalog, fingerprint, server):
        return
    if not catalog.meta(IDENTITY):
        with catalog.transaction():
            catalog.set_meta(IDENTITY, secrets.token_hex(16))
    before = read_state(folder)
    state = replace(origin(catalog, fingerprint, server), generation=before.generation)
    as_left = _as_left(folder, before, state, server)
    if as_left and not asked and few_behind(catalog, before):
        return
    write_state(folder, state)
    try:
        after = _changed(folder, catalog, before, server) if as_left else None
        after = after or _mended(folder, catalog, state, server) or _rebuilt(folder, catalog, state, server)
    except VectorsError as error:
        write_state(folder, replace(state, trouble=str(error)))
        raise
    with catalog.transaction():
        catalog.forget_removed_chunks()
    unwell_file(folder).unlink(missing_ok=True)
    files = files_as_left(folder, after, server)
    write_state(folder, replace(after, ready=True, files=files, writing=secrets.token_hex(8)))


def forget_vectors(folder: Path, server: str | None) -> None:
    """Removes a build's collections from a server, as well as may be; the folder's owner removes the rest."""
    state = read_state(folder)
    if server is None or not state.server:
        return
    with suppress(VectorsError), opened(place_of(folder, state, server), write=True) as vectors:
        _drop_others(vectors, "")


def _as_left(folder: Path, before: State, now: State, server: str | None) -> bool:
    """Says whether Chroma may be changed without being examined."""
    return (
        before.ready
        and same_origin(before, now)
        and before.files == files_as_left(folder, before, server)
        and not unwell_file(folder).exists()
    )


def _changed(folder: Path, catalog: Catalog, before: State, server: str | None) -> State | None:
    """Drops what was removed and adds what is new; None if the vectors don't add up afterwards."""
    removed = set(catalog.removed_chunks())
    if before.deleted + len(removed) > before.count * _MOST_DELETED + 1000:
        return None
    total = catalog.chunk_total()
    last = before.rowid
    with suppress(VectorsError), opened(place_of(folder, before, server), write=True) as vectors:
        for rowids, ids, embeddings in _new_chunks(catalog, before.rowid):
            _replace(vectors, ids, embeddings, removed)
            removed.difference_update(ids)
            last = rowids[-1]
        if removed:
            vectors.delete(sorted(removed))
        if vectors.count() == total:
            vectors.close()
            counter = catalog.meta("generation") or "0"
            deleted = before.deleted + len(removed)
            return replace(before, counter=counter, rowid=last, count=total, deleted=deleted)
    return None


def _new_chunks(catalog: Catalog, after: int) -> Iterator[tuple[list[int], list[str], np.ndarray]]:
    """Yields rowids, ids and vectors of the chunks that came after a row, in batches."""
    rowids, ids, vectors = list[int](), list[str](), list[np.ndarray]()
    for rowid, identity, _, _, _, _, vector, _ in catalog.chunk_rows(after):
        rowids.append(rowid)
        ids.append(identity)
        vectors.append(np.frombuffer(vector, np.float32))
        if len(rowids) == BATCH:
            yield rowids, ids, np.stack(vectors)
            rowids, ids, vectors = [], [], []
    if rowids:
        yield rowids, ids, np.stack(vectors)


def _replace(vectors: IsolatedVectors, ids: Sequence[str], embeddings: np.ndarray, removed: set[str]) -> None:
    """Adds vectors; of ids that were removed and came back, only those that differ."""
    again = [position for position, identity in enumerate(ids) if identity in removed]
    wrong = set(vectors.differing([ids[p] for p in again], embeddings[again])) if again else set[str]()
    if wrong:
        vectors.delete(sorted(wrong))
    fresh = [p for p, identity in enumerate(ids) if identity not in removed or identity in wrong]
    _add(vectors, [ids[p] for p in fresh], embeddings[fresh])


def _mended(folder: Path, catalog: Catalog, state: State, server: str | None) -> State | None:
    """Examines the current generation and adds and drops what differs; None if it is not sound."""
    vectors = IsolatedVectors(place_of(folder, state, server))
    try:
        vectors.open(write=True)
    except VectorsError:
        if server is not None:
            raise  # another collection would meet the same server
        return None
    try:
        if _fill(vectors, catalog):
            _drop_others(vectors, vectors.place.collection)
            vectors.close()
            _remove_others(folder, state, server)
            return _described(catalog, state)
    except VectorsError as error:
        if error.__class__ is not VectorsError or server is not None:
            raise
    finally:
        vectors.kill()
    return None


def _rebuilt(folder: Path, catalog: Catalog, state: State, server: str | None) -> State:
    """Makes the next generation from the catalog's vectors."""
    generation = max([state.generation, *generations(folder)]) + 1
    fresh = replace(state, generation=generation)
    place = place_of(folder, fresh, server)
    with opened(place, write=True) as vectors:
        _fill(vectors, catalog)
    with opened(place, write=True) as vectors:
        if not _fill(vectors, catalog):
            raise VectorsError(f"Vectors just written can't be found again in {place}. {place.remedy}")
        _drop_others(vectors, place.collection)
    _remove_others(folder, fresh, server)
    return _described(catalog, fresh)


def _described(catalog: Catalog, state: State) -> State:
    counter, total, rowid = catalog.meta("generation") or "0", catalog.chunk_total(), catalog.largest_rowid()
    return replace(state, counter=counter, rowid=rowid, count=total, deleted=0)


def _fill(vectors: IsolatedVectors, catalog: Catalog) -> bool:
    """Adds what is missing, drops what is left over; says whether all is sound then."""
    wanted = catalog.chunk_ids()
    present = vectors.ids()
    known = {identity: wanted[identity] for identity in present if identity in wanted}
    if known and not sound(vectors, catalog, known):
        return False
    missing = sorted(wanted.keys() - present)
    # The odd ones first: what a last small call leaves in Chroma's log is inserted anew at each opening.
    for part in batches(missing, len(missing) % BATCH):
        _add(vectors, part, catalog.embeddings([wanted[identity] for identity in part]))
    if surplus := sorted(present - wanted.keys()):
        vectors.delete(surplus)
    return vectors.count() == len(wanted)


def _add(vectors: IsolatedVectors, ids: Sequence[str], embeddings: np.ndarray) -> None:
    if not ids:
        return
    if (folder := vectors.place.folder) is not None:
        free = shutil.disk_usage(folder).free
        if free < _SPACE + _SPACE_PER_VECTOR * embeddings.nbytes:
            raise VectorsError(
                f"Only {free >> 20} MB are free on the disk of {str(folder)!r}: too little for {len(ids):,} "
                "vectors. Free disk space and run `mutgo index`."
            )
    vectors.add(ids, embeddings)


def _drop_others(vectors: IsolatedVectors, keep: str) -> None:
    """Removes this build's other generations from a server."""
    if vectors.place.server is None:
        return
    owner = vectors.place.collection.rpartition("-")[0]
    for name in vectors.collections():
        if name.startswith(f"{owner}-") and name != keep:
            vectors.drop(name)


def _remove_others(folder: Path, state: State, server: str | None) -> None:
    """Removes the other generations' folders, or all of them where a server has the vectors."""
    for number in set(generations(folder)) - ({state.generation} if server is None else set[int]()):
        shutil.rmtree(folder / "vectors" / f"generation-{number}", ignore_errors=True)
