"""What happens between a question and its answer on the page: stream, stop, fail, keep.

A session's turns live in Gradio's state of that session and nowhere else, so nobody sees another's.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.answers import Answer
from assistant.settings import AnswerLanguage
from assistant.ui.chat import Turn, turn_html
from assistant.ui.texts import Texts

# Longer than any question; what is pasted beyond it is cut, not refused.
QUESTION_LIMIT = 2_000

log = logging.getLogger(__name__)


class Answers(Protocol):
    """What a conversation needs of the assistant."""

    def stream(self, question: str, language: AnswerLanguage = "auto") -> Iterator[Answer]:
        """The answer as it grows; the last is whole."""
        ...


@dataclass(frozen=True, slots=True)
class Talk:
    """A session's conversation: the turns that are over, and the one in hand."""

    past: tuple[Turn, ...] = ()
    now: Turn | None = None

    def ask(self, question: str) -> "Talk":
        """The conversation with a new question in hand."""
        settled = self.stop()
        past = (*settled.past, settled.now) if settled.now else settled.past
        return Talk(past, Turn(question))

    def stop(self) -> "Talk":
        """The conversation with the turn in hand left as it is; a finished one stays finished."""
        if self.now is None or self.now.state != "streaming":
            return self
        return replace(self, now=replace(self.now, state="stopped"))

    def past_html(self, words: Texts) -> str:
        """The turns that are over."""
        return "".join(turn_html(turn, words) for turn in self.past)

    def now_html(self, words: Texts) -> str:
        """The turn in hand."""
        return turn_html(self.now, words) if self.now else ""


def answer_language(chosen: str) -> AnswerLanguage:
    """The language to answer in; anything that is not one is `auto`."""
    return "ko" if chosen == "ko" else "en" if chosen == "en" else "auto"


def converse(answers: Answers, talk: Talk, question: str, language: str) -> Iterator[Talk]:
    """Asks, and yields the conversation as the answer grows; the last has it whole.

    Whatever goes wrong while answering ends in a turn that says so; the log has the details.
    """
    asked = question.strip()[:QUESTION_LIMIT]
    if not asked:
        return
    talk = talk.ask(asked)
    yield talk
    answer: Answer | None = None
    try:
        for answer in answers.stream(asked, answer_language(language)):
            yield replace(talk, now=Turn(asked, answer))
    except Exception:
        log.exception("could not answer %r", asked)
        yield replace(talk, now=Turn(asked, answer, "failed"))
        return
    yield replace(talk, now=Turn(asked, answer, "done"))
