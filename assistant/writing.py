"""The chat-model answerer: what a model writes, held sentence by sentence against the notes.

The model is given the best passages, each sentence it writes is proved by `verify.py` or marked, and
the places that prove it are its citations, whatever markers the model wrote.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import Literal

from assistant.answers import Answer, AnswerIn, Sentence
from assistant.errors import ModelError
from assistant.generating.answering import says_not_there, write
from assistant.generating.models import ChatModel
from assistant.generating.prompt import Passage
from assistant.generating.written import WrittenSentence
from assistant.guard import is_foreign
from assistant.question import Question
from assistant.quoting import Citations, voice
from assistant.settings import Unverified
from assistant.texts import NOT_FOUND_BY_MODEL, UNPROVED, with_remark
from assistant.turns import Turn
from assistant.verify import Verification, verify
from assistant.verifying.sources import Source, passage_sources
from index.opened import Index
from index.search import Hit

MOST_PASSAGES = 8
"""Passages that a model is given: more make small models forget the first ones."""

_LEADS_IN = re.compile(
    r"(?:다음과 같(?:습니다|아요|다)|아래와 같(?:습니다|아요|다)|as follows)\s*[.:：]?$|[:：]$", re.IGNORECASE
)
_TELLS_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Given:
    """What a model is given to answer from.

    Attributes:
        passages: The passages as the model sees them, best first.
        sources: Their sentences, each with the number of its passage, from 1.
    """

    passages: tuple[Passage, ...]
    sources: tuple[Source, ...]


def given(index: Index, hits: Sequence[Hit], language: AnswerIn) -> Given:
    """Returns the passages of the best hits; in English where an English answer is asked for and they have it.

    Args:
        index: The open index, locked by the caller.
        hits: Best first.
        language: Language of the answer.
    """
    sources = passage_sources(index, [hit.chunk for hit in hits[:MOST_PASSAGES]])
    numbers = {number: place for place, number in enumerate(sorted({s.passage for s in sources}), 1)}
    numbered = tuple(replace(source, passage=numbers[source.passage]) for source in sources)
    passages: list[Passage] = []
    for number in numbers.values():
        own = [source for source in numbered if source.passage == number]
        headings = own[0].english_headings if language == "en" else ()
        place = " > ".join(dict.fromkeys((own[0].title, *(headings or own[0].headings))))
        passages.append(Passage(place, tuple(_shown(source, language) for source in own)))
    return Given(tuple(passages), numbered)


def _shown(source: Source, language: AnswerIn) -> str:
    return source.english if language == "en" and source.english else source.text


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked for.

    Attributes:
        question: The question.
        language: Language of the answer.
        history: Earlier turns, oldest first.
        unverified: What becomes of sentences that the notes don't prove.
        stop: Ends the answer once it is set.
    """

    question: Question
    language: AnswerIn
    history: tuple[Turn, ...] = ()
    unverified: Unverified = "mark"
    stop: Event | None = None


def model_answers(
    index: Index,
    request: Request,
    hits: Sequence[Hit],
    quoted: Answer,
    open_model: Callable[[], ChatModel],
) -> Iterator[Answer]:
    """Yields a model's answer as it grows; where it fails, the notes' own sentences and a line that says why.

    Nobody is left with a model's answer of which the notes prove nothing: the notes' sentences, or the
    honest no, take its place.

    Args:
        index: The open index; it is locked while a sentence is checked, never while the model writes.
        request: What is asked for.
        hits: What may be cited, best first.
        quoted: The answer without a model.
        open_model: Opens the model, or raises `ModelError`.
    """
    said: Answer | None = None
    why: tuple[str, str] = UNPROVED
    try:
        for said in _written(index, request, hits, open_model()):
            yield said
    except ModelError as error:
        why = error.korean, error.english
        said = None if said is None or not quoted.abstained else said
    else:
        if said is not None and _is_refusal(said):
            said, why = None, NOT_FOUND_BY_MODEL
    if request.stop is not None and request.stop.is_set():
        return
    speaking = voice(request.question, request.language)
    if said is None or not any(s.verdict == "supported" for s in said.sentences):
        # These two lead in to the notes' sentences: where there are none, the honest no says it all.
        leads_in = why in (UNPROVED, NOT_FOUND_BY_MODEL)
        yield quoted if quoted.abstained and leads_in else with_remark(quoted, why, speaking)
    elif why is not UNPROVED:
        yield with_remark(said, why, speaking)


def _written(index: Index, request: Request, hits: Sequence[Hit], model: ChatModel) -> Iterator[Answer]:
    """A model's answer as it grows, sentence by sentence, each held against the notes.

    Sentences in a language that was not asked for are left out, and so is what only leads in to a list.
    """
    question, language = request.question, request.language
    with index.lock:
        material = given(index, hits, language)
    if not material.passages:
        return
    citations = Citations()
    sentences: list[Sentence] = []
    for said in write(model, question.text, material.passages, request.history, language, request.stop):
        if said.form != "code" and is_foreign(said.text, "en" if said.language == "en" else "ko"):
            continue
        if _LEADS_IN.search(said.text) and not _TELLS_NUMBER.search(said.text):
            continue
        found = Verification("unverified")
        with index.lock:
            if said.form != "header":
                found = verify(said.text, material.sources, index.reader, marked=said.cited)
            if request.unverified == "drop" and found.verdict != "supported" and said.form != "header":
                continue
            sentences.append(_sentence(index, said, found, citations, both=language == "both"))
        yield Answer(
            question.text,
            language,
            question.asks,
            False,
            tuple(sentences),
            citations.all(),
            answerer=model.name,
        )


def _is_refusal(answer: Answer) -> bool:
    """Whether a model says that the notes don't hold the answer, and nothing else."""
    return says_not_there([sentence.text for sentence in answer.sentences])


def _sentence(
    index: Index, said: WrittenSentence, found: Verification, citations: Citations, *, both: bool
) -> Sentence:
    """A written sentence with its verdict and the places that prove it, or that say otherwise."""
    own: Literal["ko", "en", ""] = ("en" if said.language == "en" else "ko") if both else ""
    cited = tuple(
        citations.number(note, source.section, source.start, source.end)
        for source in found.proof
        if (note := index.note(source.note)) is not None
    )
    return Sentence(said.text, cited, found.verdict, said.form, own)
