"""Answers that are a section's structure: lists, steps and comparisons.

A section is the more likely to hold what is asked for, the more of the question its headings and
its text say, the nearer it is to a hit, and the plainer its title says that it lists or compares.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from assistant.elements import elements, kinds_of, tells_kinds
from assistant.evidence import coverage, names_only
from assistant.headings import is_comparison
from assistant.inquiry import TOP_HITS, Inquiry
from assistant.pieces import Piece, bilingual_text, descendants, heading_path, steps
from index.notes import Note
from index.search import Unit
from index.text import has_hangul, squeeze

OutlineKind = Literal["list", "steps"]

MAX_LIST = 20
"""Elements of a list; a longer one is a table of contents."""

_SURE = 1.0
"""A section with this score is what is asked for; with less, sentences answer better."""

_NEARNESS = 0.3
"""Most that closeness to a hit, or carrying the name asked about, adds: it decides between sections
whose words fit equally."""

_NAMED_BESIDE = 0.1
"""The same for a thing named before the last, which mostly says where to look."""

_MAKING = re.compile(
    r"만[들드든]|생성|설정|구축|\b(?:creat(?:e|ing)|mak(?:e|ing)|set(?:ting)? ?up|build(?:ing)?|launch(?:ing)?)\b",
    re.IGNORECASE,
)

_KIND_TITLES = ("종류", "유형", "목록", "형태", "구성", "서비스", "방식", "types", "kinds")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A section to look for an outline in, and what speaks for it beside its words."""

    note: Note
    section: int
    bonus: float


def outline(inquiry: Inquiry, kind: OutlineKind) -> list[Piece]:
    """Returns the steps or elements of the section that the question is about, all of them."""
    if not inquiry.answering:
        return []
    blind = {(hit.chunk.note, hit.chunk.section) for hit, evidence in inquiry.answering if evidence.blind}
    best_score, best = 0.0, list[Piece]()
    for candidate in _candidates(inquiry):
        note, section = candidate.note, candidate.section
        pieces = asked_steps(inquiry, note, section) if kind == "steps" else elements(inquiry, note, section)
        if len(pieces) < 2:
            continue
        if inquiry.question.kinds and not tells_kinds(inquiry.index, note, section, pieces):
            continue
        # What answers blindly holds none of the question's words: that it was found must do.
        found = _SURE if (note.path, section) in blind else 0.0
        score = max(_score(inquiry, kind, note, section, pieces), found) + candidate.bonus
        if score > best_score + 1e-9:
            best_score, best = score, pieces
    return best[:MAX_LIST] if best_score >= _SURE else []


def asked_steps(inquiry: Inquiry, note: Note, section: int) -> list[Piece]:
    """Returns a section's steps, none where making a thing is asked for and they tell of what befalls it."""
    pieces = steps(note, section)
    if _MAKING.search(inquiry.question.text):
        texts = (heading_path(note, section), *(bilingual_text(inquiry.index, piece) for piece in pieces))
        if not any(map(_MAKING.search, texts)):
            return []
    return pieces


def titled_outline(inquiry: Inquiry) -> list[Piece]:
    """Returns the elements of a found section whose very title says all that is asked."""
    question, units = inquiry.question, inquiry.units
    if question.number or question.yes_no:
        return []
    if len(units) < 2 or all(unit.thing is not None for unit in units):
        return []
    for hit, _ in inquiry.hits:
        note = inquiry.index.note(hit.chunk.note)
        title = hit.chunk.headings[-1] if hit.chunk.headings else ""
        if note is not None and coverage(units, inquiry.terms(title)) > 0.99:
            pieces = elements(inquiry, note, hit.chunk.section)
            if len(pieces) > 1:
                return pieces[:MAX_LIST]
    return []


def _candidates(inquiry: Inquiry) -> list[_Candidate]:
    """Each section near an answering hit or named after a thing asked about, with its best bonus."""
    best: dict[tuple[str, int], _Candidate] = {}
    for candidate in chain(_around_hits(inquiry), _under_names(inquiry)):
        place = (candidate.note.path, candidate.section)
        if place not in best or candidate.bonus > best[place].bonus:
            best[place] = candidate
    return list(best.values())


def _around_hits(inquiry: Inquiry) -> Iterator[_Candidate]:
    """The sections of the hits that answer, and those around them at half the bonus each."""
    for rank, (hit, evidence) in enumerate(inquiry.hits):
        note = inquiry.index.note(hit.chunk.note)
        if note is not None and evidence.answers:
            section: int | None = hit.chunk.section
            bonus = _NEARNESS * (1 - rank / TOP_HITS)
            while section is not None:
                yield _Candidate(note, section, bonus)
                section, bonus = note.sections[section].parent, bonus / 2


def _under_names(inquiry: Inquiry) -> Iterator[_Candidate]:
    """The sections named after the things asked about, above all the last, and those below them."""
    for thing in inquiry.things:
        bonus = _NEARNESS if thing == inquiry.things[-1] else _NAMED_BESIDE
        for place in thing.places:
            note = inquiry.index.note(place.note)
            if note is not None and place.block is None:
                for section in descendants(note, place.section):
                    yield _Candidate(note, section, bonus if section == place.section else bonus / 2)


def _score(inquiry: Inquiry, kind: OutlineKind, note: Note, section: int, pieces: Sequence[Piece]) -> float:
    """How surely a section's outline is what is asked for; 0 where it can't be."""
    path = _path_terms(inquiry, note, section)
    whole = path | _body_terms(inquiry, note, {section, *(piece.section for piece in pieces)})
    units = _comparable(inquiry, note)
    held, headed = coverage(units, whole), coverage(units, path)
    words = any(unit.kind in ("noun", "name", "word") for unit in units)
    if held < 0.5 or headed < (0.5 if words and kind == "list" else 0.2):
        return 0.0
    if not all(unit.covered_by(whole) for unit in units if unit.kind == "thing"):
        return 0.0
    if inquiry.question.compares and len(inquiry.things) > 1 and held < 0.9:
        return 0.0
    if kind == "list" and not _elements_tell(inquiry, pieces, [u for u in units if not u.covered_by(path)]):
        return 0.0
    found = note.sections[section]
    title = found.title if found.level > 1 else note.title
    fits = _is_fitting(inquiry, found.title)
    listed = "" if inquiry.question.compares else kinds_of(title)
    repeats = _repeats(inquiry, listed or title)
    # `스토리지 클래스 종류` says all of `S3 스토리지 클래스에는 어떤 것들이 있어?` that a title can.
    titled = 1.0 if listed and repeats else coverage(units, inquiry.terms(title))
    return held + 0.5 * headed + 0.5 * titled + 0.6 * fits + repeats


def _path_terms(inquiry: Inquiry, note: Note, section: int) -> frozenset[str]:
    """Terms a section stands under: its headings in both languages and its tables' headers."""
    headers = (b.text for b in note.blocks if b.kind == "header" and b.section == section)
    titles = [heading_path(n, section) for n in _both_languages(inquiry, note)]
    return frozenset().union(*map(inquiry.terms, (*titles, *headers)))


def _body_terms(inquiry: Inquiry, note: Note, inside: set[int]) -> frozenset[str]:
    """Terms of the text right in some sections, in both languages."""
    notes = _both_languages(inquiry, note)
    return frozenset().union(*(inquiry.terms(b.text) for n in notes for b in n.blocks if b.section in inside))


def _both_languages(inquiry: Inquiry, note: Note) -> list[Note]:
    companion = inquiry.index.companion(note.path)
    return [note] if companion is None else [note, companion]


def _comparable(inquiry: Inquiry, note: Note) -> list[Unit]:
    """The units that can be looked for in a note: in a Korean one, of an English question, names."""
    english = inquiry.question.language == "en"
    if english and has_hangul(note.text) and inquiry.index.companion(note.path) is None:
        return names_only(inquiry.units)
    return inquiry.units


def _elements_tell(inquiry: Inquiry, pieces: Sequence[Piece], units: Sequence[Unit]) -> bool:
    """Whether at least two elements speak of each word asked that the headings leave open."""
    texts = [inquiry.terms(bilingual_text(inquiry.index, piece)) for piece in pieces]
    words = [unit for unit in units if unit.thing is None and unit.frequency]
    return all(sum(unit.covered_by(text) for text in texts) >= 2 for unit in words)


def _is_fitting(inquiry: Inquiry, title: str) -> bool:
    """Whether a title says that its section does what is asked for: compares, or lists kinds."""
    if inquiry.question.compares:
        return is_comparison(title)
    return any(word in title.casefold() for word in _KIND_TITLES)


def _repeats(inquiry: Inquiry, title: str) -> float:
    """More, the longer a title that the question holds word for word."""
    key = squeeze(title)
    return min(len(key), 6) / 10 if len(key) > 1 and key in squeeze(inquiry.question.text) else 0.0
