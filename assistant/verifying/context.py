"""What the headings over a sentence add to it: the thing it speaks of, without its siblings.

# CloudWatch와 CloudTrail   >   ## CloudTrail   >   "누가 API를 호출했는지 기록한다"     adds CloudTrail only
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.verifying.quantities import Quantity
from assistant.verifying.reading import Word, read
from index.terms import TermReader

_SEVERAL = re.compile(r"[가-힣)](?:와|과) |, | and |[·/]| vs ")
"""A heading of several things adds names only: `중지와 종료는 다르다` is about both."""


@dataclass(frozen=True, slots=True)
class Context:
    """Words and numbers that stand over a sentence.

    Attributes:
        keys: Keys of its words and names.
        quantities: Its numbers.
        text: The headings, one after the other.
    """

    keys: frozenset[str]
    quantities: tuple[Quantity, ...]
    text: str


@lru_cache(maxsize=1024)
def context_of(title: str, headings: Sequence[str], reader: TermReader) -> Context:
    """Returns what a note's title and a heading path add to a sentence below them.

    Of a heading that names several things, one that a deeper heading takes up is added alone.
    """
    keys: set[str] = set()
    numbers: list[Quantity] = []
    deeper: set[str] = set()
    for heading in reversed((title, *headings)):
        words = [w for s in read(heading, reader).statements for w in s.words]
        named = {word.key for word in words if word.kind == "name"}
        kept = named & deeper if len(named) > 1 and named & deeper else named
        keys |= _keys(words, kept, alone=not _SEVERAL.search(heading))
        deeper |= kept
        numbers += [q for s in read(heading, reader).statements for q in s.quantities]
    return Context(frozenset(keys), tuple(numbers), " ".join((title, *headings)))


def _keys(words: Sequence[Word], kept: set[str], *, alone: bool) -> set[str]:
    return {
        key for word in words if (word.key in kept if word.kind == "name" else alone) for key in word.keys
    }
