"""Where the lines of a block stand in the file, whatever marks of lists and quotes precede them."""

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from index.reading.lines import FILLER, SILENCE, Lines

Place = tuple[int, int]
"""A half-open range of characters of the text."""

_UNSAID = re.compile(rf"^[\s{FILLER}{SILENCE}]+")
"""White space, and what fills the place of a comment or script before the words of a line."""


def content_places(
    lines: Lines, content: str, line_map: list[int] | None, *, heading: bool = False
) -> list[Place]:
    """Returns where the lines of a block's content stand; empty ones are left out.

    markdown-it takes the marks of containers off the front of each line, and the indent: what it keeps
    is the end of a line of the file.

    Args:
        lines: The text.
        content: What markdown-it kept of the block.
        line_map: First line of the block, and one past its last.
        heading: Closing `#` marks may follow.
    """
    line, last = line_map or [0, 0]
    places: list[Place] = []
    for piece in content.split("\n"):
        said = _UNSAID.sub("", piece).rstrip()
        while line < last:
            start, end = lines.span(line)
            line += 1
            raw = lines.shown[start:end].rstrip()
            if heading and not raw.endswith(said):
                raw = raw.rstrip("#").rstrip()
            if raw.endswith(said):
                places.append((start + len(raw) - len(said), start + len(raw)))
                break
    return [place for place in places if place[0] < place[1]]


def joined(lines: Lines, places: list[Place]) -> tuple[str, Callable[[int], int]]:
    """Returns ranges joined by newlines, and what tells where a character of that stands in the text."""
    text = "\n".join(lines.shown[start:end] for start, end in places)
    starts = list(accumulate((end - start + 1 for start, end in places), initial=0))

    def place(offset: int) -> int:
        number = bisect_right(starts, offset) - 1
        return places[number][0] + offset - starts[number]

    return text, place


def trimmed(lines: Lines, start: int, end: int) -> int:
    """Returns the end of a range without the white space it ends with."""
    return start + len(lines.shown[start:end].rstrip())


def column(lines: Lines, offset: int) -> int:
    """Returns the column a character stands in, where a tab reaches the next multiple of four."""
    start, _ = lines.span(lines.line_at(offset))
    return len(lines.shown[start:offset].expandtabs(4))
