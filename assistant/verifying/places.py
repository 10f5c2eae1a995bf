"""The sentences of the notes in the language of what is said, the likeliest first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest

from assistant.verifying.context import Context, context_of
from assistant.verifying.quantities import same_numbers
from assistant.verifying.reading import Reading, read
from assistant.verifying.sources import Source
from index.terms import TermReader
from index.text import has_hangul, squeeze

_MOST_READ = 7
"""Places that are read closely: those that share most letters with the sentence, in all and for their length."""

_MIDDLING = 20
"""Letters that are added to a place's length, so that no short one wins by chance."""


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of the notes in one language."""

    source: Source
    text: str
    headings: tuple[str, ...]

    def reading(self, reader: TermReader) -> Reading:
        """Returns the sentence, read."""
        return read(self.text, reader)

    def context(self, reader: TermReader) -> Context:
        """Returns what its headings add."""
        return context_of(self.source.title, self.headings, reader)


def places_in(sources: Sequence[Source], hangul: bool) -> Iterator[Place]:
    """The sources in the sentence's language: an English sentence is held against the companion."""
    for source in sources:
        if has_hangul(source.text) == hangul:
            yield Place(source, source.text, source.headings)
        elif not hangul and source.english is not None:
            yield Place(source, source.english, source.english_headings)


def is_led(sentence: str, place: Place) -> bool:
    """Whether a sentence is a place's own, after the title of a heading over it."""
    lead, colon, rest = sentence.partition(": ")
    titles = {letters(title) for title in (place.source.title, *place.headings)}
    return bool(colon) and copies(rest, place.text) and squeeze(lead) in titles


def copies(sentence: str, text: str) -> bool:
    """Whether a sentence is a text but for spaces and marks."""
    return squeeze(sentence) == letters(text) and same_numbers(sentence, text)


def nearest_places(said: str, places: Sequence[Place]) -> list[Place]:
    """Returns the places that share most letters with what is said, the likeliest first."""
    wanted = _pairs(said)
    texts = [letters(place.text) for place in places]
    shared = [sum((wanted & _pairs(text)).values()) for text in texts]
    dense = [count / (len(text) + _MIDDLING) for count, text in zip(shared, texts, strict=True)]
    found = {
        i for scores in (shared, dense) for i in nlargest(_MOST_READ, range(len(places)), scores.__getitem__)
    }
    return [places[i] for i in sorted(found, key=lambda i: -dense[i]) if shared[i]]


def adjoining(places: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    """Yields each two places of which one follows the other."""
    for first in places:
        for second in places:
            if second.source.follows(first.source):
                yield first, second


@lru_cache(maxsize=8192)
def letters(text: str) -> str:
    """Returns the letters and digits of a text; each place is looked at once for every sentence."""
    return squeeze(text)


@lru_cache(maxsize=4096)
def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(max(1, len(text) - 1)))
