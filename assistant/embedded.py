"""What a section shows of other notes (`![[note#heading]]`), quoted where it is written.

A section that holds nothing but embeds answers with what they show, so that an edit of the embedded
note is an edit of the answer: nothing of it is copied into the index of the note that embeds it.
"""

from collections.abc import Iterator

from assistant.inquiry import Inquiry
from assistant.pieces import Piece, block_pieces
from index.reading.document import Note
from index.reading.links import embedded_blocks, vault_paths

_MAX_PIECES = 8
"""Sentences of an answer; who embeds a whole note wants its beginning here."""


def embedded(inquiry: Inquiry) -> list[Piece]:
    """Returns what the best hit's section embeds, in the order it is shown; nothing outside the scope."""
    for hit, _ in inquiry.answering[:1]:
        note = inquiry.index.note(hit.chunk.note)
        if note is not None:
            return list(_pieces(inquiry, note, hit.chunk.section))[:_MAX_PIECES]
    return []


def _pieces(inquiry: Inquiry, note: Note, section: int) -> Iterator[Piece]:
    index = inquiry.index
    embeds = [block for block in note.blocks if block.kind == "embed" and block.section == section]
    if not embeds:
        return
    tags = dict(index.snapshot.note_tags.values())
    paths = vault_paths(tags)
    for embed in embeds:
        for path, block in embedded_blocks(note, embed, index.note, paths):
            found = index.note(path)
            if found is None or not inquiry.scope.holds(path, tags.get(path, ())):
                continue
            if found.blocks[block].kind != "header":
                yield from block_pieces(found, block)
