"""The embedded answerer: composes an answer out of the notes' own sentences and structure.

It knows what was asked for and where study notes keep it: a definition under the heading that
names the thing, kinds as the subsections, items or rows of a section, steps as numbered items. It
copies; it cannot invent.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from assistant.answers import Form
from assistant.evidence import (
    NOTHING,
    Evidence,
    asked,
    coverage,
    unknown_focus,
    unknown_names,
    unknown_nouns,
    weigh,
)
from assistant.question import Kind, Question
from index.catalog import NamedPlace
from index.names import spellings
from index.notes import CALLOUT_LEVEL, Block, Note, Section
from index.opened import Index
from index.search import Hit, NamedThing, Retrieval, Unit
from index.terms import TermReader, stem
from index.text import has_hangul, normalise, squeeze

MAX_POINTS = 6
"""Sentences of a definition: what fits one screen and is still read."""

MAX_LIST = 20
MAX_PASSAGES = 4
_TOP_HITS = 5
_SENTENCE_SHARE = 0.66
"""A further sentence must score this share of the best one."""

_PREPOSITION = re.compile(r"\b(?:in|of|for|on|from|with)\b", re.IGNORECASE)
_CONNECTIVE = re.compile(r"^\s*(?:와|과|이?랑|하고|및|,|&|/|and\b|or\b|vs\b)", re.IGNORECASE)

_DIGIT_NAMES = re.compile(r"[A-Za-z]+[A-Za-z-]*\d+\w*")
_NO_LIMIT = r"무제한|제한이? 없|한도가? 없|unlimited|no limit"
_TIME_UNITS = (
    r"(?:밀리초|초|분|시간|일|주|개월|달|년|ms|seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
)
_NUMBERS = {
    "year": re.compile(r"(?:19|20)\d\d"),
    "time": re.compile(rf"\d\s*-?{_TIME_UNITS}|즉시|바로|immediately", re.IGNORECASE),
    "size": re.compile(rf"\d\s*(?:[KMGTP]i?B|바이트|bytes?)|{_NO_LIMIT}", re.IGNORECASE),
    "money": re.compile(
        r"\d[\d,.]*\s*(?:원|달러|USD|dollars?|cents?)|[$₩]\s*\d|무료|공짜|free\b", re.IGNORECASE
    ),
    "count": re.compile(
        rf"\d|[두세네]\s?(?:개|대|번|곳|가지)|{_NO_LIMIT}|\b(?:two|three|four|five|six)\b", re.IGNORECASE
    ),
}
"""What a sentence must hold to answer a question for a number of each kind."""

_NAMED_ITEM = re.compile(r"[^:.,]{1,30} ?: ")
_TOPIC = re.compile(r"(?:\s*\([^)]*\))?(?:은|는|이란|란|이|가|의|:)\s")
_COUNTER = re.compile(r"몇 ?([가-힣])")
_COUNTED = re.compile(r"\bhow many (\w+)", re.IGNORECASE)
_NUMBER_COVERAGE = 0.6
"""A number answers only if its sentence, with its headings, covers this share of what is asked."""

_COMPARE_HEADING = ("차이", "비교", "vs", "differ", "compar")
_KIND_WORDS = ("종류", "유형", "형태", "가지", "kind", "type", "form")
_KIND_HEADING = ("종류", "유형", "목록", "형태", "구성", "서비스", "방식", "types", "kinds")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence chosen for the answer.

    Attributes:
        note: The note that says it.
        section: Position of its section.
        block: Position of its block; None where the section's title is the sentence.
        sentence: Position of the sentence in its block.
        form: How it is shown.
        lead: Title put before a sentence that does not name what it speaks of; may be empty.
    """

    note: Note
    section: int
    block: int | None
    sentence: int
    form: Form
    lead: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Range of the note's text that says it."""
        if self.block is None:
            section = self.note.sections[self.section]
            return section.start, section.end
        chosen = self.note.blocks[self.block].sentences[self.sentence]
        return chosen.start, chosen.end

    @property
    def text(self) -> str:
        """The sentence without markup and lead."""
        if self.block is None:
            return self.note.sections[self.section].title
        return self.note.blocks[self.block].sentences[self.sentence].text


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer's sentences before they are cited and verified; none means the notes don't say."""

    kind: Kind
    pieces: tuple[Piece, ...]
    evidence: Evidence


def compose(index: Index, question: Question, retrieval: Retrieval) -> Draft:
    """Composes the answer to a question from the notes.

    Returns:
        The draft; its `pieces` are empty when the notes do not answer.
    """
    composer = _Composer(index, question, retrieval)
    for kind, pieces in composer.attempts():
        if pieces:
            return Draft(kind, tuple(_distinct(pieces)), composer.evidence)
    return Draft(question.kind, (), composer.evidence)


class _Composer:
    """One question being answered: the notes, the hits and what is asked for."""

    def __init__(self, index: Index, question: Question, retrieval: Retrieval) -> None:
        self.index = index
        self.question = question
        self.retrieval = retrieval
        self.units = asked(retrieval)
        self.hits = retrieval.hits[:_TOP_HITS]
        self.things = [thing for thing in retrieval.things if not thing.is_property]
        weighed = [weigh(hit, retrieval, self.units) for hit in self.hits]
        self.evidence = max(
            weighed,
            key=lambda e: (e.answers, e.coverage, e.nearness),
            default=NOTHING,
        )

    def attempts(self) -> Iterator[tuple[Kind, list[Piece]]]:
        """Yields answers from the most fitting kind to the plainest; the first that is there wins."""
        kind = self.question.kind
        if unknown_names(self.retrieval) or unknown_focus(self.retrieval):
            return
        if self.question.yes_no and unknown_nouns(self.retrieval):
            return
        if kind == "what_is":
            yield "what_is", self._definitions()
        if kind == "steps":
            yield "steps", self._outline("steps")
        if kind == "list":
            yield "list", self._outline("list")
        if kind in ("steps", "passage"):
            yield "list", self._titled_outline()
        if self.question.compares and len(self.things) > 1:
            yield "what_is", [piece for thing in self.things for piece in self._definition(thing)[:3]]
        yield "passage", self._passages()

    # -- what is ----------------------------------------------------------------------------

    def _definitions(self) -> list[Piece]:
        """The definition of each thing asked for, when nothing but things is asked for."""
        if any(u.thing is None and (u.kind != "verb" or u.frequency) for u in self.units):
            return []
        subjects = self._subjects()
        pieces: list[Piece] = []
        limit = MAX_POINTS if len(subjects) == 1 else MAX_POINTS // 2
        for subject in subjects:
            pieces += self._definition(subject)[:limit]
        return pieces

    def _subjects(self) -> list[NamedThing]:
        """The things asked about.

        The head of a noun group comes last (`S3 버킷`, `an S3 bucket`), but before a preposition
        (`cold start in Lambda`).
        """
        things = self.things
        for number in range(len(things) - 1, 0, -1):
            if _PREPOSITION.search(self._between(things[number - 1], things[number])):
                things = things[:number]
        subjects = things[-1:]
        for number in range(len(things) - 1, 0, -1):
            if not self._listed(things[number - 1], things[number]):
                break
            subjects.insert(0, things[number - 1])
        return subjects

    def _listed(self, earlier: NamedThing, later: NamedThing) -> bool:
        """Whether two things are named side by side: `A와 B`, `A, B`, `A B 각각`."""
        between = self._between(earlier, later)
        return bool(_CONNECTIVE.search(between)) or (not between.strip() and "각각" in self.question.text)

    def _between(self, earlier: NamedThing, later: NamedThing) -> str:
        return self.question.text[earlier.end : later.start]

    def _definition(self, thing: NamedThing) -> list[Piece]:
        """A definition of a thing with its points; from several notes where none is about it alone."""
        places = self._ranked_places(thing)
        places = [place for place in places if place.kind != "alias"] or places
        if places and not self._whole_note(places[0], thing):
            places.sort(key=lambda place: not self._defines(place, thing))
        chosen = places[:1] if places and self._whole_note(places[0], thing) else places[:4]
        first: list[Piece] = []
        rest: list[Piece] = []
        for place in chosen:
            note = self.index.note(place.note)
            if note is not None:
                found = list(self._place_pieces(note, place, thing))
                first += found[:1]
                rest += found[1:]
        marked = [replace(p, form="paragraph" if not i else p.form) for i, p in enumerate(first)]
        return [*marked, *rest]

    def _defines(self, place: NamedPlace, thing: NamedThing) -> bool:
        """Whether a place's first sentence opens with the thing's name, as definitions do."""
        note = self.index.note(place.note)
        if note is None:
            return False
        blocks = [place.block] if place.block is not None else _definition_blocks(note, place.section)[:1]
        opening = squeeze(note.blocks[blocks[0]].sentences[0].text) if blocks else ""
        return any(opening.startswith(key) for key in thing.keys)

    def _whole_note(self, place: NamedPlace, thing: NamedThing) -> bool:
        """Whether the note as a whole is about the thing: its title or only top heading names it."""
        note = self.index.note(place.note)
        return place.kind == "title" or (
            note is not None
            and note.sections[place.section].level == 1
            and sum(s.level == 1 for s in note.sections) == 1
        )

    def _ranked_places(self, thing: NamedThing) -> list[NamedPlace]:
        """Places that are about a thing, those that also cover the other things named first."""
        order = {"title": 0, "heading": 1, "callout": 2, "definition": 3, "alias": 4}
        others = [u for u in self.units if u.thing is not None and self.retrieval.things[u.thing] != thing]
        scored: list[tuple[float, int, NamedPlace]] = []
        for place in thing.places:
            note = self.index.note(place.note)
            if note is not None:
                path = " ".join((note.title, *note.sections[place.section].headings))
                held = coverage(others, frozenset(self.index.reader.terms(path)))
                scored.append((-held, order[place.kind], place))
        return [place for _, _, place in sorted(scored, key=lambda row: row[:2])]

    def _place_pieces(self, note: Note, place: NamedPlace, thing: NamedThing) -> Iterator[Piece]:
        if place.block is not None:
            for piece in self._block_pieces(note, place.block, "item"):
                yield self._led(piece, thing)
            return
        blocks = _definition_blocks(note, place.section)
        if self._whole_note(place, thing):
            blocks += [b for b in _first_points(note, place.section) if b not in blocks]
        for position, block in enumerate(blocks):
            for piece in self._block_pieces(note, block, "item"):
                yield self._led(piece, thing) if not position else piece

    def _led(self, piece: Piece, thing: NamedThing) -> Piece:
        """Puts the heading before a definition that does not name what it defines."""
        named = squeeze(piece.text)
        if piece.sentence or any(key in named for key in thing.keys):
            return piece
        return replace(piece, lead=piece.note.sections[piece.section].title or thing.label)

    def _block_pieces(self, note: Note, block: int, form: Form) -> list[Piece]:
        found = note.blocks[block]
        if found.depth and form == "item":
            form = "subitem"
        return [Piece(note, found.section, block, i, form) for i in range(len(found.sentences))]

    # -- lists and steps --------------------------------------------------------------------

    def _outline(self, kind: Literal["list", "steps"]) -> list[Piece]:
        """The elements of the section that the question is about, all of them."""
        if not self.evidence.answers:
            return []
        best: tuple[float, list[Piece]] = (0.0, [])
        weighed = [(hit, weigh(hit, self.retrieval, self.units)) for hit in self.hits]
        blind = {(h.chunk.note, h.chunk.section) for h, e in weighed if e.blind and e.answers}
        for note, section, bonus in self._outline_sections():
            pieces = _steps(note, section) if kind == "steps" else self._elements(note, section)
            if len(pieces) < 2 or (self.question.kinds and not self._tells_kinds(note, section, pieces)):
                continue
            score = self._outline_score(kind, note, note.sections[section], pieces) + bonus
            if (note.path, section) in blind:
                score = max(score, 1.0 + bonus)
            if score > best[0] + 1e-9:
                best = (score, pieces)
        return best[1][:MAX_LIST] if best[0] >= 1.0 else []

    def _titled_outline(self) -> list[Piece]:
        """The elements of a found section whose very title says all that is asked."""
        if len(self.units) < 2 or all(unit.thing is not None for unit in self.units):
            return []
        for hit in self.hits:
            note = self.index.note(hit.chunk.note)
            if note is not None and not self.question.number and not self.question.yes_no:
                title = f"{hit.chunk.headings[-1]}" if hit.chunk.headings else ""
                covered = coverage(self.units, frozenset(self.index.reader.terms(title)))
                pieces = self._elements(note, hit.chunk.section) if covered > 0.99 else []
                if len(pieces) > 1:
                    return pieces[:MAX_LIST]
        return []

    def _outline_sections(self) -> Iterator[tuple[Note, int, float]]:
        """Sections to look for a list in, each with what speaks for it beside its headings."""
        seen: dict[tuple[str, int], float] = {}
        for rank, hit in enumerate(self.hits):
            note = self.index.note(hit.chunk.note)
            if note is None or not weigh(hit, self.retrieval, self.units).answers:
                continue
            section: int | None = hit.chunk.section
            bonus = 0.3 * (1 - rank / _TOP_HITS)
            while section is not None:
                seen[note.path, section] = max(seen.get((note.path, section), 0.0), bonus)
                section, bonus = note.sections[section].parent, bonus / 2
        for thing in self.things:
            for place in thing.places:
                note = self.index.note(place.note)
                if note is not None and place.block is None:
                    bonus = 0.3 if thing == self.things[-1] else 0.1
                    for number in _descendants(note, place.section):
                        share = bonus if number == place.section else bonus / 2
                        seen[note.path, number] = max(seen.get((note.path, number), 0.0), share)
        for (path, section), bonus in seen.items():
            note = self.index.note(path)
            if note is not None:
                yield note, section, bonus

    def _outline_score(self, kind: Kind, note: Note, section: Section, pieces: Sequence[Piece]) -> float:
        """How surely a section's outline is what is asked for; 1 and above is sure enough."""
        terms = self.index.reader.terms
        own = section.title if section.level > 1 else note.title
        path = set(terms(" > ".join((note.title, *section.headings))))
        path |= {t for b in self._table_headers(note, section) for t in terms(b.text)}
        inside = {piece.section for piece in pieces} | {note.sections.index(section)}
        body = {t for b in note.blocks if b.section in inside for t in terms(b.text)}
        companion = self.index.companion(note.path)
        if companion is not None:
            headings = companion.sections[note.sections.index(section)].headings
            path |= set(terms(" > ".join((companion.title, *headings))))
            body |= {t for b in companion.blocks if b.section in inside for t in terms(b.text)}
        units = self._comparable(note)
        held, headed = coverage(units, frozenset(path | body)), coverage(units, frozenset(path))
        services = [unit for unit in units if unit.kind == "thing"]
        asked_beside = [
            u for u in units if u.thing is None and u.frequency and not u.covered_by(frozenset(path))
        ]
        if kind == "list" and any(self._saying(pieces, unit) < 2 for unit in asked_beside):
            return 0.0
        words = any(unit.kind in ("noun", "name", "word") for unit in units)
        if held < 0.5 or headed < (0.5 if words and kind == "list" else 0.2):
            return 0.0
        if coverage(services, frozenset(path | body)) < 1 and services:
            return 0.0
        if self.question.compares and len(self.things) > 1 and headed < 0.9 and held < 0.9:
            return 0.0
        fitting = _COMPARE_HEADING if self.question.compares else _KIND_HEADING
        fits = any(word in section.title.casefold() for word in fitting)
        key = squeeze(own)
        asked_for = min(len(key), 6) / 10 if len(key) > 1 and key in squeeze(self.question.text) else 0.0
        return held + 0.5 * headed + 0.5 * coverage(units, frozenset(terms(own))) + 0.6 * fits + asked_for

    def _saying(self, pieces: Sequence[Piece], unit: Unit) -> int:
        """How many pieces speak of a unit of the question."""
        texts = (f"{piece.text} {english(self.index, piece) or ''}" for piece in pieces)
        return sum(unit.covered_by(frozenset(self.index.reader.terms(text))) for text in texts)

    def _tells_kinds(self, note: Note, section: int, pieces: Sequence[Piece]) -> bool:
        """Whether an outline lists kinds: it says so, or its elements are things or rows of a table."""
        said = [note.sections[section].title, *(piece.text for piece in pieces)]
        if any(word in text.casefold() for word in _KIND_WORDS for text in said):
            return True
        rows = all(p.block is not None and note.blocks[p.block].kind == "row" for p in pieces)
        if any(word in said[0].casefold() for word in _COMPARE_HEADING):
            return False
        names = self.index.reader.names
        named = sum(any(not m.start for m in names(p.text, self.index.reader.entries)) for p in pieces)
        subsections = any(piece.lead or piece.section != section for piece in pieces)
        return rows or subsections or (len(pieces) > 1 and named >= 0.6 * len(pieces))

    def _table_headers(self, note: Note, section: Section) -> list[Block]:
        return [b for b in note.blocks if b.kind == "header" and note.sections[b.section] == section]

    def _comparable(self, note: Note) -> list[Unit]:
        """The units that can be looked for in a note: in a Korean one, of an English question, names."""
        if self.question.language == "ko" or self.index.companion(note.path) or not has_hangul(note.text):
            return self.units
        return [unit for unit in self.units if unit.kind in ("thing", "concept", "name")]

    def _elements(self, note: Note, number: int) -> list[Piece]:
        """Subsections that are things, else the largest group of items or rows."""
        children = [
            i for i, s in enumerate(note.sections) if s.parent == number and 0 < s.level < CALLOUT_LEVEL
        ]
        things = [i for i in children if self._is_thing(note.sections[i].title)]
        blocks = list(enumerate(note.blocks))
        items = [
            i for i, b in blocks if b.section == number and b.kind == "item" and not b.depth and b.sentences
        ]
        rows = [i for i, b in blocks if b.section == number and b.kind == "row"]
        if len(things) >= 2 and len(things) >= 0.6 * len(children) and len(things) >= len(items):
            return [self._child(note, c) for c in children if self._is_element(note.sections[c].title)]
        if len(rows) >= max(2, len(items)) or (len(rows) >= 2 and self.question.compares):
            chosen = rows
        else:
            chosen = list(_with_nested(note, items))
        return [piece for block in chosen for piece in self._block_pieces(note, block, "item")]

    def _is_element(self, title: str) -> bool:
        compares = any(word in title.casefold() for word in _COMPARE_HEADING)
        return not compares and not self._is_property(title)

    def _is_thing(self, title: str) -> bool:
        """Whether a heading names a thing rather than an aspect of one."""
        if self._is_property(title):
            return False
        return len(spellings(title)) > 1 or squeeze(title) in self.index.reader.entries

    def _is_property(self, title: str) -> bool:
        places = self.index.places.get(squeeze(title), [])
        return len({place.note for place in places}) > 1 and squeeze(title) not in self.index.reader.entries

    def _child(self, note: Note, child: int) -> Piece:
        title = note.sections[child].title
        callouts = {i for i, s in enumerate(note.sections) if s.parent == child and s.level == CALLOUT_LEVEL}
        blocks = [i for i in _definition_blocks(note, child) if note.blocks[i].section in {child, *callouts}]
        if not blocks:
            return Piece(note, child, None, 0, "item")
        piece = Piece(note, note.blocks[blocks[0]].section, blocks[0], 0, "item")
        named = squeeze(piece.text)
        return piece if any(key in named for key in self._keys(title)) else replace(piece, lead=title)

    # -- passages ---------------------------------------------------------------------------

    def _passages(self) -> list[Piece]:
        """The sentences of the best hits that say most of what is asked, in the notes' order."""
        weighed = [(hit, weigh(hit, self.retrieval, self.units)) for hit in self.hits]
        answering = [(hit, evidence) for hit, evidence in weighed if evidence.answers]
        if not answering:
            return []
        most = max(evidence.coverage for _, evidence in answering)
        first = answering[0][0]
        chosen = [hit for hit, evidence in answering if hit is first or evidence.coverage >= 0.8 * most][:3]
        candidates = [piece for hit in chosen for piece in self._hit_pieces(hit)]
        if self.question.kinds:
            candidates = [p for p in candidates if self._tells_kinds(p.note, p.section, [p])]
        if self.question.number:
            candidates = [piece for piece in candidates if self._gives_number(piece)]
        if not candidates:
            return []
        scores = self._sentence_scores(candidates)
        best = max(scores)
        most, share = (2, 0.85) if self.question.number else (MAX_PASSAGES, _SENTENCE_SHARE)
        kept = sorted(range(len(scores)), key=lambda i: -scores[i])[:most]
        kept = [i for i in kept if scores[i] >= share * best]
        return _lead_once([self._with_lead(candidates[i]) for i in sorted(kept)])

    def _gives_number(self, piece: Piece) -> bool:
        """Whether a sentence has a number of the kind asked for, and is about the thing asked about."""
        reader = self.index.reader
        said = f"{piece.text} {english(self.index, piece) or ''}"
        bare = _without_names(said, reader)
        if not self._number_pattern(english(self.index, piece) is not None).search(bare):
            return False
        headings = piece.note.sections[piece.section].headings
        terms = frozenset(reader.terms(f"{said} {' > '.join(headings[1:] or headings)}"))
        whole = {
            squeeze(name) for name in (piece.note.title, *spellings(headings[0] if headings else "")[:2])
        }
        things = [(u, self.retrieval.things[u.thing]) for u in self.units if u.thing is not None]
        told = all(u.covered_by(terms) or whole & thing.keys for u, thing in things)
        path = frozenset(reader.terms(" > ".join((piece.note.title, *headings))))
        blind = self.question.language == "en" and english(self.index, piece) is None
        return told and (blind or coverage(self.units, terms | path) >= _NUMBER_COVERAGE)

    def _number_pattern(self, bilingual: bool) -> re.Pattern[str]:
        """What a sentence must hold: a number of the kind asked for, of the very things counted."""
        number = self.question.number or "count"
        if number == "count" and (match := _COUNTER.search(self.question.text)):
            return re.compile(rf"(?:\d|[두세네]\s?){match[1]}|{_NO_LIMIT}")
        if number == "count" and bilingual and (match := _COUNTED.search(self.question.text)):
            counted = re.escape(stem(match[1].casefold())[:6])
            return re.compile(
                rf"(?:\d|\b(?:two|three|four|five|six))\s+(?:[\w-]+\s+){{0,2}}{counted}", re.IGNORECASE
            )
        return _NUMBERS[number]

    def _hit_pieces(self, hit: Hit) -> Iterator[Piece]:
        note = self.index.note(hit.chunk.note)
        if note is not None:
            for block in hit.chunk.blocks:
                if note.blocks[block].kind != "header":
                    yield from self._block_pieces(note, block, "item")

    def _sentence_scores(self, pieces: Sequence[Piece]) -> list[float]:
        index = self.index
        texts = [piece.text for piece in pieces]
        vectors = index.embedder.encode_documents(texts)
        query = index.embedder.encode_query(self.question.text)
        nearness = _scaled(vectors @ query)
        owns = [
            frozenset(index.reader.terms(f"{piece.text} {english(index, piece) or ''}")) for piece in pieces
        ]
        scores: list[float] = []
        for piece, own, near in zip(pieces, owns, nearness, strict=True):
            headings = piece.note.sections[piece.section].headings
            path = frozenset(index.reader.terms(" > ".join((piece.note.title, *headings))))
            telling = [unit for unit in self.units if not unit.covered_by(path)]
            held = coverage(self.units, own | path)
            if telling:
                held = 0.8 * coverage(telling, own) + 0.2 * held
            else:
                held = 0.5 * held + 0.5 * coverage(self.units, own)
            prose = 0.92 if piece.note.blocks[piece.block or 0].kind == "row" else 1.0
            scores.append(prose * (0.6 * held + 0.4 * float(near)))
        return scores

    def _with_lead(self, piece: Piece) -> Piece:
        """Names the thing a sentence is about, where neither it nor the question does."""
        opening = self.index.reader.names(piece.text, self.index.reader.entries)[:1]
        if _NAMED_ITEM.match(piece.text):
            return piece
        if opening and not opening[0].start and _TOPIC.match(piece.text, opening[0].end):
            return piece
        said = squeeze(piece.text) + "\0" + squeeze(self.question.text)
        for title in reversed(piece.note.sections[piece.section].headings):
            if self._is_thing(title):
                return piece if any(key in said for key in self._keys(title)) else replace(piece, lead=title)
        return piece

    def _keys(self, title: str) -> set[str]:
        """Every spelling of the thing that a heading names."""
        own = {squeeze(name) for name in spellings(title)} | {squeeze(title)}
        entries = self.index.reader.entries
        owners = {entries[key] for key in own if key in entries}
        return own | {key for key, owner in entries.items() if owner in owners}


def english(index: Index, piece: Piece) -> str | None:
    """Returns the companion's text for a piece; None where the note has no companion."""
    companion = index.companion(piece.note.path)
    if companion is None:
        return None
    if piece.block is None:
        return companion.sections[piece.section].title
    mine = piece.note.blocks[piece.block]
    theirs: Block = companion.blocks[piece.block]
    if len(mine.sentences) == len(theirs.sentences):
        return theirs.sentences[piece.sentence].text
    return theirs.text


def english_lead(index: Index, piece: Piece) -> str:
    """Returns the lead in English: the companion's title of the section the lead came from."""
    companion = index.companion(piece.note.path)
    if companion is None or not piece.lead:
        return piece.lead
    section: int | None = piece.section
    while section is not None:
        if piece.note.sections[section].title == piece.lead:
            return companion.sections[section].title
        section = piece.note.sections[section].parent
    return piece.lead


def _definition_blocks(note: Note, section: int) -> list[int]:
    """Blocks that say what a section is about: its own, else its callouts', else its first child's."""
    own = [
        i
        for i, b in enumerate(note.blocks)
        if b.section == section and b.sentences and b.kind not in ("header", "row")
    ]
    if own:
        return own
    for child, found in enumerate(note.sections):
        if found.parent == section and (blocks := _definition_blocks(note, child)):
            return blocks
    return []


def _first_points(note: Note, section: int) -> list[int]:
    """The first points a note makes below its definition: the items of its next section."""
    for child, found in enumerate(note.sections):
        if found.parent == section and found.level < CALLOUT_LEVEL:
            items = [i for i, b in enumerate(note.blocks) if b.section == child and b.kind == "item"]
            if items:
                return [i for i in items if not note.blocks[i].depth][: MAX_POINTS - 2]
    return []


def _without_names(text: str, reader: TermReader) -> str:
    """Blanks out known names, whose digits (`Route 53`, `EC2`) answer no question for a number."""
    clean = normalise(text)
    for match in reversed(reader.names(clean, reader.entries)):
        clean = clean[: match.start] + " " + clean[match.end :]
    return _DIGIT_NAMES.sub(" ", clean)


def _steps(note: Note, section: int) -> list[Piece]:
    """The numbered items of a section, in order."""
    pieces: list[Piece] = []
    for number, block in enumerate(note.blocks):
        if block.section == section and block.number is not None and not block.depth:
            count = range(len(block.sentences))
            pieces += [Piece(note, section, number, i, "subitem" if i else "step") for i in count]
    return pieces


def _with_nested(note: Note, items: Sequence[int]) -> Iterator[int]:
    """Items followed by the items nested in them."""
    for item in items:
        yield item
        for below in range(item + 1, len(note.blocks)):
            block = note.blocks[below]
            if block.section != note.blocks[item].section or not block.depth:
                break
            if block.sentences:
                yield below


def _descendants(note: Note, section: int) -> Iterator[int]:
    """A section and all below it."""
    inside = {section}
    yield section
    for number, found in enumerate(note.sections):
        if found.parent in inside and number not in inside:
            inside.add(number)
            yield number


def _distinct(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Drops pieces that say what an earlier one said."""
    said: set[str] = set()
    for piece in pieces:
        key = squeeze(piece.text)
        if key and not any(key in earlier for earlier in said):
            said.add(key)
            yield piece


def _lead_once(pieces: Sequence[Piece]) -> list[Piece]:
    """A lead holds until another one comes."""
    last = ""
    led: list[Piece] = []
    for piece in pieces:
        led.append(replace(piece, lead="") if piece.lead == last else piece)
        last = piece.lead or last
    return led


def _scaled(values: np.ndarray) -> np.ndarray:
    span = float(values.max() - values.min())
    return (values - values.min()) / span if span else np.ones_like(values)
