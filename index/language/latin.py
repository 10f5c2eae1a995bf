"""Latin words to terms: whole, in parts, and as stems.

    nodeSelector  ->  nodeselector  node  selector          t3.micro  ->  t3.micro  t3  micro

Case plays no part, nor does a plural.
"""

import re
from collections.abc import Iterator, Set
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import snowballstemmer

_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
LATIN = re.compile(rf"[{_LETTER}0-9]+(?:[._/+#&'-][{_LETTER}0-9]+)*[+#]*")
"""A word or identifier, with the marks inside it."""

_OTHER_SCRIPT = re.compile(rf"[^\W\d_{_LETTER}ㄱ-ㆎ가-힣\u1100-\u11ff]+")
_MARKS = re.compile(r"[._/+#&'-]")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_CAMEL = re.compile(r"[a-z][A-Z]")
_PLURAL = re.compile(r"[A-Z][A-Z0-9]+s")
_STEMMING = Lock()
"""The stemmer keeps the word at hand in itself, so that two threads would mix theirs."""

_SHORTEST_CAMEL = 6
_SHORTEST_NUMBER = 3
"""A number inside an identifier says something by itself from here on: a year does."""

_STOP = frozenset(
    "a an the of to in on at for from by with and or as is are was were be been being it its this that these "
    "those what which whom who how why when where do does did can could should would will shall may might must "
    "i me my we us our us you your they them their he she if then than so not no there here have has had about "
    "into over under between please tell explain describe define mean means get got s t let make made "
    "use used using any some each every all both more most other such only own same too very just also "
    "don doesn didn isn aren wasn weren couldn shouldn wouldn hasn haven hadn ll ve re".split()
)
_NO_STOP = frozenset({"IT"})
"""Written so, these are names: information technology."""


def latin_terms(text: str, taken: Set[int] = frozenset()) -> Iterator[tuple[int, str]]:
    """Yields the terms of the Latin words of a text, and of words in other scripts than Hangul.

    The terms of one word come together: first the whole, then its parts, all at its beginning.

    Args:
        text: A normalised text.
        taken: Characters of which no word is wanted.
    """
    for match in LATIN.finditer(text):
        if match.start() not in taken:
            for term in _word(match.group()):
                yield match.start(), term
    for match in _OTHER_SCRIPT.finditer(text):
        yield match.start(), match.group().casefold()


def stem(word: str) -> str:
    """Returns the stem of an English word; anything else as it is."""
    if not (word.isascii() and word.isalpha() and len(word) > 3):
        return word
    with _STEMMING:
        return _stemmer().stemWord(word)


@cache
def _stemmer() -> Any:  # snowballstemmer picks its class at run time
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65_536)
def _word(word: str) -> tuple[str, ...]:
    return tuple(_readings(word))


def _readings(word: str) -> Iterator[str]:
    whole = _folded(word)
    if whole.partition("'")[0] not in _STOP or word in _NO_STOP:
        yield stem(whole)
    parts = [part for piece in _MARKS.split(word) for part in _parts(piece)]
    if len(parts) > 1:
        for part in parts:
            folded = _folded(part)
            scrap = len(part) < (_SHORTEST_NUMBER if part.isdigit() else 2)
            if not scrap and folded not in _STOP and folded != whole:
                yield stem(folded)


def _folded(word: str) -> str:
    """A word without case, possessive or the plural of an abbreviation: `VPCs` is `vpc`."""
    if _PLURAL.fullmatch(word):
        word = word[:-1]
    return word.casefold().removesuffix("'s")


def _parts(piece: str) -> list[str]:
    """Words inside a Latin word: `nodeSelector` is two, `EC2` and `IPv6` stay one."""
    if not _CAMEL.search(piece) or len(piece) < _SHORTEST_CAMEL:
        return [piece] if piece else []
    return _PART.findall(piece)
