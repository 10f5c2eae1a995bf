"""One Markdown file to a `Note`: blocks and sentences with exact places in the file's text.

Markdown is read by markdown-it-py; Obsidian's and Slid's additions (callouts, wikilinks, embeds,
comments) are read on top of its tokens. Every sentence knows the half-open range of characters of
`Note.text` that says it, so `note.text[s.start:s.end]` is the quote of a citation.

    > [!info] 리전(Region)            section "리전(Region)" (a callout's title is a heading)
    > - AWS가 주요 지역에 ...           item, in that section
"""

import hashlib
import posixpath
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from index.markup import plain_text, sentence_ranges
from index.reading import decode, read_bytes
from index.text import normalise

BlockKind = Literal["paragraph", "item", "header", "row", "code", "embed"]

CALLOUT_LEVEL = 7
"""A callout opens a section below any heading, whose levels are 1 to 6."""

_CALLOUT = re.compile(r"\[!([\w-]+)\][+-]?[ \t]*(.*)")
_EMBED_LINE = re.compile(r"(?:!\[\[[^\]]*\]\]|!\[[^\]]*\]\([^)]*\)|<img\b[^>]*>|\s)+")
_SLID_HEADER = re.compile(r"\[[^\]]*Open in Slid[^\]]*\]\(https?://slid\.cc/[^)]*\)\s*")
_INDENT = r"[\s>\ufeff]*"
_MARKERS = _INDENT + r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*"
_TAGS_LINE = re.compile(r"(?:#[^\s#]+\s*)+")
_MAX_FRONT_MATTER = 20_000
_MAX_NESTING = 100
"""Markdown-it drops, in silence, what is nested deeper; a list item counts twice."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (or a whole short block) and where the note says it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, or a callout's title, with its place in the tree of the note.

    Attributes:
        headings: Path of titles, outermost first, this section's own last; empty for the text
            before the first heading.
        level: 0 before the first heading, 1 to 6 for headings, 7 for callouts.
        parent: Position of the enclosing section in `Note.sections`; None for the first.
        start: First character of the title in the text; equal to `end` where there is none.
        end: One past the title's last character.
    """

    headings: tuple[str, ...]
    level: int
    parent: int | None
    start: int
    end: int

    @property
    def title(self) -> str:
        """The section's own title; empty before the first heading."""
        return self.headings[-1] if self.headings else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table header, table row, code fence or embed.

    Attributes:
        kind: What it is.
        section: Position of its section in `Note.sections`.
        sentences: Its sentences in order, each with its place; none for an embed.
        depth: Nesting of a list item, 0 at the top.
        number: The number of an item of an ordered list.
    """

    kind: BlockKind
    section: int
    sentences: tuple[Sentence, ...]
    depth: int = 0
    number: int | None = None

    @property
    def text(self) -> str:
        """What the block says, without markup."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Note:
    """One file of the vault, read.

    Attributes:
        path: Vault-relative path with forward slashes, NFC. The note's identity.
        title: Front matter's title, else the file's name without its ending.
        aliases: Other names from the front matter.
        tags: Tags from the front matter.
        date: The front matter's date as written, or an empty string.
        text: The file's text as read; every offset counts its characters.
        sha256: Digest of the file's bytes.
        sections: The sections in order; the first is the text before any heading.
        blocks: The blocks in order.
        warnings: What a person should know about how the file was read.
    """

    path: str
    title: str
    aliases: tuple[str, ...]
    tags: tuple[str, ...]
    date: str
    text: str
    sha256: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()

    def line_of(self, offset: int) -> int:
        """The 1-based line that holds a character of the text."""
        return self.text.count("\n", 0, offset) + 1


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
    if not decoded.warning:
        return note
    return Note(
        **{f: getattr(note, f) for f in Note.__slots__ if f != "warnings"},
        warnings=(decoded.warning, *note.warnings),
    )


def parse_note(text: str, path: str, sha256: str = "") -> Note:
    r"""Parses the text of a note.

    >>> note = parse_note("# 람다\n- S3는 객체다.", "a.md")
    >>> sentence = note.blocks[0].sentences[0]
    >>> sentence.text, note.text[sentence.start:sentence.end], note.sections[1].headings
    ('S3는 객체다.', 'S3는 객체다.', ('람다',))
    """
    lines = _Lines(text)
    tokens = _markdown().parse(lines.parsed)
    meta, warnings = _front_matter(tokens, lines)
    builder = _Builder(lines)
    builder.read(tokens)
    return Note(
        path=path,
        title=_scalar(meta.get("title")) or normalise(posixpath.basename(path).removesuffix(".md")),
        aliases=_strings(meta.get("aliases") or meta.get("alias")),
        tags=_strings(meta.get("tags") or meta.get("tag")),
        date=_scalar(meta.get("date") or meta.get("created")),
        text=text,
        sha256=sha256,
        sections=tuple(builder.sections),
        blocks=tuple(builder.blocks),
        warnings=warnings,
    )


def _markdown() -> MarkdownIt:
    options = {"maxNesting": _MAX_NESTING}
    return MarkdownIt("commonmark", options).enable("table").use(front_matter_plugin)


def _front_matter(tokens: list[Token], lines: "_Lines") -> tuple[dict[str, Any], tuple[str, ...]]:
    token = next((t for t in tokens if t.type == "front_matter"), None)
    if token is None:
        if re.match(r"\ufeff?---[ \t]*\r?\n[\w-]+:", lines.text):
            return {}, ("its front matter is not closed and was read as text; close it with ---",)
        return {}, ()
    problem = "its front matter can't be read and was left out; the rest is indexed"
    if len(token.content) > _MAX_FRONT_MATTER:
        return {}, (problem,)
    try:
        # BaseLoader leaves all as written: dates stay text, and no tag (`!!bool x`) makes a value.
        meta = yaml.load(token.content, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark else ""
        return {}, (problem + where,)
    if meta is None:
        return {}, ()
    return (meta, ()) if isinstance(meta, dict) else ({}, (problem,))


def _strings(value: Any) -> tuple[str, ...]:
    """Front matter lists come as a YAML list or as text with commas."""
    parts = value if isinstance(value, list) else _scalar(value).split(",")
    return tuple(dict.fromkeys(text for part in parts if (text := _scalar(part))))


def _scalar(value: Any) -> str:
    """A plain value as text; nothing for a list or mapping, which YAML's aliases can make endless."""
    text = normalise(value) if isinstance(value, str) else ""
    return "" if text.casefold() in ("null", "~") else text


class _Lines:
    """The text by lines as markdown-it counts them, with the offset of each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parsed = text.replace("\0", "\ufffd")
        if self.parsed.startswith("\ufeff"):
            self.parsed = " " + self.parsed[1:] if text[1:4] != "---" else self.parsed[1:]
        self.shift = len(text) - len(self.parsed)
        self.starts = [0, *(m.end() for m in re.finditer(r"\r\n?|\n", text))]

    def span(self, line: int) -> tuple[int, int]:
        """Range of a 0-based line's characters, its line end left out."""
        if line >= len(self.starts):
            return len(self.text), len(self.text)
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))


@dataclass(slots=True)
class _Container:
    """An open list or item while walking the tokens."""

    depth: int
    number: int | None


class _Builder:
    """Walks markdown-it's tokens and collects sections and blocks."""

    def __init__(self, lines: _Lines) -> None:
        self.lines = lines
        self.sections = [Section((), 0, None, 0, 0)]
        self.blocks: list[Block] = []
        self.open = 0
        self.items: list[_Container] = []
        self.quotes: list[int] = []
        self.header: list[str] = []
        self.in_comment = False

    def read(self, tokens: list[Token]) -> None:
        """Reads all tokens; the result is in `sections` and `blocks`."""
        for position, token in enumerate(tokens):
            match token.type:
                case "blockquote_open":
                    self.quotes.append(self.open)
                case "blockquote_close":
                    self.open = self.quotes.pop()
                case "list_item_open":
                    self.items.append(_Container(len(self.items), _number(token)))
                case "list_item_close":
                    self.items.pop()
                case _:
                    self._leaf(tokens, position)

    def _leaf(self, tokens: list[Token], position: int) -> None:
        token = tokens[position]
        match token.type:
            case "paragraph_open":
                self._paragraph(tokens[position + 1])
            case "html_block":
                self._paragraph(token)
            case _ if self.in_comment:
                pass
            case "heading_open":
                self._heading(token)
            case "fence" | "code_block":
                self._code(token)
            case "tr_open":
                self._row(tokens, position)
            case _:
                pass

    def _open_section(self, title: str, level: int, start: int, end: int) -> None:
        parent = self.open
        while self.sections[parent].level >= level:
            parent = self.sections[parent].parent or 0
        path = (*self.sections[parent].headings, title)
        self.sections.append(Section(path, level, parent, start, end))
        self.open = len(self.sections) - 1

    def _heading(self, token: Token) -> None:
        first, last = token.map or [0, 1]
        underline = token.markup in ("=", "-")
        lines = range(first, last - 1 if underline else last)
        spans = [self._trim(*self.lines.span(line), heading=not underline) for line in lines]
        title = plain_text("\n".join(self.lines.text[start:end] for start, end in spans))
        if title:
            self._open_section(title, int(token.tag[1]), spans[0][0], spans[-1][1])

    def _code(self, token: Token) -> None:
        first, last = token.map or [0, 0]
        if token.type == "fence":
            closing = self.lines.text[slice(*self.lines.span(last - 1))].strip(" \t>")
            closed = last - first > 1 and closing.startswith(token.markup) and len(set(closing)) == 1
            first, last = first + 1, last - closed
        if last <= first:
            return
        start, end = self.lines.span(first)[0], self.lines.span(last - 1)[1]
        text = normalise(token.content)
        if text:
            self._add("code", (Sentence(text, start, end),))

    def _row(self, tokens: list[Token], position: int) -> None:
        cells: list[str] = []
        header = False
        for token in tokens[position + 1 :]:
            if token.type == "tr_close":
                break
            header = header or token.type == "th_open"
            if token.type == "inline":
                cells.append(plain_text(token.content))
        row = tokens[position].map
        if row is None or not any(cells):
            return
        start, end = self._trim(*self.lines.span(row[0]))
        text = ", ".join(cell for cell in cells if cell) if header else _row_text(self.header, cells)
        self.header = cells if header else self.header
        self._add("header" if header else "row", (Sentence(text, start, end),))

    def _paragraph(self, token: Token) -> None:
        first, last = token.map or [0, 0]
        segments: list[tuple[int, int]] = []
        for line in range(first, last):
            start, end = self._content(line, opening=line == first)
            raw = self.lines.text[start:end]
            if self._is_comment(raw) or not raw.strip():
                continue
            if line == first and self.quotes and (title := _CALLOUT.fullmatch(raw)):
                self._callout(title, start)
            elif _EMBED_LINE.fullmatch(raw):
                self._flush(segments)
                self._add("embed", ())
            elif not _SLID_HEADER.fullmatch(raw) and not _TAGS_LINE.fullmatch(raw):
                segments.append((start, end))
        self._flush(segments)

    def _callout(self, match: re.Match[str], start: int) -> None:
        title = plain_text(match.group(2)) or match.group(1).capitalize()
        group = 2 if match.group(2) else 1
        self._open_section(title, CALLOUT_LEVEL, start + match.start(group), start + match.end(group))

    def _is_comment(self, raw: str) -> bool:
        if raw.count("%%") % 2:
            self.in_comment = not self.in_comment
            return True
        return self.in_comment

    def _flush(self, segments: list[tuple[int, int]]) -> None:
        if segments:
            sentences = tuple(self._sentences(segments))
            if sentences:
                self._add("item" if self.items else "paragraph", sentences)
            segments.clear()

    def _sentences(self, segments: list[tuple[int, int]]) -> Iterator[Sentence]:
        joined = "\n".join(self.lines.text[start:end] for start, end in segments)
        places = [place for start, end in segments for place in range(start, end + 1)]
        for first, last in sentence_ranges(joined):
            text = plain_text(joined[first:last])
            if text:
                yield Sentence(text, places[first], places[last - 1] + 1)

    def _add(self, kind: BlockKind, sentences: tuple[Sentence, ...]) -> None:
        item = self.items[-1] if self.items else _Container(0, None)
        self.blocks.append(Block(kind, self.open, sentences, item.depth, item.number))

    def _content(self, line: int, *, opening: bool) -> tuple[int, int]:
        start, end = self.lines.span(line)
        prefix = _MARKERS if opening and self.items else _INDENT
        match = re.compile(prefix).match(self.lines.text, start, end)
        begin = match.end() if match else start
        task = re.compile(r"\[[ xX]\][ \t]+").match(self.lines.text, begin, end)
        begin = task.end() if task and opening and self.items else begin
        return begin, begin + len(self.lines.text[begin:end].rstrip())

    def _trim(self, start: int, end: int, *, heading: bool = False) -> tuple[int, int]:
        pattern = _MARKERS + (r"(?:#{1,6}[ \t]+)?" if heading else "")
        match = re.compile(pattern).match(self.lines.text, start, end)
        begin = match.end() if match else start
        raw = self.lines.text[begin:end].rstrip()
        return begin, begin + len(re.sub(r"[ \t]+#+$", "", raw) if heading else raw)


def _number(item: Token) -> int | None:
    return int(item.info) if item.info.isdigit() else None


def _row_text(header: list[str], cells: list[str]) -> str:
    """Reads a table row aloud: its first cell, then each column's name and value."""
    named = [
        f"{name}: {cell}" if name else cell for name, cell in zip(header[1:], cells[1:], strict=False) if cell
    ]
    return f"{cells[0]} — {' · '.join(named)}" if named else cells[0]
