"""The embedded model in bfloat16, for many passages on a processor that multiplies it in hardware.

    token ids -> one flat (tokens, 384) matrix -> vectors, by PyTorch's oneDNN kernels

Matrix products and attention take bfloat16 and add up in fp32; residuals, layer norms and pooling are
fp32. Texts are not padded: attention runs over each length by itself, all else over all tokens at once.
Of 1,055 Korean sections the vectors had a cosine of at least .9999 to those of fp32, so they carry the
same fingerprint (docs/design.md, "The embedded model"). `load` checks the cosine on every start.

A thread works on a batch of its own, single-threaded: that needs no barriers, which cost most on a
machine with other work.
"""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from index.e5.weights import HEADS, HIDDEN, LAYERS, PAD, POSITIONS, FloatArray

if TYPE_CHECKING:
    from torch import Tensor

Tokens = Sequence[list[int]]
"""Token ids of some texts."""

BATCH_TOKENS = 2048
"""Tokens that a thread works on at once: 20 MB of activations; a quarter as many is a fifth slower."""

_ROWS = 128
"""Batches are filled up to a multiple of it: oneDNN compiles, and keeps 2.5 MB, for each size it meets."""

_CPU_FLAGS = Path("/proc/cpuinfo")
_UNITS = frozenset({"amx_bf16", "avx512_bf16"})
"""Measured against fp32 on ONNX Runtime: 2.5 times as fast on Intel's matrix units, 1.8 times on AMD's AVX-512."""
_EPSILON = 1e-12
_WORDS = "embeddings.word_embeddings.weight"
_KINDS: Mapping[str, str] = {"F16": "<f2", "F32": "<f4"}
_LEAST_COSINE = 0.9999
"""A vector as far as this from fp32's would be another model's: then fp32 is used instead."""


def is_supported() -> bool:
    """Says whether this processor multiplies bfloat16 matrices in hardware.

    Elsewhere bfloat16 is no faster than fp32, or slower. Only Linux tells without a library.
    """
    try:
        flags = _CPU_FLAGS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return not _UNITS.isdisjoint(flags.split())


@dataclass(frozen=True, slots=True)
class Bfloat16Encoder:
    """The model in bfloat16. Safe to share between threads.

    Attributes:
        threads: Each works on one batch.
        run: A batch of texts to each one's token states (tokens, 384), in the calling thread.
        count: How many threads there are.
    """

    threads: ThreadPoolExecutor
    run: Callable[[Tokens], list[FloatArray]]
    count: int

    def batch_tokens(self, tokens: int) -> int:
        """Returns how large the batches of a call are to be, so that each thread gets two or more."""
        return max(POSITIONS, min(BATCH_TOKENS, tokens // (2 * self.count)))

    def encode(self, batches: Iterable[Tokens]) -> Iterator[list[FloatArray]]:
        """Yields the token states (tokens, 384) of each batch's texts, in the order of the batches."""
        return self.threads.map(self.run, batches)


def load(weights: Path, threads: int, probe: Tokens, expected: FloatArray) -> Bfloat16Encoder | None:
    """Returns the model in bfloat16, or None where PyTorch can't run it as exactly as it should.

    Takes about three seconds, most of them PyTorch's import, and 250 MB.

    Args:
        weights: The converted folder's `model.safetensors`.
        threads: How many batches are worked on at once.
        probe: Token ids of some texts.
        expected: Their vectors in fp32.
    """
    import torch

    default = torch.get_num_threads()
    try:
        run = _Model(weights).run
        pool = ThreadPoolExecutor(threads, "e5-bfloat16", lambda: torch.set_num_threads(1))
        encoder = Bfloat16Encoder(pool, run, threads)
        (states,) = encoder.encode([probe])
    except (AttributeError, NotImplementedError, RuntimeError):  # a PyTorch with other kernels
        return None
    finally:
        # PyTorch keeps the number by thread, but a new thread starts with the one that was set last.
        torch.set_num_threads(default)
    cosines = (pooled(states) * expected).sum(axis=1)
    return encoder if bool((cosines >= _LEAST_COSINE).all()) else None


def pooled(states: Sequence[FloatArray]) -> FloatArray:
    """Returns the L2-normalised mean of each text's token states, (texts, 384).

    The count cancels out in the norm, so a sum will do.
    """
    sums = np.stack([own.sum(axis=0) for own in states])
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


class _Dense:
    """A layer `x W' + b`, with the weights in the order oneDNN's kernels read them."""

    def __init__(self, weight: "Tensor", bias: "Tensor") -> None:
        import torch

        self._kernels: Any = torch.ops.mkldnn  # what torch.compile itself calls; no public name has GELU
        self._weight = self._kernels._reorder_linear_weight(weight.bfloat16(), BATCH_TOKENS)
        self._bias = bias.bfloat16()

    def __call__(self, inputs: "Tensor") -> "Tensor":
        return self._kernels._linear_pointwise(inputs, self._weight, self._bias, "none", [], "")

    def gelu(self, inputs: "Tensor") -> "Tensor":
        """Returns the exact GELU of the layer, computed in the same pass."""
        return self._kernels._linear_pointwise(inputs, self._weight, self._bias, "gelu", [], "none")


class _Norm:
    """Layer norm in fp32."""

    def __init__(self, weight: "Tensor", bias: "Tensor") -> None:
        self._weight, self._bias = weight, bias

    def __call__(self, inputs: "Tensor") -> "Tensor":
        from torch.nn.functional import layer_norm

        return layer_norm(inputs, (HIDDEN,), self._weight, self._bias, _EPSILON)


class _Layer:
    """One layer of BERT, post-norm, over a flat (tokens, 384) fp32 matrix."""

    def __init__(self, weights: "Mapping[str, Tensor]", prefix: str) -> None:
        import torch

        def pair(name: str) -> "tuple[Tensor, Tensor]":
            return weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"]

        heads = [pair(f"attention.self.{part}") for part in ("query", "key", "value")]
        self._heads = _Dense(torch.cat([w for w, _ in heads]), torch.cat([b for _, b in heads]))
        self._attention_out = _Dense(*pair("attention.output.dense"))
        self._attention_norm = _Norm(*pair("attention.output.LayerNorm"))
        self._inner = _Dense(*pair("intermediate.dense"))
        self._out = _Dense(*pair("output.dense"))
        self._norm = _Norm(*pair("output.LayerNorm"))

    def __call__(self, tokens: "Tensor", runs: Sequence[tuple[int, int]]) -> "Tensor":
        attended = _attention(self._heads(tokens.bfloat16()), runs)
        tokens = self._attention_norm(tokens + self._attention_out(attended))
        return self._norm(tokens + self._out(self._inner.gelu(tokens.bfloat16())))


def _attention(heads: "Tensor", runs: Sequence[tuple[int, int]]) -> "Tensor":
    """Attends within each text.

    Args:
        heads: Queries, keys and values side by side (tokens, 3 * 384).
        runs: The texts in order, as (how many, of which length); rows after them become 0.
    """
    import torch

    attend: Any = torch.nn.functional.scaled_dot_product_attention
    attended = torch.empty(heads.shape[0], HIDDEN, dtype=heads.dtype)
    first = 0
    for count, length in runs:
        last = first + count * length
        parts = heads[first:last].view(count, length, 3, HEADS, HIDDEN // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each (texts, heads, tokens, 32)
        target = attended[first:last].view(count, length, HEADS, HIDDEN // HEADS)
        target.copy_(attend(query, key, value).transpose(1, 2))
        first = last
    attended[first:] = 0
    return attended


class _Model:
    """The twelve layers, with all that is read of the weights but the word table."""

    def __init__(self, weights: Path) -> None:
        import torch

        self._table = _Table(weights)
        tensors = {
            name: torch.from_numpy(self._table.read(name).astype(np.float32))
            for name in self._table.entries
            if name != _WORDS
        }
        self._places = tensors["embeddings.position_embeddings.weight"]
        self._places += tensors["embeddings.token_type_embeddings.weight"][0]
        self._norm = _Norm(tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"])
        self._layers = [_Layer(tensors, f"encoder.layer.{layer}.") for layer in range(LAYERS)]

    def run(self, texts: Tokens) -> list[FloatArray]:
        """Returns each text's token states; texts of one length are quickest beside each other."""
        import torch

        lengths = [len(ids) for ids in texts]
        runs = [(sum(1 for _ in same), length) for length, same in itertools.groupby(lengths)]
        with torch.inference_mode():
            total = sum(lengths)
            filling = -total % _ROWS
            ids = [*itertools.chain(*texts), *[PAD] * filling]
            words = torch.from_numpy(self._table.read(_WORDS, ids))
            places = torch.cat([self._places[:length] for length in [*lengths, *[1] * filling]])
            tokens = self._norm(words.float() + places)
            for layer in self._layers:
                tokens = layer(tokens, runs)
            return [cast(FloatArray, own.numpy()) for own in tokens[:total].split(lengths)]


class _Table:
    """The tensors of a safetensors file, read when asked for."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header: dict[str, Any] = json.loads(file.read(size))
        header.pop("__metadata__", None)
        self.entries = header
        self._path = path
        self._first = 8 + size

    def read(self, name: str, rows: Sequence[int] | None = None) -> np.ndarray[tuple[int, ...], Any]:
        """Returns a copy of a tensor, or of some of its rows.

        The mapping is dropped at once: else every page that was ever touched would count as memory.
        """
        entry = self.entries[name]
        offset = self._first + entry["data_offsets"][0]
        kind = _KINDS[entry["dtype"]]
        mapped = np.memmap(self._path, kind, "r", offset, tuple(entry["shape"]))
        return np.array(mapped if rows is None else mapped[rows], copy=True)
