"""Known names in a text: they stand at the borders of words and morphemes only.

`서울` is not in `서울대`, `S3` not in `S3Express`, but both `람다` and `S3` are found with any particle.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Generic, TypeVar

from index.language.latin import LATIN
from index.language.morphemes import NOUNS, Morpheme
from index.language.particles import tail_starts
from index.text import squeeze

_Named = TypeVar("_Named")

_LATIN_RUN = re.compile(r"[A-Za-z0-9]+")
_HANGUL_RUN = re.compile(r"[가-힣]+")
_LONGEST_NAME = 48


@dataclass(frozen=True, slots=True)
class NameMatch(Generic[_Named]):
    """A known name found in a text: where in the normalised text, and what it names."""

    start: int
    end: int
    value: _Named


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, made ready to look names up in it.

    Attributes:
        text: The normalised line.
        morphemes: Its morphemes.
        starts: Where a name may begin, in reading order.
        ends: Where a name may end, in reading order.
        squeezed: `squeeze(text)`.
        places: Where each character of the text went in `squeezed`; one more for the end.
    """

    text: str
    morphemes: tuple[Morpheme, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    squeezed: str
    places: tuple[int, ...]


def read_line(text: str, morphemes: tuple[Morpheme, ...], seams: Set[int] = frozenset()) -> Line:
    """Finds the borders of a normalised line.

    Args:
        text: A normalised text.
        morphemes: Its morphemes.
        seams: Further places where one word ends and another begins.
    """
    starts, ends = _borders(text, morphemes)
    starts |= seams
    ends |= seams
    # Squeezed once, with where each character went: a long text has a million pieces to look up.
    pieces = [_squeezed(ch) for ch in text]
    places = (0, *accumulate(map(len, pieces)))
    return Line(text, morphemes, tuple(sorted(starts)), tuple(sorted(ends)), "".join(pieces), places)


def openings(names: Iterable[str]) -> dict[str, int]:
    """Returns the first two characters of the names, with the length of the longest that begins so.

    Most places of a text begin no name, and few names are long.
    """
    found: dict[str, int] = {}
    for name in names:
        found[name[:2]] = max(len(name), found.get(name[:2], 0))
    return found


def mentions(
    line: Line, known: Mapping[str, _Named], openings: Mapping[str, int] | None = None
) -> list[NameMatch[_Named]]:
    """Finds known names, the longest first where they overlap.

    Args:
        line: A line of text.
        known: From `squeeze(name)` to what it names.
        openings: `openings(known)`, for one who looks up the same names in many lines.
    """
    found: list[NameMatch[_Named]] = []
    reached = 0
    for start in line.starts:
        if start < reached:
            continue
        for end in reversed(_ends(line, start, openings)):
            if (value := _lookup(_key(line, start, end), known)) is not None:
                found.append(NameMatch(start, end, value))
                reached = end
                break
    return found


def standing_words(line: Line, words: Set[str], openings: Mapping[str, int]) -> Iterator[NameMatch[str]]:
    """Yields every known word that stands in a line, also where it overlaps another one.

    Whether a word is found depends on the line and that word alone.

    Args:
        line: A line of text.
        words: Squeezed words.
        openings: `openings(words)`.
    """
    if not words:
        return
    for start in line.starts:
        for end in _ends(line, start, openings):
            if (key := _key(line, start, end)) in words:
                yield NameMatch(start, end, key)


def _ends(line: Line, start: int, openings: Mapping[str, int] | None) -> Sequence[int]:
    """Where a name that begins at `start` may end, in reading order."""
    place = line.places[start]
    longest = _LONGEST_NAME if openings is None else openings.get(line.squeezed[place : place + 2], 0)
    if not longest:
        return ()
    first = bisect_right(line.ends, start)
    last = bisect_right(line.ends, place + longest + 1, first, key=line.places.__getitem__)
    return line.ends[first:last]


def _key(line: Line, start: int, end: int) -> str:
    return line.squeezed[line.places[start] : line.places[end]]


_squeezed = lru_cache(maxsize=16_384)(squeeze)
"""One character at a time: there are not many different ones."""


def _lookup(key: str, known: Mapping[str, _Named]) -> _Named | None:
    if not key:
        return None
    value = known.get(key)
    if value is None and key.endswith("s") and key.isascii() and len(key) > 3:
        return known.get(key[:-1])
    return value


def _borders(text: str, morphemes: tuple[Morpheme, ...]) -> tuple[set[int], set[int]]:
    starts: set[int] = set()
    ends: set[int] = set()
    for match in _LATIN_RUN.finditer(text):
        starts.add(match.start())
        ends.add(match.end())
    inside_nouns: set[int] = set()
    latin = (match.span() for match in LATIN.finditer(text)) if starts and morphemes else ()
    inside_latin = {place for span in latin for place in range(*span)}
    for m in morphemes:
        mark = m.tag.startswith("S") and not m.tag.startswith(("SL", "SH", "SN"))
        if mark or m.start in inside_latin or m.start == m.end:
            continue
        starts.add(m.start)
        ends.add(m.end)
        if m.known and m.tag in NOUNS:
            inside_nouns.update(range(m.start + 1, m.end))
    # Kiwi takes a particle into a name it does not know: `콜드브루란`.
    for match in _HANGUL_RUN.finditer(text) if morphemes else ():
        starts.add(match.start())
        places = (match.start() + i for i in tail_starts(match.group()))
        ends.update(place for place in places if place not in inside_nouns)
    return starts, ends
