"""When a word of the notes says a word of a sentence: the same, a part of the same name, or a synonym."""

from collections.abc import Iterable, Sequence
from typing import Literal

from assistant.verifying.lexicon import AGENTS, LIGHT, OPPOSITES, SYNONYMS
from assistant.verifying.reading import INSIDE, Word

Reason = Literal[
    "no_source", "quote", "attribution", "number", "negation", "name", "comparison", "order", "strength", "words",
    "language",
]  # fmt: skip
"""Why a sentence is not supported: no place is near enough; a quotation is in no note, or not in the one
named; a number, a denial, a name, a comparison, an order, or how strongly it is said differs; words are
in no place; or it can't be told across languages."""


def all_keys(words: Iterable[Word]) -> frozenset[str]:
    """Returns every key that some words may be looked up by."""
    return frozenset(key for word in words for key in word.keys)


def covered(word: Word, keys: frozenset[str]) -> bool:
    """Whether keys say a word: by one of its ways, or by words that mean the same."""
    return any(all(_said(key, keys, word) for key in way) for way in word.ways)


def _said(key: str, keys: frozenset[str], word: Word) -> bool:
    """Whether keys say a key; a name is not said by parts of another: S3 is not in `S3 Glacier`."""
    if key in keys or not keys.isdisjoint(SYNONYMS.get(key, ())):
        return True
    return word.kind != "name" and INSIDE + key in keys


def matches(word: Word, words: Sequence[Word]) -> list[Word]:
    """Returns the words of a place that say a word: the same one, else those that mean the same."""
    same = [other for other in words if not word.keys.isdisjoint(other.ways[0])]
    found = same or [other for other in words if covered(word, other.keys)]
    return found or [other for other in words if any(covered(other, way) for way in word.ways)]


def is_light(word: Word) -> bool:
    """Says whether a word needs no proof: it says nothing by itself."""
    if word.role in ("subject", "topic") and word.key in AGENTS:
        return False
    return not word.negated and all(way <= LIGHT for way in word.ways)


def opposed(word: Word, words: Iterable[Word]) -> bool:
    """Says whether one of some words says the opposite of a word."""
    keys = all_keys(words)
    own = frozenset(key for way in word.ways for key in way)
    return any((own & a and keys & b) or (own & b and keys & a) for a, b in OPPOSITES)
