"""A folder of notes to a file of drafted eval cases, one a line, for its owner to review."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.drafting.finders import Source
from assistant.drafting.rows import draft_rows
from assistant.errors import DraftError
from assistant.files import check_new_file, write_whole
from index.companions import companion_path, misalignment, note_of_companion
from index.errors import UnreadableNoteError
from index.notes import Note, read_note
from index.storage.rows import Notice
from index.sync import check_folder, note_files


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was drafted: how many cases, from how many notes, into which file."""

    cases: int
    notes: int
    file: Path


def draft_file(folder: Path, out: Path, limit: int, *, force: bool = False) -> Drafted:
    """Drafts cases from a folder of notes.

    Args:
        folder: The notes; nothing is written into it.
        out: The file to write.
        limit: Most cases.
        force: Overwrites the file if there is one.

    Raises:
        OutputError: The file can't be written, would lie among the notes or is there already.
        DraftError: The notes give nothing to ask about.
        NotesFolderError: There is no such folder.
    """
    check_folder(folder)
    check_new_file(out, folder, force=force)
    sources = read_sources(folder)
    if not sources:
        raise DraftError(f"There is no .md file in {str(folder)!r}. Name a folder of notes with --notes.")
    rows = draft_rows(sources, limit)
    if not rows:
        raise DraftError(
            f"Nothing in {str(folder)!r} can be asked about yet: no heading, definition or list of "
            "3 to 8 points with text below it. Write cases by hand, or name other notes with --notes."
        )
    write_whole(out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return Drafted(len(rows), len(sources), out)


def read_sources(folder: Path) -> list[Source]:
    """Reads the notes of a folder, each with its parallel companion; what can't be read is left out."""
    notes: dict[str, Note] = {}
    notices: list[Notice] = []
    for file in note_files(folder, notices):
        with suppress(UnreadableNoteError):
            note = read_note(file, folder)
            notes[note.path] = note
    own = sorted(path for path in notes if note_of_companion(path, notes.keys()) is None)
    return [Source(notes[path], _twin(notes, path)) for path in own]


def _twin(notes: dict[str, Note], path: str) -> Note | None:
    twin = notes.get(companion_path(path))
    return twin if twin is not None and misalignment(notes[path], twin) is None else None
