"""Quotations: what stands in quote marks stands in a note, character for character, and in the one named."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from assistant.verifying.likeness import Reason
from assistant.verifying.sources import Source
from index.text import squeeze

_QUOTED = re.compile(
    r"“([^“”]+)”|‘([^‘’]+)’|「([^「」]+)」|『([^『』]+)』|\"([^\"]+)\"|(?<![\w])'([^']+)'(?![A-Za-z])|(?:^|\n)\s*>\s*([^\n]+)"
)
_SHORTEST = 12
"""Letters from which on words in quote marks are a quotation; shorter ones are names and terms."""

_NOTE = re.compile(r"노트|메모|필기|\bnotes?\b", re.IGNORECASE)
_QUOTING = re.compile(r"^\s?(?:이?라고|이?라는|라며|고|는)(?=[ ,.]|$)")
"""The particles that mark what stands before them as quoted."""

_END_MARKS = " .,!?。…"


@dataclass(frozen=True, slots=True)
class Quotation:
    """What stands in quote marks, and where in the sentence, marks and all."""

    text: str
    start: int
    end: int


def quotations(sentence: str) -> tuple[Quotation, ...]:
    """Returns the quotations of a sentence; a quoted name or term is none.

    >>> [quote.text for quote in quotations('노트에 “버킷은 한 리전에 만들어진다”라고 적혀 있다')]
    ['버킷은 한 리전에 만들어진다']
    """
    return tuple(_found(sentence))


def _found(sentence: str) -> Iterator[Quotation]:
    for match in _QUOTED.finditer(sentence):
        text = next(group for group in match.groups() if group is not None).strip()
        if len(squeeze(text)) >= _SHORTEST and " " in text:
            yield Quotation(text, match.start(), match.end())


def without(sentence: str, quotes: Sequence[Quotation]) -> str:
    """Returns a sentence without its quotations."""
    for quote in reversed(quotes):
        rest = _QUOTING.sub("", sentence[quote.end :], count=1)
        sentence = f"{sentence[: quote.start]} {rest}"
    return " ".join(sentence.split())


def holders(quote: Quotation, sources: Sequence[Source]) -> list[Source]:
    """Returns the sentences in which a quotation stands, or begins where it goes on in its block."""
    said = quote.text.rstrip(_END_MARKS)
    return [
        s for s in sources if said in s.text or said in s.raw or (s.english is not None and said in s.english)
    ] or [s for s in sources if said in s.paragraph and said.startswith(s.text[:_SHORTEST])]


def misplaced(
    frame: str, found: Sequence[Source], sources: Sequence[Source], marked: Collection[int]
) -> Reason | None:
    """Returns why a quotation is not from where the sentence says; None where it may be.

    Args:
        frame: The sentence without the quotation.
        found: The places that hold it.
        sources: All places.
        marked: Numbers of the passages that the sentence's markers name.
    """
    notes = {s.note for s in found}
    if marked and not notes & {s.note for s in sources if s.passage in marked}:
        return "attribution"
    if _NOTE.search(frame):
        said = squeeze(frame)
        titles = {s.note: squeeze(s.title) for s in sources}
        named = {note for note, title in titles.items() if title and title in said}
        longest = {
            n for n in named if not any(titles[n] != titles[m] and titles[n] in titles[m] for m in named)
        }
        if longest and not notes & longest:
            return "attribution"
    return None
