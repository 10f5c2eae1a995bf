"""A question's text to hits: a dense and a lexical leg, fused by convex combination.

Each leg's scores are scaled to 0..1 over the candidates and added with a weight that depends on
the script of the question (Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid
Retrieval": a convex combination beats reciprocal rank fusion). Korean questions lean on the
lexical leg, Latin ones on the dense leg. A question that names a thing prefers the sections named
after it.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.catalog import ChunkRow, NamedPlace
from index.chunks import Chunk
from index.opened import Index
from index.terms import NameMatch
from index.text import has_hangul, normalise

DENSE_WEIGHT_HANGUL = 0.4
DENSE_WEIGHT_LATIN = 0.7
"""Weight of the dense leg; the lexical leg has the rest. Measured values for such notes lie between
0.3 and 0.5 for Korean questions and between 0.7 and 0.9 for English ones."""

NAME_BONUS = 0.4
"""Most that is added where a section is named as the question names its thing: enough to lift a
definition over passages that repeat the name, too little to lift it over what matches the rest."""

_PLACE_SHARE = {"title": 1.0, "alias": 0.95, "heading": 0.8, "callout": 0.8, "definition": 0.5}
"""How much of the bonus a name gives by where it stands."""

_JOINT_SHARE = 0.4
_LEAST_WEIGHT = 0.2

_COMMON_NAME = 3
"""A heading of more notes than this (`특징`, `요금`) names a property, not a thing."""

_TERM_WEIGHTS = (2.0, 3.0, 1.0)
"""BM25 weights of title, headings and body: headings say what a passage is about."""

_CANDIDATES = 50

UnitKind = Literal["thing", "concept", "name", "noun", "verb", "word"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that matches, and why.

    Attributes:
        chunk: The Korean (or only) chunk.
        score: Fused score; comparable within one question only.
        similarity: Cosine of question and passage, the better of the chunk and its English twin.
        dense_rank: Rank in the dense leg from 1; None outside its candidates.
        lexical_rank: Rank in the lexical leg from 1; None where no term matched.
        terms: Every term of the chunk and its twin.
        named: The section carries the name of a thing the question names.
        bilingual: The chunk has an English twin.
    """

    chunk: Chunk
    score: float
    similarity: float
    dense_rank: int | None
    lexical_rank: int | None
    terms: frozenset[str]
    named: bool
    bilingual: bool


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
        headed = {p.note for p in self.places if p.kind in ("heading", "callout", "definition")}
        titled = any(p.kind in ("title", "alias") for p in self.places)
        return self.entry is None and not titled and len(headed) > _COMMON_NAME


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of what a question asks for: a thing, or a word beside it.

    Attributes:
        text: The words of the question.
        term: Its first term.
        kind: A `thing` that notes name or a service of the glossary; a `concept` of it; a Latin `name` written as one (`BigQuery`,
            `t3.micro`); a Hangul `noun`; a `verb`; or a Latin `word`.
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
class Retrieval:
    """Everything a search found out about a question.

    Attributes:
        hits: Best first.
        terms: The question's terms, each once, in order.
        units: What the question asks for, in order.
        things: What the question names, in order.
        background: Mean and standard deviation of the question's cosine over the index, the
            yardstick for how near a hit really is.
        chunk_count: Chunks in the index, companions not counted.
    """

    hits: tuple[Hit, ...]
    terms: tuple[str, ...]
    units: tuple[Unit, ...]
    things: tuple[NamedThing, ...]
    background: tuple[float, float]
    chunk_count: int


@dataclass(frozen=True, slots=True)
class _Legs:
    """Candidates by Korean chunk id with the rank in each leg and the lexical score."""

    rows: dict[str, ChunkRow]
    twins: dict[str, ChunkRow]
    dense_ranks: dict[str, int]
    lexical_ranks: dict[str, int]
    lexical_scores: dict[str, float]


def search(index: Index, text: str, limit: int = 10) -> Retrieval:
    """Finds the passages nearest to a question.

    Args:
        index: The open index.
        text: The question in any language; an empty one finds nothing.
        limit: Most hits.
    """
    text = normalise(text)
    with index.lock:
        index.refresh()
        terms = tuple(dict.fromkeys(index.reader.terms(text)))
        things = name_things(index, text)
        count = index.catalog.counts()[1]
        if not count or not text:
            return Retrieval((), terms, (), things, (0.0, 1.0), count)
        vector = index.embedder.encode_query(text)
        legs = _legs(index, vector, _expanded(index, terms, things))
        hits = _fuse(index, legs, vector, things, has_hangul(text))
        background = index.sample @ vector
        return Retrieval(
            tuple(hits[:limit]),
            terms,
            _units(index, text, things),
            things,
            (float(background.mean()), float(background.std())),
            count,
        )


def name_things(index: Index, text: str) -> tuple[NamedThing, ...]:
    """Returns what a question names: glossary entries and the vault's own names, in order."""
    known = {key: key for key in (*index.places, *index.reader.entries)}
    return tuple(_thing(index, text, match) for match in index.reader.names(text, known))


def _thing(index: Index, text: str, match: NameMatch[str]) -> NamedThing:
    entry = index.reader.entries.get(match.value)
    keys = {match.value} | set(index.spellings.get(match.value, ()))
    if entry:
        keys |= {key for key, owner in index.reader.entries.items() if owner == entry}
    places: dict[tuple[str, int, int | None], NamedPlace] = {}
    for place in (place for key in sorted(keys) for place in index.places.get(key, ())):
        spot = (place.note, place.section, place.block)
        if spot not in places or _PLACE_SHARE[place.kind] > _PLACE_SHARE[places[spot].kind]:
            places[spot] = place
    label = normalise(text)[match.start : match.end]
    return NamedThing(match.start, match.end, label, frozenset(keys), tuple(places.values()), entry)


def _units(index: Index, text: str, things: Sequence[NamedThing]) -> tuple[Unit, ...]:
    """Splits a question into things and the words beside them."""
    clean = normalise(text)
    groups: dict[int, list[str]] = {}
    for start, term in index.reader.placed_terms(text):
        if not any(thing.start <= start < thing.end for thing in things):
            groups.setdefault(start, []).append(term)
    found: list[tuple[int, str, UnitKind, list[frozenset[str]], int | None]] = [
        (start, *_word(clean, start, terms[0]), [frozenset(terms[:1])], None)
        for start, terms in groups.items()
    ]
    concepts = {entry.id for entry in index.reader.glossary if entry.kind == "concept"}
    for number, thing in enumerate(things):
        kind = "concept" if thing.entry in concepts else "thing"
        found.append((thing.start, thing.label, kind, _thing_terms(index, thing), number))
    frequencies = index.catalog.document_frequency(t for row in found for terms in row[3] for t in terms)
    total = index.catalog.chunk_total()
    units: list[Unit] = []
    for start, label, kind, sets, number in sorted(found, key=lambda row: row[0]):
        frequency = max((min(frequencies[t] for t in s) for s in sets), default=0)
        term = groups[start][0] if number is None else label.casefold()
        units.append(Unit(label, term, kind, tuple(sets), frequency, _idf(frequency, total), number))
    return tuple(units)


def _word(clean: str, start: int, term: str) -> tuple[str, UnitKind]:
    """A word's spelling in the question, and its kind."""
    if has_hangul(term):
        return (term.rstrip("-"), "verb") if term.endswith("-") else (term, "noun")
    match = re.compile(r"[A-Za-z0-9]+(?:[._/+#&'-][A-Za-z0-9]+)*").match(clean, start)
    word = match.group() if match else term
    written_as_name = (word[:1].isupper() and start > 0) or any(
        ch.isdigit() or ch.isupper() for ch in word[1:]
    )
    return word, "name" if written_as_name or has_hangul(clean) else "word"


def _thing_terms(index: Index, thing: NamedThing) -> list[frozenset[str]]:
    labels = {thing.label, *(p.label for p in thing.places if p.key in thing.keys)}
    sets = [frozenset(t for t in index.reader.terms(label) if t[0] != "@") for label in sorted(labels)]
    return [s for s in sets if s] + ([frozenset({f"@{thing.entry}"})] if thing.entry else [])


def _idf(frequency: int, total: int) -> float:
    """BM25's inverse document frequency, within bounds.

    A word of no note weighs as one of a single note does, and what every note holds still weighs
    something: in a small vault most notes name its subject.
    """
    frequency = max(frequency, 1)
    return max(_LEAST_WEIGHT, math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)))


def _expanded(index: Index, terms: Sequence[str], things: Sequence[NamedThing]) -> list[str]:
    """The question's terms and those of the other spellings the vault gives for its things."""
    wanted = dict.fromkeys(terms)
    for thing in things:
        if thing.entry is None and not thing.is_property:
            labels = {p.label for p in thing.places if p.key in thing.keys}
            for label in sorted(labels):
                wanted.update(dict.fromkeys(index.reader.terms(label)))
    return list(wanted)


def _legs(index: Index, vector: np.ndarray, terms: Sequence[str]) -> _Legs:
    nearest = index.vectors.query(vector, _CANDIDATES)
    owners = {chunk_id: row.twin for chunk_id, row in index.catalog.chunks([i for i, _ in nearest]).items()}
    dense_ranks: dict[str, int] = {}
    for chunk_id, _ in nearest:
        if chunk_id in owners:
            dense_ranks.setdefault(owners[chunk_id] or chunk_id, len(dense_ranks) + 1)
    lexical_ranks: dict[str, int] = {}
    lexical_scores: dict[str, float] = {}
    for chunk_id, twin, score in index.catalog.match(terms, _TERM_WEIGHTS, _CANDIDATES):
        lexical_ranks.setdefault(twin or chunk_id, len(lexical_ranks) + 1)
        lexical_scores.setdefault(twin or chunk_id, score)
    ids = list(dict.fromkeys([*dense_ranks, *lexical_ranks]))
    rows, twins = index.catalog.chunks(ids), index.catalog.twins(ids)
    return _Legs(rows, twins, dense_ranks, lexical_ranks, lexical_scores)


def _fuse(
    index: Index,
    legs: _Legs,
    vector: np.ndarray,
    things: Sequence[NamedThing],
    hangul: bool,
) -> list[Hit]:
    similarities = _similarities(index, legs, vector)
    dense = _scaled(similarities, min(similarities.values(), default=0.0))
    lexical = _scaled(legs.lexical_scores, 0.0)
    weight = DENSE_WEIGHT_HANGUL if hangul else DENSE_WEIGHT_LATIN
    held = _held(index, legs)
    bonuses = _bonuses(legs, things)
    hits = [
        Hit(
            chunk=row.chunk,
            score=weight * dense[i] + (1 - weight) * lexical.get(i, 0.0) + bonuses.get(i, 0.0),
            similarity=similarities[i],
            dense_rank=legs.dense_ranks.get(i),
            lexical_rank=legs.lexical_ranks.get(i),
            terms=held[i],
            named=i in bonuses,
            bilingual=i in legs.twins,
        )
        for i, row in legs.rows.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.note, hit.chunk.section, hit.chunk.id))


def _similarities(index: Index, legs: _Legs, vector: np.ndarray) -> dict[str, float]:
    ids = list(legs.rows)
    if not ids:
        return {}
    own = index.catalog.embeddings([legs.rows[i].embedding for i in ids]) @ vector
    best = dict(zip(ids, (float(s) for s in own), strict=True))
    paired = list(legs.twins)
    if paired:
        english = index.catalog.embeddings([legs.twins[i].embedding for i in paired]) @ vector
        for i, similarity in zip(paired, english, strict=True):
            best[i] = max(best[i], float(similarity))
    return best


def _scaled(scores: Mapping[str, float], low: float) -> dict[str, float]:
    """Scales scores so that `low` becomes 0 and the best 1."""
    high = max(scores.values(), default=0.0)
    span = high - low
    return {i: (s - low) / span if span > 0 else 1.0 for i, s in scores.items()}


def _held(index: Index, legs: _Legs) -> dict[str, frozenset[str]]:
    rows = [*legs.rows.values(), *legs.twins.values()]
    held = index.catalog.terms_of([row.rowid for row in rows])
    return {
        i: held[row.rowid] | (held[legs.twins[i].rowid] if i in legs.twins else frozenset[str]())
        for i, row in legs.rows.items()
    }


def _bonuses(legs: _Legs, things: Sequence[NamedThing]) -> dict[str, float]:
    """What a chunk gets for carrying the name of a thing; things of one question share it."""
    named = [thing for thing in things if not thing.is_property]
    bonuses: dict[str, float] = {}
    for thing in named:
        headed = {place.note for place in thing.places if place.kind in ("heading", "callout")}
        shares: dict[tuple[str, int, int | None], float] = {}
        for place in thing.places:
            # A note on several things has each as an alias; the thing's own section is the better place.
            joint = place.kind == "alias" and place.note in headed
            shares[place.note, place.section, place.block] = (
                _JOINT_SHARE if joint else _PLACE_SHARE[place.kind]
            )
        for i, row in legs.rows.items():
            spots = [(row.chunk.note, row.chunk.section, block) for block in (None, *row.chunk.blocks)]
            share = max((shares.get(spot, 0.0) for spot in spots), default=0.0)
            if share:
                bonuses[i] = bonuses.get(i, 0.0) + NAME_BONUS * share / len(named)
    return bonuses
