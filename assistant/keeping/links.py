"""A place of a note as a wikilink that Obsidian opens: `[[람다#특징|람다 › 특징]]`. Pure."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from urllib.parse import quote

from index.notes import Note
from index.reading.document import CALLOUT_LEVEL

FindNote = Callable[[str], Note | None]
"""Gives a note by its vault-relative path; None if it can't be read any more."""

_NO_WIKILINK = re.compile(r"[\[\]#^|\\]")
"""What a wikilink can't hold in a file's name."""

_NO_HEADING = re.compile(r"[:#|^\\\r\n\[\]]|%%")
"""What Obsidian leaves out of a heading that is linked to."""


def wikilink(note: str, title: str, headings: Sequence[str], line: int, find: FindNote) -> str:
    """Returns the link to a place of a note.

    Args:
        note: Vault-relative path.
        title: The note's title.
        headings: Titles above the place, outermost first; a callout's is among them.
        line: Line of the place, from 1.
        find: Gives the note: of a callout, which Obsidian can't open, the heading above is linked.
    """
    trail = headings[1:] if headings and title.casefold() in headings[0].casefold() else headings
    shown = _shown(" › ".join([title, *trail]))
    path = note.removesuffix(".md")
    place = heading_place(find(note), headings, line)
    if _NO_WIKILINK.search(path):
        return f"[{shown}]({_encoded(note)}{_encoded(place, '#')})"
    return f"[[{path}{place}|{shown}]]"


def heading_place(note: Note | None, headings: Sequence[str], line: int) -> str:
    """Returns where in a note a place is, as a link says it: `#heading`, or `#outer#heading` where there are more.

    Args:
        note: The note; None if it can't be read any more.
        headings: Titles above the place, outermost first; a callout's may be among them.
        line: Line of the place, from 1.
    """
    target = _headings(note, headings, line) if note is not None else headings
    return "".join(f"#{' '.join(_NO_HEADING.sub(' ', heading).split())}" for heading in target)


def _headings(note: Note, headings: Sequence[str], line: int) -> list[str]:
    """The way to the section of a place by headings alone; as short as it is still the only one."""
    starts = [note.line_of(section.start) if section.level else 0 for section in note.sections]
    same = [n for n, section in enumerate(note.sections) if section.headings == tuple(headings)]
    if same:
        at = next((n for n in reversed(same) if starts[n] <= line), same[0])
    else:  # the note was changed: what its line stands under now is as near as can be said
        at = max(bisect_right(starts, line) - 1, 0)
    while note.sections[at].level >= CALLOUT_LEVEL:
        at = note.sections[at].parent or 0
    own = note.sections[at]
    if not own.level:
        return []
    if sum(section.title == own.title for section in note.sections if section.level) == 1:
        return [own.title]
    way = list[str]()
    position: int | None = at
    while position is not None:
        section = note.sections[position]
        if 0 < section.level < CALLOUT_LEVEL:
            way.append(section.title)
        position = section.parent
    return way[::-1]


def _encoded(text: str, safe: str = "") -> str:
    """A text as an address, Hangul left readable, as Obsidian writes it."""
    return "".join(quote(letter, safe=f"/{safe}") if letter.isascii() else letter for letter in text)


def _shown(text: str) -> str:
    """What a link says: without what would end it."""
    return " ".join(re.sub(r"[\[\]|\\]", " ", text).split())
