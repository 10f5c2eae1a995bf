"""The plainest answer: the sentences that answer best, and after them what else was found."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.elements import elements, tells_kinds
from assistant.headings import is_thing, thing_keys
from assistant.inquiry import Inquiry
from assistant.numbers import gives_number
from assistant.pieces import Piece, bilingual_text, led, steps
from assistant.sentences import Ranked
from index.search import Unit

_MAX_SENTENCES = 5
_BEHIND = 2.0
"""A further sentence may score so much less than the best."""

_MAX_NUMBERS = 2
_NUMBER_BEHIND = 0.8
"""The same where a number is asked for: a second, different number confuses."""

_MAX_MORE = 10
"""Sentences that are folded away under an answer."""

_MAX_NEAREST = 5
_NEAR = 1.0
"""Standard deviations above the usual: a sentence on something else is no nearer than others."""
_SAID = 0.2

_MAX_ELEMENTS = 12
_SEEN_SENTENCES = 3
"""So many of the best sentences are looked at for the section whose elements are asked for."""

_SEEN_FOR_STEPS = 8
"""The same for the section whose steps are asked for."""

_NAMED_ITEM = re.compile(r"[^:.,]{1,30} ?: ")
_TOPIC = re.compile(r"(?:\s*\([^)]*\))?(?:은|는|이란|란|이|가|의|:)\s")


def passages(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns the sentences that answer best, in the notes' order.

    Args:
        inquiry: The question.
        ranked: The sentences that were found, best first.
    """
    fitting = [found for found in ranked if _is_of_the_kind_asked(inquiry, found.piece)]
    if not fitting:
        return []
    number = inquiry.question.number is not None
    most, behind = (_MAX_NUMBERS, _NUMBER_BEHIND) if number else (_MAX_SENTENCES, _BEHIND)
    chosen = [found for found in fitting if found.score >= fitting[0].score - behind][:most]
    return _in_order(inquiry, _both_sides(inquiry, fitting, chosen))


def whole_section(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns all elements of the section that the best sentences stand in, where a list is asked for."""
    for found in ranked[:_SEEN_SENTENCES]:
        note, section = found.piece.note, found.piece.section
        pieces = elements(inquiry, note, section)
        if any(_is_same(found.piece, piece) for piece in pieces) and 2 <= len(pieces) <= _MAX_ELEMENTS:
            return pieces
    return []


def whole_procedure(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns all steps of the first section with any among those found, where steps are asked for."""
    places = [(found.piece.note, found.piece.section) for found in ranked[:_SEEN_FOR_STEPS]]
    for note, section in places:
        pieces = steps(note, section)
        if len(pieces) > 1:
            return pieces
    return []


def more(inquiry: Inquiry, ranked: Sequence[Ranked], pieces: Sequence[Piece]) -> list[Piece]:
    """Returns the next best sentences that an answer leaves out, in the notes' order."""
    left = [found for found in ranked if not any(_is_same(found.piece, piece) for piece in pieces)]
    return _in_order(inquiry, left[:_MAX_MORE])


def nearest(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns the sentences that come nearest to a question the notes do not answer; none that are far."""
    near = [found for found in ranked if found.near >= _NEAR and found.said >= _SAID]
    return _in_order(inquiry, near[:_MAX_NEAREST])


def _both_sides(inquiry: Inquiry, fitting: Sequence[Ranked], chosen: list[Ranked]) -> list[Ranked]:
    """Of a comparison each side has a sentence, if the notes have one of it."""
    if not inquiry.question.compares:
        return chosen
    for side in _sides(inquiry):
        told = [found for found in fitting if _tells_of(inquiry, found.piece, side)]
        if told and not any(found in chosen for found in told):
            chosen = [*chosen, told[0]]
    return chosen


def untold_sides(inquiry: Inquiry, pieces: Sequence[Piece]) -> list[str]:
    """Returns the things that were to be compared and of which an answer says nothing, as they were called."""
    if not inquiry.question.compares:
        return []
    sides = _sides(inquiry)
    return [side.text for side in sides if not any(_tells_of(inquiry, piece, side) for piece in pieces)]


def _sides(inquiry: Inquiry) -> list[Unit]:
    return [unit for unit in inquiry.units if unit.thing is not None]


def _tells_of(inquiry: Inquiry, piece: Piece, thing: Unit) -> bool:
    said = inquiry.terms(bilingual_text(inquiry.index, piece))
    return thing.covered_by(said | inquiry.heading_terms(piece.note, piece.section))


def _is_same(one: Piece, other: Piece) -> bool:
    return (one.note.path, one.block, one.sentence) == (other.note.path, other.block, other.sentence)


def _is_of_the_kind_asked(inquiry: Inquiry, piece: Piece) -> bool:
    """Whether a sentence tells kinds or gives a number, where that is asked for."""
    question = inquiry.question
    if question.kinds and not tells_kinds(inquiry.index, piece.note, piece.section, [piece]):
        return False
    return question.number is None or gives_number(inquiry, piece)


def _in_order(inquiry: Inquiry, chosen: Sequence[Ranked]) -> list[Piece]:
    """The notes in the order of their best sentence, the sentences of a note as it has them."""
    notes = list(dict.fromkeys(found.piece.note.path for found in sorted(chosen, key=lambda f: -f.score)))
    ordered = sorted(
        (found.piece for found in chosen),
        key=lambda piece: (notes.index(piece.note.path), *piece.place),
    )
    return _lead_once([_with_lead(inquiry, piece) for piece in ordered])


def _with_lead(inquiry: Inquiry, piece: Piece) -> Piece:
    """Names the thing a sentence is about, where neither it nor the question does."""
    index = inquiry.index
    if _NAMED_ITEM.match(piece.text):
        return piece
    opening = index.reader.names(piece.text, index.reader.entries)[:1]
    if opening and not opening[0].start and _TOPIC.match(piece.text, opening[0].end):
        return piece
    for title in reversed(piece.note.sections[piece.section].headings):
        if is_thing(index, title):
            # Where the question names one thing, all that is said is of that.
            context = inquiry.question.text if len(inquiry.things) < 2 else ""
            return led(piece, title, thing_keys(index, title), context)
    return piece


def _lead_once(pieces: Iterable[Piece]) -> list[Piece]:
    """A lead holds until another one comes."""
    last = ""
    shown: list[Piece] = []
    for piece in pieces:
        shown.append(replace(piece, lead="") if piece.lead == last else piece)
        last = piece.lead or last
    return shown
