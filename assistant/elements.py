"""What a section lists: its subsections that are things, else its items or table rows."""

import re
from collections.abc import Sequence

from assistant.headings import is_comparison, is_property, is_thing, thing_keys
from assistant.inquiry import Inquiry
from assistant.pieces import Piece, block_pieces, definition_blocks, led, subsections, with_nested
from index.notes import CALLOUT_LEVEL, Note
from index.opened import Index

_MOSTLY = 0.6
"""So large a share of a section's parts names things where it lists things; notes are not tidier."""

_KINDS_OF = re.compile(r"(?:의\s*)?(?:종류|유형|형태|가지)|\b(?:kind|type|form)s?(?: of)?\b", re.IGNORECASE)
_KIND_WORDS = ("종류", "유형", "형태", "가지", "kind", "type", "form")


def elements(inquiry: Inquiry, note: Note, section: int) -> list[Piece]:
    """Returns a section's subsections that are things, else its largest group of items or rows."""
    index = inquiry.index
    children = subsections(note, section)
    things = [child for child in children if is_thing(index, note.sections[child].title)]
    own = [(i, block) for i, block in enumerate(note.blocks) if block.section == section]
    items = [i for i, block in own if block.kind == "item" and not block.depth and block.sentences]
    rows = [i for i, block in own if block.kind == "row"]
    if len(things) >= max(2, _MOSTLY * len(children), len(items)):
        return [_subsection(index, note, c) for c in children if _is_element(index, note, c)]
    if len(rows) >= max(2, len(items)) or (len(rows) >= 2 and inquiry.question.compares):
        chosen = rows
    else:
        chosen = list(with_nested(note, items))
    return [piece for block in chosen for piece in block_pieces(note, block)]


def _is_element(index: Index, note: Note, section: int) -> bool:
    title = note.sections[section].title
    return not is_comparison(title) and not is_property(index, title)


def _subsection(index: Index, note: Note, section: int) -> Piece:
    """A subsection in one piece: the first sentence of it or its callouts, else its title."""
    title = note.sections[section].title
    inside = {section} | {
        i for i, s in enumerate(note.sections) if s.parent == section and s.level == CALLOUT_LEVEL
    }
    for block in definition_blocks(note, section):
        if note.blocks[block].section in inside:
            piece = Piece(note, note.blocks[block].section, block, 0, "item")
            return led(piece, title, thing_keys(index, title))
    return Piece(note, section, None, 0, "item")


def tells_kinds(index: Index, note: Note, section: int, pieces: Sequence[Piece]) -> bool:
    """Whether pieces of a section list kinds: it says so, or they are things or rows of a table."""
    title = note.sections[section].title
    said = [title, *(piece.text for piece in pieces)]
    if any(word in text.casefold() for word in _KIND_WORDS for text in said):
        return True
    if is_comparison(title):
        return False
    if any(piece.lead or piece.section != section for piece in pieces):
        return True
    if all(piece.block is not None and note.blocks[piece.block].kind == "row" for piece in pieces):
        return True
    named = sum(_opens_with_thing(index, piece.text) for piece in pieces)
    return len(pieces) > 1 and named >= _MOSTLY * len(pieces)


def lists_kinds(title: str) -> bool:
    """Whether a section says by its title that it lists kinds."""
    return any(word in title.casefold() for word in _KIND_WORDS)


def kinds_of(title: str) -> str:
    """Returns of what a section lists the kinds by its title; empty if it does not.

    >>> kinds_of("스토리지 클래스 종류"), kinds_of("Kinds of load balancers"), kinds_of("한도")
    ('스토리지 클래스', 'load balancers', '')
    """
    return _KINDS_OF.sub(" ", title).strip() if lists_kinds(title) else ""


def _opens_with_thing(index: Index, text: str) -> bool:
    return any(not match.start for match in index.reader.names(text, index.reader.entries))
