"""What stands in for slow parts when a vault of 100,000 chunks is built: vectors and term reading."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from index.e5_weights import FloatArray, Progress
from index.embed import Embedder
from index.terms import TermReader

DIMENSION = 384
"""As many numbers as the embedded model's vectors have, so that searching them costs as much."""


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
        self._directions: dict[str, FloatArray] = {}

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

    def _direction(self, word: str) -> FloatArray:
        if word not in self._directions:
            seed = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest())
            self._directions[word] = np.random.default_rng(seed).standard_normal(DIMENSION, np.float32)
        return self._directions[word]


class FreshReader(TermReader):
    """A reader that remembers no text, with the Kiwi of another: loading one takes seconds."""

    def __init__(self, reader: TermReader) -> None:
        super().__init__(reader.glossary)
        self._loaded = reader._kiwi


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

    def _line(self, line: str) -> tuple[str, ...]:
        if line not in self._lines:
            self._lines[line] = tuple(term for _, term in self.placed_terms(line))
        return self._lines[line]
