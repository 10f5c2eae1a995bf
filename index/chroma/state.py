"""What is known of a build's vectors in Chroma, in a small file that writers and readers go by.

    vectors.json    which state of the catalog Chroma holds, and how its files were left
    vectors.unwell  a reader had trouble: the next sync examines the vectors
    vectors.lock    held by whoever writes the folder, or is loading it
    vectors/generation-2/   Chroma's own files; a damaged folder is made again as the next generation

Who writes first takes `ready` out of `vectors.json` and puts it back when all is done. Readers trust
Chroma only while it is there, unchanged, before and after their question (`index/chroma/neighbours.py`).
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from index.catalog import Catalog
from index.errors import VectorsError
from index.vectors import Place, folder_place, shown

IDENTITY = "vectors_of"
"""The catalog's setting that tells it from every other catalog: a random number."""

_MOST_BEHIND = 500
"""So many chunks that came or went may wait for the next that do: to open Chroma with 100,000 vectors, add
one and close it takes a second, with 500 hardly more."""


@dataclass(frozen=True, slots=True)
class State:
    """What `vectors.json` says.

    Attributes:
        generation: The current generation, from 1.
        ready: Chroma holds exactly what follows, and nobody is writing.
        catalog: Identity of the catalog.
        counter: The catalog's count of changes at that time.
        fingerprint: Identity of the embedding model.
        server: The server's URL without password; empty for a folder.
        rowid: The largest rowid of the chunks held.
        count: How many chunks are held.
        deleted: How many were deleted since the generation was made.
        files: Sizes and times of the folder's files, as left.
        writing: A random number of the last writing, so that no two are taken for one.
        trouble: Why it is not ready, if the last sync could not make it so.
    """

    generation: int = 1
    ready: bool = False
    catalog: str = ""
    counter: str = ""
    fingerprint: str = ""
    server: str = ""
    rowid: int = 0
    count: int = 0
    deleted: int = 0
    files: str = ""
    writing: str = ""
    trouble: str = ""


def read_state(folder: Path) -> State:
    """Returns what is known of a build's vectors; nothing much if the file is missing or damaged."""
    try:
        return State(**json.loads((folder / "vectors.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return State(generation=max(generations(folder), default=1))


def write_state(folder: Path, state: State) -> None:
    """Replaces `vectors.json` as a whole.

    Raises:
        VectorsError: It can't be written.
    """
    fresh = folder / "vectors.json.new"
    try:
        fresh.write_text(json.dumps(asdict(state)), "utf-8")
        os.replace(fresh, folder / "vectors.json")
    except OSError as error:
        raise VectorsError(
            f"{str(fresh)!r} can't be written ({error.strerror}). Free disk space or allow writing there."
        ) from error


def generations(folder: Path) -> Iterator[int]:
    """Yields the numbers of the generations that lie in a build's folder."""
    for path in (folder / "vectors").glob("generation-*"):
        number = path.name.removeprefix("generation-")
        if number.isdecimal():
            yield int(number)


def place_of(folder: Path, state: State, server: str | None) -> Place:
    """Returns where a state's generation lives.

    A server is shared: its collections are named by a digest of the catalog's random identity and of
    the folder it lies in, so that neither two vaults nor a vault and its copy ever meet.
    """
    if server is None:
        return folder_place(folder / "vectors" / f"generation-{state.generation}", state.fingerprint)
    owner = f"{state.catalog}\0{folder.resolve()}\0{state.fingerprint}"
    digest = hashlib.sha256(owner.encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return Place(f"mutgo-{digest}-{state.generation}", server=server)


def files_as_left(folder: Path, state: State, server: str | None) -> str:
    """Returns sizes and times of a generation's files, in a digest; empty where Chroma could not work.

    The database's time is left out, because Chroma writes to it even to answer; instead its header
    is compared with its size. So are a graph's files before it was first saved as a whole.
    """
    if server is not None:
        return "server"
    root = folder / "vectors" / f"generation-{state.generation}"
    try:
        database = root / "chroma.sqlite3"
        with database.open("rb") as stream:
            header = stream.read(100)
        page, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
        whole = header.startswith(b"SQLite format 3\0") and database.stat().st_size == page * pages
        saved = [ids.parent for ids in sorted(root.glob("*/index_metadata.pickle"))]
        status = {path: path.stat() for graph in saved for path in sorted(graph.iterdir())}
    except OSError:
        return ""
    found = [(p.relative_to(root).as_posix(), s.st_size, s.st_mtime_ns) for p, s in status.items()]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:32] if whole else ""


def in_step(folder: Path, catalog: Catalog, fingerprint: str, server: str | None = None) -> bool:
    """Says whether Chroma holds the catalog's chunks and was left in order, without opening it."""
    state = read_state(folder)
    return (
        state.ready
        and same_origin(state, origin(catalog, fingerprint, server))
        and state.counter == (catalog.meta("generation") or "0")
        and state.count == catalog.chunk_total()
        and state.files == files_as_left(folder, state, server)
        and not unwell_file(folder).exists()
    )


def few_behind(catalog: Catalog, state: State) -> bool:
    """Says whether all that Chroma has not been told yet is a few chunks that came or went."""
    if int(state.counter or 0) > int(catalog.meta("generation") or "0"):
        return False  # an older copy of the catalog was put back
    return catalog.chunk_count_after(state.rowid) + len(catalog.removed_chunks()) <= _MOST_BEHIND


def unwell_file(folder: Path) -> Path:
    """Returns the file whose presence lets the next sync examine the vectors."""
    return folder / "vectors.unwell"


def report_unwell(folder: Path) -> None:
    """Says that a reader had trouble with the vectors."""
    with suppress(OSError):
        unwell_file(folder).touch()


def origin(catalog: Catalog, fingerprint: str, server: str | None) -> State:
    """Returns an empty state of a catalog, a model and a server."""
    return State(
        catalog=catalog.meta(IDENTITY) or "",
        fingerprint=fingerprint,
        server=shown(server) if server else "",
    )


def same_origin(one: State, other: State) -> bool:
    """Says whether two states are of the same catalog, model and server."""
    return (one.catalog, one.fingerprint, one.server) == (other.catalog, other.fingerprint, other.server)
