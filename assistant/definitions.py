"""Answers to `what is X`: the sentences at the places that define the things asked about.

The head of a noun group comes last (`S3 버킷`, `an S3 bucket`), but before a preposition
(`cold start in Lambda`); things named side by side (`EC2와 람다`) are all asked about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.evidence import coverage
from assistant.inquiry import Inquiry
from assistant.pieces import Piece, block_pieces, definition_blocks, descendants, first_points, led
from index.notes import Note
from index.reading.names import spellings
from index.search import NamedThing
from index.storage.rows import NamedPlace
from index.text import squeeze

MAX_POINTS = 6
"""Sentences of a definition: what fits one screen and is still read. Of several things, half each."""

_MAX_FIRST_POINTS = 4
"""Of those, points from the section below the definition."""

_MAX_PLACES = 4
"""Places read where no note is about the thing alone."""

_PLACE_ORDER = {"title": 0, "label": 0, "heading": 1, "callout": 2, "definition": 3, "alias": 4}
"""The larger the place that carries a name, the more it is about what is named; an alias may be loose."""

_PREPOSITION = re.compile(r"\b(?:in|of|for|on|from|with)\b", re.IGNORECASE)
_CONNECTIVE = re.compile(r"^\s*(?:와|과|이?랑|하고|및|,|&|/|and\b|or\b|vs\b)", re.IGNORECASE)

_BESIDE = ("와", "과", "및", "and")
"""What follows a name that opens a sentence on two things, squeezed."""


def define_asked(inquiry: Inquiry) -> list[Piece]:
    """Returns the definition of each thing asked about, or what the notes say of an aspect of it.

    None when anything beside things is asked.
    """
    if any(u.thing is None and (u.kind != "verb" or u.frequency) for u in inquiry.units):
        return []
    aspects = [thing for thing in inquiry.retrieval.things if thing.is_property]
    if aspects and inquiry.things:
        return _aspect(inquiry, inquiry.things[-1], aspects[-1])[:MAX_POINTS]
    return define_each(inquiry, _subjects(inquiry))


def _aspect(inquiry: Inquiry, thing: NamedThing, aspect: NamedThing) -> list[Piece]:
    """What a section named after an aspect (`요금`) says, in the first note about the thing that has one."""
    for note, place in _ranked_places(inquiry, thing):
        whole = _is_whole_note(note, place)
        for section in range(len(note.sections)) if whole else descendants(note, place.section):
            if any(squeeze(name) in aspect.keys for name in spellings(note.sections[section].title)):
                blocks = definition_blocks(note, section)
                return [piece for block in blocks for piece in block_pieces(note, block)]
    return []


def define_each(inquiry: Inquiry, things: Sequence[NamedThing]) -> list[Piece]:
    """Returns the definitions of things one after another, shorter where there are several."""
    limit = MAX_POINTS if len(things) == 1 else MAX_POINTS // 2
    return [piece for thing in things for piece in _definition(inquiry, thing)[:limit]]


def _subjects(inquiry: Inquiry) -> list[NamedThing]:
    """The things asked about, of all the question names."""
    things, text = inquiry.things, inquiry.question.text
    for number in range(len(things) - 1, 0, -1):
        if _PREPOSITION.search(_between(text, things[number - 1], things[number])):
            things = things[:number]
    subjects = things[-1:]
    for number in range(len(things) - 1, 0, -1):
        if not _side_by_side(text, things[number - 1], things[number]):
            break
        subjects.insert(0, things[number - 1])
    return subjects


def _side_by_side(text: str, earlier: NamedThing, later: NamedThing) -> bool:
    """Whether two things are named as equals: `A와 B`, `A, B`, `A B 각각`."""
    between = _between(text, earlier, later)
    return bool(_CONNECTIVE.search(between)) or (not between.strip() and "각각" in text)


def _between(text: str, earlier: NamedThing, later: NamedThing) -> str:
    return text[earlier.end : later.start]


def _definition(inquiry: Inquiry, thing: NamedThing) -> list[Piece]:
    """A definition of a thing with its points; from several notes where none is about it alone.

    The first sentence of every place comes before any place's points.
    """
    first: list[Piece] = []
    rest: list[Piece] = []
    for note, place in _defining_places(inquiry, thing):
        found = list(_place_pieces(note, place, thing))
        first += found[:1]
        rest += found[1:]
    marked = [replace(p, form="paragraph" if not i else p.form) for i, p in enumerate(first)]
    return [*marked, *rest]


def _defining_places(inquiry: Inquiry, thing: NamedThing) -> list[tuple[Note, NamedPlace]]:
    """The place of the note that is all about a thing, else the first few places, defining ones first.

    An alias may be loose, and counts only where the note opens with it and nothing says it better.
    """
    places = _ranked_places(inquiry, thing)
    if places and not _is_whole_note(*places[0]):
        places.sort(key=lambda found: _vagueness(*found, thing))
    if places and (places[0][1].kind != "alias" or _vagueness(*places[0], thing)):
        places = [found for found in places if found[1].kind != "alias"] or places
    return places[: 1 if places and _is_whole_note(*places[0]) else _MAX_PLACES]


def _ranked_places(inquiry: Inquiry, thing: NamedThing) -> list[tuple[Note, NamedPlace]]:
    """Places that are about a thing, those that also cover the other things named first."""
    things = inquiry.retrieval.things
    others = [u for u in inquiry.units if u.thing is not None and things[u.thing] != thing]
    scored: list[tuple[float, int, Note, NamedPlace]] = []
    for place in thing.places:
        note = inquiry.index.note(place.note)
        if note is not None:
            path = " ".join((note.title, *note.sections[place.section].headings))
            held = coverage(others, inquiry.terms(path))
            scored.append((-held, _PLACE_ORDER[place.kind], note, place))
    return [(note, place) for _, _, note, place in sorted(scored, key=lambda row: row[:2])]


def _is_whole_note(note: Note, place: NamedPlace) -> bool:
    """Whether the note as a whole is about the thing: its title or only top heading names it."""
    tops = sum(section.level == 1 for section in note.sections)
    return place.kind in ("title", "label") or (note.sections[place.section].level == 1 and tops == 1)


def _vagueness(note: Note, place: NamedPlace, thing: NamedThing) -> int:
    """How little a place defines a thing: 0 opens with its name in a sentence, 1 in an item of a list, 2 without."""
    blocks = [place.block] if place.block is not None else definition_blocks(note, place.section)[:1]
    if not blocks:
        return 2
    first = note.blocks[blocks[0]]
    opening = squeeze(first.sentences[0].text)
    rests = (opening.removeprefix(key) for key in thing.keys if opening.startswith(key))
    if all(rest.startswith(_BESIDE) for rest in rests):
        return 2
    return int(place.block is None and first.kind == "item")


def _place_pieces(note: Note, place: NamedPlace, thing: NamedThing) -> Iterator[Piece]:
    """What a place says of a thing, its first block led by the heading where that alone names it."""
    if place.block is not None:
        blocks = [place.block]
    else:
        blocks = definition_blocks(note, place.section)
        if _is_whole_note(note, place):
            points = first_points(note, place.section)[:_MAX_FIRST_POINTS]
            blocks += [block for block in points if block not in blocks]
    for position, block in enumerate(blocks):
        for piece in block_pieces(note, block):
            opens = not position and not piece.sentence
            title = note.sections[piece.section].title or thing.label
            yield led(piece, title, thing.keys) if opens else piece
