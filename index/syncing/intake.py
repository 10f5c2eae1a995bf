"""Notes on their way into the catalog, batch by batch: read, divided, read for terms, embedded.

    read_notes:   changed files -> notes, and the words the vault has with them
    make_entries: notes -> entries, whose vectors are stored when they come

Two steps, because a note's terms depend on the words of all: what was read waits in a spool.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.catalog import Catalog
from index.companions import note_of_companion
from index.language.vault_words import note_words, notes_holding
from index.notes import Note, parse_note
from index.ranking.parts import pack_parts, passage_parts
from index.reading.names import note_names
from index.storage.rows import Notice
from index.storage.spool import Spool
from index.syncing.changes import Changes, read_order, read_stable
from index.syncing.entries import (
    PASSAGE_VERSION,
    Entry,
    Spoken,
    content_key,
    note_entry,
    spoken,
    with_vectors_taken_over,
)
from index.syncing.readers import Reading
from index.syncing.scan import NoteFile

_BATCH_BYTES = 2_000_000
"""Notes of this size together are read, embedded and, in a build nobody reads yet, stored at a time."""

_EMBED_BATCH = 256
"""Passages embedded between two commits: a sync that is killed embeds at most so many twice."""

Pair = tuple[tuple[Note, NoteFile], ...]
"""A note and its companion, those of them that have to be stored."""


@dataclass(slots=True)
class Intake:
    """One sync's notes, and what became of them so far.

    Attributes:
        catalog: Where they go.
        changes: Which they are.
        reading: How they are read.
        folder: Where what waits may be kept.
        progress: Told of `read` and `embed`.
        digests: Digests of the notes whose files were read, by path.
        notices: What a person should know about them.
        embedded: Passages that were embedded.
        wanted: Passages without a vector that were met.
        size: Bytes of the notes that are to be read, and of those that became entries.
        same_reader: Whether the indexed notes' terms were read as they would be now.
    """

    catalog: Catalog
    changes: Changes
    reading: Reading
    folder: Path
    progress: Callable[[str, int, int], None]
    digests: dict[str, str] = field(default_factory=dict[str, str])
    notices: list[Notice] = field(default_factory=list[Notice])
    embedded: int = 0
    wanted: int = 0
    size: tuple[int, int] = (0, 0)
    same_reader: bool = False


def read_notes(intake: Intake, former: frozenset[str]) -> Spool[list[Pair]]:
    """Reads what changed; then the notes that words concern which came or went with it.

    The reader of terms knows the words of the vault afterwards, as it will be.

    Args:
        intake: The sync's notes.
        former: The words with which the indexed notes were read.

    Returns:
        The notes, for `make_entries`; to be closed.
    """
    catalog, changes = intake.catalog, intake.changes
    spool: Spool[list[Pair]] = Spool(intake.folder)
    try:
        fresh = _read_into(spool, intake, list(changes.read))
        words = catalog.words(besides=[*changes.read, *changes.gone]) | fresh
        concerned = notes_holding(catalog, words ^ former) & changes.files.keys() - changes.read.keys()
        changes.reread |= concerned
        changes.read |= dict.fromkeys(concerned)
        _read_into(spool, intake, sorted(concerned))
        intake.reading = replace(intake.reading, reader=intake.reading.plain.with_words(words))
        intake.same_reader = words == former and not changes.everything
    except BaseException:
        spool.close()
        raise
    return spool


def make_entries(intake: Intake, spool: Spool[list[Pair]]) -> Iterator[list[Entry]]:
    """Yields what is to be stored, batch by batch; the vectors of a batch are stored when it comes."""
    taken_over = _TakenOver(intake)
    for batch in spool.take():
        entries = [entry for pair in batch for entry in _entries(intake, pair)]
        entries = taken_over.applied(entries)
        whole, done = intake.size
        intake.size = whole, done + sum(entry.row.size for entry in entries)
        _embed(intake, entries)
        yield entries


# ---- reading --------------------------------------------------------------------------------------


def _read_into(spool: Spool[list[Pair]], intake: Intake, paths: Sequence[str]) -> frozenset[str]:
    """Reads notes into a spool; returns the words they give the vault."""
    words: set[str] = set()
    batch: list[Pair] = []
    size = 0
    for done, group in enumerate(read_order(intake.changes, paths)):
        intake.progress("read", done, len(paths))
        pair = tuple(found for path in group if (found := _read(intake, path)))
        batch.append(pair)
        for note, file in pair:
            words |= note_words(note_names(note), intake.reading)
            size += file.size
            whole, ready = intake.size
            intake.size = whole + file.size, ready
        if size > _BATCH_BYTES:
            spool.add(batch)
            batch, size = [], 0
    if batch:
        spool.add(batch)
    return frozenset(words)


def _read(intake: Intake, path: str) -> tuple[Note, NoteFile] | None:
    """Reads a note; one that did not change, or can't be read any more, as it was when it was read."""
    changes = intake.changes
    if path not in changes.reread and (found := read_stable(changes, path)) is not None:
        return found
    row = changes.rows.get(path)
    note = _indexed(intake.catalog, path) if row and path in changes.files else None
    return (note, NoteFile(path, row.disk_path, row.size, row.mtime_ns)) if row and note else None


def _indexed(catalog: Catalog, path: str) -> Note | None:
    found = catalog.text(path)
    return parse_note(found[0], path, found[1]) if found else None


# ---- entries and vectors --------------------------------------------------------------------------


def _entries(intake: Intake, pair: Pair) -> Iterator[Entry]:
    notes = {note.path: note for note, _ in pair}
    for note, file in pair:
        original = note_of_companion(note.path, intake.changes.files)
        beside = None
        if original is not None:
            beside = notes.get(original) or _indexed(intake.catalog, original)
        entry = note_entry(note, file, beside, intake.reading, _stored_terms(intake, note.path))
        if note.path not in intake.changes.reread:  # else what was told when its file was read still holds
            intake.digests[note.path] = note.sha256
            intake.notices += entry.notices
        yield entry


def _stored_terms(intake: Intake, path: str) -> dict[Spoken, bytes]:
    """The terms of a note's chunks as they are indexed: an edit leaves most of them as they were."""
    if not intake.same_reader or path not in intake.changes.rows:
        return {}
    rows = intake.catalog.chunks_of([path])
    blobs = intake.catalog.term_blobs([row.rowid for row in rows])
    return {spoken(row.chunk): blobs[row.rowid] for row in rows}


class _TakenOver:
    """Vectors that notes keep over a rename: keys by what the chunks say, file names apart."""

    def __init__(self, intake: Intake) -> None:
        self._catalog = intake.catalog
        self._changes = intake.changes
        self._gone: dict[str, str] | None = None
        # Passages put together in another way need other vectors, however little the notes changed.
        self._off = intake.catalog.meta("passages") not in (None, str(PASSAGE_VERSION))

    def applied(self, entries: list[Entry]) -> list[Entry]:
        keys = [new.embedding for entry in entries for new in entry.chunks]
        missing = frozenset(self._catalog.missing_embeddings(keys))
        if not missing or self._off:
            return entries
        paths = [entry.row.path for entry in entries if any(new.embedding in missing for new in entry.chunks)]
        known = self._of_gone() | self._keys([path for path in paths if path in self._changes.rows])
        return [with_vectors_taken_over(entry, known, missing) for entry in entries]

    def _of_gone(self) -> dict[str, str]:
        if self._gone is None:
            self._gone = self._keys(self._changes.gone)
        return self._gone

    def _keys(self, paths: list[str]) -> dict[str, str]:
        return {content_key(row.chunk): row.embedding for row in self._catalog.chunks_of(paths)}


def _embed(intake: Intake, entries: list[Entry]) -> None:
    """Embeds the passages whose vectors are not stored yet; each batch is kept at once."""
    catalog, embedder = intake.catalog, intake.reading.embedder
    chunks = {new.embedding: new.chunk for entry in entries for new in entry.chunks}
    missing = catalog.missing_embeddings(chunks)
    missing.sort(key=lambda key: len(chunks[key].passage))
    intake.wanted += len(missing)
    for first in range(0, len(missing), _EMBED_BATCH):
        keys = missing[first : first + _EMBED_BATCH]
        intake.progress("embed", intake.embedded, _expected(intake))
        passages = [chunks[key].passage for key in keys]
        ranges = [passage_parts(chunks[key]) for key in keys]
        vectors, parts = embedder.encode_passages(passages, ranges)
        with catalog.transaction():
            catalog.add_embeddings(keys, vectors, [pack_parts(part) for part in parts])
        intake.embedded += len(keys)
    if missing:
        intake.progress("embed", intake.embedded, _expected(intake))


def _expected(intake: Intake) -> int:
    """How many passages will be embedded in all, by the share of the notes that became entries."""
    whole, done = intake.size
    return max(intake.wanted, round(intake.wanted * whole / max(1, done)))
