"""Chroma as readers ask it: only while nobody writes it, and never waited for.

Chroma answers with wrong neighbours, and without an error, where another process has changed its files
since they were loaded. Hence the state (`index/chroma/state.py`) is read before and after each question;
where it is not the one that was opened, the answer is not used and the newer state is opened in the
background. Whoever asks compares all vectors meanwhile.
"""

import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from index.chroma.isolated import IsolatedVectors
from index.chroma.state import State, place_of, read_state, report_unwell
from index.errors import VectorsBusyError, VectorsError
from index.vectors import shown

PATIENCE_SECONDS = 0.1
"""How long a question waits for Chroma to open: a few thousand vectors are there sooner."""

RETRY_SECONDS = 30.0
"""How long Chroma is left alone after it failed."""


class Neighbours:
    """The nearest vectors of a build, while Chroma has them. One thread at a time may ask.

    Attributes:
        notice: Why Chroma can't be asked, if something is wrong with it.
    """

    def __init__(self, folder: Path, fingerprint: str, server: str | None = None) -> None:
        """Opens nothing yet.

        Args:
            folder: The build's folder.
            fingerprint: Identity of its embedding model.
            server: URL of the Chroma server that has the vectors, if one has.
        """
        self.notice = ""
        self._folder = folder
        self._origin = (fingerprint, shown(server) if server else "")
        self._server = server
        self._retry_at = 0.0
        self._state = State()
        self._vectors: IsolatedVectors | None = None
        self._opening: threading.Thread | None = None
        self._error: VectorsError | None = None

    def query(self, counter: str, vector: np.ndarray, limit: int) -> list[tuple[str, float]] | None:
        """Returns the nearest ids with their cosine similarity, best first; None if Chroma can't tell.

        Args:
            counter: The catalog's count of changes that the caller has read.
            vector: A unit vector, float32 of shape (dimension,).
            limit: Most ids.
        """
        state = read_state(self._folder)
        if not state.ready or state.counter != counter or (state.fingerprint, state.server) != self._origin:
            self.notice = state.trouble
            return None
        if (vectors := self._opened(state)) is None:
            return None
        try:
            found = vectors.query(vector, limit)
        except VectorsError as error:
            self._fail(error)
            return None
        if read_state(self._folder) != state:
            return None
        self.notice = ""
        return found

    def wait(self) -> None:
        """Waits until what the last question began to open is open, or has failed."""
        if self._opening is not None:
            self._opening.join()

    def close(self) -> None:
        """Lets go of Chroma."""
        vectors, self._vectors = self._vectors, None
        if vectors is not None:
            if self._opening is not None and self._opening.is_alive():
                vectors.kill()
            with suppress(VectorsError):
                vectors.close()
        self.wait()
        self._opening, self._error, self._state = None, None, State()

    def _opened(self, state: State) -> IsolatedVectors | None:
        """Returns the vectors of a state once they are open; begins to open them if need be."""
        if self._state != state:
            self.close()
            self._state, self._retry_at = state, 0.0  # somebody has written since: Chroma is there
        if self._vectors is None and time.monotonic() >= self._retry_at:
            self._vectors = vectors = IsolatedVectors(place_of(self._folder, state, self._server))
            self._opening = threading.Thread(target=self._open, args=(vectors, state), daemon=True)
            self._opening.start()
        if self._opening is not None:
            self._opening.join(PATIENCE_SECONDS)
            if self._opening.is_alive():
                return None
            self._opening = None
            if self._error is not None:
                self._fail(self._error)
        return self._vectors

    def _open(self, vectors: IsolatedVectors, state: State) -> None:
        try:
            count = vectors.open(write=False)
            if count != state.count:
                raise VectorsError(
                    f"{vectors.place} has {count:,} vectors, not {state.count:,}. Run `mutgo index`."
                )
        except VectorsError as error:
            self._error = error

    def _fail(self, error: VectorsError) -> None:
        self._error = None
        if self._vectors is not None:
            self._vectors.kill()
            self._vectors = None
        if not isinstance(error, VectorsBusyError):
            report_unwell(self._folder)
            self._retry_at = time.monotonic() + RETRY_SECONDS
            self.notice = f"{error} Searching goes on without it."
