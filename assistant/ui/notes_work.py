"""What the view of the notes has done in the background: a sync, an examination, mending; one at a time."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import Literal

from assistant.assistant import Assistant
from assistant.opening import bring_up_to_date
from index.checks.mending import mend_catalog
from index.doctor import Finding, examine
from index.errors import IndexBusyError, MutgoIndexError
from index.storage.rows import NoteRow, Notice
from index.sync import SyncReport

Act = Literal["sync", "check", "mend"]
ACTS: tuple[Act, ...] = ("sync", "check", "mend")

_WAIT_SECONDS = 30.0
"""So long a sync waits for another one, such as that of the follower."""

_TOLD_SECONDS = 60.0
"""So long it is told how something ended well."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What is being done, or was done last.

    Attributes:
        act: What.
        over: Whether it has ended.
        stage: The stage it is in.
        done: How much of the stage is done.
        total: How much there is; 0 where that is not known.
        report: What a sync did.
        trouble: Why it failed; `busy` where another process writes.
        ended: When it ended, by the monotonic clock.
    """

    act: Act
    over: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    report: SyncReport | None = None
    trouble: str = ""
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination found.

    Attributes:
        findings: All of it.
        about: The notes it speaks of, as `notes_now` gives them: of others it may no longer hold.
        number: Counts the examinations, so that a page knows which it has seen.
    """

    findings: tuple[Finding, ...]
    about: int
    number: int


def notes_now(rows: Iterable[NoteRow], notices: Iterable[Notice]) -> int:
    """A number that differs where notes or their problems do.

    The index's version would not do: a sync may raise it though every note is as it was.
    """
    return hash((frozenset((row.path, row.sha256) for row in rows), frozenset(notices)))


class Worker:
    """Does one thing at a time. Safe to share between threads; every page sees the same."""

    def __init__(self, assistant: Assistant) -> None:
        """Takes whose notes they are."""
        self._assistant = assistant
        self._guard = Lock()
        self._work: Work | None = None
        self._sync_next = False
        self.examined: Examined | None = None

    @property
    def work(self) -> Work | None:
        """What is being done, or how it ended: what ended well is told for a minute."""
        work = self._work
        if work is None or not work.over or work.trouble:
            return work
        return work if time.monotonic() - work.ended < _TOLD_SECONDS else None

    def begin(self, act: Act) -> bool:
        """Begins something in a thread of its own.

        While something else is being done, a sync is done after it, as files may have come meanwhile;
        for anything else it returns False.
        """
        with self._guard:
            if self._work is not None and not self._work.over:
                self._sync_next = self._sync_next or act == "sync"
                return act == "sync"
            self._work = Work(act)
        Thread(target=self._run, args=[act], daemon=True).start()
        return True

    def _run(self, act: Act) -> None:
        while self._ended(*self._done(act)):
            act = "sync"

    def _done(self, act: Act) -> tuple[SyncReport | None, str]:
        """Does something; returns what a sync did, and what went wrong."""
        report, trouble = None, ""
        try:
            if act == "check":
                self._examine()
            else:
                report = self._synced(mend=act == "mend")
                if act == "mend" and self.examined is not None:
                    self._examine()
        except IndexBusyError:
            trouble = "busy"
        except (MutgoIndexError, OSError) as error:
            trouble = str(error)
        except Exception as error:  # a thread's failure would be seen by nobody
            log.exception("the view of the notes could not %s", act)
            trouble = type(error).__name__
        return report, trouble

    def _ended(self, report: SyncReport | None, trouble: str) -> bool:
        """Tells how it ended; True where a sync is to follow, which has then begun for the pages."""
        with self._guard:
            follows, self._sync_next = self._sync_next, False
            assert self._work is not None
            ended = replace(self._work, over=True, report=report, trouble=trouble, ended=time.monotonic())
            self._work = Work("sync") if follows else ended
        return follows

    def _examine(self) -> None:
        settings, notices = self._assistant.settings, self._assistant.status().notices
        with self._assistant.reading() as index:
            with index.lock:
                about = notes_now(index.catalog.notes(), notices)
            findings = examine(
                settings.notes_folder(),
                settings.data_folder(),
                settings.glossary_file(),
                index.embedder,
                lambda done, total: self._progress("check", done, total),
                settings.chroma_url,
            )
        number = self.examined.number + 1 if self.examined else 1
        self.examined = Examined(tuple(findings), about, number)

    def _synced(self, *, mend: bool) -> SyncReport:
        settings = self._assistant.settings
        if mend:
            told = self._progress
            mend_catalog(
                settings.data_folder(),
                _WAIT_SECONDS,
                lambda waited, most: told("wait", int(waited), int(most)),
            )
        with self._assistant.reading() as index:
            embedder, reader = index.embedder, index.reader
            report = bring_up_to_date(settings, embedder, reader, self._progress, wait=_WAIT_SECONDS)
        self._assistant.synced_at = time.time()
        return report

    def _progress(self, stage: str, done: int, total: int) -> None:
        with self._guard:
            assert self._work is not None
            self._work = replace(self._work, stage=stage, done=done, total=total)
