"""The source panel: a note as it looks, opened at the cited lines, with the cited words marked."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import PurePosixPath
from typing import Literal, Protocol

from assistant.errors import UnknownNoteError
from assistant.keeping.links import heading_place, wikilink
from assistant.obsidian_app import ObsidianVault, opening_address
from assistant.pictures import FindPicture, Picture
from assistant.ui.marking import Span, span_of
from assistant.ui.note_html import NoteHtml, Resolve, render_note
from assistant.ui.texts import Texts
from index.notes import parse_note
from index.reading.document import Link
from index.reading.links import VaultPaths, resolve_link, vault_paths


class Notes(Protocol):
    """What the panel needs of the assistant."""

    def note_text(self, note: str) -> str:
        """The text as indexed; raises UnknownNoteError."""
        ...

    def note_state(self, note: str) -> Literal["current", "changed", "missing"]:
        """The file on disk against what was indexed."""
        ...

    def note_paths(self) -> Collection[str]:
        """The paths of all notes."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a note to open.

    Attributes:
        note: Vault-relative path.
        start: First character to mark.
        end: One past the last; `end <= start` marks nothing and opens at `line` or `heading`.
        quote: What was cited there, to notice that the note was indexed anew since.
        line: Line to open at when nothing is marked, 1-based.
        heading: Heading to open at when nothing is marked and there is no line.
    """

    note: str
    start: int = 0
    end: int = 0
    quote: str = ""
    line: int = 0
    heading: str = ""


@dataclass(frozen=True, slots=True)
class _Shown:
    """Characters to mark, or only to point at, and what to say about them."""

    start: int
    end: int
    notice: str = ""
    pointed: bool = False


def source_html(
    notes: Notes,
    place: Place,
    words: Texts,
    find_picture: FindPicture | None = None,
    vault: ObsidianVault | None = None,
) -> str:
    """The panel for a place: where it is, whether it is still so, and the note.

    The first `mark.cite` in it is what to scroll to. A place without a quote to show is only pointed
    at: then the note's element has the class `pointed`.

    Args:
        notes: The notes.
        place: What to open.
        words: The interface's texts.
        find_picture: Finds the pictures that notes show; without it they are named only.
        vault: The Obsidian vault that the reader can open the place in; None if there is none at hand.
    """
    try:
        text = notes.note_text(place.note)
    except UnknownNoteError:
        return _notice(words.unknown.format(note=place.note))
    shown = _anchor(text, place, words)
    state = notes.note_state(place.note)
    notices = [shown.notice]
    notices += {"current": [], "changed": [words.changed], "missing": [words.missing]}[state]

    def find(target: str) -> Picture | None:
        return find_picture(place.note, target) if find_picture else None

    note = render_note(text, shown.start, shown.end, resolver(notes, place.note), find, words)
    tools = _tools(text, note, place.note, shown, words, None if state == "missing" else vault)
    return _panel(text, note, place.note, shown, notices, tools, words)


def resolver(notes: Notes, note: str) -> Resolve:
    """Which note a wikilink in `note` means, as Obsidian finds it."""

    @cache
    def paths() -> VaultPaths:
        return vault_paths(notes.note_paths())

    def resolve(name: str) -> str | None:
        return resolve_link(Link("link", name, 0, 0), note, paths())

    return resolve


def _panel(
    text: str, note: NoteHtml, path: str, shown: _Shown, notices: list[str], tools: str, words: Texts
) -> str:
    span = span_of(text, shown.start, shown.end)
    if not note.whole:
        notices.append(words.shown_in_part)
    raw = "" if note.marked or shown.pointed else _raw(span, words)
    lines = "" if shown.pointed else where(span.first_line + 1, span.last_line + 1, words)
    return (
        f'<header class="source-head">'
        f'<h2 class="source-title" tabindex="-1">{escape(PurePosixPath(path).stem)}</h2>'
        f'<div class="source-where"><p class="source-path"><span>{escape(path)}</span> <b>{escape(lines)}</b></p>'
        f"{tools}</div>{_trail(note.headings)}{''.join(_notice(notice) for notice in notices if notice)}</header>"
        f'<div class="note{" pointed" if shown.pointed else ""}">{raw}{note.html}</div>'
    )


def _tools(
    text: str, note: NoteHtml, path: str, shown: _Shown, words: Texts, vault: ObsidianVault | None
) -> str:
    """What a reader may do with the place: open it in Obsidian, copy a link to it."""
    read = parse_note(text, path) if note.whole else None  # a long note takes seconds
    line = span_of(text, shown.start, shown.end).first_line + 1
    headings = note.headings if path.endswith(".md") else ()  # a canvas has no headings to link to
    opening = ""
    if vault is not None:
        address = opening_address(vault, path, line, heading_place(read, headings, line) if headings else "")
        opening = f'<a class="source-open" href="{escape(address)}">{escape(words.obsidian)}</a>'
    title = read.title if read else PurePosixPath(path).stem
    link = wikilink(path, title, headings, line, lambda _: read if headings else None)
    return (
        f'<p class="source-tools">{opening}<button type="button" class="source-copy" data-link="{escape(link)}"'
        f' data-label="{escape(words.copy_link)}" data-copied="{escape(words.link_copied)}" data-failed="{escape(words.link_not_copied)}">'
        f'{escape(words.copy_link)}</button><span class="unseen" role="status"></span></p>'
    )


def where(start_line: int, end_line: int, words: Texts) -> str:
    """Line numbers for people: `12번째 줄`, `12–14번째 줄`."""
    form = words.line if start_line == end_line else words.lines
    return form.format(first=start_line, last=end_line)


def _anchor(text: str, place: Place, words: Texts) -> _Shown:
    """What to mark: as cited, or where the quote went when the note was indexed anew."""
    if place.end <= place.start:
        return _line_of(text, place)
    if not place.quote or text[place.start : place.end] == place.quote:
        return _Shown(place.start, place.end)
    at = min(_occurrences(text, place.quote), key=lambda i: abs(i - place.start), default=-1)
    if at < 0:
        return _Shown(0, 0, words.lost, pointed=True)
    return _Shown(at, at + len(place.quote), words.moved)


def _occurrences(text: str, quote: str) -> list[int]:
    found, at = list[int](), text.find(quote)
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def _line_of(text: str, place: Place) -> _Shown:
    """The line a place without a quote is at: its own, or that of its heading."""
    span = span_of(text, 0, 0)
    number = place.line - 1
    if place.heading and number < 0:
        wanted = place.heading.split("#")[-1].strip().casefold()
        titles = [line.lstrip("#").strip().casefold() for line in span.lines]
        number = titles.index(wanted) if wanted in titles else number
    if not 0 <= number < len(span.lines):
        return _Shown(0, 0, pointed=True)
    begin = span.offsets[number]
    return _Shown(begin, begin + len(span.lines[number]), pointed=True)


def _trail(headings: tuple[str, ...]) -> str:
    parts = "".join(f"<li>{escape(heading)}</li>" for heading in headings)
    return f'<ol class="trail">{parts}</ol>' if parts else ""


def _notice(text: str) -> str:
    return f'<p class="notice" role="status">{escape(text)}</p>'


def _raw(span: Span, words: Texts) -> str:
    """The cited lines as they are written, for what rendering does not show."""
    pieces = list[str]()
    for number in range(span.first_line, span.last_line + 1):
        line, base = span.lines[number], span.offsets[number]
        begin, end = (min(max(at - base, 0), len(line)) for at in (span.start, span.end))
        marked = f'<mark class="cite">{escape(line[begin:end])}</mark>' if end > begin else ""
        pieces.append(f"{escape(line[:begin])}{marked}{escape(line[end:])}")
    return (
        f'<figure class="raw"><figcaption>{escape(words.not_rendered)}</figcaption>'
        f"<pre>{chr(10).join(pieces)}</pre></figure>"
    )
