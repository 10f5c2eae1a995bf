"""What happens between a question and its answer on the page: stream, stop, fail, keep.

A session's turns are in Gradio's state of that session. Where conversations are kept, they are read from
there with every question, so that a page sees what another one asked in the same conversation.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Protocol

from assistant.answers import Answer, Language
from assistant.assistant import Answerer
from assistant.conversations import Conversation, Conversations
from assistant.errors import ConversationsError
from assistant.keeping.recording import Recording
from assistant.keeping.records import Asked, TurnState
from assistant.lookups import LONGEST_QUESTION
from assistant.question import answer_language
from assistant.settings import AnswerLanguage
from assistant.turns import Turn as Said
from assistant.ui.chat import State, Turn, turn_html, unkept_html
from assistant.ui.texts import Texts
from index.scope import Scope

# What is pasted beyond it is cut, not refused.
QUESTION_LIMIT = LONGEST_QUESTION

_SHOWN: dict[TurnState, State] = {
    "answering": "streaming",
    "whole": "done",
    "stopped": "stopped",
    "failed": "failed",
    "broken": "broken",
}
_KEPT: dict[State, TurnState] = {shown: kept for kept, shown in _SHOWN.items()}

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
        answerer: Answerer | None = None,
        stop: Event | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows; the last is whole."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as it comes from the page.

    Attributes:
        question: What is asked; blank asks nothing.
        language: Language of the answer: `auto`, `ko`, `en` or `both`.
        scope: The part of the notes to look in.
        instead: Number of the turn in whose place it is asked, from 0; by default it comes last.
        alone: Without regard to the turns before.
        answerer: Who is to write the answer; by default the chat model, where there is one.
        reader: Language of the page.
    """

    question: str
    language: str = "auto"
    scope: Scope = field(default_factory=Scope)
    instead: int | None = None
    alone: bool = False
    answerer: Answerer | None = None
    reader: Language = "ko"


@dataclass(frozen=True, slots=True)
class Talk:
    """A session's conversation: the turns that are over, and the one in hand.

    Attributes:
        past: The turns that are over.
        now: The one in hand.
        conversation: Its id where it is kept; else empty.
        kept: Whether what was said last is kept, where it is to be.
    """

    past: tuple[Turn, ...] = ()
    now: Turn | None = None
    conversation: str = ""
    kept: bool = True

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns, oldest first."""
        return self.past if self.now is None else (*self.past, self.now)

    def ask(self, question: str, instead: int | None = None) -> "Talk":
        """The conversation with a new question in hand: after the others, or in the place of one of them.

        What followed the turn that it replaces is gone from here; an answer that was cut off is past, too.
        """
        past = self.settled().turns[:instead]
        return replace(self, past=past, now=Turn(question))

    def settled(self) -> "Talk":
        """The conversation with nothing in the making: an answer that was cut off has stopped."""
        if self.now is None or self.now.state != "streaming":
            return self
        return replace(self, now=replace(self.now, state="stopped"))

    def history(self) -> list[Said]:
        """What was asked and answered so far, each question as it was taken."""
        return [
            Said(turn.answer.taken_as or turn.question, turn.answer.plain_text)
            for turn in self.turns
            if turn.answer is not None
        ]

    def past_html(self, words: Texts) -> str:
        """The turns that are over."""
        return "".join(_drawn(turn, words, number) for number, turn in enumerate(self.past))

    def now_html(self, words: Texts) -> str:
        """The turn in hand, and whether and where it is kept."""
        if self.now is None:
            return ""
        lost = "" if self.kept else unkept_html(words)
        mark = f'<i class="talk-mark" hidden data-conversation="{self.conversation}"></i>'
        return _drawn(self.now, words, len(self.past)) + lost + mark

    def turn(self, number: int) -> Turn | None:
        """A turn by its number, from 0; None if there is no such turn."""
        return self.turns[number] if 0 <= number < len(self.turns) else None


def _drawn(turn: Turn, words: Texts, number: int) -> str:
    """A turn; one whose answer can't be drawn says that it failed, and leaves the others alone."""
    try:
        return turn_html(turn, words, number)
    except Exception:
        log.exception("could not draw the answer to %r", turn.question)
        return turn_html(replace(turn, answer=None, state="failed"), words, number)


def talk_of(conversation: Conversation) -> Talk:
    """A conversation as it was kept."""
    turns = [
        Turn(turn.asked.question, turn.answer, _SHOWN[turn.state], turn.id, turn.branches)
        for turn in conversation.turns
    ]
    return Talk(tuple(turns[:-1]), turns[-1] if turns else None, conversation.id)


def chosen_language(chosen: str) -> AnswerLanguage:
    """The language to answer in; anything that is not one is `auto`."""
    return chosen if chosen in ("ko", "en", "both") else "auto"  # type: ignore[return-value]


def chosen_answerer(chosen: str) -> Answerer | None:
    """Who is to write the answer; None for anything that is neither."""
    return chosen if chosen in ("extract", "model") else None  # type: ignore[return-value]


def converse(
    answers: Answers, talk: Talk, ask: Ask, stop: Event | None = None, store: Conversations | None = None
) -> Iterator[Talk]:
    """Asks, and yields the conversation as the answer grows; the last has it whole.

    Whatever goes wrong while answering ends in a turn that says so; the log has the details.

    Args:
        answers: Who answers.
        talk: The conversation so far.
        ask: What is asked.
        stop: When set, the answer ends as far as it has come.
        store: Where the conversation is kept; by default nowhere.
    """
    asked = ask.question.strip()[:QUESTION_LIMIT]
    if not asked:
        return
    ask = replace(ask, question=asked)
    recording = _recording(store, talk, ask) if store is not None else None
    talk = talk.ask(asked, ask.instead)
    if store is not None and recording is not None:
        talk = _as_kept(store, _marked(talk, recording))
    yield talk
    history = [] if ask.alone else talk.history()
    answer: Answer | None = None
    state: State = "done"
    try:
        language = answer_language(asked, chosen_language(ask.language), ask.reader)
        for grown in answers.stream(
            asked, language, ask.scope, history=history, answerer=ask.answerer, stop=stop
        ):
            if stop is not None and stop.is_set():
                state = "stopped"
                break
            answer = grown
            if recording is not None:
                recording.update(answer)
            yield _marked(_with(talk, answer, "streaming"), recording)
    except Exception:
        log.exception("could not answer %r", asked)
        state = "failed"
    if recording is not None:
        recording.end(answer, _KEPT[state])
    yield _marked(_with(talk, answer, state), recording)


def _recording(store: Conversations, talk: Talk, ask: Ask) -> Recording:
    kept = [turn.id for turn in talk.turns if turn.id is not None]
    replaced = talk.turn(ask.instead) if ask.instead is not None else None
    return Recording(
        store,
        Asked(ask.question, ask.language, ask.scope),
        talk.conversation,
        after=kept[-1] if kept else None,
        instead_of=replaced.id if replaced else None,
    )


def _with(talk: Talk, answer: Answer | None, state: State) -> Talk:
    return replace(talk, now=replace(talk.now, answer=answer, state=state)) if talk.now else talk


def _marked(talk: Talk, recording: Recording | None) -> Talk:
    """A conversation with what is known of how it is kept."""
    if recording is None or talk.now is None:
        return talk
    now = replace(talk.now, id=recording.turn)
    return replace(talk, now=now, conversation=recording.conversation, kept=recording.kept)


def _as_kept(store: Conversations, talk: Talk) -> Talk:
    """A conversation as the store has it, where that has all of it: with what another page asked meanwhile."""
    if talk.now is None or any(turn.id is None for turn in talk.turns):
        return talk
    try:
        found = store.load(talk.conversation, talk.now.id)
    except ConversationsError:
        return talk
    return talk_of(found) if found is not None and found.turns else talk
