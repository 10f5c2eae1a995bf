"""What happens between a question and its answer on the page: stream, stop, fail, keep.

A session's turns live in Gradio's state of that session and nowhere else, so nobody sees another's.
"""

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Event
from typing import Protocol

from assistant.answers import Answer
from assistant.settings import AnswerLanguage
from assistant.turns import Turn as Said
from assistant.ui.chat import State, Turn, turn_html
from assistant.ui.texts import Texts
from index.scope import Scope

# Longer than any question; what is pasted beyond it is cut, not refused.
QUESTION_LIMIT = 2_000

log = logging.getLogger(__name__)


class Answers(Protocol):
    """What a conversation needs of the assistant."""

    def stream(
        self,
        question: str,
        language: AnswerLanguage = "auto",
        scope: Scope | None = None,
        *,
        history: Sequence[Said] = (),
        stop: Event | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows; the last is whole."""
        ...


@dataclass(frozen=True, slots=True)
class Talk:
    """A session's conversation: the turns that are over, and the one in hand."""

    past: tuple[Turn, ...] = ()
    now: Turn | None = None

    def ask(self, question: str) -> "Talk":
        """The conversation with a new question in hand; an answer that was cut off is past, too."""
        over = self.settled()
        past = over.past if over.now is None else (*over.past, over.now)
        return Talk(past, Turn(question))

    def settled(self) -> "Talk":
        """The conversation with nothing in the making: an answer that was cut off has stopped."""
        if self.now is None or self.now.state != "streaming":
            return self
        return replace(self, now=replace(self.now, state="stopped"))

    def ask_again(self, question: str) -> "Talk":
        """The conversation with a question in the place of the one in hand."""
        return Talk(self.past, Turn(question))

    def history(self) -> list[Said]:
        """What was asked and answered so far, each question as it was taken."""
        turns = self.past if self.now is None else (*self.past, self.now)
        return [
            Said(turn.answer.taken_as or turn.question, turn.answer.plain_text)
            for turn in turns
            if turn.answer is not None
        ]

    def past_html(self, words: Texts) -> str:
        """The turns that are over."""
        return "".join(turn_html(turn, words, number) for number, turn in enumerate(self.past))

    def now_html(self, words: Texts) -> str:
        """The turn in hand."""
        return turn_html(self.now, words, len(self.past)) if self.now else ""

    def turn(self, number: int) -> Turn | None:
        """A turn by its number, from 0; None if there is no such turn."""
        turns = self.past if self.now is None else (*self.past, self.now)
        return turns[number] if 0 <= number < len(turns) else None


class Stops:
    """A switch for every answer in the making, by session.

    An answer looks at its switch between sentences and ends itself. Gradio's own `cancels` is not
    used: it cuts the answer off elsewhere, and what was said last may be lost or arrive too late.
    """

    def __init__(self) -> None:
        """Starts with nothing to stop."""
        self._switches: dict[str, Event] = {}

    @contextmanager
    def answering(self, session: str) -> Generator[Event]:
        """Gives the switch of a new answer, and forgets it when the answer is over."""
        switch = self._switches[session] = Event()
        try:
            yield switch
        finally:
            if self._switches.get(session) is switch:
                del self._switches[session]

    def stop(self, session: str) -> None:
        """Stops the session's answer, if one is in the making."""
        switch = self._switches.get(session)
        if switch is not None:
            switch.set()


def answer_language(chosen: str) -> AnswerLanguage:
    """The language to answer in; anything that is not one is `auto`."""
    return chosen if chosen in ("ko", "en", "both") else "auto"  # type: ignore[return-value]


def converse(
    answers: Answers,
    talk: Talk,
    question: str,
    language: str,
    stop: Event | None = None,
    scope: Scope | None = None,
    *,
    alone: bool = False,
) -> Iterator[Talk]:
    """Asks, and yields the conversation as the answer grows; the last has it whole.

    Whatever goes wrong while answering ends in a turn that says so; the log has the details.

    Args:
        answers: Who answers.
        talk: The conversation so far.
        question: What is asked; blank asks nothing.
        language: Language of the answer: `auto`, `ko` or `en`.
        stop: When set, the answer ends as far as it has come.
        scope: The part of the notes to look in; all of them by default.
        alone: Ask the question in hand once more, in its place and without regard to those before.
    """
    asked = question.strip()[:QUESTION_LIMIT]
    if not asked:
        return
    history = [] if alone else talk.history()
    talk = talk.ask_again(asked) if alone else talk.ask(asked)
    yield talk
    answer: Answer | None = None
    state: State = "done"
    try:
        for grown in answers.stream(asked, answer_language(language), scope, history=history, stop=stop):
            if stop is not None and stop.is_set():
                state = "stopped"
                break
            answer = grown
            yield replace(talk, now=Turn(asked, answer))
    except Exception:
        log.exception("could not answer %r", asked)
        state = "failed"
    yield replace(talk, now=Turn(asked, answer, state))
