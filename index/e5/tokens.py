"""The embedded model's tokenizer, in a quarter of the library's memory and half its time to load.

    "a  b" -> normalise -> "▁a", "▁b" -> likeliest split of each word into pieces -> <s> ... </s>

The model comes with 250,002 pieces, for which `tokenizers` keeps 280 MB: more than the model itself,
and a process that only answers questions would pay it too. This one keeps a dictionary, and the ids of
words it has met, which are most of the words in a folder of notes. Its ids are those of the library,
which still normalises the text.
"""

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from index.e5.convert import normalizer
from index.e5.weights import BOS, EOS, UNK

_SPACE = "▁"
_WORD = re.compile(f"{_SPACE}[^{_SPACE}]*")
_TO_SPACE = re.compile(r"\S*")
_UNKNOWN_PENALTY = 10.0
"""How much less likely than the least likely piece an unknown character is, as in SentencePiece."""
_WORDS_KEPT = 32768
"""At some 300 bytes each."""


class UnigramTokenizer:
    """Text to token ids. Safe to share between threads.

    Args:
        path: The converted folder's `tokenizer.json`.
    """

    def __init__(self, path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        pieces: list[tuple[str, float]] = content["model"]["vocab"]
        self._special: dict[str, int] = {token["content"]: token["id"] for token in content["added_tokens"]}
        self._specials = re.compile("(" + "|".join(map(re.escape, self._special)) + ")")
        self._ids = {piece: number for number, (piece, _) in enumerate(pieces)}
        self._scores = array("d", (score for _, score in pieces))
        self._unknown = min(self._scores) - _UNKNOWN_PENALTY
        self._longest = _longest_by_first_character(self._ids)
        self._normalizer = normalizer()
        self._word = lru_cache(_WORDS_KEPT)(self._read_word)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns each text's token ids, `<s>` and `</s>` included, without cutting."""
        return [[BOS, *self._ids_of(text), EOS] for text in texts]

    def encode_with_ends(self, text: str, ends: Sequence[int]) -> tuple[list[int], list[int]]:
        """Returns a text's token ids, and how many of them come before each of some places in it.

        A place inside a word counts as the word's end.

        Args:
            text: The text.
            ends: Character offsets, ascending.
        """
        ids, borders, start = [BOS], list[int](), 0
        for end in ends:
            if end > start:
                word = _TO_SPACE.match(text, end)
                end = word.end() if word else end
                ids += self._ids_of(text[start:end])
                start = end
            borders.append(len(ids))
        return [*ids, *self._ids_of(text[start:]), EOS], borders

    def _ids_of(self, text: str) -> Iterator[int]:
        for part in self._specials.split(text):
            if part in self._special:
                yield self._special[part]
            elif normal := self._normalizer.normalize_str(part).replace(" ", _SPACE):
                normal = normal if normal.startswith(_SPACE) else _SPACE + normal
                for word in _WORD.findall(normal):
                    yield from self._word(word)

    def _read_word(self, word: str) -> tuple[int, ...]:
        """Returns a word's ids; unknown characters in a row are one."""
        ids: list[int] = []
        for unknown, parts in groupby(self._split(word), lambda part: part not in self._ids):
            ids += [UNK] if unknown else [self._ids[part] for part in parts]
        return tuple(ids)

    def _split(self, word: str) -> list[str]:
        """Returns the likeliest split of a word into pieces and unknown characters (Viterbi).

        Of two equally likely ones that stays which was found first, from left to right.
        """
        ids, scores = self._ids, self._scores
        best = [0.0, *[float("-inf")] * len(word)]
        starts = [0] * (len(word) + 1)
        for start, first in enumerate(word):
            here = best[start]
            if first not in ids and here + self._unknown > best[start + 1]:
                best[start + 1], starts[start + 1] = here + self._unknown, start
            for end in range(start + 1, min(len(word), start + self._longest.get(first, 0)) + 1):
                number = ids.get(word[start:end])
                if number is not None and here + scores[number] > best[end]:
                    best[end], starts[end] = here + scores[number], start
        return _parts(word, starts)


def _longest_by_first_character(pieces: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for piece in pieces:
        if piece and len(piece) > longest.get(piece[0], 0):
            longest[piece[0]] = len(piece)
    return longest


def _parts(word: str, starts: Sequence[int]) -> list[str]:
    """Returns the parts of a word, from where the best part that ends at each place starts."""
    parts: list[str] = []
    end = len(word)
    while end:
        parts.append(word[starts[end] : end])
        end = starts[end]
    return parts[::-1]
