"""A folder of notes, watched: whatever changes in it becomes one sync, moments later.

    for event in follow(folder, bring_up_to_date, stop):
        match event.kind: ...

A burst (a thousand files, a branch checked out, an editor that saves by renaming) becomes one sync,
as it begins when the folder has been quiet for a moment. What goes wrong is an event as well, said
once; watching goes on, and the sync is tried again.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Literal

from watchfiles import Change, watch

from index.errors import IndexBusyError, MutgoIndexError, NotesFolderError
from index.storage.rows import Notice
from index.sync import SyncReport
from index.syncing.mounts import polling_reason
from index.syncing.scan import NoteFile, is_note_file, scan_folder

WatchKind = Literal["watching", "synced", "waiting", "away", "failed"]

_QUIET_MS = 150
"""A sync begins when nothing has changed for so long: an editor's save is several changes."""

_LONGEST_BURST_MS = 3_000
"""A sync begins after so long at the latest, however much is being written."""

_TICK_MS = 400
"""So often it is looked at whether the folder is there, or a sync is due for another reason."""

_POLL_SECONDS = 1.0
_POLL_SHARE = 4
"""Where the system reports no changes, every file's time is read so often; and no more than one part
in five of the time is spent on it, however slow the disk is."""

_RETRY_SECONDS = {"waiting": 0.4, "away": 1.0, "failed": 10.0}
"""When a sync that could not be done is tried again; a new change tries a failed one at once."""

_LOOK_AGAIN_SECONDS = 30.0
_LOOK_AGAIN_SHARE = 100
"""Without any change the notes are looked through after so long, and for no more than one part in a hundred
of the time: what comes while the library clears its list of changes, or overflows the system's, is lost."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """What happened to a watched folder.

    Attributes:
        kind: `watching` has begun; a sync was done (`synced`), is `waiting` for another process,
            or has `failed`; the folder is `away`.
        detail: Why: of `watching` why by polling, nothing if the system reports changes.
        report: What the sync did.
        seconds: How long the sync took.
        noticed: The report's notices that are new since the sync before.
        settled: Notices of the sync before whose files have no problem any more.
    """

    kind: WatchKind
    detail: str = ""
    report: SyncReport | None = None
    seconds: float = 0.0
    noticed: tuple[Notice, ...] = ()
    settled: tuple[Notice, ...] = ()


def follow(
    folder: Path,
    bring_up_to_date: Callable[[], SyncReport],
    stop: Event,
    *,
    polling: bool = False,
    due: Callable[[], bool] = lambda: False,
) -> Iterator[WatchEvent]:
    """Watches a folder and syncs it whenever it changes, beginning with a sync; ends when stopped.

    A sync that changed nothing is no event, the first one apart.

    Args:
        folder: The notes.
        bring_up_to_date: Syncs; what it raises becomes an event.
        stop: Set to end; it takes half a second at most, and a running sync is finished.
        polling: Read the files' times again and again, whatever the system can report.
        due: Asked twice a second whether a sync is due though no file has changed.
    """
    follower = _Follower(folder, bring_up_to_date)
    for tick in _ticks(folder, stop, polling):
        if isinstance(tick, WatchEvent):
            yield tick
            continue
        if (event := follower.step(changed=tick or due())) is not None:
            yield event


@dataclass(slots=True)
class _Follower:
    """What is still to be synced, and what was said last."""

    folder: Path
    bring_up_to_date: Callable[[], SyncReport]
    pending: bool = True
    retry_at: float = 0.0
    trouble: tuple[str, str] = ("", "")
    noticed: tuple[Notice, ...] | None = None
    identity: tuple[int, int] | None = None
    held_notes: bool = False
    look_again_at: float = 0.0

    def step(self, *, changed: bool) -> WatchEvent | None:
        """Syncs if that is due; returns what there is to say."""
        if changed:
            self.pending = True
            self.retry_at = 0.0 if self.trouble[0] == "failed" else self.retry_at
        self.pending = self.pending or time.monotonic() >= self.look_again_at
        if not self.pending or time.monotonic() < self.retry_at:
            return None
        began = time.perf_counter()
        try:
            identity = self._look()
            report = self.bring_up_to_date()
        except IndexBusyError as error:
            return self._troubled("waiting", str(error))
        except NotesFolderError as error:
            return self._troubled("away", str(error))
        except (MutgoIndexError, OSError) as error:
            return self._troubled("failed", str(error))
        except Exception as error:  # a watch left alone overnight must outlive any single sync
            log.exception("a sync of %s failed", self.folder)
            return self._troubled("failed", f"{type(error).__name__}: {error}")
        self.identity, self.held_notes = identity, report.notes > 0
        took = time.perf_counter() - began
        self.look_again_at = time.monotonic() + max(_LOOK_AGAIN_SECONDS, took * _LOOK_AGAIN_SHARE)
        return self._synced(report, took)

    def _look(self) -> tuple[int, int] | None:
        """Raises NotesFolderError if another, empty folder is where the notes were.

        So looks the place where a disk was mounted; all notes would be taken for deleted.
        """
        identity = _identity(self.folder)
        elsewhere = self.identity is not None and identity is not None and identity != self.identity
        if elsewhere and self.held_notes and not scan_folder(self.folder).files:
            raise NotesFolderError(
                f"{str(self.folder)!r} is another folder than before, and empty. Mount the notes again; if "
                "they are gone for good, run `mutgo index`."
            )
        return identity

    def _troubled(self, kind: WatchKind, detail: str) -> WatchEvent | None:
        self.retry_at = time.monotonic() + _RETRY_SECONDS[kind]
        # Who is writing, and since when, differs from one try to the next.
        trouble = (kind, "" if kind == "waiting" else detail)
        said, self.trouble = self.trouble == trouble, trouble
        return None if said else WatchEvent(kind, detail)

    def _synced(self, report: SyncReport, seconds: float) -> WatchEvent | None:
        noticed = (*report.skipped, *report.notices)
        counts = report.added + report.changed + report.renamed + report.removed + report.embedded
        tell = bool(counts) or noticed != self.noticed or bool(self.trouble[0])
        before = self.noticed or ()
        self.pending, self.trouble, self.noticed = False, ("", ""), noticed
        if not tell:
            return None
        fresh = tuple(notice for notice in noticed if notice not in before)
        troubled = {notice.path for notice in noticed}
        settled = tuple(notice for notice in before if notice.path not in troubled)
        return WatchEvent("synced", report=report, seconds=seconds, noticed=fresh, settled=settled)


def _ticks(folder: Path, stop: Event, polling: bool) -> Iterator[bool | WatchEvent]:
    """Yields a few times a second whether something has changed; watches anew what came back."""
    limit = ""
    told: str | None = None
    while not stop.is_set():
        identity = _identity(folder)
        why = limit or polling_reason(folder) or ("it was asked for" if polling else "")
        if identity is None:
            yield True  # the sync says that the folder is missing
            stop.wait(_TICK_MS / 1000)
            continue
        try:
            for changed in _polled(folder, stop) if why else _reported(folder, stop):
                if told != why:
                    told = why
                    yield WatchEvent("watching", why)
                yield changed
                if _identity(folder) != identity:
                    break
            if not stop.is_set():
                yield True
        except FileNotFoundError:
            continue
        except (OSError, RuntimeError) as error:  # more folders than the system lets one watch
            if why:
                stop.wait(_TICK_MS / 1000)
            limit = str(error)


def _reported(folder: Path, stop: Event) -> Iterator[bool]:
    """Yields whether notes may have changed, as the system reports it."""
    found = watch(
        folder,
        watch_filter=lambda change, path: _concerns(folder, change, path),
        debounce=_LONGEST_BURST_MS,
        step=_QUIET_MS,
        stop_event=stop,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        force_polling=False,
        ignore_permission_denied=True,
    )
    for changes in found:
        yield bool(changes)


def _polled(folder: Path, stop: Event) -> Iterator[bool]:
    """Yields whether notes have changed, by their sizes and times.

    The library polls too, but it compares whole seconds: a second edit within one goes unseen.
    """
    known, took = _listed(folder)
    changed = False
    while not stop.is_set():
        yield changed
        stop.wait(max(_POLL_SECONDS, took * _POLL_SHARE))
        found, took = _listed(folder)
        changed = found != known
        end = time.monotonic() + _LONGEST_BURST_MS / 1000
        while found != known and time.monotonic() < end and not stop.wait(_QUIET_MS / 1000):
            known, (found, took) = found, _listed(folder)
        known = found


def _listed(folder: Path) -> tuple[dict[str, NoteFile], float]:
    """Returns the notes by path, and the seconds it took to list them."""
    began = time.monotonic()
    try:
        files = scan_folder(folder).files
    except NotesFolderError:  # whoever syncs says so
        files = {}
    return files, time.monotonic() - began


def _concerns(folder: Path, change: Change, path: str) -> bool:
    """Says whether a change can be one of a note: hidden places and other files can't."""
    relative = os.path.relpath(path, folder)
    if any(part.startswith(".") and part != ".." for part in Path(relative).parts):
        return False
    # A folder that comes or goes is one change, however many notes are in it.
    return is_note_file(path) or change == Change.deleted or os.path.isdir(path)


def _identity(folder: Path) -> tuple[int, int] | None:
    """Device and file number of a folder; None while it is not there."""
    try:
        found = os.stat(folder)
    except OSError:
        return None
    return found.st_dev, found.st_ino
