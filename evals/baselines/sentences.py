"""Sentences to answer with, where the real tool would have a language model write them.

The rule: of all sentences of the passages, those most similar to the question by the embedder, in the
passages' order. Front matter, headings and callout titles are no sentences: a model would not answer
with them, though they are what is most like a question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.baselines.pieces import Chunk
from evals.baselines.ranking import best
from evals.vault import Vault
from index.embed import Embedder

SENTENCES = 3
"""Sentences of an answer: a short paragraph, as such prompts ask for."""

_LEAST_CHARACTERS = 5
"""What is shorter is a number or a mark, not a sentence."""

_SENTENCE = re.compile(r"\S[^\r\n]*?(?:[.!?。！？](?=\s|\Z)|(?=[\r\n]|\Z))")
_MARKERS = re.compile(r"(?:(?:[>*+-]|\d+[.)])[ \t]+)*")
_TITLE = re.compile(r"#{1,6}\s|\[!")
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n.*?\n---[ \t]*(?=\r?\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without list and quote markers, and the first chunk that has it."""

    text: str
    chunk: Chunk


def nearest_sentences(
    question: str, chunks: Sequence[Chunk], vault: Vault, embedder: Embedder, count: int = SENTENCES
) -> list[Sentence]:
    """Returns the sentences of chunks that are most similar to a question, in the chunks' order."""
    by_text: dict[str, Sentence] = {}
    for chunk in chunks:
        for sentence in sentences_of(chunk, vault):
            by_text.setdefault(sentence.text, sentence)
    sentences = list(by_text.values())
    if not sentences:
        return []
    similarities = embedder.encode_documents(list(by_text)) @ embedder.encode_query(question)
    return [sentences[position] for position in sorted(best(similarities, count))]


def sentences_of(chunk: Chunk, vault: Vault) -> Iterator[Sentence]:
    """Yields the sentences of a chunk: lines, cut at end marks."""
    front_matter = _FRONT_MATTER.match(vault.notes[chunk.span.note].text)
    body = max(0, front_matter.end() - chunk.span.start) if front_matter else 0
    for match in _SENTENCE.finditer(chunk.text, min(body, len(chunk.text))):
        text = _MARKERS.sub("", match.group().rstrip(), count=1)
        if len(text) >= _LEAST_CHARACTERS and not _TITLE.match(text) and any(map(str.isalnum, text)):
            yield Sentence(text, chunk)
