"""The embedded answerer: composes an answer out of the notes' own sentences and structure.

It knows what was asked for and where study notes keep it: a definition under the heading that
names the thing, kinds as the subsections, items or rows of a section, steps as numbered items. It
copies; it cannot invent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from assistant.answers import Form
from assistant.evidence import Evidence, asked, coverage, weigh
from assistant.question import Kind, Question
from index.catalog import NamedPlace
from index.notes import CALLOUT_LEVEL, Block, Note, Section
from index.opened import Index
from index.search import Hit, NamedThing, Retrieval, Unit
from index.text import squeeze

MAX_POINTS = 6
"""Sentences of a definition: what fits one screen and is still read."""

MAX_LIST = 20
MAX_PASSAGES = 4
_TOP_HITS = 5
_SENTENCE_SHARE = 0.72
"""A further sentence must score this share of the best one."""

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
            default=Evidence(0.0, 0.0),
        )

    def attempts(self) -> Iterator[tuple[Kind, list[Piece]]]:
        """Yields answers from the most fitting kind to the plainest; the first that is there wins."""
        kind = self.question.kind
        if kind == "what_is":
            yield "what_is", self._definitions()
        if kind == "steps":
            yield "steps", self._outline("steps")
        if kind == "list":
            yield "list", self._outline("list")
        yield "passage", self._passages()

    # -- what is ----------------------------------------------------------------------------

    def _definitions(self) -> list[Piece]:
        """The definition of each thing asked for, when nothing but things is asked for."""
        if any(unit.thing is None for unit in self.units):
            return []
        subjects = self._subjects()
        pieces: list[Piece] = []
        limit = MAX_POINTS if len(subjects) == 1 else MAX_POINTS // 2
        for subject in subjects:
            pieces += self._definition(subject)[:limit]
        return pieces

    def _subjects(self) -> list[NamedThing]:
        """The things asked about. Korean and English put the head last: `S3 버킷` is a bucket."""
        if not self.things:
            return []
        subjects = [self.things[-1]]
        for earlier, later in zip(self.things[-2::-1], self.things[::-1], strict=False):
            between = self.question.text[earlier.end : later.start]
            if not any(mark in between for mark in ("와", "과", "랑", "하고", "및", ",", "and", "&", "/")):
                break
            subjects.insert(0, earlier)
        return subjects

    def _definition(self, thing: NamedThing) -> list[Piece]:
        places = self._ranked_places(thing)
        titled = [place for place in places if place.kind in ("title", "alias")]
        chosen = titled[:1] or places[:4]
        pieces: list[Piece] = []
        rest: list[Piece] = []
        for place in chosen:
            note = self.index.note(place.note)
            if note is None:
                continue
            found = list(self._place_pieces(note, place, thing))
            pieces += found[:1]
            rest += found[1:]
        marked = [replace(p, form="paragraph" if not i else p.form) for i, p in enumerate(pieces)]
        return [*marked, *rest]

    def _ranked_places(self, thing: NamedThing) -> list[NamedPlace]:
        """Places that are about a thing, those that also cover the other things named first."""
        order = {"title": 0, "heading": 1, "callout": 1, "alias": 2, "definition": 3}
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
        if place.kind in ("title", "alias"):
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
        best: tuple[float, list[Piece]] = (0.0, [])
        for note, section, bonus in self._outline_sections():
            pieces = _steps(note, section) if kind == "steps" else self._elements(note, section)
            if len(pieces) < 2:
                continue
            score = self._outline_score(note, note.sections[section]) + bonus
            if score > best[0]:
                best = (score, pieces)
        return best[1][:MAX_LIST]

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

    def _outline_score(self, note: Note, section: Section) -> float:
        path = frozenset(self.index.reader.terms(" > ".join((note.title, *section.headings))))
        own = frozenset(self.index.reader.terms(section.title))
        held = coverage(self.units, path)
        if held < 0.5:
            return 0.0
        kind = any(word in section.title.casefold() for word in _KIND_HEADING)
        return held + 0.5 * coverage(self.units, own) + 0.2 * kind

    def _elements(self, note: Note, number: int) -> list[Piece]:
        """Subsections that name things, else the largest group of items or rows."""
        children = [
            i for i, s in enumerate(note.sections) if s.parent == number and 0 < s.level < CALLOUT_LEVEL
        ]
        things = [i for i in children if not self._is_property(note.sections[i].title)]
        items = [
            i
            for i, b in enumerate(note.blocks)
            if b.section == number and b.kind == "item" and not b.depth and b.sentences
        ]
        rows = [i for i, b in enumerate(note.blocks) if b.section == number and b.kind == "row"]
        if len(things) >= 2 and len(things) >= len(children) / 2 and len(things) >= len(items):
            return [self._child(note, child) for child in things]
        chosen = rows if len(rows) >= max(2, len(items)) else items
        nested = [i for i in _with_nested(note, chosen)] if chosen is items else chosen
        return [piece for block in nested for piece in self._block_pieces(note, block, "item")]

    def _is_property(self, title: str) -> bool:
        places = self.index.places.get(squeeze(title), [])
        return len({place.note for place in places}) > 1 and squeeze(title) not in self.index.reader.entries

    def _child(self, note: Note, child: int) -> Piece:
        title = note.sections[child].title
        blocks = _definition_blocks(note, child)
        if not blocks:
            return Piece(note, child, None, 0, "item")
        piece = Piece(note, note.blocks[blocks[0]].section, blocks[0], 0, "item")
        named = squeeze(piece.text)
        spelled = any(key in named for key in self.index.spellings.get(squeeze(title), {squeeze(title)}))
        return piece if spelled else replace(piece, lead=title)

    # -- passages ---------------------------------------------------------------------------

    def _passages(self) -> list[Piece]:
        """The sentences of the best hits that say most of what is asked, in the notes' order."""
        weighed = [(hit, weigh(hit, self.retrieval, self.units)) for hit in self.hits]
        answering = [(hit, evidence) for hit, evidence in weighed if evidence.answers]
        if not answering:
            return []
        most = max(evidence.coverage for _, evidence in answering)
        chosen = [hit for hit, evidence in answering if evidence.coverage >= 0.8 * most][:3]
        candidates = [piece for hit in chosen for piece in self._hit_pieces(hit)]
        if not candidates:
            return []
        scores = self._sentence_scores(candidates)
        best = max(scores)
        kept = sorted(range(len(scores)), key=lambda i: -scores[i])[:MAX_PASSAGES]
        kept = [i for i in kept if scores[i] >= _SENTENCE_SHARE * best]
        return [self._with_lead(candidates[i]) for i in sorted(kept)]

    def _hit_pieces(self, hit: Hit) -> Iterator[Piece]:
        note = self.index.note(hit.chunk.note)
        if note is not None:
            for block in hit.chunk.blocks:
                yield from self._block_pieces(note, block, "item")

    def _sentence_scores(self, pieces: Sequence[Piece]) -> list[float]:
        index = self.index
        texts = [piece.text for piece in pieces]
        vectors = index.embedder.encode_documents(texts)
        query = index.embedder.encode_query(self.question.text)
        nearness = _scaled(vectors @ query)
        scores: list[float] = []
        for piece, near in zip(pieces, nearness, strict=True):
            own = frozenset(index.reader.terms(f"{piece.text} {english(index, piece) or ''}"))
            path = frozenset(index.reader.terms(" ".join(piece.note.sections[piece.section].headings)))
            held = 0.7 * coverage(self.units, own) + 0.3 * coverage(self.units, own | path)
            scores.append(0.6 * held + 0.4 * float(near))
        return scores

    def _with_lead(self, piece: Piece) -> Piece:
        """Names the thing a sentence is about, where neither it nor the question does."""
        headings = piece.note.sections[piece.section].headings
        for title in reversed(headings):
            if not self._is_property(title):
                known = self.index.spellings.get(squeeze(title), {squeeze(title)})
                said = squeeze(piece.text) + "\0" + squeeze(self.question.text)
                return piece if any(key in said for key in known) else replace(piece, lead=title)
        return piece


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
    own = [i for i, b in enumerate(note.blocks) if b.section == section and b.sentences and b.kind != "row"]
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


def _steps(note: Note, section: int) -> list[Piece]:
    """The numbered items of a section, in order."""
    pieces: list[Piece] = []
    for number, block in enumerate(note.blocks):
        if block.section == section and block.number is not None and not block.depth:
            forms: list[Form] = ["step", *["subitem"] * (len(block.sentences) - 1)]
            pieces += [Piece(note, section, number, i, form) for i, form in enumerate(forms)]
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


def _scaled(values: np.ndarray) -> np.ndarray:
    span = float(values.max() - values.min())
    return (values - values.min()) / span if span else np.ones_like(values)
