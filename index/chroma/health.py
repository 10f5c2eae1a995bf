"""Whether Chroma is well: it holds the catalog's vectors, and a search finds them."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.catalog import Catalog
from index.chroma.isolated import IsolatedVectors
from index.chroma.state import origin, place_of, read_state, report_unwell, same_origin
from index.errors import VectorsBusyError, VectorsError
from index.vectors import Place

BATCH = 5000
"""Vectors taken from the catalog at a time."""

_SAMPLE = 100
"""So many vectors are searched for by themselves, to see whether the graph finds what it holds."""

_STRAY = 0.02
"""A share that a whole graph may miss: among vectors nearly alike one is now and then no other's neighbour."""


def examine_vectors(folder: Path, catalog: Catalog, fingerprint: str, server: str | None = None) -> str:
    """Examines every vector that Chroma holds; what is wrong is mended by the next `reconcile`.

    Returns:
        What is wrong, or nothing.
    """
    try:
        what = _wrong(folder, catalog, fingerprint, server)
    except VectorsBusyError as error:  # whoever has it open is no damage
        return str(error)
    if what:
        report_unwell(folder)
    return what


def _wrong(folder: Path, catalog: Catalog, fingerprint: str, server: str | None) -> str:
    state = read_state(folder)
    if not same_origin(state, origin(catalog, fingerprint, server)):
        return state.trouble or "Chroma does not hold the vectors of this catalog"
    wanted = catalog.chunk_ids()
    # What came or went since Chroma was told may be there or not; of a writing cut short nothing is known.
    fresh = catalog.chunk_ids_after(state.rowid) if state.ready else set[str]()
    gone = set(catalog.removed_chunks()) if state.ready else set[str]()
    try:
        with opened(place_of(folder, state, server), write=False) as vectors:
            present = vectors.ids()
            lost, left = wanted.keys() - present - fresh, present - wanted.keys() - gone
            if lost or left:
                return f"{len(lost)} are missing, {len(left)} are left over"
            told = {identity: wanted[identity] for identity in present & wanted.keys() - gone}
            return "" if sound(vectors, catalog, told) else "some are damaged or can't be found"
    except VectorsBusyError:
        raise
    except VectorsError as error:
        return str(error)


def reachable_chunks(folder: Path) -> set[str]:
    """Returns the ids that a search can find at all in a build's folder, or in a server without password.

    Raises:
        VectorsError: Chroma can't be asked.
    """
    state = read_state(folder)
    with opened(place_of(folder, state, state.server or None), write=False) as vectors:
        return vectors.reachable()


def sound(vectors: IsolatedVectors, catalog: Catalog, known: dict[str, str]) -> bool:
    """Says whether these ids hold the catalog's vectors, and a sample of them is found by searching."""
    ids = sorted(known)
    for part in batches(ids, 0):
        if vectors.differing(part, catalog.embeddings([known[identity] for identity in part])):
            return False
    sample = ids[:: max(1, len(ids) // _SAMPLE)]
    if not sample:
        return True
    return vectors.unreachable(catalog.embeddings([known[i] for i in sample])) <= _STRAY * len(sample)


def batches(ids: Sequence[str], first: int) -> Iterator[Sequence[str]]:
    """Yields ids in parts: the first of `first` ids, unless that is 0, the others of `BATCH`."""
    if first:
        yield ids[:first]
    for start in range(first, len(ids), BATCH):
        yield ids[start : start + BATCH]


@contextmanager
def opened(place: Place, *, write: bool) -> Generator[IsolatedVectors]:
    """Opens vectors for a block of work and closes them after.

    Raises:
        VectorsError: They can't be opened, or what was done with them failed.
    """
    vectors = IsolatedVectors(place)
    try:
        vectors.open(write=write)
        yield vectors
        vectors.close()
    finally:
        vectors.kill()
