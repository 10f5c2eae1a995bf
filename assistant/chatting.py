"""A conversation in the terminal: answers stream, follow-ups are understood, Ctrl-C stops an answer."""

import sys
from collections.abc import Callable, Generator, Iterator
from threading import Event

from assistant.answers import Answer
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.keeping.recording import Recording
from assistant.keeping.records import Asked, TurnState
from assistant.question import answer_language
from assistant.settings import AnswerLanguage, terminal_language
from assistant.terminal import hint_at_more, printable, show_more, show_sources
from assistant.turns import Turn
from index.scope import Scope

PROMPT = "묻고> "
_MORE = ("더", "더 보기", "더보기", "more")
_NO_MORE = "(더 없어요 · nothing more)"
_BYE = "\n"
_NOT_KEPT = "(이 대화는 적어 두지 못하고 있어요 · this conversation is not being kept)\n\n"
_STOPPED = "\n(여기서 멈췄어요 · stopped)"


def chat(
    assistant: Assistant,
    language: AnswerLanguage,
    scope: Scope | None = None,
    store: Conversations | None = None,
    read: Callable[[str], str] = input,
    write: Callable[[str], object] = sys.stdout.write,
) -> None:
    """Answers questions until the input ends.

    Args:
        assistant: Who answers.
        language: Language of the answers.
        scope: The part of the notes to look in.
        store: Where the conversation is kept, if it is.
        read: Asks for a line; raises `EOFError` at the end.
        write: Writes text.
    """
    history: list[Turn] = []
    last: Answer | None = None
    recording: Recording | None = None
    while True:
        try:
            question = read(PROMPT).strip()
        except (EOFError, KeyboardInterrupt):
            write(_BYE)
            return
        if not question:
            continue
        if question.casefold() in _MORE and last is not None:
            write(printable(show_more(last) or _NO_MORE) + "\n\n")
            continue
        stop = Event()
        answered_in = answer_language(question, language, terminal_language())
        growing = assistant.stream(question, answered_in, scope, history=history, stop=stop)
        if store is not None:
            recording = Recording(
                store,
                Asked(question, language, scope or Scope()),
                recording.conversation if recording else "",
                after=recording.turn if recording else None,
            )
            growing = _recorded(growing, recording)
        last = answer = _shown(growing, stop, write)
        if recording is not None and not recording.kept:
            write(_NOT_KEPT)
        if answer is not None:
            history.append(Turn(answer.taken_as or question, answer.plain_text))


def _recorded(growing: Iterator[Answer], recording: Recording) -> Generator[Answer]:
    """Passes an answer on as it grows, and keeps it."""
    answer: Answer | None = None
    state: TurnState = "stopped"
    try:
        for answer in growing:
            recording.update(answer)
            yield answer
        state = "whole"
    except Exception:
        state = "failed"
        raise
    finally:
        recording.end(answer, state)


def _shown(growing: Iterator[Answer], stop: Event, write: Callable[[str], object]) -> Answer | None:
    """Writes an answer as it grows and returns it, as far as it came."""
    answer: Answer | None = None
    written = ""
    try:
        for answer in growing:
            if answer.taken_as and not written:
                write(f"({printable(answer.taken_as)})\n")
            text = printable(answer.text)
            # An answer may be replaced as a whole, where a model's is given up.
            new = text[len(written) :] if text.startswith(written) else f"\n\n{text}"
            write(new)
            written = text
    except KeyboardInterrupt:
        stop.set()
        if isinstance(growing, Generator):
            growing.close()
        write(_STOPPED)
    if answer is not None:
        hint = hint_at_more(answer, "더" if answer.language != "en" else "more")
        write("\n" + printable("\n".join([show_sources(answer), hint]).rstrip("\n")) + "\n\n")
    return answer
