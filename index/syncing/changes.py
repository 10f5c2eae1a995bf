"""What has changed in a folder since it was indexed: by size and time first, then by content."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.companions import companion_path, note_of_companion
from index.errors import UnreadableNoteError
from index.notes import Note, read_note
from index.problems import Problem
from index.reading.encodings import read_bytes
from index.storage.rows import FileRow, Notice
from index.syncing.scan import NoteFile, scan_folder

_CLOCK_GRAIN_NS = 2_000_000_000
"""File systems tell a file's time this coarsely at worst (FAT), so a second edit may bear the same one.
A file that was written so shortly before it was read is compared by content the next time."""

_TRIES = 3
"""So often a file is read again if it is written to meanwhile; the next sync sees what came after."""


@dataclass(slots=True)
class Changes:
    """What a sync has to do.

    Attributes:
        folder: The notes.
        files: The notes that are there, by path.
        rows: The notes that are indexed, by path.
        read: Paths of the notes to be read, new or changed or asked for.
        reread: Those of them that did not change, and are read as they are indexed.
        touched: Notes of the same content whose file was written or spelled again.
        gone: Paths of indexed notes that are no longer there.
        unreadable: Notes that are there but can't be read.
        skipped: What can't be a note, or can't be read, and why.
        racy: Whether a file was too young for its time to prove that it is unchanged.
        everything: All notes are read, also those that did not change.
    """

    folder: Path
    files: dict[str, NoteFile]
    rows: Mapping[str, FileRow]
    skipped: list[Notice]
    read: dict[str, None] = field(default_factory=dict[str, None])
    reread: set[str] = field(default_factory=set[str])
    touched: dict[str, NoteFile] = field(default_factory=dict[str, NoteFile])
    gone: list[str] = field(default_factory=list[str])
    unreadable: set[str] = field(default_factory=set[str])
    racy: bool = False
    everything: bool = False


def find_changes(
    folder: Path,
    rows: Mapping[str, FileRow],
    scanned_ns: int,
    *,
    everything: bool,
    progress: Callable[[int, int], None],
) -> Changes:
    """Compares a folder with the indexed notes.

    Args:
        folder: The notes.
        rows: The notes that are indexed, by path.
        scanned_ns: When the last sync began, in nanoseconds since 1970; 0 for never.
        everything: Read all notes, also those that did not change.
        progress: Told how many files were compared, of how many.

    Raises:
        NotesFolderError: The folder can't be listed.
    """
    listing = scan_folder(folder)
    changes = Changes(folder, listing.files, rows, listing.skipped, everything=everything)
    total = len(listing.files)
    certain_ns = scanned_ns - _CLOCK_GRAIN_NS
    for done, file in enumerate(list(listing.files.values())):
        row = rows.get(file.path)
        if row is None or everything:
            changes.read[file.path] = None
        elif file.mtime_ns >= certain_ns or not _alike(row, file):
            changes.racy |= file.mtime_ns >= certain_ns
            progress(done, total)
            _compare_content(changes, row, file)
    changes.gone = [
        path for path in rows if path not in changes.files and not path.startswith(listing.unseen)
    ]
    _pair(changes)
    return changes


def read_stable(changes: Changes, path: str) -> tuple[Note, NoteFile] | None:
    """Reads a note as it is at one moment, with its size and time; None if that can't be done.

    A note that vanished since it was listed counts as gone; one that can't be read as unreadable.
    """
    file = changes.files[path]
    disk = changes.folder / file.disk_path
    try:
        before = _status(disk)
        note = read_note(disk, changes.folder)
        for _ in range(_TRIES):
            if (after := _status(disk)) == before:
                break
            before, note = after, read_note(disk, changes.folder)
        return note, NoteFile(path, file.disk_path, *before)
    except (OSError, UnreadableNoteError) as error:
        _lose(changes, path, error)
        return None


def _status(disk: Path) -> tuple[int, int]:
    status = os.stat(disk)
    return status.st_size, status.st_mtime_ns


def _alike(row: FileRow, file: NoteFile) -> bool:
    return row.mtime_ns == file.mtime_ns and row.size == file.size and row.disk_path == file.disk_path


def _compare_content(changes: Changes, row: FileRow, file: NoteFile) -> None:
    try:
        content = read_bytes(changes.folder / file.disk_path)
    except (OSError, UnreadableNoteError) as error:
        _lose(changes, file.path, error)
        return
    if hashlib.sha256(content).hexdigest() != row.sha256:
        changes.read[file.path] = None
    elif not _alike(row, file):
        changes.touched[file.path] = file


def _lose(changes: Changes, path: str, error: OSError | UnreadableNoteError) -> None:
    """A file that vanished is gone; one that can't be read keeps its last version."""
    if isinstance(error, FileNotFoundError) or isinstance(error.__cause__, FileNotFoundError):
        del changes.files[path]
        if path in changes.rows:
            changes.gone.append(path)
        return
    if isinstance(error, UnreadableNoteError):
        problem = error.problem
    else:
        problem = Problem("unreadable", (error.strerror or str(error),))
    changes.skipped.append(Notice(path, problem, "kept" if path in changes.rows else "skipped"))
    changes.unreadable.add(path)


def _pair(changes: Changes) -> None:
    """A companion is read again when its note changes, comes or goes."""
    for path in list(changes.read):
        if note_of_companion(path, changes.files) is None and companion_path(path) in changes.files:
            changes.read[companion_path(path)] = None
    gone = set(changes.gone)
    for row in changes.rows.values() if gone else ():
        if row.companion_of in gone and row.path in changes.files:
            changes.read[row.path] = None


def read_order(changes: Changes, paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yields some of the notes, each with its companion if that is one of them as well, by path."""
    pairs: dict[str, list[str]] = {}
    for path in sorted(paths):
        if path in changes.files:
            pairs.setdefault(note_of_companion(path, changes.files) or path, []).append(path)
    for group in pairs.values():
        yield tuple(group)
