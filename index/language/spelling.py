"""Words of a question that no note has, and the words of the notes they may be meant for.

    케쉬  ->  캐시          로드벨런서  ->  로드밸런서          CloudFornt  ->  cloudfront          브이피씨  ->  vpc

Korean is compared by sound, Latin by letters. A word that the notes have is never touched.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from index.language.jamo import is_hangul, jamo, read_aloud, sound, sounds
from index.language.latin import stem

MIXED_UP_COST = 0.2
"""What a letter of the same sound costs, where any other letter costs 1."""

READ_ALOUD = 0.95
"""How close a word of letters' names is to the letters: `디비` and `DB`."""

LEAST_CLOSENESS = 0.75
LEAST_CLOSENESS_LATIN = 0.8

_LATIN_WORD = re.compile(r"(?=.*[a-z])[a-z0-9]+")
_VOWELS = re.compile("[\u1161-\u1175]")
_SHORTEST_LATIN = 4
_SPOKEN = re.compile(r"(?=.{2})(?=.*[a-z])[가-힣]*[a-z0-9]{1,6}[가-힣]*")
"""Words with few Latin letters, which are spoken letter by letter; longer ones are spoken as words."""

_FREE_SYLLABLES = 3
"""Shorter Korean words may differ in vowels of one sound only: two syllables have too many neighbours."""


_MOST_GONE = 2
"""Words that went stay in the lists of the next spellers until there are as many of them as of others."""


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the notes that an unknown word may be meant for.

    Attributes:
        term: A term of the index, or the key of a name.
        closeness: How near it is, up to 1.
        is_name: Whether it is a name's key (`squeeze`) and no term.
    """

    term: str
    closeness: float
    is_name: bool


@dataclass(frozen=True, slots=True)
class _Forms:
    """The words whose comparison form has one length.

    Attributes:
        forms: Their forms.
        words: The words, in the same order.
        letters: The letters of each form as a set of 64 bits, (words,).
    """

    forms: tuple[str, ...]
    words: tuple[str, ...]
    letters: npt.NDArray[np.uint64]


class Speller:
    """Finds the words of an index that are near to a word it does not have.

    Build it at the first question, and the next one from it when the index has changed.

    Attributes:
        frequencies: In how many passages each term occurs.
        names: Keys of names, each once.
    """

    def __init__(
        self, frequencies: Mapping[str, int], names: Iterable[str] = (), before: "Speller | None" = None
    ) -> None:
        """Reads the words.

        Args:
            frequencies: In how many passages each term occurs.
            names: Keys of names.
            before: The speller of an earlier state of the index, whose words are not read again.
        """
        self.frequencies = frequencies
        self.names = dict.fromkeys(names, True)
        words = dict.fromkeys((*(term for term in frequencies if term[:1] != "@"), *self.names))
        if before is not None and len(before._words) > _MOST_GONE * len(words):
            before = None
        known = before._words if before else {}
        fresh = [word for word in words if word not in known]
        hangul = [word for word in fresh if is_hangul(word)]
        latin = [word for word in fresh if len(word) >= _SHORTEST_LATIN and _is_latin(word)]
        self._words: Mapping[str, None] = {**known, **dict.fromkeys(fresh)}
        self._sounds = _joined(before._sounds if before else {}, _by_length(sounds(hangul), hangul))
        self._latin = _joined(before._latin if before else {}, _by_length(latin, latin))
        self._aloud = dict(before._aloud) if before else {}
        for heard, spoken in _read_aloud(fresh).items():
            self._aloud[heard] = [*self._aloud.get(heard, ()), *spoken]

    def knows(self, word: str) -> bool:
        """Says whether the index has a word, as a term or a name."""
        return word in self.names or self.frequencies.get(word, 0) > 0

    def near(self, word: str, limit: int = 3) -> tuple[Near, ...]:
        """Returns what a word may be meant for, the nearest first; nothing for a word the index has.

        Args:
            word: A squeezed word.
            limit: Most words.
        """
        if self.knows(word):
            return ()
        found = self._near_hangul(word) if is_hangul(word) else self._near_latin(word)
        here = (
            pair for pair in found.items() if self.knows(pair[0])
        )  # some may have gone since they were read
        ranked = sorted(here, key=lambda pair: (-pair[1], -self.frequencies.get(pair[0], 0), pair[0]))
        return tuple(
            Near(term, closeness, not self.frequencies.get(term, 0)) for term, closeness in ranked[:limit]
        )

    def _near_hangul(self, word: str) -> dict[str, float]:
        form, spelling = sound(word), jamo(word)
        found: dict[str, float] = {}
        for other in self._aloud.get(form, ()):
            mixed_up = OSA.distance(spelling, jamo(read_aloud(other)))
            found[other] = READ_ALOUD - MIXED_UP_COST * mixed_up / len(spelling)
        for other, distance in _within(form, self._sounds, _most_different_sounds(word)):
            other_spelling = jamo(other)
            mixed_up = max(0, OSA.distance(spelling, other_spelling) - distance)
            longest = max(len(spelling), len(other_spelling))
            closeness = 1 - (distance + MIXED_UP_COST * mixed_up) / longest
            free = min(len(word), len(other)) >= _FREE_SYLLABLES
            if closeness >= LEAST_CLOSENESS and (free or (not distance and _alike(word, other))):
                found[other] = max(closeness, found.get(other, 0.0))
        return found

    def _near_latin(self, word: str) -> dict[str, float]:
        if not _is_latin(word) or len(word) < _SHORTEST_LATIN:
            return {}
        digits = [ch for ch in word if ch.isdigit()]
        found: dict[str, float] = {}
        for form in dict.fromkeys((word, stem(word))):
            for other, distance in _within(form, self._latin, 1 if len(form) < 8 else 2):
                closeness = 1 - distance / max(len(form), len(other))
                begins_alike = other[0] == form[0] or other[:2] == form[1::-1]
                alike = begins_alike and [ch for ch in other if ch.isdigit()] == digits
                if alike and closeness >= LEAST_CLOSENESS_LATIN:
                    found[other] = max(closeness, found.get(other, 0.0))
        return found


def _alike(word: str, other: str) -> bool:
    """Says whether two short words differ in vowels only: `케쉬` is `캐시`, but `파드` is not `파트`."""
    return _VOWELS.sub("", jamo(word)) == _VOWELS.sub("", jamo(other))


def _is_latin(word: str) -> bool:
    return _LATIN_WORD.fullmatch(word) is not None


def _most_different_sounds(word: str) -> int:
    return 0 if len(word) < _FREE_SYLLABLES else min(3, len(word) // 2)


def _by_length(forms: Sequence[str], words: Sequence[str]) -> dict[int, _Forms]:
    pairs: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for form, word in zip(forms, words, strict=True):
        if form:
            pairs[len(form)].append((form, word))
    found: dict[int, _Forms] = {}
    for length, part in pairs.items():
        same_length = tuple(form for form, _ in part)
        found[length] = _Forms(same_length, tuple(word for _, word in part), _letters(same_length))
    return found


def _joined(before: Mapping[int, _Forms], fresh: Mapping[int, _Forms]) -> dict[int, _Forms]:
    """Puts fresh words behind those of an earlier speller, length by length."""
    joined = dict(before)
    for length, more in fresh.items():
        part = joined.get(length)
        joined[length] = (
            more
            if part is None
            else _Forms(
                part.forms + more.forms,
                part.words + more.words,
                np.concatenate([part.letters, more.letters]),
            )
        )
    return joined


def _letters(forms: Sequence[str]) -> npt.NDArray[np.uint64]:
    """The sets of letters of forms of one length; letters may share a bit."""
    codes = np.array(forms, dtype=np.str_).view(np.uint32).reshape(len(forms), -1).astype(np.uint64)
    return np.bitwise_or.reduce(np.uint64(1) << (codes % np.uint64(64)), axis=1)


def _within(form: str, by_length: Mapping[int, _Forms], most: int) -> Iterator[tuple[str, int]]:
    """Yields the words whose forms are at most so many edits away, with how many."""
    if not form:
        return
    wanted = _letters([form])[0]
    for length in range(len(form) - most, len(form) + most + 1):
        if (part := by_length.get(length)) is None:
            continue
        # An edit changes two letters of the set at most, so few words are left to be compared.
        for place in np.flatnonzero(np.bitwise_count(part.letters ^ wanted) <= 2 * most):
            distance = OSA.distance(form, part.forms[place], score_cutoff=most)
            if distance <= most:
                yield part.words[place], distance


def _read_aloud(words: Iterable[str]) -> dict[str, list[str]]:
    """Words that hold Latin letters, by the sound of the letters' names."""
    spoken = [word for word in words if _SPOKEN.fullmatch(word)]
    found: dict[str, list[str]] = defaultdict(list)
    for heard, word in zip(sounds([read_aloud(word) for word in spoken]), spoken, strict=True):
        found[heard].append(word)
    return dict(found)
