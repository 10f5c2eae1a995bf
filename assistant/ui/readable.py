"""Notes that are no Markdown to read (a canvas, a drawing's data) as Markdown that is."""

import re

from index.notes import Note, parse_note

_OBJECT = re.compile(r'\A[\ufeff\s]*\{\s*["}]')
_DRAWING_FRONT = re.compile(
    r"\A\ufeff?---[ \t]*[\r\n].{0,2000}?^excalidraw-plugin:", re.DOTALL | re.MULTILINE
)


def readable(text: str, start: int, end: int) -> tuple[str, int, int]:
    r"""Returns a note as a person reads it, with the range that is `text[start:end]` there.

    A note in Markdown stays as it is. Of a canvas or a drawing there are the words, a block a
    paragraph, under their headings.

    >>> readable('{"nodes": [{"text": "# AWS\\nS3"}]}', 28, 30)
    ('# AWS\n\nS3', 7, 9)
    """
    ending = _ending(text)
    note = parse_note(text, "a" + ending) if ending else None
    return _rewritten(note, start, end) if note and not note.warnings else (text, start, end)


def _ending(text: str) -> str:
    """The ending of a file that looks as if it were not read as Markdown; empty for one that is."""
    if _OBJECT.match(text):
        return ".excalidraw" if re.search(r'"type"\s*:\s*"excalidraw"', text) else ".canvas"
    return ".excalidraw.md" if _DRAWING_FRONT.match(text) else ""


def _rewritten(note: Note, start: int, end: int) -> tuple[str, int, int]:
    parts: list[str] = []
    size = 0
    cited: list[tuple[int, int]] = []
    titles = [(s.start, s.end, "#" * min(s.level, 6) + " ", s.title) for s in note.sections[1:]]
    said = [(b.start, b.end, "- " if b.kind == "item" else "", b.text) for b in note.blocks]
    for first, last, mark, words in sorted([*titles, *said]):
        if words:
            if first < end and start < last:
                cited.append((size + len(mark), size + len(mark) + len(words)))
            parts.append(mark + words)
            size += len(parts[-1]) + 2
    return "\n\n".join(parts), cited[0][0] if cited else 0, cited[-1][1] if cited else 0
