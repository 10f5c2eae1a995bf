"""Keeps an assistant's index in step with its notes while it answers.

The notes' folder is watched (`index/watch.py`). Two more things make a sync due: the glossary was
edited, or another process changed the embedding model; that model is loaded here, in the
follower's thread, while the old index goes on answering.
"""

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event, Thread

from assistant.assistant import Assistant
from assistant.opening import answering_build, bring_up_to_date, open_embedder, open_index, open_reader
from assistant.settings import Settings
from index.embed import Embedder
from index.errors import MutgoIndexError
from index.sync import Progress, SyncReport
from index.terms import TermReader
from index.watch import WatchEvent, follow

LoadEmbedder = Callable[[str], Embedder]
"""Loads an embedding model by its name."""

log = logging.getLogger(__name__)


class Keeper:
    """Syncs the index of some settings again and again, with the model and glossary of the moment."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        reader: TermReader,
        *,
        load: LoadEmbedder | None = None,
        progress: Progress = lambda stage, done, total: None,
    ) -> None:
        """Takes what the index is read with so far."""
        self.settings = settings
        self.embedder = embedder
        self.reader = reader
        self.progress = progress
        self._load = load or partial(open_embedder, settings, progress)
        self._glossary = _written(settings.glossary_file())
        self._seen = (embedder.fingerprint, self._glossary)

    def due(self) -> bool:
        """Says whether a sync is due though no note has changed; once for every reason there is."""
        build = answering_build(self.settings)
        model = build.fingerprint if build else self._seen[0]
        seen = (model, _written(self.settings.glossary_file()))
        changed, self._seen = seen != self._seen, seen
        return changed

    def bring_up_to_date(self) -> SyncReport:
        """Syncs; first takes over what another process or an edit of the glossary has changed.

        Raises:
            MutgoIndexError: See `index.sync.sync`; also a glossary or a model that can't be loaded.
        """
        build = answering_build(self.settings)
        if build is not None and build.fingerprint != self.embedder.fingerprint:
            self.embedder = self._load(build.embedder)
        written = _written(self.settings.glossary_file())
        if written != self._glossary:
            self.reader, self._glossary = open_reader(self.settings), written
        return bring_up_to_date(self.settings, self.embedder, self.reader, self.progress)


class Follower:
    """A thread that keeps an assistant's answers current; the page reads its trouble, if it has one."""

    def __init__(self, assistant: Assistant, load: LoadEmbedder | None = None) -> None:
        """Takes an open assistant; `start` begins."""
        index = assistant.index
        self._assistant = assistant
        self._keeper = Keeper(assistant.settings, index.embedder, index.reader, load=load)
        self._taken = self._held()
        self._stop = Event()
        self._thread = Thread(target=self._run, name="mutgo-follower", daemon=True)

    def start(self) -> None:
        """Begins to follow."""
        self._thread.start()

    def close(self) -> None:
        """Ends; a running sync is finished, in ten seconds at most, or given up when the process ends."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        keeper = self._keeper
        folder = self._assistant.notes_folder
        for event in follow(folder, self._bring, self._stop, due=keeper.due):
            self._tell(event)

    def _bring(self) -> SyncReport:
        try:
            report = self._keeper.bring_up_to_date()
            self._assistant.synced_at = time.time()
            return report
        finally:
            self._take_over()

    def _take_over(self) -> None:
        """Lets the assistant answer by what the keeper holds now, and reads the changes ahead of it."""
        index, held = self._assistant.index, self._held()
        if held == self._taken:
            with index.lock:
                index.refresh()
            return
        try:
            fresh = open_index(self._assistant.settings, self._keeper.embedder, self._keeper.reader)
            fresh.refresh()
        except MutgoIndexError as error:  # the sync before failed as well, and says why
            log.warning("the changed index can't be opened yet: %s", error)
            return
        self._assistant.answer_from(fresh)
        self._taken = held

    def _held(self) -> tuple[Embedder, TermReader]:
        return self._keeper.embedder, self._keeper.reader

    def _tell(self, event: WatchEvent) -> None:
        if event.kind in ("waiting", "away", "failed"):
            self._assistant.trouble = event.kind
            log.warning("not following the notes: %s", event.detail)
        else:
            self._assistant.trouble = ""


def keep(settings: Settings, progress: Progress, stop: Event) -> Iterator[WatchEvent]:
    """Watches the notes and keeps their index up to date without opening it: `mutgo watch`.

    Raises:
        MutgoIndexError: The glossary or the embedding model can't be loaded.
    """
    keeper = Keeper(settings, open_embedder(settings, progress), open_reader(settings), progress=progress)
    yield from follow(settings.notes_folder(), keeper.bring_up_to_date, stop, due=keeper.due)


def _written(file: Path) -> tuple[Path, int]:
    """Which file it is, and when it was last written; 0 if it is not there."""
    try:
        return file, file.stat().st_mtime_ns
    except OSError:
        return file, 0
