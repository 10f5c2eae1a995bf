"""What the view of the notes has done in the background: a sync, an examination, mending; one at a time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import Literal

from assistant.assistant import Assistant
from assistant.opening import bring_up_to_date
from index.checks.mending import mend_catalog
from index.doctor import Finding, examine
from index.errors import IndexBusyError, MutgoIndexError
from index.sync import SyncReport

Act = Literal["sync", "check", "mend"]
ACTS: tuple[Act, ...] = ("sync", "check", "mend")

_WAIT_SECONDS = 30.0
"""So long a sync waits for another one, such as that of the follower."""

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
    """

    act: Act
    over: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    report: SyncReport | None = None
    trouble: str = ""


class Worker:
    """Does one thing at a time. Safe to share between threads; every page sees the same."""

    def __init__(self, assistant: Assistant) -> None:
        """Takes whose notes they are."""
        self._assistant = assistant
        self._guard = Lock()
        self.work: Work | None = None
        self.findings: tuple[Finding, ...] | None = None

    def begin(self, act: Act) -> bool:
        """Begins something in a thread of its own; False while something else is being done."""
        with self._guard:
            if self.work is not None and not self.work.over:
                return False
            self.work = Work(act)
        Thread(target=self._run, args=[act], daemon=True).start()
        return True

    def _run(self, act: Act) -> None:
        report, trouble = None, ""
        try:
            if act == "check":
                self.findings = tuple(self._examined())
            else:
                report = self._synced(mend=act == "mend")
                if self.findings is not None:
                    self.findings = tuple(self._examined())
        except IndexBusyError:
            trouble = "busy"
        except (MutgoIndexError, OSError) as error:
            trouble = str(error)
        except Exception as error:  # a thread's failure would be seen by nobody
            log.exception("the view of the notes could not %s", act)
            trouble = type(error).__name__
        self._tell(lambda work: replace(work, over=True, report=report, trouble=trouble))

    def _examined(self) -> list[Finding]:
        settings = self._assistant.settings
        with self._assistant.reading() as index:
            return examine(
                settings.notes_folder(),
                settings.data_folder(),
                settings.glossary_file(),
                index.embedder,
                lambda done, total: self._progress("check", done, total),
                settings.chroma_url,
            )

    def _synced(self, *, mend: bool) -> SyncReport:
        settings = self._assistant.settings
        if mend:
            mend_catalog(settings.data_folder())
        with self._assistant.reading() as index:
            embedder, reader = index.embedder, index.reader
            return bring_up_to_date(settings, embedder, reader, self._progress, wait=_WAIT_SECONDS)

    def _progress(self, stage: str, done: int, total: int) -> None:
        self._tell(lambda work: replace(work, stage=stage, done=done, total=total))

    def _tell(self, change: Callable[[Work], Work]) -> None:
        with self._guard:
            assert self.work is not None
            self.work = change(self.work)
