"""Where a sentence of an answer comes from: numbered, exact spans of notes."""

from dataclasses import dataclass

from index.notes import Note


@dataclass(frozen=True, slots=True)
class Citation:
    """One cited place: `text[start:end] == quote` in the note's text as read, always.

    Attributes:
        n: The number shown as `[n]`, from 1, in order of first mention.
        note: Vault-relative path of the note, NFC.
        title: The note's title, for people.
        headings: Heading path of the cited block, outermost first.
        line_start: First cited line, 1-based.
        line_end: Last cited line, 1-based, inclusive.
        start: First cited character of the note's text, 0-based.
        end: One past the last cited character.
        quote: The cited characters, markup and all.
        sha256: Digest of the note's bytes when it was indexed.
    """

    n: int
    note: str
    title: str
    headings: tuple[str, ...]
    line_start: int
    line_end: int
    start: int
    end: int
    quote: str
    sha256: str


def cite(n: int, note: Note, section: int, start: int, end: int) -> Citation:
    """Returns the citation of a range of a note's text.

    Args:
        n: The number it gets.
        note: The note as indexed.
        section: Position of the section the range stands in.
        start: First character.
        end: One past the last.
    """
    return Citation(
        n=n,
        note=note.path,
        title=note.title,
        headings=note.sections[section].headings,
        line_start=note.line_of(start),
        line_end=note.line_of(max(start, end - 1)),
        start=start,
        end=end,
        quote=note.text[start:end],
        sha256=note.sha256,
    )
