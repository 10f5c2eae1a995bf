"""Where the notes speak of something: the sections, each with the sentence of it that says most."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence import coverage
from assistant.inquiry import Inquiry
from assistant.pieces import Piece
from assistant.sentences import Ranked
from index.notes import Note

_MAX_PLACES = 6
_BEHIND = 0.25
"""A further place may hold so much less of what was asked than the fullest."""


def whereabouts(inquiry: Inquiry, ranked: Sequence[Ranked]) -> list[Piece]:
    """Returns the titles of the sections that speak of what was asked, each with its best sentence.

    A section stands for all below it if its title names all that was asked.

    Args:
        inquiry: The question.
        ranked: The sentences that were found, best first.
    """
    least = max((found.said for found in ranked), default=0.0) - _BEHIND
    found_at: dict[tuple[str, int], list[Piece]] = {}
    for found in ranked:
        if found.said >= least:
            note, section = found.piece.note, _naming(inquiry, found.piece.note, found.piece.section)
            sentence = replace(found.piece, form="subitem")
            found_at.setdefault((note.path, section), [_title(note, section), sentence])
    return [piece for pieces in list(found_at.values())[:_MAX_PLACES] for piece in pieces]


def _naming(inquiry: Inquiry, note: Note, section: int) -> int:
    """The highest section above one, or it itself, whose title names all that was asked."""
    naming, above = section, note.sections[section].parent
    while above is not None:
        if coverage(inquiry.units, inquiry.terms(note.sections[above].title)) == 1:
            naming = above
        above = note.sections[above].parent
    return naming


def _title(note: Note, section: int) -> Piece:
    """The title of a section, after that of its note where it has another."""
    lead = "" if note.sections[section].title == note.title else note.title
    return Piece(note, section, None, 0, "item", lead)
