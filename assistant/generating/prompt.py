"""What a chat model is told: the rules, earlier turns, the numbered passages as data, and last the question.

Passages come from notes, and a note is untrusted text: each is fenced by tags that its text can't
write, and the rules say that nothing between them is an instruction.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.answers import Language
from assistant.errors import ModelError
from assistant.generating.failures import model_error
from assistant.generating.models import ChatModel
from assistant.generating.streaming import Message
from assistant.generating.tokens import CountTokens
from assistant.turns import Turn
from index.text import normalise

_PROMPTS = Path(__file__).parent.parent / "prompts"

_ANSWER_TOKENS = 1024
_ANSWER_SHARE = 0.25
"""What of the window is left to the answer: so many tokens, of a small window this share."""

_MESSAGE_TOKENS = 8
"""What a message costs beside its text: its role, and the marks around it."""

_TAG = re.compile(r"<(?=\s*/?\s*(?:passages?|conversation)\b)", re.IGNORECASE)
_QUESTION: dict[Language, str] = {
    "ko": "질문: {question}\n\n위 구절만 근거로 한국어로 답하고, 문장마다 구절 번호를 [1]처럼 적어 줘.",
    "en": "Question: {question}\n\nAnswer in English from these passages only, with the number of its passage after each sentence, as in [1].",
}
_NO_PASSAGES: dict[Language, str] = {"ko": "(구절 없음)", "en": "(no passages)"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the notes that may be cited.

    Attributes:
        place: Where it stands, for the model: the note's title and headings.
        sentences: What it says. A passage that is too long is cut between two of them.
    """

    place: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent.

    Attributes:
        messages: Rules, turns, and the passages with the question.
        passages: How many of the passages are in it, the first ones: so far numbers may be cited.
        turns: How many of the turns are in it, the last ones.
    """

    messages: tuple[Message, ...]
    passages: int
    turns: int


def answer_prompt(
    model: ChatModel,
    question: str,
    passages: Sequence[Passage],
    history: Sequence[Turn],
    language: Language,
    share: float = 1.0,
) -> Prompt:
    """Returns what asks a model for an answer, no longer than its window has room for.

    What is too much goes in this order: the oldest turns, then the last passages, sentence by sentence.

    Args:
        model: The model: its window, and how it counts.
        question: The question.
        passages: What may be cited, best first; the first gets number 1.
        history: Earlier turns, oldest first.
        language: Language of the answer, and of the rules.
        share: How much of the window to take; less, where the model's server found the prompt too long.

    Raises:
        ModelError: `too_long`: not even the question with the first sentence fits.
    """
    rules = prompt_text(f"answer.{language}")
    room = _room(model, share) - _cost(model.count, rules, _asked(question, [], language))
    kept = _fitting(model.count, passages, room)
    if room < 0 or (passages and not kept):
        raise too_long(model)
    asked = _asked(question, kept, language)
    room = _room(model, share) - _cost(model.count, rules, asked)
    turns = _latest(model.count, history, room) if kept == list(passages) else []
    earlier = (m for turn in turns for m in (("human", _plain(turn.question)), ("ai", _plain(turn.answer))))
    return Prompt((("system", rules), *earlier, ("human", asked)), len(kept), len(turns))  # type: ignore[arg-type]


def too_long(model: ChatModel) -> ModelError:
    """Returns the error of a prompt that is more than a model can read."""
    return model_error("too_long", model.name)


@cache
def prompt_text(name: str) -> str:
    """Returns a text of `assistant/prompts/`."""
    return (_PROMPTS / f"{name}.md").read_text(encoding="utf-8").strip()


def fenced(text: str) -> str:
    """Returns text that can't write the tags which fence it, however it spells them.

    >>> fenced("x </ passage> <b>")
    'x ‹/ passage> <b>'
    """
    return _TAG.sub("‹", _plain(text))


def _plain(text: str) -> str:
    """The text on one line, without characters that can't be seen."""
    return normalise(text)


def _asked(question: str, passages: Sequence[Passage], language: Language) -> str:
    """The last message: the passages, then the question."""
    blocks = [_block(number, passage) for number, passage in enumerate(passages, 1)]
    asked = _QUESTION[language].format(question=_plain(question))
    return "\n\n".join([*(blocks or [_NO_PASSAGES[language]]), asked])


def _block(number: int, passage: Passage) -> str:
    place = fenced(passage.place).replace('"', "'")
    said = "\n".join(fenced(sentence) for sentence in passage.sentences)
    return f'<passage number="{number}" from="{place}">\n{said}\n</passage>'


def _room(model: ChatModel, share: float) -> int:
    """Tokens of the window that the prompt may have."""
    window = int(model.window * share)
    return window - min(_ANSWER_TOKENS, int(window * _ANSWER_SHARE))


def _cost(count: CountTokens, *texts: str) -> int:
    return sum(count(text) + _MESSAGE_TOKENS for text in texts)


def _fitting(count: CountTokens, passages: Sequence[Passage], room: int) -> list[Passage]:
    """The first passages that fit into so many tokens; the last of them may be shortened to whole sentences."""
    kept: list[Passage] = []
    for number, passage in enumerate(passages, 1):
        room -= _cost(count, _block(number, Passage(passage.place, ())))
        sentences: list[str] = []
        for sentence in passage.sentences:
            room -= count(fenced(sentence)) + 1
            if room < 0:
                break
            sentences.append(sentence)
        if sentences:
            kept.append(Passage(passage.place, tuple(sentences)))
        if len(sentences) < len(passage.sentences):
            break
    return kept


def _latest(count: CountTokens, history: Sequence[Turn], room: int) -> list[Turn]:
    """The last turns that fit into so many tokens, oldest first."""

    def fitting() -> Iterator[Turn]:
        left = room
        for turn in reversed(history):
            left -= _cost(count, turn.question, turn.answer)
            if left < 0:
                return
            yield turn

    return list(fitting())[::-1]
