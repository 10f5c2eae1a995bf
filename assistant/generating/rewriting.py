"""A follow-up to a question that stands alone, written by the model and believed only if it looks like one."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Event
from typing import Literal

from assistant.answers import Language
from assistant.errors import ModelError
from assistant.generating.models import ChatModel
from assistant.generating.prompt import fenced, prompt_text
from assistant.generating.streaming import stream_text
from assistant.generating.thinking import ThinkingFilter
from assistant.turns import Turn
from index.text import has_hangul, normalise

Objection = Literal[
    "", "no_history", "model", "stopped", "empty", "long", "language", "answer", "names", "invented"
]
"""Why what the model wrote is not used."""

_SECONDS = 30.0
"""A question is a line: who needs longer for it would keep the reader waiting twice."""

_TURNS = 4
_ANSWER_SHOWN = 300
"""Characters of an earlier answer that the model sees: enough to know what it was about."""

_LONGEST = 200
_MUCH_LONGER = 4
"""A rewritten question may have so many characters, or so many times those of the question."""

_LABEL = re.compile(
    r"^(?:[-*>\s]*)(?:(?:고친|다시 쓴|바꾼|최종|독립적인)?\s*질문|(?:re-?written |standalone |final )?question)\s*[:：]\s*",
    re.IGNORECASE,
)
_QUOTES = "\"'“”‘’「」`*"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*|\d+(?:\.\d+)*")
_ASKS_KOREAN = re.compile(
    r"(?:까|나|니|냐|지|죠|뭐|야|어|줘|주세요|줄래|알려|설명|비교|정리|차이|방법|순서|종류|요금|이유|는|은|란|게|데|가요|나요|어요|예요|에요|해요|되요|돼요|래요)$"
)
_ASKS_ENGLISH = re.compile(
    r"(?:what|which|who|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have"
    r"|may|tell|explain|list|compare|describe|show|name|give|summari[sz]e|in what|in which|for what|between)\b",
    re.IGNORECASE,
)
_STATES = re.compile(r"(?:니다|이다|한다|된다|있다|없다|하다|였다|했다|같다|높다|낮다)$")
_COMMON = frozenset(
    "a an and are as at be between both by can compare could describe did difference differences do does each "
    "explain for from give has have how i in is it its list me name of on one or other should show tell than that "
    "the their them there these they this those to two use used using versus vs was were what when where which who "
    "why will with would you your about aws amazon".split()
)
"""English words that name nothing, and those that may be set before any name."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A question as it is to be searched and answered.

    Attributes:
        question: The model's, or the one as asked.
        objection: Why the model's is not used; empty if it is.
    """

    question: str
    objection: Objection = ""


def rewrite(
    model: ChatModel,
    question: str,
    history: Sequence[Turn],
    language: Language = "ko",
    stop: Event | None = None,
) -> Rewriting:
    """Has a model turn a follow-up into a question that stands alone.

    Nothing is raised: a model that fails leaves the question as it is, with `model` as objection.

    Args:
        model: The model.
        question: The follow-up.
        history: The turns before it, oldest first.
        language: The question's language.
        stop: Ends it once it is set.
    """
    if not history:
        return Rewriting(question, "no_history")
    quick = replace(model, limits=replace(model.limits, whole=min(_SECONDS, model.limits.whole)))
    seen = [Turn(turn.question, turn.answer[:_ANSWER_SHOWN]) for turn in history[-_TURNS:]]
    asked = "\n".join(_conversation(question, seen))
    try:
        reply = _first_line(quick, (("system", prompt_text(f"rewrite.{language}")), ("human", asked)), stop)
    except ModelError:
        return Rewriting(question, "model")
    if stop is not None and stop.is_set():
        return Rewriting(question, "stopped")
    rewritten = _bare(reply)
    objection = object_to(rewritten, question, seen)
    return Rewriting(question, objection) if objection else Rewriting(rewritten)


def object_to(rewritten: str, question: str, history: Sequence[Turn]) -> Objection:
    """Returns why a rewritten question can't be trusted; empty if it can.

    It must be one question, in the language of the follow-up, keep a name that the follow-up has, and
    bring in no Latin name or number that neither the follow-up nor the conversation has.
    """
    if not any(character.isalnum() for character in rewritten):
        return "empty"
    if len(rewritten) > max(_LONGEST, _MUCH_LONGER * len(question)):
        return "long"
    if has_hangul(rewritten) != has_hangul(question):
        return "language"
    if not _asks(rewritten):
        return "answer"
    said = " ".join([question, *(text for turn in history for text in (turn.question, turn.answer))])
    names, written = _names(question), _names(rewritten)
    if names and not names & written:
        return "names"
    if written - _names(said):
        return "invented"
    return ""


def _asks(text: str) -> bool:
    """Whether a text is one question or request, not a statement."""
    if re.search(r"[.!?。]\s+\S", text):
        return False
    if text.endswith(("?", "？")):
        return True
    bare = text.rstrip(" .!")
    if has_hangul(text):
        return _ASKS_KOREAN.search(bare) is not None and _STATES.search(bare) is None
    return _ASKS_ENGLISH.match(text) is not None


def _names(text: str) -> set[str]:
    """The Latin names and the numbers of a text, as keys."""
    found = (match[0].casefold() for match in _NAME.finditer(text))
    return {re.sub(r"[.-]", "", name) for name in found if name not in _COMMON}


def _conversation(question: str, history: Sequence[Turn]) -> Iterator[str]:
    """The earlier turns as data, and below them the question."""
    yield "<conversation>"
    for turn in history:
        yield f"Q: {fenced(turn.question)}"
        yield f"A: {fenced(turn.answer)}"
    yield f"</conversation>\n\nQ: {normalise(question)}"


def _first_line(
    model: ChatModel, messages: Sequence[tuple[Literal["system", "human", "ai"], str]], stop: Event | None
) -> str:
    """The first line a model says; it is not listened to any longer."""
    thinking = ThinkingFilter()
    said = ""
    with closing(stream_text(model, messages, stop)) as pieces:
        for piece in pieces:
            said += thinking.feed(piece)
            line, more, _ = said.lstrip().partition("\n")
            if more:
                return line
    return (said + thinking.end()).strip()


def _bare(line: str) -> str:
    """A question without a label before it and marks around it."""
    return normalise(_LABEL.sub("", line.strip().strip(_QUOTES)).strip(_QUOTES + " ").removeprefix("Q:"))
