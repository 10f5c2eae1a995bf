"""The map of an assistant's notes: drawn when it is first looked at, kept, drawn again when notes change."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Literal

import numpy as np

from assistant.assistant import Assistant
from assistant.errors import OutputError
from assistant.files import write_whole
from assistant.mapping.drawn import Drawn, read_drawn
from assistant.mapping.layout import middle
from index.storage.builds import catalog_file

FILE = "map.json"
"""In the index's folder: it derives from the notes, and can be deleted at any time."""

_NEAREST = 6
"""A question stands in the middle of so many passages that are nearest to it."""

_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from assistant.mapping.process import serve; serve()"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MapState:
    """How it stands with the map.

    Attributes:
        state: `ready`; `drawing`, with the map before where there is one; `failed`, likewise.
        drawn: The latest map.
        done: Rounds done.
        total: Of so many; 0 before the first.
    """

    state: Literal["ready", "drawing", "failed"]
    drawn: Drawn | None
    done: int = 0
    total: int = 0


class NoteMap:
    """The map of one assistant's notes. Safe to share between threads."""

    def __init__(
        self, assistant: Assistant, start: Callable[[], "subprocess.Popen[str]"] | None = None
    ) -> None:
        """Takes the assistant; nothing is drawn before somebody looks.

        Args:
            assistant: Whose notes.
            start: Starts the process that draws; by default the real one.
        """
        self._assistant = assistant
        self._start = start or _start
        self._guard = Lock()
        self._drawn: Drawn | None = None
        self._looked = False
        self._thread: Thread | None = None
        self._far = (0, 0)
        self._failed = ""

    def look(self, again: bool = False) -> MapState:
        """Returns the map, and has it drawn where there is none of the notes as they are now.

        Args:
            again: Try once more what failed; without, only the next change of the notes does.
        """
        wanted = self._assistant.status().version
        with self._guard:
            if not self._looked:
                self._drawn, self._looked = self._kept(), True
            if self._drawn is not None and self._drawn.version == wanted:
                return MapState("ready", self._drawn)
            if self._thread is not None and self._thread.is_alive():
                return MapState("drawing", self._drawn, *self._far)
            if self._failed == wanted and not again:
                return MapState("failed", self._drawn)
            self._failed, self._far = "", (0, 0)
            self._thread = Thread(target=self._draw, args=[wanted], name="mutgo-map", daemon=True)
            self._thread.start()
            return MapState("drawing", self._drawn)

    def place_of(self, question: str) -> tuple[float, float] | None:
        """Returns where a question stands: amid the passages that are nearest to it; None without a map."""
        with self._guard:
            drawn = self._drawn
        if drawn is None or not question.strip():
            return None
        with self._assistant.reading() as index:
            vector = index.embedder.encode_query(question)
            with index.lock:
                index.refresh()
                snapshot = index.snapshot
            cosines = snapshot.similarities(vector)
            best = np.argsort(-cosines, kind="stable")[:_NEAREST]
            rows = [int(snapshot.owners[row]) for row in best if cosines[row] > -1]
            places = drawn.of([snapshot.place(row)[:2] for row in rows])
        if not len(places):
            return None
        x, y = middle(places, np.arange(len(places), 0, -1, dtype=np.float64))
        return round(float(x), 3), round(float(y), 3)

    def _kept(self) -> Drawn | None:
        try:
            return read_drawn(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    @property
    def _file(self) -> Path:
        return self._assistant.settings.data_folder() / FILE

    def _draw(self, wanted: str) -> None:
        """Draws; a map of other notes than wanted is drawn again at the next look."""
        try:
            drawn = self._drawn_by_process()
        except (OSError, ValueError) as error:
            log.warning("the map of the notes could not be drawn: %s", error)
            with self._guard:
                self._failed = wanted
            return
        with self._guard:
            self._drawn = drawn
        try:
            write_whole(self._file, json.dumps(drawn.row))
        except OutputError as error:  # it is shown all the same, and drawn again by the next server
            log.warning("the map of the notes is not kept: %s", error)

    def _drawn_by_process(self) -> Drawn:
        with self._assistant.reading() as index:
            order = {
                "catalog": str(catalog_file(index.build)),
                "build": index.build.name,
                "before": json.dumps(self._drawn.row) if self._drawn else "",
            }
            with self._start() as process:
                assert process.stdin is not None
                assert process.stdout is not None
                assert process.stderr is not None
                process.stdin.write(json.dumps(order) + "\n")
                process.stdin.close()
                last = ""
                for line in process.stdout:
                    done, _, total = line.strip().partition(" ")
                    if done.isdigit() and total.isdigit():
                        self._far = int(done), int(total)
                    else:
                        last = line
                said = process.stderr.read()
        drawn = read_drawn(last)
        if process.returncode or drawn is None:
            raise ValueError(said.strip().rpartition("\n")[2] or f"it ended with status {process.returncode}")
        return drawn


def _start() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _CODE, json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
