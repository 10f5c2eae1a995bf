"""Service names in both languages: where an answer first names a service, its other name is shown behind it.

    람다는 코드를 실행한다.   ->   람다(AWS Lambda)는 코드를 실행한다.

The quote itself stays as the notes have it: the other name is kept beside the sentence and put in where the
sentence is shown. The particle stays as it was, by the name in front, as people write it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.answers import Gloss, Sentence
from index.glossary import Entry
from index.language.particles import is_tail
from index.opened import Index
from index.search import name_things
from index.terms import NameMatch, TermReader
from index.text import has_hangul, normalise, squeeze

_SHOWN = ("paragraph", "item", "step", "subitem")
_FEWEST_SERVICES = 3
"""With fewer services of the glossary and no word of its vendor, notes are about something else: 오로라 shines."""

_VENDOR = ("aws", "amazon")

_SPELLED = re.compile(
    r"(?:에이치|에이|비|씨|시|디|이|에프|지|아이|제이|케이|엘|엠|엔|오|피|큐|알|에스|티|유|브이|더블유|엑스|와이|제트|투|쓰리|53)+"
)
"""A name that is only its letters read out, `에스쓰리`, tells nobody anything."""

_OPENS = re.compile(r"(?:^|: )[\"'“‘(]?(?:(?:AWS|Amazon|아마존)\s)?$")
"""What may stand before the name that a sentence opens with: nothing, or a lead."""

_GOES_ON = re.compile(r"\s(?!(?:은|는|이|가|을|를|의|와|과|도)\s)[가-힣A-Za-z0-9]")
_ARTICLE = re.compile(r"\b(?:an?|the|each|every|your|this)\s$", re.IGNORECASE)
_GLUED = re.compile(r"[가-힣]+")

_EXPLAINED = re.compile(r"\s?\(")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,4}")


def with_names(index: Index, question: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Returns an answer in which services have both names at first mention.

    Those asked about have, and those that a sentence opens with. What the notes name in both languages
    themselves is left as it is.

    Args:
        index: The open index, locked by the caller.
        question: What was asked, normalised.
        sentences: The answer, in one language.
    """
    services = _services(index.reader)
    if not _is_about_them(index, services):
        return tuple(sentences)
    asked = {thing.entry for thing in name_things(index, question)}
    told: set[str] = set()
    return tuple(
        replace(sentence, names=tuple(_glosses(index, sentence.text, services, asked, told)))
        if sentence.form in _SHOWN and normalise(sentence.text) == sentence.text
        else sentence
        for sentence in sentences
    )


@lru_cache(maxsize=4)
def _services(reader: TermReader) -> dict[str, Entry]:
    return {entry.id: entry for entry in reader.glossary if entry.kind == "service"}


def _is_about_them(index: Index, services: dict[str, Entry]) -> bool:
    """Whether the notes are about the glossary's services, and do not only share a word with it."""
    frequency = index.snapshot.frequency
    if any(frequency(word) for word in _VENDOR):
        return True
    return sum(frequency(f"@{name}") > 0 for name in services) >= _FEWEST_SERVICES


def _glosses(
    index: Index, text: str, services: dict[str, Entry], asked: set[str | None], told: set[str]
) -> Iterator[Gloss]:
    """The other names of the services that a sentence names first; those it explains itself are told, too."""
    found = [m for m in index.reader.names(text, index.reader.entries) if m.value in services]
    for match in found:
        if match.value in told:
            continue
        if _is_explained(text, match, found):
            told.add(match.value)
        elif _is_part_of_a_name(services[match.value], text, match):
            continue
        elif match.value in asked or _OPENS.search(text, 0, match.start):
            told.add(match.value)
            if name := other_name(services[match.value], text[match.start : match.end], text):
                yield Gloss(match.end, name)


def _is_part_of_a_name(entry: Entry, text: str, match: NameMatch[str]) -> bool:
    """Whether a longer name was meant: `S3 스토리지 클래스`, `람다 함수`, `a Lambda function`."""
    if squeeze(text[match.start : match.end]) not in map(squeeze, (entry.en, *entry.ko, *entry.abbr)):
        return True
    if not has_hangul(text):
        return _ARTICLE.search(text, 0, match.start) is not None and text[match.end : match.end + 1] == " "
    glued = _GLUED.match(text, match.end)
    return _GOES_ON.match(text, match.end) is not None or (glued is not None and not is_tail(glued[0]))


def _is_explained(text: str, match: NameMatch[str], others: Sequence[NameMatch[str]]) -> bool:
    """Whether a sentence has a name in brackets behind it, or calls the same by another name as well."""
    label = squeeze(text[match.start : match.end])
    twice = any(m.value == match.value and squeeze(text[m.start : m.end]) != label for m in others)
    return twice or _EXPLAINED.match(text, match.end) is not None


def other_name(entry: Entry, label: str, text: str) -> str:
    """Returns what a service is called in the other language; empty where it has no name worth showing.

    Letters in a Korean sentence are written out, as people do in Korean notes: `EC2(Elastic Compute Cloud)`.

    Args:
        entry: The service.
        label: What the sentence calls it.
        text: The sentence.
    """
    if has_hangul(label):
        return entry.en
    if has_hangul(text) and _ACRONYM.fullmatch(label):
        written_out = next((n for n in (entry.en, *entry.abbr) if " " in n and label not in n), "")
        if written_out:
            return written_out
    return next((n for n in entry.ko if not _SPELLED.fullmatch(n) and label not in n), "")
