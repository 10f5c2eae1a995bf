r"""A folder of notes to a searchable index, incrementally. Read this first.

    scan -> compare -> read what changed -> split -> terms -> embed what is new -> catalog -> vectors
    \____ changes.py ____/ \___________________ intake.py ___________________/       reconcile.py

A current build changes in one transaction, after everything was read and embedded. A build that nobody
reads yet (the first, or one for another model) is filled batch by batch and becomes current at the end.
New vectors are stored batch by batch in both, so that a sync that is killed loses little; the next one
goes on from there.
"""

import json
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.catalog import Catalog, open_catalog
from index.chroma.reconcile import forget_vectors, reconcile
from index.chunks import DEFAULT_CHUNKING, Chunking
from index.embed import Embedder
from index.errors import DamagedCatalogError, VectorsError
from index.problems import Problem
from index.ranking.dense import EXACT_LIMIT
from index.storage import builds
from index.storage.build_choice import choose_build, take_vectors_over
from index.storage.builds import CATALOG_FILE, Build
from index.storage.lock import writing
from index.storage.rows import Notice
from index.storage.spool import Spool
from index.syncing.changes import Changes, find_changes
from index.syncing.entries import PASSAGE_VERSION, Entry
from index.syncing.intake import Intake, make_entries, read_notes
from index.syncing.readers import Reading
from index.syncing.scan import check_folder, note_files
from index.terms import TermReader

__all__ = ["CATALOG_FILE", "Progress", "SyncReport", "check_folder", "note_files", "sync"]

Progress = Callable[[str, int, int], None]
"""Called with a stage (`wait`, `read`, `embed`, `store`), how much is done and how much there is."""

READING_VERSION = 9
"""Raised when the same file gives other blocks, chunks or names, so that all notes are read again."""

_KEPT_VECTORS = 10_000
"""So many vectors that no chunk uses are kept, or as many as are used: an edit taken back, another
branch checked out, or a folder that was away for a moment then embeds nothing."""

_CLEANING_TURN = 100
"""Unused vectors are counted after so many changed notes, or syncs: counting takes milliseconds."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, in files; `embedded` and `chunks` count passages."""

    added: int = 0
    changed: int = 0
    renamed: int = 0
    removed: int = 0
    unchanged: int = 0
    embedded: int = 0
    notes: int = 0
    chunks: int = 0
    skipped: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()


def sync(
    folder: Path,
    data: Path,
    embedder: Embedder,
    reader: TermReader,
    progress: Progress = lambda stage, done, total: None,
    *,
    switch: bool = False,
    wait: float = 0.0,
    chunking: Chunking = DEFAULT_CHUNKING,
    server: str | None = None,
) -> SyncReport:
    """Brings the index of a folder up to date; an unchanged folder embeds nothing.

    A damaged catalog is set aside, and the index is made again from the notes.

    Args:
        folder: The notes. Nothing is ever written there.
        data: Where the index lives; made if it is missing.
        embedder: The embedding model.
        reader: The reader of terms, with the glossary.
        progress: Told of every stage.
        switch: Change over to this embedding model if the index was made with another one. The old
            build answers until the new one is complete, and is kept for `builds.roll_back`.
        wait: Seconds to wait for another process that is writing.
        chunking: How notes are split.
        server: URL of the Chroma server that keeps the vectors; by default they lie in `data`. If it can't
            be reached, a notice says so and all else is done.

    Raises:
        NotesFolderError: The folder is missing.
        IndexBusyError: Another process is writing this index.
        WrongModelError: The index was made with another model, and `switch` was not asked for.
        CatalogError: The catalog was made by a newer mutgo, or can't be written.
        BuildError: The new build can't be written.
    """
    check_folder(folder)
    with writing(data, wait, lambda done, most: progress("wait", int(done), int(most))):
        reading = Reading(embedder, reader, reader.with_words(frozenset()), chunking)
        notices: list[Notice] = []
        damaged = False
        while True:
            build = choose_build(data, embedder, switch=switch, notices=notices)
            try:
                report = _sync_build(_Run(folder, data, build, reading, progress, server, notices))
            except DamagedCatalogError as error:
                if damaged:  # a second one: the disk itself is unwell
                    raise
                damaged = True
                aside = builds.set_aside(data, build.folder)
                notices.append(Notice(aside.name, Problem("damaged", (str(error),)), "set_aside"))
            else:
                return replace(report, notices=(*notices, *report.notices))


@dataclass(frozen=True, slots=True)
class _Run:
    """One sync of one build: what it is given, and where it tells what a person should know."""

    folder: Path
    data: Path
    build: Build
    reading: Reading
    progress: Progress
    server: str | None
    notices: list[Notice] = field(default_factory=list[Notice])


def _sync_build(run: _Run) -> SyncReport:
    with open_catalog(builds.catalog_file(run.build)) as catalog:
        in_place = run.build in (builds.current_build(run.data), builds.previous_build(run.data))
        if not in_place and catalog.meta("complete") is None:
            take_vectors_over(run.data, run.build, catalog, run.notices)
        report = _bring_up_to_date(run, catalog, in_place=in_place)
        run.progress("store", 0, 1)
        _bring_vectors_in_step(run, catalog)
    builds.make_current(run.data, run.build)
    builds.discard_leftovers(run.data, lambda build: forget_vectors(build, run.server))
    builds.discard_older_index(run.data)
    run.progress("store", 1, 1)
    return report


def _bring_vectors_in_step(run: _Run, catalog: Catalog) -> None:
    """Tells Chroma what changed. If it can't be told, searches compare all vectors of the catalog.

    So they do in any case while there are few; then a change need not wait for Chroma.
    """
    asked = run.server is not None or catalog.chunk_total() > EXACT_LIMIT
    fingerprint = run.reading.embedder.fingerprint
    try:
        reconcile(run.build.folder, catalog, fingerprint, run.server, asked=asked)
    except VectorsError as error:
        run.notices.append(Notice("vectors", Problem("vectors_unasked", (str(error),)), "exact"))


def _bring_up_to_date(run: _Run, catalog: Catalog, *, in_place: bool) -> SyncReport:
    state = _State.now(run.reading)
    all_again = catalog.meta("stamp") != state.stamp
    changes = find_changes(
        run.folder,
        catalog.files(),
        int(catalog.meta("scanned") or "0"),
        everything=all_again,
        progress=lambda done, total: run.progress("read", done, total),
    )
    intake = Intake(catalog, changes, run.reading, run.data, run.progress)
    begun = catalog.meta("complete") is None
    with (
        closing(read_notes(intake, _words(catalog))) as notes,
        closing(Spool[list[Entry]](run.data)) as ready,
    ):
        state = replace(state, words=intake.reading.reader.words)
        for entries in make_entries(intake, notes):
            ready.add(entries)
            if not in_place:
                _store_batch(catalog, ready, state)
        report = _report(intake)
        arrived = changes.read.keys() - changes.unreadable
        changed = any((arrived, changes.touched, changes.gone, all_again, begun))
        if changed or changes.racy:
            with catalog.transaction():
                if changed:
                    _store(catalog, ready)
                    _store_rest(catalog, changes)
                _store_state(catalog, state)
                catalog.set_meta("complete", "1")
    _keep_notices(intake)
    run.progress("read", len(changes.files), len(changes.files))
    return _counted(report, catalog, changes)


@dataclass(frozen=True, slots=True)
class _State:
    """What the catalog remembers of the way its notes were read.

    Attributes:
        stamp: Versions of all that a note's entry depends on.
        scanned_ns: When the folder was looked at, in nanoseconds since 1970.
        words: The vault's words.
    """

    stamp: str
    scanned_ns: int
    words: frozenset[str] = frozenset()

    @classmethod
    def now(cls, reading: Reading) -> "_State":
        chunking, fingerprint = repr(reading.chunking), reading.embedder.fingerprint
        stamp = json.dumps([READING_VERSION, PASSAGE_VERSION, chunking, fingerprint, reading.plain.version])
        return cls(stamp, time.time_ns())


def _words(catalog: Catalog) -> frozenset[str]:
    """Returns the words with which the catalog's notes were read."""
    words: list[str] = json.loads(catalog.meta("words") or "[]")
    return frozenset(words)


# ---- storing --------------------------------------------------------------------------------------


def _store_batch(catalog: Catalog, ready: Spool[list[Entry]], state: _State) -> None:
    """Stores a batch of a build that nobody reads yet, with what the next run must know of it."""
    with catalog.transaction():
        scanned_ns = int(catalog.meta("scanned") or state.scanned_ns)
        _store_state(catalog, replace(state, scanned_ns=scanned_ns))
        _store(catalog, ready)


def _store_state(catalog: Catalog, state: _State) -> None:
    catalog.set_meta("stamp", state.stamp)
    catalog.set_meta("scanned", str(state.scanned_ns))
    if state.words != _words(catalog):
        catalog.set_meta("words", json.dumps(sorted(state.words), ensure_ascii=False))
    catalog.set_meta("passages", str(PASSAGE_VERSION))


def _store(catalog: Catalog, ready: Spool[list[Entry]]) -> None:
    for entries in ready.take():
        for entry in entries:
            catalog.remove_note(entry.row.path)
            catalog.add_note(entry.row, entry.text, entry.chunks, entry.names, entry.words)


def _store_rest(catalog: Catalog, changes: Changes) -> None:
    for path in changes.gone:
        catalog.remove_note(path)
    for file in changes.touched.values():
        if file.path not in changes.read:
            catalog.touch_note(file.path, file.disk_path, file.size, file.mtime_ns)
    generation = _next_generation(catalog)
    many = len(changes.gone) + len(changes.read) > _CLEANING_TURN
    away = len(changes.gone) > len(changes.files)  # perhaps for a moment only
    if (many or generation % _CLEANING_TURN == 0) and not away:
        stored, used = catalog.embedding_counts()
        if stored - used > max(used, _KEPT_VECTORS):
            catalog.drop_unused_embeddings()


def _next_generation(catalog: Catalog) -> int:
    """Tells whoever has the index open that it is another one now."""
    generation = int(catalog.meta("generation") or "0") + 1
    catalog.set_meta("generation", str(generation))
    return generation


def _keep_notices(intake: Intake) -> None:
    """Stores the notices that hold now; those of notes that were not read this time still do."""
    catalog, changes = intake.catalog, intake.changes
    told = {notice.path for notice in changes.skipped}
    known = told | intake.digests.keys()
    before = catalog.notices()
    kept = (notice for notice in before if notice.path in changes.files and notice.path not in known)
    notices = {*changes.skipped, *intake.notices, *kept}
    if notices != set(before):
        with catalog.transaction():
            catalog.set_notices(
                sorted(notices, key=lambda notice: (notice.path, notice.problem.kind, notice.problem.about))
            )
            _next_generation(catalog)


# ---- the report -----------------------------------------------------------------------------------


def _report(intake: Intake) -> SyncReport:
    changes = intake.changes
    rows = changes.rows
    new = {path: sha256 for path, sha256 in intake.digests.items() if path not in rows}
    gone = [rows[path].sha256 for path in changes.gone]
    renamed = (Counter(gone) & Counter(new.values())).total()
    changed = sum(path in rows and rows[path].sha256 != sha256 for path, sha256 in intake.digests.items())
    return SyncReport(
        added=len(new) - renamed,
        changed=changed,
        renamed=renamed,
        removed=len(gone) - renamed,
        unchanged=len(changes.files) - len(changes.unreadable) - len(new) - changed,
        embedded=intake.embedded,
    )


def _counted(report: SyncReport, catalog: Catalog, changes: Changes) -> SyncReport:
    notes, chunks = catalog.counts()
    skipped = {(notice.path, notice.problem) for notice in changes.skipped}
    notices = tuple(notice for notice in catalog.notices() if (notice.path, notice.problem) not in skipped)
    return replace(report, notes=notes, chunks=chunks, skipped=tuple(changes.skipped), notices=notices)
