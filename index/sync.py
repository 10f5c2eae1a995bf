"""A folder of notes to a searchable index, incrementally. Read this first.

    scan -> read what changed -> split -> terms -> embed what is new -> catalog -> vectors

The catalog changes in one transaction, after everything was read and embedded; vectors follow it.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout

from index.catalog import Catalog, NewChunk, NoteRow, Notice, open_catalog
from index.chunks import CHUNK_TOKENS, Chunk, split_note
from index.companions import companion_chunk, companion_path, misalignment, note_of_companion
from index.embed import Embedder
from index.errors import CatalogError, IndexBusyError, NotesFolderError, UnreadableNoteError
from index.names import note_names
from index.notes import Note, note_path, read_note
from index.terms import TermReader
from index.vectors import reconcile

Progress = Callable[[str, int, int], None]
"""Called with a stage (`read`, `embed`, `store`), how much is done and how much there is."""

READING_VERSION = 4
"""Raised when the same file gives other blocks, chunks or names, so that all notes are read again."""

CATALOG_FILE = "catalog.sqlite"
_EMBED_BATCH = 64
_ENDINGS = (".md", ".markdown")


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


@dataclass(frozen=True, slots=True)
class _File:
    """A file found in the folder."""

    path: str
    disk: Path
    size: int
    mtime_ns: int


@dataclass(slots=True)
class _Work:
    """What one sync has found so far."""

    files: dict[str, _File]
    known: dict[str, NoteRow]
    read: dict[str, Note] = field(default_factory=dict[str, Note])
    same: set[str] = field(default_factory=set[str])
    unreadable: set[str] = field(default_factory=set[str])
    skipped: list[Notice] = field(default_factory=list[Notice])
    notices: list[Notice] = field(default_factory=list[Notice])


def sync(
    folder: Path,
    data: Path,
    embedder: Embedder,
    reader: TermReader,
    progress: Progress = lambda stage, done, total: None,
) -> SyncReport:
    """Brings the index of a folder up to date; an unchanged folder embeds nothing.

    Args:
        folder: The notes. Nothing is ever written there.
        data: Where the index lives; made if it is missing.
        embedder: The embedding model.
        reader: The reader of terms, with the glossary.
        progress: Told of every stage.

    Raises:
        NotesFolderError: The folder is missing.
        IndexBusyError: Another process is writing this index.
        CatalogError: The catalog is damaged or can't be written.
    """
    check_folder(folder)
    _make(data)
    lock = FileLock(data / "write.lock", timeout=0)
    try:
        with lock, open_catalog(data / CATALOG_FILE) as catalog:
            return _sync(folder, data, catalog, embedder, reader, progress)
    except Timeout as error:
        raise IndexBusyError(
            f"Another mutgo is writing the index in {str(data)!r}. Wait until it has finished."
        ) from error


def _make(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogError(
            f"The index can't be kept in {str(data)!r} ({error.strerror}). Name another folder with --data."
        ) from error


def check_folder(folder: Path) -> None:
    """Raises NotesFolderError unless the folder is there."""
    if not folder.exists():
        raise NotesFolderError(
            f"The notes folder {str(folder)!r} does not exist. Name the right one with --notes."
        )
    if not folder.is_dir():
        raise NotesFolderError(
            f"{str(folder)!r} is a file, not a folder. Name the folder it lies in with --notes."
        )


def _sync(
    folder: Path,
    data: Path,
    catalog: Catalog,
    embedder: Embedder,
    reader: TermReader,
    progress: Progress,
) -> SyncReport:
    stamp = json.dumps([READING_VERSION, CHUNK_TOKENS, embedder.fingerprint, reader.version])
    all_again = catalog.meta("stamp") != stamp
    work = _Work({}, {row.path: row for row in catalog.notes()})
    _scan(folder, work)
    _read(folder, work, all_again, progress)
    _pull_in_pairs(folder, work)
    report = _report(work)
    if work.read or work.same or report.removed or all_again:
        entries = [_entry(note, work, embedder, reader) for note in work.read.values()]
        embedded = _embed(catalog, embedder, entries, progress)
        report = replace(report, embedded=embedded)
        with catalog.transaction():
            _store(catalog, folder, work, entries)
            catalog.set_meta("stamp", stamp)
            catalog.set_meta("generation", str(int(catalog.meta("generation") or "0") + 1))
    _keep_notices(catalog, work)
    progress("store", 0, 1)
    reconcile(data, catalog, embedder.fingerprint)
    progress("store", 1, 1)
    notes, chunks = catalog.counts()
    skipped = {(n.path, n.what) for n in work.skipped}
    notices = tuple(n for n in catalog.notices() if (n.path, n.what) not in skipped)
    return replace(report, notes=notes, chunks=chunks, skipped=tuple(work.skipped), notices=notices)


def _scan(folder: Path, work: _Work) -> None:
    """Lists the folder's notes with their sizes and times."""
    for file in note_files(folder, work.skipped):
        path = note_path(file, folder)
        try:
            status = file.stat()
        except OSError as error:
            what = f"it can't be read ({error.strerror or error})"
            work.skipped.append(Notice(path, what, "skipped"))
            continue
        if path in work.files:
            what = "another file has the same name in the other Unicode form (NFC, NFD)"
            work.skipped.append(Notice(path, what, "skipped"))
            continue
        work.files[path] = _File(path, file, status.st_size, status.st_mtime_ns)


def note_files(folder: Path, notices: list[Notice]) -> Iterator[Path]:
    """Yields the Markdown files of a vault in order; what can't be opened goes to `notices`."""

    def failed(error: OSError) -> None:
        name = note_path(Path(error.filename or folder), folder).encode("utf-8", "replace").decode()
        notices.append(Notice(name, f"it can't be opened ({error.strerror})", "skipped"))

    root = folder.resolve()
    for parent, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.lower().endswith(_ENDINGS) or name.startswith("."):
                continue
            file = Path(parent) / name
            path = note_path(file, folder)
            if obstacle := _obstacle(file, path, root):
                notices.append(Notice(path.encode("utf-8", "replace").decode(), obstacle, "skipped"))
            else:
                yield file


def _obstacle(file: Path, path: str, root: Path) -> str:
    """Says why a file can't be a note, by its name and place alone; nothing if it can."""
    try:
        path.encode()
        inside = file.resolve().is_relative_to(root)
    except UnicodeEncodeError:
        return "its name is no UTF-8"
    except (OSError, RuntimeError):  # before Python 3.13 a loop of links is a RuntimeError
        return "it links to itself"
    return "" if inside else "it links out of the vault"


def _read(folder: Path, work: _Work, all_again: bool, progress: Progress) -> None:
    total = len(work.files)
    for done, file in enumerate(work.files.values()):
        progress("read", done, total)
        row = work.known.get(file.path)
        if row and not all_again and _untouched(row, file, folder):
            continue
        if (note := _try_read(folder, file, work)) is None:
            continue
        if row and not all_again and row.sha256 == note.sha256:
            work.same.add(file.path)
        else:
            work.read[file.path] = note
    progress("read", total, total)


def _untouched(row: NoteRow, file: _File, folder: Path) -> bool:
    disk_path = file.disk.relative_to(folder).as_posix()
    return (row.disk_path, row.size, row.mtime_ns) == (disk_path, file.size, file.mtime_ns)


def _try_read(folder: Path, file: _File, work: _Work) -> Note | None:
    try:
        return read_note(file.disk, folder)
    except UnreadableNoteError as error:
        done = "skipped; the version read before stays" if file.path in work.known else "skipped"
        work.skipped.append(Notice(file.path, str(error), done))
        work.unreadable.add(file.path)
        return None


def _pull_in_pairs(folder: Path, work: _Work) -> None:
    """A note and its companion are read together, also when a companion came or went."""
    for row in work.known.values():
        if row.companion_of and row.path not in work.files and row.companion_of in work.files:
            _pull_in(folder, work, row.companion_of)
    for path in list(work.read):
        partner = note_of_companion(path, work.files) or companion_path(path)
        if partner in work.files:
            _pull_in(folder, work, partner)
    for row in work.known.values():
        orphaned = row.companion_of and row.companion_of not in work.files
        if orphaned and row.path in work.files:
            _pull_in(folder, work, row.path)


def _pull_in(folder: Path, work: _Work, path: str) -> None:
    if path not in work.read and (note := _try_read(folder, work.files[path], work)):
        work.read[path] = note


def _report(work: _Work) -> SyncReport:
    new = {p: n for p, n in work.read.items() if p not in work.known}
    gone = {p: row for p, row in work.known.items() if p not in work.files}
    moved = Counter(row.sha256 for row in gone.values()) & Counter(note.sha256 for note in new.values())
    renamed = moved.total()
    changed = sum(p in work.known and work.known[p].sha256 != n.sha256 for p, n in work.read.items())
    return SyncReport(
        added=len(new) - renamed,
        changed=changed,
        renamed=renamed,
        removed=len(gone) - renamed,
        unchanged=len(work.files) - len(work.unreadable) - len(new) - changed,
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A note ready to be stored, with its chunks and the passages of new vectors."""

    note: Note
    companion_of: str | None
    chunks: tuple[NewChunk, ...]


def _entry(note: Note, work: _Work, embedder: Embedder, reader: TermReader) -> _Entry:
    work.notices += [Notice(note.path, warning, "indexed") for warning in note.warnings]
    original = work.read.get(note_of_companion(note.path, work.files) or "")
    if original is not None:
        difference = misalignment(original, note)
        if difference is None:
            pairs = [(companion_chunk(c, note), c.id) for c in split_note(original, embedder.count_tokens)]
            return _Entry(note, original.path, tuple(_new(c, t, embedder, reader) for c, t in pairs))
        what = (
            f"it is not parallel to {original.path} (line {difference.companion_line} here, line "
            f"{difference.note_line} there): {difference.reason}"
        )
        work.notices.append(Notice(note.path, what, "indexed as a note of its own"))
    chunks = split_note(note, embedder.count_tokens)
    if not any(block.sentences for block in note.blocks):
        what = "it holds only images" if note.blocks else "it holds no text"
        work.notices.append(Notice(note.path, what, "kept in the list; there is nothing to search in it"))
    return _Entry(note, None, tuple(_new(c, None, embedder, reader) for c in chunks))


def _new(chunk: Chunk, twin: str | None, embedder: Embedder, reader: TermReader) -> NewChunk:
    key = hashlib.sha256(f"{embedder.fingerprint}\0{chunk.passage}".encode("utf-8", "replace"))
    return NewChunk(
        chunk,
        twin,
        key.hexdigest()[:32],
        " ".join(reader.terms(chunk.title)),
        " ".join(reader.terms(" > ".join(chunk.headings))),
        " ".join(reader.terms(chunk.body)),
    )


def _embed(catalog: Catalog, embedder: Embedder, entries: list[_Entry], progress: Progress) -> int:
    """Embeds the passages whose vectors are not stored yet; each batch is kept at once."""
    passages = {new.embedding: new.chunk.passage for entry in entries for new in entry.chunks}
    missing = catalog.missing_embeddings(passages)
    missing.sort(key=lambda key: len(passages[key]))
    for first in range(0, len(missing), _EMBED_BATCH):
        progress("embed", first, len(missing))
        part = missing[first : first + _EMBED_BATCH]
        vectors = embedder.encode_documents([passages[key] for key in part])
        with catalog.transaction():
            catalog.add_embeddings(part, vectors)
    if missing:
        progress("embed", len(missing), len(missing))
    return len(missing)


def _store(catalog: Catalog, folder: Path, work: _Work, entries: list[_Entry]) -> None:
    for path in [p for p in work.known if p not in work.files or p in work.read]:
        catalog.remove_note(path)
    for entry in entries:
        file = work.files[entry.note.path]
        row = NoteRow(
            0,
            entry.note.path,
            file.disk.relative_to(folder).as_posix(),
            entry.note.title,
            entry.note.sha256,
            file.size,
            file.mtime_ns,
            entry.companion_of,
        )
        catalog.add_note(row, entry.note.text, entry.chunks, note_names(entry.note))
    for path in work.same - work.read.keys():
        file = work.files[path]
        disk_path = file.disk.relative_to(folder).as_posix()
        catalog.touch_note(path, disk_path, file.size, file.mtime_ns)
    catalog.drop_unused_embeddings()


def _keep_notices(catalog: Catalog, work: _Work) -> None:
    """Stores the notices that hold now; a file that was skipped may have gone since."""
    notices = {*work.skipped, *work.notices, *_lasting_notices(catalog, work)}
    if notices != set(catalog.notices()):
        with catalog.transaction():
            catalog.set_notices(sorted(notices, key=lambda notice: (notice.path, notice.what)))


def _lasting_notices(catalog: Catalog, work: _Work) -> list[Notice]:
    """Notices of notes that were not read this time still hold."""
    told = {notice.path for notice in work.skipped}
    kept = work.files.keys() - work.read.keys() - told
    return [notice for notice in catalog.notices() if notice.path in kept]
