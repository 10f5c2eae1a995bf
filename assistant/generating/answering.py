"""A question and passages to the sentences a chat model writes."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Event

from assistant.answers import AnswerIn, Language
from assistant.errors import ModelError
from assistant.generating.failures import model_error
from assistant.generating.models import ChatModel
from assistant.generating.prompt import Passage, answer_prompt
from assistant.generating.sentences import read_sentences
from assistant.generating.streaming import stream_text
from assistant.generating.written import WrittenSentence
from assistant.turns import Turn
from index.text import squeeze

_SHARES = (1.0, 0.5, 0.25)
"""How much of its window a model is given, try after try, while its server finds the prompt too long."""

_MOST_REPEATED = 3
"""So many sentences in a row that were written before, and nothing new is to come: small models go round
in circles until their window is full."""

_NOT_THERE = re.compile(
    r"노트에(?:는)? (?:없|나오지 않|나와 있지 않|적혀 있지 않)|not (?:\w+ )?in the notes"
    r"|the notes (?:do not|don't) (?:say|mention|state|contain|cover|answer|tell|include|specify|hold|have)\b",
    re.IGNORECASE,
)
_LONGEST_REFUSAL = 120


def write(
    model: ChatModel,
    question: str,
    passages: Sequence[Passage],
    history: Sequence[Turn] = (),
    language: AnswerIn = "ko",
    stop: Event | None = None,
) -> Iterator[WrittenSentence]:
    """Yields the sentences of a model's answer, each once it is complete; none twice.

    `both` asks twice, first in Korean, then in English: each answer is held against the notes by
    itself, each reader gets whole text, and a small model has one language to keep in mind.

    Args:
        model: The model.
        question: The question; a follow-up is better rewritten before (`rewriting.py`).
        passages: What may be cited, best first; `WrittenSentence.cited` counts them from 1.
        history: Earlier turns, oldest first.
        language: Language of the answer.
        stop: Ends the answer once it is set: at once, its connection closed, its half sentence dropped.

    Raises:
        ModelError: The answer did not come, or not to its end; the sentences before it stand.
    """
    targets: tuple[Language, ...] = ("ko", "en") if language == "both" else (language,)
    for target in targets:
        yield from _write(model, question, passages, history, target, stop)


def says_not_there(sentences: Sequence[str]) -> bool:
    """Says whether an answer is that the notes don't hold one, and nothing else."""
    said = " ".join(sentences)
    return bool(said) and len(said) <= _LONGEST_REFUSAL and _NOT_THERE.search(said) is not None


def _write(
    model: ChatModel,
    question: str,
    passages: Sequence[Passage],
    history: Sequence[Turn],
    language: Language,
    stop: Event | None,
) -> Iterator[WrittenSentence]:
    """The answer in one language; the prompt is made shorter as long as the server finds it too long."""
    written = 0
    for share in _SHARES:
        prompt = answer_prompt(model, question, passages, history, language, share)
        try:
            with closing(stream_text(model, prompt.messages, stop)) as pieces:
                for sentence in _new(read_sentences(_until(stop, pieces), prompt.passages, language)):
                    written += 1
                    yield sentence
        except _Stopped:
            return
        except ModelError as error:
            if error.kind == "too_long" and not written and share != _SHARES[-1]:
                continue
            raise
        if not written:
            raise model_error("bad_answer", model.name)
        return


def _new(sentences: Iterator[WrittenSentence]) -> Iterator[WrittenSentence]:
    """The sentences that were not written before, up to where a model only repeats itself."""
    seen: set[str] = set()
    repeated = 0
    for sentence in sentences:
        key = squeeze(sentence.text)
        repeated = repeated + 1 if key in seen else 0
        if repeated >= _MOST_REPEATED:
            return
        if not repeated:
            yield sentence
        seen.add(key)


class _Stopped(Exception):
    """The reader wants no more; a reply that ends so is not whole."""


def _until(stop: Event | None, pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, with an end that tells a stop from the reply's own."""
    yield from pieces
    if stop is not None and stop.is_set():
        raise _Stopped
