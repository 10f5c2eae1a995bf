"""Korean and English text to search terms, the same for notes and questions.

    S3는 버킷에 객체를 담는다  ->  s3  @s3  버킷  @bucket  객체  담-

Hangul is read by Kiwi's morphemes, so particles and endings never hide a word. Latin words and
compounds are kept whole and in parts; Latin is cut where it touches Hangul. A number with its unit
is one term. Verbs and adjectives are their stems with a hyphen. A name of the glossary adds a term
of its own (`@s3`), which joins every spelling in both languages; a word that the vault itself gives
a name to is one term, whatever Kiwi makes of it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import cached_property, lru_cache
from typing import TypeVar

from index.glossary import Entry
from index.language.amounts import amounts
from index.language.hangul import hangul_terms, seams
from index.language.latin import latin_terms, stem
from index.language.mentions import Line, NameMatch, mentions, openings, read_line, standing_words
from index.language.morphemes import NOUNS, MorphemeReader
from index.text import has_hangul, normalise, squeeze

__all__ = ["TERMS_VERSION", "NameMatch", "TermReader", "stem"]

_Named = TypeVar("_Named")
_Placed = tuple[tuple[int, str], ...]

TERMS_VERSION = 5
"""Raised when the same text gives other terms, so that an older index is read again."""

_BETWEEN_LINES = re.compile("(\n| > )")
"""Blocks of a passage and headings of a path are read apart: none is the other's context."""

_NOMINAL = (*NOUNS, "XPN", "XSN", "SL", "SN")
_SHORT_WORD = 3
"""A lone syllable in a word no longer than this is no noun of its own: `리` and `전` in `리전`."""

_REMEMBERED_LINES = 4096
_READY_LINES = 256


class TermReader:
    """Reads terms and names off text; any thread may. Loading Kiwi takes 2 seconds, at the first text.

    Attributes:
        glossary: Services and concepts with their spellings.
        entries: From `squeeze(name)` to the id of its entry.
        words: The vault's own words, squeezed: `names.vault_words`. A text that holds none of them
            has the same terms without them.
        morphemes: Where morphemes come from; several readers may share one.
    """

    def __init__(
        self,
        glossary: tuple[Entry, ...] = (),
        words: Set[str] = frozenset(),
        morphemes: MorphemeReader | None = None,
    ) -> None:
        self.glossary = glossary
        self.entries, hangul = _entries(glossary)
        self.words = frozenset(words)
        self.morphemes = morphemes or MorphemeReader()
        self._standing = self.words | hangul
        self._openings = openings(self._standing)
        self._entry_openings = openings(self.entries)

    @cached_property
    def version(self) -> str:
        """Identity of the reading: the same version and words give the same terms for the same text."""
        names = repr(sorted(self.entries.items())).encode()
        digest = hashlib.sha256(names).hexdigest()[:12]
        return f"{TERMS_VERSION}-{self.morphemes.version}-{digest}"

    def with_words(self, words: Set[str]) -> "TermReader":
        """Returns a reader with other words of the vault, which shares what is loaded."""
        return self if words == self.words else TermReader(self.glossary, words, self.morphemes)

    def preload(self) -> None:
        """Loads Kiwi in the background, so that the first text need not wait for it."""
        self.morphemes.preload()

    def terms(self, text: str) -> tuple[str, ...]:
        """Returns the terms of a text in reading order, repeated as often as they occur.

        >>> TermReader().terms("EC2를 쓰면 nodeSelector가")
        ('ec2', '쓰-', 'nodeselector', 'node', 'selector')
        """
        return tuple(term for _, term in self.placed_terms(text))

    def placed_terms(self, text: str) -> list[tuple[int, str]]:
        """Returns the terms with where each begins in `normalise(text)`, in reading order.

        Terms at one place are readings of one word: first the likeliest, then its parts, compounds
        that begin with it, and names.
        """
        return [(offset + start, term) for offset, line in _lines(text) for start, term in self._placed(line)]

    def names(self, text: str, known: Mapping[str, _Named]) -> list[NameMatch[_Named]]:
        """Finds known names in a text, the longest first where they overlap.

        A name stands only at word or morpheme borders: `서울` is not in `서울대`, `S3` not in
        `S3Express`, but both `람다` and `S3` are found with any particle glued on.

        Args:
            text: Any text; offsets are into `normalise(text)`.
            known: From `squeeze(name)` to what it names.
        """
        return [
            NameMatch(offset + match.start, offset + match.end, match.value)
            for offset, line in _lines(text)
            for match in mentions(self._ready(line), known)
        ]

    def line(self, text: str) -> Line:
        """Returns a text as one line with its morphemes and borders."""
        return self._ready(normalise(text))

    @cached_property
    def _ready(self) -> Callable[[str], Line]:
        """A question's terms and names are read off the same line."""

        def ready(text: str) -> Line:
            morphemes = self.morphemes.read(text)
            return read_line(text, morphemes, seams(morphemes, self.morphemes, self._standing))

        return lru_cache(maxsize=_READY_LINES)(ready)

    @cached_property
    def _placed(self) -> Callable[[str], _Placed]:
        """Headings come again with every passage below them, lines with every edit of their note."""
        return lru_cache(maxsize=_REMEMBERED_LINES)(self._read)

    def _read(self, text: str) -> _Placed:
        line = self._ready(text)
        numbers = list(amounts(text, line.morphemes))
        found = [(amount.start, term) for amount in numbers for term in amount.terms]
        taken = {place for amount in numbers for place in range(amount.start, amount.end)}
        found += latin_terms(text, taken)
        standing = list(standing_words(line, self._standing, self._openings))
        scraps, inside = _mended(line, standing)
        hangul = hangul_terms(text, line.morphemes, self.morphemes, self._standing)
        found += [pair for pair in hangul if pair[0] not in scraps and pair[0] not in taken]
        told = set(found)
        named = [(match, match.value) for match in standing]
        named += [(m, f"@{m.value}") for m in mentions(line, self.entries, self._entry_openings)]
        for match, term in named:
            if match.start not in inside and match.end not in inside and (match.start, term) not in told:
                found.append((match.start, term))
        return tuple(sorted(found, key=lambda pair: pair[0]))


def _mended(line: Line, standing: Iterable[NameMatch[str]]) -> tuple[set[int], set[int]]:
    """What Kiwi broke of words that it does not know.

    Returns:
        Where the scraps begin, verbs and lone syllables; and the places inside such words, where no
        other word may begin or end: `람다` is not in `람다식`, whatever Kiwi makes of it.
    """
    scraps: set[int] = set()
    inside: set[int] = set()
    for match in standing:
        if " " in line.text[match.start : match.end]:
            continue
        pieces = [m for m in line.morphemes if match.start <= m.start < match.end]
        broken = len(pieces) > 1 and (
            match.end - match.start <= _SHORT_WORD or any(m.tag not in _NOMINAL for m in pieces)
        )
        scraps |= {m.start for m in pieces if m.tag not in NOUNS or (broken and m.end - m.start < 2)}
        if broken:
            inside.update(range(match.start + 1, match.end))
    return scraps, inside


@lru_cache(maxsize=8)
def _entries(glossary: tuple[Entry, ...]) -> tuple[Mapping[str, str], frozenset[str]]:
    """Returns `TermReader.entries` and its keys with Hangul, once: a sync makes several readers of one glossary."""
    entries = {squeeze(name): entry.id for entry in glossary for name in entry.names}
    return entries, frozenset(name for name in entries if has_hangul(name))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yields each line, normalised, with where it begins in `normalise(text)`."""
    offset = 0
    for piece in _BETWEEN_LINES.split(text):
        if piece == " > ":
            offset += len("> ")
        elif line := normalise(piece):
            yield offset, line
            offset += len(line) + 1
