"""One answer kept while it grows: at once when it begins and ends, between at most every 300 ms."""

import logging
import time
from threading import RLock, Timer
from typing import TYPE_CHECKING

from assistant.answers import Answer
from assistant.errors import ConversationsError
from assistant.keeping.records import Asked, TurnState

if TYPE_CHECKING:
    from assistant.conversations import Conversations

PAUSE_SECONDS = 0.3

log = logging.getLogger(__name__)


class Recording:
    """A turn in the making.

    Whatever can't be kept is tried again with the next write, so an answer is whole in the file if
    there is room when it ends.

    Attributes:
        conversation: The conversation it is in; empty as long as nothing could be kept.
        turn: Its id; None as long as nothing could be kept.
        kept: Whether the last write succeeded.
    """

    def __init__(
        self,
        store: "Conversations",
        asked: Asked,
        conversation: str = "",
        *,
        after: int | None = None,
        instead_of: int | None = None,
    ) -> None:
        """Keeps a question that is being answered.

        Args:
            store: Where.
            asked: The question.
            conversation: The conversation it is asked in; one that is not known begins a new one.
            after: The turn it follows.
            instead_of: The turn in whose place it stands, in a branch of its own.
        """
        self.conversation = conversation
        self.turn: int | None = None
        self.kept = False
        self._store, self._asked, self._after, self._instead_of = store, asked, after, instead_of
        self._answer: Answer | None = None
        self._state: TurnState = "answering"
        self._guard = RLock()
        self._written = 0.0
        self._later: Timer | None = None
        self._write()

    def update(self, answer: Answer) -> None:
        """Takes the answer as it is now; it is kept within 300 ms."""
        with self._guard:
            self._answer = answer
            wait = self._written + PAUSE_SECONDS - time.monotonic()
            if wait <= 0:
                self._write()
            elif self._later is None:
                self._later = Timer(wait, self._write)
                self._later.daemon = True
                self._later.start()

    def end(self, answer: Answer | None, state: TurnState) -> None:
        """Keeps the answer as it ended."""
        with self._guard:
            self._answer, self._state = answer, state
            self._write()

    def _write(self) -> None:
        with self._guard:
            if self._later is not None:
                self._later.cancel()
            self._later = None
            try:
                self._keep()
                self.kept = True
            except ConversationsError:
                log.warning("a conversation is not being kept", exc_info=True)
                self.kept = False
            self._written = time.monotonic()

    def _keep(self) -> None:
        if self.turn is None or not self._store.update(self.turn, self._answer, self._state):
            self.conversation, self.turn = self._store.append(
                self.conversation, self._asked, after=self._after, instead_of=self._instead_of
            )
            if self._answer is not None or self._state != "answering":
                self._store.update(self.turn, self._answer, self._state)
