"""A table row to what it says aloud, and where it stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from index.reading.markup import plain_text

_BEFORE_ROW = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what its cells say, what it says aloud, and whether it names the columns."""

    cells: list[str]
    text: str
    header: bool


def read_row(tokens: Sequence[Token], position: int, header: list[str]) -> Row:
    """Reads the row whose opening token stands at `position`, under the header last read."""
    cells: list[str] = []
    is_header = False
    while (token := tokens[position]).type != "tr_close":
        position += 1
        is_header = is_header or token.type == "th_open"
        if token.type == "inline":
            cells.append(plain_text(token.content))
    if not any(cells):
        return Row(cells, "", is_header)
    text = ", ".join(cell for cell in cells if cell) if is_header else _aloud(header, cells)
    return Row(cells, text, is_header)


def row_place(text: str, start: int, end: int) -> tuple[int, int]:
    """Range of a row within its line, marks of quotes and lists left out."""
    match = _BEFORE_ROW.match(text, start, end)
    begin = match.end() if match else start
    return begin, begin + len(text[begin:end].rstrip())


def _aloud(header: list[str], cells: list[str]) -> str:
    """Reads a row with the names of its columns: `gp3 — 종류: 범용 SSD · 크기: 1 TB`."""
    named = [
        f"{name}: {cell}" if name else cell for name, cell in zip(header[1:], cells[1:], strict=False) if cell
    ]
    return f"{cells[0]} — {' · '.join(named)}" if named else cells[0]
