"""The words of a sentence that carry content, each with all the ways to say it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.verifying import korean
from assistant.verifying.quantities import Quantity
from index.language.latin import LATIN
from index.terms import TermReader

Role = Literal["topic", "subject", "object", "than", "from", "to", "of", ""]


WordKind = Literal["name", "noun", "verb", "latin", "adverb"]

INSIDE = "~"
"""Before a word that stands inside a name."""

_SOFT_SUFFIXES = frozenset("적 형 별 식 상 들 씩 용 성".split())

_CAPITAL = re.compile(r"(?<![A-Za-z0-9])[A-Z](?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word that carries content.

    Attributes:
        start: First character in the text.
        end: Where the next word begins at the latest.
        ways: Each a set of keys that together say the word: whole, in parts, as a name.
        kind: A name of the glossary, a noun, a verb or adjective, a Latin word, an adverb.
        negated: Whether the text denies it.
        role: Its part in the clause, as particles or prepositions tell.
        many: It is said to be several.
    """

    start: int
    end: int
    ways: tuple[frozenset[str], ...]
    kind: WordKind
    negated: bool = False
    role: Role = ""
    many: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """All it may be looked up by; the parts of a name are marked."""
        if self.kind != "name":
            return frozenset(key for way in self.ways for key in way)
        return self.ways[0] | {INSIDE + key for way in self.ways[1:] for key in way}

    @property
    def key(self) -> str:
        """The word's first reading, for people and for sets."""
        return min(self.ways[0])


def content_words(
    text: str, reader: TermReader, numbers: Sequence[Quantity], hangul: bool
) -> tuple[Word, ...]:
    """The content words in order; a name of the glossary is one word, whatever it is made of."""
    taken = {place for q in numbers for place in range(q.start, q.end)}
    grouped: dict[int, list[str]] = {}
    for start, term in reader.placed_terms(text):
        if not term.startswith("@"):
            grouped.setdefault(start, []).append(term)
    found: list[Word] = []
    reached = 0
    latin = {m.start(): m for m in LATIN.finditer(text)}
    names = {m.start: m for m in reader.names(text, reader.entries)}
    places = sorted({*grouped, *names})
    for number, start in enumerate(places):
        if start < reached:
            continue
        if start in names:
            name = names[start]
            parts = [
                (place, grouped[place]) for place in places if start <= place < name.end and place in grouped
            ]
            inner = frozenset(_whole(keys, place in latin) for place, keys in parts)
            ways = (frozenset({f"@{name.value}"}), *((inner,) if inner else ()))
            found.append(Word(start, name.end, ways, "name"))
            reached = name.end
        elif start not in taken:
            following = next((place for place in places[number + 1 :] if place > start), len(text))
            end = min(following, latin[start].end()) if start in latin else following
            plain = start in latin and not hangul and not _proper(text, latin[start])
            found.append(_word(start, end, grouped[start], start in latin, plain=plain))
    if hangul:
        found += [
            Word(m.start, m.end, (frozenset({m.form}),), "adverb")
            for m in korean.adverbs(reader.line(text).morphemes)
            if not any(w.start <= m.start < w.end and w.kind == "name" for w in found)
        ]
        found += [
            Word(m.start(), m.end(), (frozenset({m.group()}),), "latin")
            for m in _CAPITAL.finditer(text)
            if not any(w.start <= m.start() < w.end for w in found)
        ]
    return tuple(_joined(sorted(found, key=lambda word: word.start), text))


def _joined(words: Sequence[Word], text: str) -> Iterator[Word]:
    """Joins what Kiwi may have cut from a word it does not know: `빌드` is `빌` and `드` in some sentences."""
    held: Word | None = None
    for word in words:
        scrap = held is not None and (len(held.key) == 1 or len(word.key) == 1)
        if (
            held is not None
            and scrap
            and held.kind == word.kind == "noun"
            and text[held.start : word.start].isalpha()
        ):
            both = held.ways[0] | word.ways[0]
            held = replace(word, start=held.start, ways=(frozenset({held.key + word.key}), both))
            continue
        if held is not None:
            yield held
        held = word
    if held is not None:
        yield held


def _whole(keys: list[str], latin: bool) -> str:
    """What stands for a word inside a name."""
    return keys[0] if latin else min(keys, key=len)


def _proper(text: str, match: re.Match[str]) -> bool:
    """Whether a Latin word is a name or an identifier: by its capitals, digits or marks."""
    word = match.group()
    opens = match.start() == 0 or text[match.start() - 2 : match.start()] in (". ", ": ")
    return not word.islower() if not opens else not word[1:].islower() and len(word) > 1


def _word(start: int, end: int, keys: list[str], latin: bool, *, plain: bool = False) -> Word:
    if latin:
        whole, *parts = keys
        ways = (frozenset({whole}), *((frozenset(parts),) if len(parts) > 1 else ()))
        return Word(start, end, ways, "noun" if plain else "latin")
    if keys[0].endswith("-"):
        noun = keys[0].removesuffix("하-")
        ways = (frozenset({keys[0]}), *((frozenset({noun}),) if noun != keys[0] and len(noun) > 1 else ()))
        return Word(start, end, ways, "verb")
    own = [key for key in keys if len(key) <= max(end - start, 1)] or keys[:1]
    whole = max(own, key=len)
    ways = [frozenset({whole})]
    for key in own:
        rest = whole.removeprefix(key)
        if rest != whole and rest in _SOFT_SUFFIXES:
            ways.append(frozenset({key}))
        elif rest != whole and rest in own:
            ways.append(frozenset({key, rest}))
    return Word(start, end, tuple(dict.fromkeys(ways)), "noun")
