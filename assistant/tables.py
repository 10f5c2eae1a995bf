"""Rows of a note's table, shown as the table they are."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from assistant.answers import CELLS
from assistant.pieces import Piece
from index.notes import Note
from index.reading.markup import plain_text

_BORDER = re.compile(r"(?<!\\)\|")
_FEWEST_ROWS = 2
"""A single row reads better as a sentence: `gp3 — 종류: 범용 SSD`."""


def by_tables(pieces: Sequence[Piece]) -> Iterator[tuple[int | None, list[Piece]]]:
    """Yields pieces in order: rows of one table together, with the block of its header, others with None."""
    for (_, header), group in groupby(pieces, key=lambda piece: (piece.note.path, _header(piece))):
        rows = list(group)
        yield (header if len(rows) >= _FEWEST_ROWS else None), rows


def row_text(note: Note, block: int) -> str:
    """Returns the cells of a row or header, without markup, parted by `CELLS`."""
    sentences = note.blocks[block].sentences
    raw = note.text[sentences[0].start : sentences[-1].end].strip()
    cells = _BORDER.split(raw.removeprefix("|").removesuffix("|"))
    return CELLS.join(plain_text(cell).replace(CELLS, " / ").strip() for cell in cells)


def _header(piece: Piece) -> int | None:
    """The header of the table that a piece is a row of; None for other pieces."""
    if piece.block is None or piece.lead or piece.note.blocks[piece.block].kind != "row":
        return None
    above = range(piece.block - 1, -1, -1)
    found = next((i for i in above if piece.note.blocks[i].kind != "row"), None)
    return found if found is not None and piece.note.blocks[found].kind == "header" else None
