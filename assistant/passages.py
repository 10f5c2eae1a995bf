"""The plainest answer: the sentences that answer best, and after them what else was found."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.definitions import define_each
from assistant.elements import elements, lists_kinds, tells_kinds
from assistant.headings import is_thing, names_several, thing_keys
from assistant.inquiry import Inquiry
from assistant.numbers import gives_number
from assistant.outlines import asked_steps
from assistant.pieces import Piece, bilingual_text, descendants, led, steps
from assistant.sentences import Ranked
from index.opened import Index
from index.search import NamedThing, Unit

_MAX_SENTENCES = 8
_BEHIND = 1.5
"""A further sentence may score so much less than the best."""

_FEWEST_COMPARED = 3
"""Of a comparison one sentence tells one side at most; and so many may tell of a side, however little is
told of the other."""

_FEWEST_OF_SIDE = 2
"""What is best on both sides may leave one of them undefined."""

_MAX_NUMBERS = 2
_NUMBER_BEHIND = 0.8
"""The same where a number is asked for: a second, different number confuses."""

_MAX_BEST = 3
_BEST_BEHIND = 0.5
"""Every answer has so many of the best sentences, if they are hardly less good than the very best."""

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
_TOPIC = re.compile(r"(?:\s*\([^)]*\))?(?:은|는|이란|란|이|가|:)\s")
_POSSESSIVE = re.compile(r"(?:\s*\([^)]*\))?의\s")


def passages(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns the sentences that answer best, in the notes' order.

    Args:
        inquiry: The question.
        ranked: The sentences that were found, best first.
    """
    fitting = _on_subject(inquiry, [f for f in ranked if _is_of_the_kind_asked(inquiry, f.piece)])
    if not fitting:
        return []
    number = inquiry.question.number is not None
    most, behind = (_MAX_NUMBERS, _NUMBER_BEHIND) if number else (_MAX_SENTENCES, _BEHIND)
    near = [found for found in fitting if found.score >= fitting[0].score - behind][:most]
    chosen = max(near, fitting[: _FEWEST_COMPARED if inquiry.question.compares else 0], key=len)
    chosen = _both_sides(inquiry, fitting, chosen)
    pieces = _in_order(inquiry, chosen)
    if inquiry.question.compares:
        pieces = [*_undefined(inquiry, pieces), *pieces]
    if inquiry.question.asks == "yes_no":  # what decides comes first
        pieces.sort(key=lambda piece: not _is_same(piece, fitting[0].piece))
    return pieces


def whole_section(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns all elements of the section that the best sentences stand in, where a list is asked for."""
    if pieces := _section_of_kinds(inquiry, ranked):
        return pieces
    for found in ranked[:_SEEN_SENTENCES]:
        note, section = found.piece.note, found.piece.section
        pieces = elements(inquiry, note, section)
        if steps(note, section) or not 2 <= len(pieces) <= _MAX_ELEMENTS:
            continue  # what is done one after the other are no kinds of anything
        if any(_is_same(found.piece, piece) for piece in pieces):
            return pieces
    return []


def _section_of_kinds(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns what the section lists that is titled as a list of kinds, in the note that the best opens."""
    best = ranked[0].piece
    if best.note.sections[best.section].level > 1:
        return []
    for section in descendants(best.note, best.section):
        if section != best.section and lists_kinds(best.note.sections[section].title):
            pieces = elements(inquiry, best.note, section)
            if 2 <= len(pieces) <= _MAX_ELEMENTS:
                return pieces
    return []


def whole_procedure(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns all steps of the first section with any among those found, where steps are asked for."""
    places = [(found.piece.note, found.piece.section) for found in ranked[:_SEEN_FOR_STEPS]]
    for note, section in places:
        pieces = asked_steps(inquiry, note, section)
        if len(pieces) > 1:
            return pieces
    return []


def with_best(inquiry: Inquiry, ranked: Sequence[Ranked], pieces: Sequence[Piece]) -> list[Piece]:
    """Returns a section's pieces with those of the best sentences that they lack.

    A section is chosen by its shape and may be beside the point. What it lacks comes after it, and a list
    or steps without any of the best sentences come last themselves. Where nothing but a thing is named, a
    list of its parts says it all, and so does a definition with any of the best sentences.
    """
    best = [found for found in ranked[:_MAX_BEST] if found.score >= ranked[0].score - _BEST_BEHIND]
    lacking = [found for found in best if not any(_is_same(found.piece, piece) for piece in pieces)]
    only_named = not inquiry.question.compares and all(unit.thing is not None for unit in inquiry.units)
    if only_named and (len(lacking) < len(best) or inquiry.question.kind == "list"):
        return list(pieces)
    also = _in_order(inquiry, lacking)
    beside = len(lacking) == len(best) and inquiry.question.kind != "what_is"
    return [*also, *pieces] if beside else [*pieces, *also]


def more(inquiry: Inquiry, ranked: Sequence[Ranked], pieces: Sequence[Piece]) -> list[Piece]:
    """Returns the next best sentences that an answer leaves out, in the notes' order."""
    left = [found for found in ranked if not any(_is_same(found.piece, piece) for piece in pieces)]
    return _in_order(inquiry, left[:_MAX_MORE])


def nearest(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns the sentences that come nearest to a question the notes do not answer; none that are far."""
    near = [found for found in ranked if found.near >= _NEAR and found.said >= _SAID]
    return _in_order(inquiry, near[:_MAX_NEAREST])


def _on_subject(inquiry: Inquiry, fitting: list[Ranked]) -> list[Ranked]:
    """Of a question on one thing, the sentences that tell of it, where the best does."""
    sides = _sides(inquiry)
    if (
        len(sides) != 1
        or inquiry.question.compares
        or not fitting
        or not _tells_of(inquiry, fitting[0].piece, sides[0])
    ):
        return fitting
    return [found for found in fitting if _tells_of(inquiry, found.piece, sides[0])]


def _both_sides(inquiry: Inquiry, fitting: Sequence[Ranked], chosen: Sequence[Ranked]) -> Sequence[Ranked]:
    """Of a comparison each side has sentences, if the notes have any of it, and none has far more."""
    sides = _sides(inquiry) if inquiry.question.compares else []
    if len(sides) < 2:
        return chosen
    told = [[found for found in fitting if _tells_of(inquiry, found.piece, side)] for side in sides]
    kept = [*chosen, *(found for own in told for found in own[:_FEWEST_OF_SIDE] if found not in chosen)]
    only = [[found for found in own if sum(found in other for other in told) == 1] for own in told]
    most = max(_FEWEST_COMPARED, 1 + min(sum(found in kept for found in own) for own in only))
    for own in only:
        dropped = [found for found in own if found in kept][most:]
        kept = [found for found in kept if found not in dropped]
    return kept


def _undefined(inquiry: Inquiry, pieces: Sequence[Piece]) -> list[Piece]:
    """Returns what defines each thing that is compared, where the sentences found don't."""
    text, things = inquiry.question.text, list[NamedThing]()
    for unit, after in pairwise((*inquiry.units, None)):
        # `인스턴스 스토어` is not about instances.
        modifies = unit and after and after.thing is None and f"{unit.text} {after.text}" in text
        if unit is not None and unit.thing is not None and not modifies:
            things.append(inquiry.retrieval.things[unit.thing])
    definitions = [found[0] for thing in things if (found := define_each(inquiry, [thing]))]
    return [found for found in definitions if not any(_is_same(found, piece) for piece in pieces)]


def untold_sides(inquiry: Inquiry, pieces: Sequence[Piece]) -> list[str]:
    """Returns what was to be compared and of which an answer says nothing, as it was called.

    Things that notes name, and nouns that no note has, with what stands before them: `인스턴스 스토어`.
    """
    if not inquiry.question.compares:
        return []
    untold = [
        unit.text for unit in _sides(inquiry) if not any(_tells_of(inquiry, piece, unit) for piece in pieces)
    ]
    for before, unit in pairwise((None, *inquiry.units)):
        if unit is not None and unit.kind == "noun" and not unit.frequency:
            phrase = f"{before.text} {unit.text}" if before else unit.text
            untold.append(phrase if phrase in inquiry.question.text else unit.text)
    return untold


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
    return _lead_once([with_lead(inquiry, piece) for piece in ordered])


def with_lead(inquiry: Inquiry, piece: Piece) -> Piece:
    """Returns a piece that names the thing a sentence is about, where neither it nor the question does."""
    index = inquiry.index
    if _NAMED_ITEM.match(piece.text):
        return piece
    headings = piece.note.sections[piece.section].headings
    if _opens_with_subject(index, piece.text, headings[-1:]):
        return piece
    for title in reversed(headings):
        if is_thing(index, title) or names_several(index, title):
            # Where the question names one thing, all that is said is of that.
            context = inquiry.question.text if len(inquiry.things) < 2 else ""
            return led(piece, title, thing_keys(index, title), context)
    return piece


def _opens_with_subject(index: Index, text: str, headings: Sequence[str]) -> bool:
    """Whether a sentence opens with the name of what it is about.

    Under the heading of a thing of its own, `EC2의 설정을 돕는 서비스` is about that thing, not about EC2.
    """
    opening = index.reader.names(text, index.reader.entries)[:1]
    if not opening or opening[0].start:
        return False
    if _POSSESSIVE.match(text, opening[0].end):
        return not any(is_thing(index, title) for title in headings)
    return _TOPIC.match(text, opening[0].end) is not None


def _lead_once(pieces: Iterable[Piece]) -> list[Piece]:
    """A lead holds until another one comes."""
    last = ""
    shown: list[Piece] = []
    for piece in pieces:
        shown.append(replace(piece, lead="") if piece.lead == last else piece)
        last = piece.lead or last
    return shown
