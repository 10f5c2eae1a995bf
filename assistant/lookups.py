"""What other programs may ask, by Gradio's endpoints or by MCP: an answer, passages, a note. All give JSON."""

from collections.abc import Sequence
from typing import Any

from assistant.assistant import Assistant
from assistant.errors import UnknownNoteError, UnknownSectionError
from assistant.settings import AnswerLanguage
from assistant.terminal import retrieval_json
from index.notes import Note, parse_note
from index.reading.document import Link
from index.reading.links import anchor_section, resolve_link
from index.text import normalise

LONGEST_QUESTION = 2_000
"""Characters; longer than any question."""

MOST_HITS = 50

LONGEST_TEXT = 40_000
"""Characters of a note that are given at once; what is left out can be asked for by its lines."""


def answer_json(
    assistant: Assistant,
    question: str,
    language: AnswerLanguage = "auto",
    folders: Sequence[str] = (),
    tags: Sequence[str] = (),
) -> dict[str, Any]:
    """Answers a question from the notes; the fields are those of `mutgo ask --json`.

    Raises:
        UnknownPartError: No note lies in such a folder, or has such a tag.
    """
    scope = assistant.scope(folders, tags)
    return assistant.ask(question[:LONGEST_QUESTION], language, scope).as_json()


def hits_json(
    assistant: Assistant,
    question: str,
    limit: int = 10,
    folders: Sequence[str] = (),
    tags: Sequence[str] = (),
) -> dict[str, Any]:
    """Finds the passages nearest to a question; the fields are those of `mutgo search --json`.

    Raises:
        UnknownPartError: No note lies in such a folder, or has such a tag.
    """
    scope = assistant.scope(folders, tags)
    most = min(max(limit, 1), MOST_HITS)
    return retrieval_json(assistant, question[:LONGEST_QUESTION], most, scope)


def note_json(
    assistant: Assistant, note: str, heading: str = "", line_start: int = 0, line_end: int = 0
) -> dict[str, Any]:
    """Gives a note's text, or a part of it: `note`, `title`, `headings`, lines, `text`, `truncated`, `state`.

    Only what is in the index can be named, so nothing outside the vault is ever read.

    Args:
        assistant: Who knows the notes.
        note: Its path, or its name as in a wikilink.
        heading: Only the section of this heading, with those below it.
        line_start: Only from this line on, counted from 1.
        line_end: Only up to this line.

    Raises:
        UnknownNoteError: There is no such note.
        UnknownSectionError: The note has no such heading, or no such line.
    """
    path = _found(assistant, note)
    read = parse_note(assistant.note_text(path), path)
    lines = read.text.removesuffix("\n").split("\n")
    if heading.strip():
        section = _section(read, heading)
        first, last = _lines_of(read, section)
        headings = read.sections[section].headings
    else:
        first, last = max(line_start, 1), line_end if line_end > 0 else len(lines)
        headings = ()
    if first > min(last, len(lines)):
        raise UnknownSectionError(
            f"{path!r} has {len(lines)} lines. Ask for some of them, the first one first."
        )
    asked = "\n".join(lines[first - 1 : last])
    text = asked
    if len(asked) > LONGEST_TEXT:
        whole_lines = asked.rfind("\n", 1, LONGEST_TEXT)
        text = asked[: whole_lines if whole_lines > 0 else LONGEST_TEXT]
    return {
        "note": path,
        "title": read.title,
        "headings": list(headings),
        "line_start": first,
        "line_end": first + text.count("\n"),
        "lines": len(lines),
        "text": text,
        "truncated": len(text) < len(asked),
        "state": assistant.note_state(path),
    }


def _found(assistant: Assistant, note: str) -> str:
    """The path of a note that is named by its path, or as in a wikilink."""
    name = normalise(note).removeprefix("[[").removesuffix("]]").strip()
    found = resolve_link(Link("link", name, 0, 0), "", assistant.note_paths()) if name else None
    if found is None:
        raise UnknownNoteError(f"No note {note!r} is in the vault. `search` gives the paths of notes.")
    return found


def _section(note: Note, heading: str) -> int:
    found = anchor_section(note, heading)
    if found is None:
        titles = ", ".join(dict.fromkeys(section.title for section in note.sections if section.title))
        there = f"Its headings: {titles[:1000]}." if titles else "It has no headings."
        raise UnknownSectionError(f"{note.path!r} has no heading {heading!r}. {there}")
    return found


def _lines_of(note: Note, position: int) -> tuple[int, int]:
    """First and last line of a section with those below it, counted from 1."""
    section = note.sections[position]
    first = note.line_of(section.start)
    if section.callout:
        end = max((block.end for block in note.blocks if block.section == position), default=section.end)
        return first, note.line_of(max(end - 1, section.start))
    after = note.sections[position + 1 :]
    until = next((other.start for other in after if other.level <= section.level), None)
    last = note.text.removesuffix("\n").count("\n") + 1
    return first, last if until is None else max(note.line_of(until) - 1, first)
