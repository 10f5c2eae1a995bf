"""What stands in for slow parts when a vault of 100,000 chunks is built: vectors and term reading."""

import itertools
from collections.abc import Sequence, Set
from functools import lru_cache
from hashlib import blake2b
from time import perf_counter

import numpy as np

from index.e5.weights import FloatArray, Progress
from index.embed import Embedder
from index.terms import TermReader

DIMENSION = 384
"""As many numbers as the embedded model's vectors have, so that searching them costs as much."""

_REMEMBERED_WORDS = 4096
"""With all words of a large vault remembered, a measured process would hold 60 MB that are not the product's."""


class SyntheticEmbedder(Embedder):
    """The direction of a text is the sum of its words' directions, each drawn from the word's hash.

    Texts that share words lie near each other, as they do in a real space; meaning plays no part,
    so these vectors can time a search but never judge one.
    """

    def __init__(self) -> None:
        self.name = "synthetic"
        self.fingerprint = f"synthetic-1/{DIMENSION}"
        self.dimension = DIMENSION
        self.max_tokens = 512
        self._direction = lru_cache(maxsize=_REMEMBERED_WORDS)(_direction)

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Returns about what the real model counts: a token for two characters of Korean."""
        return [len(text) // 2 + 2 for text in texts]

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> FloatArray:
        """Returns unit vectors (texts, 384)."""
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self.encode_query(text)
        if progress is not None:
            progress(len(texts), len(texts))
        return vectors

    def encode_query(self, text: str) -> FloatArray:
        """Returns a unit vector (384,)."""
        total = np.sum([self._direction(word) for word in text.casefold().split() or [""]], axis=0)
        return total / np.linalg.norm(total)


def _direction(word: str) -> FloatArray:
    seed = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(DIMENSION, np.float32)


class RealCostEmbedder(Embedder):
    """Synthetic vectors at the real model's cost, so that its time and memory are part of what is measured.

    The real model counts all tokens and encodes every question, and every so many batches of passages;
    what it returns is dropped. To embed 80,000 passages with it would take hours.

    Attributes:
        query_seconds: How long the real model took for the last question.
    """

    def __init__(self, real: Embedder, every: int = 1) -> None:
        """Takes the model, and of how many batches of passages it encodes the first."""
        self._real = real
        self._synthetic = SyntheticEmbedder()
        self._batches = itertools.cycle(range(every))
        self.name = self._synthetic.name
        self.fingerprint = self._synthetic.fingerprint
        self.dimension = DIMENSION
        self.max_tokens = real.max_tokens
        self.query_seconds = 0.0

    def prepare(self, questions: Sequence[str]) -> None:
        """Draws the directions of the questions' words: no question is to be charged for that."""
        self._synthetic.encode_documents(questions)

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Returns what the real model counts."""
        return self._real.count_tokens(texts)

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> FloatArray:
        """Returns unit vectors (texts, 384)."""
        if next(self._batches) == 0:
            self._real.encode_documents(texts)
        return self._synthetic.encode_documents(texts, progress=progress)

    def encode_passages(
        self, texts: Sequence[str], ranges: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        """Returns unit vectors (texts, 384), and those of the texts' parts."""
        if next(self._batches) == 0:
            self._real.encode_passages(texts, ranges)
        return self._synthetic.encode_passages(texts, ranges)

    def encode_query(self, text: str) -> FloatArray:
        """Returns a unit vector (384,)."""
        began = perf_counter()
        self._real.encode_query(text)
        self.query_seconds = perf_counter() - began
        return self._synthetic.encode_query(text)


class FreshReader(TermReader):
    """A reader that remembers no text, with the Kiwi of another: loading one takes seconds."""

    def __init__(self, reader: TermReader) -> None:
        super().__init__(reader.glossary, reader.words, reader.morphemes.fresh())


class LineReader(FreshReader):
    """Reads line by line and heading by heading, and remembers every one.

    Generated notes repeat sentences, so a large vault is read many times faster; the terms are
    those of the reader it extends. Questions are read as ever.
    """

    def __init__(self, reader: TermReader) -> None:
        super().__init__(reader)
        self._lines: dict[str, tuple[str, ...]] = {}

    def terms(self, text: str) -> tuple[str, ...]:
        """Returns the terms of a text in reading order."""
        lines = text.replace(" > ", "\n").split("\n")
        return tuple(term for line in lines for term in self._line(line))

    def with_words(self, words: Set[str]) -> TermReader:
        """Returns a reader with other words of the vault, which has read nothing yet."""
        return self if words == self.words else LineReader(super().with_words(words))

    def _line(self, line: str) -> tuple[str, ...]:
        if line not in self._lines:
            self._lines[line] = tuple(term for _, term in self.placed_terms(line))
        return self._lines[line]
