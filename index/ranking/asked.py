"""What a question asks for: the things it names, the words beside them, and the terms to look up.

람다 실행 시간이 얼마야?
    things  람다 (AWS Lambda), with every place that carries the name
    units   람다 (thing), 실행 (noun), 시간 (noun)
    words   {람다, @lambda}, {실행}, {시간}: the readings of each

A word that no note has is looked up as the words of the notes that it may be meant for.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.language.latin import LATIN
from index.language.respelling import Respelling, respellings
from index.language.spelling import Near
from index.opened import Index
from index.storage.rows import NamedPlace
from index.terms import NameMatch
from index.text import has_hangul, normalise

PLACE_SHARE = {"title": 1.0, "label": 0.3, "alias": 0.95, "heading": 0.8, "callout": 0.8, "definition": 0.5}
"""How surely a place is about the thing whose name it carries, by how it carries it."""

_COMMON_NAME = 3
"""A heading of more notes than this (`특징`, `요금`) names a property, not a thing."""

_LEAST_WEIGHT = 0.2
_MOST_UNKNOWN = 0.5
_SURE_NAME = 0.8
"""So near an unknown word must be to a name to be taken for it."""

UnitKind = Literal["thing", "concept", "name", "noun", "verb", "word"]

Word = Mapping[str, float]
"""The terms a word of the question may be read as, each with how much an occurrence of it counts."""


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A thing the question names.

    Attributes:
        start: First character of the name in the normalised question.
        end: One past its last.
        label: The words used.
        keys: Keys of all its spellings.
        places: The places of the vault that carry its name.
        entry: Its glossary entry, if it has one.
    """

    start: int
    end: int
    label: str
    keys: frozenset[str]
    places: tuple[NamedPlace, ...]
    entry: str | None

    @property
    def is_property(self) -> bool:
        """A heading that many notes share, such as `특징`, names no thing of its own."""
        if self.entry is not None or any(p.kind in ("title", "label", "alias") for p in self.places):
            return False
        headed: set[str] = set()
        for place in self.places:
            headed.add(place.note)
            if len(headed) > _COMMON_NAME:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of what a question asks for: a thing, or a word beside it.

    Attributes:
        text: The words of the question.
        term: Its first term.
        kind: A `thing` that notes name or a service of the glossary; a `concept` of it; a Latin
            `name` written as one (`BigQuery`, `t3.micro`); a Hangul `noun`; a `verb`; or a Latin `word`.
        alternatives: A passage covers the unit if it holds all terms of any of these sets.
        frequency: In how many chunks its rarest term occurs, at best; 0 where no note has it.
        weight: Inverse document frequency, 0 or more: how much the unit tells.
        thing: Position in `Retrieval.things` of the thing it stands for.
    """

    text: str
    term: str
    kind: UnitKind
    alternatives: tuple[frozenset[str], ...]
    frequency: int
    weight: float
    thing: int | None

    def covered_by(self, terms: frozenset[str]) -> bool:
        """Says whether a passage with these terms covers the unit."""
        return any(alternative <= terms for alternative in self.alternatives)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read against the words and names of an index.

    Attributes:
        terms: Its terms, each once, in order.
        things: What it names, in order.
        units: What it asks for, in order.
        words: Its words as the lexical leg looks for them, those spelled wrongly mended.
        also: Terms of the other spellings that the vault gives for the things.
    """

    terms: tuple[str, ...]
    things: tuple[NamedThing, ...]
    units: tuple[Unit, ...]
    words: tuple[Word, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """The readings of what stands at one place of the question, and what it may be meant for."""

    start: int
    end: int
    terms: tuple[str, ...]
    respelling: Respelling | None


def read_question(index: Index, text: str) -> Asked:
    """Reads a question.

    Args:
        index: The open index, refreshed.
        text: The normalised question.
    """
    mended = _mended(index, text)
    things = _named(index, text, mended)
    pieces = _pieces(index, text, mended)
    terms = dict.fromkeys(term for piece in pieces for term in piece.terms)
    return Asked(
        tuple(terms),
        things,
        _units(index, text, things, pieces),
        tuple(_word(index, piece) for piece in pieces),
        tuple(t for t in _other_spellings(index, things) if t not in terms),
    )


def name_things(index: Index, text: str) -> tuple[NamedThing, ...]:
    """Returns what a question names: glossary entries and the vault's own names, in order."""
    return tuple(_thing(index, text, match) for match in index.reader.names(text, index.known))


def _named(index: Index, text: str, mended: Sequence[Respelling]) -> tuple[NamedThing, ...]:
    """What a question names, names that are almost spelled right among them."""
    matches = [
        *index.reader.names(text, index.known),
        *(
            NameMatch(word.start, word.end, meant.term)
            for word in mended
            if (meant := _meant_name(index, word)) is not None
        ),
    ]
    return tuple(_thing(index, text, match) for match in sorted(matches, key=lambda match: match.start))


def _meant_name(index: Index, word: Respelling) -> Near | None:
    """The name that an unknown word is surely meant for: no other word of the notes is nearer."""
    nearest = word.near[0].closeness
    names = (near for near in word.near if near.term in index.known)
    return next((near for near in names if near.closeness >= max(nearest, _SURE_NAME)), None)


def _thing(index: Index, text: str, match: NameMatch[str]) -> NamedThing:
    entry = index.reader.entries.get(match.value)
    keys = {match.value} | set(index.spellings.get(match.value, ()))
    if entry:
        keys |= {key for key, owner in index.reader.entries.items() if owner == entry}
    places: dict[tuple[str, int, int | None], NamedPlace] = {}
    for place in (place for key in sorted(keys) for place in index.places.get(key, ())):
        spot = (place.note, place.section, place.block)
        if spot not in places or PLACE_SHARE[place.kind] > PLACE_SHARE[places[spot].kind]:
            places[spot] = place
    label = normalise(text)[match.start : match.end]
    return NamedThing(match.start, match.end, label, frozenset(keys), tuple(places.values()), entry)


def _pieces(index: Index, text: str, mended: Sequence[Respelling]) -> list[_Piece]:
    """The question's terms by where they stand; a word spelled wrongly is one piece."""
    readings: dict[int, list[str]] = {}
    for start, term in index.reader.placed_terms(text):
        owner = next((r.start for r in mended if r.start <= start < r.end), start)
        readings.setdefault(owner, []).append(term)
    by_start = {r.start: r for r in mended}
    for start in by_start:
        readings.setdefault(start, [])
    return [
        _Piece(start, by_start[start].end if start in by_start else start, tuple(found), by_start.get(start))
        for start, found in sorted(readings.items())
    ]


def _mended(index: Index, text: str) -> tuple[Respelling, ...]:
    """The words spelled wrongly; none where most are unknown: English asked of Korean notes is no typing error."""
    found = respellings(index.reader, index.speller, text)
    starts: dict[int, list[str]] = {}
    for start, term in index.reader.placed_terms(text):
        starts.setdefault(start, []).append(term)
    unknown = sum(not any(map(index.snapshot.frequency, terms)) for terms in starts.values())
    foreign = unknown > max(1, len(starts) * _MOST_UNKNOWN)
    return tuple(r for r in found if has_hangul(r.written) or not foreign)


def _word(index: Index, piece: _Piece) -> Word:
    """The terms of a piece that some note has; where none has any, the first one all the same."""
    known = {term: 1.0 for term in piece.terms if index.snapshot.frequency(term)}
    for near in piece.respelling.near if piece.respelling else ():
        for term in _near_terms(index, near):
            known[term] = max(known.get(term, 0.0), near.closeness)
    return known or dict.fromkeys(piece.terms[:1], 1.0)


def _near_terms(index: Index, near: Near) -> tuple[str, ...]:
    """The terms of a word of the notes, or of a name of the vault or the glossary."""
    if not near.is_name:
        return (near.term,)
    if near.term in index.reader.entries:
        return (f"@{index.reader.entries[near.term]}",)
    return index.reader.terms(index.places[near.term][0].label) if near.term in index.places else ()


def _other_spellings(index: Index, things: Sequence[NamedThing]) -> Iterable[str]:
    labels = {
        place.label
        for thing in things
        if thing.entry is None and not thing.is_property
        for place in thing.places
        if place.key in thing.keys
    }
    return dict.fromkeys(term for label in sorted(labels) for term in index.reader.terms(label))


# ---- units -----------------------------------------------------------------------------------------


def _units(
    index: Index, text: str, things: Sequence[NamedThing], pieces: Sequence[_Piece]
) -> tuple[Unit, ...]:
    """Splits a question into things and the words beside them."""
    concepts = {entry.id for entry in index.reader.glossary if entry.kind == "concept"}
    units = [
        (piece.start, _unit(index, *_beside(index, text, piece), None))
        for piece in pieces
        if piece.terms and not any(thing.start <= piece.start < thing.end for thing in things)
    ]
    for number, thing in enumerate(things):
        kind = "concept" if thing.entry in concepts else "thing"
        label = thing.label
        sets = _thing_terms(index, thing)
        units.append((thing.start, _unit(index, label, label.casefold(), kind, sets, number)))
    return tuple(unit for _, unit in sorted(units, key=lambda pair: pair[0]))


def _unit(
    index: Index, text: str, term: str, kind: UnitKind, sets: Sequence[frozenset[str]], thing: int | None
) -> Unit:
    alternatives = tuple(dict.fromkeys(sets))
    frequency = max((min(map(index.snapshot.frequency, terms)) for terms in alternatives), default=0)
    return Unit(
        text, term, kind, alternatives, frequency, term_weight(frequency, index.snapshot.living), thing
    )


def _beside(index: Index, text: str, piece: _Piece) -> tuple[str, str, UnitKind, list[frozenset[str]]]:
    """A word beside the things: how the question spells it, its term, its kind, what covers it."""
    term = piece.terms[0]
    written, kind = _spelled(text, piece.start, term)
    sets = _alternatives(piece.terms)
    if piece.respelling is not None:
        written = piece.respelling.written
        near = (frozenset(_near_terms(index, near)) for near in piece.respelling.near)
        sets = [frozenset(piece.terms), *(terms for terms in near if terms)]
    return written, term, kind, sets


def _spelled(text: str, start: int, term: str) -> tuple[str, UnitKind]:
    if has_hangul(term):
        return (term.rstrip("-"), "verb") if term.endswith("-") else (term, "noun")
    match = LATIN.match(text, start)
    word = match.group() if match else term
    written_as_name = (word[:1].isupper() and start > 0) or any(
        ch.isdigit() or ch.isupper() for ch in word[1:]
    )
    return word, "name" if written_as_name or has_hangul(text) else "word"


def _alternatives(terms: Sequence[str]) -> list[frozenset[str]]:
    """What covers a word: its likeliest reading, the whole, or all parts of a Korean compound.

    Parts of a Latin name don't cover it: `big query` is not `BigQuery`.
    """
    first = frozenset(terms[:1])
    if not has_hangul(terms[0]) or len(terms) == 1:
        return [first]
    whole = max(terms, key=len)
    parts = frozenset(term for term in terms if term != whole and term in whole)
    return [first, frozenset([whole]), *([parts] if "".join(sorted(parts, key=whole.find)) == whole else [])]


def _thing_terms(index: Index, thing: NamedThing) -> list[frozenset[str]]:
    labels = {thing.label, *(p.label for p in thing.places if p.key in thing.keys)}
    sets = [terms for label in sorted(labels) for terms in _spelled_out(index, label) if terms]
    return sets + ([frozenset({f"@{thing.entry}"})] if thing.entry else [])


def _spelled_out(index: Index, label: str) -> list[frozenset[str]]:
    """The terms of a name: each word in its likeliest reading, and each compound as a whole.

    Kiwi may cut a word otherwise beside another one; a text need not hold all of its readings.
    """
    readings: dict[int, list[str]] = {}
    for start, term in index.reader.placed_terms(label):
        if term[0] != "@":
            readings.setdefault(start, []).append(term)
    likeliest = frozenset(terms[0] for terms in readings.values())
    wholes: list[str] = []
    for terms in readings.values():
        if not wholes or terms[0] not in wholes[-1]:
            wholes.append(max(terms, key=len))
    return list(dict.fromkeys([likeliest, frozenset(wholes)]))


def term_weight(frequency: int, total: int) -> float:
    """Returns how much a term tells that stands in so many of all chunks: BM25's inverse document frequency.

    A word of no note weighs as one of a single note does, and what every note holds still weighs
    something: in a small vault most notes name its subject.
    """
    frequency = max(frequency, 1)
    return max(_LEAST_WEIGHT, math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)))
