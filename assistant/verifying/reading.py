"""A sentence to what can be compared: its words with their part in it, numbers, negations, clauses.

S3는 폴더가 없고, 버킷은 비공개이다   ->   [S3 폴더(not)] [버킷 공개(not)]
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.verifying import english, korean
from assistant.verifying.quantities import Quantity, quantities
from assistant.verifying.words import INSIDE, Word, content_words
from index.terms import TermReader
from index.text import has_hangul, normalise

__all__ = ["INSIDE", "Reading", "Statement", "Word", "read"]

_LISTED = re.compile(r"(?:, ?|[와과나] | 같은 | 및 |·|(?<![가-힣a-z])[A-Z][A-Za-z0-9]* )$")


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of a sentence with one subject.

    Attributes:
        words: Its words in order.
        quantities: Its numbers in order.
        cuts: Where its clauses begin, the first too.
        marks: What it claims beyond its words: `only`, `all`, `most`, `must`, `can`.
        denied: Whether what it says in the end is denied.
        denials: How many words of denial it has.
        topic: What it is about, as far as the text marks it.
        subject: The same with all that stands before it: `실행 중인 인스턴스는`.
        inherits: It goes on with the subject of the one before.
        text: Its own text.
        start: First character.
        sides: For each kind of order the words on either side: (kind, before, after).
    """

    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    cuts: tuple[int, ...]
    marks: frozenset[str]
    denied: bool
    topic: tuple[Word, ...]
    subject: tuple[Word, ...]
    inherits: bool
    text: str
    start: int
    sides: tuple[tuple[str, tuple[Word, ...], tuple[Word, ...]], ...] = ()
    denials: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence, read.

    Attributes:
        text: Normalised.
        hangul: Whether it is Korean.
        statements: Its parts, in order.
        pool: Every key its words may go by.
    """

    text: str
    hangul: bool
    statements: tuple[Statement, ...]
    pool: frozenset[str]


@lru_cache(maxsize=2048)
def read(text: str, reader: TermReader) -> Reading:
    """Reads one sentence."""
    hangul = has_hangul(text)
    language = korean if hangul else english
    plain = language.rewritten(normalise(text))
    numbers = quantities(plain)
    morphemes = reader.line(plain).morphemes
    words = content_words(plain, reader, numbers, hangul)
    numbers = tuple(
        q for q in numbers if not any(w.kind == "name" and w.start <= q.start < w.end for w in words)
    )
    if hangul:
        words = tuple(w for w in words if not korean.is_marker(w.key, w.start, morphemes))
    words = tuple(replace(w, many=language.MANY.search(plain, 0, w.start) is not None) for w in words)
    spans = [(word.start, word.end, word.kind == "name") for word in words]
    denials = language.denials(plain, morphemes, spans)
    words = tuple(replace(w, negated=denials.count(w.start) % 2 == 1) for w in words)
    words = tuple(replace(w, role=language.role(plain, morphemes, w.start, w.end)) for w in words)
    words = tuple(_with_list_roles(words, plain))
    starts, inherits, cuts = language.parts(plain, morphemes)
    cuts = sorted({*cuts, *_between_numbers(plain, numbers, language.NUMBER_JOINT)})
    statements: list[Statement] = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(plain)
        own = tuple(w for w in words if start <= w.start < end)
        topic_start, topic_end = language.topic(plain, morphemes, start, end)
        statements.append(
            Statement(
                words=own,
                quantities=tuple(q for q in numbers if start <= q.start < end),
                cuts=(start, *(cut for cut in cuts if start < cut < end)),
                marks=language.marks(plain[start:end]),
                denied=language.denied(plain, morphemes, start, end, own[-1].negated if own else False,
                                       any(w.negated for w in own)),
                topic=tuple(w for w in own if topic_start <= w.start < topic_end),
                subject=tuple(w for w in own if topic_start < topic_end and w.start < topic_end),
                inherits=inherits[number],
                text=plain[start:end],
                start=start,
                denials=sum(start <= place < end for place in denials),
                sides=tuple(_sides(language.orders(plain, morphemes, start, end), own)),
            )
        )  # fmt: skip
    pool = frozenset(key for word in words for way in word.ways for key in way)
    return Reading(plain, hangul, tuple(statements), pool | frozenset(reader.terms(plain)))


def _with_list_roles(words: Sequence[Word], text: str) -> Iterator[Word]:
    """Gives the items of a list the part of its last: `S3, Redshift 같은 목적지에`."""
    following: Word | None = None
    found = list[Word]()
    for word in reversed(words):
        listed = following is not None and _LISTED.search(text, word.start, following.start)
        if listed and following and not word.role:
            word = replace(word, role=following.role)
        found.append(word)
        following = word
    yield from reversed(found)


def _between_numbers(text: str, numbers: Sequence[Quantity], joint: re.Pattern[str]) -> Iterator[int]:
    """Yields where a clause begins because a number stands on each side: `30초이고 최대 12시간`."""
    for match in joint.finditer(text):
        before = any(q.end <= match.start() for q in numbers)
        if before and any(q.start >= match.end() for q in numbers):
            yield match.end()


def _sides(
    orders: Iterable[tuple[str, tuple[int, int], tuple[int, int]]], words: Sequence[Word]
) -> Iterator[tuple[str, tuple[Word, ...], tuple[Word, ...]]]:
    for kind, first, second in orders:
        before = tuple(w for w in words if first[0] <= w.start < first[1])
        after = tuple(w for w in words if second[0] <= w.start < second[1])
        yield kind, before, after
