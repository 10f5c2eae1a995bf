"""Stand-ins: an embedder that one can compute by hand, and an assistant that says what it is told to."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Event

import numpy as np

from assistant.answers import Answer
from assistant.assistant import Answerer
from assistant.scopes import Parts
from assistant.settings import AnswerLanguage
from assistant.state import IndexStatus
from assistant.turns import Turn
from index.embed import Embedder, FloatArray
from index.scale import Scale
from index.scope import Scope

DIMENSION = 64


class WordHashEmbedder(Embedder):
    """One dimension a word (by CRC-32 modulo 64), unit length; counts what it was asked to embed."""

    def __init__(self, name: str = "word-hash") -> None:
        self.name = name
        self.fingerprint = f"{name}-1"
        self.dimension = DIMENSION
        self.max_tokens = 512
        self.scale = Scale(-4.0, 1.0)  # its cosines say little of what answers what, and so hardly count
        self.embedded: list[str] = []

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def encode_documents(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> FloatArray:
        self.embedded += texts
        vectors = [self._vector(text) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, DIMENSION), np.float32)

    def encode_passages(
        self, texts: Sequence[str], ranges: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        parts = [
            np.stack([self._vector(text[start:end]) for start, end in places])
            for text, places in zip(texts, ranges, strict=True)
        ]
        return self.encode_documents(texts), parts

    def encode_query(self, text: str) -> FloatArray:
        return self._vector(text)

    @staticmethod
    def _vector(text: str) -> FloatArray:
        vector = np.full(DIMENSION, 1e-3, np.float32)
        for word in text.casefold().split():
            vector[zlib.crc32(word.encode("utf-8", "replace")) % DIMENSION] += 1
        return vector / np.linalg.norm(vector)


class ScriptedAnswers:
    """Streams the answers it was given to any question.

    An exception among them is raised. It stands for `Assistant` where a page shows what it says.
    """

    def __init__(self, *steps: Answer | Exception) -> None:
        self.steps = steps
        self.languages: list[AnswerLanguage] = []

    def steps_for(self, question: str) -> Iterable[Answer | Exception]:
        """What is said to a question; for a subclass to say something else."""
        return self.steps

    def stream(
        self,
        question: str,
        language: AnswerLanguage = "auto",
        scope: Scope | None = None,
        *,
        history: Sequence[Turn] = (),
        answerer: Answerer | None = None,
        stop: Event | None = None,
    ) -> Iterator[Answer]:
        self.languages.append(language)
        for step in self.steps_for(question):
            if isinstance(step, Exception):
                raise step
            yield step

    def examples(self, count: int = 4) -> list[str]:
        return ["무엇이든"]

    def model_trouble(self) -> None:
        """There is no model that could be away."""

    def model_name(self) -> str:
        return ""

    def suggestions(self, turn: Turn, cited: Sequence[tuple[str, int]], language: str) -> list[str]:
        return []

    def status(self) -> IndexStatus:
        return IndexStatus(1, 1, ())

    def parts(self) -> Parts:
        return Parts()
