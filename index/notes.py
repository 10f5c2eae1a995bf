r"""One file of the vault to a `Note`: blocks, sentences and links with exact places in the file's text.

Markdown is read by markdown-it-py; what Obsidian and Slid add is read on top of its tokens.

    > [!info] 리전(Region)            section "리전(Region)" (a callout's title is a heading)
    > - AWS가 주요 지역에 ...           item, in that section

Read on: `document.py` (what a note is), `lines.py` (what is hidden from the parser), `parsing.py` (its
blocks), `blocks.py` (sections and blocks), `words.py` (what their lines say), `inline.py` (what a line
says), `drawings.py` (JSON files), `links.py` (where a link leads).
"""

import hashlib
import posixpath
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

from index.problems import Problem
from index.reading.blocks import Blocks
from index.reading.document import (
    CALLOUT_LEVEL,
    Anchor,
    Block,
    BlockKind,
    Link,
    LinkKind,
    Note,
    Section,
    Sentence,
)
from index.reading.drawings import read_canvas, read_drawing, read_drawing_note
from index.reading.encodings import decode, read_bytes
from index.reading.frontmatter import FrontMatter, read_front_matter
from index.reading.inline_rules import WIKILINK, read_wikilink
from index.reading.lines import Lines
from index.text import normalise

__all__ = [
    "CALLOUT_LEVEL",
    "NOTE_ENDINGS",
    "Anchor",
    "Block",
    "BlockKind",
    "Link",
    "LinkKind",
    "Note",
    "Section",
    "Sentence",
    "file_title",
    "is_note_file",
    "note_path",
    "parse_note",
    "read_note",
]

NOTE_ENDINGS = (".excalidraw.md", ".md", ".markdown", ".canvas", ".excalidraw")
"""Endings of the files that are read, longest first where one ends another."""

_UNCLOSED_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*(?:\r\n?|\n)[\w-]+:")


def is_note_file(name: str) -> bool:
    """Says whether a file of this name is read as a note."""
    return name.lower().endswith(NOTE_ENDINGS)


def file_title(path: str) -> str:
    """Returns the file's name without its ending: the title of a note whose front matter gives none."""
    name = posixpath.basename(path)
    ending = next((ending for ending in NOTE_ENDINGS if name.lower().endswith(ending)), "")
    return normalise(name[: len(name) - len(ending)])


def note_path(file: Path, folder: Path) -> str:
    """The identity of a file in a vault: its relative path, forward slashes, NFC."""
    return unicodedata.normalize("NFC", file.relative_to(folder).as_posix())


def read_note(file: Path, folder: Path) -> Note:
    """Reads one file of a vault.

    Raises:
        UnreadableNoteError: The file is too large, can't be opened, or is no text.
    """
    data = read_bytes(file)
    decoded = decode(data)
    note = parse_note(decoded.text, note_path(file, folder), hashlib.sha256(data).hexdigest())
    if decoded.warning is None:
        return note
    return replace(note, warnings=(decoded.warning, *note.warnings))


def parse_note(text: str, path: str, sha256: str = "") -> Note:
    r"""Parses the text of a note; the path's ending says what kind it is.

    >>> note = parse_note("# 람다\n- S3는 객체다.", "a.md")
    >>> sentence = note.blocks[0].sentences[0]
    >>> sentence.text, note.text[sentence.start:sentence.end], note.sections[1].headings
    ('S3는 객체다.', 'S3는 객체다.', ('람다',))
    """
    blocks = Blocks(Lines(text))
    meta, warnings = FrontMatter(), list[Problem | None]()
    match path.lower():
        case name if name.endswith(".canvas"):
            warnings.append(read_canvas(blocks))
        case name if name.endswith(".excalidraw"):
            warnings.append(read_drawing(blocks))
        case name:
            meta = _read_markdown(blocks, warnings, drawing=name.endswith(".excalidraw.md"))
    return Note(
        path=path,
        title=meta.title or file_title(path),
        aliases=meta.aliases,
        tags=tuple(dict.fromkeys((*meta.tags, *map(normalise, blocks.tags)))),
        date=meta.date,
        text=text,
        sha256=sha256,
        sections=tuple(blocks.sections),
        blocks=tuple(blocks.blocks),
        warnings=tuple(warning for warning in warnings if warning is not None),
        links=tuple(sorted(blocks.links, key=lambda link: (link.start, link.end))),
        anchors=tuple(blocks.anchors),
    )


def _read_markdown(blocks: Blocks, warnings: list[Problem | None], *, drawing: bool) -> FrontMatter:
    lines = blocks.lines
    meta, begin = FrontMatter(), 0
    if front := lines.front_matter():
        content = unicodedata.normalize("NFC", lines.text[slice(*front)])
        meta = read_front_matter(re.sub(r"\r\n?", "\n", content))
        blocks.links += map(read_wikilink, WIKILINK.finditer(lines.text, *front))
        begin = lines.span(lines.line_at(front[1]))[1]
        lines.hide(0, begin)
        warnings.append(meta.warning)
    elif _UNCLOSED_FRONT_MATTER.match(lines.text):
        warnings.append(Problem("front_matter_open"))
    if drawing or meta.drawing:
        read_drawing_note(blocks, begin)
        return meta
    unclosed = lines.hide_comments(begin)
    if unclosed is not None:
        warnings.append(Problem("comment_open", (str(lines.line_at(unclosed) + 1),)))
    blocks.read()
    if blocks.open_script is not None:
        warnings.append(Problem("script_open", (str(lines.line_at(blocks.open_script) + 1),)))
    return meta
